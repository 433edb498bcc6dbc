// What a counselor would not say: orders, promises, two questions in one breath; and a slot in the
// wrong brackets, which a person would read as it stands. Warnings only.
#include <algorithm>

#include "dialogs/check/families.h"
#include "dialogs/check/reading_ease.h"
#include "dialogs/check/walk.h"
#include "dialogs/language/words.h"

namespace attune::dialogs {
namespace {

using namespace diagnostics;

// Without what stands in quotes: a sentence that is shown is not a sentence that is said.
std::string unquoted(std::string_view text) {
  constexpr std::string_view kOpen = "\xE2\x80\x9C";   // “
  constexpr std::string_view kClose = "\xE2\x80\x9D";  // ”
  std::string out;
  bool plain = false;
  int curly = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::string_view three = text.substr(at, 3);
    if (three == kOpen || three == kClose) {
      curly = std::max(0, curly + (three == kOpen ? 1 : -1));
      at += 2;
      out += ' ';
    } else if (text[at] == '"') {
      plain = !plain;
      out += ' ';
    } else if (!plain && curly == 0) {
      out += text[at];
    }
  }
  return out;
}

using Words = std::vector<std::string>;

struct Phrase {
  std::string text;
  Words words;
};
using Phrases = std::vector<Phrase>;

Phrases phrases(std::initializer_list<const char*> texts) {
  Phrases all;
  for (const char* text : texts) all.push_back({text, words_of(text)});
  return all;
}

std::size_t starts_at(const Words& words, std::size_t from, const Phrase& phrase) {
  const auto begin = words.begin() + static_cast<std::ptrdiff_t>(from);
  const auto found = std::search(begin, words.end(), phrase.words.begin(), phrase.words.end());
  return static_cast<std::size_t>(found - words.begin());
}

bool is_one_of(const std::string& word, std::initializer_list<const char*> all) {
  return std::find(all.begin(), all.end(), word) != all.end();
}

// "it is not so that everything will be fine", "I can't promise"
bool denied(const Words& words, std::size_t at) {
  for (std::size_t n = 1; n <= 4 && n <= at; ++n) {
    const std::string& word = words[at - n];
    const bool denial = is_one_of(word, {"not", "no", "never", "nobody", "nothing", "without"}) ||
                        (word.size() > 3 && word.compare(word.size() - 3, 3, "n't") == 0);
    if (denial) return true;
  }
  return false;
}

// "nobody says that you should", "do you think you should?", "if you must stop"
bool excused(const Words& words, std::size_t at) {
  if (denied(words, at)) return true;
  return at > 0 &&
         is_one_of(words[at - 1], {"if", "whether", "what", "how", "think", "feel", "when", "who",
                                   "where", "than", "that", "everything", "all"});
}

// "whatever answer comes will be fine", "if this will help"; but never "everything will be fine".
bool open_question(const Words& words, std::size_t at) {
  if (denied(words, at) || (at > 0 && words[at - 1] == "that")) return true;
  for (std::size_t n = 1; n <= 3 && n <= at; ++n) {
    if (is_one_of(words[at - n], {"if", "whether", "think", "feel", "when"})) return true;
  }
  return false;
}

std::string first_of(const Words& words, const Phrases& phrases, const auto& excused) {
  for (const Phrase& phrase : phrases) {
    for (std::size_t at = starts_at(words, 0, phrase); at < words.size();
         at = starts_at(words, at + 1, phrase)) {
      if (!excused(words, at)) return phrase.text;
    }
  }
  return "";
}

const Phrases kOrders = phrases({"you should", "you must", "you ought to", "you'd better",
                                 "you had better", "you shouldn't", "you mustn't"});
// Only where a sentence begins with them: "people calm down when they feel heard" is not one.
const Phrases kCommands =
    phrases({"calm down", "don't worry", "cheer up", "just relax", "get over it", "let it go",
             "stop crying", "pull yourself together"});
const Phrases kPromises = phrases({"i will always be",
                                   "i'll always be",
                                   "i am always here",
                                   "i'm always here",
                                   "always be here",
                                   "here for you",
                                   "i promise",
                                   "will be fine",
                                   "will be okay",
                                   "will be ok",
                                   "will be all right",
                                   "will be alright",
                                   "will get better",
                                   "you will feel better",
                                   "you'll feel better",
                                   "this will help",
                                   "will set you free",
                                   "nobody will ever know",
                                   "you can trust me",
                                   "it'll be fine",
                                   "it'll be okay",
                                   "it'll be ok",
                                   "it'll be all right",
                                   "you'll be fine",
                                   "you'll be okay",
                                   "you'll be ok",
                                   "going to be fine",
                                   "going to be okay",
                                   "going to be ok",
                                   "going to be all right",
                                   "is confidential",
                                   "stays confidential",
                                   "strictly confidential",
                                   "nobody will ever",
                                   "no one will ever",
                                   "nobody else will ever",
                                   "no one else will ever",
                                   "nobody else will read",
                                   "nobody else will see",
                                   "always works",
                                   "always helps",
                                   "never fails",
                                   "will work out"});
const Phrases kPromiseOpenings = phrases({"trust me", "i guarantee", "i swear"});

// The phrase that one of its sentences begins with, or "".
std::string opened_with(const std::string& text, const Phrases& phrases) {
  std::string sentence;
  for (const char c : text + ".") {
    if (c != '.' && c != '!' && c != '?' && c != ':' && c != ';' && c != ',') {
      sentence += c;
      continue;
    }
    Words words = words_of(sentence);
    sentence.clear();
    while (!words.empty() &&
           is_one_of(words[0], {"please", "just", "now", "so", "then", "first"}) &&
           words.size() > 2)
      words.erase(words.begin());
    for (const Phrase& phrase : phrases) {
      const bool there = words.size() >= phrase.words.size() &&
                         std::equal(phrase.words.begin(), phrase.words.end(), words.begin());
      if (there) return phrase.text;
    }
  }
  return "";
}

std::size_t asked_in(const Line& line) {
  const std::string text = unquoted(line.text.source());
  std::size_t marks = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    marks += text[at] == '?' && (at == 0 || text[at - 1] != '?');
  }
  return marks;
}

// A slot between other brackets than braces: "[reply]", "<reply>", "{{reply}}".
void brackets(const Scope& scope, const Line& line) {
  struct Pair {
    std::string_view open, close;
  };
  for (const Text::Part& part : line.text.parts) {
    if (part.hole) continue;
    const std::string_view text = part.text;
    // "{{" was read as one brace.
    for (const Pair& pair : {Pair{"[", "]"}, {"<", ">"}, {"{", "}}"}, {"%", "%"}, {"$", ""}}) {
      for (std::size_t at = text.find(pair.open); at != std::string_view::npos;
           at = text.find(pair.open, at + 1)) {
        std::size_t end = at + pair.open.size();
        while (end < text.size() &&
               (is_name(text.substr(at + pair.open.size(), end + 1 - at - pair.open.size()))))
          ++end;
        const std::string name(text.substr(at + pair.open.size(), end - at - pair.open.size()));
        if (name.empty() || text.substr(end, pair.close.size()) != pair.close) continue;
        const bool slot = scope.slot(name) != nullptr;
        if (!slot && pair.open != "[") continue;
        const std::string shown =
            (pair.open == "{" ? "{{" : std::string(pair.open)) + name + std::string(pair.close);
        scope.findings.add(kWrongBrackets, line.place, {shown, "{" + name + "}"});
        return;
      }
    }
  }
}

void bot_line(const Scope& scope, const Line& line) {
  const std::string text = unquoted(line.text.source());
  const Words words = words_of(text);
  std::string order = first_of(words, kOrders, excused);
  if (order.empty()) order = opened_with(text, kCommands);
  if (!order.empty()) scope.findings.add(kTellsWhatToDo, place_in(line, order), {order});
  std::string promise = first_of(words, kPromises, open_question);
  if (promise.empty()) promise = opened_with(text, kPromiseOpenings);
  if (!promise.empty()) scope.findings.add(kPromise, place_in(line, promise), {promise});
}

// Of several questions in one line, those behind the first.
Place place_of_more(const Line& line) {
  const std::string text = line.text.source();
  const std::size_t first = std::min(text.find('?'), text.size());
  const std::size_t from = std::min(text.find_first_not_of("? ", first), text.size());
  const std::size_t last = text.rfind('?');
  Place place = line.place;
  const bool one_line = static_cast<int>(text.size()) <= place.length;
  if (last == std::string::npos || last <= from || !one_line) return place;
  place.column += static_cast<int>(from);
  place.length = static_cast<int>(last + 1 - from);
  return place;
}

// Of a `vary`, the line that asks most; of several prompts, all that they ask.
void questions(const Scope& scope, const Question& question) {
  std::size_t asked = 0;
  Place last;
  for (const Prompt& prompt : question.prompts) {
    std::size_t here = 0;
    const auto see = [&](const Line& line) {
      if (line.speaker != "Bot") return;
      const std::size_t marks = asked_in(line);
      if (marks > 0) last = place_of_more(line);
      here = std::max(here, marks);
    };
    if (const auto* say = std::get_if<Say>(&prompt)) see(say->line);
    if (const auto* vary = std::get_if<Vary>(&prompt)) {
      for (const VaryLine& one : vary->lines) see(one.line);
    }
    asked += here;
  }
  if (asked > 1) scope.findings.add(kTwoQuestions, last, {std::to_string(asked)});
}

const Phrases kPraiseOpenings = phrases({"good",
                                         "great",
                                         "well done",
                                         "well said",
                                         "beautiful",
                                         "lovely",
                                         "wonderful",
                                         "perfect",
                                         "excellent",
                                         "nicely",
                                         "that's good",
                                         "that is good",
                                         "that's great",
                                         "that is great",
                                         "that's a good",
                                         "that is a good",
                                         "that is clear",
                                         "that's clear",
                                         "what a good",
                                         "thank you for telling",
                                         "i like that",
                                         "thank you for sharing",
                                         "thank you for saying",
                                         "thanks for telling",
                                         "thanks for sharing"});
const Phrases kPraises = phrases({"a partner can hear", "they can hear", "can be heard",
                                  "that was wonderful", "that was beautiful", "that was great",
                                  "that was perfect", "that was very good", "that was well said"});
// These praise what was written even where it is not quoted.
const Phrases kPraiseAlone =
    phrases({"well done", "well said", "perfect", "excellent", "beautifully", "nicely done",
             "nicely said", "great answer", "good answer", "wonderfully"});

// `otherwise` is where nonsense and insults end up: nothing that is quoted there can be praised.
void praise(const Scope& scope, const Line& line, const std::string& slot) {
  const bool quotes = std::any_of(line.text.parts.begin(), line.text.parts.end(),
                                  [&](const auto& part) { return part.hole && part.text == slot; });
  if (line.speaker != "Bot") return;
  const std::string text = unquoted(line.text.source());
  std::string found = opened_with(text, quotes ? kPraiseOpenings : kPraiseAlone);
  if (found.empty() && quotes) found = first_of(words_of(text), kPraises, denied);
  if (!found.empty())
    scope.findings.add(kPraisesAnything, place_in(line, found), {found, "{" + slot + "}"});
}

void praised_otherwise(const Scope& scope, const Question& question, const Step& step) {
  const auto* ask = std::get_if<Ask>(&step.what);
  const Slot* slot = ask == nullptr ? nullptr : scope.slot(ask->slot);
  if (slot == nullptr || slot->type.kind != SlotType::Kind::kText || !question.otherwise) return;
  for (const Step& one : question.otherwise->block) {
    if (const auto* say = std::get_if<Say>(&one.what)) praise(scope, say->line, slot->name);
    if (const auto* vary = std::get_if<Vary>(&one.what)) {
      for (const VaryLine& each : vary->lines) praise(scope, each.line, slot->name);
    }
  }
}

}  // namespace

void check_tone(const Scope& scope) {
  Visit visit;
  visit.line = [&](const Line& line, const Spot&) {
    brackets(scope, line);
    if (line.speaker == "Bot") bot_line(scope, line);
  };
  visit.question = [&](const Question& question, const Step& step, const Spot&) {
    questions(scope, question);
    praised_otherwise(scope, question, step);
  };
  walk(scope.script, visit);
}

}  // namespace attune::dialogs
