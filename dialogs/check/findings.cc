#include "dialogs/check/findings.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "dialogs/check/scope.h"

namespace attune::dialogs {
namespace {

constexpr std::size_t kWayLength = 400;
constexpr int kPlayLines = 40;

// The lines of a play that goes this way; of a long one, the beginning.
std::string as_play(const std::string& path, const std::string& lines) {
  std::string play = "> start " + path.substr(0, path.rfind(".talk")) + "\n";
  std::size_t from = 0;
  for (int line = 0; from < lines.size() && line < kPlayLines; ++line) {
    const std::size_t end = lines.find('\n', from) + 1;
    play += lines.substr(from, end - from);
    from = end;
  }
  return from < lines.size() ? play + "...\n" : play;
}

// A long way keeps its beginning and its end.
std::string shortened(const std::string& way) {
  if (way.size() <= kWayLength) return way;
  const std::size_t from = way.find(" > ", kWayLength / 2 - 20);
  const std::size_t to = way.find(" > ", way.size() - kWayLength / 2);
  if (from == std::string::npos || to == std::string::npos || to <= from) return way;
  return way.substr(0, from) + " > …" + way.substr(to);
}

}  // namespace

namespace {

// What makes two findings of one code the same mistake: an argument of theirs, or nothing at all.
// -1: each is its own.
int subject_of(const std::string& code) {
  static const std::map<std::string, int, std::less<>> kSubjects = {
      {"AT050", 0}, {"AT051", 0}, {"AT052", 0}, {"AT053", 0}, {"AT054", 0},
      {"AT055", 0}, {"AT056", 0}, {"AT060", 0}, {"AT080", 0}, {"AT096", 9},
      {"AT098", 9}, {"AT081", 1}, {"AT083", 0}, {"AT084", 0}};
  const auto found = kSubjects.find(code);
  return found == kSubjects.end() ? -1 : found->second;
}

std::string argument(const std::vector<std::string>& all, std::size_t at) {
  return at < all.size() ? all[at] : "";
}

using Arguments = std::vector<std::string>;

bool follows_from(const Diagnostic& one, const Arguments& about, const Diagnostic& other,
                  const Arguments& of_other) {
  const std::string& code = one.code;
  const std::string& cause = other.code;
  const std::string name = argument(about, 0);
  const std::string meant = argument(of_other, 1);  // "did you mean", in most of them
  const int apart = one.place.line - other.place.line;
  if (code == "AT074" || code == "AT075") return apart == 0 && cause != "AT074" && cause != "AT075";
  if (code == "AT065")
    return (cause == "AT052" && (meant.empty() || meant == name)) ||
           (cause == "AT067" && meant == name);
  // A value that is wrong elsewhere may be what a condition waits for.
  if (code == "AT071") return cause >= "AT050" && cause <= "AT089" && cause != "AT071";
  if (code == "AT066") return cause == "AT068" && apart == 1;
  if (code == "AT067") return apart == 0;
  const bool scene_twice = cause == "AT059" && argument(of_other, 2) == "a scene";
  if (code == "AT068") return scene_twice;
  if (code == "AT052") return scene_twice && argument(about, 1).empty();
  if (code == "AT076")
    return apart > 0 && apart <= 2 && (cause == "AT050" || cause == "AT060" || cause == "AT083");
  if (code == "AT080") {
    const bool never = argument(about, 1) == "never";
    return (cause == "AT051" && (meant == name || never)) || (cause == "AT081" && never);
  }
  if (code == "AT140") return apart == 0 || (cause == "AT051" && meant == name);
  return false;
}

std::string also_told(const std::vector<int>& lines) {
  std::vector<std::string> names;
  for (const int line : lines) names.push_back(std::to_string(line));
  return lines.size() == 1 ? " The same in line " + names[0] + "."
                           : " The same in lines " + listed(names) + ".";
}

}  // namespace

void Findings::add(const Definition& definition, Place place,
                   const std::vector<std::string>& arguments, const Ways::Told& way) {
  if (use_ != nullptr) place = use_->place;
  list_.push_back({make(definition, path_, place, arguments), arguments, {}});
  Diagnostic& told = list_.back().told;
  if (use_ != nullptr)
    told.message += " The remarks '" + use_->name + "' of remarks.talk name it.";
  if (!way.words.empty()) told.message += " The way: " + shortened(way.words) + ".";
  if (!way.play.empty()) told.play = as_play(path_, way.play);
}

// It would not be there without something else that is told.
bool Findings::follows(const Found& one) const {
  return std::any_of(list_.begin(), list_.end(), [&](const Found& other) {
    return other.told.severity == Severity::kError && other.told.code != one.told.code &&
           follows_from(one.told, one.about, other.told, other.about);
  });
}

// Of the same in several lines, the first.
void Findings::fold() {
  std::map<std::pair<std::string, std::string>, std::size_t> first;
  std::vector<Found> kept;
  for (Found& one : list_) {
    const int subject = subject_of(one.told.code);
    if (subject >= 0) {
      const auto key =
          std::pair(one.told.code, argument(one.about, static_cast<std::size_t>(subject)));
      const auto [entry, fresh] = first.emplace(key, kept.size());
      if (!fresh) {
        Found& before = kept[entry->second];
        const int line = one.told.place.line;
        const bool known =
            line == before.told.place.line || (!before.also.empty() && before.also.back() == line);
        if (!known) before.also.push_back(line);
        continue;
      }
    }
    kept.push_back(std::move(one));
  }
  for (Found& one : kept) {
    if (!one.also.empty()) one.told.message += also_told(one.also);
  }
  list_ = std::move(kept);
}

Diagnostics Findings::take(const std::set<int>& told_before) {
  const auto order = [](const Found& one) {
    const Diagnostic& d = one.told;
    return std::tie(d.place.line, d.place.column, d.code, d.message);
  };
  std::stable_sort(list_.begin(), list_.end(),
                   [&](const Found& a, const Found& b) { return order(a) < order(b); });
  list_.erase(std::unique(list_.begin(), list_.end(),
                          [&](const Found& a, const Found& b) { return order(a) == order(b); }),
              list_.end());
  std::vector<Found> told;
  for (const Found& one : list_) {
    // That a scene runs out is told where it ends, whatever else is wrong there.
    const bool already = told_before.count(one.told.place.line) > 0 && one.told.code != "AT067";
    if (!already && !follows(one)) told.push_back(one);
  }
  list_ = std::move(told);
  fold();
  Diagnostics all;
  for (Found& one : list_) all.push_back(std::move(one.told));
  list_.clear();
  return all;
}

}  // namespace attune::dialogs
