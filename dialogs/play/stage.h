// The stage of one play: the engine, a clock that the play drives, and what was said and offered last.
//
// Lines are taken in the order of the play. One that does not hold changes nothing, so that whoever
// learns or compares can go on with the next. Holds references to the play, library and ear, which
// must outlive it. One thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "dialogs/play/play.h"

namespace attune::dialogs {

class Stage {
 public:
  Stage(const Play& play, const Library& library, const Ear& ear)
      : play_(play), original_(library), ear_(ear) {}

  PlayResult run();

  // False: it does not hold, or cannot be done; result() says what was wanted and what came.
  bool take(const PlayLine& line);
  const PlayResult& result() const { return result_; }

  // Of the last turn, or of all turns of one `~`.
  const std::vector<Effect>& said() const { return said_; }
  const std::vector<Effect::Choice>& offered() const { return offered_; }
  // How the script that was started ended; nothing while it goes on.
  std::optional<Outcome> outcome() const;
  // That many of said() come before what is expected next.
  std::size_t met() const { return next_; }

 private:
  bool fail(std::string expected, std::string came);
  // For whoever mends the play or the script: the turn it was at, and all that decided it.
  void explain();
  bool set_up(const PlayLine& line);
  // What the counselor who has taken over does when they are done.
  bool give_back();
  bool set_hour(const std::string& text);
  bool remember(const std::string& slot, const std::string& text);
  Event event_now() const;
  // What comes due on the way comes when it is due; what is written below is what came of all of it.
  bool pass(Seconds duration);
  bool say(const std::string& words, const std::string& choice);
  bool press(const std::string& label);
  bool go(const Event& event);
  // Pressed, typed or by its number: the reason names the question and quotes the label.
  void note_chosen(const Reason& reason);
  void note(const Effect& effect, const Event& event);
  // The next line that was said and fits; lines in between may be left out.
  bool expect(const PlayLine& line);
  bool holds_now(const PlayLine& line);
  bool ended(const PlayLine& line);

  const Play& play_;
  const Library& original_;
  const Ear& ear_;
  Library library_;
  std::string script_;
  State state_;
  History history_;
  Frame last_;  // the played script's frame as it was last seen
  Time now_ = 1'767'607'200;  // 2026-01-05 10:00 UTC, a Monday: plays are the same every day
  std::vector<Effect> said_;
  std::vector<Effect::Choice> offered_;
  std::size_t next_ = 0;
  std::map<std::string, Outcome> endings_;
  std::optional<Outcome> any_end_;
  std::vector<Reason> reasons_;
  Hearing heard_;  // of the last turn
  int turns_ = 0;  // 1: the start
  PlayResult result_;
};

// "completed", "paused" or "stopped"
const char* name_of(Outcome outcome);

}  // namespace attune::dialogs
