#include <fstream>
#include <iostream>
#include <sstream>

#include "bot/cli/commands.h"
#include "bot/cli/workbench.h"
#include "intents/score.h"

namespace attune::bot {
namespace {

// One mark for each character that is shown, not for each byte.
std::string underline(const std::string& text, const dialogs::Span& words) {
  std::string marks;
  for (std::size_t at = 0; at < text.size() && at < words.end; ++at) {
    const bool begins_character = (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80;
    if (begins_character) marks += at >= words.begin ? '^' : ' ';
  }
  return marks;
}

}  // namespace

int match(const Folders& folders, const std::string& text) {
  const Workbench bench = open_workbench(folders, {});
  if (!usable(bench)) return kWrongScript;
  const auto& matcher = *bench.built.edition->matcher;
  const auto findings = matcher.explain(text);
  bool any = false;
  for (const bool won : {true, false}) {
    bool headed = false;
    for (const auto& finding : findings) {
      if (finding.won != won) continue;
      if (!headed) std::cout << (won ? "heard\n" : "not heard, though it came near\n");
      headed = any = true;
      std::cout << "  " << finding.intent << "   by `" << finding.phrase << "`\n"
                << "    " << text << "\n    " << underline(text, finding.words) << "\n";
      if (!won) std::cout << "    lost: " << finding.lost_because << "\n";
    }
  }
  const auto hearing = matcher.hear(text);
  if (hearing.number) std::cout << "a number: " << *hearing.number << "\n";
  if (hearing.date) std::cout << "a date: day " << *hearing.date << " since 1970\n";
  if (hearing.duration) std::cout << "a length of time: " << *hearing.duration << " seconds\n";
  if (!any) std::cout << "nothing was heard\n";
  return kOk;
}

int score(const Folders& folders, const Scoring& scoring) {
  std::ostringstream table;
  for (const std::string& file : scoring.files) {
    std::ifstream in(file, std::ios::binary);
    if (!in) {
      std::cerr << "there is no file " << file << "\n";
      return kMissingInput;
    }
    table << in.rdbuf() << "\n";  // the last line of one may have no end
  }
  const Workbench bench = open_workbench(folders, {});
  if (!usable(bench)) return kWrongScript;
  const Edition& edition = *bench.built.edition;
  if (scoring.language != edition.library->language && edition.ears.count(scoring.language) == 0) {
    std::cerr << "nothing is heard in the language " << scoring.language << "\n";
    return kUsage;
  }
  const intents::Hear hear = [&](std::string_view text) { return edition.hear(text, scoring.language); };
  const dialogs::Vocabulary& vocabulary = edition.library->vocabulary;
  const auto end = [](const std::vector<std::string>& mistakes) {
    for (const std::string& mistake : mistakes) std::cerr << mistake << "\n";
    return mistakes.empty() ? kOk : kWrongScript;
  };
  if (scoring.safety) {
    const intents::SafetyScore scored = intents::score_safety(hear, vocabulary, table.str());
    std::cout << intents::render(scored, scoring.misses);
    return end(scored.mistakes);
  }
  intents::ScoreOptions options;
  options.label_to_intent = scoring.labels;
  const intents::Score scored = intents::score(hear, vocabulary, table.str(), options);
  std::cout << intents::render(scored, scoring.misses);
  return end(scored.mistakes);
}

}  // namespace attune::bot
