#include "dialogs/translation/messages.h"

#include <utility>

#include "dialogs/check/walk.h"
#include "dialogs/language/line_ids.h"
#include "dialogs/language/section_reader.h"
#include "dialogs/language/text_reader.h"

namespace attune::dialogs {
namespace {

// What a choice without `means` leaves in its slot: its label, as the author wrote it.
std::string written_label(const Text& label) {
  std::string all;
  for (const Text::Part& part : label.parts) all += part.hole ? "{" + part.text + "}" : part.text;
  return all;
}

Text text_of(const Segment& segment, Report& report) {
  Script nowhere;
  Reading reading{report, nowhere};
  return read_text(reading, {segment});
}

using Placed = std::vector<std::pair<std::string, Place>>;

std::string joined(const Placed& words) {
  std::string all;
  for (const auto& [one, place] : words) all += (all.empty() ? "" : " | ") + one;
  return all;
}

Placed split(const Segment& segment, bool at_commas) {
  Placed found;
  std::string_view left = segment.text;
  while (!left.empty()) {
    std::size_t end = phrase_end(left);
    if (at_commas) end = std::min(end, left.find(','));
    end = std::min(end, left.size());
    const std::string_view one = trimmed(left.substr(0, end));
    if (!one.empty()) found.emplace_back(std::string(one), segment.place_of(one));
    left.remove_prefix(std::min(end + 1, left.size()));
  }
  return found;
}

class Messages {
 public:
  Messages(Script& script, const ShownSlots& slots, Library::Shown& shown,
           const EachMessage& visit)
      : script_(script), slots_(slots), shown_(shown), visit_(visit) {}

  void run() {
    // Before the labels: they become the values of their slots only as they are put.
    values();
    for (const Readable& readable : readable_lines(script_)) {
      if (readable.rate != nullptr) scale(*readable.rate);
      else if (readable.choice != nullptr) label(*readable.choose, *readable.choice);
      else line(*readable.line, Message::Kind::kLine);
    }
    for (Hears& list : script_.hears) words(list);
  }

 private:
  Message message(Message::Kind kind, std::string context, std::string source, Place place) const {
    Message made;
    made.kind = kind;
    made.context = std::move(context);
    made.source = std::move(source);
    made.script = script_.kind == Script::Kind::kScript ? script_.name : "";
    made.place = place;
    return made;
  }
  std::string at(const std::string& id) const { return script_.name + "#" + id; }

  void line(Line& one, Message::Kind kind) {
    Message made = message(kind, at(one.id), one.text.source(), one.place);
    made.note = one.note;
    visit_(made, [&one](const Segment& text, Report& report) {
      one.text = text_of(text, report);
      one.place = text.place();
    });
  }

  void label(Choose& choose, Choice& choice) {
    Line& one = choice.label;
    Message made = message(Message::Kind::kLabel, at(one.id), one.text.source(), one.place);
    made.note = one.note;
    const std::string key = slot_key(script_.name, choose.slot);
    visit_(made, [&, key](const Segment& text, Report& report) {
      if (!choose.slot.empty()) keep_value(choice, key, text);
      one.text = text_of(text, report);
      one.place = text.place();
    });
    if (choice.also.empty()) return;
    visit_(message(Message::Kind::kWords, at(one.id) + " also", joined(choice.also),
                   choice.also.front().second),
           [&choice](const Segment& text, Report&) { choice.also = split(text, true); });
  }

  // The slot's value stays what conditions compare it with; only what {slot} shows is translated.
  void keep_value(Choice& choice, const std::string& key, const Segment& text) {
    if (!choice.means) {
      choice.means = Literal{written_label(choice.label.text), choice.label.place};
    }
    const auto* value = std::get_if<std::string>(&choice.means->value);
    if (value == nullptr) return;
    shown_[key].emplace(*value, std::string(text.text));
  }

  void scale(Rate& rate) {
    for (auto [end, name] : {std::pair{&rate.low, " low"}, std::pair{&rate.high, " high"}}) {
      if (end->parts.empty()) continue;
      visit_(message(Message::Kind::kScale, at(rate.id) + name, end->source(),
                     end->parts.front().place),
             [end](const Segment& text, Report& report) { *end = text_of(text, report); });
    }
  }

  void words(Hears& list) {
    visit_(message(Message::Kind::kWords, script_.name + " hears " + list.name,
                   joined(list.phrases), list.place),
           [&list](const Segment& text, Report&) { list.phrases = split(text, false); });
  }

  void values() {
    std::set<std::string> seen;
    const auto value = [&](const std::string& script, const std::string& slot,
                           const Literal& literal) {
      const auto* text = std::get_if<std::string>(&literal.value);
      const std::string key = slot_key(script, slot);
      if (text == nullptr || slots_.count(key) == 0) return;
      std::string context = script + " value " + slot + "=" + *text;
      if (!seen.insert(context).second) return;
      visit_(message(Message::Kind::kValue, std::move(context), *text, literal.place),
             [this, key, text = *text](const Segment& put, Report&) {
               shown_[key].insert_or_assign(text, std::string(put.text));
             });
    };
    for (const Slot& slot : script_.slots) {
      if (slot.starts_at) value(script_.name, slot.name, *slot.starts_at);
    }
    Visit steps;
    steps.step = [&](const Step& step, const Spot&) {
      if (const auto* set = std::get_if<Set>(&step.what)) value(script_.name, set->slot, set->value);
      if (const auto* call = std::get_if<Call>(&step.what)) {
        for (const Set& with : call->with) value(call->script, with.slot, with.value);
      }
      if (const auto* choose = std::get_if<Choose>(&step.what)) {
        for (const Choice& choice : choose->choices) {
          if (choice.means) value(script_.name, choose->slot, *choice.means);
        }
      }
    };
    walk(script_, steps);
  }

  Script& script_;
  const ShownSlots& slots_;
  Library::Shown& shown_;
  const EachMessage& visit_;
};

void each_label_of_always(Script& always, const EachMessage& visit) {
  for (const char* key : {"yes", "no"}) {
    const auto field = always.header.fields.find(key);
    if (field == always.header.fields.end()) continue;
    Message made;
    made.kind = Message::Kind::kLabel;
    made.context = std::string("always ") + key;
    made.source = field->second.first;
    made.place = field->second.second;
    visit(made, [field](const Segment& text, Report&) {
      field->second = {std::string(text.text), text.place()};
    });
  }
}

}  // namespace

std::string slot_key(const std::string& script, const std::string& slot) {
  return slot.rfind("my.", 0) == 0 ? slot : script + ":" + slot;
}

ShownSlots shown_slots(const std::vector<std::shared_ptr<const Script>>& scripts) {
  ShownSlots found;
  for (const auto& script : scripts) {
    Visit texts;
    texts.text = [&](const Text& text, const Spot&) {
      for (const Text::Part& part : text.parts) {
        if (part.hole) found.insert(slot_key(script->name, part.text));
      }
    };
    walk(*script, texts);
  }
  return found;
}

void each_message(Script& script, const ShownSlots& slots, Library::Shown& shown,
                  const EachMessage& visit) {
  if (script.kind == Script::Kind::kAlways) each_label_of_always(script, visit);
  Messages(script, slots, shown, visit).run();
}

void each_message(Cards& cards, const EachMessage& visit) {
  const auto everywhere = cards.regions.find("");
  if (everywhere == cards.regions.end()) return;
  const auto international = everywhere->second;
  for (auto& [region, fields] : cards.regions) {
    for (auto& [field, text] : fields) {
      const auto same = international.find(field);
      const bool own = same == international.end() || same->second != text;
      if (!own && !region.empty()) {  // shown where the region has nothing of its own
        text = everywhere->second[field];
        continue;
      }
      Message made;
      made.kind = Message::Kind::kCard;
      made.context = "card " + (region.empty() ? "-" : region) + " " + field;
      made.source = text;
      visit(made, [&text = text](const Segment& put, Report&) { text = std::string(put.text); });
    }
  }
}

}  // namespace attune::dialogs
