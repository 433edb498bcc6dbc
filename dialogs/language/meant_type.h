// What somebody meant who wrote a slot's type in other words: for a message, never to be believed.
#pragma once

#include <string>
#include <string_view>

namespace attune::dialogs {

// "text 200" -> "text up to 200", "numbr 0 to 10" -> "number 0 to 10", "yes or no" -> "yes/no"; ""
// if nothing comes near. `too_much` is what stands behind a type that is whole by itself: then a
// comma is missing.
std::string meant_type(std::string_view written, std::string_view too_much);

}  // namespace attune::dialogs
