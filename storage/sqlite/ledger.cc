// How a turn is judged, in this order:
//
//   1. its event id: known with the same body -> kDuplicate, with another -> kMismatch
//   2. its person: forgotten -> kGone
//   3. the versions and the mark it read -> kConflict
//   4. the key it was sealed with: not the person's -> kConflict
//
// All of it is reading, mostly from memory; a turn that is not kDone has written nothing, so the
// others in its transaction go on untouched. A turn that is kDone is two appends (turn, state), one
// entry in an index, one in an event table, and a small row more if the person's memory changed.
//
// An event whose turn is no longer there belonged to someone who was forgotten: its retry is kGone,
// and nobody comes back by it.
#include "storage/sqlite/ledger.h"

namespace attune::storage::sqlite {
namespace {

constexpr std::size_t kRemembered = 1 << 16;

template <typename Map>
void make_room(Map& map) {
  if (map.size() >= kRemembered) map.erase(map.begin());
}

constexpr const char* kFindHead =
    "SELECT c.number, c.person, p.id, t.number, t.version, t.mark FROM conversation c "
    "JOIN person p ON p.number = c.person LEFT JOIN turn t ON t.conversation = c.number "
    "WHERE c.id = ?1 ORDER BY t.version DESC LIMIT 1";

}  // namespace

Ledger::Ledger(SQLite::Database& database, Sealer& sealer, RecentEvents& recent,
               std::size_t recent_capacity)
    : database_(database),
      sealer_(sealer),
      find_head_(database, kFindHead),
      find_person_(database, "SELECT number, version FROM person WHERE id = ?1"),
      find_tombstone_(database, "SELECT 1 FROM tombstone WHERE hash = ?1"),
      find_address_(database, "SELECT 1 FROM address WHERE hash = ?1"),
      find_word_(database, "SELECT number FROM word WHERE text = ?1"),
      person_version_of_(database, "SELECT version FROM person WHERE number = ?1"),
      insert_person_(database, "INSERT INTO person (id, version, at) VALUES (?1, 0, ?2)"),
      insert_conversation_(database, "INSERT INTO conversation (id, person) VALUES (?1, ?2)"),
      insert_address_(database, "INSERT INTO address VALUES (?1, ?2, ?3)"),
      insert_turn_(database,
                   "INSERT INTO turn VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, "
                   "?13, ?14, ?15, ?16)"),
      insert_state_(database, "INSERT INTO state VALUES (?1, ?2, ?3)"),
      insert_word_(database, "INSERT INTO word (text) VALUES (?1)"),
      insert_tombstone_(database, "INSERT OR IGNORE INTO tombstone VALUES (?1)"),
      insert_edition_(database, "INSERT OR IGNORE INTO edition VALUES (?1, ?2, ?3)"),
      update_person_(database,
                     "UPDATE person SET version = ?2, control = ?3, texts = ?4, at = ?5, due = ?6 "
                     "WHERE number = ?1"),
      events_(database, recent, recent_capacity),
      outbox_(database),
      hand_offs_(database) {
  next_number_ = 1 + database
                         .execAndGet(
                             "SELECT max(coalesce((SELECT max(number) FROM turn), 0), (SELECT "
                             "value FROM fact WHERE name = 'turn_floor'))")
                         .getInt64();
}

Commit Ledger::apply(const SealedTurn& turn) {
  if (turn.event)
    if (const auto known = events_.judge(*turn.event, turn.body, turn.at)) return *known;
  if (turn.gone) return Commit::kGone;
  Head* head = head_of(turn.conversation);
  if (!head) return begin(turn);
  if (head->person_id != turn.person || head->version != turn.read_version || head->mark != turn.read_mark ||
      person_version(head->person) != turn.read_person_version)
    return Commit::kConflict;
  if (turn.place && turn.place->joins && !may_join(*turn.place, head->person)) return Commit::kConflict;
  if (const Commit verdict = admit(turn); verdict != Commit::kDone) return verdict;
  append(turn, *head);
  return Commit::kDone;
}

// What would be left behind there: nothing, or what is reached from elsewhere, or what is forgotten.
bool Ledger::may_join(const SealedPlace& place, std::int64_t person) {
  SQLite::Statement find(database_,
                         "SELECT p.id, p.number, (SELECT count(*) FROM address o WHERE o.conversation = a.conversation) "
                         "FROM address a JOIN conversation c ON c.number = a.conversation "
                         "JOIN person p ON p.number = c.person WHERE a.hash = ?1");
  Run run(find, std::string_view(place.hash));
  if (!run.next() || run.number(1) == person) return true;
  return place.leaves ? id_of(run.bytes_view(0)) == *place.leaves : run.number(2) > 1;
}

Commit Ledger::admit(const SealedTurn& turn) {
  if (!turn.key) return Commit::kDone;
  switch (sealer_.admit(turn.key)) {
    case Sealer::Verdict::kYes: return Commit::kDone;
    case Sealer::Verdict::kOther: return Commit::kConflict;
    case Sealer::Verdict::kForgotten: break;
  }
  return Commit::kGone;
}

Ledger::Head* Ledger::head_of(const Id& conversation) {
  if (const auto it = heads_.find(conversation); it != heads_.end()) return &it->second;
  Run run(find_head_, view(conversation));
  if (!run.next()) return nullptr;
  const Head head{run.number(0), run.number(1), run.number(3), static_cast<Version>(run.number(4)),
                  static_cast<Mark>(run.number(5)), id_of(run.bytes_view(2))};
  make_room(heads_);
  return &heads_.emplace(conversation, head).first->second;
}

// A conversation nobody has seen yet.
Commit Ledger::begin(const SealedTurn& turn) {
  const std::string tombstone = tombstone_hash(turn.person, sealer_);
  if (Run(find_tombstone_, std::string_view(tombstone)).next()) return Commit::kGone;
  if (!turn.address_hash || turn.read_version != 0) return Commit::kConflict;
  if (Run(find_address_, std::string_view(*turn.address_hash)).next()) return Commit::kConflict;
  std::int64_t person = 0;
  Version version = 0;
  {
    Run run(find_person_, view(turn.person));
    if (run.next()) {
      person = run.number(0);
      version = static_cast<Version>(run.number(1));
    }
  }
  if (version != turn.read_person_version) return Commit::kConflict;
  if (const Commit verdict = admit(turn); verdict != Commit::kDone) return verdict;
  if (!person) person = begin_person(turn);
  Run(insert_conversation_, view(turn.conversation), person).finish();
  make_room(heads_);
  Head head{database_.getLastInsertRowid(), person, 0, 0, 0, turn.person};
  if (turn.address_sealed)  // not in one that forgets: nothing of it is written
    Run(insert_address_, std::string_view(*turn.address_hash), head.conversation,
        std::string_view(*turn.address_sealed))
        .finish();
  append(turn, heads_.emplace(turn.conversation, head).first->second);
  return Commit::kDone;
}

std::int64_t Ledger::begin_person(const SealedTurn& turn) {
  Run(insert_person_, view(turn.person), turn.at).finish();
  return database_.getLastInsertRowid();
}

Version Ledger::person_version(std::int64_t person) {
  if (const auto it = person_versions_.find(person); it != person_versions_.end())
    return it->second;
  Run run(person_version_of_, person);
  const Version version = run.next() ? static_cast<Version>(run.number(0)) : 0;
  make_room(person_versions_);
  return person_versions_[person] = version;
}

void Ledger::append(const SealedTurn& turn, Head& head) {
  const std::int64_t number = next_number_++;
  if (turn.forget_person) {
    if (turn.event) events_.settle(*turn.event, number);
    forget(turn.person);
    return;  // head is gone too
  }
  const Version version = turn.read_version + 1;
  const auto optional = [](const std::optional<std::string>& text) {
    return text ? std::optional<std::string_view>(*text) : std::nullopt;
  };
  const auto event = turn.event ? std::optional<std::string_view>(turn.event->hash) : std::nullopt;
  const auto facts = turn.facts ? std::optional<Text>(Text{*turn.facts}) : std::nullopt;
  Run(insert_turn_, number, head.conversation, static_cast<std::int64_t>(version),
      head.number ? std::optional<std::int64_t>(head.number) : std::nullopt, turn.at,
      word(turn.kind), word(turn.edition), word(turn.said_class), event, view(turn.body),
      turn.ended ? std::optional<std::int64_t>(1) : std::nullopt, turn.due, facts,
      optional(turn.said), optional(turn.reply), static_cast<std::int64_t>(turn.mark))
      .finish();
  Run(insert_state_, number, std::string_view(turn.state.control),
      turn.state.texts.empty() ? std::nullopt : std::optional<std::string_view>(turn.state.texts))
      .finish();
  if (turn.event) events_.add(*turn.event, number);
  outbox_.append(turn, head.conversation, version, word(turn.said_class));
  hand_offs_.append(turn, head.conversation, version);
  head.number = number;
  head.version = version;
  head.mark = turn.mark;
  write_memory(turn, head.person);
  if (turn.place) settle_place(*turn.place, head.conversation, version, number);  // head may be gone after it
}

// Rare: somebody came from another address than last time.
void Ledger::settle_place(const SealedPlace& place, std::int64_t conversation, Version version, std::int64_t number) {
  const auto run = [&](const char* sql, auto... values) {
    SQLite::Statement statement(database_, sql);
    Run(statement, std::string_view(place.hash), values...).finish();
  };
  if (place.leaves) forget(*place.leaves);
  if (place.joins) {
    run("INSERT OR REPLACE INTO address VALUES (?1, ?2, ?3)", conversation, std::string_view(place.sealed));
    run("INSERT OR REPLACE INTO place VALUES (?1, ?2, ?3, 0)", conversation, static_cast<std::int64_t>(version) - 1);
  }
  if (place.alone) {
    run("DELETE FROM address WHERE hash <> ?1 AND conversation = ?2", conversation);
    run("DELETE FROM place WHERE hash <> ?1 AND conversation = ?2", conversation);
  }
  run("INSERT INTO place VALUES (?1, ?2, 0, ?3) ON CONFLICT (hash) DO UPDATE SET used = ?3", conversation, number);
}

void Ledger::write_memory(const SealedTurn& turn, std::int64_t person) {
  if (!turn.memory) return;
  const Version version = turn.read_person_version + 1;
  Run(update_person_, person, static_cast<std::int64_t>(version),
      std::string_view(turn.memory->control), std::string_view(turn.memory->texts), turn.at,
      turn.memory->due)
      .finish();
  make_room(person_versions_);
  person_versions_[person] = version;
}

std::int64_t Ledger::word(const std::string& text) {
  if (const auto it = words_.find(text); it != words_.end()) return it->second;
  std::int64_t number = 0;
  {
    Run run(find_word_, Text{text});
    if (run.next()) number = run.number(0);
  }
  if (!number) {
    Run(insert_word_, Text{text}).finish();
    number = database_.getLastInsertRowid();
  }
  make_room(words_);
  return words_[text] = number;
}

void Ledger::forget(const Id& person) {
  const std::string tombstone = tombstone_hash(person, sealer_);
  std::int64_t number = 0;
  {
    Run run(find_person_, view(person));
    if (run.next()) number = run.number(0);
  }
  const std::string mark = sealer_.forget(person);
  if (number) forget_number(number);
  Run(insert_tombstone_, std::string_view(tombstone)).finish();
  if (!mark.empty()) {
    SQLite::Statement keep(database_, "UPDATE fact SET value = ?1 WHERE name = 'forgotten'");
    Run(keep, std::string_view(mark)).finish();
  }
  heads_.clear();
  person_versions_.clear();
}

// Rare, so its statements are made when needed. Numbers of deleted turns must not come again: the
// floor keeps them when the newest rows go.
void Ledger::forget_number(std::int64_t person) {
  events_.settle_person(person);
  static constexpr const char* kSteps[] = {
      "DELETE FROM state WHERE number IN (SELECT number FROM turn WHERE conversation IN (SELECT "
      "number FROM conversation WHERE person = ?1))",
      "DELETE FROM turn WHERE conversation IN (SELECT number FROM conversation WHERE person = ?1)",
      "DELETE FROM timer WHERE conversation IN (SELECT number FROM conversation WHERE person = ?1)",
      "DELETE FROM outbox WHERE conversation IN (SELECT number FROM conversation WHERE person = ?1)",
      "DELETE FROM delivery WHERE conversation IN (SELECT number FROM conversation WHERE person = ?1)",
      "DELETE FROM dead_letter WHERE conversation IN (SELECT number FROM conversation WHERE person = ?1)",
      "DELETE FROM place WHERE conversation IN (SELECT number FROM conversation WHERE person = ?1)",
      "DELETE FROM hand_off WHERE conversation IN (SELECT number FROM conversation WHERE person = ?1)",
      "DELETE FROM address WHERE conversation IN (SELECT number FROM conversation WHERE person = "
      "?1)",
      "DELETE FROM conversation WHERE person = ?1",
      "DELETE FROM person WHERE number = ?1",
  };
  for (const char* step : kSteps) {
    SQLite::Statement statement(database_, step);
    Run(statement, person).finish();
  }
  SQLite::Statement floor(database_, "UPDATE fact SET value = ?1 WHERE name = 'turn_floor'");
  Run(floor, last_number()).finish();
}

void Ledger::keep_edition(const std::string& hash, Time at, const std::string& files) {
  Run(insert_edition_, Text{hash}, at, Text{files}).finish();
}

void Ledger::activate(const Activation& made) {
  SQLite::Statement insert(database_,
                           "INSERT INTO activation (hash, previous, at, how, who, why, moves) "
                           "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
  Run(insert, Text{made.hash}, Text{made.previous}, made.at, Text{made.how}, Text{made.who},
      Text{made.why}, std::int64_t{made.moves})
      .finish();
}

}  // namespace attune::storage::sqlite
