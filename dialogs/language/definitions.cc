#include "dialogs/language/definitions.h"

#include "dialogs/language/utf8.h"

namespace attune::dialogs {
namespace {

constexpr std::size_t kLongestArgument = 80;
constexpr std::size_t kLongestAdvice = 320;  // arguments of advice are often sentences of ours

// Whatever stood in a file, made fit to be quoted.
std::string quotable(const std::string& argument, std::size_t longest) {
  std::string shown = printable(argument);
  if (shown.size() <= longest) return shown;
  std::size_t end = longest;
  while (end > 0 && (static_cast<unsigned char>(shown[end]) & 0xC0) == 0x80) --end;
  return shown.substr(0, end) + "…";
}

const std::string* argument_at(std::string_view form, std::size_t at,
                               const std::vector<std::string>& arguments) {
  static const std::string kNone;
  if (form[at] != '{' || at + 2 >= form.size() || form[at + 2] != '}') return nullptr;
  const char digit = form[at + 1];
  if (digit < '0' || digit > '9') return nullptr;
  const auto index = static_cast<std::size_t>(digit - '0');
  return index < arguments.size() ? &arguments[index] : &kNone;
}

// Fills one template; `missing` becomes true if an argument in it was empty.
std::string fill(std::string_view form, const std::vector<std::string>& arguments,
                 std::size_t longest, bool& missing) {
  std::string text;
  for (std::size_t at = 0; at < form.size();) {
    if (const std::string* argument = argument_at(form, at, arguments)) {
      missing = missing || argument->empty();
      text += quotable(*argument, longest);
      at += 3;
    } else if (const std::size_t end =
                   form[at] == '[' ? form.find(']', at) : std::string_view::npos;
               end != std::string_view::npos) {
      bool left_out = false;
      const std::string part =
          fill(form.substr(at + 1, end - at - 1), arguments, longest, left_out);
      if (!left_out) text += part;
      at = end + 1;
    } else {
      text += form[at++];
    }
  }
  return text;
}

}  // namespace

Diagnostic make(const Definition& definition, const std::string& path, Place place,
                const std::vector<std::string>& arguments) {
  bool missing = false;
  return {std::string(definition.code),
          definition.severity,
          path,
          place,
          fill(definition.message, arguments, kLongestArgument, missing),
          fill(definition.advice, arguments, kLongestAdvice, missing)};
}

const Definition* find_definition(std::string_view code) {
  for (const Definition* definition : definitions()) {
    if (definition->code == code) return definition;
  }
  return nullptr;
}

}  // namespace attune::dialogs
