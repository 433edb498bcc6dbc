// Short ways to make a matcher and to ask it, for tests.
#pragma once

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "intents/matcher.h"

namespace attune::intents::building {

inline std::vector<Intent> parse(const std::string& text, const std::string& path = "t.intents") {
  const ParsedIntents parsed = parse_intents({path, text});
  for (const auto& one : parsed.diagnostics) INFO(dialogs::render(one, text));
  REQUIRE_FALSE(dialogs::has_errors(parsed.diagnostics));
  return parsed.intents;
}

inline std::shared_ptr<const Matcher> build(std::vector<Intent> intents) {
  const Matcher::Built built = Matcher::build(std::move(intents));
  std::string all;
  for (const auto& one : built.diagnostics) all += dialogs::render(one, "") + "\n";
  INFO(all);
  REQUIRE(built.matcher != nullptr);
  return built.matcher;
}

inline std::shared_ptr<const Matcher> matcher(const std::string& text) {
  return build(parse(text));
}

// An intent of these phrases, one a line.
inline std::shared_ptr<const Matcher> phrases(const std::string& lines) {
  std::string text = "intent x\n";
  for (std::size_t begin = 0; begin < lines.size();) {
    const std::size_t end = std::min(lines.find('\n', begin), lines.size());
    text += "  " + lines.substr(begin, end - begin) + "\n";
    begin = end + 1;
  }
  return matcher(text);
}

inline std::vector<std::string> heard(const Matcher& matcher, const std::string& text) {
  std::vector<std::string> names;
  for (const auto& one : matcher.hear(text).heard) names.push_back(one.intent);
  return names;
}

inline bool hears(const Matcher& matcher, const std::string& text, const std::string& name = "x") {
  for (const auto& one : heard(matcher, text)) {
    if (one == name) return true;
  }
  return false;
}

// The person's own words behind the first span of an intent.
inline std::string words(const Matcher& matcher, const std::string& text,
                         const std::string& name = "x") {
  for (const auto& one : matcher.hear(text).heard) {
    if (one.intent == name) {
      return text.substr(one.spans[0].begin, one.spans[0].end - one.spans[0].begin);
    }
  }
  return "(not heard)";
}

inline std::vector<std::string> codes(const dialogs::Diagnostics& diagnostics) {
  std::vector<std::string> codes;
  for (const auto& one : diagnostics) codes.push_back(one.code);
  return codes;
}

}  // namespace attune::intents::building
