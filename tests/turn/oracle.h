// What must hold, whatever happened. Told of everything that becomes durable and of everything that
// clients are told; throws Broken, in words, as soon as one of these does not hold:
//
//   1. an event is processed once within its window, and only for the address it came from
//   2. versions of a conversation have no gap
//   3. every durable turn is what the pure step makes of the turn before it, byte for byte: state,
//      memory, reply, the person's words, measures. So it ran on the editions its exercise began with,
//      heard with the right words, and safety with the live ones.
//   4. what a client is shown is durable, and is that turn's reply; a retry is shown the same bytes
//   5. nobody's words are in another's turn, none are in control data, and a forgotten person's are in
//      no later turn and no later answer
//   6. danger is answered by a safety script; no running exercise is lost to an edit
//   7. "this id was used for another message" and "this has been deleted" are said only if it is so, or
//      became so while the message was under way
//   8. a listener hears of durable turns only, in the order of their versions
//
// Slow and obvious. Owned by the world; one thread.
#pragma once

#include <map>
#include <set>
#include <stdexcept>
#include <string>

#include "bot/turn/turns.h"
#include "tests/turn/disk.h"

namespace attune::turn_test {

struct Broken : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// A message that a client made once; it may be delivered any number of times.
struct Sent {
  int client = 0;
  int number = 0;
  bot::Inbound inbound;
  bool shown = false;     // the client has its answer
  bool answered = false;  // or knows that there is none: reused, deleted
  std::string reply;      // what was shown
  storage::Version version = 0;
};

// A word that only this message has in it: "q2x17".
std::string canary(int client, int number);

class Oracle {
 public:
  void made(const Sent& sent);
  // To a store, while `live` was served there; not yet durable.
  void handed_in(const Sent& sent, const storage::Turn& turn, const std::string& live);
  void durable(const storage::Turn& turn);
  void forgotten(const storage::Id& person);
  int forgets(int client) const;  // how often so far

  // `stored`: read back from the store, not thought just now.
  void shown(Sent& sent, const storage::Where& where, storage::Version version, const std::string& reply, bool stored);
  void told_reused(Sent& sent) const;
  void told_gone(Sent& sent, int forgets) const;
  void heard_of(int listener, const storage::Where& where, storage::Version version, const std::string& said, const std::string& reply);

  // At the end: the disk against everything above.
  void compare(const Disk& disk) const;

  int turns() const { return turns_; }
  int on_older_editions() const { return on_older_editions_; }
  int dangers() const { return dangers_; }
  std::string name_of(const storage::Id& conversation) const;  // the same in every run of a seed

 private:
  struct Mirror {
    int client = 0, number = 0;
    storage::Id person{};
    storage::Version version = 0, person_version = 0;
    dialogs::State state;
  };
  struct Past {
    int client = 0;
    storage::Id person{};
    storage::EventId event;
    std::string content, said, reply;
    std::set<std::string> canaries;
    bool forgotten = false;
  };
  using Place = std::pair<storage::Id, storage::Version>;

  Mirror& mirror_of(const storage::Turn& turn, const bot::Inbound& inbound);
  void check_once(const storage::Turn& turn, const bot::Inbound& inbound);
  void check_step(const storage::Turn& turn, const bot::Inbound& inbound, Mirror& mirror);
  void check_words(const storage::Turn& turn, const Mirror& mirror, Past& past);

  std::map<storage::Digest, bot::Inbound> by_body_;
  std::map<std::string, storage::Digest> by_content_;
  std::map<std::string, std::set<std::string>> made_;               // event -> contents
  std::map<std::string, int> clients_;                              // address -> client
  std::map<std::string, std::vector<storage::Time>> processed_;     // event -> when
  std::map<storage::Id, Mirror> mirrors_;
  std::map<Place, Past> pasts_;
  std::set<std::string> dead_canaries_, dead_events_;
  std::map<int, int> forgets_;                                      // by client
  std::map<std::pair<int, storage::Id>, storage::Version> heard_;
  std::map<storage::Id, int> names_;
  int turns_ = 0, on_older_editions_ = 0, dangers_ = 0;
};

}  // namespace attune::turn_test
