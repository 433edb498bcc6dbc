// LANGUAGE.md, EXAMPLES.md and REFERENCE.md cannot lie: every whole script on the pages is served by the real
// library, every part parses, the plays pass, the intents hold their own tests.
#include <catch2/catch.hpp>
#include <fstream>
#include <set>
#include <sstream>

#include "bot/turn/edition.h"
#include "dialogs/language/parser.h"
#include "dialogs/play/play.h"
#include "intents/intent_file.h"
#include "intents/matcher.h"
#include "small_library.h"

using namespace attune;
using dialogs::Diagnostic;

namespace {

const std::string kRoot = ATTUNE_SOURCE_DIR;

struct Example {
  std::string kind;  // "talk", "play", "intents"
  std::string path;  // "" for a part of a script
  std::string text;
};

// Fenced blocks that say what they are: "```talk listen/first.talk".
std::vector<Example> examples(const std::string& kind) {
  std::vector<Example> all;
  for (const char* name : {"LANGUAGE.md", "EXAMPLES.md", "REFERENCE.md"}) {
    std::ifstream page(kRoot + "/dialogs/" + name);
    bool open = false;
    for (std::string line; std::getline(page, line);) {
      if (line.rfind("```", 0) != 0) {
        if (open) all.back().text += line + "\n";
        continue;
      }
      std::istringstream words(line.substr(3));
      Example example;
      open = !open && words >> example.kind && example.kind == kind;
      words >> example.path;
      if (open) all.push_back(example);
    }
  }
  return all;
}

// The real library, with the page's scripts in it.
bot::BuiltEdition served() {
  bot::Sources sources = bot::read_sources(kRoot + "/dialogs/library", kRoot + "/intents/library");
  for (const Example& example : examples("talk")) {
    if (example.path.find('/') != std::string::npos) {
      sources["dialogs/" + example.path] = example.text;
    }
  }
  return bot::build_edition(std::move(sources));
}

bool begins(const std::string& text, const std::string& word) { return text.rfind(word, 0) == 0; }

// A part of a script as the smallest file it can stand in.
std::string completed(const std::string& part) {
  const bool above = begins(part, "slots") || begins(part, "hears") || begins(part, "remarks") ||
                     begins(part, "needs") || begins(part, "title") || begins(part, "moved");
  return above ? part + "\n== start\nend\n" : "cast: Sam\n\n== start\n" + part;
}

}  // namespace

TEST_CASE("whole scripts on the pages can be served, without a warning", "[dialogs][page]") {
  const bot::BuiltEdition built = served();
  int whole = 0;
  for (const Example& example : examples("talk")) {
    if (example.path.find('/') == std::string::npos) continue;
    ++whole;
    for (const Diagnostic& one : built.diagnostics) {
      if (one.path == "dialogs/" + example.path) FAIL_CHECK(render(one, example.text));
    }
  }
  CHECK(whole == 2 + 9);
  CHECK(built.edition != nullptr);
}

TEST_CASE("the shared file on the page passes the check", "[dialogs][page]") {
  int shared = 0;
  for (const Example& example : examples("talk")) {
    if (example.path.empty() || example.path.find('/') != std::string::npos) continue;
    ++shared;
    const dialogs::Loaded loaded = dialogs::small::load_with({{example.path, example.text}});
    for (const Diagnostic& one : loaded.diagnostics) FAIL_CHECK(render(one, example.text));
  }
  CHECK(shared == 1);
}

TEST_CASE("parts of scripts on the page parse", "[dialogs][page]") {
  int parts = 0;
  for (const Example& example : examples("talk")) {
    if (!example.path.empty()) continue;
    ++parts;
    const std::string text = completed(example.text);
    for (const Diagnostic& one : dialogs::parse({"listen/example.talk", text}).diagnostics) {
      FAIL_CHECK(render(one, text));
    }
  }
  CHECK(parts >= 5);
}

TEST_CASE("the plays on the pages pass, and touch every line of the eight examples", "[dialogs][page]") {
  const bot::BuiltEdition built = served();
  REQUIRE(built.edition);
  const auto ear = [&](std::string_view words, const std::string& language) { return built.edition->hear(words, language); };
  const std::vector<Example> all = examples("play");
  REQUIRE(all.size() == 1 + 8);
  std::set<std::string> touched;
  for (const Example& one : all) {
    const dialogs::ParsedPlays parsed = dialogs::parse_plays({one.path, one.text});
    REQUIRE(parsed.diagnostics.empty());
    REQUIRE(!parsed.plays.empty());
    for (const dialogs::Play& play : parsed.plays) {
      for (const Diagnostic& wrong : check_play(play, *built.edition->library)) FAIL_CHECK(render(wrong, one.text));
      const dialogs::PlayResult result = run_play(play, *built.edition->library, ear);
      for (const auto& [line, times] : result.touched) touched.insert(line);
      INFO(one.path << " line " << result.place.line << ", expected: " << result.expected << ", came: " << result.came);
      CHECK(result.passed);
    }
  }
  for (const auto& [name, program] : built.edition->library->programs) {
    if (!begins(name, "examples/")) continue;
    for (const auto& [id, line] : program->lines) {
      if (touched.count(name + "#" + id) == 0) FAIL_CHECK(name << " #" << id << " is touched by no play");
    }
  }
}

TEST_CASE("every snippet of the card is served, parses or passes", "[dialogs][page]") {
  const auto snippets = [](const std::string& kind) {
    std::ifstream file(kRoot + "/dialogs/card.html");
    std::string page{std::istreambuf_iterator<char>(file), {}};
    for (const auto& [mark, sign] : {std::pair("&lt;", "<"), {"&gt;", ">"}, {"&amp;", "&"}}) {
      for (std::size_t at = 0; (at = page.find(mark, at)) != std::string::npos;) page.replace(at, std::string_view(mark).size(), sign);
    }
    std::vector<std::string> found;
    const std::string begin = "<pre data-kind=\"" + kind + "\">";
    for (std::size_t at = 0; (at = page.find(begin, at)) != std::string::npos;) {
      at += begin.size();
      found.push_back(page.substr(at, page.find("</pre>", at) - at) + "\n");
    }
    return found;
  };
  REQUIRE(snippets("script").size() == 1);
  bot::Sources sources = bot::read_sources(kRoot + "/dialogs/library", kRoot + "/intents/library");
  sources["dialogs/try/card.talk"] = snippets("script")[0];
  const bot::BuiltEdition built = bot::build_edition(std::move(sources));
  for (const Diagnostic& one : built.diagnostics) FAIL_CHECK(render(one, snippets("script")[0]));
  REQUIRE(built.edition);
  REQUIRE(snippets("steps").size() == 2);
  for (const std::string& part : snippets("steps")) {
    for (const Diagnostic& one : dialogs::parse({"listen/example.talk", completed(part)}).diagnostics) FAIL_CHECK(render(one, part));
  }
  REQUIRE(snippets("slots").size() == 1);
  std::istringstream lines(snippets("slots")[0]);
  std::string slots = "slots\n";
  for (std::string line; std::getline(lines, line);) slots += "  " + line + "\n";
  for (const Diagnostic& one : dialogs::parse({"listen/example.talk", completed(slots)}).diagnostics) FAIL_CHECK(render(one, slots));
  const auto ear = [&](std::string_view words, const std::string& language) { return built.edition->hear(words, language); };
  REQUIRE(snippets("play").size() == 1);
  const dialogs::ParsedPlays parsed = dialogs::parse_plays({"card.play", snippets("play")[0]});
  REQUIRE(parsed.plays.size() == 1);
  const dialogs::PlayResult result = run_play(parsed.plays[0], *built.edition->library, ear);
  INFO("line " << result.place.line << ", expected: " << result.expected << ", came: " << result.came);
  CHECK(result.passed);
}

TEST_CASE("the intents on the page hold their own tests", "[dialogs][page]") {
  const std::vector<Example> all = examples("intents");
  REQUIRE(all.size() == 1);
  intents::ParsedIntents parsed = intents::parse_intents({"en/example.intents", all[0].text});
  for (const Diagnostic& one : parsed.diagnostics) FAIL_CHECK(render(one, all[0].text));
  const auto built = intents::Matcher::build(std::move(parsed.intents));
  for (const Diagnostic& one : built.diagnostics) FAIL_CHECK(render(one, all[0].text));
  CHECK(built.matcher != nullptr);
}
