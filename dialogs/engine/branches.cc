// Which branch of a question an answer takes: the first that fits, and only that one.
#include <utility>

#include "dialogs/engine/branch_count.h"
#include "dialogs/engine/turn.h"

namespace attune::dialogs {
namespace {

constexpr int kMostAnswers = 6;

}  // namespace

// Would a branch fit because of what was heard? Asked before interrupts are looked at, with the
// answer in its slot and put back: nothing has been decided yet.
bool Turn::a_branch_hears(const QuestionCode& open, const Reading& reading) {
  if (event_.hearing.heard.empty() || open.branches.empty()) return false;
  const int index = program_->code[static_cast<std::size_t>(open.at)].index;
  std::vector<const Heard*> evidence;
  Frame& frame = top();
  const Slots before = reading.fit == Reading::Fit::kNone ? Slots{} : frame.slots;
  const Slots memory = reading.fit == Reading::Fit::kNone ? Slots{} : state_.person.memory;
  if (reading.fit != Reading::Fit::kNone) store(open, reading);
  bool fits = false;
  for (std::size_t i = 0; i < open.branches.size() && !fits; ++i) {
    const When& when = *open.branches[i].when;
    if (!asks_what_was_heard(when.condition) || used_up(index, static_cast<int>(i), when.again))
      continue;
    evidence.clear();
    fits = holds(when.condition, scope(), &evidence) && !evidence.empty();
  }
  if (reading.fit != Reading::Fit::kNone) {
    frame.slots = before;
    state_.person.memory = memory;
  }
  return fits;
}

void Turn::take_branch(int index) {
  const QuestionCode& open = program_->questions[static_cast<std::size_t>(index)];
  std::vector<const Heard*> evidence;
  for (std::size_t i = 0; i < open.branches.size(); ++i) {
    const When& when = *open.branches[i].when;
    if (used_up(index, static_cast<int>(i), when.again)) {
      reason("condition", "when " + words(when.condition) + ": used up, named " + std::to_string(*when.again) + " times");
      continue;
    }
    evidence.clear();
    const bool fits = holds(when.condition, scope(), &evidence);
    const std::string compared = values(when.condition, scope());
    if (!fits) {
      // What was only listened for is told from what was heard, when somebody asks.
      if (!compared.empty()) reason("condition", "when " + words(when.condition) + ": no (" + compared + ")");
      continue;
    }
    heard_ = evidence.empty() ? nullptr : evidence.front();
    reason("branch", "when " + words(when.condition) + " fits" + (compared.empty() ? "" : " (" + compared + ")"));
    for (const Heard* each : evidence) reasons_.back().heard.push_back(*each);
    reasons_.back().passed = static_cast<int>(i);
    if (when.again) ++top().again[branch_key(index, static_cast<int>(i))];
    pc_ = open.branches[i].at;
    return;
  }
  heard_ = nullptr;
  const bool has_otherwise =
      open.otherwise >= 0 && !used_up(index, -1, open.question->otherwise->again);
  const auto free_text = [&](const char* detail) {
    reason("free text", detail);
    reasons_.back().passed = static_cast<int>(open.branches.size());
  };
  if (has_otherwise) {
    if (open.question->otherwise->again) ++top().again[branch_key(index, -1)];
    free_text("otherwise");
  } else if (!open.branches.empty() || open.question->otherwise) {
    free_text("no branch fits, so it goes on");
  } else {
    free_text("it answers the question");
  }
  pc_ = has_otherwise ? open.otherwise : open.next;
}

bool Turn::used_up(int index, int branch, const std::optional<int>& again) const {
  if (!again) return false;
  const auto& counts = top().again;
  const auto used = counts.find(branch_key(index, branch));
  return used != counts.end() && used->second >= *again;
}

// `again at most N`: wait for another answer to the same question, six in all at the most.
void Turn::wait_again(const Instruction& in) {
  const int answers = answers_so_far(top().again, in.index);
  if (answers >= kMostAnswers) {
    reason("guard", "6 answers to one question, so it goes on");
    pc_ = in.to;
    return;
  }
  resting_ = ask(in.index, Showing::kSilent);
  top().answers = answers;
  if (!resting_) pc_ = in.to;
}

}  // namespace attune::dialogs
