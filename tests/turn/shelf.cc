#include "tests/turn/shelf.h"

#include <stdexcept>

#include "tests/bot/small_edition.h"

namespace attune::turn_test {
namespace {

constexpr const char* kMain = "dialogs/try/main.talk";
constexpr const char* kInner = "dialogs/try/inner.talk";

constexpr const char* kTop = R"(
about: For the simulation.
for: one
minutes: 1
model: none
not for: people
sources: none
reviewed: draft
)";

// All kinds of questions, lifetimes of words, a call, a loop.
constexpr const char* kMainBody = R"(
slots
  word: text up to 400
  secret: text up to 400, keep none
  mood: choice
  calm: number 0 to 10, measure
  times: number 0 to 1000, starts at 0

hears
  weather: rain | storm | wind

== start
Bot: Begin. #main01
-> round

== round (checkpoint)
ask word
  Bot: Say a word. #main02
  when weather
    Bot: You said "{heard}". Say more. #main03
    again at most 1
  otherwise
    Bot: Yes. #main04
add 1 to times
vary
  Bot: That was {word}, number {times}. #main05
  Bot: Number {times} was {word}. #main06
choose mood
  Bot: And now? #main07
  * Go on #main08 -> more
  * Rate it #main09 -> rating
  * Another word #main10 -> round
  * Not now #main11 (not now) -> end paused

== more
ask secret
  Bot: Say something that is not kept. #main12
  skip -> rating
Bot: It was {secret}. #main13
call try/inner
-> round

== rating (calm)
rate calm: low .. high #main14
  Bot: How calm is it? #main15
end completed
)";

constexpr const char* kInnerBody = R"(
slots
  brief: text up to 400, keep run
  nick: text up to 400, keep 7 days

hears
  kettle: kettle | tea

== start
ask brief
  Bot: Inside: say something short. #inner01
  when kettle
    Bot: A "{heard}", then. #inner02
Bot: Inside you said {brief}. #inner03
ask nick
  Bot: And a name for it? #inner04
Bot: Its name is {nick}. #inner05
end completed
)";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  if (at == std::string::npos) throw std::logic_error("the script no longer has: " + from);
  return text.replace(at, from.size(), to);
}

std::string script(const std::string& title, const std::string& body) { return "title: " + title + kTop + body; }

bot::Sources base() {
  bot::Sources sources = bot::testing::shipped_with({{kMain, script("Main 0", kMainBody)}, {kInner, script("Inner", kInnerBody)}});
  std::string& always = sources.at("dialogs/always.talk");
  always = replaced(always, "on start call help/welcome", "on start call try/main");
  always = replaced(always, "on idle call help/menu", "on idle call try/main");
  return sources;
}

bot::Sources with(const std::string& title, const std::string& body) {
  bot::Sources sources = base();
  sources[kMain] = script(title, body);
  return sources;
}

std::vector<bot::Sources> good() {
  const std::string one = replaced(kMainBody, "Bot: Begin. #main01", "Bot: Begin, again. #main01");
  const std::string asks_more = replaced(one, "== rating (calm)\n", "== rating (calm)\nask word\n  Bot: One word more? #main20\nBot: {word} it is. #main21\n");
  const std::string other_ids = replaced(replaced(kMainBody, "Say a word. #main02", "Say a word. #main52"), "And now? #main07", "And now? #main57");
  bot::Sources dangers = with("Main 2", replaced(asks_more, "rain | storm | wind", "hail | storm"));
  std::string& hard = dangers.at("intents/en/safety-hard.intents");
  const auto about = hard.find("  about:", hard.find("\nintent suicide\n"));
  hard.insert(hard.find('\n', about) + 1, std::string("  ") + kNewDanger + "\n");
  bot::Sources both = dangers;
  both[kMain] = script("Main 3", other_ids);
  both[kInner] = replaced(both[kInner], "kettle: kettle | tea", "kettle: coffee");
  return {base(), with("Main 1", asks_more), dangers, both};
}

}  // namespace

const Shelf& Shelf::get() {
  static const Shelf shelf;
  return shelf;
}

Shelf::Shelf() {
  for (const auto& sources : good()) {
    auto built = bot::build_edition(sources);
    if (!built.edition) throw std::logic_error(bot::render_all(built.diagnostics, sources));
    editions_.push_back(std::move(built.edition));
  }
  broken_.push_back(with("Broken 1", replaced(kMainBody, "-> rating\n", "-> nowhere\n")));
  broken_.push_back(with("Broken 2", replaced(kMainBody, "Bot: Begin. #main01", "Bot: {nobody} #main01")));
  broken_.push_back(with("Broken 3", ""));
  for (const auto& sources : broken_) {
    if (bot::build_edition(sources).edition) throw std::logic_error("a broken edition is not broken");
  }
}

std::shared_ptr<const bot::Edition> Shelf::by_hash(const std::string& hash) const {
  for (const auto& edition : editions_) {
    if (edition->hash == hash) return edition;
  }
  return nullptr;
}

bot::BuiltEdition Shelf::build(const bot::Sources& sources) const {
  bot::BuiltEdition built;
  const auto title = sources.find(kMain);
  for (const auto& edition : editions_) {
    if (title != sources.end() && edition->sources.at(kMain) == title->second) built.edition = edition;
  }
  if (!built.edition) built.diagnostics.push_back({kMain, dialogs::Severity::kError, "AT000", {}, "broken", ""});
  return built;
}

}  // namespace attune::turn_test
