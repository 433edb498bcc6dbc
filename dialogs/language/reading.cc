#include "dialogs/language/reading.h"

#include <algorithm>

namespace attune::dialogs {

void Report::add(const Definition& definition, Place place,
                 const std::vector<std::string>& arguments) {
  if (!full()) {
    list_.push_back(make(definition, path_, place, arguments));
    lines_.insert(place.line);
  } else if (!overflowed_) {
    overflowed_ = true;
    list_.push_back(make(diagnostics::kTooManyMistakes, path_, place));
  }
}

bool Report::names(int line) const { return lines_.count(line) > 0; }

void Report::withdraw(const std::string& code, int line) {
  list_.erase(std::remove_if(list_.begin(), list_.end(),
                             [&](const Diagnostic& one) {
                               return one.code == code && one.place.line == line;
                             }),
              list_.end());
}

namespace {

// The line above says why this one stands too far in.
bool follows(const Diagnostics& list, const Diagnostic& one) {
  if (one.code != "AT006") return false;
  return std::any_of(list.begin(), list.end(), [&](const Diagnostic& other) {
    return (other.code == "AT045" || other.code == "AT032") &&
           other.place.line == one.place.line - 1;
  });
}

// An editor's tabs and a word processor's letters stand in every line, bullets in every choice of
// one question: told once, with the lines.
class Repeats {
 public:
  bool same(const Diagnostic& one, int line) const {
    if (one.message != message_ || one.code != code_) return false;
    return one.code == "AT003" || one.code == "AT004" || one.code == "AT005" ||
           (one.code == "AT046" && line - last_ <= 3);
  }
  void begin(const Diagnostic& one) {
    code_ = one.code;
    message_ = one.message;
    last_ = one.place.line;
  }
  void go_on(Diagnostic& first, int line) {
    last_ = line;
    ++more_[first.place.line];
    first.message = message_ + " So " + (more_[first.place.line] == 1 ? "is" : "are") + " " +
                    std::to_string(more_[first.place.line]) + " more, the last in line " +
                    std::to_string(line) + ".";
  }

 private:
  std::string code_;
  std::string message_;
  std::map<int, int> more_;
  int last_ = 0;
};

}  // namespace

Diagnostics Report::take() {
  std::stable_sort(list_.begin(), list_.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return a.place.line != b.place.line ? a.place.line < b.place.line
                                        : a.place.column < b.place.column;
  });
  Diagnostics told;
  std::map<std::string, std::pair<std::size_t, Repeats>> first;
  for (const Diagnostic& one : list_) {
    if (follows(list_, one)) continue;
    const auto entry = first.find(one.code);
    if (entry != first.end() && entry->second.second.same(one, one.place.line)) {
      if (told[entry->second.first].place.line != one.place.line)
        entry->second.second.go_on(told[entry->second.first], one.place.line);
      continue;
    }
    auto& [at, repeats] = first[one.code];
    at = told.size();
    repeats = Repeats();
    repeats.begin(one);
    told.push_back(one);
  }
  list_.clear();
  return told;
}

}  // namespace attune::dialogs
