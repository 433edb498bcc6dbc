#include "tests/turn/oracle.h"

#include <algorithm>
#include <cctype>

#include "tests/turn/shelf.h"

namespace attune::turn_test {
namespace {

using dialogs::Effect;
using storage::Turn;

std::string content_of(const bot::Inbound& inbound) {
  return Disk::key(inbound.address) + (inbound.kind == dialogs::Event::Kind::kStart ? "start" : "message") + '\0' + inbound.choice + '\0' + inbound.text;
}

std::string name_of(const storage::EventId& event) { return event.channel + "/" + event.account + "/" + event.id; }

// Every "q<client>x<number>" in a text.
std::set<std::string> canaries_in(const std::string& text) {
  std::set<std::string> found;
  const auto digits = [&](std::size_t at) {
    while (at < text.size() && std::isdigit(static_cast<unsigned char>(text[at]))) ++at;
    return at;
  };
  for (std::size_t at = text.find('q'); at != std::string::npos; at = text.find('q', at + 1)) {
    const std::size_t x = digits(at + 1);
    if (x == at + 1 || x >= text.size() || text[x] != 'x') continue;
    const std::size_t end = digits(x + 1);
    if (end > x + 1) found.insert(text.substr(at, end - at));
  }
  return found;
}

// A pressed button in words.
std::string label_of(const std::string& choice, const std::vector<const bot::Edition*>& editions) {
  const auto hash = choice.find('#'), equals = choice.find('=');
  if (hash == std::string::npos || equals == std::string::npos) return "";
  const std::string id = choice.substr(equals + 1);
  for (const bot::Edition* edition : editions) {
    const auto* program = edition->library->find(choice.substr(0, hash));
    if (program == nullptr) continue;
    if (const auto line = program->lines.find(id); line != program->lines.end()) return line->second->text.source();
  }
  return id;
}

bool is_safety(const bot::Edition& edition, const std::string& intent) {
  const auto kind = edition.library->vocabulary.find(intent);
  return kind != edition.library->vocabulary.end() && (kind->second == dialogs::IntentKind::kSafetyHard || kind->second == dialogs::IntentKind::kSafetySoft);
}

const bot::Edition& edition(const std::string& hash) {
  const auto found = Shelf::get().by_hash(hash);
  if (!found) throw Broken("a turn ran on an edition that was never good: " + hash);
  return *found;
}

// What is heard: the open question by the edition it belongs to, danger by the live one.
dialogs::Event event_of(const bot::Inbound& inbound, const bot::Edition& live, const dialogs::State& state, storage::Time at) {
  dialogs::Event event;
  event.kind = inbound.kind;
  event.choice = inbound.choice;
  event.now = at;
  const bot::LocalTime local = bot::local_time(at, "UTC");
  event.local_hour = local.hour;
  event.local_day = local.day;
  event.hearing.safety_ran = true;
  if (inbound.kind == dialogs::Event::Kind::kStart) return event;
  const auto& frames = state.conversation.frames;
  const bot::Edition& open = frames.empty() ? live : edition(frames.back().edition);
  const std::string words = inbound.text.empty() && !inbound.choice.empty() ? label_of(inbound.choice, {&open, &live}) : inbound.text;
  event.hearing = open.matcher->hear(words);
  if (&open == &live) return event;
  dialogs::Hearing danger = live.matcher->hear(words);
  event.hearing.safety_ran = danger.safety_ran;
  std::erase_if(event.hearing.heard, [&](const auto& heard) { return is_safety(live, heard.intent); });
  for (auto& heard : danger.heard) {
    if (is_safety(live, heard.intent)) event.hearing.heard.push_back(std::move(heard));
  }
  std::sort(event.hearing.heard.begin(), event.hearing.heard.end(), [](const auto& a, const auto& b) { return a.intent < b.intent; });
  return event;
}

bool same(const storage::Kept& kept, const dialogs::Written& written) { return kept.control == written.control && kept.texts == written.texts; }

void want(bool holds, const std::string& what) {
  if (!holds) throw Broken(what);
}

std::string shown_whole(const std::string& control, const storage::Texts& texts) {
  std::string all = control;
  for (const auto& [keep, text] : texts) all += "\n  " + keep + ": " + text;
  return all;
}

void want_same(const storage::Kept& kept, const dialogs::Written& written, const std::string& what) {
  if (same(kept, written)) return;
  throw Broken(what + " is not what the step makes of the one before. Stored:\n" + shown_whole(kept.control, kept.texts) + "\nshould be:\n" +
               shown_whole(written.control, written.texts));
}

}  // namespace

std::string canary(int client, int number) { return "q" + std::to_string(client) + "x" + std::to_string(number); }

std::string Oracle::name_of(const storage::Id& conversation) const {
  const auto found = names_.find(conversation);
  return found == names_.end() ? "c?" : "c" + std::to_string(found->second);
}

void Oracle::made(const Sent& sent) {
  clients_[Disk::key(sent.inbound.address)] = sent.client;
  if (!sent.inbound.event.none()) made_[turn_test::name_of(sent.inbound.event)].insert(content_of(sent.inbound));
}

void Oracle::handed_in(const Sent& sent, const Turn& turn, const std::string& live) {
  const std::string content = content_of(sent.inbound);
  const auto [by_body, new_body] = by_body_.emplace(turn.body, sent.inbound);
  want(new_body || content_of(by_body->second) == content, "two different messages have the same digest");
  const auto [by_content, new_content] = by_content_.emplace(content, turn.body);
  want(new_content || by_content->second == turn.body, "one message has two digests");
  want(turn.event == sent.inbound.event, "a turn carries the event id of another");
  want(turn.edition == live, "a turn says another edition than was live when it was taken");
}

void Oracle::durable(const Turn& turn) {
  const auto found = by_body_.find(turn.body);
  want(found != by_body_.end(), "a turn is durable that nobody handed in");
  const bot::Inbound& inbound = found->second;
  ++turns_;
  check_once(turn, inbound);
  Mirror& mirror = mirror_of(turn, inbound);
  want(turn.read_version == mirror.version, "a version is missing or came twice: " + std::to_string(turn.read_version) + " after " + std::to_string(mirror.version));
  want(turn.read_person_version == mirror.person_version, "a version of the memory is missing or came twice");
  Past past{mirror.client, turn.where.person, turn.event, content_of(inbound), turn.said, turn.reply, {}, false};
  check_words(turn, mirror, past);
  check_step(turn, inbound, mirror);
  ++mirror.version;
  if (turn.person) ++mirror.person_version;
  pasts_[{turn.where.conversation, mirror.version}] = std::move(past);
}

void Oracle::check_once(const Turn& turn, const bot::Inbound& inbound) {
  if (turn.event.none()) return;
  const std::string event = turn_test::name_of(turn.event);
  want(made_[event].count(content_of(inbound)) == 1, "an event was processed with words that did not come with it");
  auto& times = processed_[event];
  for (const storage::Time at : times) want(at < turn.at - kEventWindow, "the event " + event + " was processed twice");
  times.push_back(turn.at);
}

Oracle::Mirror& Oracle::mirror_of(const Turn& turn, const bot::Inbound& inbound) {
  const int client = clients_.at(Disk::key(inbound.address));
  const auto [at, fresh] = mirrors_.try_emplace(turn.where.conversation);
  Mirror& mirror = at->second;
  if (fresh) {
    want(turn.opens && *turn.opens == inbound.address, "a conversation began at no address, or at another's");
    mirror.client = client;
    mirror.person = turn.where.person;
    names_.emplace(turn.where.conversation, static_cast<int>(names_.size()) + 1);
  }
  want(mirror.client == client, "a message was taken in somebody else's conversation");
  want(mirror.person == turn.where.person, "a turn is in the name of another person");
  return mirror;
}

void Oracle::check_step(const Turn& turn, const bot::Inbound& inbound, Mirror& mirror) {
  const bot::Edition& live = edition(turn.edition);
  dialogs::Held held;
  for (const auto& hash : dialogs::held_editions(mirror.state, live.hash)) held.push_back(edition(hash).library.get());
  if (!held.empty()) ++on_older_editions_;
  const dialogs::Event event = event_of(inbound, live, mirror.state, turn.at);
  const dialogs::Stepped stepped = dialogs::step(*live.library, held, mirror.state, event);
  for (const auto& reason : stepped.reasons) want(reason.detail.find("its place is gone") == std::string::npos, "a running exercise was lost");
  want_same(turn.conversation, dialogs::write(stepped.state.conversation), "the state after \"" + inbound.text + inbound.choice + "\"");
  const bool remembered = !(stepped.state.person == mirror.state.person);
  want(turn.person || !remembered, "the person's memory changed and was not kept");
  if (turn.person) want_same(*turn.person, dialogs::write(stepped.state.person), "the memory after \"" + inbound.text + inbound.choice + "\"");
  bot::Reply said = bot::reply_of(stepped.effects, stepped.reasons);
  if (const std::string open = dialogs::open_edition(mirror.state, live.hash); open != live.hash) said.edition = open;
  said.language = dialogs::language_of(mirror.state.person, inbound.language);
  want(turn.reply == bot::write(said), "the reply is not what the step says");
  want(turn.said.empty() || turn.said == event.hearing.raw, "the transcript has words that were not said");
  std::size_t measures = 0, safety = 0, ended = 0;
  const Effect* first = nullptr;
  for (const Effect& effect : stepped.effects) {
    measures += effect.kind == Effect::Kind::kMeasure;
    safety += effect.kind == Effect::Kind::kSafety;
    ended += effect.kind == Effect::Kind::kRunEnded;
    if (first == nullptr && effect.kind == Effect::Kind::kSay) first = &effect;
  }
  want(turn.measures.size() == measures && turn.safety.size() == safety && turn.ended.size() == ended, "measures, safety rows or ends of runs are missing");
  const bool new_danger = inbound.text == kNewDanger && live.hash != Shelf::get().at(0)->hash && live.hash != Shelf::get().at(1)->hash;
  if (inbound.text == "i want to kill myself" || new_danger) {
    ++dangers_;
    want(first != nullptr && first->script.rfind("safety/", 0) == 0, "danger was not answered by safety");
  }
  mirror.state = stepped.state;
}

void Oracle::check_words(const Turn& turn, const Mirror& mirror, Past& past) {
  const auto own = [&](const std::string& text, const char* where) {
    for (const auto& word : canaries_in(text)) {
      want(word.rfind("q" + std::to_string(mirror.client) + "x", 0) == 0, std::string("somebody else's words are in the ") + where);
      want(dead_canaries_.count(word) == 0, std::string("words of somebody forgotten are in the ") + where);
      past.canaries.insert(word);
    }
  };
  own(turn.said, "transcript");
  own(turn.reply, "reply");
  for (const auto& [keep, text] : turn.conversation.texts) own(text, "state");
  want(canaries_in(turn.conversation.control).empty(), "words are in control data");
  if (!turn.person) return;
  for (const auto& [keep, text] : turn.person->texts) own(text, "memory");
  want(canaries_in(turn.person->control).empty(), "words are in control data");
}

void Oracle::forgotten(const storage::Id& person) {
  for (auto& [place, past] : pasts_) {
    if (past.person != person) continue;
    past.forgotten = true;
    if (past.event.none()) continue;  // without an id the same words may come again as new ones
    dead_canaries_.insert(past.canaries.begin(), past.canaries.end());
    dead_events_.insert(turn_test::name_of(past.event));
  }
  for (const auto& [id, mirror] : mirrors_) {
    if (mirror.person == person) ++forgets_[mirror.client];
  }
  std::erase_if(mirrors_, [&](const auto& entry) { return entry.second.person == person; });
}

void Oracle::shown(Sent& sent, const storage::Where& where, storage::Version version, const std::string& reply, bool stored) {
  const auto found = pasts_.find({where.conversation, version});
  want(found != pasts_.end(), "an answer was shown that is not durable");
  const Past& past = found->second;
  want(past.client == sent.client, "an answer was shown to somebody else");
  want(past.event == sent.inbound.event && past.content == content_of(sent.inbound), "an answer to another message was shown");
  want(!stored || !past.forgotten, "an answer of somebody forgotten was shown");
  want(past.reply == reply || (stored && reply.empty()), "what was shown is not what is stored");
  want(!sent.shown || sent.inbound.event.none() || sent.reply == reply || reply.empty() || sent.reply.empty(), "a retry was answered otherwise");
  sent.shown = true;
  sent.reply = reply;
  sent.version = version;
}

void Oracle::told_reused(Sent& sent) const {
  const auto found = made_.find(turn_test::name_of(sent.inbound.event));
  want(found != made_.end() && found->second.size() > 1, "an id was called used for another message, and is not");
  sent.answered = true;
}

int Oracle::forgets(int client) const {
  const auto found = forgets_.find(client);
  return found == forgets_.end() ? 0 : found->second;
}

void Oracle::told_gone(Sent& sent, int forgets_before) const {
  const bool dead = dead_events_.count(turn_test::name_of(sent.inbound.event)) == 1;
  want(dead || forgets(sent.client) > forgets_before, "a message was called deleted that never was");
  sent.answered = true;
}

void Oracle::heard_of(int listener, const storage::Where& where, storage::Version version, const std::string& said, const std::string& reply) {
  const auto found = pasts_.find({where.conversation, version});
  want(found != pasts_.end(), "a listener heard of a turn that is not durable");
  want(found->second.reply == reply && found->second.said == said, "a listener heard something else than is stored");
  storage::Version& last = heard_[{listener, where.conversation}];
  want(version > last, "a listener heard of turns in the wrong order");
  last = version;
}

void Oracle::compare(const Disk& disk) const {
  want(disk.conversations.size() == mirrors_.size(), "a conversation is lost, or came back");
  for (const auto& [id, mirror] : mirrors_) {
    const auto found = disk.conversations.find(id);
    want(found != disk.conversations.end(), "a conversation is lost");
    const auto& turns = found->second.turns;
    want(turns.size() == mirror.version, "turns are lost");
    want(same(turns.back().conversation, dialogs::write(mirror.state.conversation)), "the last state is not that of the replay");
    for (std::size_t i = 0; i < turns.size(); ++i) {
      const Past& past = pasts_.at({id, i + 1});
      want(turns[i].reply == past.reply || turns[i].reply.empty(), "a stored reply has changed");
      want(turns[i].said == past.said || turns[i].said.empty(), "stored words have changed");
    }
  }
}

}  // namespace attune::turn_test
