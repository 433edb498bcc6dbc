#include "support/publishing.h"

#include <algorithm>
#include <stdexcept>

#include "dialogs/language/structure.h"
#include "small_library.h"

namespace attune::dialogs::publishing {
namespace {

constexpr const char* kTwo = "Bot: Inside. #two01\nask inside\n  Bot: Inside, what? #two02\nend completed\n";

std::string value_in_words(const Value& value, const State& state) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "yes" : "no";
  if (const auto* word = std::get_if<std::string>(&value)) return *word;
  if (const auto* ref = std::get_if<TextRef>(&value))
    return state.conversation.texts.at(ref->number).text;
  return "?";
}

}  // namespace

std::string script(const std::string& body, const std::string& header) {
  return "title: It\nabout: For tests.\nmodel: none\nnot for: nobody\nreviewed: draft\n" + header + body;
}

std::shared_ptr<const Library> edition(const std::string& hash, const std::string& it,
                                       const std::string& two) {
  small::Files files = {
      {"it/it.talk", it},
      {"it/two.talk", script("\nslots\n  inside: text up to 200\n\n== start\n" + (two.empty() ? kTwo : two))},
      {"repair/changed.talk",
       script("\n== start\nchoose\n  Bot: Changed. #chang02\n  * Start it again #chang03\n"
              "  * Stop here #chang04 -> end stopped\nend completed\n")}};
  std::string always = small::files().at("always.talk");
  for (const char* moment : {"on start call help/menu", "on idle call help/menu"})
    always.replace(always.find(moment), std::string(moment).size(), std::string(moment).substr(0, std::string(moment).find("help")) + "it/it");
  files["always.talk"] = always;
  files["help/menu.talk"] = script("\n== start\nchoose\n  Bot: What now? #menu01\n  * It #menu02\n    switch to it/it\n  * Nothing #menu03\nend\n");
  Loaded loaded = small::load_with(files);
  if (!loaded.library) return nullptr;
  loaded.library->hash = hash;
  for (const auto& [name, program] : loaded.library->programs) {
    loaded.library->structure[name] =
        structured(*program->script, loaded.library->shared, loaded.library->memory,
                   [](const std::string&) { return std::string(); })
            .structure;
  }
  return loaded.library;
}

Hearing hear(const std::string& words) {
  Hearing hearing;
  hearing.raw = words;
  hearing.folded = small::fold(words);
  hearing.safety_ran = true;
  const auto add = [&](const std::string& intent) {
    hearing.heard.push_back({intent, {{0, static_cast<std::uint32_t>(words.size())}}});
  };
  if (words.find("you always") != std::string::npos) add("blame");
  for (const auto& [name, kind] : small::vocabulary()) {
    if (kind == IntentKind::kCommand && hearing.folded == name) add(name);
  }
  if (!words.empty() && words.size() < 4 && words.find_first_not_of("0123456789") == std::string::npos)
    hearing.number = std::stoll(words);
  return hearing;
}

Visitor::Visitor(std::shared_ptr<const Library> first) : live(std::move(first)) {
  kept_.push_back(live);
  open();
}

void Visitor::publish(std::shared_ptr<const Library> next, bool move) {
  if (move) {
    for (const auto& each : kept_) leaves_[each->hash] = true;
  }
  leaves_[next->hash] = false;
  live = std::move(next);
  kept_.push_back(live);
}

void Visitor::open() {
  Event event;
  event.kind = Event::Kind::kStart;
  event.hearing.safety_ran = true;
  send(std::move(event));
}

void Visitor::say(const std::string& words) {
  Event event;
  event.hearing = hear(words);
  send(std::move(event));
}

void Visitor::press(const std::string& value) {
  Event event;
  event.hearing.safety_ran = true;
  event.choice = value;
  send(std::move(event));
}

void Visitor::press_label(const std::string& label) {
  if (offer() == nullptr) throw std::logic_error("nothing is offered");
  for (const auto& choice : offer()->choices) {
    if (choice.label == label) return press(std::string(choice.value));
  }
  throw std::logic_error("not offered: " + label);
}

void Visitor::send(Event event) {
  event.now = now;
  event.local_hour = 12;
  event.local_day = now / 86'400;
  now += 10;
  Held held;
  for (const auto& each : kept_) {
    if (each->hash != live->hash) held.emplace_back(each.get(), leaves_[each->hash]);
  }
  last = step(*live, held, last.state, event);
  if (!(read_conversation(write(last.state.conversation)) == last.state.conversation))
    throw std::logic_error("the state does not survive being written");
}

std::string Visitor::lines() const {
  std::string out;
  for (const Effect& effect : last.effects) {
    if (effect.kind == Effect::Kind::kSay && effect.line != "help01")
      out += (out.empty() ? "" : " ") + effect.line;
  }
  return out;
}

std::string Visitor::text() const {
  std::string out;
  for (const Effect& effect : last.effects) {
    if (effect.kind == Effect::Kind::kSay) out += effect.text + "\n";
  }
  return out;
}

const Effect* Visitor::offer() const {
  const Effect* found = nullptr;
  for (const Effect& effect : last.effects) {
    if (effect.kind == Effect::Kind::kOffer) found = &effect;
  }
  return found;
}

const Frame* Visitor::top() const {
  const auto& frames = last.state.conversation.frames;
  return frames.empty() ? nullptr : &frames.back();
}

std::string Visitor::at() const { return top() == nullptr ? "" : top()->script + "#" + top()->at; }

std::string Visitor::slot(const std::string& name) const {
  if (top() == nullptr) return "";
  const auto found = top()->slots.find(name);
  return found == top()->slots.end() ? "" : value_in_words(found->second, last.state);
}

std::string Visitor::slots() const {
  std::string out;
  for (const Frame& frame : last.state.conversation.frames) {
    for (const auto& [name, value] : frame.slots)
      out += (out.empty() ? "" : " ") + name + "=" + value_in_words(value, last.state);
  }
  return out;
}

std::string Visitor::reasons() const {
  std::string out;
  for (const Reason& reason : last.reasons)
    out += reason.what + " at " + reason.where + ": " + reason.detail + "\n";
  return out;
}

Seen Visitor::seen() const {
  if (top() == nullptr) return {};
  for (const auto& each : kept_) {
    if (each->hash != top()->edition) continue;
    const Program* program = each->find(top()->script);
    for (const QuestionCode& question : program->questions) {
      if (question.anchor == top()->at) return {each->hash, top()->script, top()->at, &question};
    }
  }
  throw std::logic_error("it does not rest at a question: " + at());
}

}  // namespace attune::dialogs::publishing
