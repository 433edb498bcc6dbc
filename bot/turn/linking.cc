// Two addresses of one person: what a message means for them (links.h), and what of it a turn keeps.
//
// The words are the library's: moments of always.talk, and the scripts named here. Only the code is not
// in any script; it is a message of its own, easy to copy, after those of help/link.
#include <algorithm>

#include "bot/turn/turns.h"

namespace attune::bot {
namespace {

constexpr const char* kLink = "help/link";
constexpr const char* kOnlyHere = "help/only-here";
constexpr const char* kJoined = "help/linked";

// A library without the words does not offer it.
bool offers_linking(const Edition& edition) {
  const auto& always = edition.library->always;
  return std::any_of(always.begin(), always.end(), [](const auto& line) { return line.intent == "linked"; });
}

bool heard(const Edition& edition, const std::string& text, const std::string& language, const char* intent) {
  const auto hearing = edition.hear(text, language);
  return std::any_of(hearing.heard.begin(), hearing.heard.end(), [&](const auto& one) { return one.intent == intent; });
}

const char* moment_of(Links::Found found) {
  switch (found) {
    case Links::Found::kYes: return "link-found";
    case Links::Found::kLess: return "link-less";
    case Links::Found::kNo: break;
  }
  return "link-wrong";
}

}  // namespace

bool Turns::linking_of(const Inbound& inbound, const Edition& live, Entry& entry, Linking& linking) {
  if (inbound.kind != dialogs::Event::Kind::kMessage || !inbound.choice.empty() || !offers_linking(live)) return true;
  const storage::Time now = clock_.now();
  if (const auto code = Links::code_in(inbound.text)) {
    linking.moment = moment_of(links_.claim(*code, entry.where, inbound.address, entry.version, now));
    return true;
  }
  if (!entry.known) return true;
  const auto by = links_.claimed(entry.where.conversation, now);
  if (!by || !heard(live, inbound.text, dialogs::language_of(entry.state.person, inbound.language), "go-on-here")) return true;
  const auto there = store_.find(by->address);
  if (!there) return false;
  if (!*there || (*there)->conversation != by->conversation) return links_.end(entry.where.conversation), true;
  const storage::Where left = entry.where;
  // What others of their places still lead to stays.
  const auto leaves = entry.focus ? std::nullopt : std::optional(left.person);
  if (!load(by->conversation, entry)) return false;
  linking = {"linked", storage::Place{inbound.address, true, leaves, false}, left, by->address};
  return true;
}

void Turns::settle_links(const Inbound& inbound, const Entry& entry, Linking& linking, Reply& reply) {
  const auto last_of = [&](const char* script) {
    return std::find_if(reply.messages.rbegin(), reply.messages.rend(), [&](const auto& one) { return one.script == script; });
  };
  if (const auto last = last_of(kLink); last != reply.messages.rend() && inbound.kind == dialogs::Event::Kind::kMessage)
    reply.messages.insert(last.base(), {last->from, links_.show(entry.where, inbound.address, entry.version + 1, clock_.now()), kLink, ""});
  if (linking.place || !entry.focus) return;
  const bool alone = last_of(kOnlyHere) != reply.messages.rend();
  if (alone || *entry.focus != inbound.address) linking.place = storage::Place{inbound.address, false, std::nullopt, alone};
}

// Of a joined address the other place is told too, in the words of the reply.
std::vector<storage::Part> Turns::parts_told(const Linking& linking, const Reply& reply, storage::Time now) const {
  Reply told;
  std::copy_if(reply.messages.begin(), reply.messages.end(), std::back_inserter(told.messages), [](const auto& one) { return one.script == kJoined; });
  return told.messages.empty() || !outgoing_ ? std::vector<storage::Part>() : outgoing_(*linking.told, told, now, false);
}

void Turns::tell_of(const Linking& linking, const storage::Where& where) {
  if (linking.left) links_.end(linking.left->conversation);
  if (!linked_ || !linking.place) return;
  if (linking.place->joins) {
    linked_(where, Linked::kJoined);
    linked_(*linking.left, Linked::kLeft);
    if (linking.place->leaves && forgotten_) forgotten_(*linking.left);
  }
  if (linking.place->alone) linked_(where, Linked::kAlone);
}

}  // namespace attune::bot
