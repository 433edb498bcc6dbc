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
#include "dialogs/play/learn.h"
#include "dialogs/play/play.h"

namespace attune::bot {
namespace {

constexpr int kMostTimers = 10'000;  // fired in one /wait

class Terminal {
 public:
  // `own`: the script is no part of the library.
  Terminal(dialogs::Library library, std::shared_ptr<const Edition> edition, std::string script, bool own, std::string zone, std::string language)
      : own_(own), library_(std::move(library)), shared_(std::move(edition)), edition_(*shared_), script_(std::move(script)), zone_(std::move(zone)), language_(std::move(language)), clock_(system_clock()) {}

  void run() {
    std::cout << "Nothing here is stored. /why says what decided the last answer, /back goes back, /save play NAME keeps\n"
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
    if (line == "/give back") return give_back(), true;
    if (line.rfind("/save play", 0) == 0) return save(line.size() > 11 ? line.substr(11) : ""), true;
    if (line.rfind("/wait ", 0) == 0) return wait(line.substr(6)), true;
    std::cout << "  there is /why, /back, /give back, /save play NAME, /wait 2 hours, /quit\n";
    return true;
  }

  // What the counselor who has taken over does when they are done.
  void give_back() {
    if (!state_.conversation.handed) return void(std::cout << "  nobody has taken over\n");
    spoken_.push_back({});
    spoken_.back().given_back = true;
    for (const auto kind : {dialogs::Event::Kind::kTake, dialogs::Event::Kind::kGiveBack}) turn("", "", kind);
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
    spoken_.push_back({false, "", how_long, "", false, true});
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

  // A file that is there gets one play more; nothing in it is changed.
  void save(std::string file) {
    if (file.empty()) file = script_name_for_file();
    if (std::filesystem::path(file).extension() != ".play") file += ".play";
    std::string there;
    if (std::ifstream in(file, std::ios::binary); in) there.assign(std::istreambuf_iterator<char>(in), {});
    const auto before = dialogs::parse_plays({file, there});
    if (!there.empty() && before.plays.empty()) {
      std::cout << "  " << file << " is already there and holds no play: give another name\n";
      return;
    }
    const SavedPlay saved = play_of_conversation();
    std::ofstream out(file, std::ios::binary | std::ios::app);
    out << (there.empty() ? "" : there.back() == '\n' ? "\n" : "\n\n") << saved.text;
    out.close();
    if (!out) return (void)(std::cout << "  cannot write " << file << ": check who may write there\n");
    const std::string where = std::filesystem::absolute(file).lexically_normal().string();
    std::cout << "  " << (there.empty() ? "saved as " : "added to " + std::to_string(before.plays.size()) + " that were there, in ") << where << "\n"
              << "  What you typed stands in it, word for word: it is the test. Read it before you share it, and change its name.\n"
              << saved.remark;
    if (own_ && std::filesystem::path(file).stem() != script_name_for_file()) {
      std::cout << "  It tests " << script_name_for_file() << ".talk, so `attune test` looks for it in " << script_name_for_file() << ".play, beside it.\n";
    }
  }

  struct SavedPlay { std::string text, remark; };

  // Run before it is written: on a play's Monday morning a bot may say something else than it did now.
  SavedPlay play_of_conversation() const {
    const bool unplaced = script_.rfind("try/", 0) == 0;
    const std::string name = unplaced ? script_name_for_file() : script_.empty() ? "help/welcome" : script_;
    const LocalTime now = local_time(begun_, zone_named(zone_));
    const std::string title = "as it was held on " + utc(begun_).substr(0, 10);
    std::vector<std::string> before;
    if (!language_.empty() && language_ != library_.language) before.push_back("my.language = " + language_);
    const auto text = [&] { return dialogs::write_play(title, name, spoken_, before); };
    const auto tried = [&](const std::string& play) {
      auto parsed = dialogs::parse_plays({"", play}).plays.at(0);
      for (auto& line : parsed.lines) {
        if (line.kind == dialogs::PlayLine::Kind::kStart && line.who == "start" && unplaced) line.text = script_;
      }
      return dialogs::learn(parsed, *edition_.library, [&](std::string_view words, const std::string& language) { return edition_.hear(words, language); });
    };
    const auto same = [](const dialogs::Learnt& learnt) {
      return learnt.trouble.empty() && std::none_of(learnt.changes.begin(), learnt.changes.end(), [](const auto& one) { return one.second.goes; });
    };
    auto learnt = tried(text());
    if (!same(learnt)) {
      before.push_back("at " + std::to_string(now.hour) + ":00");
      learnt = tried(text());
    }
    if (!learnt.trouble.empty()) return {text(), "  It does not pass as it is: " + learnt.trouble + ".\n"};
    return {dialogs::changed(text(), learnt.changes), same(learnt) ? "" : "  In a play it is a Monday morning, and nobody was here before: what the bot says then was put where it differs.\n"};
  }

  // A number that stands for a shown choice is that choice; all else is words.
  void say(const std::string& line) {
    std::string choice;
    if (reply_.offer && !reply_.offer->scale && line.size() <= 2 && line.find_first_not_of("0123456789") == std::string::npos && !line.empty()) {
      const std::size_t number = std::stoul(line);
      if (number >= 1 && number <= reply_.offer->choices.size()) {
        choice = reply_.offer->choices[number - 1].value;
        spoken_.push_back({true, "", reply_.offer->choices[number - 1].label, "", true, false});
        return turn(reply_.offer->choices[number - 1].label, choice, dialogs::Event::Kind::kMessage);
      }
    }
    spoken_.push_back({true, "", line, "", false, false});
    turn(line, "", dialogs::Event::Kind::kMessage);
  }

  void turn(const std::string& text, const std::string& choice, dialogs::Event::Kind kind) {
    const bool handed = state_.conversation.handed;
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
    event.counselor = "counselor";
    event.hand_off = state_.conversation.hand_offs;
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
    if (!handed && state_.conversation.handed)
      std::cout << "  (handed off: a person would write from here, and the bot is silent; /give back lets it go on)\n";
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
      spoken_.push_back({false, message.from, message.text, message.line, false, false});
    }
    if (!reply_.offer) return;
    if (reply_.offer->scale) {
      std::cout << "  " << reply_.offer->choices.front().label << " to " << reply_.offer->choices.back().label << "   (" << reply_.offer->ends << ")\n";
      return;
    }
    int number = 0;
    for (const auto& choice : reply_.offer->choices) std::cout << "  " << ++number << "  " << choice.label << "\n";
  }

  const bool own_;
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
  std::int64_t begun_ = clock_->now();
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
  const bool own = is_file && !std::filesystem::exists(options.folders.dialogs + "/" + script + ".talk");
  Terminal(std::move(library), bench.built.edition, script, own, options.timezone, options.language).run();
  return kOk;
}

}  // namespace attune::bot
