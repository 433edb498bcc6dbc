#include "intents/normal_form.h"

#include <utf8proc.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <cstdlib>
#include <random>

using namespace attune::intents;

namespace {

std::string text(const std::string& raw) { return normalise(raw).text; }

// What must hold of every normal form of every sequence of bytes.
void check_invariants(const std::string& raw, const NormalForm& form) {
  REQUIRE(form.from.size() == form.text.size() + 1);
  REQUIRE_FALSE(form.text.empty());
  REQUIRE(form.text.front() == ' ');
  REQUIRE(form.text.back() == ' ');
  for (std::size_t i = 0; i < form.text.size(); ++i) {
    REQUIRE(form.from[i] <= form.from[i + 1]);
    REQUIRE(form.from[i] <= raw.size());
  }
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(form.text.data());
  for (utf8proc_ssize_t at = 0; at < static_cast<utf8proc_ssize_t>(form.text.size());) {
    utf8proc_int32_t code = 0;
    const auto n = utf8proc_iterate(bytes + at, -1, &code);
    REQUIRE(n > 0);
    REQUIRE((code == utf8proc_tolower(code)));
    at += n;
  }
}

std::string random_raw(std::mt19937& random) {
  static const std::vector<std::string> kPieces = {"a",
                                                   "B",
                                                   "don't",
                                                   "don\u2019t",
                                                   " ",
                                                   "  ",
                                                   ".",
                                                   "?",
                                                   "!",
                                                   "...",
                                                   "\n",
                                                   "\t",
                                                   ",",
                                                   "7/10",
                                                   "3.5",
                                                   "\u00C9",
                                                   "e\u0301",
                                                   "\u0130",
                                                   "\"",
                                                   "\u201C",
                                                   "\u201D",
                                                   ">",
                                                   "\u200B",
                                                   "\u200D",
                                                   "\U0001F44D",
                                                   "\U0001F469\u200D\U0001F469\u200D\U0001F467",
                                                   "\u1100\u1161\u11A8",
                                                   "\u0928\u093F",
                                                   "\xFF",
                                                   "\xC3",
                                                   "\xED\xA0\x80",
                                                   "\xF4\x90\x80\x80",
                                                   std::string(1, '\0'),
                                                   "\u212B",
                                                   "\u0300",
                                                   "a.m.",
                                                   "Mr.",
                                                   "'",
                                                   "\u09C7\u09BE",
                                                   "\uFEFF"};
  std::string raw;
  const std::size_t pieces = random() % 24;
  for (std::size_t i = 0; i < pieces; ++i) {
    if (random() % 6 == 0) {
      raw.push_back(static_cast<char>(random() % 256));
    } else if (random() % 6 == 0) {
      utf8proc_uint8_t buffer[4];
      const auto code = static_cast<utf8proc_int32_t>(random() % 0x110000);
      const auto n = utf8proc_encode_char(code, buffer);
      raw.append(reinterpret_cast<const char*>(buffer), static_cast<std::size_t>(n));
    } else {
      raw += kPieces[random() % kPieces.size()];
    }
  }
  return raw;
}

// utf8proc's own NFC, on the whole text at once.
std::string nfc(const std::string& valid) {
  auto* out = utf8proc_NFC(reinterpret_cast<const utf8proc_uint8_t*>(valid.c_str()));
  std::string result = reinterpret_cast<char*>(out);
  std::free(out);
  return result;
}

}  // namespace

TEST_CASE("words are lower case, one space apart, with marks for sentence ends") {
  CHECK(text("You  ALWAYS do this!") == " you always do this . ");
  CHECK(text("Really?! No.") == " really ? no . ");
  CHECK(text("what!?!?") == " what ? ");
  CHECK(text("one\ntwo") == " one . two ");
  CHECK(text("") == " ");
  CHECK(text(" .. ?! ") == " ");
  CHECK(text("self-harm, (really)") == " self harm really ");
}

TEST_CASE("contractions are one word however the apostrophe is written") {
  for (const std::string form :
       {"don't", "dont", "don\u2019t", "DON\u2018T", "don`t", "don\u00B4t", "don\u02BCt"}) {
    CHECK(text(form) == " dont ");
  }
  CHECK(text("'twas the dogs' bowl") == " twas the dogs bowl ");
  CHECK(text("rock 'n' roll") == " rock n roll ");
}

TEST_CASE("dots that end no sentence") {
  CHECK(text("I want to... I don't know") == " i want to i dont know ");
  CHECK(text("I want to\u2026 go") == " i want to go ");
  CHECK(text("at 8 a.m. on 3.5 acres with Mr. Lee") == " at 8 am on 3.5 acres with mr lee ");
  CHECK(text("I said no.Then he left.") == " i said no . then he left . ");
  CHECK(text("on 23.11.2026, 7/10 at 12:30") == " on 23.11.2026 7/10 at 12:30 ");
  CHECK(text("It was 7. Then 8.") == " it was 7 . then 8 . ");
}

TEST_CASE("Latin letters lose their accents, as people's typing does; other letters keep theirs") {
  CHECK(text("adi\u00F3s") == text("adios"));
  CHECK(text("\u00BFMA\u00D1ANA?") == " manana ? ");
  CHECK(text("f\u00FChl") == " fuhl ");
  CHECK(text("\u0439") == " \u0439 ");            // Cyrillic short i is a letter of its own
  CHECK(text("\u304C") == " \u304C ");            // so is Japanese ga
  CHECK(text("stra\u00DFe \u0153il") == " stra\u00DFe \u0153il ");
}

TEST_CASE("NFC, zero-width characters, pictures") {
  CHECK(text("cafe\u0301") == text("caf\u00E9"));
  CHECK(text("CAF\u00C9") == " cafe ");
  CHECK(text("sui\u200Bci\u00ADde") == " suicide ");
  CHECK(text("ok\U0001F44D\U0001F3FDyes") == " ok \U0001F44D yes ");
  CHECK(text("\u1100\u1161\u11A8") == " \uAC01 ");
  CHECK(text("a\xFF"
             "b") == " a b ");
}

TEST_CASE("every sentence is a range with its marks") {
  const NormalForm form = normalise("I was late. Were you? yes");
  REQUIRE(form.sentences.size() == 3);
  const auto sentence = [&](std::size_t i) {
    return form.text.substr(form.sentences[i].first,
                            form.sentences[i].second - form.sentences[i].first);
  };
  CHECK(sentence(0) == " i was late . ");
  CHECK(sentence(1) == " were you ? ");
  CHECK(sentence(2) == " yes ");
  CHECK(form.words() == 6);
}

TEST_CASE("the map leads back to the person's own bytes") {
  const std::string raw = "Well, \u201CYOU\u201D DON\u2019T care\u0301 !";
  const NormalForm form = normalise(raw);
  const auto own = [&](const std::string& words) {
    const auto at = static_cast<std::uint32_t>(form.text.find(words));
    const auto span = form.raw(at, at + static_cast<std::uint32_t>(words.size()));
    return raw.substr(span.begin, span.end - span.begin);
  };
  CHECK(own(" dont ") == "DON\u2019T");
  CHECK(own(" you dont ") == "YOU\u201D DON\u2019T");
  CHECK(own(" care . ") == "care\u0301");
  CHECK(own("e . ") == "e\u0301");  // never half a letter
}

TEST_CASE("any bytes: valid out, monotone map, words lead back to themselves") {
  std::mt19937 random(20261123);
  for (int round = 0; round < 20000; ++round) {
    const std::string raw = random_raw(random);
    const NormalForm form = normalise(raw);
    check_invariants(raw, form);
    check_invariants(raw, as_written(raw));
    check_invariants(raw, normalise(raw, Quotations::kDrop));
    // Each word's raw bytes, normalised alone, are that word again.
    for (std::size_t begin = 1; begin < form.text.size();) {
      const std::size_t end = form.text.find(' ', begin);
      const std::string word = form.text.substr(begin, end - begin);
      const auto span =
          form.raw(static_cast<std::uint32_t>(begin - 1), static_cast<std::uint32_t>(end + 1));
      REQUIRE(span.begin <= span.end);
      REQUIRE(span.end <= raw.size());
      if (word != "." && word != "?") {
        INFO("word [" << word << "] of raw [" << raw << "]");
        REQUIRE(fold(raw.substr(span.begin, span.end - span.begin)) == word);
      }
      begin = end + 1;
    }
  }
}

TEST_CASE("composing letter by letter is the same as composing the whole text") {
  std::mt19937 random(7);
  for (int round = 0; round < 5000; ++round) {
    std::string raw;
    for (int i = 0; i < 12; ++i) {
      utf8proc_int32_t code = 0;
      do {
        code = static_cast<utf8proc_int32_t>(0x80 + random() % 0x2F80);
      } while (!utf8proc_codepoint_valid(code));
      utf8proc_uint8_t buffer[4];
      const auto n = utf8proc_encode_char(code, buffer);
      raw.append(reinterpret_cast<const char*>(buffer), static_cast<std::size_t>(n));
    }
    const std::string token = text(raw);
    REQUIRE(nfc(token) == token);
  }
}

TEST_CASE("ten thousand accents on one letter cost no more than ten thousand letters") {
  std::string accents = "a";
  std::string letters;
  for (int i = 0; i < 10000; ++i) {
    accents += i % 2 == 0 ? "\u0301" : "\u0316";
    letters += "\u00E9";
  }
  const auto time = [](const std::string& raw) {
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < 20; ++i) REQUIRE(normalise(raw).text.size() > 2);
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  };
  time(letters);
  CHECK(time(accents) < 8 * time(letters));
  const NormalForm form = normalise(accents);
  CHECK(form.text.size() < 200);
  CHECK(form.raw(0, static_cast<std::uint32_t>(form.text.size())).end == accents.size());
}

TEST_CASE("what is only quoted is left out, and leaves a word in its place") {
  const auto own = [](const std::string& raw) { return normalise(raw, Quotations::kDrop).text; };
  CHECK(own("He said \"you never listen\" and left") == " he said \" and left ");
  CHECK(own("He said \u201Cyou never listen\u201D and left") == " he said \" and left ");
  CHECK(own("> you never listen\nI do listen") == " \" . i do listen ");
  CHECK(own("6\" of snow and 5\" more") == " 6 of snow and 5 more ");
  CHECK(own("she said \"wait and went") == " she said wait and went ");
  CHECK(own("\"You waited for me.\"") == " you waited for me . ");
}

TEST_CASE("fold has neither marks nor outer spaces") {
  CHECK(fold("  Yes!  Let's... try? ") == "yes lets try");
  CHECK(fold("?!") == "");
  CHECK(fold(fold("It's 3.5, OK?")) == fold("It's 3.5, OK?"));
}

TEST_CASE("the text as written keeps its ASCII signs and its length of words") {
  const NormalForm form = as_written("DON'T\u2014I said. ok");
  CHECK(form.text == " don't i said. ok ");
  CHECK(form.sentences.size() == 2);
}
