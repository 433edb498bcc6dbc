#include "bot/turn/why.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "bot/turn/clock.h"
#include "bot/turn/person.h"
#include "bot/turn/reply.h"
#include "dialogs/engine/why.h"

namespace attune::bot {
namespace {

// A script's own list ("listen/x:late") matters only where that script had a say.
bool concerns(const std::string& intent, const std::vector<dialogs::Reason>& reasons) {
  const std::size_t colon = intent.find(':');
  if (colon == std::string::npos) return true;
  const std::string script = intent.substr(0, colon) + " ";
  return std::any_of(reasons.begin(), reasons.end(), [&](const auto& reason) { return reason.where.compare(0, script.size(), script) == 0; });
}

void find_heard(const intents::Matcher& ear, const std::vector<dialogs::Reason>& reasons, Why& out) {
  for (const bool won : {true, false}) {
    for (const auto& finding : ear.explain(out.said)) {
      if (finding.won != won || !concerns(finding.intent, reasons)) continue;
      const std::size_t end = std::min<std::size_t>(finding.words.end, out.said.size());
      const std::size_t begin = std::min<std::size_t>(finding.words.begin, end);
      out.heard.push_back({finding.intent, finding.phrase, out.said.substr(begin, end - begin), won ? "" : finding.lost_because});
    }
  }
}

void find_interrupts(const Edition& live, const dialogs::Hearing& hearing, Why& out) {
  for (const auto& line : live.library->always) {
    const bool heard = std::any_of(hearing.heard.begin(), hearing.heard.end(), [&](const auto& one) { return one.intent == line.intent; });
    if (heard) out.interrupts.push_back("on " + line.intent + (line.leaves ? " switch to " : " call ") + line.script);
  }
}

// A phrase with its fifty alternatives is not read by anybody.
std::string shortened(const std::string& phrase) {
  constexpr std::size_t kMost = 70;
  if (phrase.size() <= kMost) return phrase;
  std::size_t end = kMost;
  while (end > 0 && (static_cast<unsigned char>(phrase[end]) & 0xC0) == 0x80) --end;
  return phrase.substr(0, end) + "…";
}

std::string listed(const std::string& heading, const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) out += (out.empty() ? "  " + heading + "\n" : "") + "    " + line + "\n";
  return out;
}

}  // namespace

Why why(const storage::HeldTurn& turn, const FindEdition& editions) {
  Why out;
  out.number = turn.version;
  out.at = turn.at;
  out.kind = turn.kind;
  out.edition = turn.edition;
  out.said = turn.said;
  if (turn.reply.empty()) {
    out.kept = false;
    return out;
  }
  const Reply reply = read_reply(turn.reply);
  out.open_edition = reply.edition;
  for (const auto& reason : reply.reasons) out.decided.push_back(dialogs::in_words(reason, turn.said));
  const auto live = editions(turn.edition);
  const auto open = reply.edition.empty() ? live : editions(reply.edition);
  out.edition_kept = live != nullptr && open != nullptr;
  if (!out.edition_kept || turn.said.empty()) return out;
  const dialogs::Hearing hearing = open->hear(turn.said, reply.language);
  const auto other = open->ears.find(reply.language);
  out.normal = hearing.folded;
  for (const auto& reason : reply.reasons) {
    for (std::string& one : dialogs::passed_over(reason, *open->library, hearing)) out.passed_over.push_back(std::move(one));
  }
  find_heard(other == open->ears.end() ? *open->matcher : *other->second, reply.reasons, out);
  find_interrupts(*live, hearing, out);
  return out;
}

std::string in_words(const Why& why) {
  std::string out = "turn " + std::to_string(why.number) + ", " + utc(why.at) + ", edition " + why.edition.substr(0, 12) + "\n";
  if (!why.open_edition.empty()) out += "  the open question belongs to edition " + why.open_edition.substr(0, 12) + ", which it began with\n";
  if (!why.kept) return out + "  its words are no longer kept, and what decided it went with them\n";
  if (!why.said.empty()) out += "  You: " + why.said + "\n";
  else if (why.kind == "message") out += "  what was said is not kept\n";
  if (!why.normal.empty()) out += "  read as: " + why.normal + "\n";
  out += why.decided.empty() ? "  nothing had to be decided: it simply went on\n" : listed("decided by", why.decided);
  out += listed("looked at before", why.passed_over);
  std::vector<std::string> heard, near;
  for (const auto& one : why.heard) {
    const std::string line = one.intent + " in \"" + one.words + "\", by `" + shortened(one.phrase) + "`";
    if (one.lost_because.empty()) heard.push_back(line);
    else near.push_back(line + ": " + one.lost_because);
  }
  out += listed("heard in it", heard) + listed("came near, and was not heard", near);
  if (why.interrupts.size() > 1) out += listed("always.talk asks in this order", why.interrupts);
  if (!why.edition_kept) out += "  the edition is not there any more, so what else was heard cannot be told\n";
  return out;
}

nlohmann::json as_json(const Why& why) {
  nlohmann::json heard = nlohmann::json::array();
  for (const auto& one : why.heard) {
    heard.push_back({{"intent", one.intent}, {"phrase", one.phrase}, {"words", one.words}, {"won", one.lost_because.empty()}, {"lost_because", one.lost_because}});
  }
  return {{"turn", why.number}, {"at", why.at}, {"kind", why.kind}, {"edition", why.edition}, {"open_edition", why.open_edition},
          {"kept", why.kept}, {"said", why.said}, {"normal", why.normal}, {"decided", why.decided},
          {"passed_over", why.passed_over}, {"heard", std::move(heard)}, {"interrupts", why.interrupts}, {"in_words", in_words(why)}};
}

const storage::HeldTurn* turn_named(const storage::Holdings& holdings, const std::string& who, storage::Version number) {
  const auto id = storage::id_from_hex(who);
  const auto address = address_from(who);
  const storage::HeldConversation* chosen = nullptr;
  for (const auto& one : holdings.conversations) {
    if (one.turns.empty()) continue;
    const bool named = id ? one.id == *id : address && std::any_of(one.addresses.begin(), one.addresses.end(), [&](const auto& a) { return text_of(a) == text_of(*address); });
    if (named) {
      chosen = &one;
      break;
    }
    if (chosen == nullptr || one.turns.back().at > chosen->turns.back().at) chosen = &one;
  }
  if (chosen == nullptr) return nullptr;
  if (number == 0) return &chosen->turns.back();
  const auto found = std::find_if(chosen->turns.begin(), chosen->turns.end(), [&](const auto& turn) { return turn.version == number; });
  return found == chosen->turns.end() ? nullptr : &*found;
}

}  // namespace attune::bot
