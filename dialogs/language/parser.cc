// A file is read in three passes: lines to a tree by indentation (source_tree); what is written as
// elsewhere to what is meant (habits); then the tree to a script by recursive descent, one reader
// per noun: header_reader, section_reader, step_reader, question_reader, together_reader,
// later_reader; within a line words, text_reader, condition_reader.
//
// Recovery follows from the tree: whatever a line does wrong, its siblings stand where they stand,
// and are read as if nothing had happened. A misspelt word is reported once and then taken as the
// word it resembles, so that what stands below it is read too.
#include "dialogs/language/parser.h"

#include <algorithm>

#include "dialogs/language/habits.h"
#include "dialogs/language/header_reader.h"
#include "dialogs/language/line_ids.h"
#include "dialogs/language/question_reader.h"
#include "dialogs/language/section_reader.h"
#include "dialogs/language/source_tree.h"
#include "dialogs/language/step_reader.h"

namespace attune::dialogs {
namespace {

constexpr std::string_view kEnding = ".talk";
constexpr const char* kNames =
    "A name is small letters, digits and dashes, without spaces, and begins with a letter.";

Script::Kind kind_of(std::string_view path) {
  if (path == "always.talk") return Script::Kind::kAlways;
  if (path == "memory.talk") return Script::Kind::kMemory;
  if (path == "remarks.talk") return Script::Kind::kRemarks;
  return Script::Kind::kScript;
}

std::string name_of(std::string_view path) {
  if (path.size() > kEnding.size() && path.substr(path.size() - kEnding.size()) == kEnding) {
    path.remove_suffix(kEnding.size());
  }
  return std::string(path);
}

class FileReader {
 public:
  FileReader(Reading& reading, const std::vector<Node>& nodes) : reading_(reading), nodes_(nodes) {}

  void read() {
    for (std::size_t at = read_header(reading_, nodes_, 0); at < nodes_.size(); ++at) {
      read_section(nodes_[at]);
    }
    if (reading_.script.kind == Script::Kind::kScript && reading_.script.scenes.empty()) {
      const int last = nodes_.empty() ? 1 : nodes_.back().head.line;
      reading_.report.add(diagnostics::kNoScene, {last, 1, 0});
    }
  }

 private:
  enum Order { kHeader, kSlots, kHears, kRemarks, kScenes };

  void read_section(const Node& node) {
    const std::string_view word = node.first_word();
    if (word.substr(0, 2) == "==") {
      enter(kScenes, node, "==");
      read_scene(node);
      return;
    }
    if (word == "slots") {
      enter(kSlots, node, "slots");
      read_slots(reading_, node);
    } else if (word == "hears") {
      enter(kHears, node, "hears");
      read_hears(reading_, node);
    } else if (word == "remarks") {
      enter(kRemarks, node, "remarks");
      read_remarks(node);
    } else if (word == "on" && reading_.script.kind == Script::Kind::kAlways) {
      read_on(node);
    } else {
      read_loose(node);
    }
  }

  // What a file of this kind does not hold; what it holds twice or too late.
  void enter(Order order, const Node& node, const std::string& what) {
    using Kind = Script::Kind;
    const Kind kind = reading_.script.kind;
    const Place place = node.head.place_of(node.first_word());
    const bool fits = kind == Kind::kScript || (kind == Kind::kMemory && order == kSlots) ||
                      (kind == Kind::kRemarks && order == kRemarks);
    if (!fits) {
      const std::string holds = kind == Kind::kAlways   ? "It holds only `on INTENT ...` lines."
                                : kind == Kind::kMemory ? "It holds only `slots`."
                                                        : "It holds only `remarks`.";
      reading_.report.add(
          diagnostics::kWrongFile, place,
          {order == kScenes ? "A scene" : "`" + what + "`", reading_.script.path, holds});
    } else if (order < order_) {
      reading_.report.add(diagnostics::kWrongOrder, place, {what});
    } else if (order == order_ && order < kRemarks) {
      reading_.report.add(diagnostics::kGivenTwice, place, {what, std::to_string(order_line_)});
    }
    if (order >= order_) {
      order_ = order;
      order_line_ = node.head.line;
    }
  }

  void read_scene(const Node& node) {
    refuse_continuation(reading_, node);
    Words words(node.head.from(trimmed(node.head.text.substr(2))));
    Scene scene;
    // A name of several words ends at the first mark.
    const std::string_view rest = words.rest();
    std::string_view name = trimmed(rest.substr(0, rest.find('(')));
    for (const std::string_view mark : {" calm", " checkpoint"}) {
      if (name.size() != rest.size() || name.size() <= mark.size() ||
          name.substr(name.size() - mark.size()) != mark)
        continue;
      (mark == " calm" ? scene.calm : scene.checkpoint) = true;
      const std::string_view word = name.substr(name.size() - mark.size() + 1);
      reading_.report.add(diagnostics::kUnknownMark, words.place_of(word),
                          {std::string(word), "(" + std::string(word) + ")"});
      name = trimmed(name.substr(0, name.size() - mark.size()));
      words = Words(words.segment().from(name));
    }
    scene.place = name.empty() ? words.next_place() : words.place_of(name);
    scene.name = std::string(name);
    if (name.empty()) {
      reading_.report.add(diagnostics::kMalformedStep, words.next_place(),
                          {"== scene", "Give the scene a name, such as `== start`."});
    } else if (!is_name(name)) {
      scene.name = as_name(name);
      reading_.report.add(diagnostics::kUnreadableName, scene.place,
                          {std::string(name), "scene", kNames, scene.name});
    }
    if (!name.empty()) {
      words.back_to(
          static_cast<std::size_t>(name.data() + name.size() - words.segment().text.data()));
    }
    while (!words.at_end()) read_mark(words, scene);
    if (node.children.empty() && !steps_beside(node)) {
      reading_.report.add(
          diagnostics::kMissingBlock, node.head.place(),
          {"== " + scene.name, "its steps", "; the steps of a scene are not indented"});
    }
    read_block(reading_, node.children, scene.steps);
    reading_.script.scenes.push_back(std::move(scene));
  }

  void read_mark(Words& words, Scene& scene) {
    const std::string_view rest = words.rest();
    const Place place = words.segment().place_of(rest);
    const bool bracket = words.take("(");
    const std::string mark(words.take());
    if (bracket && mark == "calm" && words.take(")")) {
      scene.calm = true;
    } else if (bracket && mark == "checkpoint" && words.take(")")) {
      scene.checkpoint = true;
    } else {
      reading_.report.add(diagnostics::kUnknownMark, place,
                          {std::string(rest), nearest(mark, {"calm", "checkpoint"})});
      words.take_rest();
    }
  }

  // Steps of a scene stand beside its heading, not below it.
  bool steps_beside(const Node& node) const {
    const auto at = static_cast<std::size_t>(&node - nodes_.data()) + 1;
    return at < nodes_.size() && nodes_[at].head.text.substr(0, 2) != "==";
  }

  void read_remarks(const Node& node) {
    Words words = words_after(node, "remarks");
    Remarks remarks;
    remarks.place = words.next_place();
    remarks.name = std::string(words.take());
    if (!is_name(remarks.name) || !words.at_end()) {
      reading_.report.add(diagnostics::kMalformedStep, remarks.place, {"remarks NAME"});
    }
    if (node.children.empty()) {
      reading_.report.add(diagnostics::kMissingBlock, node.head.place(),
                          {"remarks", "branches such as `when blame`", kFurtherIn});
    }
    static const std::vector<std::string> kWords = {"when"};
    for (const Node& child : node.children) {
      const auto speaker = speaker_of(reading_, child.head.text);
      const std::string_view word = opening_word(reading_, child, kWords);
      if (word == "when") {
        remarks.whens.push_back(read_when(reading_, child));
      } else if (speaker && speaker->known) {
        reading_.report.add(diagnostics::kMisplacedPart, child.head.place_of(speaker->written),
                            {std::string(speaker->written) + ":", "remarks",
                             "Under `remarks` stand only branches: `when CONDITION`."});
      }
    }
    reading_.script.remarks.push_back(std::move(remarks));
  }

  void read_on(const Node& node) {
    Words words = words_after(node, "on");
    On on;
    on.place = words.next_place();
    on.intent = std::string(words.take());
    bool fits = is_name(on.intent);
    if (fits && words.take("switch")) {
      on.leaves = true;
      fits = words.take("to");
    } else {
      fits = fits && words.take("call");
    }
    const Place wrong = words.next_place();
    on.script_place = wrong;
    on.script = std::string(words.take());
    if (!fits || !is_script_name(on.script) || !words.at_end()) {
      reading_.report.add(diagnostics::kMalformedOn, wrong);
      return;
    }
    refuse_children(reading_, node, "on");
    reading_.script.always.push_back(std::move(on));
  }

  // A step: of the scene above it. Where the first scene's heading was forgotten, that is told
  // once, and the steps are read as though it stood there.
  void read_loose(const Node& node) {
    if (reading_.script.scenes.empty()) {
      const std::string word(node.first_word());
      if (reading_.script.kind != Script::Kind::kScript) {
        if (complained_) return;
        complained_ = true;
        reading_.report.add(diagnostics::kWrongFile, node.head.place_of(node.first_word()),
                            {"'" + word + "'", reading_.script.path,
                             "Steps stand in the scenes of a script of their own."});
        return;
      }
      reading_.report.add(diagnostics::kOutsideScene, node.head.place_of(node.first_word()),
                          {word});
      Scene first;
      const bool taken = std::any_of(nodes_.begin(), nodes_.end(), [](const Node& one) {
        return one.head.text.substr(0, 8) == "== start";
      });
      first.name = taken ? "top" : "start";
      first.place = node.head.place();
      reading_.script.scenes.push_back(std::move(first));
    }
    Block& block = reading_.script.scenes.back().steps;
    read_block(reading_, std::span<const Node>(&node, 1), block);
  }

  Reading& reading_;
  const std::vector<Node>& nodes_;
  Order order_ = kHeader;
  int order_line_ = 0;
  bool complained_ = false;
};

}  // namespace

Parsed parse(const SourceFile& file) {
  Parsed parsed;
  parsed.script.path = file.path;
  parsed.script.name = name_of(file.path);
  parsed.script.kind = kind_of(file.path);
  Report report(file.path);
  Reading reading{report, parsed.script};
  std::vector<Node> nodes = read_tree(file, report);
  mend_habits(reading, nodes);
  if (!nodes.empty() || report.size() == 0) FileReader(reading, nodes).read();
  parsed.diagnostics = report.take();
  assign_ids(parsed.script);
  return parsed;
}

}  // namespace attune::dialogs
