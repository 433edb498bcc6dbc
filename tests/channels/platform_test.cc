// What every platform's file shares: a fit Inbound, text out of JSON; and Twilio's answer.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "bot/channels/platform.h"
#include "bot/channels/twilio.h"

using namespace attune::bot;
using nlohmann::json;

TEST_CASE("what comes in is made fit for a turn") {
  const Account account{"twilio", "default", {}};
  std::string text = std::string("a\0b", 3);
  for (int i = 0; i < 5'000; ++i) text += "é";
  const Inbound inbound = inbound_from(account, "7", "1", text);
  CHECK(inbound.text.substr(0, 2) == "ab");
  CHECK(inbound.text.size() == 2 + 2 * (kMessageCharacters - 2));
  CHECK(inbound.event == attune::storage::EventId{"twilio", "default", "1"});
  CHECK(inbound.address == attune::storage::Address{"default", "twilio", "default", "7", ""});
}

TEST_CASE("text is found in JSON where it is text or a whole number, else it is empty") {
  const json body = json::parse(R"({"a":{"b":"x","n":-7,"big":18446744073709551615,"f":1.5,"o":{},"z":null},"l":[{"v":"y"}]})");
  CHECK(text_at(body, "/a/b") == "x");
  CHECK(text_at(body, "/a/n") == "-7");
  CHECK(text_at(body, "/a/big") == "18446744073709551615");
  CHECK(text_at(body, "/l/0/v") == "y");
  for (const char* nothing : {"/a/f", "/a/o", "/a/z", "/a/b/c", "/l/1/v", "/l/x", "/none"}) CHECK(text_at(body, nothing).empty());
  CHECK(is_utf8("é😀"));
  CHECK_FALSE(is_utf8("\xc3"));
  CHECK_FALSE(is_utf8("\xed\xa0\xbd"));
}

TEST_CASE("every platform has a name, and settings that say what to give") {
  for (const Platform* platform : all_platforms()) {
    CHECK(platform_named(platform->name()) == platform);
    CHECK_FALSE(platform->settings().empty());
    for (const Setting& setting : platform->settings()) CHECK_FALSE(setting.ask.empty());
  }
  CHECK(platform_named("nobody") == nullptr);
}

TEST_CASE("Twilio is answered in TwiML that no word can break out of") {
  CHECK(render_twiml({}) == "<Response></Response>");
  Reply reply;
  reply.messages = {{"Sam", "I said </Message><Redirect>x</Redirect> & \"so\"", "s", "a01"}, {"Bot", "Well?", "s", "a02"}};
  reply.offer.emplace();
  reply.offer->choices = {{"Go <on>", "s#1", false}, {"Pause", "s#2", true}};
  CHECK(render_twiml(reply) ==
        "<Response><Message>Sam: I said &lt;/Message&gt;&lt;Redirect&gt;x&lt;/Redirect&gt; &amp; \"so\"</Message>"
        "<Message>Well?\n1. Go &lt;on&gt;\n2. Pause</Message></Response>");
}
