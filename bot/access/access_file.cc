#include "bot/access/access_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "storage/sqlite/checked_vfs.h"
#include "storage/sqlite/connection.h"
#include "storage/sqlite/schema.h"

namespace attune::bot {
namespace {

using storage::sqlite::connect;
using storage::sqlite::explain;
using storage::sqlite::Purpose;
using storage::sqlite::Run;
using storage::sqlite::Text;
using storage::sqlite::view;

constexpr std::size_t kCacheBytes = 256 * 1024;

// A year is 366 days here, so that no row goes a day too early.
constexpr storage::sqlite::Migration kSteps[] = {{1, R"sql(
CREATE TABLE tokens (
  hash BLOB PRIMARY KEY,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  space TEXT NOT NULL,
  made INTEGER NOT NULL,
  expires INTEGER,
  used INTEGER,
  revoked INTEGER
) WITHOUT ROWID;
CREATE UNIQUE INDEX tokens_by_name ON tokens (name) WHERE revoked IS NULL;
CREATE TABLE audit (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  who TEXT NOT NULL,
  what TEXT NOT NULL,
  target TEXT NOT NULL,
  result TEXT NOT NULL
);
CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit is append only'); END;
CREATE TRIGGER audit_is_kept_a_year BEFORE DELETE ON audit
WHEN old.at > CAST(strftime('%s', 'now') AS INTEGER) - 366 * 86400
BEGIN SELECT RAISE(ABORT, 'the audit is append only'); END;
)sql"},
// Pages have checksums from here on (storage/sqlite/checked_vfs.h).
{2, "SELECT 1"}};

// Made with its mode before SQLite sees it; the WAL and its index take theirs from it.
Result<Nothing> make_file(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor < 0) {
    return Failure{Failure::Kind::kUnavailable,
                   path + " cannot be opened: " + std::strerror(errno)};
  }
  ::fchmod(descriptor, 0600);
  ::close(descriptor);
  return Nothing{};
}

std::optional<std::int64_t> maybe(Run& row, int column) {
  if (row.null(column)) return std::nullopt;
  return row.number(column);
}

}  // namespace

struct AccessFile::Inside {
  explicit Inside(const std::string& file)
      : path(file), database(connect(file, "", Purpose::kWrite, kCacheBytes)) {
    database.exec("PRAGMA wal_autocheckpoint=100");
  }

  void note(const AuditRow& row) {
    SQLite::Statement insert(database,
                             "INSERT INTO audit (at, who, what, target, result) VALUES (?,?,?,?,?)");
    Run(insert, row.at, Text{row.who}, Text{row.what}, Text{row.target}, Text{row.result}).finish();
  }

  const std::string path;
  SQLite::Database database;
};

AccessFile::AccessFile(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
AccessFile::~AccessFile() = default;

template <typename T, typename Work>
Result<T> AccessFile::guarded(const char* doing, const Work& work) {
  std::lock_guard lock(mutex_);
  try {
    return work(*inside_);
  } catch (const SQLite::Exception& error) {
    inside_->database.tryExec("ROLLBACK");
    return explain(error, inside_->path, doing);
  }
}

Result<std::unique_ptr<AccessFile>> AccessFile::open(const std::string& data_folder) {
  std::error_code error;
  if (std::filesystem::create_directories(data_folder, error)) {
    std::filesystem::permissions(data_folder, std::filesystem::perms::owner_all, error);
  }
  const std::string path = data_folder + "/access.db";
  if (const auto made = make_file(path); !made) return made.failure();
  try {
    auto inside = std::make_unique<Inside>(path);
    const auto ready = storage::sqlite::migrate(inside->database, path, kSteps);
    if (!ready) return ready.failure();
    if (!storage::sqlite::has_checksums(inside->database))
      storage::sqlite::give_checksums(inside->database);
    return std::unique_ptr<AccessFile>(new AccessFile(std::move(inside)));
  } catch (const SQLite::Exception& wrong) {
    return explain(wrong, path, "opening the tokens");
  }
}

Result<Nothing> AccessFile::add(const Token& token, const std::string& who) {
  return guarded<Nothing>("adding a token", [&](Inside& file) -> Result<Nothing> {
    file.database.exec("BEGIN IMMEDIATE");
    SQLite::Statement taken(file.database,
                            "SELECT 1 FROM tokens WHERE name = ? AND revoked IS NULL");
    if (Run(taken, Text{token.name}).next()) {
      file.database.exec("ROLLBACK");
      return Failure{Failure::Kind::kRefused, "there is a token named " + token.name +
                                                  " already; revoke it, or choose another name"};
    }
    SQLite::Statement insert(
        file.database,
        "INSERT INTO tokens (hash, name, role, space, made, expires) VALUES (?,?,?,?,?,?)");
    Run(insert, view(token.hash), Text{token.name}, Text{name_of(token.role)}, Text{token.space},
        token.made, token.expires)
        .finish();
    file.note({token.made, who, "token_add", token.name, std::string(name_of(token.role))});
    file.database.exec("COMMIT");
    return Nothing{};
  });
}

Result<Nothing> AccessFile::revoke(const std::string& name, storage::Time now,
                                   const std::string& who) {
  return guarded<Nothing>("revoking a token", [&](Inside& file) -> Result<Nothing> {
    file.database.exec("BEGIN IMMEDIATE");
    SQLite::Statement update(file.database,
                             "UPDATE tokens SET revoked = ? WHERE name = ? AND revoked IS NULL");
    Run(update, now, Text{name}).finish();
    if (file.database.getChanges() == 0) {
      file.database.exec("ROLLBACK");
      return Failure{Failure::Kind::kRefused, "there is no token of that name to revoke"};
    }
    file.note({now, who, "token_revoke", name, "done"});
    file.database.exec("COMMIT");
    return Nothing{};
  });
}

Result<std::vector<Token>> AccessFile::tokens() {
  return guarded<std::vector<Token>>(
      "reading the tokens", [](Inside& file) -> Result<std::vector<Token>> {
        SQLite::Statement select(file.database,
                                 "SELECT hash, name, role, space, made, expires, used, revoked "
                                 "FROM tokens ORDER BY made, name");
        Run row(select);
        std::vector<Token> all;
        while (row.next()) {
          Token token;
          const std::string_view hash = row.bytes_view(0);
          const auto role = role_named(row.bytes(2));
          // A role this version does not know opens nothing.
          if (hash.size() != token.hash.size() || !role) continue;
          std::memcpy(token.hash.data(), hash.data(), hash.size());
          token.name = row.bytes(1);
          token.role = *role;
          token.space = row.bytes(3);
          token.made = row.number(4);
          token.expires = maybe(row, 5);
          token.used = maybe(row, 6);
          token.revoked = maybe(row, 7);
          all.push_back(std::move(token));
        }
        return all;
      });
}

Result<Nothing> AccessFile::used(const storage::Digest& hash, storage::Time day) {
  return guarded<Nothing>("noting a token's use", [&](Inside& file) -> Result<Nothing> {
    SQLite::Statement update(file.database, "UPDATE tokens SET used = ? WHERE hash = ?");
    Run(update, day, view(hash)).finish();
    return Nothing{};
  });
}

Result<std::int64_t> AccessFile::data_version() {
  return guarded<std::int64_t>("looking for changes", [](Inside& file) -> Result<std::int64_t> {
    return file.database.execAndGet("PRAGMA data_version").getInt64();
  });
}

Result<Nothing> AccessFile::note(const AuditRow& row) {
  return guarded<Nothing>("writing the audit", [&](Inside& file) -> Result<Nothing> {
    file.note(row);
    return Nothing{};
  });
}

Result<std::vector<AuditRow>> AccessFile::audit(const AuditQuery& query) {
  return guarded<std::vector<AuditRow>>(
      "reading the audit", [&](Inside& file) -> Result<std::vector<AuditRow>> {
        SQLite::Statement select(file.database,
                                 "SELECT at, who, what, target, result FROM audit "
                                 "WHERE at >= ? AND (? = '' OR what = ?) ORDER BY id DESC LIMIT ?");
        Run row(select, query.since, Text{query.what}, Text{query.what}, query.limit);
        std::vector<AuditRow> all;
        while (row.next()) {
          all.push_back(
              {row.number(0), row.bytes(1), row.bytes(2), row.bytes(3), row.bytes(4)});
        }
        return all;
      });
}

}  // namespace attune::bot
