// What one turn answers, in no platform's format: stored with the turn, handed back byte for byte to a
// retry, and rendered by each channel.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dialogs/engine/step.h"

namespace attune::bot {

struct Reply {
  struct Message {
    std::string from;    // "Bot", a cast name
    std::string text;
    std::string script;
    std::string line;    // the line's id
    std::shared_ptr<const dialogs::Charted> chart = nullptr;  // what the text says, to be drawn
    std::string picture = "";  // its name, see bot/chart/picture.h
    bool counselor = false;    // a person wrote it: `from`
  };
  struct Choice {
    std::string label;
    std::string value;
    bool not_now = false;
  };
  struct Offer {  // the open question's buttons
    bool scale = false;
    std::string ends;  // "wound up .. settled" for a scale
    std::vector<Choice> choices;
  };
  std::vector<Message> messages;
  std::optional<Offer> offer;
  bool forgotten = false;  // the person asked to be forgotten; nothing follows

  // Kept with the reply and shown by no channel.
  bool safety = false;     // safety was heard in this turn: what it says is delivered whatever comes after
  std::vector<dialogs::Reason> reasons;  // what decided it
  std::string edition;     // the one that the open question belonged to, if it was not the live one
  std::string language;    // that it was heard in; "": the library's own
};

// `version`: of the turn that says it.
Reply reply_of(std::vector<dialogs::Effect> effects, std::vector<dialogs::Reason> reasons = {}, std::uint64_t version = 0);
std::string write(const Reply& reply);            // JSON; the same reply is the same bytes
Reply read_reply(const std::string& bytes);       // throws std::invalid_argument on other bytes
// Of what write() made, or of "" (words whose time has run out), the members that people may be shown,
// without braces: `"messages":[…],"offer":{…}`. A part of `bytes`, or of a literal.
std::string_view shown_members(std::string_view bytes);

}  // namespace attune::bot
