#include "bot/channels/account_book.h"

#include <sys/stat.h>

#include "bot/log.h"

namespace attune::bot {
namespace {

// Which file it is: another whenever it was written again.
std::string sight_of(const std::string& folder) {
  struct stat info {};
  if (folder.empty() || ::stat((folder + "/channels.json").c_str(), &info) != 0) return "";
  return std::to_string(info.st_ino) + " " + std::to_string(info.st_mtim.tv_sec) + " " + std::to_string(info.st_mtim.tv_nsec) + " " + std::to_string(info.st_size);
}

}  // namespace

AccountBook::AccountBook(Accounts accounts, std::string data_folder)
    : data_folder_(std::move(data_folder)), seen_(sight_of(data_folder_)), accounts_(std::make_shared<const Accounts>(std::move(accounts))) {}

void AccountBook::look() {
  std::string sight = sight_of(data_folder_);
  if (sight == seen_) return;
  seen_ = std::move(sight);
  auto read = Accounts::read(data_folder_);
  if (!read) return log::write(log::Level::kError, "channels_unread", {{"why", read.failure().what}});
  log::write(log::Level::kInfo, "channels_changed", {{"accounts", static_cast<std::int64_t>(read->all().size())}});
  reload(std::move(*read));
}

std::shared_ptr<const Accounts> AccountBook::accounts() const {
  std::lock_guard lock(mutex_);
  return accounts_;
}

void AccountBook::reload(Accounts accounts) {
  auto fresh = std::make_shared<const Accounts>(std::move(accounts));
  std::lock_guard lock(mutex_);
  accounts_ = std::move(fresh);
}

AccountBook::Standing& AccountBook::standing(const Account& account) {
  Standing& one = standings_[{account.channel, account.name}];
  one.channel = account.channel;
  one.name = account.name;
  return one;
}

std::vector<AccountBook::Standing> AccountBook::standings() const {
  std::lock_guard lock(mutex_);
  std::vector<Standing> all;
  for (const Account& account : accounts_->all()) {
    const auto found = standings_.find({account.channel, account.name});
    all.push_back(found == standings_.end() ? Standing{} : found->second);
    all.back().channel = account.channel;
    all.back().name = account.name;
  }
  return all;
}

void AccountBook::arrived(const Account& account, storage::Time now, std::int64_t events, std::int64_t ignored, bool unread) {
  std::lock_guard lock(mutex_);
  Standing& one = standing(account);
  one.last_in = now;
  one.taken += events;
  one.ignored += ignored;
  one.unread += unread ? 1 : 0;
}

void AccountBook::refused(const Account& account, storage::Time now) {
  std::lock_guard lock(mutex_);
  Standing& one = standing(account);
  ++one.refused;
  one.last_error_at = now;
  one.last_error = "signature";
}

void AccountBook::sent(const Account& account, storage::Time now) {
  std::lock_guard lock(mutex_);
  Standing& one = standing(account);
  ++one.sent;
  one.last_out = now;
}

void AccountBook::failed(const Account& account, storage::Time now, const std::string& why) {
  std::lock_guard lock(mutex_);
  Standing& one = standing(account);
  ++one.failed;
  one.last_error_at = now;
  one.last_error = why;
}

AccountWatch::AccountWatch(AccountBook& book)
    : book_(book), thread_([this] {
        std::unique_lock lock(mutex_);
        while (!wake_.wait_for(lock, std::chrono::seconds(1), [this] { return done_; })) book_.look();
      }) {}

AccountWatch::~AccountWatch() {
  {
    std::lock_guard lock(mutex_);
    done_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

}  // namespace attune::bot
