#include "dialogs/language/cards.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "dialogs/language/definitions.h"

namespace attune::dialogs {
namespace {

using Json = nlohmann::json;
using Fields = std::map<std::string, std::string>;

constexpr std::size_t kMostBytes = 1'000'000;

Place place_at(const std::string& text, std::size_t byte) {
  const std::size_t at = std::min(byte, text.size());
  const auto end = text.begin() + static_cast<std::ptrdiff_t>(at);
  const auto lines = std::count(text.begin(), end, '\n');
  const std::size_t before = at == 0 ? std::string::npos : text.rfind('\n', at - 1);
  const std::size_t column = before == std::string::npos ? at + 1 : at - before;
  return {static_cast<int>(lines) + 1, static_cast<int>(column), 0};
}

// Where a key stands; the top where it can't be found (written with escapes).
Place place_of(const std::string& text, const std::string& key) {
  const std::size_t at = text.find("\"" + key + "\"");
  return at == std::string::npos ? Place{1, 1, 0} : place_at(text, at);
}

// What a person reads, and no more: not dates, not sources.
Fields texts_of(const Json& region) {
  Fields texts;
  for (const auto& [key, value] : region.items()) {
    if (value.is_string() && key != "verified_on") texts.emplace(key, value.get<std::string>());
  }
  return texts;
}

class Reader {
 public:
  Reader(const SourceFile& file, Cards& cards) : file_(file), cards_(cards) {}

  Diagnostics read() {
    if (file_.text.size() > kMostBytes) return refuse("the file is over 1,000,000 bytes long", 0);
    try {
      return regions(Json::parse(file_.text));
    } catch (const Json::parse_error& error) {
      const std::size_t byte = error.byte == 0 ? 0 : error.byte - 1;
      return refuse("it is not JSON from here on", byte);
    } catch (const Json::exception&) {
      return refuse("its texts are not UTF-8", 0);
    }
  }

 private:
  Diagnostics refuse(const std::string& why, std::size_t byte) {
    found_.push_back(
        make(diagnostics::kUnreadableCards, file_.path, place_at(file_.text, byte), {why}));
    return std::move(found_);
  }

  Diagnostics regions(const Json& json) {
    const bool shaped = json.is_object() && json.contains("regions") && json["regions"].is_object();
    if (!shaped) return refuse("there is no \"regions\" with a card each", 0);
    for (const auto& [code, region] : json["regions"].items()) {
      if (!region.is_object()) return refuse("a region is not a card", 0);
      cards_.regions.emplace(code, texts_of(region));
    }
    if (cards_.regions.count("") == 0)
      return refuse("there is no international card, the region \"\"", 0);
    fill();
    return std::move(found_);
  }

  void fill() {
    const Fields everywhere = cards_.regions[""];
    for (auto& [code, texts] : cards_.regions) {
      for (const auto& [key, text] : texts) {
        if (everywhere.count(key) > 0) continue;
        found_.push_back(make(diagnostics::kMissingCardField, file_.path,
                              place_of(file_.text, code), {key, code}));
      }
      texts.insert(everywhere.begin(), everywhere.end());
    }
  }

  const SourceFile& file_;
  Cards& cards_;
  Diagnostics found_;
};

}  // namespace

Diagnostics read_cards(const SourceFile& file, Cards& cards) { return Reader(file, cards).read(); }

std::vector<std::string> fields(const Cards& cards) {
  std::vector<std::string> names;
  const auto everywhere = cards.regions.find("");
  if (everywhere == cards.regions.end()) return names;
  for (const auto& [name, text] : everywhere->second) names.push_back(name);
  return names;
}

}  // namespace attune::dialogs
