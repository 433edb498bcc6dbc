// The check against a plain walker: small random scripts, and everything that a person can do in
// them, step by step with the engine, until no new state comes or enough have been seen. Whatever
// the walker meets the check must have told: a blank, a scene or a line that is said to be out of
// reach, a run without a question, a question before consent. (What the check tells beyond that may
// be a way that nobody can go.)
//
// ATTUNE_LONG=1 walks a hundred times as many scripts, ATTUNE_SEED=N one.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <set>

#include "support/random_scripts.h"

using namespace attune::dialogs;
using tiny::Dice;

namespace {

constexpr std::size_t kMostStates = 250;

// Writes scripts in which values, guards, forgetting, rewinding and calling meet.
class Author {
 public:
  Author(Dice& dice, std::string stem, bool calls)
      : dice_(dice), stem_(std::move(stem)), calls_(calls) {}

  std::string write() {
    scenes_ = dice_.between(1, 3);
    const char* const keep[] = {"", ", keep run", ", keep none"};
    out_ = "title: It\nabout: It.\n";
    heavy_ = dice_.one_in(3);
    if (heavy_) out_ += "heavy: yes\n";
    out_ += "\nslots\n";
    for (const char* name : {"w", "v"})
      line(1, std::string(name) + ": text up to 60" + keep[dice_.below(3)]);
    line(1, std::string("n: number 0 to 3") + (dice_.one_in(2) ? ", starts at 1" : ""));
    line(1, "p: choice");
    for (int i = 0; i < scenes_; ++i) {
      out_ +=
          "\n== s" + std::to_string(i) + (i == 0 || dice_.one_in(3) ? " (checkpoint)" : "") + "\n";
      if (i == 0 && heavy_ && !dice_.one_in(4)) consent(0);
      block(0, 2, dice_.between(1, 4));
      if (dice_.one_in(5)) {
        line(0, "rewind to s0" + std::string(dice_.one_in(2) ? " keeping w" : ""));
      } else {
        line(0, target());
      }
    }
    return out_;
  }

 private:
  void line(int depth, const std::string& text) {
    out_ += std::string(static_cast<std::size_t>(depth) * 2, ' ') + text + "\n";
  }
  std::string id() {
    const std::string number = std::to_string(++ids_);
    return " #" + stem_ + (number.size() < 2 ? "0" : "") + number;
  }
  std::string target() {
    if (dice_.one_in(3)) return dice_.one_in(2) ? "-> end" : "-> end paused";
    return "-> s" + std::to_string(dice_.below(scenes_));
  }
  std::string said() {
    const char* const texts[] = {"So {w}.",      "So {v}.", "So {n}.", "So {p}.",
                                 "\"{heard}\"?", "Well.",   "Hm."};
    return texts[dice_.below(7)] + id();
  }
  std::string plain() { return "Well." + id(); }
  std::string condition() {
    const char* const all[] = {"w is set",
                               "v is set",
                               "not (w is set)",
                               "n is set and n > 1",
                               "n > 1",
                               "n is 2",
                               "p is tea",
                               "p is set",
                               "visited s0 2 times",
                               "blame",
                               "hour >= 20",
                               "w is set and v is set",
                               "w is set or p is tea"};
    return all[dice_.below(13)];
  }
  void consent(int depth) {
    line(depth, "consent heavy");
    line(depth + 1, "Bot: " + plain());
    line(depth + 1, "declined " + target());
  }
  void ask(int depth, int room) {
    line(depth, dice_.one_in(2) ? "ask w" : "ask v");
    line(depth + 1, "Bot: " + (dice_.one_in(3) ? said() : plain()));
    if (dice_.one_in(3)) {
      line(depth + 1, "when " + condition());
      block(depth + 2, room - 1, 1);
      if (dice_.one_in(2)) line(depth + 2, "again at most " + std::to_string(dice_.between(1, 6)));
    }
    if (dice_.one_in(4)) {
      line(depth + 1, "otherwise");
      block(depth + 2, room - 1, 1);
    }
    if (dice_.one_in(3)) line(depth + 1, "skip " + target());
  }
  void choose(int depth, int room) {
    line(depth, dice_.one_in(3) ? "choose" : "choose p");
    if (!dice_.one_in(4)) line(depth + 1, "Bot: " + (dice_.one_in(3) ? said() : plain()));
    for (int i = 0; i < 3; ++i) {
      const bool leads = dice_.one_in(3);
      line(depth + 1, "* Label " + std::to_string(i) + id() + (leads ? " " + target() : ""));
      if (dice_.one_in(3)) line(depth + 2, "only if " + condition_unheard());
      if (i == 0) line(depth + 2, "means tea");
      if (!leads && dice_.one_in(3)) block(depth + 2, room - 1, 1);
    }
  }
  std::string condition_unheard() {
    for (;;) {
      std::string one = condition();
      if (one != "blame") return one;
    }
  }
  void block(int depth, int room, int steps) {
    for (int i = 0; i < steps; ++i) step(depth, room);
  }
  void step(int depth, int room) {
    switch (dice_.below(room > 0 ? 13 : 6)) {
      case 0:
        return line(depth, dice_.one_in(2) ? "forget w" : "forget v, p");
      case 1:
        return line(depth, dice_.one_in(2) ? "set n = 2" : "set p = tea");
      case 2:
        return line(depth, "add 1 to n");
      case 6:
      case 7:
        return ask(depth, room);
      case 8:
      case 9:
        return choose(depth, room);
      case 10:
        line(depth, "if " + condition());
        block(depth + 1, room - 1, 1);
        if (!dice_.one_in(2)) return;
        line(depth, "otherwise");
        return block(depth + 1, room - 1, 1);
      case 11:
        if (!calls_) return line(depth, "Bot: " + said());
        return line(depth, std::string("call it/two") + (dice_.one_in(2) ? " with n = 2" : "") +
                               (dice_.one_in(3) ? " save w" : ""));
      case 12:
        if (heavy_ && dice_.one_in(2)) return consent(depth);
        line(depth, "rate n: low .. high" + id());
        return line(depth + 1, "Bot: " + plain());
      default:
        return line(depth, "Bot: " + said());
    }
  }

  Dice& dice_;
  std::string stem_;
  bool calls_;
  bool heavy_ = false;
  std::string out_;
  int scenes_ = 1;
  int ids_ = 0;
};

// What the check told of one script: each code's lines, those of "The same in lines 3 and 7." too.
struct Told {
  std::set<std::string> codes;
  std::set<std::pair<std::string, int>> lines;

  bool at(const std::string& code, int line) const { return lines.count({code, line}) > 0; }
};

std::map<std::string, Told> told_by_the_check(const tiny::Files& files) {
  std::vector<SourceFile> sources;
  for (const auto& [path, text] : files) sources.push_back({path, text});
  std::map<std::string, Told> all;
  for (const Diagnostic& one : load(sources, tiny::vocabulary(), tiny::fold).diagnostics) {
    Told& told = all[one.path.substr(0, one.path.rfind('.'))];
    told.codes.insert(one.code);
    told.lines.emplace(one.code, one.place.line);
    const std::size_t also = one.message.find("The same in line");
    for (std::size_t at = also; at < one.message.size(); ++at) {
      if (one.message[at] < '0' || one.message[at] > '9') continue;
      std::size_t length = 0;
      told.lines.emplace(one.code, std::stoi(one.message.substr(at), &length));
      at += length;
    }
  }
  return all;
}

int line_of(const std::string& text, const std::string& what) {
  const std::size_t at = text.find(what);
  return at == std::string::npos
             ? 0
             : 1 + static_cast<int>(std::count(
                       text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
}

struct Tally {
  int scripts = 0, states = 0, blanks = 0, runaways = 0, early = 0;
};

class Walker {
 public:
  Walker(const tiny::Files& files, Tally& tally)
      : files_(files),
        told_(told_by_the_check(files)),
        tally_(tally),
        library_(tiny::assemble(files)) {
    for (On& line : library_->always) {
      if (line.intent == "start") line.script = "it/it";
    }
  }

  void go() {
    Event start;
    start.kind = Event::Kind::kStart;
    start.hearing.safety_ran = true;
    take({}, start, "opens");
    for (std::size_t next = 0; next < open_.size() && open_.size() < kMostStates; ++next) {
      const Place here = open_[next];
      for (const auto& [what, event] : anything(here)) take(here, event, what);
    }
    tally_.states += static_cast<int>(open_.size());
  }

 private:
  struct Place {
    State state;
    std::vector<Effect::Choice> offered;
    bool agreed = false;
    std::string way;
  };

  std::vector<std::pair<std::string, Event>> anything(const Place& here) const {
    std::vector<std::pair<std::string, Event>> all;
    if (here.state.conversation.frames.empty()) return all;  // it is over
    for (const auto& choice : here.offered) {
      Event event;
      event.hearing.safety_ran = true;
      event.choice = choice.value;
      all.emplace_back("[" + choice.label + "]", event);
    }
    for (const char* words : {"something", "you always", "2", "back", "skip", "repeat", "help"}) {
      Event event;
      event.hearing = tiny::hear(*library_, words);
      all.emplace_back(words, event);
    }
    return all;
  }

  void take(const Place& from, Event event, const std::string& what) {
    event.now = 1'764'000'000;
    event.local_day = event.now / 86'400;
    event.local_hour = 12;
    const Stepped after = step(*library_, {}, from.state, event);
    Place to{after.state, {}, from.agreed, from.way + "  " + what + "\n"};
    INFO(to.way);
    for (const Effect& effect : after.effects) {
      if (effect.kind == Effect::Kind::kConsent && effect.name == "heavy")
        to.agreed = effect.number == 1;
      if (effect.kind == Effect::Kind::kOffer) to.offered = effect.choices;
    }
    prove(after, to.agreed);
    const auto& frames = after.state.conversation.frames;
    if (!frames.empty() && frames.front().script != "it/it") return;
    const std::string key = write(after.state.conversation).control +
                            write(after.state.person).control + (to.agreed ? "y" : "n");
    if (seen_.insert(key).second) open_.push_back(std::move(to));
  }

  const Told& told(const std::string& script) { return told_[script]; }
  const std::string& text(const std::string& script) const { return files_.at(script + ".talk"); }
  static bool ours(const std::string& script) { return script == "it/it" || script == "it/two"; }

  void prove(const Stepped& after, bool agreed) {
    for (const Effect& effect : after.effects) {
      if (effect.kind != Effect::Kind::kSay || !ours(effect.script)) continue;
      const int line = line_of(text(effect.script), "#" + effect.line);
      if (told(effect.script).at("AT066", line)) FAIL_CHECK("said out of reach: line " << line);
      if (effect.text.find("…") == std::string::npos) continue;
      ++tally_.blanks;
      if (told(effect.script).at("AT080", line) || told(effect.script).at("AT076", line)) continue;
      FAIL_CHECK("an untold blank in " << effect.script << " line " << line << ": " << effect.text);
    }
    for (const Reason& reason : after.reasons) {
      if (reason.what != "guard" || reason.detail.rfind("a run without", 0) != 0) continue;
      ++tally_.runaways;
      if (told("it/it").codes.count("AT068") + told("it/two").codes.count("AT068") == 0)
        FAIL_CHECK("an untold run without a question");
    }
    for (const Frame& frame : after.state.conversation.frames) {
      if (!ours(frame.script)) continue;
      for (const auto& [scene, times] : frame.visits) {
        const int line = line_of(text(frame.script), "== " + scene);
        for (const char* code : {"AT065", "AT071"}) {
          if (told(frame.script).at(code, line)) FAIL_CHECK(scene << " is said to be out of reach");
        }
      }
    }
    if (!after.state.conversation.frames.empty()) consent(after.state.conversation.frames, agreed);
  }

  void consent(const std::vector<Frame>& frames, bool agreed) {
    const Frame& top = frames.back();
    const Program& program = *library_->programs.at(top.script);
    if (agreed || !ours(top.script)) return;
    const auto& in = program.code[static_cast<std::size_t>(program.anchors.at(top.at))];
    if (in.step == nullptr || std::holds_alternative<Consent>(in.step->what)) return;
    // Below a heavy script; one finding in any that is under way is enough to be told by.
    bool heavy = false, known = false;
    for (const Frame& frame : frames) {
      if (!ours(frame.script)) continue;
      heavy |= library_->programs.at(frame.script)->script->header.heavy;
      known |= told(frame.script).codes.count("AT095") + told(frame.script).codes.count("AT094") > 0;
    }
    tally_.early += heavy;
    if (heavy && !known) FAIL_CHECK("an untold question before consent in " << top.script);
  }

  const tiny::Files& files_;
  std::map<std::string, Told> told_;
  Tally& tally_;
  std::shared_ptr<Library> library_;
  std::vector<Place> open_;
  std::set<std::string> seen_;
};

}  // namespace

TEST_CASE("the check tells whatever a plain walker meets", "[engine][check][oracle]") {
  const char* longer = std::getenv("ATTUNE_LONG");
  const char* given = std::getenv("ATTUNE_SEED");
  const std::uint64_t first = given != nullptr ? std::strtoull(given, nullptr, 10) : 1;
  const std::uint64_t many = longer != nullptr && *longer != '\0' ? 20'000 : 250;
  Tally tally;
  for (std::uint64_t seed = first; seed < first + (given != nullptr ? 1 : many); ++seed) {
    Dice dice(seed);
    tiny::Files files = tiny::house();
    files["it/two.talk"] = Author(dice, "two", false).write();
    files["it/it.talk"] = Author(dice, "it", true).write();
    INFO("seed " << seed << "\n" << files["it/it.talk"] << "--- it/two\n" << files["it/two.talk"]);
    Walker(files, tally).go();
    ++tally.scripts;
  }
  WARN(tally.scripts << " scripts, " << tally.states << " states: " << tally.blanks << " blanks, "
                     << tally.runaways << " runs without a question, " << tally.early
                     << " questions before consent, all told");
  if (given != nullptr) return;
  CHECK(tally.blanks > 100);
  CHECK(tally.early > 100);
}
