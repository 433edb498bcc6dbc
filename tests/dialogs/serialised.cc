#include "serialised.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

namespace attune::dialogs {
namespace {

std::string block(const Block& steps);

std::string text_of(const Line& line) {
  std::string out = line.speaker;
  if (!line.to.empty()) out += ">" + line.to;
  out += "'" + line.text.source() + "'";
  if (line.id_given) out += "#" + line.id;
  return out;
}

std::string literal(const Literal& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value.value)) return std::to_string(*number);
  if (const auto* flag = std::get_if<bool>(&value.value)) return *flag ? "yes" : "no";
  if (const auto* word = std::get_if<std::string>(&value.value)) return "\"" + *word + "\"";
  return "nothing";
}

std::string value(const Set& one) {
  return one.from.empty() ? literal(one.value) : "{" + one.from + "}";
}

std::string outcome(Outcome one) {
  return one == Outcome::kCompleted ? "completed" : one == Outcome::kPaused ? "paused" : "stopped";
}

std::string target(const Target& one) { return one.end ? "end-" + outcome(*one.end) : one.scene; }

std::string vary(const Vary& one) {
  std::string out = "(vary";
  for (const VaryLine& line : one.lines) {
    out += line.only_if ? " " + serialised(*line.only_if) + "?" : " ";
    out += text_of(line.line);
  }
  return out + ")";
}

std::string again(const std::optional<int>& times) {
  return times ? " again " + std::to_string(*times) : "";
}

std::string when(const When& one) {
  return "(when " + serialised(one.condition) + block(one.block) + again(one.again) + ")";
}

std::string question(const Question& one) {
  std::string out = one.from.empty() ? "" : " from " + one.from;
  for (const Prompt& prompt : one.prompts) {
    if (const auto* say = std::get_if<Say>(&prompt)) out += " " + text_of(say->line);
    if (const auto* v = std::get_if<Vary>(&prompt)) out += " " + vary(*v);
  }
  for (const Use& use : one.uses) out += " (use " + use.name + ")";
  if (one.on_answer) out += " (on-answer" + block(*one.on_answer) + ")";
  for (const When& w : one.whens) out += " " + when(w);
  if (one.otherwise) {
    out += " (otherwise" + block(one.otherwise->block) + again(one.otherwise->again) + ")";
  }
  for (const Nudge& nudge : one.nudges) {
    out += " (nudge " + std::to_string(nudge.after) + " " + text_of(nudge.line) + ")";
  }
  if (one.timeout) {
    out +=
        " (timeout " + std::to_string(one.timeout->after) + " " + target(one.timeout->target) + ")";
  }
  if (one.skip) out += " (skip " + target(*one.skip) + ")";
  return out;
}

std::string choice(const Choice& one) {
  std::string out = " (* " + text_of(one.label);
  if (one.not_now) out += " not-now";
  if (one.target) out += " -> " + target(*one.target);
  for (const auto& [words, place] : one.also) out += " also '" + words + "'";
  if (one.only_if) out += " only-if " + serialised(*one.only_if);
  if (one.means) out += " means " + literal(*one.means);
  return out + block(one.block) + ")";
}

struct StepPrinter {
  std::string operator()(const Say& one) const { return text_of(one.line); }
  std::string operator()(const Vary& one) const { return vary(one); }
  std::string operator()(const Ask& one) const {
    return "(ask " + one.slot + question(one.question) + ")";
  }
  std::string operator()(const Choose& one) const {
    std::string out = "(choose" + (one.slot.empty() ? "" : " " + one.slot) + question(one.question);
    for (const Choice& c : one.choices) out += choice(c);
    return out + ")";
  }
  std::string operator()(const Rate& one) const {
    return "(rate " + one.slot + " '" + one.low.source() + "' '" + one.high.source() + "'" +
           (one.id_given ? "#" + one.id : "") + question(one.question) + ")";
  }
  std::string operator()(const Consent& one) const {
    return "(consent " + one.what + question(one.question) +
           (one.declined ? " (declined " + target(*one.declined) + ")" : "") + ")";
  }
  std::string operator()(const If& one) const {
    std::string out = "(if";
    for (const If::Arm& arm : one.arms) {
      out += " (" + serialised(arm.condition) + block(arm.block) + ")";
    }
    return out + (one.otherwise ? " (else" + block(*one.otherwise) + ")" : "") + ")";
  }
  std::string operator()(const Set& one) const {
    return "(set " + one.slot + " " + value(one) + ")";
  }
  std::string operator()(const Add& one) const {
    return "(add " + std::to_string(one.amount) + " " + one.slot + ")";
  }
  std::string operator()(const Forget& one) const {
    std::string out = one.everything ? "(forget everything" : "(forget";
    for (const auto& [slot, place] : one.slots) out += " " + slot;
    return out + ")";
  }
  std::string operator()(const Call& one) const {
    std::string out = "(call " + one.script;
    for (const Set& set : one.with) out += " " + set.slot + "=" + value(set);
    return out + (one.save.empty() ? "" : " save " + one.save) + ")";
  }
  std::string operator()(const SwitchTo& one) const { return "(switch " + one.script + ")"; }
  std::string operator()(const Rewind& one) const {
    std::string out = "(rewind " + one.scene;
    for (const auto& [slot, place] : one.keeping) out += " keeping " + slot;
    return out + ")";
  }
  std::string operator()(const Go& one) const { return "(-> " + target(one.target) + ")"; }
  std::string operator()(const Wait& one) const {
    return one.until_minute >= 0 ? "(wait until " + std::to_string(one.until_minute) + ")"
                                 : "(wait " + std::to_string(one.duration) + ")";
  }
  std::string operator()(const Remind& one) const {
    std::string out = one.both ? "(remind both " : "(remind ";
    out += one.recurring
               ? "day " + std::to_string(one.weekday) + " at " + std::to_string(one.at_minute)
               : "in " + std::to_string(one.after);
    return out + " " + one.script + ")";
  }
  std::string operator()(const ForgetReminder&) const { return "(forget reminder)"; }
  std::string operator()(const Each& one) const {
    std::string out = "(each";
    if (one.within) out += " within " + std::to_string(one.within);
    if (one.otherwise) out += " otherwise " + target(*one.otherwise);
    out += block(one.block);
    if (!one.part_a.empty()) out += " (A" + block(one.part_a) + ")";
    if (!one.part_b.empty()) out += " (B" + block(one.part_b) + ")";
    return out + ")";
  }
  std::string operator()(const Reveal& one) const {
    std::string out = "(reveal " + one.slot;
    out += one.both_ways ? " both ways" : " " + one.from + " " + one.to;
    if (one.asks) out += " asks " + text_of(*one.asks);
    if (one.shows) out += " shows " + text_of(*one.shows);
    return out + (one.declined ? " declined " + target(*one.declined) : "") + ")";
  }
  std::string operator()(const Relay& one) const {
    return "(relay " + one.slot + " " + one.from + " " + one.to + ")";
  }
  std::string operator()(const Floor& one) const { return "(floor " + one.to + ")"; }
  std::string operator()(const Chart& one) const { return "(chart " + one.slot + ")"; }
  std::string operator()(const HandOff& one) const {
    return "(hand off '" + one.reason + "'" + (one.urgent ? " urgent" : "") +
           (one.resumed ? " resumed " + target(*one.resumed) : "") +
           (one.timeout ? " timeout " + std::to_string(one.timeout->after) + " " + target(one.timeout->target) : "") + ")";
  }
  std::string operator()(const Do& one) const {
    std::string out = "(do " + one.action;
    for (const Set& set : one.with) out += " " + set.slot + "=" + value(set);
    if (!one.save.empty()) out += " save " + one.save;
    return out + (one.failed ? " failed " + target(*one.failed) : "") + ")";
  }
};

std::string block(const Block& steps) {
  std::string out;
  for (const Step& step : steps) out += " " + std::visit(StepPrinter{}, step.what);
  return out;
}

std::string type(const SlotType& one) {
  static const char* const kNames[] = {"text", "choice",   "number", "yes/no",
                                       "date", "duration", "list"};
  return std::string(kNames[static_cast<int>(one.kind)]) + " " + std::to_string(one.low) + ".." +
         std::to_string(one.high);
}

std::string keep(const Keep& one) {
  switch (one.kind) {
    case Keep::Kind::kScript:
      return "";
    case Keep::Kind::kNone:
      return " keep none";
    case Keep::Kind::kRun:
      return " keep run";
    case Keep::Kind::kFor:
      return " keep " + std::to_string(one.duration);
  }
  return "?";
}

std::string slot(const Slot& one) {
  return one.name + ": " + type(one.type) +
         (one.starts_at ? " starts " + literal(*one.starts_at) : "") +
         (one.measure ? " measure" : "") + (one.is_private ? " private" : "") +
         (one.shared ? " shared" : "") + keep(one.keep) + "\n";
}

}  // namespace

std::string serialised(const Condition& one) {
  using Kind = Condition::Kind;
  static const char* const kOps[] = {"is", "is-not", "<", "<=", ">", ">="};
  const std::string op = kOps[static_cast<int>(one.op)];
  const std::string name = one.who.empty() ? one.name : one.who + "." + one.name;
  switch (one.kind) {
    case Kind::kHeard:
      return name;
    case Kind::kFlag:
      return "flag:" + name;
    case Kind::kCompare:
      return "[" + name + " " + op + " " + literal(one.value) + "]";
    case Kind::kIsSet:
      return "[" + name + " set]";
    case Kind::kVisited:
      return "[visited " + name + " " + std::to_string(one.times) + "]";
    case Kind::kDone:
      return "[done " + name + " " + std::to_string(one.within) + "]";
    case Kind::kDaysSince:
      return "[days " + name + " " + op + " " + literal(one.value) + "]";
    case Kind::kHour:
      return "[hour " + op + " " + literal(one.value) + "]";
    case Kind::kAnd:
    case Kind::kOr:
    case Kind::kNot:
      break;
  }
  std::string out = one.kind == Kind::kAnd ? "(and" : one.kind == Kind::kOr ? "(or" : "(not";
  for (const Condition& part : one.parts) out += " " + serialised(part);
  return out + ")";
}

std::string serialised(const Script& script) {
  std::string out;
  for (const Slot& one : script.slots) out += slot(one);
  for (const Hears& list : script.hears) {
    out += "hears " + list.name + ":";
    for (const auto& [phrase, place] : list.phrases) out += " '" + phrase + "'";
    out += "\n";
  }
  for (const Remarks& remarks : script.remarks) {
    out += "remarks " + remarks.name;
    for (const When& one : remarks.whens) out += " " + when(one);
    out += "\n";
  }
  for (const On& on : script.always) {
    out += "on " + on.intent + (on.leaves ? " switch " : " call ") + on.script + "\n";
  }
  for (const Scene& scene : script.scenes) {
    out += "== " + scene.name + (scene.calm ? " calm" : "") +
           (scene.checkpoint ? " checkpoint" : "") + block(scene.steps) + "\n";
  }
  return out;
}

std::string found(const Diagnostics& list) {
  std::string out;
  for (const Diagnostic& one : list) {
    if (!out.empty()) out += ", ";
    out += std::to_string(one.place.line) + ":" + std::to_string(one.place.column) + " " + one.code;
  }
  return out;
}

Script parsed(const std::string& text, const std::string& path) {
  const SourceFile file{path, text};
  Parsed result = parse(file);
  for (const Diagnostic& one : result.diagnostics) UNSCOPED_INFO(render(one, text));
  REQUIRE(result.diagnostics.empty());
  return std::move(result.script);
}

std::string mistakes(const std::string& text, const std::string& path) {
  return found(parse({path, text}).diagnostics);
}

std::string file_text(const std::string& path) {
  std::ifstream file(std::string(ATTUNE_SOURCE_DIR) + "/" + path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace attune::dialogs
