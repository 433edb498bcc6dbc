// What a token allows its holder to do. Six roles, none above another: a token has one, and a person
// who needs two gets two tokens.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace attune::bot {

enum class Role : std::uint8_t {
  kIntegrator,  // brings people's messages: the webhook
  kAuthor,      // writes scripts (no route yet)
  kReviewer,    // approves them (no route yet)
  kPublisher,   // makes them live
  kOperator,    // keeps it running: metrics, export, forgetting, the audit
  kCounselor,   // writes to people who were handed off; the token's name is who they see
};

inline constexpr std::array kRoles = {Role::kIntegrator, Role::kAuthor, Role::kReviewer,
                                      Role::kPublisher, Role::kOperator, Role::kCounselor};

std::string_view name_of(Role role);
std::optional<Role> role_named(std::string_view name);

}  // namespace attune::bot
