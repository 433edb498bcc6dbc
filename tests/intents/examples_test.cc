// Each diagnostic's page shows a file that gets it and the same file mended. Both are run here.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "building.h"
#include "dialogs/language/definitions.h"

using namespace attune::intents;

namespace {

std::vector<std::string> fenced(const std::string& page) {
  std::vector<std::string> blocks;
  const std::string fence = "```intents\n";
  for (std::size_t at = page.find(fence); at != std::string::npos; at = page.find(fence, at)) {
    at += fence.size();
    const std::size_t end = page.find("```\n", at);
    blocks.push_back(page.substr(at, end - at));
    at = end;
  }
  return blocks;
}

std::vector<std::string> found_in(const std::string& text) {
  ParsedIntents parsed = parse_intents({"t.intents", text});
  auto all = building::codes(parsed.diagnostics);
  for (auto& code : building::codes(Matcher::build(std::move(parsed.intents)).diagnostics)) {
    all.push_back(code);
  }
  return all;
}

}  // namespace

TEST_CASE("the wrong example of each page gets its code, the mended one gets nothing") {
  int pages = 0;
  for (const auto* definition : attune::dialogs::definitions()) {
    if (definition->code < "AT150" || definition->code >= "AT180") continue;
    std::ifstream file(std::string(ATTUNE_SOURCE_DIR "/dialogs/diagnostics/") +
                       std::string(definition->file));
    std::stringstream text;
    text << file.rdbuf();
    const auto blocks = fenced(text.str());
    // Two need a file that no page can show: one of 65 patterns, one that is no text. See
    // matcher_test.cc and intent_file_test.cc.
    if (definition->code == "AT174" || definition->code == "AT178") continue;
    INFO(definition->code);
    REQUIRE(blocks.size() == 2);
    const auto wrong = found_in(blocks[0]);
    CHECK(std::find(wrong.begin(), wrong.end(), definition->code) != wrong.end());
    CHECK(found_in(blocks[1]).empty());
    ++pages;
  }
  CHECK(pages == 28);
}
