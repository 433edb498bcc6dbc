#include "dialogs/language/structure.h"

#include <set>

namespace attune::dialogs {
namespace {

template <class... F>
struct Cases : F... {
  using F::operator()...;
};
template <class... F>
Cases(F...) -> Cases<F...>;

// Writes each part with its length, so that two different trees never give the same text.
class Writer {
 public:
  Writer(const Script& script, const std::vector<std::shared_ptr<const Script>>& shared)
      : script_(script), shared_(shared) {}

  void write() {
    header(script_.header);
    for (const Slot& each : script_.slots) slot(each);
    for (const Hears& each : script_.hears) hears(each);
    for (const Scene& each : script_.scenes) scene(each);
    for (const Remarks& each : script_.remarks) {  // whoever uses them has them in its own structure
      word(each.name);
      for (const When& one : each.whens) when(one);
    }
    for (const On& each : script_.always) {
      word(each.intent);
      number(each.leaves);
      word(each.script);
    }
  }

  void surroundings(const std::map<std::string, Slot>& memory, const DefinitionOf& definition_of) {
    for (const std::string& name : std::set<std::string>(memory_)) {
      if (const auto found = memory.find(name); found != memory.end()) slot(found->second);
    }
    for (const std::string& name : heard_) {
      word(name);
      word(definition_of(name));
    }
  }

  Structured take() { return {std::move(structure_), std::move(wording_)}; }

 private:
  static void put(std::string& to, const std::string& text) {
    to += std::to_string(text.size());
    to += ':';
    to += text;
  }
  void word(const std::string& text) { put(structure_, text); }
  void number(std::int64_t value) { word(std::to_string(value)); }
  void said(const std::string& text) { put(wording_, text); }

  void header(const Header& header) {
    for (const auto& [key, field] : header.fields) {
      const bool is_structure = key == "needs" || key == "needs otherwise" || key == "keep" ||
                                key == "heavy" || key == "for" || key == "safety" ||
                                key == "topic" || key.starts_with("or because");
      if (key == "moved" || is_structure) continue;
      said(key);
      said(field.first);
    }
    word(header.topic);
    number(header.for_two);
    number(header.heavy);
    number(static_cast<int>(header.safety));
    keep(header.keep);
    for (const Header::Needs& needs : header.needs) {
      condition(needs.refuse);
      word(needs.script);
    }
  }

  void keep(const Keep& keep) {
    number(static_cast<int>(keep.kind));
    number(keep.duration);
  }

  void slot(const Slot& slot) {
    word("slot");
    word(slot.name);
    number(static_cast<int>(slot.type.kind));
    number(slot.type.low);
    number(slot.type.high);
    number(slot.starts_at.has_value());
    if (slot.starts_at) literal(*slot.starts_at);
    number(slot.measure);
    number(slot.is_private);
    number(slot.shared);
    keep(slot.keep);
  }

  void hears(const Hears& list) {
    word("hears");
    word(list.name);
    number(static_cast<std::int64_t>(list.phrases.size()));
    for (const auto& [phrase, place] : list.phrases) word(phrase);
  }

  void scene(const Scene& scene) {
    word("scene");
    word(scene.name);
    number(scene.calm);
    number(scene.checkpoint);
    block(scene.steps);
  }

  void block(const Block& steps) {
    number(static_cast<std::int64_t>(steps.size()));
    for (const Step& each : steps) step(each);
  }

  void text(const Text& text) { said(text.source()); }

  void line(const Line& line) {
    word(line.id);
    word(line.to);
    said(line.speaker);
    text(line.text);
  }

  void named_slot(const std::string& name) {
    word(name);
    if (name.starts_with("my.")) memory_.insert(name);
  }

  void literal(const Literal& literal) {
    number(static_cast<std::int64_t>(literal.value.index()));
    if (const auto* n = std::get_if<std::int64_t>(&literal.value)) number(*n);
    if (const auto* flag = std::get_if<bool>(&literal.value)) number(*flag);
    if (const auto* text = std::get_if<std::string>(&literal.value)) word(*text);
  }

  void target(const Target& target) {
    word(target.scene);
    number(target.end ? static_cast<int>(*target.end) : -1);
  }
  void target(const std::optional<Target>& target) {
    number(target.has_value());
    if (target) this->target(*target);
  }

  void condition(const Condition& c) {
    using Kind = Condition::Kind;
    number(static_cast<int>(c.kind));
    number(static_cast<int>(c.op));
    const bool of_slot =
        c.kind == Kind::kCompare || c.kind == Kind::kIsSet || c.kind == Kind::kDaysSince;
    of_slot ? named_slot(c.name) : word(c.name);
    if (c.kind == Kind::kHeard) heard_.insert(c.name);
    word(c.who);
    literal(c.value);
    number(c.times);
    number(c.within);
    number(static_cast<std::int64_t>(c.parts.size()));
    for (const Condition& part : c.parts) condition(part);
  }

  void vary(const Vary& vary) {
    number(static_cast<std::int64_t>(vary.lines.size()));
    for (const VaryLine& each : vary.lines) {
      number(each.only_if.has_value());
      if (each.only_if) condition(*each.only_if);
      line(each.line);
    }
  }

  void when(const When& when) {
    condition(when.condition);
    block(when.block);
    number(when.again.value_or(-1));
  }

  void remarks(const std::string& name) {
    word("use");
    word(name);
    for (const Remarks& own : script_.remarks) {
      if (own.name != name) continue;
      for (const When& each : own.whens) when(each);
      return;
    }
    for (const auto& other : shared_) {
      if (other == nullptr) continue;
      for (const Remarks& theirs : other->remarks) {
        if (theirs.name != name) continue;
        for (const When& each : theirs.whens) when(each);
      }
    }
  }

  void question(const Question& question) {
    word(question.from);
    for (const Prompt& prompt : question.prompts) {
      number(static_cast<std::int64_t>(prompt.index()));
      std::visit(Cases{[&](const Say& say) { line(say.line); },
                       [&](const Vary& several) { vary(several); }},
                 prompt);
    }
    for (const Use& use : question.uses) remarks(use.name);
    number(question.on_answer.has_value());
    if (question.on_answer) block(*question.on_answer);
    number(static_cast<std::int64_t>(question.whens.size()));
    for (const When& each : question.whens) when(each);
    number(question.otherwise.has_value());
    if (question.otherwise) {
      block(question.otherwise->block);
      number(question.otherwise->again.value_or(-1));
    }
    for (const Nudge& nudge : question.nudges) {
      number(nudge.after);
      line(nudge.line);
    }
    number(question.timeout.has_value());
    if (question.timeout) {
      number(question.timeout->after);
      target(question.timeout->target);
    }
    target(question.skip);
  }

  void choice(const Choice& choice, bool fills) {
    word("*");
    line(choice.label);
    number(choice.not_now);
    target(choice.target);
    for (const auto& [words, place] : choice.also) said(words);
    number(choice.only_if.has_value());
    if (choice.only_if) condition(*choice.only_if);
    number(choice.means.has_value());
    if (choice.means) literal(*choice.means);
    if (fills && !choice.means) word(choice.label.text.source());  // it is the slot's value
    block(choice.block);
  }

  void set(const Set& set) {
    named_slot(set.slot);
    literal(set.value);
    named_slot(set.from);
  }

  void sets(const std::vector<Set>& with) {
    number(static_cast<std::int64_t>(with.size()));
    for (const Set& each : with) set(each);
  }

  void step(const Step& step) {
    number(static_cast<std::int64_t>(step.what.index()));
    std::visit([&](const auto& what) { one(what); }, step.what);
  }

  void one(const Say& what) { line(what.line); }
  void one(const Vary& what) { vary(what); }
  void one(const Ask& what) {
    named_slot(what.slot);
    question(what.question);
  }
  void one(const Choose& what) {
    named_slot(what.slot);
    question(what.question);
    number(static_cast<std::int64_t>(what.choices.size()));
    for (const Choice& each : what.choices) choice(each, !what.slot.empty());
  }
  void one(const Rate& what) {
    named_slot(what.slot);
    word(what.id);
    text(what.low);
    text(what.high);
    question(what.question);
  }
  void one(const Consent& what) {
    word(what.what);
    question(what.question);
    target(what.declined);
  }
  void one(const If& what) {
    number(static_cast<std::int64_t>(what.arms.size()));
    for (const If::Arm& arm : what.arms) {
      condition(arm.condition);
      block(arm.block);
    }
    number(what.otherwise.has_value());
    if (what.otherwise) block(*what.otherwise);
  }
  void one(const Set& what) { set(what); }
  void one(const Add& what) {
    number(what.amount);
    named_slot(what.slot);
  }
  void one(const Forget& what) {
    number(what.everything);
    number(static_cast<std::int64_t>(what.slots.size()));
    for (const auto& [name, place] : what.slots) named_slot(name);
  }
  void one(const Call& what) {
    word(what.script);
    sets(what.with);
    named_slot(what.save);
  }
  void one(const SwitchTo& what) { word(what.script); }
  void one(const Rewind& what) {
    word(what.scene);
    number(static_cast<std::int64_t>(what.keeping.size()));
    for (const auto& [name, place] : what.keeping) named_slot(name);
  }
  void one(const Go& what) { target(what.target); }
  void one(const Wait& what) {
    number(what.duration);
    number(what.until_minute);
  }
  void one(const Remind& what) {
    number(what.both);
    number(what.recurring);
    number(what.after);
    number(what.weekday);
    number(what.at_minute);
    word(what.script);
  }
  void one(const ForgetReminder&) {}
  void one(const Each& what) {
    number(what.within);
    target(what.otherwise);
    block(what.block);
    block(what.part_a);
    block(what.part_b);
  }
  void one(const Reveal& what) {
    word(what.slot);
    word(what.from);
    word(what.to);
    number(what.both_ways);
    number(what.asks.has_value());
    if (what.asks) line(*what.asks);
    number(what.shows.has_value());
    if (what.shows) line(*what.shows);
    target(what.declined);
  }
  void one(const Relay& what) {
    word(what.slot);
    word(what.from);
    word(what.to);
  }
  void one(const Floor& what) { word(what.to); }
  void one(const Chart& what) { named_slot(what.slot); }
  void one(const HandOff& what) {
    said(what.reason);
    number(what.urgent);
    target(what.resumed);
    number(what.timeout.has_value());
    if (what.timeout) {
      number(what.timeout->after);
      target(what.timeout->target);
    }
  }
  void one(const Do& what) {
    word(what.action);
    sets(what.with);
    named_slot(what.save);
    target(what.failed);
  }

  const Script& script_;
  const std::vector<std::shared_ptr<const Script>>& shared_;
  std::set<std::string> memory_;  // slots of the person that are named
  std::set<std::string> heard_;   // intents that conditions name
  std::string structure_;
  std::string wording_;
};

}  // namespace

Structured structured(const Script& script, const std::vector<std::shared_ptr<const Script>>& shared,
                      const std::map<std::string, Slot>& memory,
                      const DefinitionOf& definition_of) {
  Writer writer(script, shared);
  writer.write();
  writer.surroundings(memory, definition_of);
  return writer.take();
}

}  // namespace attune::dialogs
