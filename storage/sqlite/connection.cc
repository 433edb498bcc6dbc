#include "storage/sqlite/connection.h"

#include "storage/sqlite/checked_vfs.h"

namespace attune::storage::sqlite {
namespace {

constexpr int kBusyMilliseconds = 10'000;

void pragma(SQLite::Database& database, const std::string& text) {
  database.exec("PRAGMA " + text);
}

}  // namespace

SQLite::Database connect(const std::string& path, const std::string& vfs, Purpose purpose,
                         std::size_t cache_bytes) {
  // Every connection may write as far as the file goes: in WAL even a reader writes the shared
  // index.
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
  if (purpose == Purpose::kWrite) flags |= SQLITE_OPEN_CREATE;
  SQLite::Database database(path, flags, kBusyMilliseconds, checked_vfs(vfs));
  // The last connection to close would carry the log into the file, also one that was just found
  // damaged. Only the checkpointer does that, and turns it on when it closes.
  sqlite3_db_config(database.getHandle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  pragma(database, "trusted_schema=OFF");
  pragma(database, "cell_size_check=ON");
  pragma(database, "mmap_size=0");
  pragma(database, "temp_store=MEMORY");
  pragma(database, "cache_size=-" + std::to_string(cache_bytes / 1024));
  if (purpose == Purpose::kRead) {
    pragma(database, "query_only=ON");
    return database;
  }
  // Checkpoints have their own thread: inside a commit they would be its tail.
  pragma(database, "wal_autocheckpoint=0");
  pragma(database, "synchronous=FULL");
  pragma(database, "secure_delete=ON");
  if (purpose == Purpose::kWrite) {
    pragma(database, "foreign_keys=ON");
    ask_for_checksums(database);  // before its first page is written
    const std::string mode = database.execAndGet("PRAGMA journal_mode=WAL").getString();
    if (mode != "wal")
      throw SQLite::Exception("the file system does not allow a write-ahead log", SQLITE_CANTOPEN);
  }
  return database;
}

Failure explain(const SQLite::Exception& error, const std::string& path, const std::string& doing) {
  const int extended = error.getExtendedErrorCode();
  const std::uint64_t page = take_misfit();
  if (page > 0 && (extended & 0xff) == SQLITE_IOERR)
    return explain(SQLITE_IOERR_DATA, "page " + std::to_string(page) + " of it does not fit its checksum", path, doing);
  return explain(extended > 0 ? extended : error.getErrorCode(), error.what(), path, doing);
}

Failure explain(int extended_code, const std::string& detail, const std::string& path,
                const std::string& doing) {
  using Kind = Failure::Kind;
  const std::string tail =
      " (while " + doing + "; SQLite code " + std::to_string(extended_code) + ": " + detail + ")";
  switch (extended_code & 0xff) {
    case SQLITE_FULL:
      return {Kind::kUnavailable, "the disk that holds " + path + " is full" + tail, "disk_full"};
    case SQLITE_READONLY:
      return {Kind::kUnavailable, path + " can be read but not written" + tail, "read_only"};
    case SQLITE_CANTOPEN:
      return {Kind::kUnavailable, path + " cannot be opened" + tail};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {Kind::kUnavailable, path + " is busy" + tail};
    case SQLITE_NOMEM:
      return {Kind::kUnavailable, "there is not enough memory for " + path + tail};
    case SQLITE_IOERR:
      if (extended_code == SQLITE_IOERR_CORRUPTFS || extended_code == SQLITE_IOERR_DATA) break;
      return {Kind::kUnavailable, "the disk that holds " + path + " answered with an error" + tail,
              "disk_error"};
    case SQLITE_NOTADB:
      return {Kind::kDamaged,
              path +
                  " is not a database, or its first page is damaged. It was left "
                  "as it is; restore the newest backup" +
                  tail,
              "damaged"};
    case SQLITE_CORRUPT:
      break;
    default:
      return {Kind::kUnavailable, path + " cannot be used" + tail};
  }
  return {Kind::kDamaged,
          path + " is damaged. It was left as it is; restore the newest backup" + tail, "damaged"};
}

}  // namespace attune::storage::sqlite
