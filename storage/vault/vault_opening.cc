// How a vault is opened, when its parts are made, and how its key-encryption key is changed.
//
// What is there decides: a key file or a keys.db is only made where nothing can depend on it yet. An
// interrupted change of the KEK leaves KEY.next; which of the two files keys.db is wrapped with stands
// in keys.db, so a start knows whether to drop the new one or to put it in its place.
#include <sys/stat.h>
#include <unistd.h>

#include "storage/sqlite/checked_vfs.h"
#include "storage/vault/file_key_sealer.h"
#include "storage/vault/key_file.h"
#include "storage/vault/vault.h"

namespace attune::storage {
namespace {

using sqlite::explain;
using sqlite::Purpose;

constexpr std::uint64_t kCheckedWhole = 128u << 20;

// The KEK itself never touches a key: what wraps is derived from it, and so is its name.
Secret wrapping_key(const Secret& file) { return hmac(file, "attune key wrapping 1"); }
std::string id_of(const Secret& wrapping) {
  return std::string(hmac(wrapping, "attune key id 2").view().substr(0, 8));
}

Failure refused(const std::string& why) { return {Failure::Kind::kRefused, why}; }

std::string next_of(const std::string& key_file) { return key_file + ".next"; }

bool by_credential(const VaultOptions& options) {
  return !options.credential.empty() && there_is(options.credential);
}

Result<Secret> read_kek(const VaultOptions& options) {
  if (by_credential(options)) return read_key_file(options.credential, Guard::kItsFolder);
  return read_key_file(options.key_file);
}

Failure key_file_missing(const VaultOptions& options) {
  return refused("the key file " + options.key_file +
                 " is missing. Without it nobody can read the texts in the database. Put back your "
                 "copy of it; a new one is not made, for it would open nothing");
}

Failure keys_missing(const VaultOptions& options) {
  return refused(options.path +
                 " is missing, and without it nobody can read the texts in the database. Put back "
                 "its newest copy (a backup's is TO.keys); a new one is not made, for it would open "
                 "nothing. If the database is of attune 0.1, which had none, put back the key file "
                 "that was made with it");
}

Failure other_kek(const VaultOptions& options) {
  return refused("the key in " + (by_credential(options) ? options.credential : options.key_file) +
                 " does not open " + options.path +
                 ": its keys were wrapped with another. Put back the key file that belongs to it");
}

std::string note(const std::string& path) {
  return "A new key was made: " + path +
         "\nEvery key of every person is wrapped with it. Without it nobody, you included, can read "
         "a word\nin the database or find anyone's place again. Copy it now to a safe place, apart "
         "from the backups.";
}

Failure failure_of(const std::exception& error, const std::string& path, const char* doing) {
  if (const auto* of_keys = dynamic_cast<const KeysFailure*>(&error)) return of_keys->failure;
  if (const auto* of_sqlite = dynamic_cast<const SQLite::Exception*>(&error))
    return explain(*of_sqlite, path, doing);
  return {Failure::Kind::kUnavailable, path + " cannot be used: " + error.what()};
}

}  // namespace

Result<std::shared_ptr<Vault>> Vault::open(VaultOptions options,
                                           const std::optional<Digest>& key_check) {
  const std::string path = options.path;
  try {
    const bool keys_there = KeysDb::exists(path, options.vfs);
    const bool kek_there = by_credential(options) || there_is(options.key_file);
    if (!kek_there && (keys_there || key_check)) return key_file_missing(options);
    auto file = kek_there ? read_kek(options) : make_key_file(options.key_file);
    if (!file) return file.failure();
    if (!kek_there && options.tell) options.tell(note(options.key_file));
    if (!keys_there) return make(std::move(options), *file, key_check);
    std::shared_ptr<Vault> vault(new Vault(std::move(options), wrapping_key(*file)));
    if (auto connected = vault->connect(true); !connected) return connected.failure();
    return vault;
  } catch (const std::exception& error) {
    return failure_of(error, path, "opening it");
  }
}

Result<std::shared_ptr<Vault>> Vault::open_to_read(VaultOptions options) {
  const std::string path = options.path;
  try {
    if (!KeysDb::exists(path, options.vfs)) return keys_missing(options);
    auto file = read_kek(options);
    if (!file) return file.failure();
    std::shared_ptr<Vault> vault(new Vault(std::move(options), wrapping_key(*file)));
    if (auto connected = vault->connect(false); !connected) return connected.failure();
    return vault;
  } catch (const std::exception& error) {
    return failure_of(error, path, "opening it");
  }
}

Result<std::shared_ptr<Vault>> Vault::make(VaultOptions options, const Secret& file,
                                           const std::optional<Digest>& key_check) {
  Secret lookup = Secret::random();
  if (key_check) {
    const FileKeySealer before(file);
    if (before.keyed_hash("database", "key check") != *key_check) return keys_missing(options);
    lookup = before.lookups();  // addresses and event ids are found by it
  }
  const Secret kek = wrapping_key(file);
  KeysDb::create(options.path, options.vfs, id_of(kek), wrap_key(kek, lookup, kLookupName));
  std::shared_ptr<Vault> vault(new Vault(std::move(options), kek));
  if (auto connected = vault->connect(true); !connected) return connected.failure();
  return vault;
}

// Opens keys.db, for good, and reads what is needed for everything else.
Result<Nothing> Vault::connect(bool mend) {
  reading_.emplace(options_.path, options_.vfs, Purpose::kRead);
  struct stat info {};
  const bool small = ::stat(options_.path.c_str(), &info) != 0 ||
                     static_cast<std::uint64_t>(info.st_size) <= kCheckedWhole;
  if (const std::string found = small && mend ? KeysDb::damage(reading_->database()) : "";
      !found.empty())
    return explain(SQLITE_CORRUPT, found, options_.path, "checking it at start");
  if (mend && !sqlite::has_checksums(reading_->database()))
    KeysDb::give_checksums(options_.path, options_.vfs);
  const std::string wanted = reading_->fact("kek"), next = next_of(options_.key_file);
  if (wanted == id_of(kek_)) {
    if (mend) ::unlink(next.c_str());  // of a change that had not begun to count
  } else {
    if (by_credential(options_) || !there_is(next)) return other_kek(options_);
    const auto file = read_key_file(next);
    if (!file) return file.failure();
    kek_ = wrapping_key(*file);
    if (wanted != id_of(kek_)) return other_kek(options_);
    if (mend)
      if (auto done = replace_key_file(next, options_.key_file); !done) return done;
  }
  read_roots();
  owns_ = mend;
  return Nothing{};
}

void Vault::read_roots() {
  lookup_ = unwrap(reading_->fact("lookup"), kLookupName);
  reading_->each_period(
      [&](std::string_view keep_class, std::int64_t day, std::string_view key, Time ends) {
        periods_[std::string(keep_class)][day] = {unwrap(key, period_name(keep_class, day)), ends,
                                                  true};
      });
}

std::unique_ptr<FileKeySealer> Vault::before() const {
  const auto file = read_kek(options_);
  if (!file) return nullptr;
  auto sealer = std::make_unique<FileKeySealer>(*file);
  return sealer->lookups().bytes == lookup_.bytes ? std::move(sealer) : nullptr;
}

Result<Nothing> Vault::rotate() {
  if (by_credential(options_))
    return refused("the key comes from " + options_.credential +
                   ", which only systemd can replace; see deploy/OPERATING.md");
  const std::string next = next_of(options_.key_file);
  try {
    const auto file = there_is(next) ? read_key_file(next) : make_key_file(next);
    if (!file) return file.failure();
    const Secret kek = wrapping_key(*file);
    if (!writing_) writing_.emplace(options_.path, options_.vfs, Purpose::kWrite);
    writing_->database().exec("BEGIN IMMEDIATE");
    writing_->rewrap([&](const std::string& name, std::string_view wrapped) {
      return wrap_key(kek, unwrap(wrapped, name), name);
    });
    writing_->set_fact("kek", id_of(kek));
    writing_->database().exec("COMMIT");
    if (auto done = replace_key_file(next, options_.key_file); !done) return done;
    kek_ = kek;
    empty_log();
  } catch (const std::exception& error) {
    writing_.reset();  // in doubt: the next start looks which of the two files counts
    return failure_of(error, options_.path, "wrapping its keys again");
  }
  return Nothing{};
}

}  // namespace attune::storage
