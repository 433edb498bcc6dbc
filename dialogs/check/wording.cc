// How it reads. Warnings only: a script that gets none is short, plain and promises nothing.
#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "dialogs/check/families.h"
#include "dialogs/check/lengths.h"
#include "dialogs/check/reading_ease.h"
#include "dialogs/check/walk.h"

namespace attune::dialogs {
namespace {

using namespace diagnostics;
using Node = Flow::Node;

constexpr std::size_t kWordsToGrade = 30;
constexpr double kGrade = 8.0;

// What the product never says of itself or of a person. A phrase ends where the words do.
constexpr std::array kNever = {"therapy",
                               "therapies",
                               "therapist",
                               "therapists",
                               "therapeutic",
                               "cure",
                               "cures",
                               "cured",
                               "curing",
                               "diagnose",
                               "diagnoses",
                               "diagnosed",
                               "diagnosis",
                               "i understand how you feel",
                               "i know how you feel"};

bool is_denial(const std::string& word) {
  return word == "not" || word == "no" || word == "never" || word == "nor" || word == "isn't" ||
         word == "without" || (word.size() > 3 && word.compare(word.size() - 3, 3, "n't") == 0);
}

// The word that should not be said, or "". "This is not therapy" may be said.
std::string never_said(const std::vector<std::string>& words) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::string phrase;
    for (std::size_t n = i; n < words.size() && n < i + 5; ++n) {
      phrase += (n == i ? "" : " ") + words[n];
      if (std::find(kNever.begin(), kNever.end(), phrase) == kNever.end()) continue;
      const std::size_t from = i < 4 ? 0 : i - 4;
      const auto begin = words.begin() + static_cast<std::ptrdiff_t>(from);
      if (std::none_of(begin, words.begin() + static_cast<std::ptrdiff_t>(i), is_denial))
        return phrase;
    }
  }
  return "";
}

bool asks_why(const std::vector<std::string>& words) {
  static const std::vector<std::string> kWhy = {"why", "did", "you"};
  return std::search(words.begin(), words.end(), kWhy.begin(), kWhy.end()) != words.end();
}

bool is_number(const std::string& word) {
  return std::all_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool promises(const std::string& text, const std::vector<std::string>& words) {
  for (std::size_t i = 1; i < text.size(); ++i) {
    const std::size_t digit = text[i - 1] == ' ' && i > 1 ? i - 2 : i - 1;
    if (text[i] == '%' && text[digit] >= '0' && text[digit] <= '9') return true;
  }
  for (std::size_t i = 1; i < words.size(); ++i) {
    const bool per_cent = words[i] == "percent" ||
                          (words[i] == "per" && i + 1 < words.size() && words[i + 1] == "cent");
    if (per_cent && is_number(words[i - 1])) return true;
  }
  return false;
}

void bot_line(const Scope& scope, const Line& line) {
  const std::string text = line.text.source();
  const std::vector<std::string> words = words_of(text);
  if (asks_why(words)) scope.findings.add(kWhyDidYou, place_in(line, "why did you"));
  if (promises(text, words)) scope.findings.add(kPromiseInPerCent, line.place);
  const std::string never = never_said(words);
  if (!never.empty()) scope.findings.add(kNeverSaid, place_in(line, never), {never});
}

void one_line(const Scope& scope, const Line& line) {
  const std::size_t length = letters(line.text.source());
  if (line.speaker.empty() && length > kLongLabel) {
    scope.findings.add(kLongLabelText, line.place,
                       {std::to_string(length), std::to_string(kLongLabel)});
  }
  if (!line.speaker.empty() && length > kLongLine) {
    scope.findings.add(kLongLineText, line.place,
                       {std::to_string(length), std::to_string(kLongLine)});
  }
  if (line.speaker == "Bot" || line.speaker.empty()) bot_line(scope, line);
}

// Told once for a script, at the first line without one.
class Ids {
 public:
  void see(bool given, Place place) {
    if (given) return;
    if (count_++ == 0 || place.line < first_.line) first_ = place;
  }
  void report(const Scope& scope) const {
    if (count_ > 0) {
      scope.findings.add(kMissingId, first_,
                         {count_ == 1 ? "1 line has" : std::to_string(count_) + " lines have"});
    }
  }

 private:
  int count_ = 0;
  Place first_;
};

void clinical_note(const Scope& scope, bool asks) {
  std::vector<std::string> keys = {"title", "about", "reviewed"};
  const bool frame = scope.under("repair/") || scope.under("safety/") || scope.under("help/");
  if (asks && !frame && scope.script.header.topic != "safety")
    keys.insert(keys.end(), {"model", "not for"});
  std::vector<std::string> missing;
  for (const std::string& key : keys) {
    const auto field = scope.script.header.fields.find(key);
    if (field == scope.script.header.fields.end() || field->second.first.empty())
      missing.push_back("`" + key + ":`");
  }
  if (!missing.empty())
    scope.findings.add(kMissingHeader, {1, 1, 0},
                       {listed(missing), missing.size() == 1 ? "it" : "them, a line each",
                        missing.front() == "`title:`" ? "title: A letter I will not send"
                                                      : "model: an open question"});
}

void grade(const Scope& scope, const std::map<const Scene*, std::string>& said) {
  for (const auto& [scene, text] : said) {
    if (words_of(text).size() < kWordsToGrade) continue;
    const double value = reading_grade(text);
    if (value > kGrade + 0.05) {
      const long tenths = std::lround(value * 10);
      scope.findings.add(
          kHardToRead, scene->place,
          {scene->name, std::to_string(tenths / 10) + "." + std::to_string(tenths % 10)});
    }
  }
}

// A question that begins with a line of its own before it asks has given the person a rest.
bool bare(const Node& node) {
  return node.kind == Node::Kind::kQuestion && !std::holds_alternative<Consent>(node.step->what) &&
         node.question->prompts.size() < 2;
}

bool speaks(const Node& node) {
  if (node.kind == Node::Kind::kQuestion) return true;
  if (node.kind != Node::Kind::kStep || !node.step) return false;
  const auto& what = node.step->what;
  return std::holds_alternative<Say>(what) || std::holds_alternative<Vary>(what) ||
         std::holds_alternative<Call>(what);
}

// How many bare questions stand right before each node, on the way that has the fewest; at most two
// are counted. A warning about a way that can be avoided would be no help.
std::vector<int> questions_before(const Flow& flow) {
  constexpr int kUnknown = 3;
  std::vector<int> fewest(flow.nodes.size(), kUnknown);
  std::vector<int> open = {flow.entry};
  fewest[static_cast<std::size_t>(flow.entry)] = 0;
  while (!open.empty()) {
    const auto here = static_cast<std::size_t>(open.back());
    open.pop_back();
    const Node& node = flow.nodes[here];
    int after = speaks(node) ? 0 : fewest[here];
    if (bare(node)) after = std::min(2, fewest[here] + 1);
    for (const Flow::Edge& edge : node.out) {
      int& known = fewest[static_cast<std::size_t>(edge.to)];
      if (known <= after) continue;
      known = after;
      open.push_back(edge.to);
    }
  }
  return fewest;
}

void three_in_a_row(const Scope& scope) {
  const std::vector<int> before = questions_before(scope.flow);
  for (std::size_t i = 0; i < scope.flow.nodes.size(); ++i) {
    const Node& node = scope.flow.nodes[i];
    if (before[i] == 2 && bare(node)) scope.findings.add(kThreeQuestions, node.place);
  }
}

}  // namespace

void check_wording(const Scope& scope) {
  Ids ids;
  std::map<const Scene*, std::string> said;
  bool asks = false;
  Visit visit;
  visit.line = [&](const Line& line, const Spot& spot) {
    one_line(scope, line);
    ids.see(line.id_given, line.place);
    if (line.speaker == "Bot" && spot.scene) said[spot.scene] += line.text.source() + "\n";
  };
  visit.step = [&](const Step& step, const Spot&) {
    asks = asks || question_of(step);
    if (const auto* rate = std::get_if<Rate>(&step.what)) ids.see(rate->id_given, rate->slot_place);
  };
  walk(scope.script, visit);
  ids.report(scope);
  if (scope.script.kind == Script::Kind::kScript) clinical_note(scope, asks);
  grade(scope, said);
  if (scope.flow.entry >= 0) three_in_a_row(scope);
}

}  // namespace attune::dialogs
