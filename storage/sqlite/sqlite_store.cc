#include "storage/sqlite/sqlite_store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>

#include "storage/sqlite/backup.h"
#include "storage/sqlite/broom.h"
#include "storage/sqlite/checkpointer.h"
#include "storage/sqlite/process_lock.h"
#include "storage/sqlite/reader_pool.h"
#include "storage/sqlite/schema.h"
#include "storage/sqlite/writer.h"

namespace attune::storage {
namespace sqlite {
namespace {

constexpr std::size_t kCheckCache = 16 << 20;
constexpr int kSweepSteps = 20;  // a call to sweep(); turns are committed between them

// Ourselves, so that it is nobody else's to read from the first moment; log and index follow its
// mode.
Result<Nothing> touch(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor >= 0) {
    ::close(descriptor);
    return Nothing{};
  }
  const int error = errno;
  const bool read_only = error == EROFS || error == EACCES || error == EPERM;
  return Failure{Failure::Kind::kUnavailable,
                 "the database " + path +
                     (read_only ? " cannot be written: " : " cannot be opened: ") +
                     std::strerror(error)};
}

// Up to a size the whole file is read; beyond it only the small tables, and the rest is checked
// cell by cell as it is read (cell_size_check). On a connection of its own that cannot write, so
// that a damaged file stays as it is.
std::string damage(const std::string& path, const std::string& vfs, std::uint64_t whole_bytes) {
  SQLite::Database database = connect(path, vfs, Purpose::kRead, kCheckCache);
  struct stat info {};
  const bool small =
      ::stat(path.c_str(), &info) != 0 || static_cast<std::uint64_t>(info.st_size) <= whole_bytes;
  if (small) {
    const std::string found = database.execAndGet("PRAGMA integrity_check(1)").getString();
    return found == "ok" ? "" : found;
  }
  for (const char* table : {"fact", "word", "edition", "tombstone"}) {
    const std::string found =
        database.execAndGet(std::string("PRAGMA quick_check(") + table + ")").getString();
    if (found != "ok") return found;
  }
  return "";
}

// The file remembers which key its words are sealed with.
Result<Nothing> match_key(SQLite::Database& database, const std::string& path,
                          const Sealer& sealer) {
  const Digest mark = sealer.keyed_hash("database", "key check");
  SQLite::Statement find(database, "SELECT value FROM fact WHERE name = 'key_check'");
  Run run(find);
  if (run.next()) {
    if (run.bytes_view(0) == view(mark)) return Nothing{};
    return Failure{
        Failure::Kind::kRefused,
        "the key does not belong to the database " + path +
            ": its texts were sealed with another. Put back the key file that was made with it"};
  }
  SQLite::Statement keep(database, "INSERT INTO fact VALUES ('key_check', ?1)");
  Run(keep, view(mark)).finish();
  return Nothing{};
}

Result<Nothing> prepare(SQLite::Database& database, const SqliteOptions& options) {
  if (auto migrated = migrate(database, options.path, migrations()); !migrated) return migrated;
  return match_key(database, options.path, *options.sealer);
}

class StoreOnSqlite final : public Store {
 public:
  StoreOnSqlite(SqliteOptions options, ProcessLock lock, SQLite::Database writing,
                SQLite::Database checkpointing)
      : options_(std::move(options)),
        lock_(std::move(lock)),
        readers_(options_.path, options_.vfs, *options_.sealer, recent_,
                 options_.reader_cache_bytes, options_.readers),
        writer_({options_.path, options_.vfs, options_.writer_cache_bytes, options_.queue_capacity,
                 options_.batch_cap, options_.recent_events},
                std::move(writing), *options_.sealer, recent_),
        checkpointer_(
            {options_.path, options_.checkpoint_every, options_.wal_soft_bytes},
            std::move(checkpointing), [this] { return writer_.idle(); },
            [this] { writer_.ask_for_checkpoint(); }) {}
  ~StoreOnSqlite() override { close(); }

  Result<std::optional<Where>> find(const Address& address) override {
    return readers_.find(address);
  }
  Result<std::optional<Snapshot>> load(const Id& conversation) override {
    return readers_.load(conversation);
  }
  Result<std::optional<Reply>> replied(const EventId& event) override {
    return readers_.replied(event);
  }
  Result<std::vector<TranscriptEntry>> transcript(const Id& conversation, Version after,
                                                  int limit) override {
    return readers_.transcript(conversation, after, limit);
  }
  Result<std::optional<Edition>> edition(const std::string& hash) override {
    return readers_.edition(hash);
  }

  void commit(Turn turn, std::function<void(Commit)> done) override;
  void barrier(std::function<void()> done) override { writer_.barrier(std::move(done)); }
  Result<Nothing> forget(const Id& person) override;
  Result<Nothing> keep_edition(const Edition& edition) override;
  Result<Nothing> backup(const std::string& path) override {
    return backup_database(options_.path, path, options_.vfs);
  }
  Result<Nothing> sweep(Time now) override;
  Health health() override;
  void close() override;

 private:
  const SqliteOptions options_;
  std::mutex closing_;
  std::optional<ProcessLock> lock_;
  RecentEvents recent_;
  ReaderPool readers_;
  Writer writer_;
  Checkpointer checkpointer_;
};

void StoreOnSqlite::commit(Turn turn, std::function<void(Commit)> done) {
  if (!writer_.has_room()) return done(Commit::kBusy);  // before the work of sealing
  std::optional<SealedTurn> sealed;
  try {
    sealed = seal(turn, *options_.sealer);
  } catch (const std::exception&) {
    return done(Commit::kFailed);
  }
  if (!turn.forget_person) return writer_.push(std::move(*sealed), std::move(done));
  writer_.push(std::move(*sealed), [this, done = std::move(done)](Commit outcome) {
    if (outcome == Commit::kDone) checkpointer_.scrub();
    done(outcome);
  });
}

Result<Nothing> StoreOnSqlite::forget(const Id& person) {
  auto result = writer_.chore("forgetting a person",
                              [&](SQLite::Database&, Ledger& ledger) { ledger.forget(person); });
  if (result) checkpointer_.scrub();
  return result;
}

Result<Nothing> StoreOnSqlite::keep_edition(const Edition& edition) {
  std::string files;
  try {
    files = nlohmann::json(edition.files).dump();
  } catch (const std::exception&) {
    return Failure{Failure::Kind::kRefused,
                   "the edition " + edition.hash + " has text that is not UTF-8"};
  }
  return writer_.chore("keeping an edition", [&](SQLite::Database&, Ledger& ledger) {
    ledger.keep_edition(edition.hash, edition.at, files);
  });
}

Result<Nothing> StoreOnSqlite::sweep(Time now) {
  bool more = true;
  for (int i = 0; i < kSweepSteps && more; ++i) {
    auto result = writer_.chore("sweeping", [&](SQLite::Database& database, Ledger& ledger) {
      Broom broom(database, now);
      more = broom.step();
      if (broom.turned_events()) ledger.turn_events();
    });
    if (!result) return result;
  }
  return Nothing{};
}

Store::Health StoreOnSqlite::health() {
  Health health = writer_.health();
  health.wal_bytes = checkpointer_.wal_bytes();
  return health;
}

// The writer first, so that what is queued is finished; the connection of the checkpointer last.
void StoreOnSqlite::close() {
  const std::lock_guard closing(closing_);
  writer_.close();
  readers_.close();
  checkpointer_.close();
  lock_.reset();
}

Result<std::unique_ptr<Store>> open_locked(SqliteOptions options, ProcessLock lock) {
  try {
    const std::string found = damage(options.path, options.vfs, options.whole_check_bytes);
    if (!found.empty()) return explain(SQLITE_CORRUPT, found, options.path, "checking it at start");
    SQLite::Database writing =
        connect(options.path, options.vfs, Purpose::kWrite, options.writer_cache_bytes);
    // The file itself could be opened for writing (touch), so what forbids it stands in its header.
    if (sqlite3_db_readonly(writing.getHandle(), "main") == 1)
      return explain(SQLITE_CORRUPT, "its header forbids writing", options.path, "opening it");
    if (auto ready = prepare(writing, options); !ready) return ready.failure();
    SQLite::Database checkpointing =
        connect(options.path, options.vfs, Purpose::kCheckpoint, std::size_t{1} << 20);
    return std::unique_ptr<Store>(new StoreOnSqlite(std::move(options), std::move(lock),
                                                    std::move(writing), std::move(checkpointing)));
  } catch (const SQLite::Exception& error) {
    return explain(error, options.path, "opening it");
  } catch (const std::exception& error) {
    return Failure{Failure::Kind::kUnavailable,
                   options.path + " cannot be opened: " + error.what()};
  }
}

}  // namespace
}  // namespace sqlite

Result<std::unique_ptr<Store>> SqliteStore::open(SqliteOptions options) {
  if (options.path.empty() || !options.sealer)
    return Failure{Failure::Kind::kRefused, "a store needs a path and a key"};
  auto lock = sqlite::ProcessLock::take(options.path);
  if (!lock) return lock.failure();
  if (auto touched = sqlite::touch(options.path); !touched) return touched.failure();
  return sqlite::open_locked(std::move(options), std::move(*lock));
}

}  // namespace attune::storage
