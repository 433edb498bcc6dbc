// What was done that is not a turn, and by whom: exports, forgetting, tokens, reloads, starts, and
// refused logins in counts. It says nothing of anyone's words, and names a person by hash only.
//
// Threads: any. note() is durable when it returns; later() and refused_login() never wait, a thread
// of the Audit's own writes them (and what is left when it is destroyed). A row that cannot be written
// is a line `audit_unwritten` in the log.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <thread>

#include "bot/access/access_file.h"
#include "bot/turn/clock.h"

namespace attune::bot {

// Every `what` there is.
inline constexpr const char* kAudited[] = {"start",  "reload", "token_add",     "token_revoke",
                                           "export", "forget", "publish", "rollback",
                                           "refused_logins", "why", "link", "unlink", "outbox_words", "outbox_resend", "outbox_drop",
                                           "hand_off_take", "hand_off_read", "hand_off_write", "hand_off_give_back",
                                           "hand_off_close"};

class Audit {
 public:
  // Both must outlive this. Refused logins are written together, at most once in `gather`.
  Audit(AccessFile& file, const Clock& clock,
        std::chrono::seconds gather = std::chrono::seconds(60));
  ~Audit();
  Audit(const Audit&) = delete;
  Audit& operator=(const Audit&) = delete;

  Result<Nothing> note(std::string who, std::string what, std::string target, std::string result);
  void later(std::string who, std::string what, std::string target, std::string result);
  void refused_login();

  AccessFile& file() { return file_; }

 private:
  void run();
  void write(const AuditRow& row);

  AccessFile& file_;
  const Clock& clock_;
  const std::chrono::seconds gather_;
  std::mutex mutex_;
  std::condition_variable wake_;
  // Guarded by mutex_:
  std::deque<AuditRow> waiting_;
  std::uint64_t refused_ = 0;
  bool done_ = false;
  std::thread thread_;
};

// What the command line did by itself to a person, in the access.db of this folder.
Result<Nothing> note_in_audit(const std::string& data_folder, const std::string& what,
                              const storage::Id& person);

// How a person is named in the audit: the first 16 hex digits of a hash of their random id. It can be
// compared with an id that somebody has, and not turned back into one.
std::string person_in_audit(const storage::Id& person);

}  // namespace attune::bot
