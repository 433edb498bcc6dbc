// What has been committed, in memory: the part of the model store that outlives every process.
//
// apply() and forget() are storage/store.h word for word and nothing else: no cache, no batches, no
// faults. Slow and obvious on purpose; tests/storage/conformance.h holds it to the contract.
//
// Owned by a test; shared by every ModelStore opened on it. One thread at a time.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "storage/store.h"

namespace attune::turn_test {

constexpr storage::Time kEventWindow = 8 * 86'400;  // store.h: "in 8 days"

// What a broken store would do, for the guard that shows that the simulation sees it.
enum class Wrong {
  kNothing,
  kNoVersionCheck,   // a turn thought on an old state is done
  kNoMarks,          // of two turns with the same number it does not know which one was read
  kNoEventCheck,     // an event is done as often as it comes
  kForgetsPartly,    // a forgotten person's events are forgotten too: late retries bring them back
  kEarlyCallback,    // kDone is called before the turn is kept
  kLostTurn,         // now and then a turn is done and not kept
};

class Disk {
 public:
  struct Conversation {
    storage::Id person{};
    std::size_t number = 0;            // in the order in which they began
    std::vector<storage::Turn> turns;  // version v is turns[v - 1]
    std::vector<storage::Address> homes;  // the one they wrote from last comes last
  };
  struct Person {
    storage::Version version = 0;
    storage::Time changed = 0;
    storage::Kept memory;
  };
  struct Delivery {
    storage::Time due = 0;
    storage::Mark claim = 0;
    int attempts = 0;
  };
  using PartName = std::pair<storage::Version, int>;
  struct Later {  // of a conversation
    std::map<storage::TimerNumber, storage::Time> timers;
    std::vector<storage::Handed> handed;  // by number
    std::map<PartName, storage::Part> parts;
    std::optional<Delivery> delivery;  // exactly while there are parts
  };
  struct Event {
    storage::Digest body{};
    storage::Time at = 0;
    storage::Id conversation{};
    storage::Version version = 0;
    bool gone = false;  // whose it was has been forgotten
  };

  storage::Commit apply(const storage::Turn& turn);
  void forget(const storage::Id& person);
  // Words whose class has run out, event ids past their window.
  void sweep(storage::Time now);

  std::vector<storage::DueTimer> due_timers(storage::Time now, const std::optional<storage::DueTimer>& after, int limit) const;
  std::vector<storage::Consignment> claim(storage::Time now, storage::Time until, int conversations, int pieces);
  void settle(const storage::Settled& settled);
  storage::Backlog backlog() const;
  std::vector<storage::Handed> handed(const storage::HandedList& list) const;

  std::optional<storage::Holdings> holdings(const storage::Id& person) const;
  const Event* newest_event(const storage::EventId& event) const;
  static std::string key(const storage::Address& address);

  std::map<storage::Id, Conversation> conversations;
  std::map<storage::Id, Person> persons;
  std::map<std::string, storage::Id> addresses;
  std::map<std::string, storage::Version> since;  // of addresses that joined
  std::map<std::string, std::vector<Event>> events;  // oldest first
  std::map<storage::Id, Later> later;
  std::vector<storage::DeadLetter> dead_letters;
  std::set<storage::Id> tombstones;
  std::map<std::string, storage::Edition> editions;
  std::vector<storage::Activation> activations;  // oldest first
  std::int64_t handed_over = 0;  // hand offs so far
  std::map<std::int64_t, std::string> spaces;  // of each
  std::size_t begun = 0;      // conversations so far
  std::uint64_t commits = 0;  // transactions; tells whether anything was kept in between

  Wrong wrong = Wrong::kNothing;
  // Told when something has become durable. Copies of a disk have none.
  std::function<void(const storage::Turn&)> on_turn;
  std::function<void(const storage::Id&)> on_forgotten;

 private:
  std::optional<storage::Commit> judge(const storage::Turn& turn) const;
  storage::Commit begin(const storage::Turn& turn);
  void append(const storage::Turn& turn, Conversation& conversation);
  void append_later(const storage::Turn& turn);
  bool may_join(const storage::Place& place, const storage::Id& person) const;
  void settle_place(const storage::Turn& turn);
  void exhume(const storage::Settled& settled);
  void bury(const storage::Id& conversation, const PartName& name, storage::Time at, const std::string& why);
  void wake_or_end(const storage::Id& conversation);
  const storage::Address& address_of(const storage::Id& conversation) const;
};

}  // namespace attune::turn_test
