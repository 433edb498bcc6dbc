#include "dialogs/play/stage.h"

#include <algorithm>
#include <charconv>

#include "dialogs/engine/conditions.h"
#include "dialogs/engine/why.h"

namespace attune::dialogs {
namespace {

constexpr int kMostTimers = 10'000;  // fired in one `~`

std::string squeezed(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool space = c == ' ' || c == '\t' || c == '\n';
    if (space && (out.empty() || out.back() == ' ')) continue;
    out += space ? ' ' : c;
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

// The text has the pattern's pieces, those around `...`, in order.
bool fits(std::string pattern, const std::string& text) {
  // A word processor makes one character of the three dots.
  for (std::size_t at = 0; (at = pattern.find("…", at)) != std::string::npos; at += 3)
    pattern.replace(at, std::string_view("…").size(), "...");
  std::size_t at = 0, begin = 0;
  bool anchored = true;
  for (;;) {
    const auto gap = pattern.find("...", begin);
    const std::string piece = squeezed(std::string_view(pattern).substr(begin, gap == std::string::npos ? gap : gap - begin));
    const bool last = gap == std::string::npos;
    if (!piece.empty()) {
      const auto found = last && !anchored ? text.rfind(piece) : text.find(piece, at);
      if (found == std::string::npos || found < at || (anchored && found != 0)) return false;
      at = found + piece.size();
    }
    if (last) return piece.empty() ? (at == text.size() || begin > 0) : at == text.size();
    anchored = false;
    begin = gap + 3;
  }
}

}  // namespace

PlayResult Stage::run() {
  for (const PlayLine& line : play_.lines) {
    if (!take(line)) {
      result_.place = line.place;
      explain();
      return result_;
    }
  }
  result_.passed = true;
  return result_;
}

bool Stage::take(const PlayLine& line) {
  switch (line.kind) {
    case PlayLine::Kind::kStart: return set_up(line);
    case PlayLine::Kind::kHeard: return expect(line);
    case PlayLine::Kind::kSaid: return say(line.text, "");
    case PlayLine::Kind::kPress: return press(line.text);
    case PlayLine::Kind::kAssert: return holds_now(line);
    case PlayLine::Kind::kEnded: return ended(line);
    case PlayLine::Kind::kPasses: return pass(line.duration);
  }
  return false;
}

bool Stage::fail(std::string expected, std::string came) {
  result_.expected = std::move(expected);
  result_.came = std::move(came);
  return false;
}

// For whoever mends the play or the script: the turn it was at, and all that decided it.
void Stage::explain() {
  result_.turn = turns_;
  result_.said = heard_.raw;
  for (const Reason& reason : reasons_) {
    for (std::string& lost : passed_over(reason, library_, heard_)) result_.why.push_back("not " + std::move(lost));
    result_.why.push_back(in_words(reason, heard_.raw));
  }
  if (reasons_.empty()) result_.why.push_back("nothing had to be decided: it simply went on");
  if (heard_.raw.empty()) return;
  std::string all;
  for (const Heard& one : heard_.heard) all += (all.empty() ? "" : ", ") + one.intent;
  result_.why.push_back("heard in it: " + (all.empty() ? "nothing that anybody listens for" : all));
}

bool Stage::set_up(const PlayLine& line) {
  if (line.who == "done") {
    auto& done = state_.person.done[line.text];
    done.last = now_ - 86'400;
    ++done.times;
    return true;
  }
  if (line.who == "safety.open") {
    state_.person.safety_open = true;
    state_.person.safety_since = now_ - 3'600;
    return true;
  }
  if (line.who == "at") return set_hour(line.text);
  if (line.who == "give") return give_back();
  if (line.who != "start") return remember(line.who, line.text);
  if (original_.find(line.text) == nullptr) return fail("a script " + line.text, "there is none of that name");
  library_ = beginning_with(original_, line.text);
  script_ = line.text;
  Event event = event_now();
  event.kind = Event::Kind::kStart;
  event.hearing.safety_ran = true;
  return go(event);
}

bool Stage::give_back() {
  if (!state_.conversation.handed) return fail("a hand off that waits", "nobody was asked for");
  for (const auto kind : {Event::Kind::kTake, Event::Kind::kGiveBack}) {
    now_ += 5;
    Event event = event_now();
    event.kind = kind;
    event.counselor = "counselor";
    event.hand_off = state_.conversation.hand_offs;
    go(event);
  }
  return true;
}

bool Stage::set_hour(const std::string& text) {
  int hour = -1, minute = 0;
  const char* end = text.data() + text.size();
  auto read = std::from_chars(text.data(), end, hour);
  if (read.ptr != end && *read.ptr == ':') std::from_chars(read.ptr + 1, end, minute);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59) return fail("a time such as 22:30", text);
  now_ = now_ - now_ % 86'400 + hour * 3'600 + minute * 60;
  return true;
}

bool Stage::remember(const std::string& slot, const std::string& text) {
  const auto declared = original_.memory.find(slot);
  if (declared == original_.memory.end()) return fail("a slot of memory.talk", slot + " is not declared there");
  std::int64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  auto& value = state_.person.memory[slot];
  switch (declared->second.type.kind) {
    case SlotType::Kind::kNumber:
      if (read.ec != std::errc()) return fail("a number for " + slot, text);
      value = number;
      break;
    case SlotType::Kind::kYesNo: value = text == "yes"; break;
    case SlotType::Kind::kText: {
      const std::uint32_t next = state_.person.next_text++;
      state_.person.texts[next] = {text, 365 * 86'400, now_};
      value = TextRef{next};
      break;
    }
    default: value = text;
  }
  return true;
}

Event Stage::event_now() const {
  Event event;
  event.now = now_;
  event.history = history_;
  event.local_day = now_ / 86'400;
  event.local_hour = static_cast<int>(now_ % 86'400 / 3'600);
  return event;
}

// What comes due on the way comes when it is due; what is written below is what came of all of it.
bool Stage::pass(Seconds duration) {
  const Time then = now_ + duration;
  std::vector<Effect> said;
  for (int fired = 0; fired < kMostTimers; ++fired) {
    const auto next = next_timer(state_.conversation, then);
    if (!next) break;
    now_ = std::max(now_, state_.conversation.timers.at(*next).due);
    Event event = event_now();
    event.kind = Event::Kind::kTimer;
    event.timer = *next;
    event.hearing.safety_ran = true;
    auto offered = std::move(offered_);
    go(event);
    if (said_.empty() && offered_.empty()) offered_ = std::move(offered);
    said.insert(said.end(), said_.begin(), said_.end());
  }
  now_ = then;
  said_ = std::move(said);
  next_ = 0;
  return true;
}

bool Stage::say(const std::string& words, const std::string& choice) {
  now_ += 5;
  Event event = event_now();
  event.hearing = ear_(words, language_of(state_.person));
  event.choice = choice;
  return go(event);
}

bool Stage::press(const std::string& label) {
  for (const auto& choice : offered_) {
    if (squeezed(choice.label) == squeezed(label)) return say(choice.label, choice.value);
  }
  std::string shown;
  for (const auto& choice : offered_) shown += (shown.empty() ? "" : ", ") + choice.label;
  return fail("a button \"" + label + "\"", shown.empty() ? "no buttons" : "buttons " + shown);
}

bool Stage::go(const Event& event) {
  ++turns_;
  heard_ = event.hearing;
  Stepped stepped = step(library_, {}, std::move(state_), event);
  state_ = std::move(stepped.state);
  reasons_ = std::move(stepped.reasons);
  said_.clear();
  offered_.clear();
  next_ = 0;
  for (const Frame& frame : state_.conversation.frames) {
    if (frame.script == script_) last_ = frame;
  }
  for (const Reason& reason : reasons_) note_chosen(reason);
  for (const auto& effect : stepped.effects) note(effect, event);
  return true;
}

// Pressed, typed or by its number: the reason names the question and quotes the label.
void Stage::note_chosen(const Reason& reason) {
  if (reason.what != "choice") return;
  const Program* program = library_.find(reason.where.substr(0, reason.where.find(' ')));
  if (program == nullptr) return;
  const std::string anchor = reason.where.substr(reason.where.rfind('#') + 1);
  for (const QuestionCode& question : program->questions) {
    const auto* choose = std::get_if<Choose>(&question.step->what);
    if (choose == nullptr || question.anchor != anchor) continue;
    for (const Choice& choice : choose->choices) {
      if (!reason.detail.starts_with("\"" + choice.label.text.source() + "\", ")) continue;
      result_.chosen.insert(program->script->name + "#" + choice.label.id);
    }
  }
}

void Stage::note(const Effect& effect, const Event& event) {
  if (effect.kind == Effect::Kind::kSay) {
    said_.push_back(effect);
    ++result_.touched[effect.script + "#" + effect.line];
  } else if (effect.kind == Effect::Kind::kOffer) {
    offered_ = effect.choices;
    for (const auto& choice : effect.choices) {
      const auto equals = choice.value.find('=');
      ++result_.touched[effect.scale ? choice.value.substr(0, equals) : effect.script + "#" + choice.value.substr(equals + 1)];
    }
  } else if (effect.kind == Effect::Kind::kMeasure) {
    history_[measure_name(effect.script, effect.name)].push_back({event.now, event.local_day, effect.number});
  } else if (effect.kind == Effect::Kind::kRunEnded) {
    endings_[effect.script] = effect.outcome;
    any_end_ = effect.outcome;
  }
}

// The next line that was said and fits; lines in between may be left out.
bool Stage::expect(const PlayLine& line) {
  std::string text = line.text, id;
  if (const auto hash = text.rfind('#'); hash != std::string::npos && (hash == 0 || text[hash - 1] == ' ') && text.find(' ', hash) == std::string::npos) {
    id = text.substr(hash + 1);
    text = hash == 0 ? "" : text.substr(0, hash - 1);
  }
  for (std::size_t at = next_; at < said_.size(); ++at) {
    const bool same = said_[at].speaker == line.who && (id.empty() || said_[at].line == id) && (text.empty() || fits(text, squeezed(said_[at].text)));
    if (!same) continue;
    next_ = at + 1;
    return true;
  }
  std::string came;
  for (std::size_t at = next_; at < said_.size(); ++at) {
    came += (came.empty() ? "" : " / ") + said_[at].speaker + ": " + said_[at].text + " #" + said_[at].line;
  }
  return fail(line.who + ": " + line.text, came.empty() ? "nothing more was said" : came);
}

bool Stage::holds_now(const PlayLine& line) {
  const Frame* frame = &last_;
  bool goes_on = false;
  for (const Frame& one : state_.conversation.frames) {
    if (one.script != script_) continue;
    frame = &one;
    goes_on = true;
  }
  const Program* program = library_.find(script_);
  if (program == nullptr) return fail("a `> start` line before this", "the play has not begun");
  const Event event = event_now();
  const Scope scope{library_, *program->script, *frame, state_, event};
  if (holds(line.condition, scope, nullptr)) return true;
  const std::string compared = values(line.condition, scope);
  const std::string ended = goes_on ? "" : ", as it was before the turn in which " + script_ + " ended: ask for it earlier";
  return fail(line.text, (compared.empty() ? "it does not hold" : compared) + ended);
}

bool Stage::ended(const PlayLine& line) {
  const std::string wanted = std::string("ended ") + name_of(line.outcome);
  const auto found = endings_.find(script_);
  if (found == endings_.end()) return fail(wanted, any_end_ ? "another script ended, this one goes on" : "it goes on");
  if (found->second == line.outcome) return true;
  return fail(wanted, std::string("ended ") + name_of(found->second));
}

std::optional<Outcome> Stage::outcome() const {
  const auto found = endings_.find(script_);
  return found == endings_.end() ? std::nullopt : std::optional<Outcome>(found->second);
}

const char* name_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::kCompleted: return "completed";
    case Outcome::kPaused: return "paused";
    case Outcome::kStopped: return "stopped";
  }
  return "completed";
}

}  // namespace attune::dialogs
