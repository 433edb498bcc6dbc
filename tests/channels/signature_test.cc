// The published vectors of each platform's scheme, and what must not pass.
#include <catch2/catch.hpp>

#include "bot/channels/signature.h"

using namespace attune::bot;

namespace {

// docs.slack.dev, "Verifying requests from Slack".
constexpr const char* kSlackSecret = "8f742231b10e8888abcd99yyyzzz85a5";
constexpr const char* kSlackBody =
    "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&"
    "user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%"
    "2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
constexpr const char* kSlackSignature = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503";

bool slack(const std::string& timestamp, const std::string& signature, std::int64_t now, const std::string& body = kSlackBody) {
  return slack_signed(kSlackSecret, timestamp, body, signature, now);
}

// twilio-python, tests/unit/test_request_validator.py.
const Form kTwilioForm = {{"CallSid", "CA1234567890ABCDE"}, {"Digits", "1234"}, {"From", "+14158675309"}, {"To", "+18005551212"}, {"Caller", "+14158675309"}};

bool twilio(const std::string& url, const std::string& signature, const Form& form = kTwilioForm) { return twilio_signed("12345", url, form, signature); }

}  // namespace

TEST_CASE("Slack's published vector passes, within five minutes either way") {
  CHECK(slack("1531420618", kSlackSignature, 1531420618));
  CHECK(slack("1531420618", kSlackSignature, 1531420618 + 300));
  CHECK(slack("1531420618", kSlackSignature, 1531420618 - 300));
  CHECK_FALSE(slack("1531420618", kSlackSignature, 1531420618 + 301));
  CHECK_FALSE(slack("1531420618", kSlackSignature, 1531420618 - 301));
}

TEST_CASE("what is not Slack's is refused") {
  const std::string good = kSlackSignature;
  CHECK_FALSE(slack("1531420619", good, 1531420618));
  CHECK_FALSE(slack("1531420618", good, 1531420618, std::string(kSlackBody) + " "));
  CHECK_FALSE(slack("1531420618", good.substr(0, good.size() - 1), 1531420618));
  CHECK_FALSE(slack("1531420618", "v1" + good.substr(2), 1531420618));
  CHECK_FALSE(slack("1531420618", "V0=A2114D57B48EAC39B9AD189DD8316235A7B4A8D21A10BD27519666489C69B503", 1531420618));
  CHECK_FALSE(slack("1531420618", "", 1531420618));
  for (const char* timestamp : {"", " 1531420618", "1531420618 ", "+1531420618", "1531420618.0", "0x5b47", "99999999999999999999", "-1"}) CHECK_FALSE(slack(timestamp, good, 1531420618));
  CHECK_FALSE(slack_signed("", "1531420618", kSlackBody, good, 1531420618));
}

TEST_CASE("Meta's scheme, by the vector that GitHub publishes for the same one") {
  const std::string secret = "It's a Secret to Everybody", body = "Hello, World!";
  const std::string signature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
  CHECK(meta_signed(secret, body, signature));
  CHECK_FALSE(meta_signed(secret, body + "\n", signature));
  CHECK_FALSE(meta_signed(secret, body, signature.substr(7)));
  CHECK_FALSE(meta_signed(secret, body, "sha1=" + signature.substr(7)));
  CHECK_FALSE(meta_signed(secret, body, ""));
  CHECK_FALSE(meta_signed("", body, signature));
  // Signed are the bytes as they were sent: escapes are not the letters they stand for.
  const std::string escaped = R"({"text":"\u00e4\u00f6\/"})", plain = R"({"text":"äö/"})";
  const std::string over_escaped = "sha256=" + hex_text(hmac_sha256(secret, escaped));
  CHECK(meta_signed(secret, escaped, over_escaped));
  CHECK_FALSE(meta_signed(secret, plain, over_escaped));
}

TEST_CASE("Twilio's published vectors pass, whether its URL has a port or not") {
  const std::string signature = "RSOYDt4T1cUTdK1PDd93/VVr8B8=";
  const std::string url = "https://mycompany.com/myapp.php?foo=1&bar=2";
  CHECK(twilio(url, signature));
  CHECK(twilio("https://mycompany.com:443/myapp.php?foo=1&bar=2", signature));
  CHECK(twilio("https://mycompany.com:443/myapp.php?foo=1&bar=2", "kvajT1Ptam85bY51eRf/AJRuM3w="));
  CHECK(twilio(url, "kvajT1Ptam85bY51eRf/AJRuM3w="));
  CHECK(twilio("http://mycompany.com/myapp.php?foo=1&bar=2", "0ZXoZLH/DfblKGATFgpif+LLRf4="));
  CHECK(twilio("http://mycompany.com:1234/myapp.php?foo=1&bar=2", "Zmvh+3yNM1Phv2jhDCwEM3q5ebU="));
  const Form twice = {{"Sid", "CA123"}, {"SidAccount", "AC123"}, {"Digits", "5678"}, {"Digits", "1234"}};
  CHECK(twilio(url, "IK+Dwps556ElfBT0I3Rgjkr1wJU=", twice));
  CHECK(twilio(url, "IK+Dwps556ElfBT0I3Rgjkr1wJU=", {{"Digits", "1234"}, {"Digits", "5678"}, {"Digits", "1234"}, {"SidAccount", "AC123"}, {"Sid", "CA123"}}));
}

TEST_CASE("what is not Twilio's is refused") {
  const std::string signature = "RSOYDt4T1cUTdK1PDd93/VVr8B8=", url = "https://mycompany.com/myapp.php?foo=1&bar=2";
  Form more = kTwilioForm;
  more.emplace_back("Body", "x");
  CHECK_FALSE(twilio(url, signature, more));
  CHECK_FALSE(twilio(url + "3", signature));
  CHECK_FALSE(twilio("http" + url.substr(5), signature));
  CHECK_FALSE(twilio(url, "RSOYDt4T1cUTdK1PDd93/VVr8B8"));
  CHECK_FALSE(twilio(url, ""));
  CHECK_FALSE(twilio_signed("", url, kTwilioForm, signature));
}

TEST_CASE("the digests under them: RFC 4231 case 2, RFC 2202 case 2") {
  const char* key = "Jefe";
  const char* data = "what do ya want for nothing?";
  CHECK(hex_text(hmac_sha256(key, data)) == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  CHECK(hex_text(hmac_sha1(key, data)) == "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
  CHECK(base64("") == "");
  CHECK(base64("f") == "Zg==");
  CHECK(base64("foobar") == "Zm9vYmFy");
}

TEST_CASE("forms are read as browsers write them") {
  const Form form = parse_form("a=1&b=x+y%20z&c=%C3%A4&empty=&bare&&a=2&bad=%zz%4&x=1=2");
  CHECK(field(form, "a") == "1");
  CHECK(field(form, "b") == "x y z");
  CHECK(field(form, "c") == "ä");
  CHECK(field(form, "empty").empty());
  CHECK(field(form, "bad") == "%zz%4");
  CHECK(field(form, "x") == "1=2");
  CHECK(form.size() == 8);
  CHECK(parse_form("").empty());
}

TEST_CASE("secrets are the same or not, and nothing is the same as nothing") {
  CHECK(same_secret("abc", "abc"));
  CHECK_FALSE(same_secret("abc", "abd"));
  CHECK_FALSE(same_secret("abc", "ab"));
  CHECK_FALSE(same_secret("", ""));
}
