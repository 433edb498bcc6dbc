#include "dialogs/language/line_ids.h"

#include <algorithm>
#include <map>
#include <set>

namespace attune::dialogs {
namespace {

constexpr std::size_t kMostLetters = 8;
constexpr std::size_t kLongestPrefix = 12;
constexpr int kLastNumber = 9999;

template <class... Fs>
struct Overloaded : Fs... {
  using Fs::operator()...;
};
template <class... Fs>
Overloaded(Fs...) -> Overloaded<Fs...>;

class Collector {
 public:
  std::vector<Readable> found;

  void scripts(Script& script) {
    for (Remarks& remarks : script.remarks) {
      for (When& when : remarks.whens) block(when.block);
    }
    for (Scene& scene : script.scenes) block(scene.steps);
    std::sort(found.begin(), found.end(), [](const Readable& a, const Readable& b) {
      return a.end.line != b.end.line ? a.end.line < b.end.line : a.end.column < b.end.column;
    });
  }

 private:
  void line(Line& one) {
    if (one.text.parts.empty()) return;
    found.push_back(
        {&one.id, &one.id_given, {one.place.line, one.place.column + one.place.length, 0}, &one});
  }

  void vary(Vary& one) {
    for (VaryLine& each : one.lines) line(each.line);
  }

  void question(Question& one) {
    for (Prompt& prompt : one.prompts) {
      std::visit(Overloaded{[&](Say& say) { line(say.line); }, [&](Vary& v) { vary(v); }}, prompt);
    }
    if (one.on_answer) block(*one.on_answer);
    for (When& when : one.whens) block(when.block);
    if (one.otherwise) block(one.otherwise->block);
    for (Nudge& nudge : one.nudges) line(nudge.line);
  }

  void rate(Rate& one) {
    if (!one.high.parts.empty()) {
      const Place last = one.high.parts.back().place;
      found.push_back(
          {&one.id, &one.id_given, {last.line, last.column + last.length, 0}, nullptr, &one});
    }
    question(one.question);
  }

  void choose(Choose& one) {
    question(one.question);
    for (Choice& choice : one.choices) {
      const std::size_t before = found.size();
      line(choice.label);
      if (found.size() > before) {
        found.back().choose = &one;
        found.back().choice = &choice;
      }
      block(choice.block);
    }
  }

  void branches(If& one) {
    for (If::Arm& arm : one.arms) block(arm.block);
    if (one.otherwise) block(*one.otherwise);
  }

  void each(Each& one) {
    block(one.block);
    block(one.part_a);
    block(one.part_b);
  }

  void reveal(Reveal& one) {
    if (one.asks) line(*one.asks);
    if (one.shows) line(*one.shows);
  }

  void block(Block& steps) {
    for (Step& step : steps) {
      std::visit(
          Overloaded{[&](Say& one) { line(one.line); }, [&](Vary& one) { vary(one); },
                     [&](Ask& one) { question(one.question); }, [&](Choose& one) { choose(one); },
                     [&](Rate& one) { rate(one); }, [&](Consent& one) { question(one.question); },
                     [&](If& one) { branches(one); }, [&](Each& one) { each(one); },
                     [&](Reveal& one) { reveal(one); }, [](auto&) {}},
          step.what);
    }
  }
};

bool is_vowel(char c) { return std::string_view("aeiou").find(c) != std::string_view::npos; }

std::string prefix_of(const std::string& id) {
  return id.substr(0, id.find_first_of("0123456789"));
}

// Hands out ids that nobody has.
class Numbers {
 public:
  Numbers(std::string prefix, std::set<std::string> taken)
      : prefix_(std::move(prefix)), taken_(std::move(taken)) {
    start();
  }

  std::string next() {
    for (;;) {
      if (++last_ > kLastNumber) lengthen();
      const std::string digits = std::to_string(last_);
      std::string id = prefix_ + (digits.size() < 2 ? "0" : "") + digits;
      if (taken_.insert(id).second) return id;
    }
  }

 private:
  // After the highest number in use: a number that was deleted stays deleted.
  void start() {
    last_ = 0;
    for (const std::string& id : taken_) {
      if (prefix_of(id) == prefix_) last_ = std::max(last_, std::stoi(id.substr(prefix_.size())));
    }
  }

  void lengthen() {
    if (prefix_.size() < kLongestPrefix) {
      prefix_ += 'x';
    } else {
      prefix_ = "line" + prefix_.substr(0, 4);
    }
    start();
    ++last_;
  }

  std::string prefix_;
  std::set<std::string> taken_;
  int last_ = 0;
};

}  // namespace

// Long names lose their vowels, and then their end.
std::string id_letters(const std::string& name) {
  const std::size_t slash = name.rfind('/');
  std::string letters;
  for (const char c : name.substr(slash == std::string::npos ? 0 : slash + 1)) {
    if (c >= 'a' && c <= 'z') letters += c;
  }
  if (letters.size() > kMostLetters) {
    const auto from = letters.begin() + 1;
    letters.erase(std::remove_if(from, letters.end(), is_vowel), letters.end());
    letters.resize(std::min(letters.size(), kMostLetters));
  }
  if (letters.size() == 1) letters += letters;
  return letters.empty() ? "line" : letters;
}

std::vector<Readable> readable_lines(Script& script) {
  Collector collector;
  collector.scripts(script);
  return std::move(collector.found);
}

void assign_ids(Script& script) {
  const std::vector<Readable> lines = readable_lines(script);
  std::set<std::string> taken;
  std::map<std::string, int> used;
  for (const Readable& line : lines) {
    if (*line.given && taken.insert(*line.id).second) ++used[prefix_of(*line.id)];
  }
  std::string prefix = id_letters(script.name);
  int most = 0;
  for (const auto& [letters, times] : used) {
    if (times > most) {
      most = times;
      prefix = letters;
    }
  }
  Numbers numbers(prefix, std::move(taken));
  for (const Readable& line : lines) {
    if (!*line.given) *line.id = numbers.next();
  }
}

}  // namespace attune::dialogs
