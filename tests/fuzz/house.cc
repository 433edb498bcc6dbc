#include "tests/fuzz/house.h"

#include <algorithm>
#include <charconv>

namespace attune::fuzz {
namespace {

using dialogs::Effect;
using dialogs::Event;

constexpr int kMostEvents = 24;

void add(dialogs::Hearing& hearing, const std::string& intent, std::string_view named) {
  const std::size_t at = hearing.folded.find(named);
  if (named.empty() || at == std::string::npos || hearing.raw.empty()) return;
  const auto end = std::min(hearing.raw.size(), at + named.size());
  hearing.heard.push_back(
      {intent, {{static_cast<std::uint32_t>(std::min(at, end)), static_cast<std::uint32_t>(end)}}});
}

std::string value_of(std::string_view wanted, const Effect* offered) {
  std::size_t number = 0;
  std::from_chars(wanted.data(), wanted.data() + wanted.size(), number);
  if (number == 0 || offered == nullptr || number > offered->choices.size()) {
    return std::string(wanted);
  }
  return offered->choices[number - 1].value;
}

Event event_of(const dialogs::Library& library, const std::string& line, const Effect* offered,
               dialogs::Time& now) {
  Event event;
  now += 60;
  if (!line.empty() && line[0] == '+') {
    std::int64_t hours = 0;
    std::from_chars(line.data() + 1, line.data() + line.size(), hours);
    now += std::clamp<std::int64_t>(hours, 0, 100'000) * 3'600;
    event.kind = Event::Kind::kStart;
  } else if (!line.empty() && line[0] == '[') {
    event.choice = value_of(std::string_view(line).substr(1), offered);
    event.hearing.safety_ran = true;
  } else {
    event.hearing = hear(library, line + " " + kCanary);
  }
  event.now = now;
  event.local_hour = static_cast<int>(now / 3'600 % 24);
  event.local_day = now / 86'400;
  return event;
}

void check_step(const dialogs::Stepped& stepped, const dialogs::Stepped& again) {
  promise(stepped.state == again.state && stepped.effects.size() == again.effects.size(),
          "the same step twice is the same");
  const dialogs::Written conversation = dialogs::write(stepped.state.conversation);
  const dialogs::Written person = dialogs::write(stepped.state.person);
  promise(conversation.control.find(kCanary) == std::string::npos &&
              person.control.find(kCanary) == std::string::npos,
          "no words of a person in the control data");
  const auto read = dialogs::read_conversation(conversation);
  promise(dialogs::write(read).control == conversation.control, "a state can be read again");
  promise(dialogs::write(dialogs::read_person(person)).control == person.control,
          "a person can be read again");
}

}  // namespace

dialogs::Hearing hear(const dialogs::Library& library, std::string_view words) {
  dialogs::Hearing hearing;
  hearing.raw = words;
  hearing.folded = dialogs::small::fold(words);
  hearing.safety_ran = true;
  for (const auto& [name, kind] : library.vocabulary) add(hearing, name, name);
  for (const auto& [name, program] : library.programs) {
    for (const auto& list : program->script->hears) add(hearing, name + ":" + list.name, list.name);
  }
  std::sort(hearing.heard.begin(), hearing.heard.end(),
            [](const auto& a, const auto& b) { return a.intent < b.intent; });
  std::int64_t number = 0;
  if (std::from_chars(words.data(), words.data() + words.size(), number).ec == std::errc()) {
    hearing.number = hearing.date = hearing.duration = number;
  }
  return hearing;
}

void hold_conversation(const dialogs::Library& library, dialogs::State state, Input& input) {
  dialogs::Time now = 1'764'000'000;
  std::vector<Effect> effects;
  std::string line = "+";
  for (int i = 0; i < kMostEvents; ++i) {
    const auto offer = std::find_if(effects.rbegin(), effects.rend(), [](const Effect& effect) {
      return effect.kind == Effect::Kind::kOffer;
    });
    const Event event = event_of(library, line, offer == effects.rend() ? nullptr : &*offer, now);
    dialogs::Stepped stepped = dialogs::step(library, {}, state, event);
    check_step(stepped, dialogs::step(library, {}, state, event));
    state = std::move(stepped.state);
    effects = std::move(stepped.effects);
    if (input.at_end()) return;
    line = input.line();
  }
}

}  // namespace attune::fuzz
