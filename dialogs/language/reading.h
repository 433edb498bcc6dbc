// One parse under way: where its readers put what they found wrong.
//
// Lives on the stack of parse(); one thread. Bounded: after kMostMistakes it only notes that there
// were more.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "dialogs/language/definitions.h"
#include "dialogs/language/script.h"

namespace attune::dialogs {

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

  Diagnostics take();  // in order of line, then column

 private:
  std::string path_;
  Diagnostics list_;
  bool overflowed_ = false;
};

// What every reader is handed: the script as far as it is known, and the report.
struct Reading {
  Report& report;
  Script& script;
  std::map<std::string, int, std::less<>> ids{};  // id -> the line it stands in
};

}  // namespace attune::dialogs
