#include "bot/cli/findings.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "dialogs/language/definitions.h"

namespace attune::bot {
namespace fs = std::filesystem;
namespace {

using nlohmann::ordered_json;
using dialogs::Diagnostic;

// UTF-16 units of the first `bytes` bytes of `line`; a byte that belongs to no character counts as one.
int units(std::string_view line, std::size_t bytes) {
  int count = 0;
  for (std::size_t at = 0; at < std::min(bytes, line.size()); ++at) {
    const auto byte = static_cast<unsigned char>(line[at]);
    if (byte >= 0x80 && byte < 0xC0) continue;
    count += byte >= 0xF0 ? 2 : 1;
  }
  return count + static_cast<int>(bytes - std::min(bytes, line.size()));
}

std::string_view line_of(std::string_view text, int number) {
  if (number == 1 && text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
  for (int line = 1; line < number; ++line) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + 1);
  }
  return text.substr(0, text.find('\n'));
}

struct Region {
  int line = 1, column = 1, end = 1;
};

Region region_of(const Diagnostic& one, const Sources& texts) {
  const auto text = texts.find(one.path);
  const std::string_view line = text == texts.end() ? std::string_view() : line_of(text->second, one.place.line);
  const auto before = static_cast<std::size_t>(std::max(one.place.column, 1) - 1);
  const auto length = static_cast<std::size_t>(std::max(one.place.length, 0));
  return {std::max(one.place.line, 1), 1 + units(line, before), 1 + units(line, before + length)};
}

// As a page of Markdown makes it of the heading "AT052 unknown-target".
std::string link_of(const std::string& code, const std::string& page) {
  const dialogs::Definition* known = dialogs::find_definition(code);
  if (page.empty() || known == nullptr) return "";
  std::string anchor = code + "-" + std::string(known->name);
  for (char& c : anchor) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return page + "#" + anchor;
}

const char* level_of(dialogs::Severity severity) {
  return severity == dialogs::Severity::kError ? "error" : "warning";
}

// Only what a URI may hold bare; a path keeps its slashes.
std::string as_uri(const std::string& path) {
  static const char* const kDigits = "0123456789ABCDEF";
  std::string uri;
  for (const char c : path) {
    const bool bare = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      std::string_view("-._~/").find(c) != std::string_view::npos;
    const auto byte = static_cast<unsigned char>(c);
    if (bare) uri += c;
    else uri += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
  }
  return path.rfind('/', 0) == 0 ? "file://" + uri : uri;
}

std::string written(const ordered_json& json) {
  return json.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

// "unknown-slot" -> "Unknown slot". What a message says in full depends on what was found.
std::string in_words(std::string_view name) {
  std::string words(name);
  std::replace(words.begin(), words.end(), '-', ' ');
  if (!words.empty() && words[0] >= 'a' && words[0] <= 'z') words[0] = static_cast<char>(words[0] - 'a' + 'A');
  return words;
}

// A rule for each code that was found, in order of the codes.
class Rules {
 public:
  Rules(const dialogs::Diagnostics& found, const std::string& page) {
    for (const Diagnostic& one : found) index_[one.code] = 0;
    for (auto& [code, index] : index_) {
      index = static_cast<int>(list_.size());
      list_.push_back(rule(code, page));
    }
  }
  int index(const std::string& code) const { return index_.at(code); }
  const ordered_json& list() const { return list_; }

 private:
  static ordered_json rule(const std::string& code, const std::string& page) {
    ordered_json one{{"id", code}};
    const dialogs::Definition* known = dialogs::find_definition(code);
    if (known == nullptr) return one;
    one["name"] = known->name;
    one["shortDescription"] = {{"text", in_words(known->name)}};
    if (const std::string link = link_of(code, page); !link.empty()) one["helpUri"] = link;
    one["defaultConfiguration"] = {{"level", level_of(known->severity)}};
    return one;
  }

  std::map<std::string, int> index_;
  ordered_json list_ = ordered_json::array();
};

}  // namespace

std::string findings_as_json(const dialogs::Diagnostics& found, const Sources& texts, const std::string& page) {
  ordered_json all = ordered_json::array();
  for (const Diagnostic& one : found) {
    const Region region = region_of(one, texts);
    ordered_json object{{"code", one.code},     {"severity", level_of(one.severity)}, {"file", one.path},
                        {"line", region.line},  {"column", region.column},            {"end_column", region.end},
                        {"message", one.message}, {"advice", one.advice}};
    object["link"] = link_of(one.code, page);
    all.push_back(std::move(object));
  }
  return written(all);
}

std::string findings_as_sarif(const dialogs::Diagnostics& found, const Sources& texts, const std::string& page) {
  const Rules rules(found, page);
  ordered_json results = ordered_json::array();
  for (const Diagnostic& one : found) {
    const Region region = region_of(one, texts);
    const ordered_json place{
        {"physicalLocation",
         {{"artifactLocation", {{"uri", as_uri(one.path)}}},
          {"region", {{"startLine", region.line}, {"startColumn", region.column}, {"endColumn", region.end}}}}}};
    results.push_back({{"ruleId", one.code},
                       {"ruleIndex", rules.index(one.code)},
                       {"level", level_of(one.severity)},
                       {"message", {{"text", one.message + (one.advice.empty() ? "" : " " + one.advice)}}},
                       {"locations", ordered_json::array({place})}});
  }
  const ordered_json driver{{"name", "attune"}, {"version", ATTUNE_VERSION}, {"semanticVersion", ATTUNE_VERSION}, {"rules", rules.list()}};
  ordered_json log;
  log["$schema"] = "https://json.schemastore.org/sarif-2.1.0.json";
  log["version"] = "2.1.0";
  log["runs"] = ordered_json::array({{{"tool", {{"driver", driver}}}, {"columnKind", "utf16CodeUnits"}, {"results", results}}});
  return written(log);
}

std::string diagnostics_page(const std::string& dialogs_folder) {
  std::error_code error;
  const fs::path library = fs::weakly_canonical(dialogs_folder, error);
  for (const fs::path& page : {library / ".." / "DIAGNOSTICS.md", library / ".." / ".." / "doc" / "attune" / "DIAGNOSTICS.md"}) {
    if (fs::is_regular_file(page, error)) return as_uri(page.lexically_normal().string());
  }
  return "";
}

}  // namespace attune::bot
