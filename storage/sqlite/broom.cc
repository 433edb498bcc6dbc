// Each part has its own way of finding what is due without searching for it:
//
//   event ids   two tables; the older one is emptied from its left end, page after page, once the
//   younger
//               one has been filling for 8 days, and then they change places.
//   states      a turn names the turn before it, whose state it supersedes. A mark (fact 'thinned')
//   walks
//               up the turns' numbers and deletes the state before each. Every turn is passed once.
//   texts       a turn with something that runs out says when in `due`, the only thing indexed by
//   time.
//               The end of a run is such a time for all texts of class `run` up to that turn.
#include "storage/sqlite/broom.h"

#include <algorithm>
#include <vector>

#include "storage/sqlite/sealed_turn.h"

namespace attune::storage::sqlite {
namespace {

constexpr std::int64_t kEventsAStep = 2000;
constexpr std::int64_t kRowsAStep = 200;
constexpr Time kDeadLettersLive = 30 * 86'400;

std::optional<std::int64_t> fact(SQLite::Database& database, const char* name) {
  SQLite::Statement find(database, "SELECT value FROM fact WHERE name = ?1");
  Run run(find, Text{name});
  if (!run.next() || run.null(0)) return std::nullopt;
  return run.number(0);
}

void set_fact(SQLite::Database& database, const char* name, std::int64_t value) {
  SQLite::Statement update(database, "INSERT OR REPLACE INTO fact VALUES (?1, ?2)");
  Run(update, Text{name}, value).finish();
}

std::vector<std::int64_t> numbers(SQLite::Statement& statement, std::int64_t bound) {
  std::vector<std::int64_t> found;
  Run run(statement, bound, kRowsAStep);
  while (run.next()) found.push_back(run.number(0));
  return found;
}

}  // namespace

bool Broom::step() {
  bool more = turn_events();
  more = thin_states() || more;
  more = lapse_turns() || more;
  more = drop_dead_letters() || more;
  return lapse_persons() || more;
}

bool Broom::turn_events() {
  const auto since = fact(database_, "event_since");
  // A clock that was ahead and was set right must not hold ids until that day comes.
  if (!since || *since > now_) set_fact(database_, "event_since", now_);
  if (!since || now_ - *since < kEventWindow) return false;
  const auto current = fact(database_, "event_current").value_or(0);
  const std::string old = current == 0 ? "event_b" : "event_a";
  database_.exec("DELETE FROM " + old +
                 " WHERE place <= (SELECT max(place) FROM (SELECT place FROM " + old +
                 " ORDER BY place LIMIT " + std::to_string(kEventsAStep) + "))");
  if (database_.getChanges() > 0) return true;
  set_fact(database_, "event_current", 1 - current);
  set_fact(database_, "event_since", now_);
  turned_events_ = true;
  return false;
}

bool Broom::thin_states() {
  const std::int64_t mark = fact(database_, "thinned").value_or(0);
  SQLite::Statement next(
      database_, "SELECT number, previous FROM turn WHERE number > ?1 ORDER BY number LIMIT ?2");
  SQLite::Statement drop(database_, "DELETE FROM state WHERE number = ?1");
  std::vector<std::int64_t> superseded;
  std::int64_t last = mark, seen = 0;
  {
    Run run(next, mark, kRowsAStep);
    for (; run.next(); ++seen) {
      last = run.number(0);
      if (!run.null(1)) superseded.push_back(run.number(1));
    }
  }
  std::sort(superseded.begin(), superseded.end());
  for (const std::int64_t number : superseded) Run(drop, number).finish();
  if (seen > 0) set_fact(database_, "thinned", last);
  return seen == kRowsAStep;
}

bool Broom::lapse_turns() {
  SQLite::Statement due(database_, "SELECT number FROM turn WHERE due <= ?1 ORDER BY due LIMIT ?2");
  const auto found = numbers(due, now_);
  for (const std::int64_t number : found) lapse_turn(number);
  dropped_texts_ = dropped_texts_ || !found.empty();
  return static_cast<std::int64_t>(found.size()) == kRowsAStep;
}

bool Broom::lapse_turn(std::int64_t number) {
  SQLite::Statement find(database_,
                         "SELECT t.conversation, t.version, t.at, w.text, t.ended, s.texts FROM "
                         "turn t JOIN word w ON w.number = t.class "
                         "LEFT JOIN state s ON s.number = t.number WHERE t.number = ?1");
  Run run(find, number);
  if (!run.next()) return false;
  const std::int64_t conversation = run.number(0), version = run.number(1), at = run.number(2);
  const Lifetime lifetime = lifetime_of(run.bytes_view(3));
  const bool ended = !run.null(4);
  std::optional<Time> due;
  const auto later = [&](Time when) { due = due ? std::min(*due, when) : when; };

  bool gone = false;
  if (lifetime.kind == Lifetime::Kind::kNone || lifetime.kind == Lifetime::Kind::kSeconds) {
    const Time ends = at + (lifetime.kind == Lifetime::Kind::kNone ? kGrace : lifetime.seconds);
    gone = ends <= now_;
    if (!gone) later(ends);
  }
  if (ended && at + kGrace <= now_) {
    SQLite::Statement lapse(database_,
                            "UPDATE turn SET said = NULL, reply = NULL WHERE conversation = ?1 AND "
                            "version <= ?2 AND (said IS NOT NULL OR reply IS NOT NULL) "
                            "AND class = (SELECT number FROM word WHERE text = 'run')");
    Run(lapse, conversation, version).finish();
    SQLite::Statement unsent(database_,
                             "UPDATE outbox SET expires = ?3 WHERE conversation = ?1 AND version <= ?2 AND class = "
                             "(SELECT number FROM word WHERE text = 'run')");
    Run(unsent, conversation, version, now_).finish();  // the outbox buries it
  } else if (ended) {
    later(at + kGrace);
  }
  if (!run.null(5)) {
    const Thinned thinned = without_lapsed(run.bytes_view(5), at, now_);
    if (thinned.due) later(*thinned.due);
    SQLite::Statement keep(database_, "UPDATE state SET texts = ?2 WHERE number = ?1");
    Run(keep, number, std::string_view(thinned.bag)).finish();
  }
  SQLite::Statement done(
      database_, gone ? "UPDATE turn SET due = ?2, said = NULL, reply = NULL WHERE number = ?1"
                      : "UPDATE turn SET due = ?2 WHERE number = ?1");
  Run(done, number, due).finish();
  return true;
}

bool Broom::drop_dead_letters() {
  SQLite::Statement drop(database_,
                         "DELETE FROM dead_letter WHERE (conversation, version, part) IN (SELECT conversation, version, "
                         "part FROM dead_letter WHERE at <= ?1 ORDER BY at LIMIT ?2)");
  Run(drop, now_ - kDeadLettersLive, kRowsAStep).finish();
  return database_.getChanges() == kRowsAStep;
}

bool Broom::lapse_persons() {
  SQLite::Statement due(database_,
                        "SELECT number FROM person WHERE due <= ?1 ORDER BY due LIMIT ?2");
  const auto found = numbers(due, now_);
  SQLite::Statement find(database_, "SELECT texts, at FROM person WHERE number = ?1");
  SQLite::Statement keep(database_, "UPDATE person SET texts = ?2, due = ?3 WHERE number = ?1");
  for (const std::int64_t number : found) {
    Thinned thinned;
    {
      Run run(find, number);
      if (!run.next()) continue;
      thinned = without_lapsed(run.bytes_view(0), run.number(1), now_);
    }
    Run(keep, number, std::string_view(thinned.bag), thinned.due).finish();
    dropped_texts_ = true;
  }
  return static_cast<std::int64_t>(found.size()) == kRowsAStep;
}

}  // namespace attune::storage::sqlite
