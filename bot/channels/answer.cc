#include "bot/channels/answer.h"

#include <httplib.h>

#include <algorithm>


namespace attune::bot {
namespace {

void decide(const Held& held, storage::Commit outcome, int tries) {
  switch (next(outcome, tries)) {
    case Next::kShow: return held.release();
    case Next::kAgain: return held.redo();
    case Next::kReused: return held.refuse("id_reused");
    case Next::kGone: return held.refuse("gone");
    case Next::kBusy: return held.refuse("busy");
    case Next::kUnavailable: return held.refuse("unavailable");
  }
}

}  // namespace

void answer(Turns& turns, const Inbound& inbound, httplib::Response& response, const Render& render,
            const char* type) {
  Exchange& exchange = Exchange::current();
  const Held held = exchange.hold();
  const int tries = exchange.tries();
  const Taken taken = turns.take(inbound, tries, [held, tries](storage::Commit outcome) { decide(held, outcome, tries); });
  switch (taken.kind) {
    case Taken::Kind::kThought: response.set_content(render(taken), type); return;
    case Taken::Kind::kStored:
      response.set_content(render(taken), type);
      return held.release();
    case Taken::Kind::kUndecided: return;
    case Taken::Kind::kMismatch: return held.refuse("id_reused");
    case Taken::Kind::kUnavailable: return held.refuse("unavailable");
  }
}

void answer_forgotten(Turns& turns, Audit& audit, const std::string& who,
                      const std::vector<storage::Address>& addresses, const storage::Id& person) {
  const Held held = Exchange::current().hold();
  turns.forget(addresses, person, [held, &audit, who, person](storage::Commit outcome) {
    const bool done = outcome == storage::Commit::kDone;
    audit.later(who, "forget", person_in_audit(person), done ? "done" : "failed");
    if (done) return held.release();
    held.refuse(outcome == storage::Commit::kBusy ? "busy" : "unavailable");
  });
}

std::string language_code(std::string_view tag) {
  std::string code(tag.substr(0, tag.find_first_of("-_")));
  for (char& c : code) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return code;
}

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

}  // namespace attune::bot
