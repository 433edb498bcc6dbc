#include "bot/channels/answer.h"

#include <httplib.h>

#include <algorithm>

#include "bot/http/error.h"

namespace attune::bot {
namespace {

using storage::Commit;

void replace(const Held& held, const char* code) {
  const ErrorKind& kind = error_kind(code);
  held.replace(kind.status, error_json(kind.code, kind.message, new_error_id()));
}

void decide(const Held& held, Commit outcome) {
  switch (outcome) {
    case Commit::kDone: return held.release();
    case Commit::kDuplicate:
    case Commit::kConflict:
    case Commit::kGone: return held.redo();
    case Commit::kMismatch: return replace(held, "id_reused");
    case Commit::kBusy: return replace(held, "busy");
    case Commit::kFailed: return replace(held, "unavailable");
  }
}

}  // namespace

void answer(Turns& turns, const Inbound& inbound, httplib::Response& response, const Render& render) {
  Exchange& exchange = Exchange::current();
  const Held held = exchange.hold();
  const Taken taken = turns.take(inbound, exchange.tries(), [held](Commit outcome) { decide(held, outcome); });
  switch (taken.kind) {
    case Taken::Kind::kThought: response.set_content(render(taken), "application/json"); return;
    case Taken::Kind::kStored:
      response.set_content(render(taken), "application/json");
      return held.release();
    case Taken::Kind::kUndecided: return;
    case Taken::Kind::kMismatch: return replace(held, "id_reused");
    case Taken::Kind::kUnavailable: return replace(held, "unavailable");
  }
}

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

}  // namespace attune::bot
