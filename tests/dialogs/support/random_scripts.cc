#include "support/random_scripts.h"

namespace attune::dialogs::tiny {
namespace {

// Writes one script, line by line. Loops always pass a question, so that the runaway guard has no
// part in what is proved.
class Author {
 public:
  Author(Dice& dice, std::string stem, std::vector<std::string> below)
      : dice_(dice), stem_(std::move(stem)), below_(std::move(below)) {}

  std::string write() {
    scenes_ = dice_.between(1, 4);
    line(0, "title: Random");
    line(0, "about: For tests.");
    if (dice_.one_in(4)) line(0, "keep: 2 days");
    if (dice_.one_in(6)) {
      line(0, "needs: not safety.open");
      line(0, "needs otherwise: help/topic");
    }
    line(0, "");
    line(0, "slots");
    const char* const keep[] = {"", ", keep none", ", keep run", ", keep 1 hours"};
    line(1, std::string("words: text up to 60") + keep[dice_.below(4)]);
    line(1, std::string("heap: list up to 3") + keep[dice_.below(4)]);
    line(1, "n: number 0 to 9, starts at 2, measure");
    line(1, "ok: yes/no");
    line(1, "day: date");
    line(1, "long: duration");
    line(1, "pick: choice");
    line(0, "");
    line(0, "hears");
    line(1, "late: late | waited");
    line(0, "");
    line(0, "remarks noted");
    line(1, "when advice");
    say(2);
    line(2, "again at most 1");
    for (int i = 0; i < scenes_; ++i) scene(i);
    return out_;
  }

 private:
  void line(int depth, const std::string& text) {
    out_ += std::string(static_cast<std::size_t>(depth) * 2, ' ') + text + "\n";
  }
  std::string id() {
    const std::string number = std::to_string(++ids_);
    return " #" + stem_ + (number.size() < 2 ? "0" : "") + number;
  }
  std::string text() {
    const char* const texts[] = {"Plain words.",
                                 "So {words} it is.",
                                 "{heap} and {n}.",
                                 "\"{heard}\"?",
                                 "Hello {my.name}.",
                                 "{card.crisis}",
                                 "{pick} {ok} {day} {long}",
                                 "{{brace} and {partner}"};
    return texts[dice_.below(8)];
  }
  void say(int depth) { line(depth, "Bot: " + text() + id()); }

  std::string condition(int depth = 0) {
    const char* const plain[] = {"blame",
                                 "defend",
                                 "late",
                                 "n > 4",
                                 "n <= 6",
                                 "ok is yes",
                                 "pick is tea",
                                 "words is set",
                                 "visited s0 2 times",
                                 "done it/three",
                                 "hour >= 20",
                                 "safety.open",
                                 "my.name is set",
                                 "days since day > 1"};
    if (depth > 1 || dice_.one_in(2)) return plain[dice_.below(14)];
    if (dice_.one_in(4)) return "not " + std::string(plain[dice_.below(14)]);
    return "(" + condition(depth + 1) + ")" + (dice_.one_in(2) ? " and " : " or ") + "(" +
           condition(depth + 1) + ")";
  }

  std::string target() {
    if (dice_.one_in(6)) return dice_.one_in(2) ? "-> end" : "-> end paused";
    return "-> s" + std::to_string(dice_.below(scenes_));
  }

  void prompts(int depth) {
    if (dice_.one_in(4)) say(depth);
    if (dice_.one_in(4)) {
      line(depth, "vary");
      say(depth + 1);
      line(depth + 1, "if " + condition() + ": Bot: " + text() + id());
      say(depth + 1);
    } else {
      say(depth);
    }
  }

  void branches(int depth) {
    if (dice_.one_in(3)) line(depth, "use noted");
    if (dice_.one_in(3)) {
      line(depth, "on answer");
      small_step(depth + 1);
    }
    const int whens = dice_.below(3);
    for (int i = 0; i < whens; ++i) {
      line(depth, "when " + condition());
      block(depth + 1, 2);
      if (dice_.one_in(2)) line(depth + 1, "again at most " + std::to_string(dice_.between(1, 3)));
    }
    if (dice_.one_in(3)) {
      line(depth, "otherwise");
      block(depth + 1, 2);
      if (dice_.one_in(2)) line(depth + 1, "again at most 6");
    }
    if (dice_.one_in(3)) line(depth, "skip " + target());
  }

  void question(int depth) {
    const char* const slots[] = {
        "words", "words", "words", "heap", "n", "ok", dice_.one_in(2) ? "day" : "long", "my.name"};
    switch (dice_.below(5)) {
      case 0:
      case 1:
        line(depth, std::string("ask ") + slots[dice_.below(8)]);
        prompts(depth + 1);
        return branches(depth + 1);
      case 2:
        return choose(depth);
      case 3:
        line(depth, "rate n: low .. high" + id());
        prompts(depth + 1);
        if (dice_.one_in(3)) line(depth + 1, "skip " + target());
        return;
      default:
        line(depth, dice_.one_in(2) ? "consent heavy" : "consent save texts");
        prompts(depth + 1);
        line(depth + 1, "declined -> s" + std::to_string(dice_.below(scenes_)));
    }
  }

  void choose(int depth) {
    line(depth, dice_.one_in(3) ? "choose" : "choose pick");
    prompts(depth + 1);
    const int choices = dice_.between(2, 4);
    for (int i = 0; i < choices; ++i) {
      const bool goes = dice_.one_in(3);
      line(depth + 1, "* Label " + std::to_string(i) + id() + (goes ? " " + target() : ""));
      if (i > 1 && dice_.one_in(2)) line(depth + 2, "only if " + condition());
      if (dice_.one_in(3)) line(depth + 2, i == 0 ? "means tea" : "means other");
      if (!goes && dice_.one_in(2)) small_step(depth + 2);
    }
  }

  void small_step(int depth) {
    switch (dice_.below(6)) {
      case 0:
        return line(depth, "add " + std::to_string(dice_.between(-3, 12)) + " to n");
      case 1:
        return line(depth, "set n = " + std::to_string(dice_.below(20)));
      case 2:
        return line(depth, "forget words, heap");
      case 3:
        return line(depth, "set my.count = 3");
      default:
        return say(depth);
    }
  }

  void step(int depth, int room) {
    switch (dice_.below(room > 0 ? 9 : 5)) {
      case 5:
        line(depth, "if " + condition());
        block(depth + 1, room - 1);
        if (dice_.one_in(2)) {
          line(depth, "otherwise if " + condition());
          block(depth + 1, room - 1);
        }
        if (dice_.one_in(2)) {
          line(depth, "otherwise");
          block(depth + 1, room - 1);
        }
        return;
      case 6:
        return question(depth);
      case 7:
        if (below_.empty()) return small_step(depth);
        return line(
            depth,
            "call " +
                below_[static_cast<std::size_t>(dice_.below(static_cast<int>(below_.size())))] +
                (dice_.one_in(2) ? " with n = 3" : "") + (dice_.one_in(2) ? " save words" : ""));
      case 8:
        line(depth, "vary");
        say(depth + 1);
        return say(depth + 1);
      default:
        return small_step(depth);
    }
  }

  void block(int depth, int room) {
    const int steps = dice_.between(1, 2);
    for (int i = 0; i < steps; ++i) step(depth, room);
  }

  void scene(int index) {
    line(0, "");
    line(0,
         "== s" + std::to_string(index) + (index == 0 || dice_.one_in(2) ? " (checkpoint)" : ""));
    block(0, 2);
    question(0);
    block(0, 2);
    switch (dice_.below(index == 0 ? 5 : 4)) {
      case 0:
        return line(0, "-> s" + std::to_string(dice_.below(scenes_)));
      case 1:
        return line(0, "rewind to s0");
      case 2:
        return line(0, dice_.one_in(3) ? "switch to help/menu" : "end completed");
      default:
        return line(0, "end " + std::string(dice_.one_in(2) ? "completed" : "stopped"));
    }
  }

  Dice& dice_;
  std::string stem_;
  std::vector<std::string> below_;
  std::string out_;
  int scenes_ = 1;
  int ids_ = 0;
};

}  // namespace

int Dice::below(int n) {
  state_ ^= state_ << 13;
  state_ ^= state_ >> 7;
  state_ ^= state_ << 17;
  return static_cast<int>((state_ >> 11) % static_cast<std::uint64_t>(n));
}

Files random_files(Dice& dice) {
  Files files = house();
  files["it/three.talk"] = Author(dice, "three", {}).write();
  files["it/two.talk"] = Author(dice, "two", {"it/three", "help/topic"}).write();
  files["it/it.talk"] = Author(dice, "it", {"it/two", "it/three"}).write();
  return files;
}

Event random_event(Dice& dice, const Library& library, const Effect* offered) {
  Event event;
  event.local_hour = dice.below(24);
  if (dice.one_in(25)) {
    event.kind = Event::Kind::kStart;
    return event;
  }
  const std::string own = std::string(kCanary) + " said ";
  const std::string words[] = {own + "this",
                               own + "you always",
                               own + "i was only late",
                               own + "you should, i waited",
                               own + "one, two",
                               own + "a\nb\nc\nd",
                               own + std::string(80, 'x'),
                               own + "something else"};
  const char* const shorts[] = {"3",    "1",     "12",         "label 1", "yes",
                                "nope", "today", "20 minutes", "",        "tea"};
  const char* const commands[] = {"back",  "repeat",   "skip", "help",
                                  "pause", "help now", "stop", "exit"};
  const bool has_buttons = offered != nullptr && !offered->choices.empty();
  const int kind = dice.below(20);
  if (kind == 0) {
    event.hearing = hear(library, commands[dice.below(dice.one_in(3) ? 8 : 6)]);
  } else if (kind == 1) {
    event.hearing = hear(library, own + (dice.one_in(4) ? "kill me" : "hopeless"));
  } else if (kind < (has_buttons ? 14 : 3)) {
    event.hearing = hear(library, "");
    event.choice = dice.one_in(2) ? "it/it#it06=it07" : "it/it#it02=3";
    if (has_buttons)
      event.choice = offered
                         ->choices[static_cast<std::size_t>(
                             dice.below(static_cast<int>(offered->choices.size())))]
                         .value;
  } else if (kind < 16) {
    event.hearing = hear(library, words[dice.below(8)]);
  } else {
    event.hearing = hear(library, shorts[dice.below(10)]);
  }
  if (dice.one_in(40)) event.hearing.safety_ran = false;
  return event;
}

}  // namespace attune::dialogs::tiny
