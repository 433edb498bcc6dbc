// The same conversation in another language: files, merging, serving, changing it on the way.
#include <catch2/catch.hpp>

#include "dialogs/engine/step.h"
#include "dialogs/play/play.h"
#include "dialogs/translation/translate.h"
#include "small_library.h"

using namespace attune::dialogs;

namespace {

const std::string kTalk = R"(title: T
about: A.
model: none
not for: nobody
reviewed: draft

slots
  mood: choice
  calm: number 0 to 10

hears
  late: late | six

== start
Bot: Hello. #tt01
choose mood
  Bot: How is it? #tt02
  * Calm #tt03
    also: quiet, still
  * Hurt #tt04
Bot: It is {mood}. #tt05
if mood is Calm
  Bot: Good. #tt06
rate calm: wound up .. settled #tt07
  Bot: And now? #tt08
end completed
)";

const std::string kMemory = "slots\n  my.region: choice\n  my.language: choice\n";

std::string entry(const std::string& context, const std::string& source, const std::string& text,
                  const std::string& above = "") {
  return "\n" + above + "msgctxt \"" + context + "\"\nmsgid \"" + source + "\"\nmsgstr \"" + text +
         "\"\n";
}

std::string spanish() {
  return "msgid \"\"\nmsgstr \"Language: es\\n\"\n" + entry("listen/t#tt01", "Hello.", "Hola.") +
         entry("listen/t#tt02", "How is it?", "¿Cómo va?") +
         entry("listen/t#tt03", "Calm", "En calma") +
         entry("listen/t#tt03 also", "quiet | still", "tranquilo | tranquila") +
         entry("listen/t#tt04", "Hurt", "Duele") +
         entry("listen/t#tt05", "It is {mood}.", "Es {mood}.") +
         entry("listen/t#tt06", "Good.", "Bien.") +
         entry("listen/t#tt07 low", "wound up", "tenso") +
         entry("listen/t#tt07 high", "settled", "en paz") +
         entry("listen/t#tt08", "And now?", "¿Y ahora?") +
         entry("listen/t hears late", "late | six", "tarde | seis");
}

Loaded loaded(const std::string& po, const std::string& talk = kTalk) {
  return small::load_with({{"listen/t.talk", talk}, {"memory.talk", kMemory}, {"po/es.po", po}});
}

struct Talk {
  explicit Talk(const std::string& po = spanish()) : all(loaded(po)) {
    REQUIRE(all.library);
    library = beginning_with(*all.library, "listen/t");
  }
  std::string turn(const std::string& words, const std::string& choice = "",
                   const std::string& language = "") {
    Event event;
    event.kind = words.empty() && choice.empty() ? Event::Kind::kStart : Event::Kind::kMessage;
    event.now = now += 10;
    event.language = language;
    event.choice = choice;
    event.hearing.raw = words;
    event.hearing.folded = small::fold(words);
    event.hearing.safety_ran = true;
    Stepped stepped = step(library, {}, std::move(state), event);
    state = std::move(stepped.state);
    std::string said;
    for (const Effect& effect : stepped.effects) {
      if (effect.kind == Effect::Kind::kSay) said += effect.text + "|";
      for (const auto& one : effect.choices) said += "[" + one.label + "]";
    }
    return said;
  }
  Loaded all;
  Library library;
  State state;
  Time now = 1'764'000'000;
};

std::vector<std::string> codes(const Loaded& loaded) {
  std::vector<std::string> all;
  for (const auto& one : loaded.diagnostics) {
    if (one.path == "po/es.po") all.push_back(one.code);
  }
  return all;
}

}  // namespace

TEST_CASE("a person is spoken to in their language, and answers in it", "[dialogs][translation]") {
  Talk talk;
  CHECK(talk.turn("", "", "es").find("Hola.|¿Cómo va?|[En calma][Duele]") != std::string::npos);
  CHECK(language_of(talk.state.person) == "es");
  SECTION("by label: the value stays what the script compares, and reads as they do") {
    CHECK(talk.turn("en calma").find("Es En calma.|Bien.|¿Y ahora?|") != std::string::npos);
  }
  SECTION("by another way to say it") {
    CHECK(talk.turn("Tranquila").find("Es En calma.|Bien.|") != std::string::npos);
  }
  SECTION("by button: what a button sends is the same in every language") {
    CHECK(talk.turn("", "listen/t#tt02=tt03").find("Es En calma.|Bien.|") != std::string::npos);
  }
  SECTION("the label of the source language still answers") {
    CHECK(talk.turn("calm").find("Es En calma.|") != std::string::npos);
  }
}

TEST_CASE("without a word about it, or in one that is not served, it is the library's own",
          "[dialogs][translation]") {
  Talk talk;
  CHECK(talk.turn("", "", "").find("Hello.|How is it?|") != std::string::npos);
  CHECK(language_of(talk.state.person).empty());
  Talk other;
  CHECK(other.turn("", "", "fr").find("Hello.|") != std::string::npos);
  CHECK(language_of(other.state.person).empty());
}

TEST_CASE("a language changes in the middle of an exercise and the place stays",
          "[dialogs][translation]") {
  Talk talk;
  talk.turn("", "", "");
  const std::string at = talk.state.conversation.frames.back().at;
  talk.state.person.memory["my.language"] = std::string("es");
  CHECK(talk.turn("Duele").find("Es Duele.|¿Y ahora?|") != std::string::npos);
  talk.state.person.memory.erase("my.language");
  CHECK(talk.turn("nonsense").find("And now?") != std::string::npos);
  CHECK(talk.state.conversation.frames.back().script == "listen/t");
  CHECK(talk.state.conversation.frames.back().at != at);
}

TEST_CASE("a script that sets the language speaks it from the next line on",
          "[dialogs][translation]") {
  const std::string talk = R"(title: T
about: A.
model: none
not for: nobody
reviewed: draft

== start
Bot: One. #tt01
set my.language = es
Bot: Two. #tt02
end completed
)";
  const Loaded all = loaded("msgid \"\"\nmsgstr \"\"\n" + entry("listen/t#tt01", "One.", "Uno.") +
                                entry("listen/t#tt02", "Two.", "Dos."),
                            talk);
  REQUIRE(all.library);
  const Library library = beginning_with(*all.library, "listen/t");
  Event event;
  event.kind = Event::Kind::kStart;
  event.now = 1'764'000'000;
  event.hearing.safety_ran = true;
  std::string said;
  for (const Effect& effect : step(library, {}, {}, event).effects) said += effect.text + "|";
  CHECK(said.find("One.|Dos.|") != std::string::npos);
}

TEST_CASE("what a translation must keep", "[dialogs][translation]") {
  CHECK(codes(loaded(spanish())).empty());
  const auto with = [](const std::string& from, const std::string& to) {
    std::string po = spanish();
    const auto at = po.find(from);
    REQUIRE(at != std::string::npos);
    return codes(loaded(po.replace(at, from.size(), to)));
  };
  using Codes = std::vector<std::string>;
  CHECK(with("Es {mood}.", "Es {animo}.") == Codes{"AT204", "AT205"});
  CHECK(with("Es {mood}.", "Vale.") == Codes{"AT205"});
  CHECK(with("\"Duele\"", "\"tranquila\"") == Codes{"AT072"});  // two choices alike
  CHECK(with("\"Duele\"", "\"Me duele mucho todo lo que ha pasado\"") == Codes{"AT134"});
  CHECK(with("msgid \"Good.\"", "msgid \"Fine.\"") == Codes{"AT202"});
  CHECK(with("\"Bien.\"", "\"\"") == Codes{"AT207"});
  CHECK(with("listen/t#tt06", "listen/t#tt66") == Codes{"AT207", "AT206"});
  CHECK(with("Language: es", "Language: pt") == Codes{"AT200"});
}

TEST_CASE("a help number that has changed is not shown as it was", "[dialogs][translation]") {
  const std::string cards = R"({"regions": {"": {"crisis": "Call 111", "emergency": "Call 112"}}})";
  const auto load = [&](const std::string& source, const std::string& text) {
    return small::load_with(
        {{"safety/cards.json", cards}, {"memory.talk", kMemory},
         {"po/es.po", "msgid \"\"\nmsgstr \"\"\n" + entry("card - crisis", source, text)}});
  };
  CHECK(codes(load("Call 111", "Llama al 112")) == std::vector<std::string>{"AT209"});
  const auto in_spanish = [&](const std::string& source) {
    const Loaded all = load(source, "Llama al 111");
    INFO(small::told(all.diagnostics, {}));
    REQUIRE(all.library);
    return all.library->in("es").cards.regions.at("").at("crisis");
  };
  CHECK(in_spanish("Call 111") == "Llama al 111");
  CHECK(in_spanish("Call 999") == "Call 111");
}

TEST_CASE("a file is read and written without loss, and mistakes have a place",
          "[dialogs][translation]") {
  const std::string text =
      "# Ana\nmsgid \"\"\nmsgstr \"\"\n\"Language: es\\n\"\n\"X-Tool: y\\n\"\n\n"
      "# mine\n#. theirs\n#: here\n#, fuzzy, no-wrap\n#| msgid \"old \\\"one\\\"\"\n"
      "msgctxt \"a#b01\"\nmsgid \"new\"\nmsgstr \"nuevo\\\\ \\t\"\n\n"
      "#~ msgctxt \"a#b02\"\n#~ msgid \"gone\"\n#~ msgstr \"ido\"\n";
  const ReadPo once = read_po({"po/es.po", text});
  CHECK(once.diagnostics.empty());
  CHECK(write_po(once.file) == text);
  REQUIRE(once.file.entries.size() == 2);
  CHECK(once.file.entries[0].previous == "old \"one\"");
  CHECK(once.file.entries[0].text == "nuevo\\ \t");
  CHECK(once.file.field("Language") == "es");
  // Wrapped, as gettext's tools do it.
  CHECK(read_po({"p", "msgid \"a\"\nmsgstr \"\"\n\"b \"\n\"c\"\n"}).file.entries[0].text == "b c");
  const auto wrong = [](const std::string& po) {
    const ReadPo read = read_po({"po/es.po", po});
    REQUIRE_FALSE(read.diagnostics.empty());
    CHECK(read.diagnostics[0].code == "AT200");
    return read.diagnostics[0].place.line;
  };
  CHECK(wrong("msgid \"a\"\nmsgstr b\n") == 2);
  CHECK(wrong("msgid \"a\"\n\nmsgid \"b\"\nmsgstr \"\"\n") == 1);
  CHECK(wrong("msgid \"a\"\nmsgstr \"a\"b\"\n") == 2);
  CHECK(wrong("msgid \"a\"\nmsgid_plural \"b\"\n") == 2);
  CHECK(wrong("msgid \"a\"\nmsgstr \"\xFF\"\n") == 2);
  CHECK(wrong("\"a\"\n") == 1);
  CHECK(wrong("hello\n") == 1);
  CHECK(wrong(std::string(10'000'001, '\n')) == 1);
}

TEST_CASE("merging: new, changed, changed back, gone", "[dialogs][translation]") {
  const auto library = [](const std::string& talk) {
    const Loaded all = small::load_with({{"listen/t.talk", talk}, {"memory.talk", kMemory}});
    REQUIRE(all.library);
    return all.library;
  };
  const auto merge = [](const Library& all, PoFile file) {
    Scripts scripts;
    for (const auto& [name, program] : all.programs) scripts.push_back(program->script);
    return merged(scripts, all.shared, all.cards, std::move(file), "es");
  };
  const auto find = [](const PoFile& file, const std::string& context) {
    for (const PoEntry& one : file.entries) {
      if (one.context == context) return one;
    }
    return PoEntry{};
  };
  PoFile file = merge(*library(kTalk), read_po({"po/es.po", spanish()}).file);
  CHECK(find(file, "listen/t#tt06").text == "Bien.");
  CHECK_FALSE(find(file, "listen/t#tt06").fuzzy);
  CHECK(write_po(merge(*library(kTalk), file)) == write_po(file));

  std::string changed = kTalk;
  changed.replace(changed.find("Good."), 5, "Fine.");
  file = merge(*library(changed), file);
  CHECK(find(file, "listen/t#tt06").fuzzy);
  CHECK(find(file, "listen/t#tt06").previous == "Good.");
  CHECK(find(file, "listen/t#tt06").source == "Fine.");
  CHECK(find(merge(*library(changed), file), "listen/t#tt06").previous == "Good.");

  file = merge(*library(kTalk), file);  // and back
  CHECK_FALSE(find(file, "listen/t#tt06").fuzzy);

  std::string shorter = kTalk;
  shorter.erase(shorter.find("Bot: Hello. #tt01\n"), std::string("Bot: Hello. #tt01\n").size());
  file = merge(*library(shorter), file);
  CHECK(find(file, "listen/t#tt01").obsolete);
  file = merge(*library(kTalk), file);  // it comes back with its translation
  CHECK(find(file, "listen/t#tt01").text == "Hola.");
  CHECK_FALSE(find(file, "listen/t#tt01").obsolete);
}
