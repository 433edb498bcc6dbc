#include "building.h"
#include "intents/spelling.h"

using namespace attune::intents;
using building::hears;

namespace {

const char* const kHard =
    "safety: hard\n\n"
    "intent danger\n"
    "  kill myself\n"
    "  (commit|thinking of|thinking about) suicide\n"
    "  he [is] (strangled|strangling) me\n"
    "  don't want to live\n"
    "  except\n"
    "    would never kill myself\n"
    "  yes I want to kill myself.\n"
    "  no I would never kill myself.\n";

struct FailSafety {
  FailSafety() { Matcher::TESTING_ONLY_fail_safety(true); }
  ~FailSafety() { Matcher::TESTING_ONLY_fail_safety(false); }
};

}  // namespace

TEST_CASE("safety hears what is quoted, written oddly, and one slip away") {
  const auto m = building::matcher(kHard);
  for (const std::string message :
       {"I WANT TO KILL MYSELF", "kill\nmyself", "he said \"i will kill myself\" again",
        "> kill myself", "k\u200Bill my\u200Bself", "kill... myself", "kill-myself", "kil myself",
        "kill myslef", "kill mysel f or thinking of suicde", "thinking about sucide",
        "thinking about suicidde", "thinking about suixide", "i don\u2019t want to live",
        "i dont want to live", "i don't wnat to live", "he is strangeling me"}) {
    INFO(message);
    CHECK(hears(*m, message, "danger"));
  }
  for (const std::string message :
       {"I would never kill myself", "skill myself", "spending my life", "a pill myself",
        "thinking about insecticide", "thinking of sidecars"}) {
    INFO(message);
    CHECK_FALSE(hears(*m, message, "danger"));
  }
}

TEST_CASE("a mended word shows the person's own") {
  const auto m = building::matcher(kHard);
  CHECK(building::words(*m, "I am Thinking about SUCIDE, yes", "danger") ==
        "Thinking about SUCIDE");
}

TEST_CASE("slips that are mended, and words that are left alone") {
  const Spelling spelling({"suicide", "hurting", "kill", "hurt", "scared", "strangling", "choke"});
  CHECK(spelling.meant("sucide") == "suicide");
  CHECK(spelling.meant("suiicide") == "suicide");
  CHECK(spelling.meant("suciide") == "suicide");
  CHECK(spelling.meant("suizide") == "suicide");
  CHECK(spelling.meant("suicidxe") == "suicide");
  CHECK(spelling.meant("kil") == "kill");
  CHECK(spelling.meant("strangeling") == "strangling");
  for (const std::string word :
       {"suicide", "uicide", "hunting", "hut", "bill", "till", "pill", "cook", "hurts", "", "k"}) {
    INFO(word);
    CHECK(spelling.meant(word) == "");
  }
}

TEST_CASE("a word of an exception is meant as it stands, though a safety word is near") {
  CHECK(Spelling({"shoved"}).meant("showed") == "shoved");
  CHECK(Spelling({"shoved"}, {"showed"}).meant("showed") == "");
  CHECK(Spelling({"shoved"}, {"showed"}).meant("shovved") == "shoved");
  const std::string intents = "safety: hard\nintent pushed\n  he shoved me\n";
  CHECK(building::hears(*building::matcher(intents), "he showed me", "pushed"));
  CHECK_FALSE(building::hears(*building::matcher(intents + "  except\n    showed me\n"),
                              "he showed me", "pushed"));
}

TEST_CASE("mended text keeps its map and its sentences") {
  const Spelling spelling({"suicide", "afraid"});
  const std::string raw = "Ok. I am afriad. Sucide? no";
  const NormalForm form = normalise(raw);
  const auto mended = spelling.mend(form);
  REQUIRE(mended);
  CHECK(mended->text == " ok . i am afraid . suicide ? no ");
  CHECK(mended->from.size() == mended->text.size() + 1);
  REQUIRE(mended->sentences.size() == form.sentences.size());
  CHECK(mended->text.substr(mended->sentences[2].first) == " suicide ? no ");
  CHECK(mended->sentences.back().second == mended->text.size());
  const auto at = static_cast<std::uint32_t>(mended->text.find(" suicide "));
  const auto span = mended->raw(at, at + 9);
  CHECK(raw.substr(span.begin, span.end - span.begin) == "Sucide");
  CHECK_FALSE(spelling.mend(normalise("I am afraid")));
}

TEST_CASE("when the safety set cannot run, that is said, and nothing is thrown") {
  const auto m = building::matcher(kHard);
  {
    const FailSafety failing;
    const auto hearing = m->hear("kill myself");
    CHECK_FALSE(hearing.safety_ran);
    CHECK(hearing.raw == "kill myself");
  }
  CHECK(m->hear("kill myself").safety_ran);
}

TEST_CASE("the text as written alone is enough") {
  // A pattern that the normal form can never fit, because it has no such sign: only the text as it
  // was written has.
  const auto m =
      building::matcher("safety: hard\n\nintent danger\n  /end it!!/\n  yes I will end it!!\n");
  CHECK(hears(*m, "END IT!!", "danger"));
}

TEST_CASE("an ordinary intent cannot shadow a safety intent, and both are heard") {
  auto all = building::parse(kHard);
  for (auto& one : building::parse("intent stop\n  command\n  kill myself\n  yes kill myself\n")) {
    all.push_back(one);
  }
  const auto m = building::build(all);
  CHECK(building::heard(*m, "kill myself") == std::vector<std::string>{"danger", "stop"});
}
