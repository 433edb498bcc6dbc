// load(): all scripts together, the cards, the spoken forms, and how long it takes.
#include "dialogs/language/library.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>

#include "small_library.h"

using namespace attune::dialogs;
using small::Files;

namespace {

using Codes = std::vector<std::string>;

Codes errors(const Files& more) { return small::found(small::load_with(more).diagnostics, true); }

std::string script(const std::string& body, const std::string& header = "") {
  return "title: T\nabout: A\nmodel: M\nnot for: N\nreviewed: draft\n" + header + body;
}

std::string always_without(const std::string& line) {
  std::string text = small::files().at("always.talk");
  const std::size_t at = text.find(line);
  REQUIRE(at != std::string::npos);
  return text.erase(at, text.find('\n', at) + 1 - at);
}

}  // namespace

TEST_CASE("a loaded library has programs, memory, always, cards and spoken forms",
          "[dialogs][library]") {
  const Loaded loaded = small::load_with(
      {{"listen/a.talk",
        script(
            "\n== start\nchoose\n  Bot: So? #aa01\n  * I'm ready! #aa02\n    also: ready, go on\n"
            "    means ready\n  * Not now #aa03 -> end paused\nend\n")}});
  INFO(small::told(loaded.diagnostics, {}));
  REQUIRE(loaded.library);
  const Library& library = *loaded.library;
  REQUIRE(library.find("listen/a"));
  CHECK(library.find("listen/a")->script->header.title == "T");
  CHECK(library.find("listen/b") == nullptr);
  REQUIRE(library.on("stop"));
  CHECK(library.on("stop")->leaves);
  CHECK(library.on("nothing") == nullptr);
  CHECK(library.memory.count("my.name") == 1);
  CHECK(library.shared.size() == 2);
  CHECK(library.spoken.at("listen/a#aa02") == Codes{"im ready", "ready", "go on"});
  CHECK(library.spoken.at("listen/a#aa03") == Codes{"not now"});
  CHECK(library.cards.regions.at("de").at("emergency") == "112");
  CHECK(library.cards.regions.at("de").at("crisis") == "a help line");  // the international one
}

TEST_CASE("the order of the files does not matter", "[dialogs][library]") {
  auto sources = small::as_sources(small::files());
  sources.push_back({"listen/b.talk", "== start\n-> clos\n"});
  sources.push_back({"listen/a.talk", "== start\nfrobnicate\n"});
  const Loaded one = load(sources, small::vocabulary(), small::fold);
  std::reverse(sources.begin(), sources.end());
  const Loaded two = load(sources, small::vocabulary(), small::fold);
  CHECK_FALSE(one.library);
  CHECK(small::found(one.diagnostics) == small::found(two.diagnostics));
  CHECK(std::is_sorted(one.diagnostics.begin(), one.diagnostics.end(),
                       [](const Diagnostic& a, const Diagnostic& b) { return a.path < b.path; }));
}

TEST_CASE("a mistake in one script does not hide those of another, nor make new ones",
          "[dialogs][library]") {
  // repair/unclear can't be read, listen/a calls it: neither is missing.
  const Codes list =
      errors({{"repair/unclear.talk", script("\n== start\nBto: What?\nend\n")},
              {"listen/a.talk", script("\n== start\ncall repair/unclear\n-> clos\n")}});
  REQUIRE(list.size() == 2);
  CHECK(list[0] == "listen/a.talk:9 AT052");
  CHECK(list[1].find("repair/unclear.talk:8 AT0") == 0);
}

TEST_CASE("cards.json: mistakes at their place", "[dialogs][library]") {
  const auto cards = [](const std::string& text) { return errors({{"safety/cards.json", text}}); };
  CHECK(cards("{\"regions\": {\n  \"\": {\"crisis\": \"x\"},\n}}") ==
        Codes{"safety/cards.json:3 AT123"});
  CHECK(cards("[]") == Codes{"safety/cards.json:1 AT123"});
  CHECK(cards("{\"regions\": {\"de\": {\"crisis\": \"x\"}}}") ==
        Codes{"safety/cards.json:1 AT123"});
  CHECK(cards("{\"regions\": {\"\": 3}}") == Codes{"safety/cards.json:1 AT123"});
  CHECK(cards("{\"regions\": {\"\": {\"crisis\": \"x\"},\n \"de\": {\"abuse\": \"y\"}}}") ==
        Codes{"safety/cards.json:2 AT124"});
  CHECK(cards("{\"regions\": {\"\": {\"crisis\": \"\xFF\"}}}") ==
        Codes{"safety/cards.json:1 AT123"});
  CHECK(cards(std::string(200000, '[')) == Codes{"safety/cards.json:1 AT123"});
  CHECK(cards("") == Codes{"safety/cards.json:1 AT123"});
}

TEST_CASE("from every question stop, help and safety are one message away",
          "[dialogs][library][safety]") {
  // The engine looks at safety and at commands before the open question. What is left to prove is
  // that each leads somewhere, and the check proves it for each: take any one line away, and
  // nothing loads.
  for (const char* command : {"stop", "pause", "exit", "help", "help-now", "delete-my-data"}) {
    const Codes list =
        errors({{"always.talk", always_without(std::string("on ") + command + " ")}});
    CHECK(list == Codes{"always.talk:1 AT112"});
  }
  for (const char* intent : {"danger", "low"}) {
    CHECK(errors({{"always.talk", always_without(std::string("on ") + intent + " ")}}) ==
          Codes{"always.talk:1 AT107"});
  }
  for (const char* script :
       {"safety/stop.talk", "safety/danger.talk", "safety/low.talk", "help/help.talk"}) {
    CHECK_FALSE(small::load_with({{script, "(no file)"}}).library);
  }
  CHECK_FALSE(small::load_with({{"always.talk", "(no file)"}}).library);
  Vocabulary plain = small::vocabulary();
  plain.erase("danger");
  plain.erase("low");
  const Loaded unguarded = load(small::as_sources(small::files()), plain, small::fold);
  const Codes list = small::found(unguarded.diagnostics, true);
  CHECK(std::count(list.begin(), list.end(), "always.talk:1 AT111") == 1);
  CHECK_FALSE(unguarded.library);
}

TEST_CASE("room above every exercise for help, with what it calls", "[dialogs][library][safety]") {
  Files files;
  const auto name = [](int i) { return "listen/s" + std::to_string(i); };
  for (int i = 1; i <= 6; ++i) {
    files[name(i) + ".talk"] =
        script("\n== start\nBot: On. #ss01\ncall " + name(i + 1) + "\nend\n");
  }
  files[name(7) + ".talk"] = script("\n== start\nBot: Here. #ss01\nend\n");
  CHECK(errors(files).empty());  // seven, and one for help
  files["help/help.talk"] = script("\n== start\ncall help/notice\nend\n");
  CHECK(errors(files) == Codes{"listen/s1.talk:1 AT122"});
}

TEST_CASE("a circle of calls is one; a circle of switches with a question is not",
          "[dialogs][library][calls]") {
  const std::string ask =
      "\nslots\n  reply: text up to 99\n\n== start\nask reply\n  Bot: So? #aa01\n";
  CHECK(errors({{"listen/a.talk", script(ask + "switch to listen/b\n")},
                {"listen/b.talk", script(ask + "switch to listen/a\n")}})
            .empty());
  CHECK(errors({{"listen/a.talk", script(ask + "switch to listen/b\n")},
                {"listen/b.talk", script("\n== start\nswitch to listen/a\n")}})
            .empty());
  // A called script that always asks is as good as a question; one that can be quiet is not.
  const std::string called = "\n== start\ncall listen/b\nswitch to listen/a\n";
  CHECK(errors({{"listen/a.talk", script(called)}, {"listen/b.talk", script(ask + "end\n")}})
            .empty());
  CHECK(errors({{"listen/a.talk", script(called)},
                {"listen/b.talk", script("\n== start\nBot: No. #bb01\nend\n")}}) ==
        Codes{"listen/a.talk:9 AT121"});
}

TEST_CASE("forgiving can't be offered once safety is open", "[dialogs][library][safety]") {
  const std::string gate =
      "topic: forgiveness\nneeds: not safety.open\nneeds otherwise: help/help\n";
  Files files = {
      {"forgive/a.talk", script("\n== start\nBot: So. #aa01\nend\n", gate)},
      {"listen/menu.talk", script("\n== start\nif not safety.open\n  switch to forgive/a\nend\n")},
      {"safety/low.talk",
       script("\n== start\nswitch to listen/menu\n", "topic: safety\nsafety: opens\n")}};
  CHECK(errors(files).empty());
  files["listen/menu.talk"] = script("\n== start\nif done help/help\n  switch to forgive/a\nend\n");
  CHECK(errors(files) == Codes{"listen/menu.talk:9 AT099"});
}

namespace {

// A script of some thirty scenes with slots, branches and loops, like a long exercise.
std::string long_script(int scenes) {
  std::string text = "\nslots\n";
  for (int i = 0; i < 10; ++i)
    text += "  slot-" + std::string(1, static_cast<char>('a' + i)) + ": text up to 200\n";
  text += "  heat: number 0 to 10, starts at 5\n";
  int id = 10;
  const auto next_id = [&] { return " #big" + std::to_string(++id) + "\n"; };
  for (int i = 0; i < scenes; ++i) {
    const std::string slot = std::string("slot-") + static_cast<char>('a' + i % 10);
    text += "\n== " + (i == 0 ? std::string("start") : "scene-" + std::to_string(i)) + "\nask " +
            slot + "\n";
    text += "  Bot: What would you say?" + next_id();
    text += "  when blame and advice\n    add 1 to heat\n    Bot: \"{heard}\" is two things." +
            next_id();
    text += "    again at most 1\n  when blame or defend\n    Bot: Sam looks away." + next_id();
    text += "  otherwise\n    Bot: Go on." + next_id();
    text += "if heat >= 8\n  -> rest\nBot: \"{" + slot + "}\": all right." + next_id();
    text += i + 1 == scenes ? "-> rest\n" : "-> scene-" + std::to_string(i + 1) + "\n";
  }
  return script(text + "\n== rest (calm)\nBot: Let it rest." + next_id() + "end completed\n");
}

double seconds_to_load(const Files& files, std::size_t findings) {
  const auto from = std::chrono::steady_clock::now();
  const Loaded loaded = small::load_with(files);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - from;
  CHECK(loaded.diagnostics.size() == findings);
  return took.count();
}

}  // namespace

TEST_CASE("a thousand scripts are checked in time that grows with them, and no faster",
          "[dialogs][library][cost]") {
  Files few;
  Files many;
  for (int i = 0; i < 1000; ++i) {
    const std::string path = "practice/p" + std::to_string(i) + ".talk";
    many[path] = long_script(12);
    if (i < 100) few[path] = many[path];
  }
  const double hundred = seconds_to_load(few, 0);
  const double thousand = seconds_to_load(many, 0);
  INFO("100 scripts: " << hundred << " s, 1,000 scripts: " << thousand << " s");
  CHECK(thousand < 30 * hundred);
}

TEST_CASE("one script of hundreds of scenes does not make the check slow",
          "[dialogs][library][cost]") {
  const double small_one = seconds_to_load({{"practice/p.talk", long_script(40)}}, 0);
  const double large = seconds_to_load({{"practice/p.talk", long_script(400)}}, 0);
  INFO("40 scenes: " << small_one << " s, 400 scenes: " << large << " s");
  CHECK(large < 60 * small_one);
}

TEST_CASE("what is too large to check is refused, not waited for", "[dialogs][library][cost]") {
  std::string text = "\nslots\n";
  std::string lines = "\n== start\n";
  for (int i = 0; i < 6000; ++i) {
    const std::string name = "s-" + std::to_string(i);
    text += "  " + name + ": text up to 9\n";
    lines += "if " + name + " is set\n  Bot: {" + name + "} {" + name + "}\nBot: {" + name + "}\n";
  }
  const Codes list = errors({{"practice/p.talk", script(text + lines + "end\n")}});
  CHECK(std::count(list.begin(), list.end(), "practice/p.talk:1 AT090") == 1);
}
