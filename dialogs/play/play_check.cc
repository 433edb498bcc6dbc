// A play against the library it is for: who speaks in it, which lines and slots it names.
#include <algorithm>
#include <set>

#include "dialogs/check/walk.h"
#include "dialogs/language/definitions.h"
#include "dialogs/play/play.h"

namespace attune::dialogs {
namespace {

using namespace diagnostics;

class PlayCheck {
 public:
  PlayCheck(const Play& play, const Library& library) : play_(play), library_(library) {}

  Diagnostics run() {
    for (const PlayLine& line : play_.lines) {
      switch (line.kind) {
        case PlayLine::Kind::kStart:
          set_up(line);
          break;
        case PlayLine::Kind::kHeard:
          heard(line);
          break;
        case PlayLine::Kind::kAssert:
          asserted(line);
          break;
        default:
          break;
      }
    }
    if (!program_ && list_.empty() && !play_.lines.empty()) {
      add(kUnreadablePlay, play_.place,
          {"This play starts no script", "Write below its name: > start SCRIPT"});
    }
    return std::move(list_);
  }

 private:
  void add(const Definition& definition, Place place, const std::vector<std::string>& about) {
    list_.push_back(make(definition, play_.path, place, about));
  }

  // A play's lines are parsed as a whole: the name is looked for in the line by its length.
  static Place tail_of(const PlayLine& line, std::size_t length) {
    Place place = line.place;
    const int cut = place.length - static_cast<int>(length);
    if (cut < 0) return place;
    return {place.line, place.column + cut, static_cast<int>(length)};
  }

  std::vector<std::string> scripts() const {
    std::vector<std::string> names;
    for (const auto& [name, program] : library_.programs) names.push_back(name);
    return names;
  }

  void script(const PlayLine& line) {
    // A script of somebody's own, beside its play, is started by its file's name.
    std::string own = play_.path.substr(play_.path.rfind('/') + 1);
    own = own.substr(0, own.rfind('.'));
    const bool beside = library_.find("try/" + own) != nullptr;
    const std::string near = beside ? own : nearest(line.text, scripts());
    add(kPlayUnknownName, tail_of(line, line.text.size()),
        {"script", line.text, near,
         beside ? "Your script is called by its file's name without .talk: `> start " + own + "`."
                : "`attune scripts` lists those of the library; one of your own lies beside its "
                  "play, under the same name, and is called by that."});
  }

  void set_up(const PlayLine& line) {
    if (line.who == "start") {
      program_ = library_.find(line.text);
      if (!program_) script(line);
    } else if (line.who == "done") {
      if (!library_.find(line.text)) script(line);
    } else if (line.who.rfind("my.", 0) == 0 && library_.memory.count(line.who) == 0) {
      memory(line.who, line.place);
    }
  }

  void memory(const std::string& name, Place place) {
    std::vector<std::string> names;
    for (const auto& [known, slot] : library_.memory) names.push_back(known);
    add(kPlayUnknownName, place,
        {"slot", name, nearest(name, names), "What is remembered is declared in memory.talk."});
  }

  void heard(const PlayLine& line) {
    speaker(line);
    const std::size_t hash = line.text.rfind('#');
    const bool is_id = hash != std::string::npos && (hash == 0 || line.text[hash - 1] == ' ') &&
                       line.text.find(' ', hash) == std::string::npos;
    if (!is_id) return;
    const std::string id = line.text.substr(hash + 1);
    if (exists(id)) return;
    std::vector<std::string> ids;
    if (program_) {
      for (const auto& [known, one] : program_->lines) ids.push_back(known);
    }
    add(kPlayUnknownLine, tail_of(line, id.size() + 1),
        {id, program_ ? program_->script->name : "", nearest(id, ids)});
  }

  bool exists(const std::string& id) const {
    for (const auto& [name, program] : library_.programs) {
      if (program->lines.count(id) > 0) return true;
    }
    bool found = false;  // in remarks.talk
    Visit visit;
    visit.line = [&](const Line& line, const Spot&) { found = found || line.id == id; };
    for (const auto& shared : library_.shared) walk(*shared, visit);
    return found;
  }

  void speaker(const PlayLine& line) {
    if (line.who == "Bot") return;
    std::vector<std::string> names = {"Bot", "You"};
    for (const auto& [name, program] : library_.programs) {
      const auto& cast = program->script->header.cast;
      if (std::find(cast.begin(), cast.end(), line.who) != cast.end()) return;
      if (program.get() == program_) names.insert(names.end(), cast.begin(), cast.end());
    }
    Place place = line.place;
    place.length = static_cast<int>(line.who.size());
    add(kPlayUnknownSpeaker, place, {line.who, nearest(line.who, names), told(names)});
  }

  static std::string told(const std::vector<std::string>& names) {
    std::string text;
    for (std::size_t i = 0; i < names.size(); ++i) {
      text += (i == 0 ? "`" : i + 1 == names.size() ? " and `" : ", `") + names[i] + "`";
    }
    return text;
  }

  void asserted(const PlayLine& line) {
    if (!program_) return;
    each_part(line.condition, [&](const Condition& part) { part_of(part, line); });
  }

  void part_of(const Condition& part, const PlayLine& line) {
    const Script& script = *program_->script;
    if (part.kind == Condition::Kind::kHeard) {
      add(kPlayUnknownName, line.place,
          {"condition", part.name, "", "Write what is so: `= " + part.name + " is set`."});
      return;
    }
    if (part.kind == Condition::Kind::kVisited) {
      if (program_->scenes.count(part.name) > 0) return;
      std::vector<std::string> names;
      for (const Scene& scene : script.scenes) names.push_back(scene.name);
      add(kPlayUnknownName, line.place, {"scene", part.name, nearest(part.name, names), ""});
      return;
    }
    const bool about_slot = part.kind == Condition::Kind::kCompare ||
                            part.kind == Condition::Kind::kIsSet ||
                            part.kind == Condition::Kind::kDaysSince;
    if (!about_slot) return;
    if (part.name.rfind("my.", 0) == 0) {
      if (library_.memory.count(part.name) == 0) memory(part.name, line.place);
      return;
    }
    std::vector<std::string> names;
    for (const Slot& slot : script.slots) {
      if (slot.name == part.name) return;
      names.push_back(slot.name);
    }
    add(kPlayUnknownName, line.place,
        {"slot", part.name, nearest(part.name, names),
         names.empty() ? "" : script.name + " has " + told(names) + "."});
  }

  const Play& play_;
  const Library& library_;
  const Program* program_ = nullptr;
  Diagnostics list_;
};

}  // namespace

Diagnostics check_play(const Play& play, const Library& library) {
  return PlayCheck(play, library).run();
}

}  // namespace attune::dialogs
