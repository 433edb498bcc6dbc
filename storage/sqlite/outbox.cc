#include "storage/sqlite/outbox.h"

#include <algorithm>

namespace attune::storage::sqlite {
namespace {

constexpr const char* kFindDue =
    "SELECT d.conversation, d.attempts, c.id, p.id, (SELECT a.sealed FROM address a LEFT JOIN place l ON l.hash = "
    "a.hash WHERE a.conversation = c.number ORDER BY l.used DESC LIMIT 1) FROM delivery d JOIN conversation c ON c.number = d.conversation JOIN person p ON p.number = c.person "
    "WHERE d.due <= ?1 ORDER BY d.due LIMIT ?2";

}  // namespace

Outbox::Outbox(SQLite::Database& database)
    : database_(database),
      insert_timer_(database, "INSERT OR REPLACE INTO timer VALUES (?1, ?2, ?3)"),
      delete_timer_(database, "DELETE FROM timer WHERE conversation = ?1 AND number = ?2"),
      insert_part_(database, "INSERT INTO outbox VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"),
      delete_part_(database, "DELETE FROM outbox WHERE conversation = ?1 AND version = ?2 AND part = ?3"),
      // Whatever waits already leaves first, so what comes later moves nothing.
      insert_delivery_(database, "INSERT OR IGNORE INTO delivery VALUES (?1, ?2, 0, 0)"),
      delete_delivery_(database, "DELETE FROM delivery WHERE conversation = ?1"),
      find_due_(database, kFindDue),
      find_parts_(database,
                  "SELECT o.version, o.part, o.not_before, o.expires, w.text, o.body FROM outbox o JOIN word w ON "
                  "w.number = o.class WHERE o.conversation = ?1 ORDER BY o.version, o.part LIMIT ?2"),
      find_first_(database,
                  "SELECT not_before FROM outbox WHERE conversation = ?1 ORDER BY version, part LIMIT 1"),
      find_claim_(database,
                  "SELECT d.conversation, d.claim, d.attempts FROM conversation c JOIN delivery d ON d.conversation = "
                  "c.number WHERE c.id = ?1"),
      find_attempts_(database, "SELECT attempts FROM delivery WHERE conversation = ?1"),
      find_expired_(database, "SELECT conversation, version, part FROM outbox WHERE expires <= ?1 LIMIT ?2"),
      update_delivery_(database,
                       "UPDATE delivery SET due = ?2, claim = ?3, attempts = ?4 WHERE conversation = ?1"),
      insert_dead_(database, "INSERT OR REPLACE INTO dead_letter VALUES (?1, ?2, ?3, ?4, ?5, ?6)") {}

void Outbox::append(const SealedTurn& turn, std::int64_t conversation, Version version,
                    std::int64_t keep_class) {
  for (const TimerNumber number : turn.timers_gone)
    Run(delete_timer_, conversation, static_cast<std::int64_t>(number)).finish();
  for (const TimerSet& timer : turn.timers)
    Run(insert_timer_, conversation, static_cast<std::int64_t>(timer.number), timer.due).finish();
  std::int64_t part = 0;
  for (const SealedPart& sealed : turn.parts)
    Run(insert_part_, conversation, static_cast<std::int64_t>(version), part++, sealed.not_before,
        sealed.expires, keep_class, std::string_view(sealed.body))
        .finish();
  if (!turn.parts.empty()) Run(insert_delivery_, conversation, turn.parts.front().not_before).finish();
}

// Leading pieces that may leave now. What has expired on the way to them is buried; the first that
// may not leave yet ends it.
std::vector<SealedPiece> Outbox::ready(std::int64_t conversation, Time now, int most) {
  std::vector<SealedPiece> found;
  std::vector<std::pair<Version, int>> expired;
  {
    Run run(find_parts_, conversation, static_cast<std::int64_t>(most));
    while (run.next()) {
      SealedPiece one{{static_cast<Version>(run.number(0)), static_cast<int>(run.number(1)), run.number(2),
                       run.number(3), ""},
                      run.bytes(4), run.bytes(5)};
      if (one.piece.expires <= now) {
        expired.emplace_back(one.piece.version, one.piece.part);
        continue;
      }
      if (one.piece.not_before > now) break;
      found.push_back(std::move(one));
    }
  }
  for (const auto& [version, part] : expired) bury(conversation, version, part, now, "expired");
  return found;
}

std::vector<SealedConsignment> Outbox::claim(Time now, Time until, int conversations, int pieces) {
  struct Found {
    std::int64_t number = 0;
    int attempts = 0;
    SealedConsignment sealed;
  };
  std::vector<Found> due;
  {
    Run run(find_due_, now, static_cast<std::int64_t>(conversations));
    while (run.next()) {
      Found found{run.number(0), static_cast<int>(run.number(1)), {}};
      found.sealed.consignment.where = {id_of(run.bytes_view(3)), id_of(run.bytes_view(2))};
      found.sealed.address = run.bytes(4);
      due.push_back(std::move(found));
    }
  }
  std::vector<SealedConsignment> claimed;
  for (Found& found : due) {
    found.sealed.pieces = ready(found.number, now, pieces);
    if (found.sealed.pieces.empty()) {
      next_or_none(found.number);
      continue;
    }
    found.sealed.consignment.claim = random_mark();
    found.sealed.consignment.attempts = found.attempts;
    wake(found.number, until, found.attempts, found.sealed.consignment.claim);
    claimed.push_back(std::move(found.sealed));
  }
  return claimed;
}

void Outbox::settle(const Settled& settled) {
  std::int64_t conversation = 0;
  Mark claim = 0;
  int attempts = 0;
  {
    Run run(find_claim_, view(settled.conversation));
    if (!run.next()) return;  // forgotten meanwhile, or all of it is gone
    conversation = run.number(0);
    claim = static_cast<Mark>(run.number(1));
    attempts = static_cast<int>(run.number(2));
  }
  using What = Settled::What;
  if (settled.what == What::kSent)
    Run(delete_part_, conversation, static_cast<std::int64_t>(settled.version), static_cast<std::int64_t>(settled.part))
        .finish();
  const bool ours = claim == settled.claim && claim != 0;
  if (ours && settled.what == What::kDead)
    bury(conversation, settled.version, settled.part, settled.at, settled.why);
  if (Run(find_first_, conversation).next() == false) {
    Run(delete_delivery_, conversation).finish();
    return;
  }
  if (!ours) return;
  switch (settled.what) {
    case What::kSent:
    case What::kDead: {
      SQLite::Statement fresh(database_, "UPDATE delivery SET attempts = 0 WHERE conversation = ?1");
      return Run(fresh, conversation).finish();
    }
    case What::kLater: return wake(conversation, settled.at, attempts + 1, 0);
    case What::kHold: return wake(conversation, settled.at, attempts, claim);
    case What::kRelease: return next_or_none(conversation);
    case What::kAgain:
    case What::kDropped: return;  // exhume()
  }
}

void Outbox::exhume(const Settled& settled, Sealer& sealer) {
  const auto version = static_cast<std::int64_t>(settled.version), part = static_cast<std::int64_t>(settled.part);
  std::int64_t conversation = 0, at = 0, word = 0;
  std::string keep_class;
  Id person{};
  {
    SQLite::Statement find(database_,
                           "SELECT c.number, p.id, t.at, t.class, w.text FROM conversation c JOIN person p ON p.number = "
                           "c.person JOIN turn t ON t.conversation = c.number AND t.version = ?2 JOIN word w ON w.number "
                           "= t.class WHERE c.id = ?1");
    Run run(find, view(settled.conversation), version);
    if (!run.next()) return;
    conversation = run.number(0);
    person = id_of(run.bytes_view(1));
    at = run.number(2);
    word = run.number(3);
    keep_class = run.bytes(4);
  }
  const Sealer::Key key = sealer.find(person);
  if (!key) return;
  SQLite::Statement dig(database_, "DELETE FROM dead_letter WHERE conversation = ?1 AND version = ?2 AND part = ?3");
  Run(dig, conversation, version, part).finish();
  if (database_.getChanges() == 0 || settled.what == Settled::What::kDropped) return;
  const SealedPart sealed = seal_part(*key, settled.conversation, settled.version, settled.part, keep_class, at, settled.again);
  Run(insert_part_, conversation, version, part, sealed.not_before, sealed.expires, word, std::string_view(sealed.body)).finish();
  Run(insert_delivery_, conversation, sealed.not_before).finish();
}

bool Outbox::bury_expired(Time now, int most) {
  std::vector<std::array<std::int64_t, 3>> expired;
  {
    Run run(find_expired_, now, static_cast<std::int64_t>(most));
    while (run.next()) expired.push_back({run.number(0), run.number(1), run.number(2)});
  }
  for (const auto& [conversation, version, part] : expired) {
    bury(conversation, static_cast<Version>(version), static_cast<int>(part), now, "expired");
    if (!Run(find_first_, conversation).next()) Run(delete_delivery_, conversation).finish();
  }
  return static_cast<int>(expired.size()) == most;
}

void Outbox::bury(std::int64_t conversation, Version version, int part, Time at, std::string_view why) {
  std::int64_t attempts = 0;
  {
    Run run(find_attempts_, conversation);
    if (run.next()) attempts = run.number(0);
  }
  Run(delete_part_, conversation, static_cast<std::int64_t>(version), static_cast<std::int64_t>(part)).finish();
  Run(insert_dead_, conversation, static_cast<std::int64_t>(version), static_cast<std::int64_t>(part), at, attempts,
      Text{why})
      .finish();
}

void Outbox::wake(std::int64_t conversation, Time at, int attempts, Mark claim) {
  Run(update_delivery_, conversation, at, static_cast<std::int64_t>(claim), static_cast<std::int64_t>(attempts)).finish();
}

void Outbox::next_or_none(std::int64_t conversation) {
  std::optional<Time> first;
  {
    Run run(find_first_, conversation);
    if (run.next()) first = run.number(0);
  }
  if (first) return wake(conversation, *first, 0, 0);
  Run(delete_delivery_, conversation).finish();
}

std::vector<Consignment> open_consignments(std::vector<SealedConsignment> sealed, Sealer& sealer) {
  std::vector<Consignment> opened;
  for (SealedConsignment& one : sealed) {
    const Sealer::Key key = sealer.find(one.consignment.where.person);
    auto address = open_address(key, one.address);
    if (!address) continue;  // whose they are is being forgotten; the lease runs out with the rows
    one.consignment.address = std::move(*address);
    for (SealedPiece& piece : one.pieces) {
      piece.piece.body =
          open_text(key, part_row(one.consignment.where.conversation, piece.piece.version, piece.piece.part),
                    piece.keep_class, piece.body);
      one.consignment.pieces.push_back(std::move(piece.piece));
    }
    opened.push_back(std::move(one.consignment));
  }
  return opened;
}

}  // namespace attune::storage::sqlite
