#include "bot/turn/impact.h"

#include <stdexcept>

#include "dialogs/engine/landing.h"
#include "dialogs/engine/state.h"

namespace attune::bot {
namespace {

using dialogs::Landing;

constexpr int kPage = 1'000;

class Counting {
 public:
  Counting(const Edition& next, bool move, Editions& editions) : next_(next), move_(move), editions_(editions) {}

  Result<Nothing> conversation(const std::string& control) {
    dialogs::Conversation read;
    try {
      read = dialogs::read_conversation({control, {}});
    } catch (const std::invalid_argument&) {
      return Nothing{};  // damaged; the turn that meets it says so
    }
    for (const auto& [number, timer] : read.timers) {
      if (timer.kind == dialogs::Timer::Kind::kRemind && next_.library->find(timer.script) == nullptr) ++impact.lost_reminders[timer.script];
    }
    for (const auto& frame : read.frames) {
      if (frame.why == dialogs::Frame::Why::kRepair) continue;
      auto count = of(frame);
      if (!count) return count.failure();
      impact.all.add(*count);
      impact.scripts[frame.script].add(*count);
    }
    return Nothing{};
  }

  Impact impact;

 private:
  Result<Impact::Count> of(const dialogs::Frame& frame) {
    Impact::Count count;
    count.runs = 1;
    const dialogs::Program* to = next_.library->find(frame.script);
    if (frame.edition == next_.hash) return count.same = 1, count;
    const auto found = edition(frame.edition);
    if (!found) return found.failure();
    const auto& held = *found;
    if (!held || to == nullptr) return count.stay = 1, count;
    const auto old = held->library->structure.find(frame.script);
    if (old == held->library->structure.end()) return count.stay = 1, count;
    if (old->second == next_.library->structure.at(frame.script)) return count.reworded = 1, count;
    const bool safety = to->script->header.topic == "safety";
    if (!move_ && !safety && !editions_.leaves(frame.edition)) return count.stay = 1, count;
    land(frame, *held->library->find(frame.script), *to, count);
    return count;
  }

  // Their words are not read, so every slot that the old edition has counts as filled.
  static void land(const dialogs::Frame& frame, const dialogs::Program& from, const dialogs::Program& to, Impact::Count& count) {
    for (const auto& question : from.questions) {
      if (question.anchor != frame.at) continue;
      dialogs::Slots slots;
      for (const auto& slot : from.script->slots) slots.emplace(slot.name, std::int64_t{0});
      const Landing place = to.script->header.heavy && !from.script->header.heavy ? Landing{} : dialogs::landing(question, frame.scene, to, slots);
      switch (place.how) {
        case Landing::How::kSame: count.same_line = 1; return;
        case Landing::How::kMoved: count.by_moved = 1; return;
        case Landing::How::kScene: count.scene_start = 1; return;
        case Landing::How::kNowhere: count.asked = 1; return;
      }
    }
    count.at_call = 1;
  }

  Result<std::shared_ptr<const Edition>> edition(const std::string& hash) {
    if (const auto known = known_.find(hash); known != known_.end()) return known->second;
    auto found = editions_.find(hash);
    if (found) known_.emplace(hash, *found);
    return found;
  }

  const Edition& next_;
  const bool move_;
  Editions& editions_;
  std::map<std::string, std::shared_ptr<const Edition>> known_;
};

std::string line(std::size_t n, const std::string& what) {
  if (n == 0) return "";
  const std::string number = std::to_string(n);
  return std::string(number.size() < 8 ? 8 - number.size() : 0, ' ') + number + "  " + what + "\n";
}

std::string lines(const Impact::Count& count) {
  return line(count.same, "are on it already") + line(count.reworded, "get the new words at their next message") +
         line(count.stay, "stay on their edition until they end") + line(count.same_line, "move at their next question; the present one is still there") +
         line(count.by_moved, "move; `moved:` says where") + line(count.scene_start, "move to the beginning of their scene") +
         line(count.asked, "are asked whether to start again or stop") + line(count.at_call, "wait for a script they called, and move when they ask again");
}

}  // namespace

void Impact::Count::add(const Count& other) {
  runs += other.runs;
  same += other.same;
  reworded += other.reworded;
  stay += other.stay;
  same_line += other.same_line;
  by_moved += other.by_moved;
  scene_start += other.scene_start;
  asked += other.asked;
  at_call += other.at_call;
}

Result<Impact> impact_of(const Edition& next, bool move, Editions& editions, storage::Store& store) {
  Counting counting(next, move, editions);
  std::uint64_t after = 0;
  for (;;) {
    const auto page = store.controls(after, kPage);
    if (!page) return page.failure();
    if (page->empty()) return std::move(counting.impact);
    for (const auto& control : *page) {
      if (auto counted = counting.conversation(control); !counted) return counted.failure();
    }
  }
}

std::string told(const Impact& impact, bool move) {
  std::string out = std::to_string(impact.all.runs) + (impact.all.runs == 1 ? " script is" : " scripts are") + " under way" +
                    (move ? ", and runs are moved:\n" : ":\n") + lines(impact.all);
  for (const auto& [script, count] : impact.lost_reminders)
    out += line(count, (count == 1 ? "reminder of " : "reminders of ") + script + ", which is not in it: let go when due");
  for (const auto& [script, count] : impact.scripts) {
    if (count.runs == count.same + count.reworded) continue;
    out += "\n  " + script + ", " + std::to_string(count.runs) + ":\n" + lines(count);
  }
  return out;
}

}  // namespace attune::bot
