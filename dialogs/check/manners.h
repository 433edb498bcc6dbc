// What calling a script can do to whoever calls it: a call is one node in the caller's flow, and
// this is all that its ways need to know of the ways inside.
//
// Sound like the ways: what a script can do, it is said to do; what it is said to do on every way,
// it does. A gate may let another script run in its place, so a call has the manners of all that
// may answer it. One thread; holds references to the studies, which must outlive it.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "dialogs/check/positions.h"

namespace attune::dialogs {

// One script made ready for the checks: drawn and unrolled once, for all of them.
struct Study {
  Study(std::shared_ptr<const Script> of,
        const std::vector<std::shared_ptr<const Script>>& shared, const MemorySlots& memory,
        const std::set<std::string>& handed)
      : script(std::move(of)), flow(draw(*script, shared)), positions(flow, memory, handed) {}
  Study(const Study&) = delete;
  Study& operator=(const Study&) = delete;

  const std::shared_ptr<const Script> script;
  const Flow flow;
  const Positions positions;
};

struct Manner {
  // As if there were no such script: it says nothing, asks nothing and comes back.
  bool quiet = true;              // can come back within the turn
  bool asks = false;              // asks something, but for consent
  bool asks_unagreed = false;     // can ask before heavy consent was given in it
  bool returns_unagreed = true;   // can come back without
  bool takes_back = false;        // can come back after a no, where there was a yes before
  bool unsettles = false;         // can ask something after its last calm scene
  bool settles = false;           // comes back from a calm scene on every way
  bool hushes = false;            // can come back with nothing said since the last answer
  bool speaks = false;            // has said something since then, on every way
  bool opens = false;             // can come back after safety was opened in it
  bool opens_and_resumes = false; // ... by another end than `end stopped`
  std::string unrefusable;        // a script in which a question has no "not now"; "" if none has
};

class Manners {
 public:
  using Find = std::function<const Study*(const std::string&)>;
  explicit Manners(Find find) : find_(std::move(find)) {}

  // Of a call of this script, with what its gates may put in its place.
  const Manner& of(const std::string& script) const;
  bool is_safety(const std::string& script) const;  // its topic is

 private:
  Manner own(const Study& study) const;

  Find find_;
  mutable std::map<std::string, Manner> known_;
};

// The facts that both the checks and the manners follow.
Fact stays_quiet(const Manners& manners);            // no turn has ended yet
Fact heavy_agreed(const Manners& manners, bool at_start);  // the last answer to it was yes
Fact settled(const Script& script, const Manners& manners, bool at_start);  // calm since it asked
Fact said_something(const Manners& manners, bool at_start);  // since the last answer
Fact safety_opened(const Script& script, const Manners& manners);

bool is_consent(const Flow::Node& node);
// It is asked here, or waits for another answer after `again`.
bool waits_for_answer(const Flow::Node& node);
// A person can say "not now" to the question of this step, without a reason.
bool refusable(const Step& step);
// The node says something to the person, whatever its guards.
bool surely_speaks(const Flow::Node& node);

}  // namespace attune::dialogs
