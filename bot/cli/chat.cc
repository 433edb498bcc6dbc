// attune chat: the engine in a terminal. Nothing is stored; the conversation is gone with the window
// unless it is saved as a play.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "bot/cli/commands.h"
#include "bot/cli/workbench.h"
#include "bot/turn/clock.h"
#include "bot/turn/reply.h"
#include "bot/turn/turns.h"
#include "bot/turn/why.h"
#include "bot/turn/zones.h"
#include "dialogs/play/play.h"

namespace attune::bot {
namespace {

constexpr int kMostTimers = 10'000;  // fired in one /wait

class Terminal {
 public:
  Terminal(dialogs::Library library, std::shared_ptr<const Edition> edition, std::string script, std::string zone, std::string language)
      : library_(std::move(library)), shared_(std::move(edition)), edition_(*shared_), script_(std::move(script)), zone_(std::move(zone)), language_(std::move(language)), clock_(system_clock()) {}

  void run() {
    std::cout << "Nothing here is stored. /why says what decided the last answer, /back goes back, /save play FILE keeps\n"
                 "this as a test, /wait 2 hours lets time pass, /quit leaves.\n\n";
    turn("", "", dialogs::Event::Kind::kStart);
    std::string line;
    while (std::cout << "You: " << std::flush, std::getline(std::cin, line)) {
      if (!line.empty() && line.back() == '\r') line.pop_back();
      if (line == "/quit") return;
      if (line.rfind("/", 0) == 0 && command(line)) continue;
      say(line);
    }
    std::cout << "\n";
  }

 private:
  bool command(const std::string& line) {
    if (line == "/why") {
      std::cout << in_words(why(last_, [&](const std::string&) { return shared_; }));
      return true;
    }
    if (line == "/back") return say("back"), true;
    if (line.rfind("/save play", 0) == 0) return save(line.size() > 11 ? line.substr(11) : script_name_for_file() + ".play"), true;
    if (line.rfind("/wait ", 0) == 0) return wait(line.substr(6)), true;
    std::cout << "  there is /why, /back, /save play FILE, /wait 2 hours, /quit\n";
    return true;
  }

  std::string script_name_for_file() const {
    const std::string name = script_.empty() ? "conversation" : script_;
    return name.substr(name.rfind('/') + 1);
  }

  void wait(const std::string& how_long) {
    const auto parsed = dialogs::parse_plays({"", "play \"a\"\n~ " + how_long + "\n"});
    if (!parsed.diagnostics.empty()) {
      std::cout << "  " << parsed.diagnostics[0].message << ": " << parsed.diagnostics[0].advice << "\n";
      return;
    }
    std::cout << "  " << how_long << " later\n";
    const std::int64_t then = passed_ + parsed.plays[0].lines[0].duration;
    for (int fired = 0; fired < kMostTimers; ++fired) {
      const std::int64_t now = clock_->now();
      const auto next = dialogs::next_timer(state_.conversation, now + then);
      if (!next) break;
      passed_ = std::max(passed_, state_.conversation.timers.at(*next).due - now);
      timer_ = *next;
      turn("", "", dialogs::Event::Kind::kTimer);
      timer_ = 0;
    }
    passed_ = then;
  }

  void save(const std::string& file) {
    if (std::ifstream(file)) {
      std::cout << "  " << file << " is already there: give another name\n";
      return;
    }
    std::ofstream out(file);
    const bool own = script_.rfind("try/", 0) == 0;
    const std::string name = own ? script_name_for_file() : script_;
    out << dialogs::write_play("what it shows", script_.empty() ? "help/welcome" : name, spoken_);
    std::cout << (out ? "  saved as " + file : "  cannot write " + file) << "\n";
    if (out && own) {
      std::cout << "  it runs beside " << name << ".talk, as " << name
                << ".play; a play of another name needs a script of that name\n";
    }
  }

  // A number that stands for a shown choice is that choice; all else is words.
  void say(const std::string& line) {
    std::string choice;
    if (reply_.offer && !reply_.offer->scale && line.size() <= 2 && line.find_first_not_of("0123456789") == std::string::npos && !line.empty()) {
      const std::size_t number = std::stoul(line);
      if (number >= 1 && number <= reply_.offer->choices.size()) {
        choice = reply_.offer->choices[number - 1].value;
        spoken_.push_back({true, "", reply_.offer->choices[number - 1].label, "", true});
        return turn(reply_.offer->choices[number - 1].label, choice, dialogs::Event::Kind::kMessage);
      }
    }
    spoken_.push_back({true, "", line, "", false});
    turn(line, "", dialogs::Event::Kind::kMessage);
  }

  void turn(const std::string& text, const std::string& choice, dialogs::Event::Kind kind) {
    dialogs::Event event;
    event.kind = kind;
    event.now = clock_->now() + passed_;
    event.zone = zone_named(zone_);
    const LocalTime local = local_time(event.now, event.zone);
    event.local_hour = local.hour;
    event.local_day = local.day;
    event.timer = timer_;
    event.language = language_;
    const std::string language = dialogs::language_of(state_.person, language_);
    event.hearing = edition_.hear(text, language);
    if (kind == dialogs::Event::Kind::kTimer) event.hearing = {}, event.hearing.safety_ran = true;
    event.choice = choice;
    event.history = history_;
    auto stepped = dialogs::step(library_, {}, std::move(state_), event);
    state_ = std::move(stepped.state);
    for (const auto& effect : stepped.effects) {
      if (effect.kind != dialogs::Effect::Kind::kMeasure) continue;
      history_[dialogs::measure_name(effect.script, effect.name)].push_back({event.now, event.local_day, effect.number});
    }
    reply_ = reply_of(std::move(stepped.effects), std::move(stepped.reasons));
    reply_.language = language;
    note_why(event, text);
    if (reply_.forgotten) {
      state_ = {};
      history_.clear();
    }
    show();
  }

  // As a real turn keeps it, so that it is told in the same words.
  void note_why(const dialogs::Event& event, const std::string& text) {
    storage::HeldTurn turn;
    turn.version = ++turns_;
    turn.at = event.now;
    turn.kind = name_of(event.kind);
    turn.edition = edition_.hash;
    turn.said = text;
    turn.reply = write(reply_);
    last_ = std::move(turn);
  }

  void show() {
    if (timer_ != 0 && reply_.messages.empty()) return;
    for (const auto& message : reply_.messages) {
      std::cout << message.from << ": " << message.text << "\n";
      spoken_.push_back({false, message.from, message.text, message.line, false});
    }
    if (!reply_.offer) return;
    if (reply_.offer->scale) {
      std::cout << "  " << reply_.offer->choices.front().label << " to " << reply_.offer->choices.back().label << "   (" << reply_.offer->ends << ")\n";
      return;
    }
    int number = 0;
    for (const auto& choice : reply_.offer->choices) std::cout << "  " << ++number << "  " << choice.label << "\n";
  }

  const dialogs::Library library_;
  const std::shared_ptr<const Edition> shared_;
  const Edition& edition_;
  const std::string script_;
  const std::string zone_;
  const std::string language_;  // what they read, until they choose one
  const std::unique_ptr<Clock> clock_;
  dialogs::State state_;
  dialogs::History history_;
  Reply reply_;
  storage::HeldTurn last_;
  storage::Version turns_ = 0;
  std::vector<dialogs::Spoken> spoken_;
  std::int64_t passed_ = 0;
  std::uint32_t timer_ = 0;  // the one that fires
};

}  // namespace

int chat(const ChatOptions& options) {
  const std::string& asked = options.script;
  const bool talk = asked.size() > 5 && asked.substr(asked.size() - 5) == ".talk";
  const bool is_file = talk || std::filesystem::is_regular_file(asked);
  const Workbench bench = open_workbench(options.folders, is_file ? std::vector<std::string>{asked} : std::vector<std::string>{});
  if (is_file && bench.laid_over.empty()) {
    std::cerr << asked << " is a play, not a script: `attune test " << asked << "` runs it\n";
    return kUsage;
  }
  if (!usable(bench)) return kWrongScript;
  const auto& edition = *bench.built.edition;
  const std::string script = is_file ? script_name(bench.laid_over[0]) : options.script;
  if (!script.empty() && edition.library->find(script) == nullptr) {
    std::vector<std::string> names;
    for (const auto& [name, program] : edition.library->programs) names.push_back(name);
    const std::string near = dialogs::nearest(script, names);
    if (std::filesystem::is_regular_file(script + ".talk")) {
      std::cerr << "there is no script " << script << "; did you mean the file " << script
                << ".talk? `attune chat " << script << ".talk`\n";
      return kMissingInput;
    }
    std::cerr << "there is no script " << script << (near.empty() ? "" : "; did you mean " + near + "?") << "\n";
    return kMissingInput;
  }
  auto library = script.empty() ? *edition.library : dialogs::beginning_with(*edition.library, script);
  if (!options.language.empty() && options.language != library.language && library.translated.count(options.language) == 0) {
    std::string served = library.language;
    for (const auto& [code, other] : library.translated) served += ", " + code;
    std::cerr << "nothing is served in \"" << options.language << "\"; there is " << served << "\n";
    return kMissingInput;
  }
  Terminal(std::move(library), bench.built.edition, script, options.timezone, options.language).run();
  return kOk;
}

}  // namespace attune::bot
