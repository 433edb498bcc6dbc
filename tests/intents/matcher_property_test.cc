// Random phrases against random messages: the gated way, the slow way, and a small matcher written
// here over words alone, which knows neither RE2 nor the gate.
#include <random>
#include <set>

#include "building.h"
#include "intents/gate.h"
#include "intents/normal_form.h"
#include "intents/pattern.h"

using namespace attune::intents;

namespace {

const std::vector<std::string> kWords = {"you",   "i",   "should",    "go", "late",
                                         "don't", "the", "caf\u00E9", "so", "never"};

std::string word(std::mt19937& random) { return kWords[random() % kWords.size()]; }

std::string random_phrase(std::mt19937& random, int depth) {
  std::string out;
  const std::size_t parts = 1 + random() % 3;
  for (std::size_t i = 0; i < parts; ++i) {
    out += i > 0 ? " " : "";
    switch (random() % (depth > 0 ? 8 : 5)) {
      case 3:
        out += "...";
        break;
      case 4:
        out += "*";
        break;
      case 5:
        out += "[" + random_phrase(random, depth - 1) + "]";
        break;
      case 6:
      case 7:
        out +=
            "(" + random_phrase(random, depth - 1) + "|" + random_phrase(random, depth - 1) + ")";
        break;
      default:
        out += word(random);
    }
  }
  return out;
}

// `?` may only stand last.
std::string random_line(std::mt19937& random, int depth) {
  const std::string phrase = random_phrase(random, depth);
  return random() % 8 == 0 ? phrase + " ?" : phrase;
}

std::string random_message(std::mt19937& random) {
  static const std::vector<std::string> kBetween = {" ",  " ",  " ",  " ",   ", ",
                                                    ". ", "? ", "\n", " \"", "\" "};
  std::string out;
  for (std::size_t i = random() % 14; i > 0; --i) {
    std::string next = word(random);
    if (random() % 4 == 0)
      next[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(next[0])));
    out += next + kBetween[random() % kBetween.size()];
  }
  return out;
}

// ---- the small matcher: which ends can a chain reach from `at`?

using Ends = std::set<std::size_t>;
using Tokens = std::vector<std::string>;

bool is_mark(const std::string& token) { return token == "." || token == "?"; }

Ends reach(const Chain& chain, const Tokens& tokens, Ends from);

Ends reach(const Node& node, const Tokens& tokens, const Ends& from) {
  Ends ends;
  for (const std::size_t at : from) {
    const bool here = at < tokens.size();
    if (node.kind == Node::Kind::kWord && here && tokens[at] == node.word) ends.insert(at + 1);
    if (node.kind == Node::Kind::kQuestion && here && tokens[at] == "?") ends.insert(at + 1);
    if (node.kind == Node::Kind::kAnyWord && here && !is_mark(tokens[at])) ends.insert(at + 1);
    if (node.kind == Node::Kind::kGap) {
      for (std::size_t i = 0; i <= 5; ++i) {
        ends.insert(at + i);
        if (at + i >= tokens.size() || is_mark(tokens[at + i])) break;
      }
    }
  }
  for (const Chain& way : node.ways) ends.merge(reach(way, tokens, from));
  if (node.optional) ends.insert(from.begin(), from.end());
  return ends;
}

Ends reach(const Chain& chain, const Tokens& tokens, Ends from) {
  for (const Node& node : chain) from = reach(node, tokens, from);
  return from;
}

bool occurs(const Chain& chain, const std::string& normal) {
  Tokens tokens;
  for (std::size_t begin = 1; begin < normal.size();) {
    const std::size_t end = normal.find(' ', begin);
    tokens.push_back(normal.substr(begin, end - begin));
    begin = end + 1;
  }
  // Sentence by sentence, because a match with its exceptions lies in one.
  for (std::size_t begin = 0; begin < tokens.size();) {
    std::size_t end = begin;
    while (end < tokens.size() && !is_mark(tokens[end])) ++end;
    if (end < tokens.size()) ++end;
    const Tokens sentence(tokens.begin() + static_cast<std::ptrdiff_t>(begin),
                          tokens.begin() + static_cast<std::ptrdiff_t>(end));
    for (std::size_t at = 0; at < sentence.size(); ++at) {
      for (const std::size_t stop : reach(chain, sentence, {at})) {
        if (stop > at) return true;
      }
    }
    begin = end;
  }
  return false;
}

std::vector<std::string> flat(const attune::dialogs::Hearing& hearing) {
  std::vector<std::string> out;
  for (const auto& one : hearing.heard) {
    std::string line = one.intent;
    for (const auto& span : one.spans) {
      line += " " + std::to_string(span.begin) + "-" + std::to_string(span.end);
    }
    out.push_back(line);
  }
  return out;
}

}  // namespace

TEST_CASE("the gated way hears exactly what the slow way hears, and what a plain matcher hears") {
  std::mt19937 random(42);
  int fired = 0;
  int silent = 0;
  for (int round = 0; round < 60; ++round) {
    std::vector<Intent> intents;
    std::vector<Chain> chains;
    while (intents.size() < 20) {
      Intent intent;
      intent.name = "n" + std::to_string(intents.size());
      intent.phrases = {{random_line(random, 2), {}}};
      attune::dialogs::Diagnostics report;
      const PhraseTree tree = parse_phrase(intent.phrases[0], "", &report);
      if (!report.empty() || may_be_empty(tree)) continue;
      intents.push_back(intent);
      chains.push_back(tree.chain);
    }
    const auto m = building::build(intents);
    for (int i = 0; i < 60; ++i) {
      const std::string message = random_message(random);
      INFO("message [" << message << "]");
      const auto hearing = m->hear(message);
      REQUIRE(flat(hearing) == flat(m->hear_slowly(message)));
      if (i == 0) {
        Gate::TESTING_ONLY_run_out(true);
        const auto without_memory = m->hear(message);
        Gate::TESTING_ONLY_run_out(false);
        REQUIRE(flat(hearing) == flat(without_memory));
      }
      const std::string own = normalise(message, Quotations::kDrop).text;
      for (std::size_t n = 0; n < chains.size(); ++n) {
        INFO("phrase [" << intents[n].phrases[0].text << "]");
        const bool expected = occurs(chains[n], own);
        REQUIRE(building::hears(*m, message, intents[n].name) == expected);
        ++(expected ? fired : silent);
      }
    }
  }
  CHECK(fired > 5000);
  CHECK(silent > 5000);
}

TEST_CASE("with exceptions, scopes, limits, commands and safety the two ways agree too") {
  std::mt19937 random(4242);
  std::size_t fired = 0;
  for (int round = 0; round < 60; ++round) {
    std::vector<Intent> intents;
    for (int n = 0; n < 25; ++n) {
      Intent intent;
      intent.name = "n" + std::to_string(n);
      intent.scope = static_cast<Scope>(random() % 3);
      if (random() % 4 == 0) intent.at_most_words = 1 + static_cast<int>(random() % 8);
      intent.kind = static_cast<attune::dialogs::IntentKind>(random() % 4);
      attune::dialogs::Diagnostics report;
      for (std::vector<Phrase>* list : {&intent.phrases, &intent.except}) {
        for (std::size_t i = list == &intent.phrases ? 2 : random() % 2; i > 0;) {
          // A command sees no marks, so `... ?` alone is refused there.
          const bool command = intent.kind == attune::dialogs::IntentKind::kCommand;
          const Phrase phrase{(random() % 6 == 0 ? "< " : "") +
                                  (command ? random_phrase(random, 1) : random_line(random, 1)),
                              {}};
          const PhraseTree tree = parse_phrase(phrase, "", &report);
          if (may_be_empty(tree)) continue;
          list->push_back(phrase);
          --i;
        }
      }
      REQUIRE(report.empty());
      intents.push_back(intent);
    }
    const auto m = building::build(intents);
    for (int i = 0; i < 60; ++i) {
      const std::string message = random_message(random);
      INFO("message [" << message << "]");
      const auto hearing = m->hear(message);
      REQUIRE(flat(hearing) == flat(m->hear_slowly(message)));
      fired += hearing.heard.size();
      for (const auto& one : hearing.heard) {
        REQUIRE_FALSE(one.spans.empty());
        for (std::size_t s = 0; s < one.spans.size(); ++s) {
          REQUIRE(one.spans[s].begin <= one.spans[s].end);
          REQUIRE(one.spans[s].end <= message.size());
          REQUIRE((s == 0 || one.spans[s - 1].end <= one.spans[s].begin));
        }
      }
    }
  }
  CHECK(fired > 3000);
}
