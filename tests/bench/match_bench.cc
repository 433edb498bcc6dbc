// Microseconds to hear one message that was never seen before, with 10 to 10,000 phrases.
//
//   bench_match [--messages N] [FILE.intents ...]
//
// Phrases are made from the words of an invented language, a quarter of them with a gap; so are the
// messages, 10 to 40 words each, and none is used twice. With files, their intents are measured
// too. One thread. Prints one line for each size, and what building took.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "intents/matcher.h"

namespace {

using attune::intents::Intent;
using attune::intents::Matcher;
using Clock = std::chrono::steady_clock;

// Words with the uneven frequencies of real ones: the first are used most.
class Language {
 public:
  explicit Language(std::size_t size) {
    std::mt19937 random(1);
    const std::string consonants = "bcdfglmnprstvw";
    const std::string vowels = "aeiou";
    while (words_.size() < size) {
      std::string word;
      const std::size_t syllables = words_.size() < 60 ? 1 : 2 + random() % 3;
      for (std::size_t i = 0; i < syllables; ++i) {
        word += consonants[random() % consonants.size()];
        word += vowels[random() % vowels.size()];
      }
      words_.push_back(word);
    }
  }

  const std::string& word(std::mt19937& random) const {
    const double even = static_cast<double>(random()) / 4294967296.0;
    const double uneven = even * even * even;
    return words_[static_cast<std::size_t>(uneven * static_cast<double>(words_.size()))];
  }

 private:
  std::vector<std::string> words_;
};

std::vector<Intent> make_intents(std::size_t count, const Language& language) {
  std::mt19937 random(2);
  const auto word = [&] { return language.word(random); };
  std::vector<Intent> intents;
  for (std::size_t i = 0; i < count; ++i) {
    Intent intent;
    intent.name = "n" + std::to_string(i);
    const std::string gap = i % 4 == 0 ? " ... " : " ";
    intent.phrases = {{word() + " (" + word() + "|" + word() + "|" + word() + ")" + gap + word() +
                           " [" + word() + "] " + word(),
                       {}}};
    intents.push_back(std::move(intent));
  }
  return intents;
}

std::string make_message(std::mt19937& random, const Language& language) {
  std::string message;
  const std::size_t words = 10 + random() % 31;
  for (std::size_t i = 0; i < words; ++i) {
    message += language.word(random);
    message += i % 9 == 8 ? ". " : " ";
  }
  return message;
}

double microseconds_since(Clock::time_point begin) {
  return std::chrono::duration<double, std::micro>(Clock::now() - begin).count();
}

void measure(const std::string& name, std::vector<Intent> intents, const Language& language,
             std::size_t messages, unsigned seed) {
  const auto before = Clock::now();
  const auto built = Matcher::build(std::move(intents));
  const double build_ms = microseconds_since(before) / 1000;
  if (built.matcher == nullptr) {
    std::printf("%-24s did not build: %s\n", name.c_str(),
                built.diagnostics.front().message.c_str());
    std::exit(1);
  }
  std::mt19937 random(seed);
  std::vector<double> times;
  std::size_t heard = 0;
  double sum = 0;
  for (std::size_t i = 0; i < messages; ++i) {
    const std::string message = make_message(random, language);
    const auto begin = Clock::now();
    heard += built.matcher->hear(message).heard.size();
    times.push_back(microseconds_since(begin));
    sum += times.back();
  }
  std::sort(times.begin(), times.end());
  const auto cost = built.matcher->cost();
  std::printf("%-24s %9.1f %9.1f %9.1f %9.2f %10zu %9.0f\n", name.c_str(), times[times.size() / 2],
              times[times.size() * 99 / 100], sum / static_cast<double>(messages),
              static_cast<double>(heard) / static_cast<double>(messages), cost.segments, build_ms);
  std::fflush(stdout);
}

std::vector<Intent> read_file(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  auto parsed = attune::intents::parse_intents({path, text.str()});
  if (!file || attune::dialogs::has_errors(parsed.diagnostics)) {
    std::fprintf(stderr, "%s cannot be read\n", path.c_str());
    std::exit(1);
  }
  return std::move(parsed.intents);
}

}  // namespace

int main(int argc, char** argv) {
  std::size_t messages = 20000;
  std::vector<Intent> library;
  for (int i = 1; i < argc; ++i) {
    if (std::string(argv[i]) == "--messages" && i + 1 < argc) {
      messages = std::max<std::size_t>(100, std::strtoul(argv[++i], nullptr, 10));
    } else {
      for (Intent& intent : read_file(argv[i])) library.push_back(std::move(intent));
    }
  }
  std::printf("%-24s %9s %9s %9s %9s %10s %9s\n", "phrases", "p50 us", "p99 us", "mean us", "heard",
              "segments", "build ms");
  const Language language(2000);
  unsigned seed = 100;
  measure("0 (normal form alone)", {}, language, messages, ++seed);
  for (const std::size_t count : {10UL, 100UL, 1000UL, 10000UL}) {
    measure(std::to_string(count), make_intents(count, language), language, messages, ++seed);
  }
  if (!library.empty()) measure("the files", std::move(library), language, messages, ++seed);
}
