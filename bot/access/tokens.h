// The tokens as the running server knows them: a snapshot of access.db in memory, looked at for
// changes at most once a second, so that a check costs one hash and one look-up and a revoked token
// stops a second later at the latest.
//
// If the file cannot be read while the server runs, the newest snapshot goes on to be used and the log
// says so (`tokens_unread`): cutting every platform off because of one bad read would be worse.
//
// Threads: any.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "bot/access/access_file.h"
#include "bot/turn/clock.h"

namespace attune::bot {

// A token that stands in no file: the one of `--token`, and the one of this start in DATA/running.
Token passing_token(std::string name, Role role, std::string_view text);

class Tokens {
 public:
  // `passing` are known besides those of the file. Everything given must outlive this.
  static Result<std::unique_ptr<Tokens>> open(AccessFile& file, const Clock& clock,
                                              std::vector<Token> passing);

  // Who holds this token; null if nobody may use it now.
  std::shared_ptr<const Token> check(std::string_view text);

  // True once a token for somebody outside (in the file, or --token) was ever made, whatever became
  // of it. Then nothing is open at home any more, also when the last one is revoked.
  bool ever_made();
  bool any_usable(Role role);

 private:
  struct Entry {
    Token token;
    mutable std::atomic<storage::Time> used{0};
  };
  struct Snapshot;
  Tokens(AccessFile& file, const Clock& clock, std::vector<Token> passing);
  Result<Nothing> load();
  std::shared_ptr<const Snapshot> newest();
  void look();

  AccessFile& file_;
  const Clock& clock_;
  const std::vector<Token> passing_;
  std::atomic<std::int64_t> look_again_{0};  // steady, nanoseconds
  std::atomic<std::int64_t> version_{-1};
  std::mutex mutex_;
  std::shared_ptr<const Snapshot> snapshot_;  // guarded by mutex_
};

}  // namespace attune::bot
