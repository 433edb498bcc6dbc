// A reply on its way to a platform, as the outbox keeps it: one part for each message, in the
// platform's own form, made in the turn and committed with it.
//
// Pure; any thread.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "bot/channels/channel.h"
#include "storage/records.h"

namespace attune::bot {

// How long words are worth sending. A comforting line two hours late is wrong; a reminder of this
// morning is not; what a person in danger has to read always is.
inline constexpr storage::Time kAnswerLives = 600;
inline constexpr storage::Time kReminderLives = 12 * 3'600;
inline constexpr storage::Time kSafetyLives = 30 * 86'400;  // as long as words are kept

// `answers`: the person wrote just now, so what is unsent of earlier turns is overtaken by this.
std::vector<storage::Part> parts_of(const Channel& channel, const Account& account, const storage::Address& to,
                                    const Reply& reply, storage::Time now, bool answers);

struct SentForm {
  nlohmann::json send;
  nlohmann::json plain;  // for an API that refused the other; null if there is none
  std::optional<storage::Address> to;
  bool safety = false;
  bool answers = false;
  bool written = false;  // by a counselor: no later answer takes its place
};
// Nothing if these are other bytes.
std::optional<SentForm> read_part(const std::string& body);

}  // namespace attune::bot
