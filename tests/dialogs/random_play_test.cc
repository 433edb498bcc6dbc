// People who do anything, in every script that is shipped: no dead end, no blank, no runaway, no
// question of forgiving while the safety flag is open; and from every question that anybody came
// to, stop, help and safety are one message away.
//
// Who they are is random too (what is remembered of them, what they have done), and what they say
// is what the plays say, in any place. 12 walks for each script; ATTUNE_LONG=1: 10,000;
// ATTUNE_WALKS=N.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <map>
#include <set>

#include "bot/turn/edition.h"
#include "dialogs/play/play.h"
#include "support/random_scripts.h"

using namespace attune;
using namespace attune::dialogs;
using tiny::Dice;

namespace {

const std::string kRoot = ATTUNE_SOURCE_DIR;
constexpr Time kBegin = 1'795'000'000;

int walks_for_each() {
  if (const char* given = std::getenv("ATTUNE_WALKS")) return std::max(1, std::atoi(given));
  const char* longer = std::getenv("ATTUNE_LONG");
  return longer != nullptr && *longer != '\0' ? 10'000 : 12;
}

struct House {
  std::shared_ptr<const bot::Edition> edition;
  std::vector<Hearing> said;                                // by anybody in any play
  std::map<std::string, std::vector<std::size_t>> said_in;  // script -> which of these in its plays
  std::set<std::string> known;  // questions from which the ways out have been tried
  std::set<std::string> lines;  // "script#id" that were said or offered

  Hearing hear(const std::string& words, const std::string& language = "") const {
    return edition->hear(words, language);
  }
};

House house() {
  House all;
  all.edition =
      bot::build_edition(bot::read_sources(kRoot + "/dialogs/library", kRoot + "/intents/library"))
          .edition;
  REQUIRE(all.edition);
  std::map<std::string, std::set<std::string>> words;
  for (const auto& [path, text] : bot::read_plays(kRoot + "/dialogs/library")) {
    for (const Play& play : parse_plays({path, text}).plays) {
      std::string script;
      for (const PlayLine& line : play.lines) {
        if (line.who == "start") script = line.text;
        if (line.kind == PlayLine::Kind::kSaid) words[line.text].insert(script);
      }
    }
  }
  for (const auto& [each, scripts] : words) {
    for (const std::string& script : scripts) all.said_in[script].push_back(all.said.size());
    all.said.push_back(all.hear(each));
  }
  return all;
}

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t n = 0;
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += what.size()) ++n;
  return n;
}

// A hole of the line had nothing to write. Words that were heard in two places have dots between,
// and some slots start at dots, for what no caller has handed over.
bool has_blank(const Script& script, const Text& text, std::string shown) {
  std::size_t own = 0;
  for (const Text::Part& part : text.parts) {
    if (!part.hole) own += count(part.text, "…");
    for (const Slot& slot : script.slots) {
      const auto* word =
          slot.starts_at ? std::get_if<std::string>(&slot.starts_at->value) : nullptr;
      own += part.hole && slot.name == part.text && word != nullptr && *word == "…";
    }
    if (part.hole && part.text == "heard") {
      for (std::size_t at; (at = shown.find(" … ")) != std::string::npos;) shown.erase(at, 5);
    }
  }
  return count(shown, "…") > own;
}

class Walk {
 public:
  Walk(House& of, const Library& library, Dice& dice)
      : house_(of), library_(library), dice_(dice), now_(kBegin + dice.below(86'400)) {
    become_somebody();
  }

  void go(int turns) {
    Event start;
    start.kind = Event::Kind::kStart;
    start.hearing.safety_ran = true;
    take(start, "opens");
    for (int turn = 0; turn < turns; ++turn) {
      try_ways_out();
      now_ += dice_.one_in(12) ? dice_.between(1, 5) * 3'600 : dice_.between(1, 90);
      take(any(), told_words_);
    }
  }

 private:
  void become_somebody() {
    Person& person = last_.state.person;
    for (const auto& [name, slot] : library_.memory) {
      if (dice_.one_in(2)) continue;
      Value& value = person.memory[name];
      switch (slot.type.kind) {
        case SlotType::Kind::kNumber:
          value = std::int64_t{
              dice_.between(static_cast<int>(slot.type.low), static_cast<int>(slot.type.high))};
          break;
        case SlotType::Kind::kYesNo:
          value = dice_.one_in(2);
          break;
        case SlotType::Kind::kText: {
          const std::uint32_t next = person.next_text++;
          person.texts[next] = {"some words", 365 * 86'400, now_};
          value = TextRef{next};
          break;
        }
        default:
          person.memory.erase(name);
      }
    }
    for (const auto& [name, program] : library_.programs) {
      if (dice_.one_in(4))
        person.done[name] = {now_ - dice_.between(1, 40) * 43'200, dice_.between(1, 5)};
    }
    if (dice_.one_in(12)) {
      person.safety_open = true;
      person.safety_since = now_ - 3'600;
    }
  }

  const Effect* offer() const {
    const Effect* found = nullptr;
    for (const Effect& effect : last_.effects) {
      if (effect.kind == Effect::Kind::kOffer) found = &effect;
    }
    return found;
  }

  Event any() {
    Event event;
    static constexpr const char* kWords[] = {
        "3",    "7",      "yes",  "no",   "20 minutes", "today",        "", "ok", "?!",
        "back", "repeat", "skip", "help", "pause",      "i don't know", "1"};
    if (offer() != nullptr && !dice_.one_in(4)) {
      const auto& choices = offer()->choices;
      const auto& one =
          choices[static_cast<std::size_t>(dice_.below(static_cast<int>(choices.size())))];
      told_words_ = "[" + one.label + "]";
      event.hearing.safety_ran = true;
      event.choice = one.value;
      return event;
    }
    if (dice_.one_in(4)) {
      event.hearing = house_.hear(kWords[dice_.below(16)]);
    } else {
      event.hearing = house_.said[something_said()];
    }
    told_words_ = event.hearing.raw;
    return event;
  }

  // Mostly what fits here.
  std::size_t something_said() {
    const auto& frames = last_.state.conversation.frames;
    const auto here =
        frames.empty() ? house_.said_in.end() : house_.said_in.find(frames.back().script);
    if (here == house_.said_in.end() || dice_.one_in(4))
      return static_cast<std::size_t>(dice_.below(static_cast<int>(house_.said.size())));
    const auto& all = here->second;
    return all[static_cast<std::size_t>(dice_.below(static_cast<int>(all.size())))];
  }

  Stepped next(Event event) const {
    event.now = now_;
    event.local_day = now_ / 86'400;
    event.local_hour = static_cast<int>(now_ % 86'400 / 3'600);
    return step(library_, {}, last_.state, event);
  }

  void take(const Event& event, const std::string& what) {
    told_ += (last_.state.conversation.frames.empty() ? std::string("nothing open") : where()) +
             ": " + what + "\n";
    last_ = next(event);
    INFO(told_);
    prove(last_);
  }

  std::string where() const {
    const Frame& top = last_.state.conversation.frames.back();
    return top.script + " " + top.scene + " #" + top.at;
  }

  void prove(const Stepped& after) {
    bool said = false;
    for (const Effect& effect : after.effects) {
      if (effect.kind == Effect::Kind::kOffer) said = true;
      if (effect.kind != Effect::Kind::kSay) continue;
      said = true;
      house_.lines.insert(effect.script + "#" + effect.line);
      const Program* program = library_.find(effect.script);
      if (program == nullptr) continue;
      const auto line = program->lines.find(effect.line);
      if (line == program->lines.end() ||
          !has_blank(*program->script, line->second->text, effect.text))
        continue;
      FAIL_CHECK("a blank in " << effect.script << " #" << effect.line << ": " << effect.text);
    }
    // What began this walk may be there to be called: it has ended, and its caller would go on.
    if (!said && !ended_at_the_bottom(after)) FAIL_CHECK("nothing was said");
    for (const Reason& reason : after.reasons) {
      const bool fine = reason.what != "guard" || reason.detail.rfind("6 answers", 0) == 0;
      if (!fine) FAIL_CHECK(reason.detail << " at " << reason.where);
    }
    if (!rests_well(after.state)) FAIL_CHECK("it rests at no question");
    if (forgiving_while_open(after.state)) FAIL_CHECK("forgiveness past an open flag");
  }

  static bool ended_at_the_bottom(const Stepped& after) {
    return after.state.conversation.frames.empty() &&
           std::any_of(after.effects.begin(), after.effects.end(),
                       [](const Effect& effect) { return effect.kind == Effect::Kind::kRunEnded; });
  }

  bool forgiving_while_open(const State& state) const {
    const auto& frames = state.conversation.frames;
    return state.person.safety_open && !frames.empty() &&
           library_.find(frames.back().script)->script->header.topic == "forgiveness";
  }

  // What is open is a question; below it are questions, and calls that wait.
  bool rests_well(const State& state) const {
    const auto& frames = state.conversation.frames;
    for (std::size_t i = 0; i < frames.size(); ++i) {
      const Program& program = *library_.find(frames[i].script);
      const auto at = program.anchors.find(frames[i].at);
      if (at == program.anchors.end()) return false;
      const bool called = i + 1 < frames.size() && frames[i + 1].why == Frame::Why::kCall;
      const auto op = program.code[static_cast<std::size_t>(at->second)].op;
      if (op != (called ? Instruction::Op::kCall : Instruction::Op::kQuestion)) return false;
    }
    return frames.size() <= 8;
  }

  // From each question once, however it was come to.
  void try_ways_out() {
    if (last_.state.conversation.frames.empty() || !house_.known.insert(where()).second) return;
    const struct {
      const char* words;
      const char* leads;  // the script that answers, or the folder of it
    } kWays[] = {{"stop", "safety/stop"},
                 {"help now", "safety/help-now"},
                 {"help", "help/"},
                 {"I want to kill myself", "safety/"}};
    for (const auto& way : kWays) {
      Event event;
      event.hearing = house_.hear(way.words);
      const Stepped after = next(event);
      INFO(told_ << where() << ": " << way.words);
      prove(after);
      const bool answered =
          std::any_of(after.effects.begin(), after.effects.end(), [&](const Effect& effect) {
            return effect.kind == Effect::Kind::kSay && effect.script.rfind(way.leads, 0) == 0;
          });
      if (!answered) FAIL_CHECK(way.words << " is not answered by " << way.leads);
      if (std::string(way.words) != "stop") continue;
      // What comes after it is begun afresh.
      for (const Frame& frame : after.state.conversation.frames) {
        if (frame.started != now_) FAIL_CHECK(frame.script << " does not stop");
      }
    }
  }

  House& house_;
  const Library& library_;
  Dice& dice_;
  Time now_;
  Stepped last_;
  std::string told_;
  std::string told_words_;
};

}  // namespace

TEST_CASE("random people in every script that is shipped", "[dialogs][library][random]") {
  House all = house();
  const int walks = walks_for_each();
  std::size_t lines = 0;
  std::uint64_t seed = 0;
  for (const auto& [name, program] : all.edition->library->programs) {
    lines += program->lines.size();
    const Library library = beginning_with(*all.edition->library, name);
    for (int walk = 0; walk < walks; ++walk) {
      Dice dice(++seed);
      INFO("seed " << seed << ", from " << name);
      Walk(all, library, dice).go(40);
    }
  }
  std::size_t questions = 0;
  for (const auto& [name, program] : all.edition->library->programs)
    questions += program->questions.size();
  CHECK(all.known.size() * 2 > questions);
  WARN(seed << " walks; " << all.known.size() << " of " << questions << " questions, "
            << all.lines.size() << " of " << lines << " lines");
}
