#include "dialogs/play/learn.h"

#include <algorithm>
#include <optional>

#include "dialogs/play/stage.h"

namespace attune::dialogs {
namespace {

bool is_expectation(const PlayLine& line) {
  return line.kind == PlayLine::Kind::kHeard || line.kind == PlayLine::Kind::kAssert ||
         line.kind == PlayLine::Kind::kEnded;
}

Learnt::New said(const Effect& effect) {
  const std::string what = effect.line.empty() ? effect.text : "#" + effect.line;
  return {effect.speaker + ": " + what, effect.line.empty() ? "" : effect.text};
}

class Pupil {
 public:
  Pupil(const Play& play, const Library& library, const Ear& ear)
      : lines_(play.lines), stage_(play, library, ear) {}

  Learnt learn() {
    const auto last = std::find_if(lines_.rbegin(), lines_.rend(), is_expectation);
    const auto told = static_cast<std::size_t>(lines_.rend() - last);  // lines up to the last expectation
    for (std::size_t at = 0; at < lines_.size();) {
      const PlayLine& action = lines_[at++];
      if (!stage_.take(action)) {
        out_.trouble = "it wants " + stage_.result().expected + ", and there is " + stage_.result().came;
        out_.place = action.place;
        return std::move(out_);
      }
      std::size_t end = at;
      while (end < lines_.size() && is_expectation(lines_[end])) ++end;
      if (end == at && at > told) fill(action, end == lines_.size());
      compare(at, end);
      at = end;
    }
    return std::move(out_);
  }

 private:
  // All that a turn says of which nothing was expected.
  void fill(const PlayLine& action, bool last) {
    auto& comes = out_.changes[action.place.line].comes;
    for (const Effect& effect : stage_.said()) comes.push_back(said(effect));
    if (last && stage_.outcome()) comes.push_back({std::string("= ended ") + name_of(*stage_.outcome()), ""});
    if (comes.empty()) out_.changes.erase(action.place.line);
  }

  void compare(std::size_t from, std::size_t to) {
    std::vector<const PlayLine*> missing;  // since the last that came
    std::size_t met = 0;
    for (std::size_t at = from; at < to; ++at) {
      const PlayLine& line = lines_[at];
      const bool holds = stage_.take(line);
      if (line.kind != PlayLine::Kind::kHeard) {
        if (!holds) put_aside(line);
      } else if (!holds) {
        missing.push_back(&line);
      } else {
        replace(missing, met, stage_.met() - 1);
        met = stage_.met();
      }
    }
    replace(missing, met, stage_.said().size());
  }

  // What did not come, by what came between those that did.
  void replace(std::vector<const PlayLine*>& missing, std::size_t from, std::size_t to) {
    for (const PlayLine* line : missing) out_.changes[line->place.line].goes = true;
    if (!missing.empty()) {
      auto& comes = out_.changes[missing.front()->place.line].comes;
      for (std::size_t at = from; at < to; ++at) comes.push_back(said(stage_.said()[at]));
    }
    missing.clear();
  }

  void put_aside(const PlayLine& line) {
    auto& change = out_.changes[line.place.line];
    change.goes = true;
    if (line.kind == PlayLine::Kind::kEnded && stage_.outcome()) {
      change.comes.push_back({std::string("= ended ") + name_of(*stage_.outcome()), ""});
    } else {
      change.comes.push_back({"// = " + line.text + "  (no longer so: " + stage_.result().came + ")", ""});
    }
  }

  const std::vector<PlayLine>& lines_;
  Stage stage_;
  Learnt out_;
};

}  // namespace

Learnt learn(const Play& play, const Library& library, const Ear& ear) {
  return Pupil(play, library, ear).learn();
}

std::string changed(const std::string& text, const std::map<int, Learnt::Change>& changes) {
  std::string out;
  int number = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string line = text.substr(begin, end - begin);
    const auto change = changes.find(++number);
    if (change == changes.end() || !change->second.goes) out += line + (end < text.size() || change != changes.end() ? "\n" : "");
    if (change != changes.end()) {
      const std::string indent = line.substr(0, std::min(line.find_first_not_of(" \t"), line.size()));
      for (const auto& one : change->second.comes) out += indent + one.text + "\n";
    }
    begin = end + 1;
  }
  return out;
}

}  // namespace attune::dialogs
