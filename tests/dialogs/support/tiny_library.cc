#include "support/tiny_library.h"

#include <algorithm>
#include <set>

#include "dialogs/engine/why.h"
#include "dialogs/language/parser.h"

namespace attune::dialogs::tiny {
namespace {

std::string script(const std::string& body, const std::string& header = "") {
  return "title: T\nabout: T.\n" + header + "\n== start\n" + body;
}

const std::map<std::string, std::vector<std::string>>& ears() {
  static const std::map<std::string, std::vector<std::string>> kEars = {
      {"blame", {"you always", "you never"}},
      {"defend", {"i was only"}},
      {"advice", {"you should"}},
      {"topic-change", {"something else"}},
      {"gone", {"leave this"}},
      {"danger", {"kill me"}},
      {"low", {"hopeless"}},
      {"yes", {"yes", "sure"}},
      {"no", {"no way", "nope"}},
      {"unheeded", {"unheeded danger"}},
  };
  return kEars;
}

void listen(const std::string& intent, const std::string& phrase, const std::string& lower,
            Hearing& hearing) {
  const auto at = lower.find(phrase);
  if (at == std::string::npos) return;
  const Span span{static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at + phrase.size())};
  for (Heard& each : hearing.heard) {
    if (each.intent == intent) return;
  }
  hearing.heard.push_back({intent, {span}});
}

void note_spoken(const Program& program, Library& library) {
  for (const QuestionCode& question : program.questions) {
    if (question.kind != QuestionCode::Kind::kChoose) continue;
    for (const Choice& choice : std::get<Choose>(question.step->what).choices) {
      auto& ways = library.spoken[program.script->name + "#" + choice.label.id];
      ways.push_back(fold(choice.label.text.source()));
      for (const auto& [also, place] : choice.also) ways.push_back(fold(also));
    }
  }
}

struct Shown {
  const State& state;
  std::string operator()(std::monostate) const { return ""; }
  std::string operator()(std::int64_t number) const { return std::to_string(number); }
  std::string operator()(bool flag) const { return flag ? "yes" : "no"; }
  std::string operator()(const std::string& word) const { return word; }
  std::string operator()(Day day) const { return "day " + std::to_string(day.days); }
  std::string operator()(Length length) const { return std::to_string(length.seconds) + " s"; }
  std::string operator()(TextRef ref) const {
    return "\"" + state.conversation.texts.at(ref.number).text + "\"";
  }
  std::string operator()(const std::vector<TextRef>& list) const {
    std::string out;
    for (const TextRef each : list) out += (*this)(each);
    return out;
  }
};

bool same(const Stepped& a, const Stepped& b) {
  const auto effect = [](const Effect& e) {
    std::string out = std::to_string(static_cast<int>(e.kind)) + "|" + e.speaker + "|" + e.text +
                      "|" + e.script + "|" + e.line + "|" + e.name + "|" + std::to_string(e.number);
    for (const auto& choice : e.choices) out += "|" + choice.label + "=" + choice.value;
    return out;
  };
  return a.state == b.state &&
         std::equal(a.effects.begin(), a.effects.end(), b.effects.begin(), b.effects.end(),
                    [&](const Effect& x, const Effect& y) { return effect(x) == effect(y); }) &&
         a.reasons.size() == b.reasons.size();
}

}  // namespace

const Vocabulary& vocabulary() {
  static const Vocabulary kWords = [] {
    Vocabulary words;
    for (const auto& [name, phrases] : ears()) words[name] = IntentKind::kPlain;
    words["danger"] = words["unheeded"] = IntentKind::kSafetyHard;
    words["low"] = IntentKind::kSafetySoft;
    for (const char* name : {"stop", "pause", "exit", "help", "help-now", "back", "repeat", "skip",
                             "delete-my-data", "pause-wish"}) {
      words[name] = IntentKind::kCommand;
    }
    return words;
  }();
  return kWords;
}

std::string fold(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c >= 'A' && c <= 'Z') {
      out += static_cast<char>(c - 'A' + 'a');
    } else if (std::string_view(".,!?\"'").find(c) == std::string_view::npos) {
      out += c;
    }
  }
  return out;
}

Hearing hear(const Library& library, const std::string& words) {
  Hearing hearing;
  hearing.raw = words;
  hearing.folded = fold(words);
  hearing.safety_ran = true;
  std::string lower = words;
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  for (const auto& [intent, phrases] : ears()) {
    for (const std::string& phrase : phrases) listen(intent, phrase, lower, hearing);
  }
  for (const auto& [name, kind] : vocabulary()) {
    std::string spoken = name;
    std::replace(spoken.begin(), spoken.end(), '-', ' ');
    if (kind == IntentKind::kCommand && hearing.folded == spoken)
      listen(name, spoken, lower, hearing);
  }
  for (const auto& [name, program] : library.programs) {
    for (const Hears& list : program->script->hears) {
      for (const auto& [phrase, place] : list.phrases)
        listen(name + ":" + list.name, phrase, lower, hearing);
    }
  }
  std::sort(hearing.heard.begin(), hearing.heard.end(),
            [](const Heard& a, const Heard& b) { return a.intent < b.intent; });
  if (!words.empty() && words.size() < 5 &&
      words.find_first_not_of("0123456789") == std::string::npos) {
    hearing.number = std::stoll(words);
  }
  if (words == "today") hearing.date = 20'416;
  if (words == "20 minutes") hearing.duration = 1'200;
  return hearing;
}

Files house() {
  Files files;
  files["always.talk"] =
      "yes: Yes\nno: No\n\n"
      "on danger switch to safety/danger\non low call safety/low\n"
      "on stop switch to safety/stop\non pause call safety/pause\non exit switch to safety/exit\n"
      "on pause-wish call safety/pause\n"
      "on help call help/help\non help-now call safety/help-now\n"
      "on delete-my-data call safety/delete-my-data\n"
      "on start call help/welcome\non idle call help/menu\non notice call help/notice\n"
      "on topic-change call help/topic\non gone switch to help/menu\n";
  files["memory.talk"] =
      "slots\n  my.name: text up to 40\n  my.region: choice\n  my.count: number 0 to 9\n  "
      "my.since: date\n";
  const std::pair<const char*, const char*> repairs[] = {
      {"no-match", "nomatch"},        {"unclear", "unclear"}, {"bad-value", "badvalue"},
      {"too-long", "toolong"},        {"lost", "lost"},       {"nothing-said", "nothing"},
      {"no-skip", "noskip"},          {"no-back", "noback"},  {"as-answer", "asanswer"}, {"nobody-yet", "nobody"},
      {"internal-error", "internal"}, {"resume", "resume"},   {"welcome-back", "welcomeback"},
      {"chart", "chart"}};
  for (const auto& [name, id] : repairs) {
    files[std::string("repair/") + name + ".talk"] =
        script("Bot: About that. #" + std::string(id) + "01\nend completed\n");
  }
  files["repair/pause.talk"] = script(
      "choose\n  Bot: How shall we go on? #rpause01\n  * Go on #rpause02\n    -> end\n"
      "  * Wait #rpause03 -> end paused\n  * Leave #rpause04 -> end stopped\n");
  const std::string safety = "topic: safety\n";
  files["safety/danger.talk"] = script(
      "Bot: Call {card.crisis}. #danger01\nchoose\n  Bot: Are you alone? #danger02\n"
      "  * Alone #danger03\n  * Not alone #danger04\n"
      "Bot: Stay with someone. #danger05\nend stopped\n",
      safety + "safety: opens\n");
  files["safety/low.talk"] =
      script("ask how\n  Bot: How bad is it? #low01\nBot: Thank you. #low02\nend completed\n",
             safety + "\nslots\n  how: text up to 200\n");
  files["safety/stop.talk"] = script("Bot: We stop here. #stop01\nend stopped\n", safety);
  files["safety/pause.talk"] = script("Bot: Your place is kept. #pause01\nend paused\n", safety);
  files["safety/exit.talk"] = script("Bot: Bye. #exit01\nend stopped\n", safety);
  files["safety/help-now.talk"] = script(
      "Bot: {card.crisis} #now01\nchoose\n  Bot: More? #now02\n  * Yes, more #now03\n    Bot: "
      "Here. #now04\n"
      "  * Go on #now05\nend completed\n",
      safety);
  files["safety/delete-my-data.talk"] =
      script("forget everything\nBot: Forgotten. #delete01\nend completed\n", safety);
  files["safety/check.talk"] =
      script("Bot: All right? #check01\nend completed\n", safety + "safety: clears\n");
  files["help/help.talk"] = script(
      "choose\n  Bot: What is it? #help01\n  * Nothing #help02\n    -> end\n"
      "  * The list #help03\n    switch to help/menu\nend completed\n");
  files["help/topic.talk"] = script("Bot: Another topic, later. #topic01\nend completed\n");
  files["help/welcome.talk"] = script("Bot: Welcome. #welcome01\nswitch to help/menu\n");
  files["help/notice.talk"] = script("Bot: I am a program. #notice01\nend completed\n");
  files["help/menu.talk"] = script(
      "choose\n  Bot: What now? #menu01\n  * It #menu02\n    switch to it/it\n"
      "  * Nothing now #menu03 -> end\n");
  return files;
}

Files house_with(const std::string& text) {
  Files files = house();
  files["it/it.talk"] = "title: It\nabout: It.\n" + text;
  return files;
}

std::shared_ptr<Library> assemble(const Files& files, const std::string& hash) {
  auto library = std::make_shared<Library>();
  library->hash = hash;
  library->vocabulary = vocabulary();
  library->cards.regions[""] = {{"crisis", "a help line"}, {"emergency", "the emergency number"}};
  library->cards.regions["de"] = {{"crisis", "0800"}};
  std::vector<std::shared_ptr<const Script>> scripts;
  for (const auto& [path, text] : files) {
    Parsed parsed = parse({path, text});
    for (const Diagnostic& each : parsed.diagnostics) {
      if (each.severity == Severity::kError) FAIL(render(each, text));
    }
    auto made = std::make_shared<const Script>(std::move(parsed.script));
    (made->kind == Script::Kind::kScript ? scripts : library->shared).push_back(made);
    for (const On& line : made->always) library->always.push_back(line);
    if (made->kind != Script::Kind::kMemory) continue;
    for (const Slot& slot : made->slots) library->memory[slot.name] = slot;
  }
  for (const auto& each : scripts) {
    auto program = compile(each, library->shared);
    note_spoken(*program, *library);
    library->programs[each->name] = std::move(program);
  }
  return library;
}

void Chat::send(Event event) {
  event.now = now;
  event.local_hour = hour;
  event.local_day = now / 86'400;
  const State before = last.state;
  last = step(*library, held, before, event);
  now += 10;

  const Stepped again = step(*library, held, before, event);
  REQUIRE(same(last, again));
  const Written conversation = write(last.state.conversation);
  const Written person = write(last.state.person);
  REQUIRE(read_conversation(conversation) == last.state.conversation);
  REQUIRE(read_person(person) == last.state.person);
  REQUIRE(write(read_conversation(conversation)).control == conversation.control);
  REQUIRE(conversation.texts.count("0") == 0);
  const auto& words = event.hearing.raw;
  if (words.size() > 12)
    REQUIRE((conversation.control + person.control).find(words) == std::string::npos);
}

void Chat::open() {
  Event event;
  event.kind = Event::Kind::kStart;
  send(std::move(event));
}

void Chat::say(const std::string& words) {
  Event event;
  event.hearing = hear(*library, words);
  said = words;
  send(std::move(event));
}

void Chat::press(const std::string& value) {
  Event event;
  event.hearing.safety_ran = true;
  event.choice = value;
  send(std::move(event));
}

void Chat::begin(const std::string& script) {
  for (On& line : library->always) {
    if (line.intent == "start") line.script = script;
  }
  open();
}

std::string Chat::lines() const {
  std::string out;
  for (const Effect& effect : last.effects) {
    if (effect.kind != Effect::Kind::kSay || effect.line == "notice01") continue;
    out += (out.empty() ? "" : " ") + effect.line;
  }
  return out;
}

std::string Chat::last_text() const {
  std::string out;
  for (const Effect& effect : last.effects) {
    if (effect.kind == Effect::Kind::kSay) out = effect.text;
  }
  return out;
}

const Effect* Chat::offer() const {
  const Effect* found = nullptr;
  for (const Effect& effect : last.effects) {
    if (effect.kind == Effect::Kind::kOffer) found = &effect;
  }
  return found;
}

std::vector<std::string> Chat::labels() const {
  std::vector<std::string> out;
  if (offer() == nullptr) return out;
  for (const auto& choice : offer()->choices) out.push_back(choice.label);
  return out;
}

std::string Chat::ended() const {
  static const char* const kWords[] = {"completed", "paused", "stopped"};
  std::string out;
  for (const Effect& effect : last.effects) {
    if (effect.kind != Effect::Kind::kRunEnded) continue;
    out +=
        (out.empty() ? "" : ", ") + effect.script + " " + kWords[static_cast<int>(effect.outcome)];
  }
  return out;
}

std::string Chat::why() const {
  std::string out;
  for (const Reason& reason : last.reasons) out += in_words(reason, said) + "\n";
  return out;
}

bool Chat::has(Effect::Kind kind) const {
  return std::any_of(last.effects.begin(), last.effects.end(),
                     [&](const Effect& e) { return e.kind == kind; });
}

std::string Chat::slot(const std::string& name) const {
  const Slots& slots = name.starts_with("my.") ? last.state.person.memory : top().slots;
  const auto at = slots.find(name);
  return at == slots.end() ? "" : std::visit(Shown{last.state}, at->second);
}

}  // namespace attune::dialogs::tiny
