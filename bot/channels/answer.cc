#include "bot/channels/answer.h"

#include <httplib.h>

#include <algorithm>
#include <atomic>
#include <memory>


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

// The outcomes of one request's events; the last one to be decided answers.
struct Batch {
  explicit Batch(Held one) : held(std::move(one)) {}
  const Held held;
  std::atomic<std::size_t> open{1};  // the one of whoever asks, until all are asked for
  std::atomic<bool> again{false}, failed{false};

  void decided(Next what) {
    if (what == Next::kAgain) again = true;
    if (what == Next::kBusy || what == Next::kUnavailable) failed = true;
    if (--open > 0) return;
    if (failed) return held.refuse("unavailable");
    return again ? held.redo() : held.release();
  }
};

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
    case Taken::Kind::kNobody: return held.refuse("hand_off_over");  // forgotten meanwhile
    case Taken::Kind::kUnavailable: return held.refuse("unavailable");
    case Taken::Kind::kMisfit: return held.refuse(taken.why == "over" ? "hand_off_over" : taken.why == "free" ? "not_taken" : "taken_by_other");
  }
}

void answer_all(Turns& turns, const std::vector<Inbound>& events) {
  if (events.empty()) return;
  Exchange& exchange = Exchange::current();
  const auto batch = std::make_shared<Batch>(exchange.hold());
  const int tries = exchange.tries();
  for (const Inbound& event : events) {
    ++batch->open;
    const Taken taken = turns.take(event, tries, [batch, tries](storage::Commit outcome) { batch->decided(next(outcome, tries)); });
    switch (taken.kind) {
      case Taken::Kind::kThought:
      case Taken::Kind::kUndecided: break;  // told later
      case Taken::Kind::kStored:
      case Taken::Kind::kMismatch: batch->decided(Next::kShow); break;
      case Taken::Kind::kNobody:
      case Taken::Kind::kUnavailable:
      case Taken::Kind::kMisfit: batch->decided(Next::kUnavailable); break;
    }
  }
  batch->decided(Next::kShow);
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
