#include "intents/score.h"

#include <algorithm>
#include <cstdio>
#include <set>

namespace attune::intents {
namespace {

struct Line {
  int number = 0;
  std::string text;
  std::string label;                // after the map
  std::set<std::string> as_good{};  // is right too
  std::set<std::string> also{};     // may be heard too
};

double ratio(int part, int whole) {
  return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

// "a|b +c +d": takes off the label what stands behind `mark`, each time.
std::set<std::string> take(std::string_view mark, std::string* label) {
  std::set<std::string> taken;
  for (std::size_t at = label->rfind(mark); at != std::string::npos; at = label->rfind(mark)) {
    taken.insert(label->substr(at + mark.size()));
    label->erase(at);
  }
  return taken;
}

std::vector<Line> read(std::string_view tsv, const ScoreOptions& options,
                       std::vector<std::string>* mistakes) {
  std::vector<Line> lines;
  int number = 0;
  while (!tsv.empty()) {
    const std::size_t end = std::min(tsv.find('\n'), tsv.size());
    std::string_view line = tsv.substr(0, end);
    tsv.remove_prefix(std::min(end + 1, tsv.size()));
    ++number;
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (line.empty() || line.front() == '#') continue;
    const std::size_t tab = line.rfind('\t');
    if (tab == std::string_view::npos || tab + 1 == line.size()) {
      mistakes->push_back("line " + std::to_string(number) + ": no tab with a label after it");
      continue;
    }
    std::string label(line.substr(tab + 1));
    std::set<std::string> also = take(" +", &label);
    std::set<std::string> as_good = take("|", &label);
    const auto mapped = options.label_to_intent.find(label);
    if (mapped != options.label_to_intent.end()) label = mapped->second;
    lines.push_back({number, std::string(line.substr(0, tab)), std::move(label), std::move(as_good),
                     std::move(also)});
  }
  return lines;
}

std::string format(const char* form, const std::string& name, const IntentScore& s) {
  char buffer[160];
  std::snprintf(buffer, sizeof buffer, form, name.substr(0, 40).c_str(), s.lines, s.right, s.wrong,
                s.precision(), s.recall(), s.f1());
  return buffer;
}

}  // namespace

double IntentScore::precision() const { return ratio(right, right + wrong); }
double IntentScore::recall() const { return ratio(right, lines); }
double IntentScore::f1() const { return ratio(2 * right, lines + right + wrong); }

double Score::recall() const {
  int right = 0;
  int lines = 0;
  for (const auto& [name, one] : intents) {
    right += one.right;
    lines += one.lines;
  }
  return ratio(right, lines);
}

double Score::macro_f1() const {
  double sum = 0;
  for (const auto& [name, one] : intents) sum += one.f1();
  return intents.empty() ? 0 : sum / static_cast<double>(intents.size());
}

Score score(const Matcher& matcher, std::string_view tsv, const ScoreOptions& options) {
  return score([&](std::string_view text) { return matcher.hear(text); }, matcher.vocabulary(), tsv,
               options);
}

Score score(const Hear& hear, const dialogs::Vocabulary& known, std::string_view tsv,
            const ScoreOptions& options) {
  Score result;
  const std::vector<Line> lines = read(tsv, options, &result.mistakes);
  for (const auto& [label, intent] : options.label_to_intent) {
    if (known.count(intent) == 0) {
      result.mistakes.push_back("there is no intent '" + intent + "' to take the label '" + label +
                                "' for");
    }
  }
  std::set<std::string> counted;
  for (const Line& line : lines) {
    if (known.count(line.label) > 0) counted.insert(line.label);
  }
  for (const Line& line : lines) {
    const bool has_intent = known.count(line.label) > 0;
    IntentScore& own = has_intent ? result.intents[line.label] : result.others[line.label];
    ++own.lines;
    bool found = false;
    bool strayed = false;
    for (const auto& heard : hear(line.text).heard) {
      if (has_intent && (heard.intent == line.label || line.as_good.count(heard.intent) > 0)) {
        found = true;
      } else if (line.also.count(heard.intent) > 0) {
        continue;
      } else if (counted.count(heard.intent) > 0 || options.all_intents) {
        ++result.intents[heard.intent].wrong;
        strayed = true;
        result.misses.push_back(
            {line.number, line.text, has_intent ? line.label : "", heard.intent});
      }
    }
    if (found) ++own.right;
    if (has_intent && !found) result.misses.push_back({line.number, line.text, line.label, ""});
    if (!has_intent && strayed) ++own.wrong;
  }
  return result;
}

SafetyScore score_safety(const Hear& hear, const dialogs::Vocabulary& vocabulary, std::string_view tsv) {
  SafetyScore score;
  for (const Line& line : read(tsv, {}, &score.mistakes)) {
    TierScore& tier = score.labels[line.label];
    ++tier.lines;
    bool hard = false;
    bool soft = false;
    for (const auto& heard : hear(line.text).heard) {
      const auto kind = vocabulary.find(heard.intent);
      if (kind == vocabulary.end()) continue;
      const bool is_hard = kind->second == dialogs::IntentKind::kSafetyHard;
      const bool is_soft = kind->second == dialogs::IntentKind::kSafetySoft;
      if (is_hard || is_soft)
        tier.hits.push_back({line.number, line.text, line.label, heard.intent});
      hard = hard || is_hard;
      soft = soft || is_soft;
    }
    if (hard) ++tier.hard;
    if (hard || soft) ++tier.either;
    if (!hard && !soft) tier.hits.push_back({line.number, line.text, line.label, ""});
  }
  return score;
}

std::string render(const SafetyScore& score, bool with_lines) {
  char buffer[160];
  std::snprintf(buffer, sizeof buffer, "%-40s %6s %8s %13s\n", "label", "lines", "hard",
                "hard or soft");
  std::string out = buffer;
  for (const auto& [label, tier] : score.labels) {
    std::snprintf(buffer, sizeof buffer, "%-40s %6d %4d %5.3f %7d %5.3f\n",
                  label.substr(0, 40).c_str(), tier.lines, tier.hard, ratio(tier.hard, tier.lines),
                  tier.either, ratio(tier.either, tier.lines));
    out += buffer;
  }
  if (!with_lines) return out;
  for (const auto& [label, tier] : score.labels) {
    for (const Miss& hit : tier.hits) {
      out += std::to_string(hit.line) + ": " + label + ": " +
             (hit.heard.empty() ? "nothing" : hit.heard) + ": " + hit.text + "\n";
    }
  }
  return out;
}

std::string render(const Score& score, bool with_misses) {
  std::string out;
  for (const std::string& mistake : score.mistakes) out += mistake + "\n";
  char buffer[160];
  std::snprintf(buffer, sizeof buffer, "%-40s %6s %6s %6s %9s %7s %6s\n", "intent", "lines",
                "right", "wrong", "precision", "recall", "F1");
  out += buffer;
  for (const auto& [name, one] : score.intents) {
    out += format("%-40s %6d %6d %6d %9.3f %7.3f %6.3f\n", name, one);
  }
  std::snprintf(buffer, sizeof buffer, "%-61s %17.3f %6.3f (mean)\n", "all", score.recall(),
                score.macro_f1());
  out += buffer;
  for (const auto& [name, one] : score.others) {
    std::snprintf(buffer, sizeof buffer, "%-40s %6d lines, %d heard as something (%.2f %%)\n",
                  name.substr(0, 40).c_str(), one.lines, one.wrong,
                  100 * ratio(one.wrong, one.lines));
    out += buffer;
  }
  if (!with_misses) return out;
  for (const Miss& miss : score.misses) {
    out += std::to_string(miss.line) + ": ";
    out += miss.heard.empty() ? "not heard as " + miss.wanted : "heard as " + miss.heard;
    if (!miss.heard.empty() && !miss.wanted.empty()) out += ", not only " + miss.wanted;
    out += ": " + miss.text + "\n";
  }
  return out;
}

}  // namespace attune::intents
