// The vault: a key for every person, and a key for every day of every class that runs out.
//
//   key file     the key-encryption key (KEK): DATA/seal.key, or a systemd credential
//   keys.db      everything below, each wrapped under the KEK with AES-256-GCM, bound to its row's name
//     person     32 random bytes. Forgetting destroys them and leaves a tombstone in their place
//     period     32 random bytes for (class, UTC day); destroyed once the day and the lifetime are over
//     lookup     32 random bytes, the key of keyed_hash; the same for as long as the database lives
//   text key     HKDF-SHA-256 expansion of the person's key over class, day and the period's key; never
//                stored. A class without an end ("", "run") has no period.
//   sealed       version 2 (1) | day + 1, or 0 (4) | nonce (12) | ciphertext | tag (16)
//   bound to     that head, person, class and row, as associated data
//
// Invariants: a turn is committed only after the keys it was sealed with are durable (commit() comes
// first, and costs a sync only if something is new); a destroyed key is destroyed before the rows go,
// so what remains after a crash cannot be read and is deleted at the next start (unsettled(), and
// `mark`, which stands in both files: where it differs, one of them is older, and restore.h compares
// tombstones both ways). No key is made for somebody forgotten.
//
// Keys of the last `cached_persons` people are held unwrapped, so that a turn of somebody known reads
// nothing; wiped when they leave. Generations keep a key that was read while it was being destroyed
// out of that cache.
//
// Owned by the store; outlives every key it gave out. Threads: as sealer.h says.
#pragma once

#include <array>
#include <atomic>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>

#include "storage/result.h"
#include "storage/vault/keys_db.h"
#include "storage/vault/sealer.h"

namespace attune::storage {

class FileKeySealer;

struct VaultOptions {
  std::string path;        // of keys.db
  std::string key_file;    // the KEK's; made at the first start
  std::string credential;  // read instead of key_file if there is such a file; "": never
  std::string vfs;         // as the store's
  std::size_t cached_persons = 32'768;  // about 150 bytes each
  // Told what an operator has to know: that a key was made and wants a copy.
  std::function<void(const std::string&)> tell;
};

class Vault final : public Sealer {
 public:
  // `key_check` is what the database remembers of its lookup key; nothing if it is new. Makes KEK and
  // keys.db only for a new database, or for one that attune 0.1 sealed with this KEK. kRefused, naming
  // the file: one of them is missing, or belongs to another. kDamaged: keys.db does not pass its check.
  static Result<std::shared_ptr<Vault>> open(VaultOptions options,
                                             const std::optional<Digest>& key_check);
  // To read beside a running server: makes nothing, mends nothing.
  static Result<std::shared_ptr<Vault>> open_to_read(VaultOptions options);
  ~Vault() override;

  Key find(const Id& person) override;
  Key take(const Id& person) override;
  Digest keyed_hash(std::string_view purpose, std::string_view bytes) const override;
  void begin() override;
  Verdict admit(const Key& key) override;
  std::string forget(const Id& person) override;
  bool lapse(Time now) override;
  void commit() override;
  void settled() override { unsettled_.clear(); }
  std::vector<Id> unsettled() const override { return unsettled_; }

  // For whoever compares the two files; the writer's thread, or before there is one.
  std::string mark();
  std::vector<std::string> tombstones();
  // Gathers a destruction by name, of somebody whose id nobody knows any more.
  std::string forget_hash(const std::string& hash);

  // How this database was sealed before it had a vault; nullptr if not under this KEK.
  std::unique_ptr<FileKeySealer> before() const;

  // A new KEK; only wraps again. Safe against a crash at every point: the new file is made beside the
  // old one, keys.db changes to it in one transaction, then the file takes its place; open() finishes
  // what was begun. Nobody else may use the vault meanwhile.
  Result<Nothing> rotate();

 private:
  class Held;
  using HeldKey = std::shared_ptr<const Held>;
  using Day = std::pair<std::string, std::int64_t>;  // a class's
  struct Cached {
    HeldKey key;
    std::list<Id>::iterator place;
  };
  struct IdHash {
    std::size_t operator()(const Id& id) const;
  };
  struct Shard {
    std::mutex mutex;
    std::list<Id> order;  // newest used first
    std::unordered_map<Id, Cached, IdHash> keys;
  };
  struct Period {
    Secret key;
    Time ends = 0;
    bool durable = false;
  };
  static constexpr std::size_t kShards = 16;

  Vault(VaultOptions options, const Secret& kek);
  Secret unwrap(std::string_view wrapped, const std::string& name) const;
  static Result<std::shared_ptr<Vault>> make(VaultOptions options, const Secret& file,
                                             const std::optional<Digest>& key_check);
  Result<Nothing> connect(bool mend);
  void read_roots();  // lookup key and periods
  HeldKey held(const Id& person, bool make);
  HeldKey read(const Id& person, const std::string& hash, bool make);
  HeldKey remember(Shard& shard, const HeldKey& key);
  void drop(const Id& person);
  Shard& shard_of(const Id& person) { return shards_[person[0] % kShards]; }
  std::optional<Secret> period(std::string_view keep_class, std::int64_t day, bool make);
  std::vector<Day> fresh_periods();
  void write_gathered(KeysDb& keys, const std::vector<Day>& fresh);
  void after_commit(const std::vector<Day>& fresh);
  void empty_log();

  const VaultOptions options_;
  Secret kek_, lookup_;
  bool owns_ = false;  // the files: it was opened to write, and they passed

  std::mutex reading_mutex_;
  std::optional<KeysDb> reading_;  // open as long as the vault is, so that no log is read over again
  std::optional<KeysDb> writing_;  // the writer's; made when needed, closed after an error

  std::array<Shard, kShards> shards_;
  std::atomic<std::uint64_t> generation_{0};  // of destructions

  std::shared_mutex periods_mutex_;
  std::map<std::string, std::map<std::int64_t, Period>, std::less<>> periods_;
  std::atomic<bool> fresh_periods_{false};

  // What the writer gathers between begin() and commit().
  std::map<std::string, HeldKey> joining_;        // by hash
  std::map<std::string, std::optional<Id>> leaving_;
  std::string new_mark_;
  std::optional<Time> lapse_;
  std::vector<Id> unsettled_;
  bool log_holds_destroyed_ = false;
};

}  // namespace attune::storage
