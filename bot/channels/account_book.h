// The accounts being served, and how each is doing since the start: for `attune channel status` and the
// log.
//
// Owned by the Server. Threads: any. accounts() hands out a snapshot; reload() puts another in its
// place for whoever asks next.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "bot/channels/account.h"
#include "storage/records.h"

namespace attune::bot {

class AccountBook {
 public:
  explicit AccountBook(Accounts accounts) : accounts_(std::make_shared<const Accounts>(std::move(accounts))) {}
  // Of a data folder, whose file is looked at again whenever look() finds it changed.
  AccountBook(Accounts accounts, std::string data_folder);

  std::shared_ptr<const Accounts> accounts() const;
  void reload(Accounts accounts);
  // Whether the file is another than last time, and if so what is in it now. A file that cannot be read
  // is reported, and changes nothing. One thread at a time.
  void look();

  struct Standing {
    std::string channel, name;
    storage::Time last_in = 0, last_out = 0;  // 0: not since the start
    std::int64_t taken = 0, sent = 0, ignored = 0, unread = 0, refused = 0, failed = 0;
    storage::Time last_error_at = 0;
    std::string last_error;  // one word or a number, see Delivered::why
  };
  // In the order of the accounts.
  std::vector<Standing> standings() const;

  void arrived(const Account& account, storage::Time now, std::int64_t events, std::int64_t ignored, bool unread);
  void refused(const Account& account, storage::Time now);  // not authentic
  void sent(const Account& account, storage::Time now);
  void failed(const Account& account, storage::Time now, const std::string& why);

 private:
  Standing& standing(const Account& account);

  const std::string data_folder_;
  std::string seen_;  // which file it was, for look()
  mutable std::mutex mutex_;
  std::shared_ptr<const Accounts> accounts_;                              // guarded by mutex_
  std::map<std::pair<std::string, std::string>, Standing> standings_;     // guarded by mutex_
};

// Looks every second, so that whoever sets a channel up need not tell the server. A thread of its own:
// files are not read where turns are thought.
class AccountWatch {
 public:
  explicit AccountWatch(AccountBook& book);
  ~AccountWatch();

 private:
  AccountBook& book_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool done_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace attune::bot
