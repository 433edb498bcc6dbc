#include "dialogs/check/reading_ease.h"

#include <algorithm>

namespace attune::dialogs {
namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
}

bool is_vowel(char c) { return std::string_view("aeiouy").find(c) != std::string_view::npos; }

// Groups of vowels, less a silent e at the end. Off by one here and there, right on the whole.
int syllables(const std::string& word) {
  int groups = 0;
  bool before = false;
  for (const char c : word) {
    const bool vowel = is_vowel(c);
    groups += vowel && !before;
    before = vowel;
  }
  const std::size_t n = word.size();
  const bool silent = n > 2 && word[n - 1] == 'e' && !is_vowel(word[n - 2]) && word[n - 2] != 'l';
  const bool past = n > 3 && word.compare(n - 2, 2, "ed") == 0 && word[n - 3] != 't' &&
                    word[n - 3] != 'd' && !is_vowel(word[n - 3]);
  return std::max(1, groups - (silent || past));
}

// The curly apostrophe and quotes as plain ones, so that they count alike.
std::string straight(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view three = text.substr(i, 3);
    if (three == "\xE2\x80\x99") {
      out += '\'';
      i += 2;
    } else if (three.substr(0, 2) == "\xE2\x80") {  // dashes, quotes, the ellipsis
      out += three == "\xE2\x80\xA6" ? '.' : ' ';
      i += 2;
    } else {
      out += text[i] >= 'A' && text[i] <= 'Z' ? static_cast<char>(text[i] - 'A' + 'a') : text[i];
    }
  }
  return out;
}

}  // namespace

std::size_t letters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : straight(text) + " ") {
    if (is_letter(c) || (c == '\'' && !word.empty())) {
      word += c;
    } else if (!word.empty()) {
      words.push_back(std::move(word));
      word.clear();
    }
  }
  return words;
}

Stretch stretch_of(std::string_view text, std::string_view words) {
  const std::vector<std::string> wanted = words_of(words);
  const auto inside = [&](std::size_t at) {
    return at < text.size() && (is_letter(straight(text.substr(at, 1))[0]) || text[at] == '\'');
  };
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!inside(at) || (at > 0 && inside(at - 1))) continue;
    const std::size_t longest = std::min(text.size() - at, words.size() + 12);
    for (std::size_t length = words.size(); length <= longest; ++length) {
      if (!inside(at + length) && words_of(text.substr(at, length)) == wanted) return {at, length};
    }
  }
  return {};
}

std::string plain(std::string_view text) {
  std::string out;
  for (const std::string& word : words_of(text)) {
    if (!out.empty()) out += ' ';
    for (const char c : word) {
      if (c != '\'') out += c;
    }
  }
  return out;
}

double reading_grade(std::string_view text) {
  const std::vector<std::string> words = words_of(text);
  if (words.empty()) return 0;
  int sounds = 0;
  for (const std::string& word : words) sounds += syllables(word);
  int sentences = 0;
  bool open = false;
  for (const char c : straight(text)) {
    open = open || is_letter(c);
    if (open && (c == '.' || c == '!' || c == '?' || c == ':' || c == ';' || c == '\n')) {
      ++sentences;
      open = false;
    }
  }
  sentences += open;
  const auto count = static_cast<double>(words.size());
  return 0.39 * count / std::max(1, sentences) + 11.8 * sounds / count - 15.59;
}

}  // namespace attune::dialogs
