// How a world goes: a hundred or so steps, each one thing by chance (somebody says something, a request
// arrives, a batch is written, a callback runs, a process dies ...), then calm: faults end, everything
// that waits is done, everybody asks again for what they have no answer to. Then nothing may wait.
//
// Nothing here looks at the clock of the machine, at addresses or at random ids, so a seed can be
// lived again.
#include "tests/turn/world.h"

#include <algorithm>
#include <optional>

#include "bot/turn/reply.h"
#include "tests/turn/node.h"
#include "tests/turn/shelf.h"

namespace attune::turn_test {
namespace {

constexpr std::int64_t kBegin = 1'767'607'200;
constexpr std::int64_t kHour = 3'600, kDay = 86'400;

bot::Measures& measures() {
  static bot::Measures all;
  return all;
}

const char* name(Told told) {
  switch (told) {
    case Told::kShown: return "shown";
    case Told::kReused: return "reused";
    case Told::kGone: return "gone";
    case Told::kBusy: return "busy";
    case Told::kUnavailable: return "unavailable";
  }
  return "";
}

class World {
 public:
  World(std::uint64_t seed, bool with_log, Wrong wrong) : dice_(seed), with_log_(with_log) {
    disk_->wrong = wrong;
    disk_->on_turn = [this](const storage::Turn& turn) {
      oracle_.durable(turn);
      note([&] { return "durable " + oracle_.name_of(turn.where.conversation) + " " + std::to_string(turn.read_version + 1); });
    };
    disk_->on_forgotten = [this](const storage::Id& person) {
      ++lived_.forgotten;
      oracle_.forgotten(person);
      note([&] { return std::string("a person is forgotten"); });
    };
    set_weather();
    for (const auto& edition : {Shelf::get().at(0)}) disk_->editions.emplace(edition->hash, storage::Edition{edition->hash, kBegin, edition->sources});
    clients_.resize(static_cast<std::size_t>(dice_.between(2, 5)));
    for (std::size_t i = 0; i < clients_.size(); ++i) {
      clients_[i].address.channel = "sim";
      clients_[i].address.place = "p" + std::to_string(dice_.below(100)) + "." + std::to_string(i);
      clients_[i].orderly = dice_.chance(400);
    }
    nodes_.resize(dice_.chance(400) ? 2 : 1);
    for (std::size_t i = 0; i < nodes_.size(); ++i) start(i);
  }

  Lived run() {
    try {
      const int steps = dice_.between(60, 160);
      for (int i = 0; i < steps; ++i) step();
      calm();
      oracle_.compare(*disk_);
    } catch (const Broken& broken) {
      lived_.broken = broken.what();
    }
    lived_.turns = oracle_.turns();
    lived_.on_older_editions = oracle_.on_older_editions();
    lived_.dangers = oracle_.dangers();
    lived_.log = std::move(log_);
    return lived_;
  }

 private:
  struct Client {
    storage::Address address;
    bool orderly = false;  // waits for one answer before saying the next
    std::vector<std::unique_ptr<Sent>> sent;
    std::vector<std::string> buttons;  // every one ever shown
    int stale = 0;  // what was said before is too old to be retried
  };

  template <typename Words>
  void note(const Words& words) {
    if (with_log_) log_ += std::to_string(wall_ - kBegin) + "s " + words() + "\n";
  }

  void set_weather() {
    if (dice_.chance(150)) return;  // a good day
    const int much = dice_.chance(300) ? 4 : 1;
    weather_ = {20 * much, 15 * much, 60 * much, 500, 50 * much, 60 * much};
  }

  // --- processes

  void start(std::size_t which) {
    Node::Options options;
    options.weather = &weather_;
    options.dice = &dice_;
    options.wall = [this] { return wall_; };
    options.uptime = [this] { return uptime_; };
    options.cached = dice_.chance(300) ? 1 : 20'000;
    options.number = ++processes_;
    nodes_[which] = std::make_unique<Node>(disk_, Shelf::get().at(folder_), oracle_, measures(), options,
                                           [this](Request& request, Told told, bool stored) { answered(request, told, stored); });
    Node* node = nodes_[which].get();
    const auto& edition = Shelf::get().at(folder_);
    disk_->editions.emplace(edition->hash, storage::Edition{edition->hash, wall_, edition->sources});
    node->store.meanwhile = [this, node] { meanwhile(*node); };
  }

  void restart() {
    const auto which = static_cast<std::size_t>(dice_.below(static_cast<int>(nodes_.size())));
    ++lived_.restarts;
    note([&] { return "process " + std::to_string(which) + " dies"; });
    nodes_[which]->store.die();
    nodes_[which].reset();
    start(which);
  }

  Node& any_node() { return *nodes_[static_cast<std::size_t>(dice_.below(static_cast<int>(nodes_.size())))]; }

  // What another thread, or another process, does while `node` is in the middle of a call.
  void meanwhile(Node& node) {
    Node& other = any_node();
    switch (dice_.below(&other == &node ? 2 : 4)) {
      case 0: (void)other.store.decide(); return;
      case 1: (void)other.store.release(); return;
      case 2:
        if (!other.busy_taking()) redo(other);
        return;
      default:
        if (!other.busy_taking()) say(other);
    }
  }

  // --- people

  Client& any_client() { return clients_[static_cast<std::size_t>(dice_.below(static_cast<int>(clients_.size())))]; }
  int number_of(const Client& client) const { return static_cast<int>(&client - clients_.data()); }

  std::string words(const std::string& own) {
    static const std::vector<std::string> bare = {"back", "repeat", "skip", "help", "stop", "pause", "help now", "exit", "yes", "no", "3", "7", "go on",
                                                  "another word", "rate it", "not now", "yes, delete it", "delete my data", "delete my data", "i want to kill myself", kNewDanger, "i feel hopeless", "are you a bot"};
    static const std::vector<std::string> around = {"", "", "", " storm", " rain", " hail", " tea", " coffee", " in the wind"};
    return dice_.chance(450) ? dice_.of(bare) : own + dice_.of(around);
  }

  Sent& make(Client& client) {
    auto sent = std::make_unique<Sent>();
    sent->client = number_of(client);
    sent->number = static_cast<int>(client.sent.size());
    bot::Inbound& inbound = sent->inbound;
    inbound.address = client.address;
    if (!dice_.chance(100)) inbound.event = {"sim", "default", canary(sent->client, sent->number)};
    const bool press = !client.buttons.empty() && dice_.chance(400);
    if (dice_.chance(60)) {
      inbound.kind = dialogs::Event::Kind::kStart;
    } else if (press) {  // the newest, or a stale one
      inbound.choice = dice_.chance(700) ? client.buttons[client.buttons.size() - 1 - static_cast<std::size_t>(dice_.below(std::min<int>(4, static_cast<int>(client.buttons.size()))))] : dice_.of(client.buttons);
    } else {
      inbound.text = words(canary(sent->client, sent->number));
    }
    client.sent.push_back(std::move(sent));
    oracle_.made(*client.sent.back());
    return *client.sent.back();
  }

  bool open(const Sent& sent) const { return !sent.shown && !sent.answered; }

  void say(Node& node) {
    Client& client = any_client();
    if (client.orderly && !client.sent.empty() && open(*client.sent.back()) && !client.sent.back()->inbound.event.none()) return say_again(client, node);
    deliver(make(client), node);
  }

  // The same event once more: a platform that lost the answer, or did not wait for it.
  void say_again(Client& client, Node& node) {
    if (client.sent.empty()) return;
    const int last = static_cast<int>(client.sent.size()) - 1;
    Sent& sent = *client.sent[static_cast<std::size_t>(dice_.chance(700) ? last - dice_.below(std::min(4, last + 1)) : dice_.below(last + 1))];
    if (!sent.inbound.event.none() && sent.number >= client.stale) deliver(sent, node);
  }

  // Somebody's id with other words.
  void reuse(Node& node) {
    const Client& victim = any_client();
    Client& client = any_client();
    if (victim.sent.empty()) return;
    const storage::EventId event = dice_.of(victim.sent)->inbound.event;
    Sent& sent = make(client);
    if (event.none() || sent.inbound.kind == dialogs::Event::Kind::kStart) return deliver(sent, node);
    sent.inbound.event = event;
    oracle_.made(sent);
    deliver(sent, node);
  }

  void deliver(Sent& sent, Node& node) {
    auto request = std::make_shared<Request>();
    request->sent = &sent;
    request->forgets = oracle_.forgets(sent.client);
    note([&] { return "p" + std::to_string(sent.client) + " sends " + std::to_string(sent.number) + " \"" + sent.inbound.text + sent.inbound.choice + "\" as " + sent.inbound.event.id; });
    node.take(request);
  }

  void redo(Node& node) {
    if (node.again.empty()) return;
    const auto which = static_cast<std::size_t>(dice_.below(static_cast<int>(node.again.size())));
    const auto request = node.again[which];
    node.again.erase(node.again.begin() + static_cast<std::ptrdiff_t>(which));
    ++lived_.again;
    note([&] { return "p" + std::to_string(request->sent->client) + "'s " + std::to_string(request->sent->number) + " is taken again"; });
    node.take(request);
  }

  void answered(Request& request, Told told, bool stored) {
    Sent& sent = *request.sent;
    note([&] { return "p" + std::to_string(sent.client) + "'s " + std::to_string(sent.number) + " is " + name(told) + (stored ? ", from the store" : ""); });
    switch (told) {
      case Told::kReused: ++lived_.reused; return oracle_.told_reused(sent);
      case Told::kGone: ++lived_.gone; return oracle_.told_gone(sent, request.forgets);
      case Told::kBusy:
      case Told::kUnavailable: ++lived_.refused; return;
      case Told::kShown: break;
    }
    ++lived_.shown;
    lived_.stored += stored;
    oracle_.shown(sent, request.taken.where, request.taken.version, request.taken.reply, stored);
    Client& client = clients_[static_cast<std::size_t>(sent.client)];
    if (request.taken.reply.empty()) return;
    const bot::Reply reply = bot::read_reply(request.taken.reply);
    if (reply.offer) {
      for (const auto& choice : reply.offer->choices) client.buttons.push_back(choice.value);
    }
  }

  void forget(Node& node) {
    Client& client = any_client();
    const auto where = node.store.find(client.address);
    if (!where || !*where) return;
    note([&] { return "p" + std::to_string(number_of(client)) + " asks to be forgotten"; });
    bool told = false;
    node.turns.forget({client.address}, (*where)->person, [&](storage::Commit outcome) { told = outcome == storage::Commit::kDone; });
    if (told && disk_->tombstones.count((*where)->person) == 0) throw Broken("somebody was told that they are forgotten, and is not");
  }

  // --- editions and clocks

  void publish(Node& node) {
    if (dice_.chance(250)) {
      ++lived_.broken_editions;
      const std::string before = node.editions.live()->hash;
      if (node.editions.replace(dice_.of(Shelf::get().broken()), wall_).edition || node.editions.live()->hash != before) throw Broken("a broken edition went live");
      return;
    }
    const auto which = static_cast<std::size_t>(dice_.below(static_cast<int>(Shelf::get().size())));
    const auto built = node.editions.replace(Shelf::get().at(which)->sources, wall_);
    note([&] { return "edition " + std::to_string(which) + (built.edition ? " is published" : " could not be kept"); });
    if (!built.edition) return;
    ++(which < folder_ ? lived_.rolled_back : lived_.published);
    folder_ = which;
  }

  void pass(std::int64_t seconds) {
    wall_ += seconds;
    uptime_ += seconds;
  }

  // Somebody sets the clock; sooner or later somebody sets it right.
  void leap() {
    ++lived_.leaps;
    if (leapt_ != 0) {
      wall_ -= leapt_;
      leapt_ = 0;
    } else {
      static const std::vector<std::int64_t> far = {kHour, -kHour, kDay, -kDay, 3 * kDay};
      leapt_ = dice_.of(far);
      wall_ += leapt_;
    }
    note([&] { return std::string("the clock leaps"); });
  }

  // --- how it goes

  void step() {
    const int chance = dice_.below(1000);
    if (chance < 260) return say(any_node());
    if (chance < 370) return say_again(any_client(), any_node());
    if (chance < 390) return reuse(any_node());
    if (chance < 520) return void(any_node().store.decide());
    if (chance < 700) return void(any_node().store.release());
    if (chance < 850) return redo(any_node());
    if (chance < 865) return forget(any_node());
    if (chance < 885) return publish(any_node());
    if (chance < 905) return restart();
    if (chance < 915) return leap();
    if (chance < 920) return void(any_node().store.sweep(any_node().clock.now()));
    if (chance < 924) return later();
    pass(dice_.chance(100) ? dice_.between(1, 8) * kHour / 2 : dice_.between(1, 90));
  }

  void finish(Node& node) {
    while (!node.again.empty() || !node.store.quiet()) {
      redo(node);
      node.store.settle();
    }
  }

  // So much later that nobody retries what was sent before, and no request is still under way.
  void later() {
    for (auto& node : nodes_) finish(*node);
    for (auto& node : nodes_) finish(*node);  // the second may have been at work while the first was
    pass(9 * kDay);
    for (auto& client : clients_) client.stale = static_cast<int>(client.sent.size());
    note([&] { return std::string("nine days pass"); });
  }

  void calm() {
    note([&] { return std::string("calm"); });
    weather_ = {};
    for (int round = 0; round < 40; ++round) {
      bool waiting = false;
      for (auto& node : nodes_) finish(*node);
      for (auto& client : clients_) {
        for (auto& sent : client.sent) {
          if (!open(*sent) || sent->inbound.event.none() || sent->number < client.stale) continue;
          waiting = true;
          deliver(*sent, any_node());
        }
      }
      if (!waiting) return;
    }
    throw Broken("somebody waits for ever");
  }

  Dice dice_;
  const bool with_log_;
  std::string log_;
  Lived lived_;
  Oracle oracle_;
  std::shared_ptr<Disk> disk_ = std::make_shared<Disk>();
  Weather weather_;
  std::int64_t wall_ = kBegin, uptime_ = 1'000, leapt_ = 0;
  std::size_t folder_ = 0;  // the edition that the scripts' folder holds
  int processes_ = 0;
  std::vector<Client> clients_;
  std::vector<std::unique_ptr<Node>> nodes_;
};

}  // namespace

void Lived::add(const Lived& other) {
  for (int Lived::*one : {&Lived::turns, &Lived::shown, &Lived::stored, &Lived::again, &Lived::reused, &Lived::gone, &Lived::refused, &Lived::restarts, &Lived::forgotten,
                          &Lived::published, &Lived::rolled_back, &Lived::broken_editions, &Lived::leaps, &Lived::on_older_editions, &Lived::dangers})
    this->*one += other.*one;
}

Lived live(std::uint64_t seed, bool with_log, Wrong wrong) { return World(seed, with_log, wrong).run(); }

}  // namespace attune::turn_test
