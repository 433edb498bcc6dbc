// What an operator can count. Names and what each means: deploy/OPERATING.md. No label ever holds a
// person's words, a name, or an id.
//
// Two kinds. What happens is counted here as it happens (the turn path pays relaxed adds, no lock and
// no search for labels; only a safety intent or the end of a run looks a label up). What merely is the
// case (queue, disk, connections) is a Reading, asked for at each scrape from the part that knows it.
//
// Threads: any.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace attune::bot {

// One number that another part knows. `name` follows Prometheus: base units, counters end in _total.
struct Reading {
  enum class Kind { kGauge, kCounter };
  Kind kind;
  const char* name;
  const char* help;
  double value;
  std::vector<std::pair<std::string, std::string>> labels = {};
};

class Measures {
 public:
  Measures();
  ~Measures();

  void turn(const char* outcome, double seconds);  // done, duplicate, mismatch, conflict, gone, busy, failed
  void thought(double match_seconds, double step_seconds);
  void committed(std::size_t turns, double seconds);  // one transaction of the store, fsync included
  void safety(const std::string& intent);
  void ended(const std::string& script, const char* outcome);
  void refused(const char* why);  // at the door, see bot/access/gate.cc
  void reloaded(bool served);  // false: the edition was refused, the old one goes on
  void swept(bool whole);      // false: the store refused; what is due is still there

  std::string text(const std::vector<Reading>& readings) const;  // Prometheus text format 0.0.4

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace attune::bot
