// In whose language it speaks. A translated library has the same steps at the same places, so the
// language may change in the middle of a message: from the next line on it is the other one.
#include "dialogs/engine/turn.h"

namespace attune::dialogs {
namespace {

// A word that is remembered of them, or "".
std::string remembered(const Person& person, const char* slot) {
  const auto found = person.memory.find(slot);
  const auto* word = found == person.memory.end() ? nullptr : std::get_if<std::string>(&found->second);
  return word == nullptr ? "" : *word;
}

}  // namespace

std::string language_of(const Person& person, const std::string& told) {
  const std::string chosen = remembered(person, kLanguageSlot);
  return chosen.empty() ? told : chosen;
}

std::string zone_of(const Person& person) { return remembered(person, kZoneSlot); }

void Turn::take_language() {
  const bool told = source_.translated.count(event_.language) > 0;
  const bool kept = source_.memory.count(kLanguageSlot) > 0;
  if (told && kept && language_of(state_.person).empty()) {
    state_.person.memory[kLanguageSlot] = event_.language;
  }
  speak_their_language();
}

void Turn::speak_their_language() {
  live_ = &source_.in(language_of(state_.person));
  if (program_ == nullptr || only_saying_) return;
  library_ = library_of(top());
  program_ = program_of(top());
}

}  // namespace attune::dialogs
