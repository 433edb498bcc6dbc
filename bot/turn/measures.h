// What an operator can count. Names and what each means: deploy/OPERATING.md. No label ever holds a
// person's words, a name, or an id. Thread-safe.
#pragma once

#include <memory>
#include <string>

namespace attune::bot {

class Measures {
 public:
  Measures();
  ~Measures();

  void turn(const char* outcome, double seconds);  // done, duplicate, mismatch, conflict, busy, failed
  void thought(double match_seconds, double step_seconds);
  void safety(const std::string& intent);
  void ended(const std::string& script, const char* outcome);
  void refused(const char* why);                   // at the door, see bot/access/gate.cc
  void gauge(const char* name, double value);      // see measures.cc for the list
  std::string text() const;                        // Prometheus text format

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace attune::bot
