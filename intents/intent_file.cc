#include "intents/intent_file.h"

#include <algorithm>
#include <map>
#include <string_view>

#include "dialogs/language/definitions.h"

namespace attune::intents {
namespace {

using dialogs::IntentKind;
using dialogs::Place;
namespace mistakes = dialogs::diagnostics;

constexpr std::size_t kLargestFile = 1 << 20;
constexpr int kMostWords = 1000;

std::string_view trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

bool is_name(std::string_view text) {
  const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  return !text.empty() && text.size() <= 64 && is_letter(text.front()) &&
         std::all_of(text.begin(), text.end(),
                     [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '-'; });
}

bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    std::size_t length = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if ((lead >= 0x80 && lead < 0xC2) || lead > 0xF4 || i + length > text.size()) return false;
    for (std::size_t j = 1; j < length; ++j) {
      if ((static_cast<unsigned char>(text[i + j]) & 0xC0) != 0x80) return false;
    }
    i += length;
  }
  return true;
}

class FileParser {
 public:
  explicit FileParser(const dialogs::SourceFile& file) : file_(file) {}

  ParsedIntents parse() {
    if (!readable()) return std::move(parsed_);
    std::string_view rest = file_.text;
    if (rest.substr(0, 3) == "\xEF\xBB\xBF") rest.remove_prefix(3);  // a byte order mark
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      ++line_;
      take(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    finish_intent();
    return std::move(parsed_);
  }

 private:
  bool readable() {
    if (file_.text.size() > kLargestFile) {
      report(mistakes::kIntentFileUnreadable, 1, 0,
             {"is larger than 1 MB", "Divide it into several files."});
      return false;
    }
    if (!is_utf8(file_.text)) {
      report(mistakes::kIntentFileUnreadable, 1, 0,
             {"is not UTF-8 text", "Save it again as UTF-8."});
      return false;
    }
    return true;
  }

  void report(const dialogs::Definition& definition, std::size_t column, std::size_t length,
              const std::vector<std::string>& arguments = {}) {
    const Place place{std::max(line_, 1), static_cast<int>(column), static_cast<int>(length)};
    parsed_.diagnostics.push_back(dialogs::make(definition, file_.path, place, arguments));
  }

  Place place_of(std::string_view part) const {
    return {line_, static_cast<int>(part.data() - raw_.data()) + 1, static_cast<int>(part.size())};
  }

  void report_at(std::string_view part, const dialogs::Definition& definition,
                 const std::vector<std::string>& arguments = {}) {
    parsed_.diagnostics.push_back(dialogs::make(definition, file_.path, place_of(part), arguments));
  }

  void take(std::string_view raw) {
    raw_ = raw;
    const std::string_view line = trim(raw);
    if (line.empty() || line.substr(0, 2) == "//") return;
    const auto indent = static_cast<std::size_t>(line.data() - raw.data());
    if (raw.substr(0, indent).find('\t') != std::string_view::npos) {
      return report(mistakes::kIntentIndentation, 1, indent, {"a tab"});
    }
    if (indent == 0) return top(line);
    if (!open_) return report_at(line, mistakes::kOutsideIntent);
    if (indent == 4 && in_except_) return phrase(line, &intent_.except);
    if (indent == 2) return inside(line);
    report(mistakes::kIntentIndentation, 1, indent,
           {std::to_string(indent) + (indent == 1 ? " space" : " spaces")});
  }

  void top(std::string_view line) {
    if (line.substr(0, 7) == "safety:") return safety(line);
    if (line == "intent" || line.substr(0, 7) == "intent ") return begin_intent(line);
    finish_intent();
    report_at(line, mistakes::kOutsideIntent);
  }

  void safety(std::string_view line) {
    const std::string_view tier = trim(line.substr(7));
    if (seen_anything_ || (tier != "hard" && tier != "soft")) {
      return report_at(line, mistakes::kWrongSafetyLine);
    }
    seen_anything_ = true;
    tier_ = tier == "hard" ? IntentKind::kSafetyHard : IntentKind::kSafetySoft;
  }

  void begin_intent(std::string_view line) {
    finish_intent();
    seen_anything_ = true;
    const std::string_view name = trim(line.substr(6));
    intent_ = Intent{};
    warned_ = 0;
    intent_.name = std::string(name);
    intent_.path = file_.path;
    intent_.kind = tier_;
    intent_.place = place_of(name.empty() ? line : name);
    open_ = true;
    if (!is_name(name)) {
      named_ = false;
      return report_at(name.empty() ? line : name, mistakes::kUnreadableIntentName,
                       {std::string(name)});
    }
    named_ = true;
    const auto [earlier, is_new] = lines_.emplace(intent_.name, line_);
    if (!is_new) {
      report_at(name, mistakes::kIntentTwice,
                {intent_.name, file_.path, std::to_string(earlier->second)});
      named_ = false;
    }
  }

  void finish_intent() {
    end_except();
    if (!open_) return;
    open_ = false;
    if (intent_.phrases.empty()) {
      parsed_.diagnostics.push_back(
          dialogs::make(mistakes::kNoPhrases, file_.path, intent_.place, {intent_.name}));
    }
    const bool tested = std::any_of(intent_.examples.begin(), intent_.examples.end(),
                                    [](const Example& example) { return example.yes; });
    if (!tested && !intent_.phrases.empty()) {
      parsed_.diagnostics.push_back(
          dialogs::make(mistakes::kNoExamples, file_.path, intent_.place, {intent_.name}));
    }
    if (named_ && !intent_.phrases.empty()) parsed_.intents.push_back(std::move(intent_));
    given_.clear();
  }

  void end_except() {
    if (in_except_ && intent_.except.size() == excepted_before_) {
      parsed_.diagnostics.push_back(
          dialogs::make(mistakes::kEmptyExcept, file_.path, except_place_));
    }
    in_except_ = false;
  }

  // `key: value`, where the key is one of ours. Anything else with a colon is a phrase.
  bool key(std::string_view line, std::string_view name, std::string_view* value) {
    if (line.substr(0, name.size()) != name || line.substr(name.size(), 1) != ":") return false;
    *value = trim(line.substr(name.size() + 1));
    if (value->empty()) {
      report_at(line, mistakes::kMissingIntentText, {std::string(name) + ":"});
    } else {
      once(line, name);
    }
    return true;
  }

  void once(std::string_view line, std::string_view what) {
    if (std::find(given_.begin(), given_.end(), what) != given_.end()) {
      report_at(line, mistakes::kIntentGivenTwice, {std::string(what)});
    }
    given_.emplace_back(what);
  }

  void inside(std::string_view line) {
    end_except();
    std::string_view value;
    if (key(line, "about", &value)) {
      intent_.about = std::string(value);
    } else if (key(line, "scope", &value)) {
      scope(value);
    } else if (line.substr(0, 8) == "at most " || line == "at most") {
      limit(line);
    } else if (line == "command") {
      command(line);
    } else if (line == "except") {
      in_except_ = true;
      excepted_before_ = intent_.except.size();
      except_place_ = place_of(line);
    } else if (line.substr(0, 4) == "yes " || line.substr(0, 3) == "no ") {
      const bool yes = line.front() == 'y';
      const std::string_view text = trim(line.substr(yes ? 4 : 3));
      intent_.examples.push_back({yes, std::string(text), place_of(text)});
    } else {
      phrase(line, &intent_.phrases);
    }
  }

  void scope(std::string_view value) {
    if (value == "sentence") {
      intent_.scope = Scope::kSentence;
    } else if (value == "message") {
      intent_.scope = Scope::kMessage;
    } else if (value == "opening") {
      intent_.scope = Scope::kOpening;
    } else if (!value.empty()) {
      report_at(value, mistakes::kUnknownScope, {std::string(value)});
    }
  }

  void limit(std::string_view line) {
    once(line, "at most");
    const std::string_view value = trim(line.substr(7));
    int words = 0;
    std::size_t i = 0;
    for (; i < value.size() && i < 5 && value[i] >= '0' && value[i] <= '9'; ++i) {
      words = words * 10 + (value[i] - '0');
    }
    const std::string_view unit = trim(value.substr(i));
    if (words < 1 || words > kMostWords || (unit != "words" && unit != "word")) {
      return report_at(line, mistakes::kUnreadableWordLimit);
    }
    intent_.at_most_words = words;
  }

  void command(std::string_view line) {
    once(line, "command");
    if (tier_ != IntentKind::kPlain) return report_at(line, mistakes::kSafetyCommand);
    intent_.kind = IntentKind::kCommand;
  }

  void phrase(std::string_view line, std::vector<Phrase>* phrases) {
    // Tests stand last, so one above a phrase was probably meant as a phrase: "no wonder you left".
    for (; warned_ < intent_.examples.size(); ++warned_) {
      const Example& example = intent_.examples[warned_];
      parsed_.diagnostics.push_back(dialogs::make(mistakes::kTestAbovePhrase, file_.path,
                                                  example.place, {example.yes ? "yes" : "no"}));
    }
    for (const Phrase& earlier : *phrases) {
      if (earlier.text == line) {
        return report_at(line, mistakes::kPhraseTwice, {std::to_string(earlier.place.line)});
      }
    }
    phrases->push_back({std::string(line), place_of(line)});
  }

  const dialogs::SourceFile& file_;
  ParsedIntents parsed_;
  IntentKind tier_ = IntentKind::kPlain;
  bool seen_anything_ = false;
  int line_ = 0;
  std::string_view raw_;
  bool open_ = false;   // inside an intent
  bool named_ = false;  // its name can be used
  Intent intent_;
  std::size_t warned_ = 0;  // examples already known to stand above phrases
  bool in_except_ = false;
  std::size_t excepted_before_ = 0;
  Place except_place_;
  std::vector<std::string> given_;
  std::map<std::string, int> lines_;
};

}  // namespace

ParsedIntents parse_intents(const dialogs::SourceFile& file) { return FileParser(file).parse(); }

}  // namespace attune::intents
