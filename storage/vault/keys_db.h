// keys.db: every key, wrapped, in a small database beside the large one. One connection to it.
//
//   fact     kek (which key-encryption key wraps all this), lookup (wrapped: the key of keyed_hash),
//            mark (the newest forgetting; see vault.h)
//   person   keyed hash of a person's id -> their wrapped key; NULL: forgotten, for good
//   period   (class, day) -> the wrapped key of what was said in it; gone when it has run out
//
// WAL, synchronous=FULL, secure_delete, mode 0600. The file says nothing about anybody: no id, no name.
//
// One thread at a time. Throws SQLite::Exception; whoever holds it makes a KeysFailure of that.
#pragma once

#include <functional>

#include "storage/sqlite/connection.h"
#include "storage/vault/cipher.h"

namespace attune::storage {

class KeysDb {
 public:
  struct Person {
    std::string key;  // wrapped; "": forgotten
  };

  // Makes the tables of a new file, whole or not at all, with these facts.
  static void create(const std::string& path, const std::string& vfs, std::string_view kek,
                     std::string_view lookup);
  // Are there tables of ours in it? False too if there is no file, or one that was never finished.
  static bool exists(const std::string& path, const std::string& vfs);
  // "" or what the check found.
  static std::string damage(SQLite::Database& database);
  // A file of before pages had checksums gets them (sqlite/checked_vfs.h). No writer may be there.
  static void give_checksums(const std::string& path, const std::string& vfs);

  KeysDb(const std::string& path, const std::string& vfs, sqlite::Purpose purpose);

  SQLite::Database& database() { return database_; }
  std::string fact(const char* name);
  void set_fact(const char* name, std::string_view value);

  std::optional<Person> person(std::string_view hash);
  void keep_person(std::string_view hash, std::string_view key);
  void forget_person(std::string_view hash);
  void each_forgotten(const std::function<void(std::string_view hash)>& each);

  void keep_period(std::string_view keep_class, std::int64_t day, std::string_view key, Time ends);
  void drop_periods(Time now);
  void each_period(const std::function<void(std::string_view keep_class, std::int64_t day,
                                            std::string_view key, Time ends)>& each);

  // Every wrapped key, replaced by what `wrap_again` makes of it.
  using Again = std::function<std::string(const std::string& name, std::string_view wrapped)>;
  void rewrap(const Again& wrap_again);

 private:
  SQLite::Database database_;
  SQLite::Statement fact_, set_fact_, person_, keep_person_, forget_person_, keep_period_;
};

// A key under another: version 1 (1) | box, bound to its row's name, so that no row can stand in for
// another. Nothing if it does not open.
std::string wrap_key(const Secret& kek, const Secret& key, const std::string& name);
std::optional<Secret> unwrap_key(const Secret& kek, std::string_view wrapped,
                                 const std::string& name);
std::string person_name(std::string_view hash);
std::string period_name(std::string_view keep_class, std::int64_t day);
inline const std::string kLookupName = "lookup";

}  // namespace attune::storage
