#include "bot/cli/coverage.h"

#include <algorithm>
#include <iomanip>
#include <ostream>
#include <vector>

namespace attune::bot {
namespace {

constexpr int kAround = 2;  // lines shown above and below an untested one

int share(std::size_t part, std::size_t all) { return static_cast<int>(all == 0 ? 100 : part * 100 / all); }

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines(1);
  for (const char c : text) {
    if (c == '\n') lines.emplace_back();
    else if (c != '\r') lines.back() += c;
  }
  return lines;
}

// What stands left of each line of one script's file.
class Margin {
 public:
  Margin(const dialogs::Program& program, const Coverage& coverage) : coverage_(coverage) {
    for (const auto& [id, line] : program.lines) note(program.script->name + "#" + id, *line);
  }

  std::size_t lines = 0, reached = 0, unchosen = 0;
  std::map<int, std::string> words;  // "3", "never", "not chosen"
  std::set<int> wanted;              // lines to be shown

 private:
  void note(const std::string& name, const dialogs::Line& line) {
    const auto said = coverage_.said.find(name);
    const bool choice = line.speaker.empty();
    const bool passed_by = said != coverage_.said.end() && choice && coverage_.chosen.count(name) == 0;
    ++lines;
    if (said != coverage_.said.end()) ++reached;
    if (passed_by) ++unchosen;
    words[line.place.line] = said == coverage_.said.end() ? "never" : passed_by ? "not chosen" : std::to_string(said->second);
    if (said == coverage_.said.end() || passed_by) wanted.insert(line.place.line);
  }

  const Coverage& coverage_;
};

void print_source(std::ostream& out, const Margin& margin, const std::vector<std::string>& source) {
  int shown = 0;  // the last
  for (int at = 1; at <= static_cast<int>(source.size()); ++at) {
    const auto near = margin.wanted.lower_bound(at - kAround);
    if (near == margin.wanted.end() || *near > at + kAround) continue;
    if (shown != 0 && at > shown + 1) out << "        ...\n";
    const auto words = margin.words.find(at);
    out << std::setw(12) << (words == margin.words.end() ? "" : words->second) << std::setw(6) << at << "  "
        << source[static_cast<std::size_t>(at - 1)] << "\n";
    shown = at;
  }
}

std::string counted(std::size_t n, const std::string& noun) { return std::to_string(n) + " " + noun + (n == 1 ? "" : "s"); }

void print_untested(std::ostream& out, const Margin& margin, const std::string& path, const std::string& text) {
  if (margin.wanted.empty()) return;
  const std::size_t never = margin.lines - margin.reached;
  out << "\n" << path << ": ";
  if (never > 0) out << never << " of " << counted(margin.lines, "line") << " never said or shown";
  if (margin.unchosen > 0) out << (never > 0 ? ", " : "") << counted(margin.unchosen, "choice") << " never chosen";
  out << "\n";
  print_source(out, margin, lines_of(text));
}

}  // namespace

void Coverage::add(const dialogs::PlayResult& result) {
  for (const auto& [line, times] : result.touched) said[line] += times;
  chosen.insert(result.chosen.begin(), result.chosen.end());
}

void print(std::ostream& out, const Coverage& coverage, const Workbench& bench,
           const std::set<std::string>& only, bool untested) {
  std::size_t lines = 0, reached = 0;
  std::map<std::string, Margin> margins;
  out << "\nlines touched by a play\n";
  for (const auto& [name, program] : bench.built.edition->library->programs) {
    if (!only.empty() && only.count(name) == 0) continue;
    const Margin& margin = margins.emplace(name, Margin(*program, coverage)).first->second;
    lines += margin.lines;
    reached += margin.reached;
    if (margin.lines > 0) out << "  " << std::setw(3) << share(margin.reached, margin.lines) << " %  " << name << "\n";
  }
  if (only.empty()) out << "  " << std::setw(3) << share(reached, lines) << " %  of all " << lines << " lines\n";
  if (!untested) return;
  for (const auto& [name, margin] : margins) {
    const std::string path = "dialogs/" + bench.built.edition->library->find(name)->script->path;
    print_untested(out, margin, bench.shown.at(path), bench.sources.at(path));
  }
}

}  // namespace attune::bot
