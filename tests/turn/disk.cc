#include "tests/turn/disk.h"

#include <algorithm>
#include <charconv>
#include <tuple>

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

// From when on the words of a turn may no longer be read.
std::optional<storage::Time> words_end(const Turn& turn) {
  if (turn.said_class.empty() || turn.said_class == "run") return std::nullopt;
  storage::Time seconds = 0;
  const char* end = turn.said_class.data() + turn.said_class.size();
  const bool number = std::from_chars(turn.said_class.data(), end, seconds).ptr == end;
  return turn.at + (number ? seconds : kGrace);
}

bool lapsed(const Turn& turn, storage::Time now) {
  const auto end = words_end(turn);
  return end && *end <= now;
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
  if (turn.place && turn.place->joins && !may_join(*turn.place, conversation.person)) return Commit::kConflict;
  append(turn, conversation);
  return Commit::kDone;
}

bool Disk::may_join(const storage::Place& place, const storage::Id& person) const {
  const auto there = addresses.find(key(place.address));
  if (there == addresses.end()) return true;
  const Conversation& before = conversations.at(there->second);
  if (before.person == person) return true;
  return place.leaves ? before.person == *place.leaves : before.homes.size() > 1;
}

void Disk::settle_place(const Turn& turn) {
  const storage::Place& place = *turn.place;
  if (place.leaves) forget(*place.leaves);
  if (place.joins) {
    if (const auto before = addresses.find(key(place.address)); before != addresses.end())
      std::erase(conversations.at(before->second).homes, place.address);
    addresses[key(place.address)] = turn.where.conversation;
    since[key(place.address)] = turn.read_version;
  }
  Conversation& conversation = conversations.at(turn.where.conversation);
  if (place.alone) {
    for (const auto& home : conversation.homes)
      if (home != place.address) addresses.erase(key(home)), since.erase(key(home));
    conversation.homes.clear();
  }
  std::erase(conversation.homes, place.address);
  conversation.homes.push_back(place.address);
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
  fresh.homes = {*turn.opens};
  append(turn, fresh);
  return Commit::kDone;
}

void Disk::append(const Turn& turn, Conversation& conversation) {
  const storage::Version version = turn.read_version + 1;
  if (!turn.event.none()) events[key_of(turn.event)].push_back({turn.body, turn.at, turn.where.conversation, version, false});
  if (on_turn) on_turn(turn);
  if (turn.forget_person) return forget(turn.where.person);
  conversation.turns.push_back(turn);
  append_later(turn);
  if (turn.person) {
    Person& person = persons[turn.where.person];
    person.version = turn.read_person_version + 1;
    person.changed = turn.at;
    person.memory = *turn.person;
  }
  if (turn.place) settle_place(turn);
}

void Disk::forget(const storage::Id& person) {
  for (auto at = conversations.begin(); at != conversations.end();) {
    if (at->second.person != person) {
      ++at;
      continue;
    }
    for (const auto& home : at->second.homes) addresses.erase(key(home)), since.erase(key(home));
    for (auto& [key, some] : events) {
      for (Event& event : some) event.gone = event.gone || event.conversation == at->first;
      if (wrong == Wrong::kForgetsPartly) std::erase_if(some, [](const Event& event) { return event.gone; });
    }
    later.erase(at->first);
    std::erase_if(dead_letters, [&](const auto& letter) { return letter.conversation == at->first; });
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
    held.addresses = conversation.homes;
    held.state = conversation.turns.back().conversation;
    if (const auto set = later.find(name); set != later.end())
      for (const auto& timer : set->second.timers) held.timers.push_back(timer.second);
    std::sort(held.timers.begin(), held.timers.end());
    if (const auto set = later.find(name); set != later.end())
      for (const auto& one : set->second.handed) held.hand_offs.push_back({one.script, one.reason, one.who, one.at, one.taken, one.over, one.what});
    for (const Turn& turn : conversation.turns) {
      held.turns.push_back({turn.read_version + 1, turn.at, turn.kind, turn.edition, turn.said_class, !turn.event.none(), !turn.ended.empty(), turn.said, turn.reply, turn.measures,
                            turn.safety, turn.ended});
    }
  }
  for (auto& [number, held] : by_number) all.conversations.push_back(std::move(held));
  return all;
}

void Disk::append_later(const Turn& turn) {
  Later& mine = later[turn.where.conversation];
  for (const auto number : turn.timers_gone) mine.timers.erase(number);
  for (const auto& timer : turn.timers) mine.timers[timer.number] = timer.due;
  int number = 0;
  for (auto part : turn.parts) {
    part.expires = std::min(part.expires, words_end(turn).value_or(part.expires));
    mine.parts[{turn.read_version + 1, number++}] = part;
  }
  for (const auto& one : turn.hand_offs) {
    if (one.what == storage::HandOff::What::kWaits) {
      mine.handed.push_back({turn.where, address_of(turn.where.conversation), one.number, turn.read_version + 1, ++handed_over, turn.at, one.script, one.reason, one.urgent, one.what, "", {}, {}});
      spaces[handed_over] = one.space;
      continue;
    }
    for (auto& each : mine.handed) {
      if (each.number != one.number) continue;
      each.what = one.what;
      if (one.what == storage::HandOff::What::kTaken) each.who = one.who;
      (one.what == storage::HandOff::What::kTaken ? each.taken : each.over) = turn.at;
    }
  }
  if (!turn.parts.empty() && !mine.delivery) mine.delivery = Delivery{turn.parts.front().not_before, 0, 0};
}

const storage::Address& Disk::address_of(const storage::Id& conversation) const {
  return conversations.at(conversation).homes.back();
}

std::vector<storage::Handed> Disk::handed(const storage::HandedList& list) const {
  using Which = storage::HandedList::Which;
  std::vector<storage::Handed> found;
  for (const auto& [id, mine] : later) {
    for (const auto& one : mine.handed) {
      const bool taken = one.what == storage::HandOff::What::kTaken;
      const Which which = one.over ? Which::kOver : taken ? Which::kTaken : Which::kWaiting;
      if (which != list.which || spaces.at(one.row) != list.space || (which == Which::kTaken && one.who != list.who)) continue;
      found.push_back(one);
    }
  }
  const auto place = [&](bool urgent, std::int64_t row) { return list.which == Which::kOver ? std::make_pair(0, -row) : std::make_pair(urgent ? 0 : 1, row); };
  std::sort(found.begin(), found.end(), [&](const auto& a, const auto& b) { return place(a.urgent, a.row) < place(b.urgent, b.row); });
  if (list.after) std::erase_if(found, [&](const auto& one) { return place(one.urgent, one.row) <= place(list.after->urgent, list.after->row); });
  if (found.size() > static_cast<std::size_t>(list.limit)) found.resize(static_cast<std::size_t>(list.limit));
  return found;
}

std::vector<storage::DueTimer> Disk::due_timers(storage::Time now, const std::optional<storage::DueTimer>& after, int limit) const {
  const auto place = [](const storage::DueTimer& timer) { return std::make_tuple(timer.due, timer.row, timer.number); };
  std::vector<storage::DueTimer> due;
  for (const auto& [id, some] : later) {
    for (const auto& [number, at] : some.timers) {
      const Conversation& conversation = conversations.at(id);
      const storage::DueTimer timer{{conversation.person, id}, address_of(id), number, at, static_cast<std::int64_t>(conversation.number)};
      if (at <= now && (!after || place(timer) > place(*after))) due.push_back(timer);
    }
  }
  std::sort(due.begin(), due.end(), [&](const auto& a, const auto& b) { return place(a) < place(b); });
  if (due.size() > static_cast<std::size_t>(std::max(limit, 0))) due.resize(static_cast<std::size_t>(std::max(limit, 0)));
  return due;
}

std::vector<storage::Consignment> Disk::claim(storage::Time now, storage::Time until, int most, int pieces) {
  std::vector<std::pair<std::pair<storage::Time, std::size_t>, storage::Id>> due;
  for (const auto& [id, some] : later)
    if (some.delivery && some.delivery->due <= now) due.push_back({{some.delivery->due, conversations.at(id).number}, id});
  std::sort(due.begin(), due.end());
  std::vector<storage::Consignment> claimed;
  for (const auto& [order, id] : due) {
    if (most-- <= 0) break;
    Later& mine = later.at(id);
    storage::Consignment one{{conversations.at(id).person, id}, address_of(id), storage::random_mark(), mine.delivery->attempts, {}};
    std::vector<PartName> expired;
    int seen = 0;
    for (const auto& [name, part] : mine.parts) {
      if (seen++ == pieces) break;
      if (part.expires <= now) {
        expired.push_back(name);
        continue;
      }
      if (part.not_before > now) break;
      one.pieces.push_back({name.first, name.second, part.not_before, part.expires, part.body});
    }
    for (const auto& name : expired) bury(id, name, now, "expired");
    if (one.pieces.empty()) {
      wake_or_end(id);
      continue;
    }
    mine.delivery = Delivery{until, one.claim, one.attempts};
    claimed.push_back(std::move(one));
  }
  return claimed;
}

void Disk::exhume(const storage::Settled& settled) {
  const auto dug = std::erase_if(dead_letters, [&](const auto& one) {
    return one.conversation == settled.conversation && one.version == settled.version && one.part == settled.part;
  });
  if (dug == 0 || settled.what == storage::Settled::What::kDropped) return;
  Later& mine = later[settled.conversation];
  mine.parts[{settled.version, settled.part}] = settled.again;
  if (!mine.delivery) mine.delivery = Delivery{settled.again.not_before, 0, 0};
}

void Disk::settle(const storage::Settled& settled) {
  using What = storage::Settled::What;
  if (settled.what == What::kAgain || settled.what == What::kDropped) return exhume(settled);
  const auto found = later.find(settled.conversation);
  if (found == later.end() || !found->second.delivery) return;
  Later& mine = found->second;
  const PartName name{settled.version, settled.part};
  const bool ours = mine.delivery->claim == settled.claim && settled.claim != 0;
  if (settled.what == What::kSent) mine.parts.erase(name);
  if (ours && settled.what == What::kDead) bury(settled.conversation, name, settled.at, settled.why);
  if (mine.parts.empty()) return mine.delivery.reset();
  if (!ours) return;
  switch (settled.what) {
    case What::kSent:
    case What::kDead: mine.delivery->attempts = 0; break;
    case What::kLater: mine.delivery = Delivery{settled.at, 0, mine.delivery->attempts + 1}; break;
    case What::kHold: mine.delivery->due = settled.at; break;
    case What::kRelease: wake_or_end(settled.conversation); break;
    case What::kAgain:
    case What::kDropped: break;
  }
}

void Disk::bury(const storage::Id& conversation, const PartName& name, storage::Time at, const std::string& why) {
  Later& mine = later.at(conversation);
  mine.parts.erase(name);
  dead_letters.insert(dead_letters.begin(), {conversation, name.first, name.second, at, mine.delivery->attempts, why, address_of(conversation)});
}

void Disk::wake_or_end(const storage::Id& conversation) {
  Later& mine = later.at(conversation);
  if (mine.parts.empty()) return mine.delivery.reset();
  mine.delivery = Delivery{mine.parts.begin()->second.not_before, 0, 0};
}

storage::Backlog Disk::backlog() const {
  storage::Backlog all;
  const auto sooner = [](std::optional<storage::Time>& least, storage::Time at) { least = least ? std::min(*least, at) : at; };
  for (const auto& [id, some] : later) {
    for (const auto& timer : some.timers) sooner(all.next_timer, timer.second);
    if (some.delivery) sooner(all.next_delivery, some.delivery->due);
  }
  all.dead_letters = static_cast<std::int64_t>(dead_letters.size());
  return all;
}

void Disk::sweep(storage::Time now) {
  for (auto& [id, some] : later) {
    std::vector<PartName> expired;
    for (const auto& [name, part] : some.parts)
      if (part.expires <= now) expired.push_back(name);
    for (const auto& name : expired) bury(id, name, now, "expired");
    if (some.parts.empty()) some.delivery.reset();
  }
  std::erase_if(dead_letters, [&](const auto& letter) { return letter.at <= now - 30 * 86'400; });
  // As in the store, a row lives at most twice as long as it counts: a clock set back still finds it.
  for (auto& [key, some] : events) std::erase_if(some, [&](const Event& event) { return event.at < now - 2 * kEventWindow; });
  for (auto& [id, conversation] : conversations) {
    for (Turn& turn : conversation.turns) {
      if (!lapsed(turn, now)) continue;
      turn.said.clear();
      turn.reply.clear();
    }
  }
}

}  // namespace attune::turn_test
