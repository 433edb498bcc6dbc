#include "storage/sqlite/holdings_reader.h"

#include <nlohmann/json.hpp>

#include "storage/sqlite/sealed_turn.h"

namespace attune::storage::sqlite {
namespace {

constexpr const char* kTurns =
    "SELECT t.version, t.at, k.text, e.text, w.text, t.event IS NOT NULL, t.ended, t.facts, t.said, "
    "t.reply FROM turn t JOIN word k ON k.number = t.kind JOIN word e ON e.number = t.edition "
    "JOIN word w ON w.number = t.class WHERE t.conversation = ?1 ORDER BY t.version";

constexpr const char* kState =
    "SELECT t.version, s.control, s.texts FROM turn t JOIN state s ON s.number = t.number "
    "WHERE t.conversation = ?1 ORDER BY t.version DESC LIMIT 1";

// A snapshot for as long as it lives.
class Snapshotted {
 public:
  explicit Snapshotted(SQLite::Database& database) : database_(database) {
    database_.exec("BEGIN");
  }
  ~Snapshotted() { database_.tryExec("ROLLBACK"); }
  Snapshotted(const Snapshotted&) = delete;
  Snapshotted& operator=(const Snapshotted&) = delete;

 private:
  SQLite::Database& database_;
};

void read_facts(std::string_view text, HeldTurn& turn) {
  const auto facts = nlohmann::json::parse(text, nullptr, false);
  if (!facts.is_object()) return;
  for (const auto& m : facts.value("measures", nlohmann::json::array()))
    turn.measures.push_back({m.value("script", ""), m.value("name", ""), m.value("value", 0LL)});
  for (const auto& s : facts.value("safety", nlohmann::json::array()))
    turn.safety.push_back({s.value("intent", ""), s.value("script", "")});
  for (const auto& e : facts.value("ended", nlohmann::json::array()))
    turn.ended.push_back({e.value("script", ""), e.value("outcome", 0)});
}

std::vector<HeldTurn> turns_of(SQLite::Database& database, const Sealer::Key& key,
                               const Id& conversation, std::int64_t number) {
  std::vector<HeldTurn> turns;
  SQLite::Statement find(database, kTurns);
  Run run(find, number);
  while (run.next()) {
    HeldTurn turn;
    turn.version = static_cast<Version>(run.number(0));
    turn.at = run.number(1);
    turn.kind = run.bytes(2);
    turn.edition = run.bytes(3);
    turn.keep_class = run.bytes(4);
    turn.had_event = run.number(5) != 0;
    turn.ended_a_run = !run.null(6);
    read_facts(run.bytes_view(7), turn);
    turn.said = open_text(key, turn_row(conversation, turn.version, "said"), turn.keep_class,
                          run.bytes_view(8));
    turn.reply = open_text(key, turn_row(conversation, turn.version, "reply"), turn.keep_class,
                           run.bytes_view(9));
    turns.push_back(std::move(turn));
  }
  return turns;
}

std::vector<Address> addresses_of(SQLite::Database& database, const Sealer::Key& key,
                                  std::int64_t number) {
  std::vector<Address> addresses;
  SQLite::Statement find(database, "SELECT sealed FROM address WHERE conversation = ?1");
  Run run(find, number);
  while (run.next())
    if (auto address = open_address(key, run.bytes_view(0)))
      addresses.push_back(std::move(*address));
  return addresses;
}

std::vector<Time> timers_of(SQLite::Database& database, std::int64_t number) {
  std::vector<Time> timers;
  SQLite::Statement find(database, "SELECT due FROM timer WHERE conversation = ?1 ORDER BY due");
  Run run(find, number);
  while (run.next()) timers.push_back(run.number(0));
  return timers;
}

std::vector<HeldHandOff> hand_offs_of(SQLite::Database& database, std::int64_t number) {
  std::vector<HeldHandOff> all;
  SQLite::Statement find(database,
                         "SELECT script, reason, who, at, taken, over, what FROM hand_off WHERE conversation = ?1 ORDER BY number");
  Run run(find, number);
  while (run.next()) {
    HeldHandOff one{run.bytes(0), run.bytes(1), run.bytes(2), run.number(3), {}, {}, static_cast<HandOff::What>(run.number(6))};
    if (!run.null(4)) one.taken = run.number(4);
    if (!run.null(5)) one.over = run.number(5);
    all.push_back(std::move(one));
  }
  return all;
}

Kept state_of(SQLite::Database& database, const Sealer::Key& key, const Id& conversation,
              std::int64_t number) {
  SQLite::Statement find(database, kState);
  Run run(find, number);
  if (!run.next()) return {};
  const auto version = static_cast<Version>(run.number(0));
  return open_kept(key, turn_row(conversation, version, "state"), run.bytes(1), run.bytes_view(2));
}

}  // namespace

std::optional<Holdings> read_holdings(SQLite::Database& database, Sealer& sealer,
                                      const Id& person) {
  const Snapshotted snapshot(database);
  Holdings holdings;
  holdings.person = person;
  std::int64_t number = 0;
  const Sealer::Key key = sealer.find(person);
  {
    SQLite::Statement find(database,
                           "SELECT number, version, at, control, texts FROM person WHERE id = ?1");
    Run run(find, view(person));
    if (!run.next()) return std::nullopt;
    number = run.number(0);
    holdings.version = static_cast<Version>(run.number(1));
    holdings.changed = run.number(2);
    holdings.memory =
        open_kept(key, memory_row(holdings.version), run.bytes(3), run.bytes_view(4));
  }
  SQLite::Statement find(database,
                         "SELECT number, id FROM conversation WHERE person = ?1 ORDER BY number");
  Run run(find, number);
  while (run.next()) {
    HeldConversation held;
    held.id = id_of(run.bytes_view(1));
    held.addresses = addresses_of(database, key, run.number(0));
    held.turns = turns_of(database, key, held.id, run.number(0));
    held.timers = timers_of(database, run.number(0));
    held.hand_offs = hand_offs_of(database, run.number(0));
    held.state = state_of(database, key, held.id, run.number(0));
    holdings.conversations.push_back(std::move(held));
  }
  return holdings;
}

}  // namespace attune::storage::sqlite
