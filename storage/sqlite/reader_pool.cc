#include "storage/sqlite/reader_pool.h"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "storage/sqlite/connection.h"
#include "storage/sqlite/hand_offs.h"
#include "storage/sqlite/holdings_reader.h"

namespace attune::storage::sqlite {
namespace {

constexpr const char* kFind =
    "SELECT p.id, c.id, a.sealed, coalesce(l.since, 0) FROM address a JOIN conversation c ON c.number = a.conversation "
    "JOIN person p ON p.number = c.person LEFT JOIN place l ON l.hash = a.hash WHERE a.hash = ?1";

constexpr const char* kLoad =
    "SELECT p.id, t.version, s.control, s.texts, p.version, p.control, p.texts, s.number IS NULL, t.mark, "
    "(SELECT a.sealed FROM place l JOIN address a ON a.hash = l.hash WHERE l.conversation = c.number ORDER BY l.used DESC LIMIT 1) "
    "FROM conversation c JOIN person p ON p.number = c.person "
    "JOIN turn t ON t.conversation = c.number LEFT JOIN state s ON s.number = t.number "
    "WHERE c.id = ?1 ORDER BY t.version DESC LIMIT 1";

constexpr const char* kPlaced =
    "SELECT turn FROM event_a WHERE place BETWEEN ?1 AND ?1 + 7 UNION ALL "
    "SELECT turn FROM event_b WHERE place BETWEEN ?1 AND ?1 + 7";

constexpr const char* kReplied =
    "SELECT p.id, c.id, t.version, t.body, w.text, t.reply FROM turn t "
    "JOIN conversation c ON c.number = t.conversation "
    "JOIN person p ON p.number = c.person JOIN word w ON w.number = t.class "
    "WHERE t.number = ?1 AND t.event = ?2";

constexpr const char* kTranscript =
    "SELECT p.id, t.version, t.at, k.text, w.text, t.said, t.reply FROM conversation c "
    "JOIN person p ON p.number = c.person JOIN turn t ON t.conversation = c.number "
    "JOIN word k ON k.number = t.kind JOIN word w ON w.number = t.class "
    "WHERE c.id = ?1 AND t.version > ?2 ORDER BY t.version LIMIT ?3";

// Row values, so that the index is entered at the place where the last page ended.
constexpr const char* kDueTimers =
    "SELECT p.id, c.id, t.number, t.due, t.conversation, (SELECT a.sealed FROM address a LEFT JOIN place l ON l.hash = a.hash "
    "WHERE a.conversation = c.number ORDER BY l.used DESC LIMIT 1) FROM timer t JOIN conversation c ON c.number = t.conversation JOIN person p ON p.number = c.person "
    "WHERE t.due <= ?1 AND (t.due, t.conversation, t.number) > (?2, ?3, ?4) "
    "ORDER BY t.due, t.conversation, t.number LIMIT ?5";

constexpr const char* kActivations =
    "SELECT hash, previous, at, how, who, why, moves FROM activation ORDER BY number DESC LIMIT ?1";

constexpr const char* kControls =
    "SELECT c.number, (SELECT s.control FROM turn t JOIN state s ON s.number = t.number "
    "WHERE t.conversation = c.number ORDER BY t.version DESC LIMIT 1) FROM conversation c "
    "WHERE c.number > ?1 ORDER BY c.number LIMIT ?2";

constexpr const char* kMeasured =
    "SELECT t.number, t.version, t.at, t.facts, t.conversation = ?1 FROM turn t WHERE t.conversation IN (SELECT o.number "
    "FROM conversation o WHERE o.person = (SELECT person FROM conversation WHERE number = ?1)) "
    "ORDER BY t.number DESC LIMIT 20000";

}  // namespace

class Reader {
 public:
  Reader(const std::string& path, const std::string& vfs, Sealer& sealer,
         std::size_t cache_bytes)
      : sealer_(sealer),
        database_(connect(path, vfs, Purpose::kRead, cache_bytes)),
        find_(database_, kFind),
        load_(database_, kLoad),
        placed_(database_, kPlaced),
        replied_(database_, kReplied),
        transcript_(database_, kTranscript),
        due_timers_(database_, kDueTimers),
        edition_(database_, "SELECT at, files FROM edition WHERE hash = ?1"),
        activations_(database_, kActivations),
        controls_(database_, kControls) {}

  std::optional<Where> find(const Address& address) {
    const std::string hash = address_hash(address, sealer_);
    Run run(find_, std::string_view(hash));
    if (!run.next()) return std::nullopt;
    const Where where{id_of(run.bytes_view(0)), id_of(run.bytes_view(1)), static_cast<Version>(run.number(3))};
    // One flipped bit in a row could lead to somebody else's conversation, and the words there would
    // open. The address is sealed with the key of whose it is.
    const bool whole = run.bytes_view(0).size() == where.person.size() &&
                       run.bytes_view(1).size() == where.conversation.size();
    if (const auto key = sealer_.find(where.person);
        !whole || (key && open_address(key, run.bytes_view(2)) != address))
      throw SQLite::Exception("an address leads to somebody else", SQLITE_CORRUPT);
    return where;
  }

  std::optional<Snapshot> load(const Id& conversation) {
    Run run(load_, view(conversation));
    if (!run.next()) return std::nullopt;
    if (run.number(7)) throw SQLite::Exception("the newest turn has no state", SQLITE_CORRUPT);
    Snapshot snapshot;
    snapshot.where = {id_of(run.bytes_view(0)), conversation};
    snapshot.version = static_cast<Version>(run.number(1));
    snapshot.mark = static_cast<Mark>(run.number(8));
    snapshot.person_version = static_cast<Version>(run.number(4));
    const Sealer::Key key = sealer_.find(snapshot.where.person);
    snapshot.conversation = open_kept(key, turn_row(conversation, snapshot.version, "state"),
                                      run.bytes(2), run.bytes_view(3));
    snapshot.person =
        open_kept(key, memory_row(snapshot.person_version), run.bytes(5), run.bytes_view(6));
    if (key && !run.null(9)) snapshot.focus = open_address(key, run.bytes_view(9));
    return snapshot;
  }

  // The newest turn of the event. Memory is asked first: what leaves it is in a table by then.
  std::optional<Reply> replied(const EventId& event, const RecentEvents& recent) {
    const EventKey key = event_key(event, sealer_);
    std::vector<std::int64_t> numbers = recent.numbers(key.place);
    {
      Run run(placed_, key.place);
      while (run.next()) numbers.push_back(run.number(0));
    }
    std::sort(numbers.rbegin(), numbers.rend());
    for (const std::int64_t number : numbers)
      if (auto reply = reply_of(number, key)) return reply;
    return std::nullopt;
  }

  std::vector<TranscriptEntry> transcript(const Id& conversation, Version after, int limit) {
    std::vector<TranscriptEntry> entries;
    Sealer::Key key;
    Run run(transcript_, view(conversation), static_cast<std::int64_t>(after),
            static_cast<std::int64_t>(std::max(limit, 0)));
    while (run.next()) {
      if (entries.empty()) key = sealer_.find(id_of(run.bytes_view(0)));
      TranscriptEntry entry;
      entry.version = static_cast<Version>(run.number(1));
      entry.at = run.number(2);
      entry.kind = run.bytes(3);
      const std::string keep_class = run.bytes(4);
      entry.said = open_text(key, turn_row(conversation, entry.version, "said"), keep_class,
                             run.bytes_view(5));
      entry.reply = open_text(key, turn_row(conversation, entry.version, "reply"), keep_class,
                              run.bytes_view(6));
      entries.push_back(std::move(entry));
    }
    return entries;
  }

  std::vector<DueTimer> due_timers(Time now, const std::optional<DueTimer>& after, int limit) {
    std::vector<DueTimer> due;
    Run run(due_timers_, now, after ? after->due : std::numeric_limits<Time>::min(), after ? after->row : 0,
            static_cast<std::int64_t>(after ? after->number : 0), static_cast<std::int64_t>(std::max(limit, 0)));
    while (run.next()) {
      DueTimer timer;
      timer.where = {id_of(run.bytes_view(0)), id_of(run.bytes_view(1))};
      timer.number = static_cast<TimerNumber>(run.number(2));
      timer.due = run.number(3);
      timer.row = run.number(4);
      auto address = open_address(sealer_.find(timer.where.person), run.bytes_view(5));
      if (!address) continue;  // their key is gone already, and these rows go with the next commit
      timer.address = std::move(*address);
      due.push_back(std::move(timer));
    }
    return due;
  }

  Backlog backlog() {
    Backlog backlog;
    SQLite::Statement ask(database_,
                          "SELECT (SELECT min(due) FROM timer), (SELECT min(due) FROM delivery), (SELECT count(*) FROM "
                          "dead_letter)");
    Run run(ask);
    if (!run.next()) return backlog;
    if (!run.null(0)) backlog.next_timer = run.number(0);
    if (!run.null(1)) backlog.next_delivery = run.number(1);
    backlog.dead_letters = run.number(2);
    return backlog;
  }

  std::vector<DeadLetter> dead_letters(int limit) {
    std::vector<DeadLetter> letters;
    SQLite::Statement find(database_,
                           "SELECT c.id, d.version, d.part, d.at, d.attempts, d.why, p.id, (SELECT a.sealed FROM address a LEFT JOIN "
                           "place l ON l.hash = a.hash WHERE a.conversation = c.number ORDER BY l.used DESC LIMIT 1) FROM dead_letter d JOIN conversation c ON c.number = "
                           "d.conversation JOIN person p ON p.number = c.person ORDER BY d.at DESC LIMIT ?1");
    Run run(find, static_cast<std::int64_t>(std::max(limit, 0)));
    while (run.next()) {
      auto address = open_address(sealer_.find(id_of(run.bytes_view(6))), run.bytes_view(7));
      if (!address) continue;  // their key is gone already, and these rows go with the next commit
      letters.push_back({id_of(run.bytes_view(0)), static_cast<Version>(run.number(1)), static_cast<int>(run.number(2)),
                         run.number(3), static_cast<int>(run.number(4)), run.bytes(5), std::move(*address)});
    }
    return letters;
  }

  std::vector<Measured> measured(const Id& conversation, const std::string& script, const std::string& name, int limit) {
    std::vector<Measured> found;
    SQLite::Statement number(database_, "SELECT number FROM conversation WHERE id = ?1");
    Run place(number, view(conversation));
    if (!place.next()) return found;
    SQLite::Statement find(database_, kMeasured);
    Run run(find, place.number(0));
    while (found.size() < static_cast<std::size_t>(std::max(limit, 0)) && run.next()) {
      if (run.null(3)) continue;
      const auto facts = nlohmann::json::parse(run.bytes_view(3), nullptr, false);
      if (!facts.is_object() || !facts.contains("measures")) continue;
      const auto& measures = facts["measures"];
      for (auto one = measures.rbegin(); one != measures.rend(); ++one) {
        if (one->value("name", "") != name || (!script.empty() && one->value("script", "") != script)) continue;
        found.push_back({run.number(4) != 0 ? static_cast<Version>(run.number(1)) : 0, run.number(2), one->value("value", std::int64_t{0})});
      }
    }
    if (found.size() > static_cast<std::size_t>(std::max(limit, 0))) found.resize(static_cast<std::size_t>(limit));
    std::reverse(found.begin(), found.end());
    return found;
  }

  std::vector<Handed> handed(const HandedList& list) { return read_handed(database_, sealer_, list); }
  std::optional<Handed> handed(const Id& conversation, std::uint32_t number) {
    return read_handed(database_, sealer_, conversation, number);
  }

  std::optional<Holdings> holdings(const Id& person) {
    return read_holdings(database_, sealer_, person);
  }

  std::optional<Edition> edition(const std::string& hash) {
    Run run(edition_, Text{hash});
    if (!run.next()) return std::nullopt;
    const auto files = nlohmann::json::parse(run.bytes_view(1), nullptr, false);
    if (!files.is_object()) throw SQLite::Exception("an edition cannot be read", SQLITE_CORRUPT);
    Edition edition{hash, run.number(0), {}};
    for (const auto& [path, text] : files.items())
      if (text.is_string()) edition.files.emplace(path, text.get<std::string>());
    return edition;
  }

  std::vector<Activation> activations(int limit) {
    std::vector<Activation> all;
    Run run(activations_, static_cast<std::int64_t>(std::max(limit, 0)));
    while (run.next()) {
      all.push_back({run.bytes(0), run.bytes(1), run.number(2), run.bytes(3), run.bytes(4),
                     run.bytes(5), run.number(6) != 0});
    }
    return all;
  }

  std::vector<std::string> controls(std::uint64_t& after, int limit) {
    std::vector<std::string> all;
    Run run(controls_, static_cast<std::int64_t>(after), static_cast<std::int64_t>(limit));
    while (run.next()) {
      after = static_cast<std::uint64_t>(run.number(0));
      all.push_back(run.bytes(1));
    }
    return all;
  }

 private:
  std::optional<Reply> reply_of(std::int64_t number, const EventKey& key) {
    Run run(replied_, number, std::string_view(key.hash));
    if (!run.next()) return std::nullopt;
    Reply reply;
    reply.where = {id_of(run.bytes_view(0)), id_of(run.bytes_view(1))};
    reply.version = static_cast<Version>(run.number(2));
    const std::string_view body = run.bytes_view(3);
    if (body.size() == reply.body.size())
      std::copy(body.begin(), body.end(), reinterpret_cast<char*>(reply.body.data()));
    reply.reply = open_text(sealer_.find(reply.where.person),
                            turn_row(reply.where.conversation, reply.version, "reply"),
                            run.bytes(4), run.bytes_view(5));
    return reply;
  }

  Sealer& sealer_;
  SQLite::Database database_;
  SQLite::Statement find_, load_, placed_, replied_, transcript_, due_timers_, edition_, activations_, controls_;
};

ReaderPool::ReaderPool(std::string path, std::string vfs, Sealer& sealer,
                       const RecentEvents& recent, std::size_t cache_bytes, std::size_t most)
    : path_(std::move(path)),
      vfs_(std::move(vfs)),
      sealer_(sealer),
      recent_(recent),
      cache_bytes_(cache_bytes),
      most_(most) {}

ReaderPool::~ReaderPool() { close(); }

std::unique_ptr<Reader> ReaderPool::take() {
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return closed_ || !free_.empty() || out_ < most_; });
    if (closed_) return nullptr;
    ++out_;
    if (!free_.empty()) {
      auto reader = std::move(free_.back());
      free_.pop_back();
      return reader;
    }
  }
  try {
    return std::make_unique<Reader>(path_, vfs_, sealer_, cache_bytes_);
  } catch (...) {
    give_back(nullptr);
    throw;
  }
}

void ReaderPool::give_back(std::unique_ptr<Reader> reader) {
  const std::lock_guard lock(mutex_);
  --out_;
  if (reader && !closed_) free_.push_back(std::move(reader));
  changed_.notify_all();
}

void ReaderPool::close() {
  std::vector<std::unique_ptr<Reader>> closing;
  std::unique_lock lock(mutex_);
  closed_ = true;
  changed_.notify_all();
  changed_.wait(lock, [&] { return out_ == 0; });
  closing.swap(free_);
}

template <typename T>
Result<T> ReaderPool::with_reader(const char* doing, const std::function<T(Reader&)>& read) {
  std::unique_ptr<Reader> reader;
  bool taken = false;
  try {
    reader = take();
    if (!reader) return Failure{Failure::Kind::kUnavailable, path_ + " is closed"};
    taken = true;
    T value = read(*reader);
    give_back(std::move(reader));
    return value;
  } catch (const SQLite::Exception& error) {
    const Failure failure = explain(error, path_, doing);
    reader.reset();
    if (taken) give_back(nullptr);
    return failure;
  } catch (const KeysFailure& error) {
    give_back(std::move(reader));
    return error.failure;
  } catch (const std::exception& error) {
    const Failure failure{Failure::Kind::kUnavailable,
                          std::string(error.what()) + " (while " + doing + ")"};
    reader.reset();
    if (taken) give_back(nullptr);
    return failure;
  }
}

Result<std::optional<Where>> ReaderPool::find(const Address& address) {
  return with_reader<std::optional<Where>>("looking for an address",
                                           [&](Reader& r) { return r.find(address); });
}

Result<std::optional<Snapshot>> ReaderPool::load(const Id& conversation) {
  return with_reader<std::optional<Snapshot>>("loading a conversation",
                                              [&](Reader& r) { return r.load(conversation); });
}

Result<std::optional<Reply>> ReaderPool::replied(const EventId& event) {
  return with_reader<std::optional<Reply>>("looking for a reply",
                                           [&](Reader& r) { return r.replied(event, recent_); });
}

Result<std::vector<TranscriptEntry>> ReaderPool::transcript(const Id& conversation, Version after,
                                                            int limit) {
  return with_reader<std::vector<TranscriptEntry>>(
      "reading a transcript", [&](Reader& r) { return r.transcript(conversation, after, limit); });
}

Result<std::optional<Holdings>> ReaderPool::holdings(const Id& person) {
  return with_reader<std::optional<Holdings>>("reading what is kept of somebody",
                                              [&](Reader& r) { return r.holdings(person); });
}

Result<std::vector<DueTimer>> ReaderPool::due_timers(Time now, const std::optional<DueTimer>& after, int limit) {
  return with_reader<std::vector<DueTimer>>("looking for due timers",
                                            [&](Reader& r) { return r.due_timers(now, after, limit); });
}

Result<Backlog> ReaderPool::backlog() {
  return with_reader<Backlog>("looking for what is to be sent", [](Reader& r) { return r.backlog(); });
}

Result<std::vector<DeadLetter>> ReaderPool::dead_letters(int limit) {
  return with_reader<std::vector<DeadLetter>>("reading dead letters", [&](Reader& r) { return r.dead_letters(limit); });
}

Result<std::vector<Handed>> ReaderPool::handed(const HandedList& list) {
  return with_reader<std::vector<Handed>>("listing hand offs", [&](Reader& r) { return r.handed(list); });
}

Result<std::optional<Handed>> ReaderPool::handed(const Id& conversation, std::uint32_t number) {
  return with_reader<std::optional<Handed>>("looking for a hand off",
                                            [&](Reader& r) { return r.handed(conversation, number); });
}

Result<std::vector<Activation>> ReaderPool::activations(int limit) {
  return with_reader<std::vector<Activation>>("reading what was live",
                                              [&](Reader& r) { return r.activations(limit); });
}

Result<std::vector<std::string>> ReaderPool::controls(std::uint64_t& after, int limit) {
  return with_reader<std::vector<std::string>>(
      "looking at conversations", [&](Reader& r) { return r.controls(after, limit); });
}

Result<std::vector<Measured>> ReaderPool::measured(const Id& conversation, const std::string& script,
                                                   const std::string& name, int limit) {
  return with_reader<std::vector<Measured>>(
      "reading a measure", [&](Reader& r) { return r.measured(conversation, script, name, limit); });
}

Result<std::optional<Edition>> ReaderPool::edition(const std::string& hash) {
  return with_reader<std::optional<Edition>>("reading an edition",
                                             [&](Reader& r) { return r.edition(hash); });
}

}  // namespace attune::storage::sqlite
