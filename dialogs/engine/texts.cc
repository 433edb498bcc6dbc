#include "dialogs/engine/texts.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

namespace attune::dialogs {
namespace {

constexpr std::int64_t kRun = -1;
constexpr Seconds kDefaultKeep = 30 * 86'400;

template <class Do>
void each_slots(Conversation& conversation, const Do& act) {
  for (Frame& frame : conversation.frames) {
    act(frame.slots);
    for (Snapshot& snapshot : frame.trail) act(snapshot.slots);
    for (auto& [scene, snapshot] : frame.checkpoints) act(snapshot.slots);
  }
}

// Unsets what refers to a text that is no longer in the pool.
void unset_missing(Slots& slots, const TextPool& pool) {
  const auto missing = [&](TextRef ref) { return pool.count(ref.number) == 0; };
  for (auto slot = slots.begin(); slot != slots.end();) {
    const auto* ref = std::get_if<TextRef>(&slot->second);
    bool gone = ref != nullptr && missing(*ref);
    if (auto* list = std::get_if<std::vector<TextRef>>(&slot->second)) {
      std::erase_if(*list, missing);
      gone = list->empty();
    }
    slot = gone ? slots.erase(slot) : std::next(slot);
  }
}

void note_used(const Slots& slots, std::set<std::uint32_t>& used) {
  for (const auto& [name, value] : slots) {
    if (const auto* ref = std::get_if<TextRef>(&value)) used.insert(ref->number);
    if (const auto* list = std::get_if<std::vector<TextRef>>(&value)) {
      for (const TextRef each : *list) used.insert(each.number);
    }
  }
}

template <class Gone>
void drop(State& state, const Gone& gone) {
  const auto test = [&](const auto& entry) { return gone(entry.second); };
  Conversation& conversation = state.conversation;
  if (std::erase_if(conversation.texts, test) > 0) {
    each_slots(conversation, [&](Slots& slots) { unset_missing(slots, conversation.texts); });
  }
  if (std::erase_if(state.person.texts, test) > 0)
    unset_missing(state.person.memory, state.person.texts);
}

}  // namespace

TextRef keep_text(TextPool& pool, std::uint32_t& next, std::string text, std::int64_t keep,
                  Time now) {
  const TextRef ref{next++};
  pool.emplace(ref.number, KeptText{std::move(text), keep, now});
  return ref;
}

void drop_expired(State& state, Time now) {
  drop(state, [&](const KeptText& text) { return text.keep > 0 && text.since + text.keep <= now; });
}

// What was to come under a clock that was far ahead keeps its distance. A clock that was never set, or
// is off by less than a day, may be the wrong one itself: then nothing comes
// earlier, at worst it comes late.
void set_back_timers(Conversation& conversation, Time now) {
  const Time ahead = conversation.last_message - now;
  if (now < kNeverSet || ahead < 86'400) return;
  for (auto& [number, timer] : conversation.timers) timer.due -= ahead;
  for (Frame& frame : conversation.frames) frame.until -= std::min(frame.until, ahead);
}

void set_back(State& state, Time now) {
  const auto at_most = [now](Time& at) { at = std::min(at, now); };
  Conversation& conversation = state.conversation;
  set_back_timers(conversation, now);
  at_most(conversation.open_since);
  at_most(conversation.last_message);
  at_most(conversation.last_notice);
  at_most(conversation.use_began);
  for (Frame& frame : conversation.frames) at_most(frame.started);
  for (auto& [number, text] : conversation.texts) at_most(text.since);
  at_most(state.person.safety_since);
  for (auto& [script, done] : state.person.done) at_most(done.last);
  for (auto& [number, text] : state.person.texts) at_most(text.since);
}

void drop_unneeded(State& state) {
  drop(state, [](const KeptText& text) { return text.keep == 0; });
  Conversation& conversation = state.conversation;
  if (!conversation.texts.empty()) {
    std::set<std::uint32_t> used;
    each_slots(conversation, [&](const Slots& slots) { note_used(slots, used); });
    std::erase_if(conversation.texts,
                  [&](const auto& entry) { return used.count(entry.first) == 0; });
  }
  if (!state.person.texts.empty()) {
    std::set<std::uint32_t> used;
    note_used(state.person.memory, used);
    std::erase_if(state.person.texts,
                  [&](const auto& entry) { return used.count(entry.first) == 0; });
  }
}

std::int64_t lifetime(const Slot& slot, const Header& header, bool memory) {
  for (const Keep* keep : {&slot.keep, &header.keep}) {
    switch (keep->kind) {
      case Keep::Kind::kNone:
        return 0;
      case Keep::Kind::kRun:
        return kRun;
      case Keep::Kind::kFor:
        return keep->duration;
      case Keep::Kind::kScript:
        break;
    }
  }
  return memory ? kRun : kDefaultKeep;
}

}  // namespace attune::dialogs
