// One parse under way: where its readers put what they found wrong.
//
// Lives on the stack of parse(); one thread. Bounded: after kMostMistakes it only notes that there
// were more.
#pragma once

#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "dialogs/language/definitions.h"
#include "dialogs/language/script.h"

namespace attune::dialogs {

struct Node;

class Report {
 public:
  static constexpr std::size_t kMostMistakes = 1000;

  explicit Report(std::string path) : path_(std::move(path)) {}

  void add(const Definition& definition, Place place,
           const std::vector<std::string>& arguments = {});
  bool full() const { return list_.size() >= kMostMistakes; }
  std::size_t size() const { return list_.size(); }
  // The newest one is about this line: no need to say more about it.
  bool ends_at(int line) const { return !list_.empty() && list_.back().place.line == line; }
  // Anything was said about this line.
  bool names(int line) const;

  // Takes back what was said of this line under this code: it follows from something else.
  void withdraw(const std::string& code, int line);

  Diagnostics take();  // in order of line, then column

 private:
  std::string path_;
  Diagnostics list_;
  std::set<int> lines_;
  bool overflowed_ = false;
};

// Where most lines below another stand, for a message.
inline constexpr const char* kFurtherIn = ", two spaces further in";

// What every reader is handed: the script as far as it is known, and the report.
struct Reading {
  Report& report;
  Script& script;
  std::map<std::string, int, std::less<>> ids{};  // id -> the line it stands in
  std::deque<std::string> mended{};               // lines as they were meant (habits.h)
  const Node* stray = nullptr;                    // the last line that belongs to nothing
  int unknown_line = -1;  // the last line that was no step: of a whole paragraph one is told
};

}  // namespace attune::dialogs
