// One-time codes by which a person joins two of their addresses into one conversation.
//
//   at the new place    "link"         show(): a code, for ten minutes
//   at the old place    the code       claim(): nothing changes yet
//   at the new place    "go on here"   claimed(): the turn joins the new address to the old conversation
//
// So a code that somebody saw on a screen leads nowhere: it takes a message at each of the two places,
// the last one at the place that showed it, after the person's own code was taken at the other. Codes
// are kept by keyed hash, in memory only: a restart ends them. 38 random bits, and wrong codes are
// counted: 5 in an hour from one conversation, 1,000 in ten minutes from all, and then none is looked at.
//
// Owned by Turns. Any thread.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "storage/records.h"

namespace attune::bot {

class Links {
 public:
  static constexpr storage::Time kLives = 600, kHour = 3'600;
  static constexpr int kWrongOnes = 5, kWrongAll = 1'000;
  static constexpr std::size_t kMost = 10'000;  // codes at once; then the oldest end

  Links();

  struct By {  // who wrote the code, and from where
    storage::Id conversation{};
    storage::Address address;
  };
  // "KX4T-9BQM", in place of one that this conversation had.
  std::string show(const storage::Where& where, const storage::Address& address, storage::Version version, storage::Time now);
  // kYes: it is of another conversation in the same space, which now may join this one; again for whoever
  // has claimed it. kLess: it would, but more has been said there than here, and that would be lost.
  enum class Found { kNo, kYes, kLess };
  Found claim(std::string_view code, const storage::Where& where, const storage::Address& address, storage::Version version, storage::Time now);
  // Who claimed the code of this conversation.
  std::optional<By> claimed(const storage::Id& conversation, storage::Time now);
  void end(const storage::Id& conversation);

  // The code in a message that says nothing else ("kx4t 9bqm", "/link KX4T-9BQM"), as eight capitals.
  // It has letters and digits and no vowel, so no word and no number is taken for one.
  static std::optional<std::string> code_in(std::string_view text);

 private:
  struct Shown {
    std::string hash, space;
    storage::Version version = 0;
    storage::Time until = 0;
    std::optional<By> by;
  };
  struct Wrong {
    int count = 0;
    storage::Time until = 0;
    bool over(int most, storage::Time now) const { return now < until && count >= most; }
    void add(storage::Time now, storage::Time window);
  };
  std::string hash_of(std::string_view code) const;
  void sweep(storage::Time now);

  const std::string key_;
  std::mutex mutex_;
  // Guarded by mutex_:
  std::map<storage::Id, Shown> shown_;
  std::map<std::string, storage::Id> by_hash_;
  std::map<storage::Id, Wrong> wrong_;
  Wrong wrong_all_;
};

}  // namespace attune::bot
