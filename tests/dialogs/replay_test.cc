// Random scripts, random people: whatever happens, a step does not throw, the state survives being
// stored between any two turns, a replay gives the same bytes, no person's word is in control data,
// and the open question is not lost.
#include <set>

#include "dialogs/language/parser.h"
#include "support/random_scripts.h"

using namespace attune::dialogs;
using namespace attune::dialogs::tiny;

namespace {

std::string bytes(const Stepped& stepped) {
  std::string out;
  for (const Effect& effect : stepped.effects) {
    out += std::to_string(static_cast<int>(effect.kind)) + '\x1f' + effect.speaker + '\x1f' +
           effect.text + '\x1f' + effect.script + '\x1f' + effect.line + '\x1f' + effect.name +
           '\x1f' + std::to_string(effect.number) +
           std::to_string(static_cast<int>(effect.outcome));
    for (const auto& choice : effect.choices) out += '\x1f' + choice.label + '\x1f' + choice.value;
    out += '\n';
  }
  for (const Written& part : {write(stepped.state.conversation), write(stepped.state.person)}) {
    out += part.control + '\n';
    for (const auto& [name, texts] : part.texts) out += name + texts + '\n';
  }
  return out;
}

const Effect* last_offer(const Stepped& stepped) {
  const Effect* offer = nullptr;
  for (const Effect& effect : stepped.effects) {
    if (effect.kind == Effect::Kind::kOffer) offer = &effect;
  }
  return offer;
}

// The question that is open rests at an instruction that is a question; below it, interrupts rest
// on questions and calls on calls.
bool rests_well(const Library& library, const State& state) {
  const auto& frames = state.conversation.frames;
  if (frames.size() > 8) return false;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const Program& program = *library.programs.at(frames[i].script);
    const auto at = program.anchors.find(frames[i].at);
    if (at == program.anchors.end()) return false;
    const auto op = program.code[static_cast<std::size_t>(at->second)].op;
    const bool called = i + 1 < frames.size() && frames[i + 1].why == Frame::Why::kCall;
    if (op != (called ? Instruction::Op::kCall : Instruction::Op::kQuestion)) return false;
    if (frames[i].trail.size() > 5) return false;
  }
  return true;
}

bool decided_by(const Stepped& stepped, const char* what) {
  for (const Reason& reason : stepped.reasons) {
    if (reason.what == what) return true;
  }
  return false;
}

// What a repair, an interrupt or a cut leaves: every frame that was there still rests where it did,
// unless the person's own answer, or a way out, moved it.
bool question_kept(const State& before, const Stepped& after) {
  for (const char* moving : {"choice", "branch", "free text", "command", "safety"}) {
    if (decided_by(after, moving)) return true;
  }
  for (const Effect& effect : after.effects) {
    if (effect.kind == Effect::Kind::kRunEnded) return true;
  }
  const auto& frames = after.state.conversation.frames;
  for (std::size_t i = 0; i < before.conversation.frames.size(); ++i) {
    const Frame& frame = before.conversation.frames[i];
    if (frame.why == Frame::Why::kRepair || frame.why == Frame::Why::kInterrupt) return true;
    if (i >= frames.size() || frames[i].script != frame.script || frames[i].at != frame.at)
      return false;
  }
  return true;
}

struct Run {
  std::shared_ptr<Library> library;
  std::vector<Event> events;
  std::vector<std::string> bytes;
};

Run converse(std::uint64_t seed, std::set<std::string>& reached) {
  Dice dice(seed);
  Run run{assemble(random_files(dice)), {}, {}};
  for (On& line : run.library->always) {
    if (line.intent == "start") line.script = "it/it";
    if (line.intent == "idle") line.script = dice.one_in(2) ? "it/two" : "it/it";
  }
  Stepped last;
  Time now = 1'764'000'000;
  for (int turn = 0; turn < 20; ++turn) {
    now += dice.one_in(10) ? dice.between(1, 200) * 3'600 : dice.between(1, 90);
    Event event = random_event(dice, *run.library, last_offer(last));
    event.now = now;
    event.local_day = now / 86'400;
    const State before = last.state;
    // Through the store and back, as a server without a cache would.
    State stored{read_conversation(write(before.conversation)), read_person(write(before.person))};
    REQUIRE(stored == before);
    last = step(*run.library, {}, std::move(stored), event);
    REQUIRE(rests_well(*run.library, last.state));
    REQUIRE(question_kept(before, last));
    REQUIRE(write(last.state.conversation).control.find(kCanary) == std::string::npos);
    REQUIRE(write(last.state.person).control.find(kCanary) == std::string::npos);
    REQUIRE(write(last.state.conversation).texts.count("0") == 0);
    for (const Reason& reason : last.reasons) REQUIRE(reason.detail.find("no script") == std::string::npos);
    for (const Reason& reason : last.reasons) reached.insert(reason.what);
    run.events.push_back(std::move(event));
    run.bytes.push_back(bytes(last));
  }
  return run;
}

}  // namespace

TEST_CASE("2,000 random scripts and conversations", "[engine][replay]") {
  std::set<std::string> reached;
  for (std::uint64_t seed = 1; seed <= 2'000; ++seed) {
    INFO("seed " << seed);
    const Run run = converse(seed, reached);
    Stepped replayed;
    for (std::size_t i = 0; i < run.events.size(); ++i) {
      replayed = step(*run.library, {}, std::move(replayed.state), run.events[i]);
      REQUIRE(bytes(replayed) == run.bytes[i]);
    }
  }
  // A generator that never gets anywhere would prove nothing.
  for (const char* what : {"safety", "command", "branch", "choice", "interrupt", "repair",
                           "condition", "free text", "guard"}) {
    INFO(what);
    CHECK(reached.count(what) == 1);
  }
}
