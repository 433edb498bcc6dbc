// Words that work everywhere, as a whole message. What most of them do is written in always.talk;
// back, repeat and skip are the engine's own.
//
// A library may have further commands, such as "I need a break" (`pause-wish`). They are sentences
// that a person may also want to say to somebody, so that a question for own words takes them for
// its answer, and says so.
#include <algorithm>

#include "dialogs/engine/turn.h"

namespace attune::dialogs {
namespace {

constexpr const char* kWaysOut[] = {"stop", "exit", "help", "help-now", "delete-my-data"};
constexpr const char* kOthers[] = {"pause", "back",        "repeat",    "skip",       "stuck",
                                   "elsewhere", "link-here", "go-on-here", "only-here"};

bool is_way_out(const std::string& command) {
  return std::find(std::begin(kWaysOut), std::end(kWaysOut), command) != std::end(kWaysOut);
}

bool works_everywhere(const std::string& command) {
  const auto is = [&](const char* name) { return command == name; };
  return is_way_out(command) ||
         std::any_of(std::begin(kOthers), std::end(kOthers), is);
}

}  // namespace

// The open question shows a choice that is said in just the words of this message.
bool Turn::offered_in_these_words() {
  if (lost_ || idle() || silent() || state_.conversation.paused) return false;
  point_at_top();
  if (!resting_ || question().kind != QuestionCode::Kind::kChoose) return false;
  const Reading reading = read_choice(question());
  return reading.fit == Reading::Fit::kChoice && reading.how == "by its words";
}

// The open question is one for the person's own words.
bool Turn::asks_for_own_words() {
  if (lost_ || idle() || silent() || state_.conversation.paused) return false;
  point_at_top();
  if (!resting_ || question().kind != QuestionCode::Kind::kAsk) return false;
  const Slot* asked = slot(std::get<Ask>(question().step->what).slot);
  return asked != nullptr &&
         (asked->type.kind == SlotType::Kind::kText || asked->type.kind == SlotType::Kind::kList);
}

bool Turn::take_command() {
  if (!event_.choice.empty()) return false;
  const auto& all = event_.hearing.heard;
  const bool own_words = asks_for_own_words();
  const auto is_command = [&](const Heard& heard) {
    const auto kind = live_->vocabulary.find(heard.intent);
    if (kind == live_->vocabulary.end() || kind->second != IntentKind::kCommand) return false;
    if (silent()) return is_way_out(heard.intent);
    if (!own_words || works_everywhere(heard.intent)) return true;
    kept_as_answer_ = true;
    return false;
  };
  if (std::none_of(all.begin(), all.end(), is_command)) return false;
  // Many questions offer "Not now" or "Skip this" themselves; then these words are the answer. The
  // way out and the way to help are never an answer.
  const auto leads_out = [&](const Heard& heard) {
    return is_command(heard) && is_way_out(heard.intent);
  };
  if (std::none_of(all.begin(), all.end(), leads_out) && offered_in_these_words()) return false;
  for (const On& line : live_->always) {
    for (const Heard& heard : all) {
      if (heard.intent != line.intent || !is_command(heard)) continue;
      reason("command", line.intent);
      interrupt(line, "as a whole message");
      return true;
    }
  }
  return std::any_of(all.begin(), all.end(), [&](const Heard& heard) {
    return is_command(heard) && own_command(heard.intent);
  });
}

bool Turn::own_command(const std::string& name) {
  if (name != "back" && name != "repeat" && name != "skip") return false;
  reason("command", name);
  if (idle()) {
    say_only(name == "skip" ? "repair/no-skip" : name == "back" ? "repair/no-back" : "repair/lost");
    nothing_open();
    return true;
  }
  if (lost_) {
    nothing_open();
    return true;
  }
  state_.conversation.paused = false;
  use_new_words();
  point_at_top();
  if (name == "back") back();
  if (name == "repeat") repeat();
  if (name == "skip") skip();
  return true;
}

void Turn::repeat() { ask_again(Showing::kFull); }

void Turn::skip() {
  const QuestionCode& open = question();
  if (open.skip < 0) {
    say_only("repair/no-skip");
    return ask_again(Showing::kShort);
  }
  if (open.kind != QuestionCode::Kind::kWait) remember();  // `back` leads to a question
  pc_ = open.skip;
  resting_ = false;
  run();
}

}  // namespace attune::dialogs
