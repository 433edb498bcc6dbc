#include "storage/sqlite/backup.h"

#include <SQLiteCpp/Backup.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "storage/sqlite/checked_vfs.h"
#include "storage/sqlite/connection.h"
#include "storage/sqlite/page_sweep.h"

namespace attune::storage::sqlite {
namespace {

constexpr int kPagesAStep = 1024;
constexpr std::size_t kCache = 4 << 20;

Failure system_failure(const std::string& path, const char* doing, int error) {
  return {Failure::Kind::kUnavailable,
          "the backup " + path + " cannot be " + doing + ": " + std::strerror(error)};
}

// Pages under one snapshot: a reader's transaction keeps it, so writers neither wait nor start it
// over.
void copy_pages(SQLite::Database& source, SQLite::Database& target) {
  source.exec("BEGIN");
  source.execAndGet("SELECT count(*) FROM sqlite_master");
  SQLite::Backup backup(target, source);
  while (backup.executeStep(kPagesAStep) != SQLITE_DONE) {
  }
}

// Of a file whose pages have no checksums, one whose pages do: the same rows, in a new order.
void copy_anew(SQLite::Database& source, const std::string& partial) {
  ask_for_checksums(source);
  source.exec("PRAGMA query_only=OFF");  // of `source` nothing is changed
  SQLite::Statement copy(source, "VACUUM INTO ?1");
  Run(copy, Text{partial}).finish();
}

bool whole(SQLite::Database& copy) {
  return damaged_page(copy).empty() &&
         copy.execAndGet("PRAGMA integrity_check(1)").getString() == "ok";
}

Result<Nothing> copy(const std::string& from, const std::string& partial, const std::string& vfs) {
  SQLite::Database source = connect(from, vfs, Purpose::kRead, kCache);
  const bool checked = has_checksums(source);
  if (!checked) copy_anew(source, partial);
  SQLite::Database target(partial, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, 0, checked_vfs(vfs));
  target.exec("PRAGMA synchronous=OFF");  // it is synced once, below
  if (checked) copy_pages(source, target);
  target.exec("PRAGMA journal_mode=DELETE");
  if (!whole(target))
    return Failure{Failure::Kind::kDamaged, "the copy of " + from + " did not pass its check, so " +
                                                from +
                                                " is damaged; older backups were left alone"};
  return Nothing{};
}

int synced(const std::string& path, int flags) {
  const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC);
  if (descriptor < 0) return errno;
  const int error = ::fsync(descriptor) == 0 ? 0 : errno;
  ::close(descriptor);
  return error;
}

Result<Nothing> publish(const std::string& partial, const std::string& to) {
  if (const int error = synced(partial, O_RDWR)) return system_failure(to, "made durable", error);
  if (::rename(partial.c_str(), to.c_str()) != 0)
    return system_failure(to, "put in its place", errno);
  const auto slash = to.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : to.substr(0, slash + 1);
  if (const int error = synced(folder, O_RDONLY | O_DIRECTORY))
    return system_failure(to, "made durable", error);
  return Nothing{};
}

void remove_partial(const std::string& partial) {
  for (const char* tail : {"", "-journal", "-wal", "-shm"}) ::unlink((partial + tail).c_str());
}

// The copy as TO.partial, whole but not yet in its place.
Result<Nothing> prepare(const std::string& from, const std::string& to, const std::string& vfs) {
  const std::string partial = to + ".partial";
  remove_partial(partial);
  const int descriptor = ::open(partial.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) return system_failure(to, "made", errno);
  ::close(descriptor);
  try {
    return copy(from, partial, vfs);
  } catch (const SQLite::Exception& error) {
    return explain(error, from, "making the backup " + to);
  }
}

}  // namespace

Result<Nothing> backup_database(const std::string& from, const std::string& to,
                                const std::string& vfs) {
  auto result = prepare(from, to, vfs);
  if (result) result = publish(to + ".partial", to);
  if (!result) remove_partial(to + ".partial");
  return result;
}

Result<Nothing> backup_with_keys(const std::string& from, const std::string& keys,
                                 const std::string& to, const std::string& vfs) {
  struct stat info {};
  if (::stat(keys.c_str(), &info) != 0 && errno == ENOENT) return backup_database(from, to, vfs);
  const std::string to_keys = to + ".keys";
  auto result = prepare(from, to, vfs);
  if (result) result = prepare(keys, to_keys, vfs);
  if (result) result = publish(to_keys + ".partial", to_keys);
  if (result) result = publish(to + ".partial", to);
  if (!result) remove_partial(to + ".partial");
  if (!result) remove_partial(to_keys + ".partial");
  return result;
}

}  // namespace attune::storage::sqlite
