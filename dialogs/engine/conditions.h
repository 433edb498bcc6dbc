// Does a condition hold? And, where it asks what was heard: which words decided it.
#pragma once

#include <string>
#include <vector>

#include "dialogs/engine/state.h"
#include "dialogs/engine/step.h"

namespace attune::dialogs {

// What conditions and texts are read against. References to what the step owns; made on the spot,
// never kept.
struct Scope {
  const Library& library;
  const Script& script;
  const Frame& frame;
  const State& state;
  const Event& event;

  const Value* value(const std::string& slot) const;  // null: not set
  // An intent's name or a word list of this script, as heard in this message; null: not heard.
  const Heard* heard(const std::string& intent) const;
};

// `evidence` (may be null) receives what was heard and made it true, in the order it is named.
bool holds(const Condition& condition, const Scope& scope, std::vector<const Heard*>* evidence);

// "blame or defend", "heat >= 7", as an author would write it.
std::string words(const Condition& condition);

// What it was compared with, of everything but what was heard: "heat is 8, reply is set". A person's
// texts are only ever set or not. "" if it asks for nothing but what was heard.
std::string values(const Condition& condition, const Scope& scope);

// The condition names an intent, or a word list, anywhere in it.
bool asks_what_was_heard(const Condition& condition);

}  // namespace attune::dialogs
