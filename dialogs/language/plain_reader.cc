#include "dialogs/language/plain_reader.h"

namespace attune::dialogs {

bool read_set(StepLine& line, Step& step) {
  Set set;
  if (!take_slot(line, set.slot, &set.slot_place) || !line.words.take("=")) return false;
  const Segment rest = line.node.head.from(line.words.rest());
  if (rest.text.empty()) return false;
  if (!take_value(line, set) || !line.words.at_end()) {
    line.reading.report.add(diagnostics::kUnreadableValue, rest.place(), {std::string(rest.text)});
    return false;
  }
  step.what = std::move(set);
  return true;
}

bool read_add(StepLine& line, Step& step) {
  Add add;
  const auto amount = line.words.take_number();
  if (!amount || !line.words.take("to")) return false;
  add.amount = *amount;
  if (!take_slot(line, add.slot, &add.slot_place)) return false;
  step.what = std::move(add);
  return true;
}

namespace {

using Slots = std::vector<std::pair<std::string, Place>>;

bool take_slots(StepLine& line, Slots& slots) {  // "slot, slot"
  do {
    std::string slot;
    Place place;
    if (!take_slot(line, slot, &place)) return false;
    slots.emplace_back(std::move(slot), place);
  } while (line.words.take(","));
  return true;
}

}  // namespace

bool read_forget(StepLine& line, Step& step) {
  if (line.words.take("reminder")) {
    step.what = ForgetReminder{};
    return true;
  }
  Forget forget;
  if (line.words.take("everything")) {
    forget.everything = true;
  } else if (!take_slots(line, forget.slots)) {
    return false;
  }
  step.what = std::move(forget);
  return true;
}

bool read_call(StepLine& line, Step& step) {
  Call call;
  if (!take_script(line, call.script, call.script_place)) return false;
  if (line.words.take("with") && !take_with(line, call.with)) return false;
  if (line.words.take("save") && !take_slot(line, call.save, &call.save_place)) return false;
  step.what = std::move(call);
  return true;
}

bool read_switch(StepLine& line, Step& step) {
  SwitchTo to;
  if (!line.words.take("to") || !take_script(line, to.script, to.script_place)) return false;
  step.what = std::move(to);
  return true;
}

bool read_rewind(StepLine& line, Step& step) {
  Rewind rewind;
  if (!line.words.take("to") || !take_scene(line, rewind.scene, rewind.scene_place)) return false;
  if (line.words.take("keeping") && !take_slots(line, rewind.keeping)) return false;
  step.what = std::move(rewind);
  return true;
}

bool read_go(StepLine& line, Step& step) {
  const auto target = read_target(line.reading, line.node.head.from(line.words.rest()));
  if (!target) return false;
  line.words.take_rest();
  step.what = Go{*target};
  return true;
}

bool read_end(StepLine& line, Step& step) {
  Go go;
  go.target.place = line.node.head.place();
  if (line.words.at_end() || line.words.take("completed")) go.target.end = Outcome::kCompleted;
  if (line.words.take("paused")) go.target.end = Outcome::kPaused;
  if (line.words.take("stopped")) go.target.end = Outcome::kStopped;
  if (!go.target.end) return false;
  step.what = std::move(go);
  return true;
}

}  // namespace attune::dialogs
