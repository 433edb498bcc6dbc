// Editions: named by content, refused whole, and kept for those who still need them.
#include "bot/turn/edition.h"

#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "bot/turn/reply.h"
#include "bot/turn/verdicts.h"
#include "storage/records.h"
#include "tests/bot/small_edition.h"

namespace attune::bot {
namespace {

TEST_CASE("the shipped library is an edition, and its name is its content", "[bot][edition]") {
  const auto first = testing::edition_with();
  CHECK(first->hash.size() == 64);
  CHECK(testing::edition_with()->hash == first->hash);
  CHECK(testing::edition_with({{"dialogs/try/count.talk", testing::kCounting}})->hash !=
        first->hash);
}

TEST_CASE("whoever names a country gets a number that somebody has read", "[bot][edition][cards]") {
  const Sources sources = testing::shipped_with({});
  const auto regions = nlohmann::json::parse(sources.at("dialogs/safety/cards.json")).at("regions");
  for (const auto& [code, card] : regions.items()) {
    INFO(code << ": " << card.at("name"));
    // Also without a country: a word is no number.
    CHECK(card.at("emergency").get<std::string>().find_first_of("0123456789") != std::string::npos);
    CHECK(card.at("verified_on").get<std::string>().size() == 10);
    CHECK_FALSE(card.at("sources").empty());
  }
  int offered = 0;
  std::istringstream script(sources.at("dialogs/safety/region.talk"));
  for (std::string line; std::getline(script, line);) {
    std::string code;
    if (!(std::istringstream(line) >> code) || code != "means") continue;
    std::istringstream(line) >> code >> code;
    code.erase(std::remove(code.begin(), code.end(), '"'), code.end());
    if (code == "elsewhere") continue;
    ++offered;
    INFO(code);
    CHECK(regions.contains(code));
  }
  CHECK(offered + 1 == static_cast<int>(regions.size()));  // every card but the international one
}

TEST_CASE("a mistake anywhere means no edition, and every mistake is told", "[bot][edition]") {
  const auto built = build_edition(testing::shipped_with({
      {"dialogs/try/one.talk", "title: One\n\n== start\nasq word\n"},
      {"dialogs/try/two.talk", "title: Two\n\n== start\nBot: Hello {nobody}.\nend completed\n"},
      {"intents/en/three.intents", "intent broken\n  /(unclosed/\n"},
  }));
  CHECK(built.edition == nullptr);
  std::set<std::string> files;
  for (const auto& diagnostic : built.diagnostics) {
    if (diagnostic.severity == dialogs::Severity::kError) files.insert(diagnostic.path);
  }
  CHECK(files.count("dialogs/try/one.talk") == 1);
  CHECK(files.count("intents/en/three.intents") == 1);
}

TEST_CASE("a language is served once all safety and commands can be said in it", "[bot][edition]") {
  const auto whole = testing::edition_with();
  REQUIRE(whole->library->translated.count("es") == 1);
  REQUIRE(whole->ears.count("es") == 1);
  Sources sources = testing::shipped_with({});
  std::erase_if(sources, [](const auto& one) { return one.first == "intents/es/navigation.intents"; });
  const BuiltEdition built = build_edition(sources);
  const auto told = std::find_if(built.diagnostics.begin(), built.diagnostics.end(),
                                 [](const auto& one) { return one.code == "AT208"; });
  REQUIRE(told != built.diagnostics.end());
  CHECK(told->message.find("stop") != std::string::npos);
  REQUIRE(built.edition);
  CHECK(built.edition->library->translated.empty());
  CHECK(&built.edition->library->in("es") == built.edition->library.get());
}

TEST_CASE("safety and commands are heard in the library's own language as well", "[bot][edition]") {
  const auto edition = testing::edition_with();
  const auto heard = [&](std::string_view words, const std::string& name) {
    const auto hearing = edition->hear(words, "es");
    CHECK(hearing.safety_ran);
    return std::any_of(hearing.heard.begin(), hearing.heard.end(), [&](const auto& one) { return one.intent == name; });
  };
  CHECK(heard("I want to kill myself", "suicide"));
  CHECK(heard("quiero suicidarme", "suicide"));
  CHECK(heard("stop", "stop"));
  CHECK(heard("parar", "stop"));
  CHECK(heard("¿lo he entendido bien?", "check"));
  CHECK_FALSE(heard("did I get that right?", "check"));  // what only an exercise listens for
}

TEST_CASE("a missing folder says how to name another", "[bot][edition]") {
  CHECK_THROWS_WITH(read_sources("/nowhere/at/all", "/nowhere"), Catch::Contains("--dialogs"));
}

TEST_CASE("a reply comes back from its bytes", "[bot][reply]") {
  Reply reply;
  reply.messages.push_back({"Bot", "Hello \xE2\x80\x9Cyou\xE2\x80\x9D", "help/welcome", "welc01"});
  reply.offer = Reply::Offer{true, "low .. high", {{"0", "a#b=0", false}, {"1", "a#b=1", true}}};
  const std::string bytes = write(reply);
  CHECK(write(read_reply(bytes)) == bytes);
  CHECK_THROWS_AS(read_reply("{}"), std::invalid_argument);
}

TEST_CASE("of a stored reply people are shown what was said, and nothing of why", "[bot][reply]") {
  Reply reply;
  CHECK(shown_members(write(reply)) == R"("messages":[])");
  reply.messages.push_back({"Bot", R"(a text with ,"kept":{ in it)", "help/welcome", "welc01"});
  reply.forgotten = true;
  const std::string plain = write(reply);
  reply.safety = true;
  reply.edition = "secret";
  reply.language = "secret";
  reply.reasons = {{"safety", "secret", "secret", {{"secret", {{0, 3}}}}, 0}};
  CHECK(shown_members(write(reply)) == shown_members(plain));
  CHECK_THAT(std::string(shown_members(plain)), Catch::EndsWith(R"("forgotten":true)"));
  CHECK(shown_members("") == R"("messages":[])");  // words whose time has run out
}

TEST_CASE("only the question that is open at the end keeps its buttons", "[bot][reply]") {
  using Effect = dialogs::Effect;
  std::vector<Effect> effects(3);
  effects[0].kind = Effect::Kind::kSay;
  effects[1].kind = Effect::Kind::kOffer;
  effects[1].choices = {{"Yes", "a#b", false}};
  effects[2].kind = Effect::Kind::kSay;
  CHECK_FALSE(reply_of(effects).offer.has_value());
  effects.pop_back();
  CHECK(reply_of(effects).offer.has_value());
}

TEST_CASE("what this program has proved is not proved again; anything else is", "[edition]") {
  const std::string folder = (std::filesystem::temp_directory_path() / ("attune-proved-" + std::to_string(::getpid()))).string();
  std::filesystem::create_directories(folder);
  const auto with = [](const std::string& line) {
    return testing::shipped_with({{"dialogs/try/one.talk", "title: n\n\n== start\n" + line + "end completed\n\n== nobody\nBot: Here. #one09\nend completed\n"}});
  };
  const Sources unreached = with("");  // AT065: refused by the check, by nothing else
  [&] {
    Verdicts blind(folder);
    auto refused = build_proved(unreached, blind);
    CHECK_FALSE(refused.edition);
    CHECK_FALSE(dialogs::has_errors(build_proved(with("if my.promise is set\n  -> nobody\n"), blind).diagnostics));
    std::ifstream in(folder + "/proved");
    std::string program, edition;
    in >> program >> edition;
    CHECK(edition.size() == 64);
    CHECK(Verdicts(folder).holds(edition));
    CHECK_FALSE(Verdicts(folder).holds(std::string(64, '0')));
    std::ofstream(folder + "/proved") << std::string(64, '0') << " " << edition << "\n";
    CHECK_FALSE(Verdicts(folder).holds(edition));  // another program's
  }();
  Verdicts vouched(folder);
  std::string broken;
  for (const std::uint8_t byte : storage::sha256([&] {
         std::string all;
         for (const auto& [path, text] : unreached) all += path + '\0' + std::to_string(text.size()) + '\0' + text;
         return all;
       }())) {
    broken += "0123456789abcdef"[byte >> 4];
    broken += "0123456789abcdef"[byte & 15];
  }
  vouched.keep(broken);  // as if it had been proved
  CHECK(build_proved(unreached, vouched).edition);
  CHECK_FALSE(build_proved(with("Bot: Changed. #one01\n"), vouched).edition);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace attune::bot