// LANGUAGE.md cannot lie: every complete script on the page is taken through the check.
#include <catch2/catch.hpp>

#include "serialised.h"
#include "small_library.h"

using namespace attune::dialogs;

namespace {

struct Example {
  std::string path;  // "" for a part of a script
  std::string text;
  int line = 0;
};

// Blocks that begin ```talk: with a path they are whole files, without one parts of a scene.
std::vector<Example> examples() {
  std::vector<Example> all;
  const std::string page = file_text("dialogs/LANGUAGE.md");
  bool open = false;
  int number = 0;
  for (std::size_t at = 0; at < page.size();) {
    const std::size_t end = std::min(page.find('\n', at), page.size());
    const std::string line = page.substr(at, end - at);
    at = end + 1;
    ++number;
    if (open && line == "```") {
      open = false;
    } else if (open) {
      all.back().text += line + "\n";
    } else if (line.rfind("```talk", 0) == 0) {
      open = true;
      all.push_back({line.size() > 8 ? line.substr(8) : "", "", number});
    }
  }
  return all;
}

}  // namespace

TEST_CASE("whole scripts on the page pass the check without a warning", "[dialogs][page]") {
  int whole = 0;
  for (const Example& example : examples()) {
    if (example.path.empty()) continue;
    ++whole;
    INFO("LANGUAGE.md line " << example.line);
    const small::Files files = {{example.path, example.text}};
    for (const Diagnostic& one : small::load_with(files).diagnostics) {
      if (one.path == example.path) FAIL_CHECK(render(one, example.text));
    }
  }
  CHECK(whole >= 3);
}

TEST_CASE("parts of scripts on the page parse", "[dialogs][page]") {
  int parts = 0;
  for (const Example& example : examples()) {
    if (!example.path.empty()) continue;
    ++parts;
    INFO("LANGUAGE.md line " << example.line);
    const bool headed =
        example.text.find("== ") != std::string::npos || example.text.rfind("remarks ", 0) == 0;
    const bool above = example.text.rfind("slots", 0) == 0 || example.text.rfind("hears", 0) == 0 ||
                       example.text.rfind("title", 0) == 0 || example.text.rfind("needs", 0) == 0;
    std::string text = example.text;
    if (above && !headed) text += "\n== start\nend\n";
    if (!above && !headed) text = "cast: Sam\n\n== start\n" + text;
    if (headed && text.rfind("remarks ", 0) == 0) text += "\n== start\nend\n";
    for (const Diagnostic& one : parse({"listen/example.talk", text}).diagnostics) {
      FAIL_CHECK(render(one, text));
    }
  }
  CHECK(parts >= 5);
}
