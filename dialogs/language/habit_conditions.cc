// Conditions as they are said or programmed elsewhere: `heat is greater than 7`, `heat == 7`,
// `blame && hurt`, `if blame then`.
#include <array>
#include <cstring>

#include "dialogs/language/habits.h"

namespace attune::dialogs {
namespace {

using View = std::string_view;

struct Sign {
  const char* found;
  const char* right;
};

// Between blanks, except those of which `tight` is true. The longest first.
constexpr std::array kSpoken = {Sign{" is greater than or equal to ", " >= "},
                                Sign{" is less than or equal to ", " <= "},
                                Sign{" is greater than ", " > "},
                                Sign{" is bigger than ", " > "},
                                Sign{" is higher than ", " > "},
                                Sign{" is more than ", " > "},
                                Sign{" is less than ", " < "},
                                Sign{" is lower than ", " < "},
                                Sign{" is smaller than ", " < "},
                                Sign{" is at least ", " >= "},
                                Sign{" is at most ", " <= "},
                                Sign{" is above ", " > "},
                                Sign{" is over ", " > "},
                                Sign{" is below ", " < "},
                                Sign{" is under ", " < "},
                                Sign{" greater than ", " > "},
                                Sign{" at least ", " >= "},
                                Sign{" at most ", " <= "},
                                Sign{" less than ", " < "},
                                Sign{" is equal to ", " is "},
                                Sign{" equals ", " is "},
                                Sign{" isn't ", " is not "}};
constexpr std::array kSigns = {Sign{"==", " is "}, Sign{"!=", " is not "}, Sign{"<>", " is not "},
                               Sign{"≥", " >= "},  Sign{"≤", " <= "},      Sign{"=>", " >= "},
                               Sign{"=<", " <= "}, Sign{"&&", " and "},    Sign{"||", " or "}};

// Where the condition of this line begins, or npos.
std::size_t condition_at(View line) {
  for (const char* head : {"otherwise if ", "only if ", "if ", "when ", "needs: "}) {
    if (line.substr(0, std::strlen(head)) == head) return std::strlen(head);
  }
  return View::npos;
}

// Where it ends: at a colon, behind which something else begins.
std::size_t condition_end(View line, std::size_t from) {
  bool quoted = false;
  for (std::size_t at = from; at < line.size(); ++at) {
    if (line[at] == '"') quoted = !quoted;
    if (line[at] == ':' && !quoted) return at;
  }
  return line.size();
}

std::string single_spaced(View text) {
  std::string out;
  for (const char c : text) {
    if (c != ' ' || (!out.empty() && out.back() != ' ')) out += c;
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

struct Change {
  std::string text;
  std::string found;
  std::string right;
};

std::optional<Change> change(View whole) {
  // What is quoted, and what follows it, is the author's.
  const View condition = whole.substr(0, whole.find('"'));
  const std::string quoted(whole.substr(condition.size()));
  const auto replaced = [&](View found, View right, std::size_t at) {
    Change made;
    made.text = single_spaced(std::string(condition.substr(0, at)) + std::string(right) +
                              std::string(condition.substr(at + found.size()))) +
                (quoted.empty() ? "" : " " + quoted);
    made.found = single_spaced(found);
    made.right = single_spaced(right);
    return made;
  };
  for (const Sign& sign : kSpoken) {
    const std::size_t at = condition.find(sign.found);
    if (at != View::npos) return replaced(sign.found, sign.right, at);
  }
  for (const Sign& sign : kSigns) {
    const std::size_t at = condition.find(sign.found);
    if (at != View::npos) return replaced(sign.found, sign.right, at);
  }
  const std::size_t equals = condition.find('=');
  const bool alone = equals != View::npos && equals > 0 && condition[equals - 1] != '<' &&
                     condition[equals - 1] != '>';
  if (alone) return replaced("=", " is ", equals);
  if (!quoted.empty()) return std::nullopt;
  const std::size_t open = condition.find(" '");
  if (open != View::npos && condition.size() > open + 3 && condition.back() == '\'') {
    const std::string value(condition.substr(open + 2, condition.size() - open - 3));
    return Change{std::string(condition.substr(0, open)) + " \"" + value + "\"", "'" + value + "'",
                  "\"" + value + "\""};
  }
  constexpr View kThen = " then";
  if (condition.size() > kThen.size() &&
      condition.substr(condition.size() - kThen.size()) == kThen) {
    const std::string before(condition.substr(0, condition.size() - kThen.size()));
    const std::size_t space = before.rfind(' ');
    const std::string word = before.substr(space == std::string::npos ? 0 : space + 1);
    for (const char* sign : {"visited", "is", "not", "and", "or"}) {
      if (word == sign) return std::nullopt;  // `then` is a name
    }
    return Change{before, std::string(condition), before};
  }
  return std::nullopt;
}

}  // namespace

std::optional<Mended> mend_condition(std::string_view line) {
  const std::size_t from = condition_at(line);
  if (from == View::npos) return std::nullopt;
  const std::size_t to = condition_end(line, from);
  std::string condition(line.substr(from, to - from));
  std::optional<Mended> mended;
  for (int round = 0; round < 8; ++round) {
    auto made = change(condition);
    if (!made) break;
    condition = made->text;
    if (!mended) mended = Mended{made->found, made->right, ""};
  }
  if (mended)
    mended->line = std::string(line.substr(0, from)) + condition + std::string(line.substr(to));
  return mended;
}

}  // namespace attune::dialogs
