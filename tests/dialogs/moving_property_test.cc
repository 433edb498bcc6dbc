// Random scripts, random edits, random places in the middle: none stuck, none lost, none misrouted.
//
// What each answer has to do with is judged by what the person saw, not by what the engine thinks: the
// question that was open when the answer was given, in the edition that showed it.
#include <catch2/catch.hpp>
#include <cstdlib>

#include "support/publishing.h"
#include "support/workshop.h"

using namespace attune::dialogs;
using publishing::edition;
using publishing::Visitor;
using publishing::Seen;
using tiny::Dice;

namespace {

constexpr const char* kLongerTwo =
    "ask inside\n  Bot: Inside, what? #two02\n  when blame\n    Bot: {heard}. #two04\n    again at most 1\nBot: New. #two03\nend completed\n";

std::string slot_of(const QuestionCode& question) {
  if (const auto* ask = std::get_if<Ask>(&question.step->what)) return ask->slot;
  if (const auto* choose = std::get_if<Choose>(&question.step->what)) return choose->slot;
  if (const auto* rate = std::get_if<Rate>(&question.step->what)) return rate->slot;
  return "";
}

// The value that the pressed button stands for, as the edition that showed it has it.
std::string meant(const Seen& seen, const std::string& pressed) {
  const std::string id = pressed.substr(pressed.find('=') + 1);
  const auto* choose = std::get_if<Choose>(&seen.question->step->what);
  if (choose == nullptr) return id;
  for (const Choice& choice : choose->choices) {
    if (choice.label.id == id) return choice.label.text.source();
  }
  return "?";
}

struct Walk {
  Visitor person;
  Dice& dice;
  int token = 0;
  int answers = 0;  // taken, since the edition changed
  std::string asked_at_first;  // what was open then, of it/it
  std::string told;
  std::vector<std::string> old_buttons;

  void keep_buttons() {
    if (person.offer() == nullptr) return;
    for (const auto& choice : person.offer()->choices) old_buttons.push_back(choice.value);
  }

  // One thing a person does, and what must be true of it.
  void go() {
    const Seen seen = person.seen();
    const bool by_button = person.offer() != nullptr && !person.offer()->choices.empty() && !dice.one_in(4);
    const int other = dice.below(14);
    keep_buttons();
    if (other == 0) return note("opens"), person.open();
    if (other == 1) {
      static constexpr const char* kCommands[] = {"back", "repeat", "skip", "help", "pause"};
      const char* command = kCommands[dice.below(5)];
      note(command);
      return person.say(command);
    }
    if (other == 2 && !old_buttons.empty()) return stale(seen);
    if (by_button) return press(seen);
    type(seen);
  }

  void note(const std::string& what) { told += "  " + person.at() + " (" + (person.top() ? person.top()->edition : "") + "): " + what + "\n"; }

  void press(const Seen& seen) {
    const auto& choices = person.offer()->choices;
    const std::string value = choices[static_cast<std::size_t>(dice.below(static_cast<int>(choices.size())))].value;
    note("presses " + value);
    const std::string slot = slot_of(*seen.question);
    const std::size_t depth = person.last.state.conversation.frames.size() - 1;
    person.press(value);
    ++answers;
    INFO(person.reasons());
    // What was shown last is what is open: its buttons are never another question's.
    CHECK(person.reasons().find("the button belongs to another question") == std::string::npos);
    if (slot.empty() || seen.script.rfind("it/", 0) != 0) return;
    const auto& frames = person.last.state.conversation.frames;
    if (frames.size() <= depth || frames[depth].script != seen.script) return;  // it has ended
    if (frames[depth].started == person.now - 10) return;                      // and begun again
    const auto found = frames[depth].slots.find(slot);
    if (found == frames[depth].slots.end()) return;  // the next edition has no such slot
    const std::string stored = person.slots();
    CHECK((stored + " ").find(slot + "=" + meant(seen, value) + " ") != std::string::npos);
  }

  // A button that has stood on the screen for long. It is an answer only to the very question it
  // was shown with.
  void stale(const Seen& seen) {
    const std::string value = old_buttons[static_cast<std::size_t>(dice.below(static_cast<int>(old_buttons.size())))];
    note("presses the old " + value);
    const std::string before = person.slots();
    person.press(value);
    ++answers;
    if (value.rfind(seen.script + "#" + seen.anchor + "=", 0) != 0) CHECK(person.slots() == before);
  }

  void type(const Seen& seen) {
    const std::string words = (dice.one_in(4) ? "you always say token" : "my words token") + std::to_string(++token);
    note("says " + words);
    person.say(words);
    ++answers;
    // Their words lie where the question they saw puts them, or nowhere.
    const std::string slot = slot_of(*seen.question);
    for (const Frame& frame : person.last.state.conversation.frames) {
      for (const auto& [name, value] : frame.slots) {
        const auto* ref = std::get_if<TextRef>(&value);
        if (ref == nullptr || person.last.state.conversation.texts.at(ref->number).text != words) continue;
        INFO("filed under " << frame.script << " " << name);
        CHECK(frame.script == seen.script);
        CHECK(name == slot);
      }
    }
  }

  void prove(bool move, bool same, const std::string& old) {
    INFO(told);
    INFO(person.text());
    INFO(person.reasons());
    CHECK(person.reasons().find("its place is gone") == std::string::npos);          // none lost
    CHECK(person.reasons().find("a run without a question") == std::string::npos);   // none stuck
    CHECK(person.text().find("…") == std::string::npos);                             // no blank
    if (person.top() == nullptr) return;
    CHECK(person.seen().question != nullptr);
    const Frame& top = *person.top();
    if (top.script != "it/it" || top.edition != old) return;
    if (same && answers > 0) CHECK(top.edition != old);
    if (move) CHECK(top.at == asked_at_first);  // nothing more is asked out of the edition that is left
  }
};

bool keeps_its_structure(const Library& one, const Library& other) {
  return one.structure.at("it/it") == other.structure.at("it/it");
}

struct Tally {
  int pairs = 0, stayed = 0, moved = 0, asked = 0, reworded = 0, refused = 0;
};

// From one place on, to the end or for 40 turns.
void live_on(Walk walk, const std::shared_ptr<const Library>& next, bool move, Tally& tally) {
  const std::string old = walk.person.live->hash;
  const bool same = keeps_its_structure(*walk.person.live, *next);
  walk.person.publish(next, move);
  walk.answers = 0;
  for (const Frame& frame : walk.person.last.state.conversation.frames) {
    if (frame.script == "it/it") walk.asked_at_first = frame.at;
  }
  ++tally.pairs;
  bool was_moved = false, was_asked = false;
  for (int turn = 0; turn < 40 && walk.person.top() != nullptr; ++turn) {
    walk.go();
    walk.prove(move, same, old);
    was_moved = was_moved || walk.person.reasons().find("goes on in the edition") != std::string::npos;
    was_asked = was_asked || walk.person.at() == "repair/changed#chang02";
  }
  // Whatever happened, the way out is one word away.
  if (walk.person.top() != nullptr) {
    walk.person.say("stop");
    INFO(walk.told);
    CHECK(walk.person.text().find("All right.") != std::string::npos);
    CHECK(walk.person.top() == nullptr);
  }
  if (same) ++tally.reworded;
  if (was_moved) ++tally.moved;
  if (was_asked) ++tally.asked;
  if (!same && !was_moved && !was_asked) ++tally.stayed;
}

void one_script(std::uint64_t seed, Tally& tally) {
  Dice dice(seed);
  const workshop::Draft draft = workshop::random_draft(dice);
  const auto first = edition("one", workshop::written(draft));
  if (!first) return;
  for (int each = 0; each < 3; ++each) {
    std::string what;
    workshop::Draft change = workshop::edited(draft, dice, what);
    if (dice.one_in(3)) {
      std::string more;
      change = workshop::edited(change, dice, more);
      what += ", " + more;
    }
    const auto next = edition("two", workshop::written(change), dice.one_in(3) ? kLongerTwo : "");
    if (!next) {
      ++tally.refused;
      continue;
    }
    INFO("seed " << seed << ": " << what << "\n--- before\n" << workshop::written(draft) << "--- after\n" << workshop::written(change));
    Walk walk{Visitor(first), dice, 0, 0, "", "", {}};
    for (int places = 0; places < 6 && walk.person.top() != nullptr; ++places) {
      live_on(walk, next, dice.one_in(2), tally);
      walk.go();
    }
  }
}

}  // namespace

TEST_CASE("random edits in the middle of runs: none stuck, none lost, none misrouted", "[moving][property]") {
  const char* longer = std::getenv("ATTUNE_LONG");
  const int wanted = longer != nullptr && *longer == '1' ? 20'000 : 1'000;
  Tally tally;
  for (std::uint64_t seed = 1; tally.pairs < wanted; ++seed) one_script(seed, tally);
  WARN(tally.pairs << " pairs: " << tally.reworded << " only reworded, " << tally.stayed << " stayed, " << tally.moved << " moved, " << tally.asked
                   << " asked whether to begin again; " << tally.refused << " edits refused by the check");
  CHECK(tally.moved > wanted / 20);
  CHECK(tally.asked > wanted / 100);
  CHECK(tally.reworded > wanted / 20);
  CHECK(tally.stayed > wanted / 10);
}
