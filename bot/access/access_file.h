// access.db in the data folder: the tokens (by hash) and the audit. Small, apart from what people
// said, and open to the command line and the running server at the same time.
//
// SQLite in WAL with synchronous=FULL, mode 0600: what was written is durable when the call returns.
// The audit is append only: the file itself refuses to change a row, or to delete one that is less
// than a year old. Neither table ever holds a token, a person's words, a name of theirs or an
// address: a person is named by hash only.
//
// Threads: any; one connection behind one mutex. Nothing throws; SQLite's exceptions stop here.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "bot/access/token.h"
#include "storage/result.h"

namespace attune::bot {

// Who did what, on what, when, and how it ended.
struct AuditRow {
  storage::Time at = 0;
  std::string who;     // a token's name, "command line", "the person", "server"
  std::string what;    // see kAudited in audit.h
  std::string target;  // a token's name, an edition, a person's hash; or ""
  std::string result;  // "done", "refused", "failed", "12 times"
};

struct AuditQuery {
  std::string what;          // "" is all
  storage::Time since = 0;   // at or after
  std::int64_t limit = 100;  // newest first
};

class AccessFile {
 public:
  // Makes folder and file where they are missing. kRefused: a file of a newer attune.
  static Result<std::unique_ptr<AccessFile>> open(const std::string& data_folder);
  ~AccessFile();
  AccessFile(const AccessFile&) = delete;
  AccessFile& operator=(const AccessFile&) = delete;

  // Each of the two writes its audit row in the same transaction. kRefused: a usable token of this
  // name exists already; there is none to revoke.
  Result<Nothing> add(const Token& token, const std::string& who);
  Result<Nothing> revoke(const std::string& name, storage::Time now, const std::string& who);
  // All there ever were, oldest first.
  Result<std::vector<Token>> tokens();
  Result<Nothing> used(const storage::Digest& hash, storage::Time day);

  // Another number whenever another connection has changed the file.
  Result<std::int64_t> data_version();

  Result<Nothing> note(const AuditRow& row);
  Result<std::vector<AuditRow>> audit(const AuditQuery& query);

 private:
  struct Inside;
  explicit AccessFile(std::unique_ptr<Inside> inside);
  template <typename T, typename Work>
  Result<T> guarded(const char* doing, const Work& work);

  std::mutex mutex_;
  std::unique_ptr<Inside> inside_;
};

}  // namespace attune::bot
