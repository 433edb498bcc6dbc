// Forgetting somebody by name: what `attune forget` does where no server runs, and a server's operator
// route where one does.
#pragma once

#include <optional>
#include <string>

#include "storage/store.h"

namespace attune::bot {

// The person who was forgotten, whose key and rows are gone; nothing if there is nobody of that name.
Result<std::optional<storage::Id>> forget_person(storage::Store& store, const std::string& who);

}  // namespace attune::bot
