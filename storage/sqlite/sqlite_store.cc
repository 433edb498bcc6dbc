#include "storage/sqlite/sqlite_store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "storage/sqlite/backup.h"
#include "storage/sqlite/broom.h"
#include "storage/sqlite/checked_vfs.h"
#include "storage/sqlite/checkpointer.h"
#include "storage/sqlite/page_sweep.h"
#include "storage/sqlite/process_lock.h"
#include "storage/sqlite/reader_pool.h"
#include "storage/sqlite/rekey.h"
#include "storage/sqlite/restore.h"
#include "storage/sqlite/schema.h"
#include "storage/sqlite/writer.h"
#include "storage/vault/file_key_sealer.h"
#include "storage/vault/vault.h"

namespace attune::storage {
namespace sqlite {
namespace {

constexpr std::size_t kCheckCache = 16 << 20;
constexpr int kExpiredAStep = 200;
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

bool is_larger(const std::string& path, std::uint64_t bytes) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 && static_cast<std::uint64_t>(info.st_size) > bytes;
}

// Up to a size the whole file is read; beyond it only the small tables, and the pages' checksums in
// the background (PageSweep) and as they are read. On a connection of its own that cannot write, so
// that a damaged file stays as it is.
std::string damage(const std::string& path, const std::string& vfs, std::uint64_t whole_bytes) {
  SQLite::Database database = connect(path, vfs, Purpose::kRead, kCheckCache);
  if (!is_larger(path, whole_bytes)) {
    if (const std::string found = damaged_page(database); !found.empty()) return found;
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

// What the file remembers of the key of its lookups; nothing if it is new.
std::optional<Digest> key_check(SQLite::Database& database) {
  SQLite::Statement find(database, "SELECT value FROM fact WHERE name = 'key_check'");
  Run run(find);
  if (!run.next()) return std::nullopt;
  Digest digest{};
  const std::string_view bytes = run.bytes_view(0);
  if (bytes.size() == digest.size())
    std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(digest.data()));
  return digest;
}

Result<Nothing> match_key(SQLite::Database& database, const std::string& path,
                          const Sealer& sealer) {
  const Digest mark = sealer.keyed_hash("database", "key check");
  if (const auto known = key_check(database)) {
    if (*known == mark) return Nothing{};
    return Failure{Failure::Kind::kRefused,
                   "the keys do not belong to the database " + path +
                       ": its texts were sealed with others. Put back the key file and the keys.db "
                       "that were made with it"};
  }
  SQLite::Statement keep(database, "INSERT INTO fact VALUES ('key_check', ?1)");
  Run(keep, view(mark)).finish();
  return Nothing{};
}

std::string beside(const std::string& path, const char* name) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? name : path.substr(0, slash + 1) + name;
}

VaultOptions vault_options(const SqliteOptions& options) {
  VaultOptions vault;
  vault.path = options.keys;
  vault.key_file = options.key_file;
  vault.credential = options.credential;
  vault.vfs = options.vfs;
  vault.tell = options.tell;
  return vault;
}

SqliteOptions with_places(SqliteOptions options) {
  if (options.keys.empty()) options.keys = beside(options.path, "keys.db");
  if (options.key_file.empty()) options.key_file = beside(options.path, "seal.key");
  return options;
}

void tell(const SqliteOptions& options, const std::string& what) {
  if (options.tell) options.tell(what);
}

// A file of attune 0.1 becomes one whose people have keys of their own.
Result<bool> bring_into_vault(SQLite::Database& database, const SqliteOptions& options,
                              Vault& vault) {
  if (sealed_by_vault(database)) return false;
  const bool people = database.execAndGet("SELECT EXISTS (SELECT 1 FROM person)").getInt() != 0;
  const auto before = people ? vault.before() : std::make_unique<FileKeySealer>(Secret());
  if (!before)
    return Failure{Failure::Kind::kRefused,
                   "the texts in " + options.path +
                       " were sealed by attune 0.1 with a key file that has been replaced since. "
                       "Put that one back, start once, then change it again"};
  const std::int64_t sealed = seal_anew(database, *before, vault);
  if (people)
    tell(options, "The texts of " + std::to_string(sealed) +
                      " people were sealed anew, each under a key of their own, in " +
                      options.keys + ". Backups made before hold them under the old key.");
  return people;
}

// True if what was deleted still stands in the log.
Result<bool> open_vault(SQLite::Database& database, SqliteOptions& options, RecentEvents& recent) {
  auto vault = Vault::open(vault_options(options), key_check(database));
  if (!vault) return vault.failure();
  options.sealer = *vault;
  if (auto matched = match_key(database, options.path, **vault); !matched) return matched.failure();
  const auto brought = bring_into_vault(database, options, **vault);
  if (!brought) return brought.failure();
  const Reconciled both = forget_in_both(database, **vault, recent, options.recent_events);
  if (both.people_erased > 0)
    tell(options, std::to_string(both.people_erased) +
                      " people who had been forgotten were still in " + options.path +
                      " (an older copy, or a crash while forgetting); they were erased.");
  return *brought || both.differed;
}

// A file of before checksums. A large one would hold up the start, and one beside which there is no
// room could not be rewritten.
void bring_checksums(SQLite::Database& database, const SqliteOptions& options) {
  std::error_code error;
  const auto bytes = std::filesystem::file_size(options.path, error);
  const auto space = std::filesystem::space(std::filesystem::absolute(options.path).parent_path(), error);
  if (!error && (bytes > options.rewritten_bytes || space.available < 3 * bytes)) {
    tell(options, "The pages of " + options.path +
                      " have no checksums, so some damage to it would not be noticed. A backup of it "
                      "has them: restore one to get them (deploy/OPERATING.md).");
    return;
  }
  give_checksums(database);
}

Result<bool> prepare(SQLite::Database& database, SqliteOptions& options, RecentEvents& recent) {
  if (auto migrated = migrate(database, options.path, migrations()); !migrated)
    return migrated.failure();
  if (!options.sealer) return open_vault(database, options, recent);
  if (auto matched = match_key(database, options.path, *options.sealer); !matched)
    return matched.failure();
  return false;
}

class StoreOnSqlite final : public Store {
 public:
  StoreOnSqlite(SqliteOptions options, ProcessLock lock, SQLite::Database writing,
                SQLite::Database checkpointing, bool scrub)
      : options_(std::move(options)),
        lock_(std::move(lock)),
        readers_(options_.path, options_.vfs, *options_.sealer, recent_,
                 options_.reader_cache_bytes, options_.readers),
        writer_({options_.path, options_.vfs, options_.writer_cache_bytes, options_.queue_capacity,
                 options_.batch_cap, options_.recent_events, options_.on_commit, options_.patience},
                std::move(writing), *options_.sealer, recent_),
        checkpointer_(
            {options_.path, options_.checkpoint_every, options_.wal_soft_bytes},
            std::move(checkpointing), [this] { return writer_.idle(); },
            [this] { writer_.ask_for_checkpoint(); }) {
    if (scrub) checkpointer_.scrub();
    if (is_larger(options_.path, options_.whole_check_bytes))
      sweep_.emplace(options_.path, options_.vfs,
                     [this](const SQLite::Exception& wrong) { stop_writing(wrong); });
  }
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
  Result<std::vector<Measured>> measured(const Id& conversation, const std::string& script,
                                         const std::string& name, int limit) override {
    return readers_.measured(conversation, script, name, limit);
  }
  Result<std::optional<Edition>> edition(const std::string& hash) override {
    return readers_.edition(hash);
  }
  Result<std::optional<Holdings>> holdings(const Id& person) override {
    return readers_.holdings(person);
  }

  Result<std::vector<Handed>> handed(const HandedList& list) override { return readers_.handed(list); }
  Result<std::optional<Handed>> handed(const Id& conversation, std::uint32_t number) override {
    return readers_.handed(conversation, number);
  }
  Result<std::vector<DueTimer>> due_timers(Time now, const std::optional<DueTimer>& after, int limit) override {
    return readers_.due_timers(now, after, limit);
  }
  Result<std::vector<Consignment>> claim(Time now, Time until, int conversations, int pieces) override;
  Result<Nothing> settle(const std::vector<Settled>& settled) override;
  Result<Backlog> backlog() override { return readers_.backlog(); }
  Result<std::vector<DeadLetter>> dead_letters(int limit) override { return readers_.dead_letters(limit); }

  void commit(Turn turn, std::function<void(Commit)> done) override;
  void barrier(std::function<void()> done) override { writer_.barrier(std::move(done)); }
  void ask_to_forget(const Id& person, std::function<void(Commit)> done) override;
  Result<Nothing> keep_edition(const Edition& edition) override;
  Result<Nothing> activate(const Activation& activation) override;
  Result<std::vector<Activation>> activations(int limit) override {
    return readers_.activations(limit);
  }
  Result<std::vector<std::string>> controls(std::uint64_t& after, int limit) override {
    return readers_.controls(after, limit);
  }
  Result<Nothing> backup(const std::string& path) override {
    return backup_with_keys(options_.path, options_.keys, path, options_.vfs);
  }
  Result<bool> sweep(Time now) override;
  Health health() override;
  void close() override;

 private:
  void stop_writing(const SQLite::Exception& wrong);

  const SqliteOptions options_;
  std::mutex closing_;
  std::optional<ProcessLock> lock_;
  RecentEvents recent_;
  ReaderPool readers_;
  Writer writer_;
  Checkpointer checkpointer_;
  std::optional<PageSweep> sweep_;  // of a large file
};

void StoreOnSqlite::commit(Turn turn, std::function<void(Commit)> done) {
  if (!writer_.has_room()) return done(Commit::kBusy);  // before the work of sealing
  std::optional<SealedTurn> sealed;
  try {
    sealed = seal(turn, *options_.sealer);
  } catch (const std::exception&) {
    return done(Commit::kFailed);
  }
  const bool forgets = turn.forget_person || (turn.place && turn.place->leaves);
  if (!forgets) return writer_.push(std::move(*sealed), std::move(done));
  writer_.push(std::move(*sealed), [this, done = std::move(done)](Commit outcome) {
    if (outcome == Commit::kDone) checkpointer_.scrub();
    done(outcome);
  });
}

void StoreOnSqlite::ask_to_forget(const Id& person, std::function<void(Commit)> done) {
  writer_.ask(
      "forgetting a person",
      [person](SQLite::Database&, Ledger& ledger) { ledger.forget(person); },
      [this, done = std::move(done)](Commit outcome) {
        if (outcome == Commit::kDone) checkpointer_.scrub();
        done(outcome);
      });
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

// Nothing is written where nothing is due: whoever asks may ask often.
Result<std::vector<Consignment>> StoreOnSqlite::claim(Time now, Time until, int conversations, int pieces) {
  const auto waiting = readers_.backlog();
  if (!waiting) return waiting.failure();
  if (!waiting->next_delivery || *waiting->next_delivery > now) return std::vector<Consignment>();
  std::vector<SealedConsignment> sealed;
  const auto done = writer_.chore("claiming what is to be sent", [&](SQLite::Database&, Ledger& ledger) {
    sealed = ledger.outbox().claim(now, until, conversations, pieces);
  });
  if (!done) return done.failure();
  try {
    return open_consignments(std::move(sealed), *options_.sealer);
  } catch (const KeysFailure& error) {
    return error.failure;
  } catch (const std::exception& error) {
    return Failure{Failure::Kind::kUnavailable, error.what()};
  }
}

Result<Nothing> StoreOnSqlite::settle(const std::vector<Settled>& settled) {
  if (settled.empty()) return Nothing{};
  return writer_.chore("noting what was sent", [&](SQLite::Database&, Ledger& ledger) {
    for (const Settled& one : settled) {
      if (one.what == Settled::What::kAgain || one.what == Settled::What::kDropped) ledger.outbox().exhume(one, *options_.sealer);
      else ledger.outbox().settle(one);
    }
  });
}

Result<Nothing> StoreOnSqlite::activate(const Activation& activation) {
  try {
    (void)nlohmann::json({activation.hash, activation.how, activation.who, activation.why}).dump();
  } catch (const std::exception&) {
    return Failure{Failure::Kind::kRefused, "who or why has text that is not UTF-8"};
  }
  return writer_.chore("noting what is live", [&](SQLite::Database&, Ledger& ledger) {
    ledger.activate(activation);
  });
}

Result<bool> StoreOnSqlite::sweep(Time now) {
  bool more = true, dropped = false;
  for (int i = 0; i < kSweepSteps && more; ++i) {
    auto result = writer_.chore("sweeping", [&](SQLite::Database& database, Ledger& ledger) {
      if (i == 0) options_.sealer->lapse(now);
      Broom broom(database, now);
      more = broom.step();
      more = ledger.outbox().bury_expired(now, kExpiredAStep) || more;
      dropped = dropped || broom.dropped_texts();
      if (broom.turned_events()) ledger.turn_events();
    });
    if (!result) return result.failure();
  }
  if (dropped) checkpointer_.scrub();
  return more;
}

Store::Health StoreOnSqlite::health() {
  Health health = writer_.health();
  health.wal_bytes = checkpointer_.wal_bytes();
  if (sweep_) health.unchecked_bytes = sweep_->bytes_left();
  return health;
}

// As if the writer had met it: what would be added to a damaged file is lost when it is restored.
void StoreOnSqlite::stop_writing(const SQLite::Exception& wrong) {
  (void)writer_.chore("checking its pages", [&](SQLite::Database&, Ledger&) { throw wrong; });
}

// The writer first, so that what is queued is finished; the connection of the checkpointer last.
void StoreOnSqlite::close() {
  const std::lock_guard closing(closing_);
  if (sweep_) sweep_->close();
  writer_.close();
  readers_.close();
  checkpointer_.close();
  lock_.reset();
}

Result<std::unique_ptr<Store>> open_locked(SqliteOptions options, ProcessLock lock) {
  const std::string path = options.path;
  try {
    const std::string found = damage(options.path, options.vfs, options.whole_check_bytes);
    if (!found.empty()) return explain(SQLITE_CORRUPT, found, options.path, "checking it at start");
    SQLite::Database writing =
        connect(path, options.vfs, Purpose::kWrite, options.writer_cache_bytes);
    // The file itself could be opened for writing (touch), so what forbids it stands in its header.
    if (sqlite3_db_readonly(writing.getHandle(), "main") == 1)
      return explain(SQLITE_CORRUPT, "its header forbids writing", path, "opening it");
    RecentEvents recent;  // the store has its own
    const auto ready = prepare(writing, options, recent);
    if (!ready) return ready.failure();
    if (!has_checksums(writing)) bring_checksums(writing, options);
    SQLite::Database checkpointing =
        connect(path, options.vfs, Purpose::kCheckpoint, std::size_t{1} << 20);
    return std::unique_ptr<Store>(new StoreOnSqlite(std::move(options), std::move(lock),
                                                    std::move(writing), std::move(checkpointing),
                                                    *ready));
  } catch (const SQLite::Exception& error) {
    return explain(error, path, "opening it");
  } catch (const KeysFailure& error) {
    return error.failure;
  } catch (const std::exception& error) {
    return Failure{Failure::Kind::kUnavailable, path + " cannot be opened: " + error.what()};
  }
}

class ViewOfSqlite final : public Lookup {
 public:
  ViewOfSqlite(const SqliteOptions& options, std::shared_ptr<Sealer> sealer)
      : sealer_(std::move(sealer)),
        readers_(options.path, options.vfs, *sealer_, none_, options.reader_cache_bytes, 1) {}
  Result<std::optional<Where>> find(const Address& address) override {
    return readers_.find(address);
  }
  Result<std::optional<Snapshot>> load(const Id& conversation) override {
    return readers_.load(conversation);
  }
  Result<std::optional<Holdings>> holdings(const Id& person) override {
    return readers_.holdings(person);
  }
  Result<std::optional<Edition>> edition(const std::string& hash) override {
    return readers_.edition(hash);
  }

 private:
  const RecentEvents none_{};
  const std::shared_ptr<Sealer> sealer_;
  ReaderPool readers_;
};

}  // namespace
}  // namespace sqlite

Result<std::unique_ptr<Store>> SqliteStore::open(SqliteOptions options) {
  if (options.path.empty()) return Failure{Failure::Kind::kRefused, "a store needs a path"};
  options = sqlite::with_places(std::move(options));
  auto lock = sqlite::ProcessLock::take(options.path);
  if (!lock) return lock.failure();
  if (auto touched = sqlite::touch(options.path); !touched) return touched.failure();
  return sqlite::open_locked(std::move(options), std::move(*lock));
}

// Opened whole first, so that nothing is left to be finished under the old key.
Result<Nothing> SqliteStore::rotate_key(SqliteOptions options) {
  options = sqlite::with_places(std::move(options));
  {
    const auto store = open(options);
    if (!store) return store.failure();
  }
  const auto lock = sqlite::ProcessLock::take(options.path);
  if (!lock) return lock.failure();
  const auto vault = Vault::open(sqlite::vault_options(options), Digest{});
  if (!vault) return vault.failure();
  return (*vault)->rotate();
}

Result<std::unique_ptr<Lookup>> view_of(SqliteOptions options) {
  options = sqlite::with_places(std::move(options));
  auto vault = Vault::open_to_read(sqlite::vault_options(options));
  if (!vault) return vault.failure();
  return std::unique_ptr<Lookup>(new sqlite::ViewOfSqlite(options, std::move(*vault)));
}

}  // namespace attune::storage
