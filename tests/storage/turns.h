// Short ways to make turns and to wait for what became of them.
#pragma once

#include <future>
#include <memory>

#include "storage/store.h"

namespace attune::storage::test {

constexpr Time kMonday = 1'800'000'000;

struct Speaker {  // a person at an address, and how far the test has come with them
  Address address;
  Where where{random_id(), random_id()};
  Version version = 0, person_version = 0;
  Mark mark = 0;

  explicit Speaker(const std::string& place) {
    address = {"default", "rest", "default", place, ""};
  }

  Turn turn(const std::string& said, const std::string& event = "") const {
    Turn turn;
    turn.where = where;
    if (version == 0) turn.opens = address;
    turn.read_version = version;
    turn.read_person_version = person_version;
    turn.read_mark = mark;
    if (!event.empty()) turn.event = {"rest", "default", event};
    turn.body = sha256(said);
    turn.at = kMonday + static_cast<Time>(version);
    turn.edition = "e1";
    turn.kind = version == 0 ? "start" : "message";
    turn.said = said;
    turn.reply = "reply to " + said;
    turn.conversation = {"at " + std::to_string(version + 1), {{"", "state of " + said}}};
    return turn;
  }
};

inline Commit commit(Store& store, Turn turn) {
  auto promise = std::make_shared<std::promise<Commit>>();
  auto outcome = promise->get_future();
  store.commit(std::move(turn), [promise](Commit c) { promise->set_value(c); });
  return outcome.get();
}

// Commits the speaker's next turn and, if it is done, moves the speaker on.
inline Commit say(Store& store, Speaker& speaker, const std::string& said,
                  const std::string& event = "") {
  const Turn turn = speaker.turn(said, event);
  const Commit outcome = commit(store, turn);
  if (outcome == Commit::kDone) ++speaker.version;
  return outcome;
}

inline void wait(Store& store) {
  std::promise<void> reached;
  store.barrier([&] { reached.set_value(); });
  reached.get_future().wait();
}

}  // namespace attune::storage::test
