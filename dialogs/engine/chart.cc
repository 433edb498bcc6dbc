// A measure over time: what there is of it, and the same in words.
//
// The words are a script, repair/chart, so that a counselor can reword them; whoever cannot see the
// picture gets them, and so does every channel that shows none.
#include <algorithm>
#include <utility>

#include "dialogs/engine/rendering.h"
#include "dialogs/engine/turn.h"

namespace attune::dialogs {
namespace {

constexpr const char* kInWords = "repair/chart";

// The scale that first asks for this slot; its ends name the ends of the chart.
const Rate* scale_of(const Program& program, const std::string& slot) {
  for (const QuestionCode& question : program.questions) {
    if (question.kind != QuestionCode::Kind::kRate) continue;
    const Rate& rate = std::get<Rate>(question.step->what);
    if (rate.slot == slot) return &rate;
  }
  return nullptr;
}

// "0 (wound up)"
std::string end_of_scale(std::int64_t number, const std::string& words) {
  return std::to_string(number) + (words.empty() ? "" : " (" + words + ")");
}

}  // namespace

MeasureName measure_name(const std::string& script, const std::string& slot) {
  return {slot.starts_with("my.") ? "" : script, slot};
}

// What the event brought, and after it what this very turn has measured.
std::vector<Measured> Turn::points(const MeasureName& measure) {
  std::vector<Measured> points;
  const auto known = event_.history.find(measure);
  if (known != event_.history.end())
    points = known->second;
  else if (std::find(wanted_.begin(), wanted_.end(), measure) == wanted_.end())
    wanted_.push_back(measure);
  for (const Effect& effect : effects_) {
    if (effect.kind == Effect::Kind::kMeasure && measure_name(effect.script, effect.name) == measure)
      points.push_back({event_.now, event_.local_day, effect.number});
  }
  return points;
}

void Turn::chart(const Chart& step) {
  const Slot* declared = slot(step.slot);
  if (declared == nullptr) return;
  auto charted = std::make_shared<Charted>();
  charted->measure = measure_name(program_->script->name, step.slot);
  charted->low = declared->type.low;
  charted->high = declared->type.high;
  charted->points = points(charted->measure);
  if (const Rate* rate = scale_of(*program_, step.slot)) {
    charted->low_words = render(rate->low, scope(), heard_);
    charted->high_words = render(rate->high, scope(), heard_);
  }
  Slots given = {{"times", static_cast<std::int64_t>(charted->points.size())},
                 {"from", end_of_scale(charted->low, charted->low_words)},
                 {"to", end_of_scale(charted->high, charted->high_words)}};
  const auto tell = [&](const std::string& name, const Measured& point) {
    given[name] = point.number;
    given[name + "-day"] = Day{point.day};
  };
  if (!charted->points.empty()) {
    const auto less = [](const Measured& a, const Measured& b) { return a.number < b.number; };
    const auto [lowest, highest] = std::pair(
        std::min_element(charted->points.begin(), charted->points.end(), less),
        std::max_element(charted->points.begin(), charted->points.end(), less));
    tell("first", charted->points.front());
    tell("last", charted->points.back());
    tell("lowest", *lowest);
    tell("highest", *highest);
    given["level"] = lowest->number == highest->number;
  }
  const std::size_t before = effects_.size();
  say_only(kInWords, given);
  if (charted->points.empty() || effects_.size() == before) return;
  Effect effect;
  effect.kind = Effect::Kind::kChart;
  effect.script = program_->script->name;
  effect.name = step.slot;
  effect.chart = std::move(charted);
  effects_.push_back(std::move(effect));
}

}  // namespace attune::dialogs
