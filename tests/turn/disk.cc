#include "tests/turn/disk.h"

#include <algorithm>
#include <charconv>

namespace attune::turn_test {
namespace {

using storage::Commit;
using storage::Turn;

constexpr storage::Time kGrace = 30 * 60;  // how long a reply whose words are kept for nothing can be repeated

std::string join(std::initializer_list<std::string> parts) {
  std::string all;
  for (const auto& part : parts) all += std::to_string(part.size()) + ":" + part;
  return all;
}

std::string key_of(const storage::EventId& event) { return join({event.channel, event.account, event.id}); }

// Whether the words of a turn may still be read.
bool lapsed(const Turn& turn, storage::Time now) {
  if (turn.said_class.empty() || turn.said_class == "run") return false;
  storage::Time seconds = 0;
  const char* end = turn.said_class.data() + turn.said_class.size();
  const bool number = std::from_chars(turn.said_class.data(), end, seconds).ptr == end;
  return turn.at + (number ? seconds : kGrace) <= now;
}

}  // namespace

std::string Disk::key(const storage::Address& a) { return join({a.space, a.channel, a.account, a.place, a.thread}); }

const Disk::Event* Disk::newest_event(const storage::EventId& event) const {
  const auto found = events.find(key_of(event));
  return found == events.end() || found->second.empty() ? nullptr : &found->second.back();
}

Commit Disk::apply(const Turn& turn) {
  if (const auto known = judge(turn)) return *known;
  const auto found = conversations.find(turn.where.conversation);
  if (found == conversations.end()) return begin(turn);
  Conversation& conversation = found->second;
  const bool same_person = conversation.person == turn.where.person;
  const bool same_version = conversation.turns.size() == turn.read_version && (wrong == Wrong::kNoMarks || conversation.turns.back().mark == turn.read_mark);
  const bool same_memory = same_person && persons[conversation.person].version == turn.read_person_version;
  if (wrong != Wrong::kNoVersionCheck && !(same_person && same_version && same_memory)) return Commit::kConflict;
  append(turn, conversation);
  return Commit::kDone;
}

// A turn that is there decides; one that is not, because its person was forgotten, only if none is.
std::optional<Commit> Disk::judge(const Turn& turn) const {
  if (turn.event.none() || wrong == Wrong::kNoEventCheck) return std::nullopt;
  const auto found = events.find(key_of(turn.event));
  if (found == events.end()) return std::nullopt;
  std::optional<Commit> known;
  for (const Event& event : found->second) {
    if (event.at < turn.at - kEventWindow) continue;
    if (event.gone) {
      if (!known) known = Commit::kGone;
    } else {
      known = event.body == turn.body ? Commit::kDuplicate : Commit::kMismatch;
    }
  }
  return known;
}

Commit Disk::begin(const Turn& turn) {
  if (tombstones.count(turn.where.person) != 0) return Commit::kGone;
  if (!turn.opens || turn.read_version != 0) return Commit::kConflict;
  if (addresses.count(key(*turn.opens)) != 0) return Commit::kConflict;
  const auto person = persons.find(turn.where.person);
  if ((person == persons.end() ? 0 : person->second.version) != turn.read_person_version) return Commit::kConflict;
  persons[turn.where.person];
  Conversation& fresh = conversations[turn.where.conversation];
  fresh.person = turn.where.person;
  fresh.number = ++begun;
  addresses[key(*turn.opens)] = turn.where.conversation;
  append(turn, fresh);
  return Commit::kDone;
}

void Disk::append(const Turn& turn, Conversation& conversation) {
  const storage::Version version = turn.read_version + 1;
  if (!turn.event.none()) events[key_of(turn.event)].push_back({turn.body, turn.at, turn.where.conversation, version, false});
  if (on_turn) on_turn(turn);
  if (turn.forget_person) return forget(turn.where.person);
  conversation.turns.push_back(turn);
  if (!turn.person) return;
  Person& person = persons[turn.where.person];
  person.version = turn.read_person_version + 1;
  person.changed = turn.at;
  person.memory = *turn.person;
}

void Disk::forget(const storage::Id& person) {
  for (auto at = conversations.begin(); at != conversations.end();) {
    if (at->second.person != person) {
      ++at;
      continue;
    }
    std::erase_if(addresses, [&](const auto& address) { return address.second == at->first; });
    for (auto& [key, some] : events) {
      for (Event& event : some) event.gone = event.gone || event.conversation == at->first;
      if (wrong == Wrong::kForgetsPartly) std::erase_if(some, [](const Event& event) { return event.gone; });
    }
    at = conversations.erase(at);
  }
  persons.erase(person);
  tombstones.insert(person);
  if (on_forgotten) on_forgotten(person);
}

std::optional<storage::Holdings> Disk::holdings(const storage::Id& id) const {
  const auto person = persons.find(id);
  if (person == persons.end()) return std::nullopt;
  storage::Holdings all{id, person->second.version, person->second.changed, person->second.memory, {}};
  std::map<std::size_t, storage::HeldConversation> by_number;
  for (const auto& [name, conversation] : conversations) {
    if (conversation.person != id) continue;
    storage::HeldConversation& held = by_number[conversation.number];
    held.id = name;
    held.state = conversation.turns.back().conversation;
    for (const Turn& turn : conversation.turns) {
      if (turn.read_version == 0) held.addresses.push_back(*turn.opens);
      held.turns.push_back({turn.read_version + 1, turn.at, turn.kind, turn.edition, turn.said_class, !turn.event.none(), !turn.ended.empty(), turn.said, turn.reply, turn.measures,
                            turn.safety, turn.ended});
    }
  }
  for (auto& [number, held] : by_number) all.conversations.push_back(std::move(held));
  return all;
}

void Disk::sweep(storage::Time now) {
  for (auto& [key, some] : events) std::erase_if(some, [&](const Event& event) { return event.at < now - kEventWindow; });
  for (auto& [id, conversation] : conversations) {
    for (Turn& turn : conversation.turns) {
      if (!lapsed(turn, now)) continue;
      turn.said.clear();
      turn.reply.clear();
    }
  }
}

}  // namespace attune::turn_test
