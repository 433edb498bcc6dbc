// The intents that exist, as far as scripts need to know: their names and what kind they are.
// Filled by `intents`, read by the checker and the engine.
#pragma once

#include <map>
#include <string>

namespace attune::dialogs {

enum class IntentKind {
  kPlain,
  kCommand,     // fits only a whole message: stop, pause, help, back, ...
  kSafetyHard,  // acts at once
  kSafetySoft,  // asks one plain question
};

using Vocabulary = std::map<std::string, IntentKind>;

}  // namespace attune::dialogs
