#include "bot/turn/turns.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <future>
#include <stdexcept>

#include "bot/turn/zones.h"

namespace attune::bot {
namespace {

using dialogs::Effect;
using storage::Commit;

constexpr std::int64_t kWordsLive = 30 * 86'400;  // transcript words, unless the script says otherwise
constexpr std::size_t kRecent = 32;
constexpr int kTries = 8;
constexpr int kCharted = 400;  // values a chart shows at most, the newest

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

std::string key_of(const storage::Address& address) {
  std::string key;
  for (const std::string* part : {&address.space, &address.channel, &address.account, &address.place, &address.thread}) {
    key += *part;
    key += '\0';
  }
  return key;
}

std::uint64_t short_of(const storage::Digest& digest) {
  std::uint64_t out = 0;
  std::memcpy(&out, digest.data(), sizeof out);
  return out;
}

std::uint64_t event_key(const storage::EventId& event) {
  return short_of(storage::sha256(event.channel + '\0' + event.account + '\0' + event.id));
}

storage::Digest digest_of(const Inbound& inbound) {
  if (inbound.kind == dialogs::Event::Kind::kTimer)
    return storage::sha256(key_of(inbound.address) + "timer" + '\0' + std::to_string(inbound.timer));
  const std::string choice = inbound.hand_off == 0 ? inbound.choice : std::to_string(inbound.hand_off);
  return storage::sha256(key_of(inbound.address) + name_of(inbound.kind) + '\0' + choice + '\0' + inbound.text);
}

storage::Kept kept(dialogs::Written written) { return {std::move(written.control), std::move(written.texts)}; }
dialogs::Written written(const storage::Kept& kept) { return {kept.control, kept.texts}; }

const char* name_of(Commit outcome) {
  switch (outcome) {
    case Commit::kDone: return "done";
    case Commit::kDuplicate: return "duplicate";
    case Commit::kMismatch: return "mismatch";
    case Commit::kConflict: return "conflict";
    case Commit::kGone: return "gone";
    case Commit::kBusy: return "busy";
    case Commit::kFailed: return "failed";
  }
  return "failed";
}

// A pressed button in words: what its label says, for the transcript and for {heard}.
std::string label_of(const std::string& choice, const Edition& live, const Edition& open, const std::string& language) {
  const auto hash = choice.find('#');
  const auto equals = choice.find('=', hash == std::string::npos ? 0 : hash);
  if (hash == std::string::npos || equals == std::string::npos) return "";
  const std::string id = choice.substr(equals + 1);
  for (const Edition* edition : {&open, &live}) {
    const auto* program = edition->library->in(language).find(choice.substr(0, hash));
    if (program == nullptr) continue;
    if (const auto line = program->lines.find(id); line != program->lines.end()) return line->second->text.source();
  }
  return id;  // a number of a scale, yes or no
}

// How long the words of this message may live: as long as the slot they answer, else the usual.
dialogs::Keep keep_of(const dialogs::State& state, const Edition& open) {
  const auto& frames = state.conversation.frames;
  if (frames.empty()) return {};
  const auto& frame = frames.back();
  const auto* program = open.library->find(frame.script);
  if (program == nullptr) return {};
  dialogs::Keep keep = program->script->header.keep;
  for (const auto& question : program->questions) {
    if (question.anchor != frame.at) continue;
    if (question.step == nullptr) break;
    std::string asked;
    if (const auto* ask = std::get_if<dialogs::Ask>(&question.step->what)) asked = ask->slot;
    if (const auto* rate = std::get_if<dialogs::Rate>(&question.step->what)) asked = rate->slot;
    if (const auto* choose = std::get_if<dialogs::Choose>(&question.step->what)) asked = choose->slot;
    for (const auto& slot : program->script->slots) {
      if (slot.name == asked && slot.keep.kind != dialogs::Keep::Kind::kScript) keep = slot.keep;
    }
  }
  return keep;
}

// The same, as the store names it.
std::string class_of(const dialogs::Keep& keep) {
  switch (keep.kind) {
    case dialogs::Keep::Kind::kNone: return "none";
    case dialogs::Keep::Kind::kRun: return "run";
    case dialogs::Keep::Kind::kFor: return std::to_string(keep.duration);
    case dialogs::Keep::Kind::kScript: break;
  }
  return std::to_string(kWordsLive);
}

// What changed between two states, as rows. A number is set once and then only goes.
void add_timers(const dialogs::Conversation& before, const dialogs::Conversation& after, storage::Turn& turn) {
  for (const auto& [number, timer] : before.timers) {
    if (after.timers.count(number) == 0) turn.timers_gone.push_back(number);
  }
  for (const auto& [number, timer] : after.timers) {
    const auto was = before.timers.find(number);
    if (was == before.timers.end() || was->second.due != timer.due) turn.timers.push_back({number, timer.due});
  }
}

storage::HandOff hand_off_of(const Effect& effect, const std::string& space) {
  storage::HandOff made;
  made.what = static_cast<storage::HandOff::What>(effect.hand_off);
  made.number = static_cast<std::uint32_t>(effect.number);
  if (effect.hand_off == Effect::HandOff::kTaken) made.who = effect.name;
  if (effect.hand_off != Effect::HandOff::kWaits) return made;
  made.space = space;
  made.script = effect.script;
  made.reason = effect.text;
  made.urgent = effect.urgent;
  return made;
}

}  // namespace

const char* name_of(dialogs::Event::Kind kind) {
  switch (kind) {
    case dialogs::Event::Kind::kStart: return "start";
    case dialogs::Event::Kind::kMessage: return "message";
    case dialogs::Event::Kind::kTimer: return "timer";
    case dialogs::Event::Kind::kTake: return "take";
    case dialogs::Event::Kind::kWrite: return "write";
    case dialogs::Event::Kind::kGiveBack: return "give back";
    case dialogs::Event::Kind::kClose: return "close";
  }
  return "message";
}

Next next(Commit outcome, int tries) {
  switch (outcome) {
    case Commit::kDone: return Next::kShow;
    case Commit::kDuplicate:
    case Commit::kConflict: return Next::kAgain;
    case Commit::kMismatch: return Next::kReused;
    // The first time it may be the person we had in mind; they are dropped, and whoever is there now
    // is thought for. The second time it is the event.
    case Commit::kGone: return tries == 0 ? Next::kAgain : Next::kGone;
    case Commit::kBusy: return Next::kBusy;
    case Commit::kFailed: return Next::kUnavailable;
  }
  return Next::kUnavailable;
}

Turns::Turns(storage::Store& store, Editions& editions, const Clock& clock, Measures& measures, Options options)
    : store_(store), editions_(editions), clock_(clock), measures_(measures), options_(std::move(options)) {
  (void)local_time(clock.now(), options_.zone);  // an unknown zone is refused now, not at a turn
}

Turns::Shard& Turns::shard(const std::string& key) { return shards_[std::hash<std::string>{}(key) % kShards]; }

void Turns::drop(const std::string& key) {
  Shard& home = shard(key);
  std::lock_guard lock(home.dropped_mutex);
  home.dropped.push_back(key);
}

void Turns::sweep_dropped(Shard& home) {
  std::vector<std::string> dropped;
  {
    std::lock_guard lock(home.dropped_mutex);
    dropped.swap(home.dropped);
  }
  for (const auto& key : dropped) {
    const auto found = home.by_key.find(key);
    if (found == home.by_key.end()) continue;
    home.entries.erase(found->second);
    home.by_key.erase(found);
  }
}

// The entry for an address, read from the store if it is not cached; null if the store cannot be read.
Turns::Entry* Turns::find(Shard& home, const std::string& key, const storage::Address& address) {
  if (const auto found = home.by_key.find(key); found != home.by_key.end()) {
    home.entries.splice(home.entries.begin(), home.entries, found->second);
    return &home.entries.front();
  }
  Entry entry;
  entry.key = key;
  auto where = store_.find(address);
  if (!where) return nullptr;
  if (*where) {
    if (!load((*where)->conversation, entry)) return nullptr;
  } else {
    entry.where = {storage::random_id(), storage::random_id()};
  }
  home.entries.push_front(std::move(entry));
  home.by_key[key] = home.entries.begin();
  if (home.entries.size() > std::max<std::size_t>(1, options_.cached_conversations / kShards)) {
    home.by_key.erase(home.entries.back().key);
    home.entries.pop_back();
  }
  return &home.entries.front();
}

// What is committed of a conversation. False: it is not there, or cannot be read.
bool Turns::load(const storage::Id& conversation, Entry& entry) {
  const auto snapshot = store_.load(conversation);
  if (!snapshot || !*snapshot) return false;
  dialogs::State state;
  try {
    state.conversation = dialogs::read_conversation(written((*snapshot)->conversation));
    state.person = dialogs::read_person(written((*snapshot)->person));
  } catch (const std::invalid_argument&) {
    return false;  // damaged: refuse rather than begin again over someone's place
  }
  entry.known = true;
  entry.where = (*snapshot)->where;
  entry.version = (*snapshot)->version;
  entry.mark = (*snapshot)->mark;
  entry.person_version = (*snapshot)->person_version;
  entry.state = std::move(state);
  entry.focus = (*snapshot)->focus;
  entry.measured.clear();
  return true;
}

std::optional<Taken> Turns::seen_before(Entry& entry, const Inbound& inbound, const storage::Digest& body, int tries,
                                        const std::function<void(Commit)>& decided) {
  if (inbound.event.none()) return std::nullopt;
  const std::uint64_t key = event_key(inbound.event);
  const auto recent = std::find_if(entry.recent.begin(), entry.recent.end(), [&](const Recent& r) { return r.event == key; });
  if (recent == entry.recent.end() && tries == 0) return std::nullopt;  // the commit will tell
  Taken taken;
  taken.where = entry.where;
  const auto undecided = [&] {
    taken.kind = Taken::Kind::kUndecided;
    store_.barrier([decided] { decided(Commit::kDuplicate); });
    return taken;
  };
  // A turn that forgets them is on its way: what is read now could be shown after they are forgotten.
  if (entry.forgetting) return undecided();
  const auto stored = store_.replied(inbound.event);
  if (!stored) return taken;
  if (*stored) {
    taken.kind = (*stored)->body == body ? Taken::Kind::kStored : Taken::Kind::kMismatch;
    taken.reply = (*stored)->reply;
    taken.where = (*stored)->where;
    taken.version = (*stored)->version;
    return taken;
  }
  // Of what this entry took, and the store still does not know: it waits for the writer, or else its
  // person was forgotten elsewhere. By the second time it has been decided, so the commit will tell.
  if (recent == entry.recent.end() || tries > 0) return std::nullopt;
  if (recent->body != short_of(body)) {
    taken.kind = Taken::Kind::kMismatch;
    return taken;
  }
  return undecided();
}

// Said only of what is durable: the first time it waits for the writer, and then looks again. Whoever
// sends again what has been done is told the same again, whatever has happened since.
std::optional<Taken> Turns::misfit(const Entry& entry, const Inbound& inbound, int tries,
                                   const std::function<void(Commit)>& decided) {
  if (!dialogs::from_counselor(inbound.kind)) return std::nullopt;
  dialogs::Event event;
  event.kind = inbound.kind;
  event.counselor = inbound.counselor;
  event.hand_off = inbound.hand_off;
  Taken taken;
  taken.where = entry.where;
  taken.why = dialogs::misfit(entry.state.conversation, event);
  if (taken.why.empty()) return std::nullopt;
  taken.kind = tries == 0 ? Taken::Kind::kUndecided : Taken::Kind::kMisfit;
  if (tries == 0) store_.barrier([decided] { decided(Commit::kDuplicate); });
  return taken;
}

dialogs::Event Turns::event_of(const Inbound& inbound, const Edition& live, const Edition& open,
                               const dialogs::Person& person) const {
  dialogs::Event event;
  event.kind = inbound.kind;
  event.choice = inbound.choice;
  event.language = inbound.language;
  event.now = clock_.now();
  std::string own = dialogs::zone_of(person);
  if (own.empty()) own = inbound.zone;
  event.zone = zone_named(is_zone(own) ? own : options_.zone);
  event.place = is_zone(inbound.zone) ? inbound.zone : "";
  event.timer = inbound.timer;
  event.unread = inbound.unread;
  const LocalTime local = local_time(event.now, event.zone);
  event.local_hour = local.hour;
  event.local_day = local.day;
  event.counselor = inbound.counselor;
  event.hand_off = inbound.hand_off;
  if (dialogs::from_counselor(inbound.kind)) event.words = inbound.text;
  if (inbound.kind != dialogs::Event::Kind::kMessage) {
    event.hearing.safety_ran = true;
    return event;
  }
  const std::string language = dialogs::language_of(person, inbound.language);
  const std::string words = inbound.text.empty() && !inbound.choice.empty() ? label_of(inbound.choice, live, open, language) : inbound.text;
  event.hearing = live.hear(words, language);
  if (open.hash == live.hash) return event;
  // The open question hears with its own edition's intents; safety is always the live one's.
  const auto is_safety = [&](const std::string& name) {
    const auto kind = live.library->vocabulary.find(name);
    return kind != live.library->vocabulary.end() && (kind->second == dialogs::IntentKind::kSafetyHard || kind->second == dialogs::IntentKind::kSafetySoft);
  };
  dialogs::Hearing merged = open.hear(words, language);
  merged.safety_ran = event.hearing.safety_ran;
  std::erase_if(merged.heard, [&](const auto& heard) { return is_safety(heard.intent); });
  for (auto& heard : event.hearing.heard) {
    if (is_safety(heard.intent)) merged.heard.push_back(std::move(heard));
  }
  std::sort(merged.heard.begin(), merged.heard.end(), [](const auto& a, const auto& b) { return a.intent < b.intent; });
  event.hearing = std::move(merged);
  return event;
}

// What the store has, and after it what was measured by turns that are still on their way there. A turn
// whose predecessor fails is thought again, so nothing is shown that is not kept.
Result<dialogs::History> Turns::history_of(const Entry& entry, const std::vector<dialogs::MeasureName>& wanted,
                                           const dialogs::Zone* zone) const {
  dialogs::History history;
  const auto point = [&](std::int64_t at, std::int64_t value) {
    return dialogs::Measured{at, local_time(at, zone).day, value};
  };
  for (const auto& name : wanted) {
    auto& points = history[name];
    if (!entry.known) continue;
    const auto kept = store_.measured(entry.where.conversation, name.script, name.slot, kCharted);
    if (!kept) return kept.failure();
    storage::Version newest = 0;
    for (const auto& one : *kept) {
      points.push_back(point(one.at, one.value));
      newest = std::max(newest, one.version);
    }
    for (const auto& late : entry.measured) {
      if (late.version > newest && dialogs::measure_name(late.measure.script, late.measure.name) == name)
        points.push_back(point(late.at, late.measure.value));
    }
  }
  return history;
}

storage::Turn Turns::turn_of(const Entry& entry, const Inbound& inbound, const dialogs::Stepped& stepped,
                             const Edition& live, std::int64_t now) const {
  storage::Turn turn;
  turn.where = entry.where;
  if (!entry.known) turn.opens = inbound.address;
  turn.read_version = entry.version;
  turn.read_mark = entry.mark;
  turn.mark = storage::random_mark();
  turn.read_person_version = entry.person_version;
  turn.event = inbound.event;
  turn.at = now;
  turn.edition = live.hash;
  turn.kind = name_of(inbound.kind);
  turn.conversation = kept(dialogs::write(stepped.state.conversation));
  if (!entry.known || !(stepped.state.person == entry.state.person)) turn.person = kept(dialogs::write(stepped.state.person));
  add_timers(entry.state.conversation, stepped.state.conversation, turn);
  // Its row goes also where the state knows nothing of it.
  if (inbound.kind == dialogs::Event::Kind::kTimer && entry.state.conversation.timers.count(inbound.timer) == 0)
    turn.timers_gone.push_back(inbound.timer);
  for (const auto& effect : stepped.effects) {
    switch (effect.kind) {
      case Effect::Kind::kMeasure: turn.measures.push_back({effect.script, effect.name, effect.number}); break;
      case Effect::Kind::kSafety: turn.safety.push_back({effect.name, effect.script}); break;
      case Effect::Kind::kRunEnded: turn.ended.push_back({effect.script, static_cast<int>(effect.outcome)}); break;
      case Effect::Kind::kForgetPerson: turn.forget_person = true; break;
      case Effect::Kind::kHandOff: turn.hand_offs.push_back(hand_off_of(effect, inbound.address.space)); break;
      default: break;
    }
  }
  return turn;
}

Taken Turns::take(const Inbound& inbound, int tries, std::function<void(Commit)> decided) {
  const auto start = std::chrono::steady_clock::now();
  Taken taken;
  if (tries > kTries) return taken;
  const std::string key = key_of(inbound.address);
  const storage::Digest body = digest_of(inbound);
  Shard& home = shard(key);
  std::lock_guard lock(home.mutex);
  sweep_dropped(home);
  Entry* entry = find(home, key, inbound.address);
  if (entry == nullptr) return taken;
  const bool by_timer = inbound.kind == dialogs::Event::Kind::kTimer;
  if (by_timer && (!entry->known || inbound.event.id != std::to_string(inbound.timer) || inbound.event.account != storage::hex(entry->where.conversation))) {
    taken.kind = Taken::Kind::kNobody;
    if (!entry->known) drop(key);
    return taken;
  }
  const bool answers = !by_timer && !dialogs::from_counselor(inbound.kind);
  if (dialogs::from_counselor(inbound.kind) && (!entry->known || entry->where.conversation != inbound.conversation)) {
    taken.kind = Taken::Kind::kNobody;
    if (!entry->known) drop(key);
    return taken;
  }
  if (auto seen = seen_before(*entry, inbound, body, tries, decided)) return *seen;
  if (auto not_fitting = misfit(*entry, inbound, tries, decided)) return *not_fitting;

  const auto live = editions_.live();
  Linking linking;
  if (answers && !linking_of(inbound, *live, *entry, linking)) return taken;
  const std::string open_hash = dialogs::open_edition(entry->state, live->hash);
  std::shared_ptr<const Edition> open = live;
  std::vector<std::shared_ptr<const Edition>> older;
  dialogs::Held held;
  for (const auto& hash : dialogs::held_editions(entry->state, live->hash)) {
    const auto edition = editions_.find(hash);
    if (!edition) return taken;
    if (!*edition) continue;  // kept nowhere: the step says that the place is lost
    if (hash == open_hash) open = *edition;
    held.emplace_back((*edition)->library.get(), editions_.leaves(hash));
    older.push_back(*edition);
  }
  dialogs::Event event = event_of(inbound, *live, *open, entry->state.person);
  event.moment = linking.moment;
  const double matched = seconds_since(start);
  const dialogs::Keep keep = keep_of(entry->state, *open);
  dialogs::Stepped stepped = dialogs::step(*live->library, held, entry->state, event);
  if (!stepped.wanted.empty()) {  // rare: a chart is drawn
    auto history = history_of(*entry, stepped.wanted, event.zone);
    if (!history) return taken;
    event.history = std::move(*history);
    stepped = dialogs::step(*live->library, held, entry->state, event);
  }
  measures_.thought(matched, seconds_since(start) - matched);

  storage::Turn turn = turn_of(*entry, inbound, stepped, *live, event.now);
  turn.body = body;
  taken.thought = reply_of(std::move(stepped.effects), std::move(stepped.reasons), entry->version + 1);
  if (open->hash != live->hash) taken.thought.edition = open->hash;
  taken.thought.language = dialogs::language_of(entry->state.person, inbound.language);
  if (answers && !turn.forget_person) settle_links(inbound, *entry, linking, taken.thought);
  turn.place = linking.place;
  turn.reply = write(taken.thought);
  if (outgoing_) turn.parts = outgoing_(inbound.address, taken.thought, event.now, answers);
  if (linking.told) {
    for (auto& part : parts_told(linking, taken.thought, event.now)) turn.parts.push_back(std::move(part));
  }
  turn.said = keep.kind == dialogs::Keep::Kind::kNone ? "" : event.hearing.raw;
  turn.said_class = class_of(keep);

  taken.kind = Taken::Kind::kThought;
  taken.reply = turn.reply;
  taken.where = entry->where;
  taken.version = entry->version + 1;

  entry->version += 1;
  entry->mark = turn.mark;
  if (turn.person) entry->person_version += 1;
  entry->known = true;
  entry->state = std::move(stepped.state);
  if (turn.place) entry->focus = turn.place->alone ? std::nullopt : std::optional(turn.place->address);
  for (const auto& measure : turn.measures) entry->measured.push_back({entry->version, event.now, measure});
  if (entry->measured.size() > kRecent) entry->measured.erase(entry->measured.begin(), entry->measured.end() - kRecent);
  if (!inbound.event.none()) {
    entry->recent.push_back({event_key(inbound.event), short_of(body)});
    if (entry->recent.size() > kRecent) entry->recent.erase(entry->recent.begin());
  }
  const bool forget = turn.forget_person;
  if (forget) entry->forgetting = true;
  // Who listens is spared a turn that only put something off.
  const bool followed = committed_ && (inbound.address.channel == followed_channel_ || entry->focus) && !(!answers && taken.thought.messages.empty());
  const bool departs = !turn.parts.empty();
  std::vector<storage::Part> farewell;
  if (forget) farewell.swap(turn.parts);
  auto tell = [this, key, forget, followed, departs, answers, start, address = inbound.address, farewell = std::move(farewell), decided = std::move(decided), where = taken.where, version = taken.version,
               said = followed ? turn.said : std::string(), reply = followed ? turn.reply : std::string(),
               linking = std::move(linking), safety = turn.safety, ended = turn.ended](Commit outcome) {
    if (outcome != Commit::kDone || forget) drop(key);
    measures_.turn(name_of(outcome), seconds_since(start));
    if (outcome == Commit::kDone) {
      for (const auto& row : safety) measures_.safety(row.intent);
      for (const auto& row : ended) measures_.ended(row.script, row.outcome == 0 ? "completed" : row.outcome == 1 ? "paused" : "stopped");
      if (forget && forgotten_) forgotten_(where);
      tell_of(linking, where);
      if (followed) committed_(where, version, said, reply);
      if (departs) departing_(where, version, answers, address, farewell);
    }
    decided(outcome);
  };
  store_.commit(std::move(turn), std::move(tell));
  return taken;
}

Turns::Answer Turns::answer(const Inbound& inbound) {
  Answer answer;
  for (int tries = 0; tries <= kTries; ++tries) {
    auto promise = std::make_shared<std::promise<Commit>>();
    auto future = promise->get_future();
    answer.taken = take(inbound, tries, [promise](Commit outcome) { promise->set_value(outcome); });
    switch (answer.taken.kind) {
      case Taken::Kind::kStored: answer.outcome = Commit::kDone; return answer;
      case Taken::Kind::kMismatch: answer.outcome = Commit::kMismatch; return answer;
      case Taken::Kind::kNobody: answer.outcome = Commit::kGone; return answer;
      case Taken::Kind::kUnavailable:
      case Taken::Kind::kMisfit: answer.outcome = Commit::kFailed; return answer;
      case Taken::Kind::kThought:
      case Taken::Kind::kUndecided: answer.outcome = future.get(); break;
    }
    if (next(answer.outcome, tries) != Next::kAgain) return answer;
  }
  return answer;
}

void Turns::forget(const std::vector<storage::Address>& addresses, const storage::Id& person,
                   std::function<void(Commit)> decided) {
  std::vector<std::string> keys;
  for (const auto& address : addresses) keys.push_back(key_of(address));
  for (const auto& key : keys) {
    drop(key);
    Shard& home = shard(key);
    std::lock_guard lock(home.mutex);
    sweep_dropped(home);  // now, not when somebody comes by: their words lie in it
  }
  // And again for a turn of theirs that came in between.
  store_.ask_to_forget(person, [this, keys, decided = std::move(decided)](Commit outcome) {
    for (const auto& key : keys) drop(key);
    decided(outcome);
  });
}

}  // namespace attune::bot
