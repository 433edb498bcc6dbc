#include "bot/access/role.h"

namespace attune::bot {

std::string_view name_of(Role role) {
  switch (role) {
    case Role::kIntegrator: return "integrator";
    case Role::kAuthor: return "author";
    case Role::kReviewer: return "reviewer";
    case Role::kPublisher: return "publisher";
    case Role::kOperator: return "operator";
    case Role::kCounselor: return "counselor";
  }
  return "";
}

std::optional<Role> role_named(std::string_view name) {
  for (const Role role : kRoles) {
    if (name_of(role) == name) return role;
  }
  return std::nullopt;
}

}  // namespace attune::bot
