// attune test --learn: what plays expect, brought up to date with what the bot says.
#include "dialogs/play/learn.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <stdexcept>

#include "bot/cli/commands.h"
#include "bot/cli/plays.h"

namespace attune::bot {
namespace fs = std::filesystem;
namespace {

using Changes = std::map<int, dialogs::Learnt::Change>;

constexpr int kAround = 2;  // lines shown above and below a change

void print_change(const std::string& sign, int number, const std::string& line) {
  std::cout << sign << std::setw(6) << (number == 0 ? "" : std::to_string(number)) << "  " << line << "\n";
}

// As a diff, with what a new line says beside it.
void print_changes(const std::string& text, const Changes& changes) {
  int number = 0, shown = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string line = text.substr(begin, end - begin);
    begin = end + 1;
    const auto near = changes.lower_bound(++number - kAround);
    if (near == changes.end() || near->first > number + kAround) continue;
    if (shown != 0 && number > shown + 1) std::cout << "        ...\n";
    shown = number;
    const auto change = changes.find(number);
    print_change(change != changes.end() && change->second.goes ? "-" : " ", number, line);
    if (change == changes.end()) continue;
    const std::string indent = line.substr(0, std::min(line.find_first_not_of(" \t"), line.size()));
    for (const auto& one : change->second.comes) {
      print_change("+", 0, indent + one.text + (one.words.empty() ? "" : "      \"" + one.words + "\""));
    }
  }
}

bool agreed(const TestOptions& options, const std::string& path) {
  if (options.yes) return true;
  if (::isatty(STDIN_FILENO) == 0) {
    std::cout << "Nothing was written: --yes writes without asking.\n";
    return false;
  }
  std::cout << "Write this into " << path << "? (yes/no) " << std::flush;
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "yes" || answer == "y";
}

// Beside it first, so that a play is never half there.
void write(const std::string& path, const std::string& text) {
  const std::string beside = path + ".new";
  std::ofstream out(beside, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  std::error_code error;
  if (out) fs::rename(beside, path, error);
  if (out && !error) return;
  fs::remove(beside, error);
  throw std::runtime_error("cannot write " + path + ": check who may write there");
}

bool passes(const std::string& path, const std::string& text, const Edition& edition) {
  const auto parsed = dialogs::parse_plays({path, text});
  if (!readable(parsed, *edition.library, text)) return false;
  for (const auto& play : parsed.plays) {
    if (!dialogs::run_play(play, *edition.library, ear_of(edition)).passed) return false;
  }
  return true;
}

class Lesson {
 public:
  Lesson(const TestOptions& options, const Edition& edition) : options_(options), edition_(edition) {}

  void file(const std::string& path, const std::string& text) {
    const auto parsed = dialogs::parse_plays({path, text});
    if (!readable(parsed, *edition_.library, text, true)) {
      wrong_ = true;
      return;
    }
    Changes changes;
    for (const auto& play : parsed.plays) one(play, changes);
    if (changes.empty()) return;
    ++files_;
    std::cout << "\n" << path << "\n";
    print_changes(text, changes);
    if (!agreed(options_, path)) return;
    const std::string learnt = dialogs::changed(text, changes);
    write(path, learnt);
    ++written_;
    if (passes(path, learnt, edition_) || stuck_ > 0) return;
    throw std::logic_error(path + " was learnt and does not pass");
  }

  int end() const {
    std::cout << "\n" << (files_ == 0 ? "nothing to learn" : std::to_string(written_) + " of " + std::to_string(files_) + " files written") << "\n";
    if (wrong_) return kWrongScript;
    return written_ == files_ && stuck_ == 0 ? kOk : kFailedTest;
  }

 private:
  void one(const dialogs::Play& play, Changes& changes) {
    auto learnt = dialogs::learn(play, *edition_.library, ear_of(edition_));
    if (learnt.trouble.empty()) return changes.merge(learnt.changes);
    ++stuck_;
    std::cout << "\n" << play.path << ":" << learnt.place.line << "  " << play.title << "\n  " << learnt.trouble
              << "\n  What the person does is for you to change; then learn again.\n";
  }

  const TestOptions& options_;
  const Edition& edition_;
  int files_ = 0, written_ = 0, stuck_ = 0;
  bool wrong_ = false;
};

}  // namespace

int learn(const TestOptions& options) {
  const Plays plays = open_plays(options.folders, options.what);
  if (!usable(plays.bench)) return kWrongScript;
  Lesson lesson(options, *plays.bench.built.edition);
  for (const auto& [path, text] : plays.texts) lesson.file(path, text);
  return lesson.end();
}

}  // namespace attune::bot
