// Editions of one small script, checked as a publisher's are, and one person who goes through them.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "dialogs/engine/step.h"
#include "dialogs/language/library.h"

namespace attune::dialogs::publishing {

// The small library with it/it and it/two put in; null if the check refuses it.
std::shared_ptr<const Library> edition(const std::string& hash, const std::string& it,
                                       const std::string& two = "");

// "title: It …" and so on, before `slots`.
std::string script(const std::string& body, const std::string& header = "");

Hearing hear(const std::string& words);

// Whom one question was put to: what the answer has to be filed under.
struct Seen {
  std::string edition, script, anchor;
  const QuestionCode* question = nullptr;
};

class Visitor {
 public:
  explicit Visitor(std::shared_ptr<const Library> first);

  // From now on `next` is served; with `move` its runs go over at their next question.
  void publish(std::shared_ptr<const Library> next, bool move);

  void open();
  void say(const std::string& words);
  void press(const std::string& value);
  void press_label(const std::string& label);
  void send(Event event);

  std::string lines() const;  // ids of what was said
  std::string text() const;   // all of it
  const Effect* offer() const;
  const Frame* top() const;
  std::string at() const;                            // "it/it#it02", or ""
  std::string slot(const std::string& name) const;  // of the top frame; "" if unset
  std::string slots() const;                         // "a=7 b=yes", of all frames
  std::string reasons() const;
  Seen seen() const;  // the question that is open, as its own edition has it

  std::shared_ptr<const Library> live;
  Stepped last;
  Time now = 1'764'000'000;

 private:
  std::vector<std::shared_ptr<const Library>> kept_;
  std::map<std::string, bool> leaves_;
};

}  // namespace attune::dialogs::publishing
