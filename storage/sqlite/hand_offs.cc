#include "storage/sqlite/hand_offs.h"

#include <algorithm>
#include <limits>

namespace attune::storage::sqlite {
namespace {

constexpr const char* kColumns =
    "SELECT p.id, c.id, (SELECT a.sealed FROM address a LEFT JOIN place l ON l.hash = a.hash WHERE "
    "a.conversation = c.number ORDER BY l.used DESC LIMIT 1), h.number, h.version, h.row, h.at, h.script, h.reason, h.urgent, h.what, h.who, h.taken, h.over FROM hand_off h JOIN conversation c ON "
    "c.number = h.conversation JOIN person p ON p.number = c.person ";

constexpr const char* kOpen =
    "WHERE h.over IS NULL AND h.space = ?1 AND h.what = ?2 AND h.who = ?3 AND (h.urgent < ?4 OR (h.urgent = ?4 AND "
    "h.row > ?5)) ORDER BY h.urgent DESC, h.row LIMIT ?6";

constexpr const char* kOver =
    "WHERE h.over IS NOT NULL AND h.space = ?1 AND h.row < ?2 ORDER BY h.row DESC LIMIT ?3";

std::optional<Handed> handed_in(Run& run, Sealer& sealer) {
  Handed one;
  one.where = {id_of(run.bytes_view(0)), id_of(run.bytes_view(1))};
  auto address = open_address(sealer.find(one.where.person), run.bytes_view(2));
  if (!address) return std::nullopt;
  one.address = std::move(*address);
  one.number = static_cast<std::uint32_t>(run.number(3));
  one.version = static_cast<Version>(run.number(4));
  one.row = run.number(5);
  one.at = run.number(6);
  one.script = run.bytes(7);
  one.reason = run.bytes(8);
  one.urgent = run.number(9) != 0;
  one.what = static_cast<HandOff::What>(run.number(10));
  one.who = run.bytes(11);
  if (!run.null(12)) one.taken = run.number(12);
  if (!run.null(13)) one.over = run.number(13);
  return one;
}

}  // namespace

void HandOffs::append(const SealedTurn& turn, std::int64_t conversation, Version version) {
  for (const HandOff& one : turn.hand_offs) {
    const auto number = static_cast<std::int64_t>(one.number);
    const auto what = static_cast<std::int64_t>(one.what);
    if (one.what == HandOff::What::kWaits) {
      SQLite::Statement insert(database_,
                               "INSERT INTO hand_off (conversation, number, version, space, at, script, reason, urgent, "
                               "what, who) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, '')");
      Run(insert, conversation, number, static_cast<std::int64_t>(version), Text{one.space}, turn.at, Text{one.script},
          Text{one.reason}, std::int64_t{one.urgent}, what)
          .finish();
    } else if (one.what == HandOff::What::kTaken) {
      SQLite::Statement take(database_,
                             "UPDATE hand_off SET what = ?3, who = ?4, taken = ?5 WHERE conversation = ?1 AND number = ?2");
      Run(take, conversation, number, what, Text{one.who}, turn.at).finish();
    } else {
      SQLite::Statement end(database_, "UPDATE hand_off SET what = ?3, over = ?4 WHERE conversation = ?1 AND number = ?2");
      Run(end, conversation, number, what, turn.at).finish();
    }
  }
}

std::vector<Handed> read_handed(SQLite::Database& database, Sealer& sealer, const HandedList& list) {
  std::vector<Handed> found;
  const auto take = [&](Run&& run) {
    while (run.next())
      if (auto one = handed_in(run, sealer)) found.push_back(std::move(*one));
  };
  const auto limit = static_cast<std::int64_t>(std::max(list.limit, 0));
  if (list.which == HandedList::Which::kOver) {
    SQLite::Statement ask(database, std::string(kColumns) + kOver);
    take(Run(ask, Text{list.space}, list.after ? list.after->row : std::numeric_limits<std::int64_t>::max(), limit));
    return found;
  }
  const bool taken = list.which == HandedList::Which::kTaken;
  SQLite::Statement ask(database, std::string(kColumns) + kOpen);
  take(Run(ask, Text{list.space}, static_cast<std::int64_t>(taken ? HandOff::What::kTaken : HandOff::What::kWaits),
           Text{taken ? list.who : std::string()}, std::int64_t{list.after ? list.after->urgent : true},
           list.after ? list.after->row : std::int64_t{0}, limit));
  return found;
}

std::optional<Handed> read_handed(SQLite::Database& database, Sealer& sealer, const Id& conversation,
                                  std::uint32_t number) {
  SQLite::Statement ask(database, std::string(kColumns) + "WHERE c.id = ?1 AND h.number = ?2");
  Run run(ask, view(conversation), static_cast<std::int64_t>(number));
  if (!run.next()) return std::nullopt;
  return handed_in(run, sealer);
}

}  // namespace attune::storage::sqlite
