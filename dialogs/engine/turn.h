// One step under way: the state being changed, the place in the script being run, what was said so
// far. Inside of the engine only; step() makes one, runs it, and takes it apart.
//
// Its members are spread over one file per noun, named at each group. While nothing runs, the top
// frame rests at a question (its `at`), every frame under an interrupt or a repair rests at its own
// question, and every frame under a call rests at that call.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dialogs/engine/conditions.h"
#include "dialogs/engine/landing.h"
#include "dialogs/engine/state.h"
#include "dialogs/engine/step.h"

namespace attune::dialogs {

// Asked where a run is to leave its edition and has no place in the next.
inline constexpr const char* kChanged = "repair/changed";

class Turn {
 public:
  Turn(const Library& live, const Held& held, State state, const Event& event);
  Stepped take();

 private:
  enum class Showing {
    kFirst,   // the question is new: all prompts, counters at zero
    kFull,    // after an interrupt, `repeat`, `back`: all prompts
    kShort,   // after a repair: the last prompt
    kSilent,  // after `again`: no prompt, but choices if it has some
              // a `wait` says nothing the first time, and else that it waits
  };

  // What a message is to the open question.
  struct Reading {
    enum class Fit { kNone, kChoice, kValue, kYes, kNo, kText, kList };
    Fit fit = Fit::kNone;
    int choice = -1;
    Value value;
    std::vector<std::string> texts;  // kText: one; kList: the items
    std::string repair;              // kNone: the script that says what did not fit
    std::string how;                 // for the reason: "by its label", "number 2"
  };

  // step.cc: the order of a message
  void message();
  void nothing_open();
  void open_chat();
  void run_moment(const char* moment);
  void finish();

  // tongue.cc: the person's language
  void take_language();
  void speak_their_language();

  // guard.cc: what keeps a step finite and whole
  void run();
  void cut();
  void drop_lost();

  // running.cc: one instruction after another
  void execute();
  bool leaves_while_only_saying(Instruction::Op op);
  void enter_scene(const Scene& scene);
  void branch(const Instruction& instruction);
  void say(const Line& line);
  void say_only(const std::string& name, const Slots& given = {});

  // vary.cc
  const Line* pick(const Vary& vary) const;
  const Line* pick_again(const Vary& vary) const;
  void note_seen(const Line& line);
  std::string seen_name(const Line& line) const;

  // chart.cc
  void chart(const Chart& step);
  std::vector<Measured> points(const MeasureName& measure);

  // slots.cc
  const Slot* slot(const std::string& name) const;
  void put(const std::string& name, Value value);
  void put_texts(const std::string& name, const std::vector<std::string>& texts, bool list);
  void unset(const std::string& name);
  void set(const Set& step);
  void copy(const Set& step);
  Value handed(const Set& with, const Slot& slot, const Header& header);
  void add(const Add& step);
  void forget(const Forget& step);
  Value constant(const Slot& slot, const Literal& literal) const;
  void save(const Frame& ended, const Script& script, Outcome outcome);

  // frames.cc
  const Library* library_of(const Frame& frame) const;
  const Program* program_of(const Frame& frame) const;
  void point_at_top();
  bool begin(const Library& from, const std::string& script, Frame::Why why, const Call* call);
  const Program* behind_gates(const Library& from, std::string name);
  void fill(Frame& frame, const Program& program, const Call* call);
  void fill_memory();
  void call(const Call& step);
  void end(Outcome outcome);
  void record(const Frame& frame, const Script& script, Outcome outcome);
  void come_back(Frame::Why why, Outcome outcome);
  void leave_all();
  void switch_to(const std::string& script);

  // moving.cc: from one edition to the next
  bool same_but_for_words(const Frame& frame) const;
  void use_new_words();
  bool leaves(const Frame& frame) const;
  bool go_over(int question);
  void arrive(Frame frame, const Landing& place);
  bool ask_whether_to_begin_again(const QuestionCode& question);
  void begin_again();

  // interrupts.cc
  bool take_moment();
  bool take_interrupt();
  void interrupt(const On& line, const std::string& reason);
  void make_room(bool safety);
  bool is_safety(const std::string& script) const;

  // safety.cc
  bool take_safety();
  bool hard_safety_heard() const;
  const On* safety_line() const;
  bool was_settled(const On& line);
  void note_heard(const On& line);
  void act_on_safety(const On& line);
  void open_safety(const std::string& script);
  void clear_safety();
  void fail_closed();

  // timers.cc
  void fire();
  bool spoke() const;
  void mark_unread();
  void fire_nudge();
  void fire_timeout();
  void fire_wait();
  void fire_reminder(Timer timer);
  void bring(const Timer& timer);
  void put_off(Timer timer, Time due);
  void add_timer(Timer timer);
  void remind(const Remind& step);
  void forget_reminders();
  Time end_of(const Wait& wait) const;
  bool question_waits() const;
  std::optional<Timer> next_of_question() const;
  void set_question_timer();
  void take_place();
  Time awake(Time due, Time since) const;
  bool is_awake(Time due, Time since) const;
  bool among_safety() const;
  bool asked_while_they_wrote() const;
  void note_written();

  // notice.cc
  void keep_time();
  bool notice_due() const;
  void give_notice();

  // questions.cc
  const QuestionCode& question() const;
  bool wait(const QuestionCode& question, Showing showing);
  bool ask(int index, Showing showing);
  void ask_again(Showing showing);
  void prompts(const QuestionCode& question, Showing showing);
  void prompt(const Prompt& prompt, Showing showing);
  void offer(const QuestionCode& question);
  void offer_choices(const QuestionCode& question, Effect& effect) const;
  void offer_scale(const QuestionCode& question, Effect& effect) const;
  void offer_yes_no(const QuestionCode& question, Effect& effect) const;
  std::vector<int> shown(const QuestionCode& question) const;

  // reading.cc: a message against the open question
  Reading read_press(const QuestionCode& question) const;
  void read_pressed_value(const QuestionCode& question, std::string_view value,
                          Reading& reading) const;
  Reading read_words(const QuestionCode& question) const;
  Reading read_choice(const QuestionCode& question) const;
  Reading read_number(const Slot* slot) const;
  Reading read_yes_no() const;
  Reading read_typed(const Slot& slot) const;
  Reading read_text(const Slot& slot) const;
  Reading read_list(const Slot& slot) const;

  // answers.cc
  void answer();
  void say_kept_as_answer();
  void accept(const Reading& reading);
  void store(const QuestionCode& question, const Reading& reading);
  void lead_on(const QuestionCode& question, const Reading& reading);
  void consented(const QuestionCode& question, bool yes);
  void miss(const std::string& repair);
  const Slot* asked_slot() const;
  void say_repair(const std::string& repair);
  void stale();

  // branches.cc
  bool a_branch_hears(const QuestionCode& question, const Reading& reading);
  void take_branch(int question);
  bool used_up(int question, int branch, const std::optional<int>& again) const;
  void wait_again(const Instruction& instruction);

  // commands.cc
  bool take_command();
  bool asks_for_own_words();
  bool offered_in_these_words();
  bool own_command(const std::string& name);
  void repeat();
  void skip();

  // handing.cc
  bool rests_at_hand_off(const Frame& frame) const;
  bool silent() const;
  void hand_off(const HandOff& step);
  void wait_or_go_on();
  void go_on_at(int to);
  const Frame* barred();
  void take_counselor();
  void say_counselors_words();
  void still_offered();
  void keep_for_counselor();
  std::optional<Timer> next_of_hand_off() const;
  void fire_nobody();
  bool goes_on_above_hand_off(const std::string& script);
  void end_handed_off();
  void tell_inbox(std::uint32_t had, const std::string& by);

  // trail.cc
  void remember();
  void close_way_back();
  void back();
  bool step_out();
  void restore(const Snapshot& snapshot);
  void rewind(const Rewind& step, int to);

  Frame& top() { return state_.conversation.frames.back(); }
  const Frame& top() const { return state_.conversation.frames.back(); }
  std::vector<Frame>& frames() { return state_.conversation.frames; }
  bool idle() const { return state_.conversation.frames.empty(); }
  Scope scope() const { return {*library_, *program_->script, top(), state_, event_}; }
  std::string where() const;
  void reason(const char* what, std::string detail);

  const Library& source_;
  const Held& held_;
  const Event& event_;
  State state_;
  const Library* live_;  // source_ in the person's language
  std::vector<Effect> effects_;
  std::vector<Reason> reasons_;
  std::vector<MeasureName> wanted_;

  // The place being run; library_ and program_ belong to the top frame.
  const Library* library_ = nullptr;
  const Program* program_ = nullptr;
  int pc_ = 0;
  bool resting_ = true;
  bool only_saying_ = false;      // a script's lines are borrowed; it may not ask or leave
  const Heard* heard_ = nullptr;  // what {heard} shows
  int instructions_ = 0;

  // What the guard needs to undo a run: how it was when the event came in.
  std::size_t opened_ = 0;  // frames that were there
  std::string opened_scene_;   // of the top one of them, and where it rested
  std::string opened_at_;
  std::vector<Frame> left_;  // those frames, if they were left
  bool whole_ = true;        // none of them has ended by itself
  bool remembered_ = false;  // the trail of the top one has grown
  bool was_cut_ = false;
  std::optional<std::pair<std::size_t, Frame>> before_moving_;  // a frame as it was, and which

  bool kept_as_answer_ = false;  // a command that here is the answer
  bool first_contact_ = false;
  bool lost_ = false;
  bool forget_person_ = false;
  const HandOff* handing_ = nullptr;  // what has handed off in this step, and in which script
  std::string handing_script_;
  Effect::HandOff over_ = Effect::HandOff::kLeft;  // how a hand off that was under way ended, if it did
  std::string safety_intent_;  // what opened the safety script that is beginning
};

}  // namespace attune::dialogs
