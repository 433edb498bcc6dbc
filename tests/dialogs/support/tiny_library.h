// A library small enough to hold in the head, parsed and compiled without the check (so that it may
// hold what the check refuses), ears that hear by plain substrings, and one person at the keyboard.
//
// For tests of the engine. Chat::send() proves after every step that the state survives being
// written and read, that its control data holds no words of the person, and that the step is pure.
#pragma once

#include <catch2/catch.hpp>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "dialogs/engine/step.h"
#include "dialogs/language/library.h"

namespace attune::dialogs::tiny {

using Files = std::map<std::string, std::string>;  // "listen/x.talk" -> text

// always.talk, memory.talk, every repair script (its only line is #NAME01), and the safety and help
// scripts that always.talk names.
Files house();

// house() with one more script, "it/it.talk", under the header a script needs.
Files house_with(const std::string& script);

std::shared_ptr<Library> assemble(const Files& files, const std::string& hash = "edition-1");

const Vocabulary& vocabulary();
std::string fold(std::string_view text);
Hearing hear(const Library& library, const std::string& words);

class Chat {
 public:
  explicit Chat(const Files& files) : library(assemble(files)) {}
  explicit Chat(std::shared_ptr<Library> of) : library(std::move(of)) {}

  void open();                            // the chat is opened
  void say(const std::string& words);     // typed
  void press(const std::string& value);   // a button
  void send(Event event);                 // any event; time and hour are filled in
  void begin(const std::string& script);  // past the first contact, into `script`

  std::string lines() const;                // ids of what was said: "it01 it02"
  std::string last_text() const;            // of the last kSay
  std::vector<std::string> labels() const;  // of the last kOffer
  const Effect* offer() const;
  std::string ended() const;  // "it/it completed, ..." of this turn
  std::string why() const;    // every reason in plain words, one a line
  bool has(Effect::Kind kind) const;
  const Frame& top() const { return last.state.conversation.frames.back(); }
  bool idle() const { return last.state.conversation.frames.empty(); }
  std::string at() const { return idle() ? "" : top().script + "#" + top().at; }
  std::string slot(const std::string& name) const;  // "", "7", "yes", "late", "\"typed words\""

  std::shared_ptr<Library> library;
  Held held;
  Stepped last;
  std::string said;  // typed last
  Time now = 1'764'000'000;
  int hour = 12;
};

}  // namespace attune::dialogs::tiny
