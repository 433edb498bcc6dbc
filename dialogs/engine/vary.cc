// Several ways to say one thing: the least recently seen that fits.
#include <algorithm>

#include "dialogs/engine/turn.h"

namespace attune::dialogs {
namespace {

constexpr std::size_t kMostSeen = 64;

}  // namespace

std::string Turn::seen_name(const Line& line) const {
  return program_->script->name + "#" + line.id;
}

const Line* Turn::pick(const Vary& vary) const {
  const auto& seen = state_.conversation.seen;
  const Line* best = nullptr;
  auto best_age = seen.end();
  for (const VaryLine& each : vary.lines) {
    if (each.only_if && !holds(*each.only_if, scope(), nullptr)) continue;
    const auto age = std::find(seen.begin(), seen.end(), seen_name(each.line));
    if (age == seen.end()) return &each.line;
    if (best == nullptr || age < best_age) {
      best = &each.line;
      best_age = age;
    }
  }
  return best;
}

// The line that was said last: a question that is asked again is asked in the same words.
const Line* Turn::pick_again(const Vary& vary) const {
  const auto& seen = state_.conversation.seen;
  for (auto each = seen.rbegin(); each != seen.rend(); ++each) {
    for (const VaryLine& line : vary.lines) {
      if (*each == seen_name(line.line)) return &line.line;
    }
  }
  return pick(vary);
}

void Turn::note_seen(const Line& line) {
  auto& seen = state_.conversation.seen;
  std::string name = seen_name(line);
  std::erase(seen, name);
  seen.push_back(std::move(name));
  if (seen.size() > kMostSeen) seen.erase(seen.begin());
}

}  // namespace attune::dialogs
