// Cost as phrases grow, only ever as ratios within one run.
#include <chrono>
#include <random>

#include "building.h"

using namespace attune::intents;

namespace {

std::string invented(std::mt19937& random) {
  static const std::string kOnsets = "bcdfglmnprstvw";
  static const std::string kVowels = "aeiou";
  std::string word;
  for (int i = 0; i < 3; ++i) {
    word += kOnsets[random() % kOnsets.size()];
    word += kVowels[random() % kVowels.size()];
  }
  return word;
}

std::vector<std::string> vocabulary(std::size_t size) {
  std::mt19937 random(1);
  std::vector<std::string> words;
  while (words.size() < size) words.push_back(invented(random));
  return words;
}

// A quarter of the phrases have a gap.
std::vector<Intent> many(std::size_t count, const std::vector<std::string>& words) {
  std::mt19937 random(2);
  const auto word = [&] { return words[random() % words.size()]; };
  std::vector<Intent> intents;
  for (std::size_t i = 0; i < count; ++i) {
    Intent intent;
    intent.name = "n" + std::to_string(i);
    const std::string middle = i % 4 == 0 ? " ... " : " ";
    intent.phrases = {
        {word() + " (" + word() + "|" + word() + ")" + middle + word() + " [" + word() + "]", {}}};
    intents.push_back(intent);
  }
  return intents;
}

double seconds_for(const Matcher& matcher, const std::vector<std::string>& messages) {
  const auto begin = std::chrono::steady_clock::now();
  std::size_t heard = 0;
  for (const auto& message : messages) heard += matcher.hear(message).heard.size();
  const auto end = std::chrono::steady_clock::now();
  REQUIRE(heard < messages.size() * 100);
  return std::chrono::duration<double>(end - begin).count();
}

std::vector<std::string> novel(std::size_t count, const std::vector<std::string>& words) {
  std::mt19937 random(3);
  std::vector<std::string> messages;
  for (std::size_t i = 0; i < count; ++i) {
    std::string message;
    for (int w = 0; w < 25; ++w) message += words[random() % words.size()] + " ";
    messages.push_back(message);
  }
  return messages;
}

}  // namespace

TEST_CASE("a thousand phrases, a quarter with gaps, cost little more than ten") {
  const auto words = vocabulary(700);
  const auto few = building::build(many(10, words));
  const auto thousand = building::build(many(1000, words));
  const auto messages = novel(4000, words);
  seconds_for(*few, messages);
  seconds_for(*thousand, novel(500, words));
  const double ratio = seconds_for(*thousand, messages) / seconds_for(*few, messages);
  INFO("1,000 phrases cost " << ratio << " times what 10 cost");
  CHECK(ratio < 8);
}

TEST_CASE("ten thousand phrases build, and hear what they should") {
  const auto words = vocabulary(2000);
  const auto all = many(10000, words);
  const auto m = building::build(all);
  CHECK(m->cost().phrases == 10000);
  CHECK(m->cost().ungated == 0);
  for (const auto& message : novel(200, words)) {
    const auto fast = m->hear(message).heard;
    const auto slow = m->hear_slowly(message).heard;
    REQUIRE(fast.size() == slow.size());
  }
}
