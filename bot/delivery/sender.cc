#include "bot/delivery/sender.h"

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <random>
#include <thread>
#include <unordered_map>

#include "bot/access/buckets.h"
#include "bot/channels/channel.h"
#include "bot/delivery/parts.h"
#include "bot/log.h"

namespace attune::bot {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using Moment = steady_clock::time_point;
using storage::Settled;

constexpr storage::Time kLease = 60;
constexpr auto kRenew = std::chrono::seconds(30);       // of a lease, once it is this old
constexpr auto kStay = std::chrono::seconds(5);         // a wait up to this is waited out in the flight
constexpr auto kSlowDown = std::chrono::seconds(5);     // of a whole account, at most, after a 429
constexpr auto kBarred = std::chrono::seconds(30);
constexpr auto kLookAgain = std::chrono::seconds(10);   // for claims whose lease is over
constexpr auto kLanding = std::chrono::seconds(2);      // how long the end waits for what is in the air
constexpr int kPieces = 32;                             // of one conversation, claimed at once
constexpr double kLongest = 60, kMuchLater = 900;       // seconds between tries; and after ten of them

struct Landed {
  std::string conversation;
  HttpAnswer answer;
};
struct Nudge {
  std::string conversation;
  storage::Version version;
  bool answers;
};

// What other threads leave for ours; outlives the Sender as long as a call is in the air.
struct Tray {
  std::mutex mutex;
  std::condition_variable wake;
  std::vector<Landed> landed;
  std::vector<Nudge> nudges;
  std::vector<storage::Consignment> farewells;
  bool stopping = false;
};

std::string key_of(const storage::Id& id) { return {reinterpret_cast<const char*>(id.data()), id.size()}; }

// How an account is doing: its pace, and until when it is left alone.
struct Lane {
  Buckets all, each;
  Moment closed_until{};
  Lane(Rate whole, Rate one) : all(whole), each(one) {}
};

double number_or(const std::string& text, double usual) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  return text.empty() || end == nullptr || *end != '\0' || value < 0 ? usual : value;
}

}  // namespace

struct Sender::Inside {
  struct Flight {
    storage::Consignment load;
    std::optional<Account> account;
    const Channel* channel = nullptr;
    std::size_t at = 0;          // the piece that is next, or in the air
    std::optional<SentForm> form;
    int attempts = 0;
    bool plain = false, in_air = false, unsure = false;
    Moment due{}, leased{};
    storage::Version overtaken = 0;  // pieces of earlier turns are dropped
    const storage::Piece& piece() const { return load.pieces[at]; }
    bool over() const { return at == load.pieces.size(); }
  };

  storage::Store& store;
  AccountBook& book;
  HttpClient& http;
  const Clock& clock;
  const Options options;
  const std::shared_ptr<Tray> tray = std::make_shared<Tray>();
  std::unordered_map<std::string, Flight> flights;
  std::map<std::pair<std::string, std::string>, Lane> lanes;
  std::vector<Settled> settled;
  Moment look_again{};
  bool more = true;  // there may be something to claim
  std::mt19937 random{std::random_device{}()};
  std::thread thread;

  Inside(storage::Store& s, AccountBook& b, HttpClient& h, const Clock& c, Options o)
      : store(s), book(b), http(h), clock(c), options(o), thread([this] { run(); }) {}

  ~Inside() { finish(); }

  void finish() {
    if (!thread.joinable()) return;
    {
      std::lock_guard lock(tray->mutex);
      tray->stopping = true;
    }
    tray->wake.notify_all();
    thread.join();
  }

  void run() {
    while (true) {
      std::vector<Landed> landed;
      std::vector<Nudge> nudges;
      std::vector<storage::Consignment> farewells;
      if (!wait(landed, nudges, farewells)) break;
      const Moment now = steady_clock::now();
      for (auto& load : farewells) board(std::move(load), now);
      for (const Nudge& nudge : nudges) take(nudge);
      for (const Landed& one : landed) land(one, now);
      if (now >= look_again) more = true;
      go_on(now);  // and settle, so that what was given back can be claimed
      if (more) claim(now);
      go_on(now);
    }
    let_land();
  }

  void go_on(Moment now) {
    for (auto& [key, flight] : flights) advance(key, flight, now);
    std::erase_if(flights, [](const auto& each) { return each.second.over() && !each.second.in_air; });
    settle();
  }

  // False: it is time to stop.
  bool wait(std::vector<Landed>& landed, std::vector<Nudge>& nudges, std::vector<storage::Consignment>& farewells) {
    Moment until = look_again;
    for (const auto& [key, flight] : flights) {
      if (!flight.in_air) until = std::min(until, flight.due);
    }
    if (more && options.flights > static_cast<int>(flights.size())) until = {};
    std::unique_lock lock(tray->mutex);
    tray->wake.wait_until(lock, until, [this] { return tray->stopping || !tray->landed.empty() || !tray->nudges.empty() || !tray->farewells.empty(); });
    if (tray->stopping) return false;
    landed.swap(tray->landed);
    nudges.swap(tray->nudges);
    farewells.swap(tray->farewells);
    return true;
  }

  // The end: what lands in time is settled, so that fewer are sent twice.
  void let_land() {
    const Moment end = steady_clock::now() + kLanding;
    std::unique_lock lock(tray->mutex);
    while (std::any_of(flights.begin(), flights.end(), [](const auto& each) { return each.second.in_air; })) {
      if (!tray->wake.wait_until(lock, end, [this] { return !tray->landed.empty(); })) break;
      std::vector<Landed> landed;
      landed.swap(tray->landed);
      lock.unlock();
      for (const Landed& one : landed) land(one, steady_clock::now());
      lock.lock();
    }
    lock.unlock();
    for (auto& [key, flight] : flights) {
      if (!flight.in_air && !flight.over()) say(flight, Settled::What::kRelease);
    }
    settle();
  }

  void take(const Nudge& nudge) {
    more = true;
    const auto found = flights.find(nudge.conversation);
    if (found != flights.end() && nudge.answers) found->second.overtaken = std::max(found->second.overtaken, nudge.version);
  }

  void claim(Moment now) {
    const int room = options.flights - static_cast<int>(flights.size());
    if (room <= 0) return;
    const storage::Time at = clock.now();
    auto claimed = store.claim(at, at + kLease, room, kPieces);
    look_again = now + kLookAgain;
    more = false;
    if (!claimed) return;  // the store says elsewhere what is the matter
    more = static_cast<int>(claimed->size()) == room;
    for (auto& load : *claimed) board(std::move(load), now);
    const auto backlog = store.backlog();
    if (backlog && backlog->next_delivery) {
      const auto in = std::chrono::seconds(std::max<storage::Time>(0, *backlog->next_delivery - at));
      look_again = std::min(look_again, now + std::max<steady_clock::duration>(in, milliseconds(250)));
    }
  }

  void board(storage::Consignment load, Moment now) {
    Flight flight;
    flight.attempts = load.attempts;
    flight.due = flight.leased = now;
    for (const auto& piece : load.pieces) {
      const auto form = read_part(piece.body);
      if (form && form->answers) flight.overtaken = std::max(flight.overtaken, piece.version);
    }
    const std::string key = key_of(load.where.conversation);
    flight.load = std::move(load);
    aim(flight, flight.load.address);
    flights.insert_or_assign(key, std::move(flight));
  }

  void aim(Flight& flight, const storage::Address& to) {
    flight.load.address = to;
    flight.channel = channel_named(to.channel);
    flight.account.reset();
    const auto accounts = book.accounts();
    if (const Account* account = accounts->find(to.channel, to.account)) flight.account = *account;
  }

  void say(const Flight& flight, Settled::What what, storage::Time at = 0, std::string why = {}) {
    Settled one;
    one.what = what;
    one.conversation = flight.load.where.conversation;
    one.claim = flight.load.claim;
    one.at = at;
    one.why = std::move(why);
    if (what == Settled::What::kSent || what == Settled::What::kDead) {
      one.version = flight.piece().version;
      one.part = flight.piece().part;
      if (what == Settled::What::kDead) one.at = clock.now();
    }
    settled.push_back(std::move(one));
  }

  void settle() {
    if (settled.empty()) return;
    if (store.settle(settled)) settled.clear();
    else if (settled.size() > 10'000) settled.clear();  // their leases end; some are sent twice
  }

  void next(Flight& flight, Moment now) {
    ++flight.at;
    flight.form.reset();
    flight.attempts = 0;
    flight.plain = flight.unsure = false;
    flight.due = now;
    if (!flight.over()) return;
    say_end(flight);
    more = true;
  }
  void say_end(const Flight& flight) {
    Settled one;
    one.what = Settled::What::kRelease;
    one.conversation = flight.load.where.conversation;
    one.claim = flight.load.claim;
    settled.push_back(std::move(one));
  }

  void dead(Flight& flight, Moment now, const std::string& why) {
    log::write(log::Level::kWarn, "not_delivered", {{"channel", flight.load.address.channel}, {"account", flight.load.address.account}, {"why", why}});
    say(flight, Settled::What::kDead, 0, why);
    next(flight, now);
  }

  // Gives the conversation back until `wait` is over.
  void later(Flight& flight, steady_clock::duration wait) {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait).count();
    say(flight, Settled::What::kLater, clock.now() + std::max<std::int64_t>(1, seconds));
    flight.at = flight.load.pieces.size();
  }

  // As far as it can go without waiting.
  void advance(const std::string& key, Flight& flight, Moment now) {
    while (!flight.over() && !flight.in_air && flight.due <= now) {
      if (!flight.form && !prepare(flight, now)) continue;
      if (now - flight.leased > kRenew) {
        flight.leased = now;
        say(flight, Settled::What::kHold, clock.now() + kLease);
      }
      if (!may_go(flight, now)) return;
      start(key, flight);
    }
  }

  // False: the piece will not be sent.
  bool prepare(Flight& flight, Moment now) {
    if (!flight.piece().body.empty()) flight.form = read_part(flight.piece().body);
    // Where its turn was read: they may have gone on in another place since.
    if (flight.form && flight.form->to && *flight.form->to != flight.load.address) aim(flight, *flight.form->to);
    if (!flight.channel || !flight.account) return dead(flight, now, "no-account"), false;
    if (flight.piece().expires <= clock.now()) return dead(flight, now, "expired"), false;
    if (flight.piece().body.empty()) return dead(flight, now, "words-gone"), false;
    if (!flight.form) return dead(flight, now, "unreadable"), false;
    if (flight.piece().version < flight.overtaken && !flight.form->safety && !flight.form->written && flight.attempts == 0) {
      say(flight, Settled::What::kSent);  // overtaken by an answer: gone, and not missed
      return next(flight, now), false;
    }
    return true;
  }

  Lane& lane(const Flight& flight) {
    const auto name = std::make_pair(flight.account->channel, flight.account->name);
    const auto found = lanes.find(name);
    if (found != lanes.end()) return found->second;
    const Pace usual = flight.channel->pace();
    const double all = number_or(flight.account->at("rate"), usual.account), each = number_or(flight.account->at("rate_each"), usual.each);
    return lanes.try_emplace(name, Rate{all, std::max(1.0, all)}, Rate{each, usual.at_once}).first->second;
  }

  bool may_go(Flight& flight, Moment now) {
    Lane& road = lane(flight);
    if (road.closed_until > now) return flight.due = road.closed_until, false;
    const storage::Digest digest = storage::sha256(flight.load.address.place);
    std::uint64_t one = 0;
    std::copy_n(digest.begin(), sizeof one, reinterpret_cast<std::uint8_t*>(&one));
    auto wait = road.each.take(one, now);
    if (wait.count() == 0) wait = road.all.take(0, now);
    if (wait.count() > 0) flight.due = now + std::chrono::ceil<milliseconds>(wait);
    return wait.count() == 0;
  }

  void start(const std::string& key, Flight& flight) {
    const bool plain = flight.plain && !flight.form->plain.is_null();
    HttpCall call = flight.channel->call(*flight.account, plain ? flight.form->plain : flight.form->send);
    flight.in_air = true;
    http.call(std::move(call), [to = tray, key](HttpAnswer answer) {
      {
        std::lock_guard lock(to->mutex);
        to->landed.push_back({key, std::move(answer)});
      }
      to->wake.notify_all();
    });
  }

  void land(const Landed& landed, Moment now) {
    const auto found = flights.find(landed.conversation);
    if (found == flights.end() || !found->second.in_air) return;
    Flight& flight = found->second;
    flight.in_air = false;
    const Delivered delivered = flight.channel->judge(landed.answer, clock.now());
    if (delivered.what == Delivered::What::kSent) {
      book.sent(*flight.account, clock.now());
      say(flight, Settled::What::kSent);
      return next(flight, now);
    }
    book.failed(*flight.account, clock.now(), delivered.why);
    switch (delivered.what) {
      case Delivered::What::kSent: return;
      case Delivered::What::kRefused: return dead(flight, now, delivered.why);
      case Delivered::What::kPlain:
        if (flight.plain || flight.form->plain.is_null()) return dead(flight, now, delivered.why);
        flight.plain = true;
        flight.due = now;
        return;
      case Delivered::What::kBarred:
        lane(flight).closed_until = now + kBarred;
        return later(flight, kBarred);
      case Delivered::What::kLater: break;
    }
    // It may be there already: one more try, and if nobody can say again, it is taken for sent.
    if (landed.answer.may_have_arrived && std::exchange(flight.unsure, true)) {
      say(flight, Settled::What::kSent);
      return next(flight, now);
    }
    wait_after(flight, delivered, now);
  }

  void wait_after(Flight& flight, const Delivered& delivered, Moment now) {
    const double doubled = std::chrono::duration<double>(options.first_wait).count() * static_cast<double>(1 << std::min(flight.attempts, 12));
    const double longest = flight.attempts < 10 ? kLongest : kMuchLater;
    const double jitter = std::uniform_real_distribution<double>(0.8, 1.2)(random);
    const double seconds = delivered.seconds > 0 ? delivered.seconds * std::uniform_real_distribution<double>(1.0, 1.1)(random) : std::min(doubled, longest) * jitter;
    const auto wait = std::chrono::duration_cast<steady_clock::duration>(std::chrono::duration<double>(std::min(seconds, 86'400.0)));
    if (delivered.everybody) lane(flight).closed_until = now + std::min<steady_clock::duration>(wait, kSlowDown);
    ++flight.attempts;
    flight.due = now + wait;
    if (wait > kStay) later(flight, wait);
  }
};

Sender::Sender(storage::Store& store, AccountBook& book, HttpClient& http, const Clock& clock)
    : Sender(store, book, http, clock, Options{}) {}
Sender::Sender(storage::Store& store, AccountBook& book, HttpClient& http, const Clock& clock, Options options)
    : inside_(std::make_unique<Inside>(store, book, http, clock, options)) {}
Sender::~Sender() = default;

void Sender::nudge(const storage::Id& conversation, storage::Version version, bool answers) {
  {
    std::lock_guard lock(inside_->tray->mutex);
    inside_->tray->nudges.push_back({key_of(conversation), version, answers});
  }
  inside_->tray->wake.notify_all();
}

// A consignment of a conversation that is nowhere: what is said of it to the store changes nothing.
void Sender::farewell(const storage::Address& to, const std::vector<storage::Part>& parts) {
  storage::Consignment load;
  load.where.conversation = storage::random_id();
  load.address = to;
  int number = 0;
  for (const auto& part : parts) load.pieces.push_back({1, number++, part.not_before, part.expires, part.body});
  {
    std::lock_guard lock(inside_->tray->mutex);
    inside_->tray->farewells.push_back(std::move(load));
  }
  inside_->tray->wake.notify_all();
}

void Sender::finish() { inside_->finish(); }

}  // namespace attune::bot
