// What is said, in no platform's format, and how it is made to fit one: the one message model.
//
// A Reply becomes one message for each line, with the open question's choices on the line that asks.
// fit() is the only place that degrades: choices become quick replies, else buttons, else a list, else
// numbered lines of the text, whatever the platform's Room allow; a text over its limit is split at a
// paragraph, a sentence or a word. A choice's value is what comes back, whatever form it had; typed
// numbers, labels and `also` words are the engine's to read, so they mean the same on every platform,
// and so does a button of an earlier question. What safety says is marked, so that nothing overtakes it.
//
// Text is plain. Each channel's compose() escapes it once, for its own format; nothing else does.
//
// Pure values; any thread. The numbers in a Room are the platform's, with their source beside them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "bot/turn/reply.h"

namespace attune::bot {

// One way to show choices. 0 choices: the platform has no such way.
struct ChoiceForm {
  std::size_t most = 0;    // choices
  std::size_t label = 0;   // UTF-16 units
  std::size_t value = 0;   // bytes
  std::size_t detail = 0;  // units of a second line; a label too long stands there whole
};

struct Room {
  enum class Unit { kUtf16, kBytes };
  std::size_t text = 4'096;
  std::size_t text_with_choices = 4'096;
  Unit unit = Unit::kUtf16;
  ChoiceForm quick, buttons, list;
};

struct Fitted {
  enum class Form { kNone, kQuick, kButtons, kList };
  struct Choice {
    std::string label, value, detail;
  };
  std::string speaker;  // a cast name; "" is the bot itself
  std::string text;
  Form form = Form::kNone;
  std::vector<Choice> choices;  // unless kNone
  std::string numbered;         // the same text with its choices as numbered lines
  bool safety = false;          // is delivered whatever comes after it
};

std::vector<Fitted> fit(const Reply& reply, const Room& room);

// Lines of these scripts are what a person in danger has to read, also in turns after the first.
bool is_safety(std::string_view script);

// In UTF-16 units, as platforms count. `text` must be valid UTF-8.
std::size_t utf16_units(std::string_view text);

// At most `most` units, cut between words where there are any; never inside a character.
std::vector<std::string> split(std::string_view text, std::size_t most, Room::Unit unit);

// Who speaks, as a person reads it: "", "Sam", or of somebody of the staff "mira (counselor)".
std::string shown_speaker(const Reply::Message& message);

// "Sam: You said six." where a platform has no better way; `speaker` "" is the text alone.
std::string with_speaker(const std::string& speaker, const std::string& text);

// With &, < and > as entities: what XML wants, and Slack, whose mentions and links are made of them.
std::string escaped(std::string_view text);

}  // namespace attune::bot
