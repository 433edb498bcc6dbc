// attune test --replay: what people wrote in recorded conversations, said once more to a draft. Told is
// only what it would do otherwise; other words for the same line are counted.
//
// A recording is what `attune export` writes. All conversations of one person are gone through in the
// order of their turns, since what is remembered in one is asked for in another. From the turn in which
// the draft has another question open, the rest is not compared: it answers what the person saw then.
// Nothing is written anywhere.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>

#include "bot/cli/commands.h"
#include "bot/cli/workbench.h"
#include "bot/turn/clock.h"
#include "bot/turn/reply.h"
#include "bot/turn/turns.h"
#include "bot/turn/zones.h"
#include "dialogs/engine/why.h"

namespace attune::bot {
namespace fs = std::filesystem;
namespace {

using nlohmann::json;

struct Recorded {
  std::string conversation;
  std::uint64_t number = 0;
  std::string at;  // as it is written
  std::int64_t time = 0;
  std::string kind, said;
  Reply reply;
  bool gone = false;  // its words have run out
};

std::int64_t time_of(const std::string& at) {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  if (std::sscanf(at.c_str(), "%d-%d-%d %d:%d:%d", &year, &month, &day, &hour, &minute, &second) != 6) throw std::invalid_argument("a time is not one");
  const std::chrono::sys_days days = std::chrono::year{year} / std::chrono::month(static_cast<unsigned>(month)) / std::chrono::day(static_cast<unsigned>(day));
  return days.time_since_epoch().count() * std::int64_t{86'400} + hour * 3'600 + minute * 60 + second;
}

// Every turn of the person, oldest first. Throws on what is no export.
std::vector<Recorded> recorded(const json& person) {
  if (person.value("format", "") != "attune-export-1") throw std::invalid_argument("it is no export");
  std::vector<Recorded> all;
  for (const auto& conversation : person.at("conversations")) {
    for (const auto& turn : conversation.at("turns")) {
      Recorded one;
      one.conversation = conversation.at("id");
      one.number = turn.at("number");
      one.at = turn.at("at");
      one.time = time_of(one.at);
      one.kind = turn.at("kind");
      one.said = turn.at("said");
      one.gone = turn.at("reply").is_null() || (one.kind == "message" && one.said.empty());
      if (!turn.at("reply").is_null()) one.reply = read_reply(turn.at("reply").dump());
      all.push_back(std::move(one));
    }
  }
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.time < b.time; });
  return all;
}

// What a reply does, without its words: who says which line, and which buttons there are.
std::vector<std::string> behaviour(const Reply& reply) {
  std::vector<std::string> all;
  for (const auto& message : reply.messages) {
    all.push_back(message.from + ": " + message.script + " #" + (message.line.empty() ? message.text : message.line));
  }
  if (reply.offer) {
    for (const auto& choice : reply.offer->choices) all.push_back("button " + choice.value);
  }
  return all;
}

std::string words_of(const Reply& reply) {
  std::string all;
  for (const auto& message : reply.messages) all += message.text + '\n';
  if (reply.offer) {
    for (const auto& choice : reply.offer->choices) all += choice.label + '\n';
  }
  return all;
}

// The question that is open after it: its buttons' question, else its last line.
std::string open_after(const Reply& reply) {
  if (reply.offer && !reply.offer->choices.empty()) {
    const std::string& value = reply.offer->choices.front().value;
    return value.substr(0, value.find('='));
  }
  return reply.messages.empty() ? "" : reply.messages.back().script + "#" + reply.messages.back().line;
}

struct Sums {
  int conversations = 0, turns = 0;  // that were compared
  int otherwise = 0, turns_otherwise = 0, reworded = 0, left = 0, gone = 0;
};

class Person {
 public:
  Person(const Edition& edition, Sums& sums, std::string file) : edition_(edition), sums_(sums), file_(std::move(file)) {}

  void go(const std::vector<Recorded>& turns) {
    for (const Recorded& turn : turns) {
      Talk& talk = talks_[turn.conversation];
      if (talk.begins) ++sums_.conversations;
      talk.begins = false;
      if (turn.gone && !talk.over) {
        talk.over = true;
        ++sums_.gone;
      }
      if (talk.over) {
        if (!turn.gone) ++sums_.left;
        continue;
      }
      compare(turn, talk, answer(turn, talk));
    }
  }

 private:
  struct Talk {
    dialogs::Conversation state;
    Reply last;
    bool begins = true, over = false, told = false;
  };

  dialogs::Event event_of(const Recorded& turn, const Talk& talk) const {
    dialogs::Event event;
    event.kind = turn.kind == "start" ? dialogs::Event::Kind::kStart : turn.kind == "timer" ? dialogs::Event::Kind::kTimer : dialogs::Event::Kind::kMessage;
    event.now = turn.time;
    event.language = turn.reply.language;
    event.zone = zone_named(dialogs::zone_of(person_));
    const LocalTime local = local_time(event.now, event.zone);
    event.local_hour = local.hour;
    event.local_day = local.day;
    event.history = history_;
    event.hearing.safety_ran = true;
    if (event.kind == dialogs::Event::Kind::kTimer) event.timer = dialogs::next_timer(talk.state, turn.time).value_or(0);
    if (event.kind != dialogs::Event::Kind::kMessage) return event;
    event.hearing = edition_.hear(turn.said, dialogs::language_of(person_, event.language));
    if (!talk.last.offer) return event;
    for (const auto& choice : talk.last.offer->choices) {
      if (choice.label == turn.said) event.choice = choice.value;
    }
    return event;
  }

  Reply answer(const Recorded& turn, Talk& talk) {
    const dialogs::Event event = event_of(turn, talk);
    auto stepped = dialogs::step(*edition_.library, {}, {std::move(talk.state), std::move(person_)}, event);
    talk.state = std::move(stepped.state.conversation);
    person_ = std::move(stepped.state.person);
    for (const auto& effect : stepped.effects) {
      if (effect.kind != dialogs::Effect::Kind::kMeasure) continue;
      history_[dialogs::measure_name(effect.script, effect.name)].push_back({event.now, event.local_day, effect.number});
    }
    talk.last = reply_of(std::move(stepped.effects), std::move(stepped.reasons));
    if (talk.last.forgotten) talk.state = {}, person_ = {}, history_.clear();
    return talk.last;
  }

  void compare(const Recorded& turn, Talk& talk, const Reply& now) {
    ++sums_.turns;
    if (behaviour(turn.reply) == behaviour(now)) {
      if (words_of(turn.reply) != words_of(now)) ++sums_.reworded;
      return;
    }
    ++sums_.turns_otherwise;
    if (!talk.told) {
      ++sums_.otherwise;
      std::cout << "\n" << file_ << ", conversation " << turn.conversation.substr(0, 8) << "\n";
    }
    talk.told = true;
    tell(turn, now);
    if (open_after(turn.reply) == open_after(now)) return;
    talk.over = true;
    std::cout << "    Another question is open now: what follows is not compared.\n";
  }

  static void tell(const Recorded& turn, const Reply& now) {
    std::cout << "  turn " << turn.number << ", " << turn.at << (turn.said.empty() ? "" : "  You: " + turn.said) << "\n";
    const auto was = behaviour(turn.reply), is = behaviour(now);
    print(was, is, "    -  ", turn.reply);
    print(is, was, "    +  ", now);
    for (const auto& reason : now.reasons) std::cout << "    because: " << dialogs::in_words(reason, turn.said) << "\n";
  }

  // What of the one reply the other has not.
  static void print(const std::vector<std::string>& all, const std::vector<std::string>& other, const char* sign, const Reply& reply) {
    const std::set<std::string> there(other.begin(), other.end());
    bool any = false;
    for (std::size_t at = 0; at < all.size(); ++at) {
      if (there.count(all[at]) > 0) continue;
      any = true;
      const bool message = at < reply.messages.size();
      std::cout << sign << (message ? all[at] + "  " + reply.messages[at].text : "[" + reply.offer->choices[at - reply.messages.size()].label + "]") << "\n";
    }
    if (any || !std::set<std::string>(all.begin(), all.end()).empty()) return;
    std::cout << sign << "nothing is said\n";
  }

  const Edition& edition_;
  Sums& sums_;
  const std::string file_;
  dialogs::Person person_;
  dialogs::History history_;
  std::map<std::string, Talk> talks_;
};

std::vector<std::string> recordings(const std::string& where) {
  std::vector<std::string> files;
  if (fs::is_regular_file(where)) files.push_back(where);
  if (fs::is_directory(where)) {
    for (const auto& entry : fs::recursive_directory_iterator(where)) {
      if (entry.is_regular_file() && entry.path().extension() == ".json") files.push_back(entry.path().string());
    }
  }
  std::sort(files.begin(), files.end());
  if (files.empty()) throw std::runtime_error("there is no recording in " + where + ": `attune export PERSON --to FOLDER` writes one");
  return files;
}

std::vector<Recorded> read(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  try {
    return recorded(json::parse(in));
  } catch (const std::exception&) {
    throw std::runtime_error(file + " is no recording: `attune export PERSON --to FOLDER` writes one, export.json");
  }
}

std::string counted(int n, const std::string& noun) { return std::to_string(n) + " " + noun + (n == 1 ? "" : "s"); }

}  // namespace

int replay(const TestOptions& options) {
  std::map<std::string, std::vector<Recorded>> people;
  for (const std::string& file : recordings(options.replay)) people[file] = read(file);
  const Workbench bench = open_workbench(options.folders, options.what);
  if (!usable(bench)) return kWrongScript;
  Sums sums;
  for (const auto& [file, turns] : people) Person(*bench.built.edition, sums, file).go(turns);
  std::cout << "\n" << counted(sums.turns, "turn") << " of " << counted(sums.conversations, "conversation") << " compared: "
            << (sums.turns_otherwise == 0 ? "none goes otherwise" : counted(sums.turns_otherwise, "turn") + " of " + counted(sums.otherwise, "conversation") + " otherwise")
            << ", " << sums.reworded << " only in other words\n";
  if (sums.left > 0) std::cout << counted(sums.left, "turn") << " after those not compared\n";
  if (sums.gone > 0) std::cout << counted(sums.gone, "conversation") << " cannot be followed to the end: words are no longer kept\n";
  return sums.turns_otherwise == 0 ? kOk : kFailedTest;
}

}  // namespace attune::bot
