// One line as somebody from elsewhere writes it, and as it is written here: a list of rules, of
// which the first that knows the line answers.
#include <algorithm>
#include <array>

#include "dialogs/language/habits.h"
#include "dialogs/language/words.h"

namespace attune::dialogs {
namespace {

using View = std::string_view;
using Found = std::optional<Mended>;

// The longest first, so that `-->` is not read as `->` behind a dash.
constexpr std::array<View, 12> kArrows = {"--->", "==>", "-->", "->>", "- >", "=>",
                                          "→",    "➔",   "➜",   "–>",  "—>",  "->"};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

std::string lowered(View text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

bool begins(View text, View head) { return text.substr(0, head.size()) == head; }

// `head` in any case, as whole words; what follows, or nothing.
std::optional<View> after(View text, View head) {
  if (lowered(text.substr(0, head.size())) != head) return std::nullopt;
  const View rest = text.substr(head.size());
  if (!rest.empty() && rest[0] != ' ') return std::nullopt;
  return trimmed(rest);
}

View without_end(View text, View signs) {
  while (!text.empty() && signs.find(text.back()) != View::npos) text.remove_suffix(1);
  return trimmed(text);
}

View first_word(View text) { return text.substr(0, std::min(text.find(' '), text.size())); }

std::size_t count_words(View text) {
  if (text.empty()) return 0;
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), ' ')) + 1;
}

// The target as it is written here, if it can be one of this file: "close", "end paused".
std::string target(View written, const Surrounding& around) {
  std::string plain = lowered(without_end(written, ".;:!"));
  if (plain == "end pause" || plain == "end stop") plain += plain.back() == 'e' ? "d" : "ped";
  if (plain == "end complete") plain += 'd';
  if (plain == "end" || plain == "end paused" || plain == "end stopped" || plain == "end completed")
    return plain;
  const std::string name = as_name(plain);
  return around.scenes.count(name) > 0 ? name : "";
}

Found comment(View text, const Surrounding&) {
  const bool line = text.size() >= 3 && text.find_first_not_of("-=*_~#") == View::npos;
  if (line) return Mended{std::string(text), "//", "// " + std::string(text), true};
  if (begins(text, "##") && is_name(trimmed(text.substr(text.find_first_not_of('#')))))
    return std::nullopt;  // a heading
  for (const View sign : {"#", "<!--", "/*", ";;"}) {
    if (!begins(text, sign)) continue;
    std::string_view rest = text.substr(std::min(text.find_first_not_of('#'), text.size()));
    if (sign != "#") rest = text.substr(sign.size());
    for (const View end : {"-->", "*/"}) {
      if (rest.size() >= end.size() && rest.substr(rest.size() - end.size()) == end)
        rest.remove_suffix(end.size());
    }
    return Mended{std::string(sign), "//", "// " + std::string(trimmed(rest)), true};
  }
  return std::nullopt;
}

Found heading(View text, const Surrounding& around) {
  if (!around.parent.empty()) return std::nullopt;
  const auto scene = [](View found, View name) {
    return Mended{std::string(found), "==", "== " + std::string(trimmed(name))};
  };
  const std::size_t signs = std::min(text.find_first_not_of('='), text.size());
  const View bare = trimmed(text.substr(signs));
  if (signs > 0 && !bare.empty()) {
    const View name = without_end(bare, "=:");
    if (signs == 2 && name.size() == bare.size()) return std::nullopt;
    return scene(signs == 2 ? bare.substr(name.size()) : text.substr(0, signs), name);
  }
  for (const char sign : {'#', '-'}) {
    const std::size_t many = std::min(text.find_first_not_of(sign), text.size());
    const View name = without_end(trimmed(text.substr(many)), "#-:");
    if (many >= 2 && is_name(name)) return scene(text.substr(0, many), name);
  }
  if (const auto rest = after(text, "scene"); rest && !rest->empty() && count_words(*rest) <= 3)
    return scene(first_word(text), without_end(*rest, ":"));
  if (const auto rest = after(text, "scene:"); rest && !rest->empty() && count_words(*rest) <= 3)
    return scene(first_word(text), *rest);
  if (around.wanted.count(std::string(text)) > 0) return scene(text, text);
  const bool bracketed = text.size() > 2 && text.front() == '[' && text.back() == ']';
  const View inner = bracketed ? text.substr(1, text.size() - 2) : without_end(text, ":");
  const bool alone = bracketed || inner.size() + 1 == text.size();
  if (alone && is_name(inner) && (inner == "start" || around.scenes.count(std::string(inner)) > 0))
    return scene(text, inner);
  return std::nullopt;
}

Found section(View text, const Surrounding& around) {
  if (!around.parent.empty() || around.in_scenes) return std::nullopt;
  const std::string word = lowered(without_end(text, ":"));
  for (const View name : {"slots", "hears"}) {
    const bool meant = word == name || word + "s" == name;
    if (meant && text != name)
      return Mended{std::string(text), std::string(name), std::string(name)};
  }
  return std::nullopt;
}

Found leading_arrow(View text, const Surrounding& around) {
  for (const View sign : kArrows) {
    if (!begins(text, sign)) continue;
    const View rest = trimmed(text.substr(sign.size()));
    const std::string to = target(rest, around);
    if (sign == "->") {
      if (to.empty() || to == rest) return std::nullopt;
      return Mended{std::string(rest), to, "-> " + to};
    }
    return Mended{std::string(sign), "->", "-> " + (to.empty() ? std::string(rest) : to)};
  }
  for (const View words : {"goto", "go to", "jump to", "jump", "go", "continue with", "continue to",
                           "next scene", "next:", "goto:", "go to:", ">", ">>"}) {
    const auto rest = after(text, words);
    if (!rest || rest->empty()) continue;
    View name = *rest;
    if (const auto scene = after(name, "scene"); scene && !scene->empty()) name = *scene;
    const std::string to = target(name, around);
    if (!to.empty()) return Mended{std::string(words), "->", "-> " + to};
    if (words == "goto" && is_name(name)) return Mended{"goto", "->", "-> " + std::string(name)};
  }
  return std::nullopt;
}

// Where a line's target begins, and how it is written: "Yes => close #id01".
struct Tail {
  std::size_t at = View::npos;
  View sign;
  std::string to;
  View id;  // " #id01", behind the target
};

std::optional<Tail> arrow_tail(View text, const Surrounding& around) {
  for (const View sign : kArrows) {
    const std::size_t at = text.rfind(sign);
    if (at == View::npos || at == 0) continue;
    View behind = text.substr(at + sign.size());
    const std::size_t hash = std::min(behind.find(" #"), behind.size());
    const std::string to = target(trimmed(behind.substr(0, hash)), around);
    if (!to.empty()) return Tail{at, sign, to, behind.substr(hash)};
  }
  return std::nullopt;
}

// The target of a choice, of `skip`, of `declined`.
Found trailing_arrow(View text, const Surrounding& around) {
  const std::string word = lowered(without_end(first_word(text), ":"));
  const bool way_out = word == "skip" || word == "declined";
  if (text[0] != '*' && !way_out) return std::nullopt;
  if (const auto tail = arrow_tail(text, around)) {
    const View found = text.substr(tail->at, text.size() - tail->at - tail->id.size());
    const std::string right = "-> " + tail->to;
    const bool spaced = text[tail->at - 1] == ' ';
    if (found == right && spaced) return std::nullopt;
    return Mended{
        std::string(found), " " + right,
        std::string(trimmed(text.substr(0, tail->at))) + " " + right + std::string(tail->id)};
  }
  if (!way_out) return std::nullopt;
  View rest = trimmed(text.substr(first_word(text).size()));
  if (const auto to = after(rest, "to")) rest = *to;
  if (const std::string to = target(rest, around); !to.empty()) {
    return Mended{std::string(text), word + " -> " + to, word + " -> " + to};
  }
  return std::nullopt;
}

// "- ", "• ", "2. ", "b) "
std::size_t bullet_length(View text) {
  for (const View sign : {"- ", "– ", "— ", "• ", "· ", "+ ", "[ ] ", "□ ", "◦ ", "▪ "}) {
    if (begins(text, sign)) return sign.size();
  }
  std::size_t at = 0;
  while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
  if (at == 0 && !text.empty() && lower(text[0]) >= 'a' && lower(text[0]) <= 'h') at = 1;
  const bool mark = at > 0 && at < 3 && text.size() > at + 2 && text[at + 1] == ' ' &&
                    (text[at] == ')' || (text[at] == '.' && text[0] <= '9'));
  return mark ? at + 2 : 0;
}

Found bullet(View text, const Surrounding& around) {
  if (around.parent != "choose") return std::nullopt;
  const std::size_t length = bullet_length(text);
  const bool upper = text[0] >= 'A' && text[0] <= 'Z';
  if (length == 0 && upper && text.find(':') == View::npos && begins_no_step(text)) {
    return Mended{std::string(text), "* " + std::string(text), "* " + std::string(text)};
  }
  if (length == 0 || begins(text, "- >")) return std::nullopt;
  return Mended{std::string(trimmed(text.substr(0, length))), "*",
                "* " + std::string(trimmed(text.substr(length)))};
}

bool speaks(View name, const Surrounding& around) {
  return std::find(around.speakers.begin(), around.speakers.end(), name) != around.speakers.end();
}

// `**Bot:** text`, `Bot text`, `Bot - text`, `say text`
Found speaker(View text, const Surrounding& around) {
  constexpr View kMarkup = "*_\"";
  const auto said = [](View found, View name, View words) {
    return Mended{std::string(found), std::string(name) + ":",
                  std::string(name) + ": " + std::string(trimmed(words))};
  };
  for (const View quote : {"„", "“", "”", "«", "\""}) {
    if (!begins(text, quote)) continue;
    const View inner = text.substr(quote.size());
    const View name = trimmed(inner.substr(0, std::min(inner.find(':'), inner.size())));
    if (!speaks(name, around)) continue;
    View words = inner.substr(inner.find(':') + 1);
    for (const View end : {"“", "”", "»", "\""}) {
      if (words.size() > end.size() && words.substr(words.size() - end.size()) == end)
        words.remove_suffix(end.size());
    }
    return said(text.substr(0, quote.size() + name.size() + 1), name, words);
  }
  const bool choice = around.parent == "choose" && text.substr(0, 2) != "**";
  if (kMarkup.find(text[0]) != View::npos && !choice) {
    const std::size_t colon = text.find(':');
    if (colon == View::npos || colon > 60) return std::nullopt;
    View name = text.substr(0, colon);
    while (!name.empty() && kMarkup.find(name[0]) != View::npos) name.remove_prefix(1);
    name = without_end(name, kMarkup);
    if (!speaks(name, around)) return std::nullopt;
    View words = text.substr(colon + 1);
    const std::size_t from = std::min(words.find_first_not_of("*_ "), words.size());
    return said(text.substr(0, colon + 1 + from), name, without_end(words.substr(from), "*_"));
  }
  for (const std::string& name : around.speakers) {
    if (!begins(text, name)) continue;
    View rest = text.substr(name.size());
    for (const View sign : {"：", ";", " -", " –", " —", " says:", " says", " ;"}) {
      if (begins(rest, sign) && trimmed(rest.substr(sign.size())).size() > 1)
        return said(text.substr(0, name.size() + sign.size()), name, rest.substr(sign.size()));
    }
    const bool new_sentence = rest.size() > 1 && rest[1] >= 'A' && rest[1] <= 'Z';
    // A colon may come later; right behind one word it could be another speaker, and behind "to A"
    // it is in its place.
    const View opening = rest.substr(0, std::min(rest.find(':'), rest.size()));
    const bool addressed = begins(opening, " to ") && trimmed(opening.substr(4)).find(' ') == View::npos;
    const bool spoken = opening.size() == rest.size() || (count_words(opening) > 1 && !addressed);
    if (begins(rest, " ") && spoken && count_words(rest) > 2 &&
        (name == "Bot" || new_sentence))
      return said(name, name, rest);
  }
  for (const View word : {"say", "say:", "print", "says", "message:"}) {
    const auto rest = after(text, word);
    if (!rest || rest->empty() || rest->find(':') != View::npos) continue;
    View words = *rest;
    if (words.size() > 2 && words.front() == '"' && words.back() == '"')
      words = words.substr(1, words.size() - 2);
    return said(word, "Bot", words);
  }
  return std::nullopt;
}

Found branch(View text, const Surrounding& around) {
  if (around.parent == "slots" || around.parent == "hears") return std::nullopt;
  for (const View words : {"else if", "elseif", "elsif", "elif", "otherwise when", "else, if",
                           "otherwise, if", "else when"}) {
    const auto rest = after(text, words);
    if (rest && !rest->empty())
      return Mended{std::string(words), "otherwise if", "otherwise if " + std::string(*rest)};
  }
  const std::string word = lowered(without_end(text, ":,"));
  const bool meant =
      word == "else" || word == "otherwise" || word == "or else" || word == "default";
  if (!meant || text == "otherwise") return std::nullopt;
  return Mended{std::string(text), "otherwise", "otherwise"};
}

Found ending(View text, const Surrounding&) {
  const bool marked = text.size() > 2 && text[0] == '*' && text[1] != ' ' && text.back() == '*';
  const View inner =
      marked ? without_end(text.substr(std::min(text.find_first_not_of('*'), text.size())), "*")
             : text;
  const std::string word = lowered(without_end(inner, ".;!:"));
  const auto is = [&](std::initializer_list<View> words) {
    return std::find(words.begin(), words.end(), word) != words.end();
  };
  std::string right;
  if (is({"the end", "finish", "finished", "quit", "exit", "done", "end of script", "end complete",
          "end finished", "end done", "end conversation", "end script"}) ||
      (marked && word == "end"))
    right = "end completed";
  if (is({"stop", "end stop"})) right = "end stopped";
  if (is({"pause", "end pause"})) right = "end paused";
  if (right.empty() && is({"end", "end completed", "end paused", "end stopped"})) right = word;
  if (right.empty() || right == text) return std::nullopt;
  return Mended{std::string(text), right, right};
}

Found question(View text, const Surrounding& around) {
  if (around.parent == "slots" || around.parent == "hears") return std::nullopt;
  const View bare = without_end(text, ":");
  const View word = first_word(bare);
  const View rest = trimmed(bare.substr(word.size()));
  const std::string low = lowered(word);
  const auto to = [&](const std::string& line) { return Mended{std::string(text), line, line}; };
  const bool colon = bare.size() < text.size();
  if (colon &&
      (low == "ask" || low == "choose" || low == "vary" || low == "consent" || low == "on"))
    return to(low + (rest.empty() ? "" : " " + std::string(rest)));
  for (const View other : {"choice", "choices", "option", "options", "buttons", "menu", "select"}) {
    if (low == other && (rest.empty() || is_name(rest)) && around.in_scenes)
      return to("choose" + (rest.empty() ? "" : " " + std::string(rest)));
  }
  for (const View other : {"question", "input", "prompt"}) {
    if (low == other && is_name(rest)) return to("ask " + std::string(rest));
  }
  return std::nullopt;
}

Found assignment(View text, const Surrounding& around) {
  if (!around.in_scenes) return std::nullopt;
  const auto by = [&](View words, int sign) -> Found {
    const auto rest = after(text, words);
    const std::size_t at = rest ? rest->find(" by ") : View::npos;
    if (at == View::npos) return std::nullopt;
    const auto number = number_from(trimmed(rest->substr(at + 4)));
    if (!number || !is_slot_name(trimmed(rest->substr(0, at)))) return std::nullopt;
    const std::string line = "add " + std::to_string(*number * sign) + " to " +
                             std::string(trimmed(rest->substr(0, at)));
    return Mended{std::string(text), line, line};
  };
  for (const View words : {"increase", "raise"}) {
    if (auto found = by(words, 1)) return found;
  }
  for (const View words : {"decrease", "lower", "reduce"}) {
    if (auto found = by(words, -1)) return found;
  }
  const bool set = begins(text, "set ") || begins(text, "let ");
  const View left = set ? trimmed(text.substr(4)) : text;
  const View slot = left.substr(0, std::min(left.find_first_of(" =:"), left.size()));
  const View rest = trimmed(left.substr(slot.size()));
  if (!is_slot_name(slot)) return std::nullopt;
  for (const View sign : {":=", "=", "to ", "is ", ": "}) {
    if (!begins(rest, sign)) continue;
    const bool here = sign == "=";
    if ((!set && !here && sign != ":=") || (begins(text, "set ") && here) || begins(rest, "==") ||
        begins(rest, "=>"))
      return std::nullopt;
    const View value = trimmed(rest.substr(sign.size()));
    if (value.empty()) return std::nullopt;
    const std::string line = "set " + std::string(slot) + " = " + std::string(value);
    return Mended{std::string(text), line, line};
  }
  return std::nullopt;
}

// Below a choice: `also late`, `only when`, `means: x`.
Found choice_part(View text, const Surrounding& around) {
  if (around.parent != "*") return std::nullopt;
  struct Habit {
    View words;
    View right;
  };
  for (const auto& [words, right] : {Habit{"also", "also:"},
                                     {"also :", "also:"},
                                     {"synonyms:", "also:"},
                                     {"or:", "also:"},
                                     {"only when", "only if"},
                                     {"only, if", "only if"},
                                     {"only if:", "only if"},
                                     {"means:", "means"},
                                     {"means =", "means"},
                                     {"value:", "means"},
                                     {"value =", "means"}}) {
    const auto rest = after(text, words);
    if (!rest || rest->empty() || begins(text, std::string(right) + " ")) continue;
    return Mended{std::string(words), std::string(right),
                  std::string(right) + " " + std::string(*rest)};
  }
  return std::nullopt;
}

Found again(View text, const Surrounding&) {
  const auto rest = [&]() -> std::optional<View> {
    for (const View words : {"again at most", "again up to", "again max", "repeat at most", "again",
                             "retry at most", "at most"}) {
      if (const auto found = after(text, words)) return found;
    }
    return std::nullopt;
  }();
  if (!rest) return std::nullopt;
  static constexpr std::array<View, 4> kWords = {"", "one", "two", "three"};
  const std::string word = lowered(first_word(*rest));
  int times = 0;
  for (int n = 1; n <= 6; ++n) {
    if (word == std::to_string(n)) times = n;
    if (n <= 3 && word == kWords[static_cast<std::size_t>(n)]) times = n;
  }
  if (word == "once") times = 1;
  if (word == "twice") times = 2;
  const View more = trimmed(rest->substr(first_word(*rest).size()));
  if (times == 0 || (!more.empty() && more != "times" && more != "time")) return std::nullopt;
  const std::string line = "again at most " + std::to_string(times);
  if (line == text) return std::nullopt;
  return Mended{std::string(text), line, line};
}

}  // namespace

// In habit_conditions.cc: `=` for `is`, `more than` for `>`, a `then` at the end.
std::optional<Mended> mend_condition(std::string_view line);

// In habit_numbers.cc: `minutes about five`, `calm … upset`.
Found mend_minutes(View text, const Surrounding& around);
Found mend_scale(View text, const Surrounding& around);

std::optional<Mended> mend_line(std::string_view line, const Surrounding& around) {
  constexpr std::array<Found (*)(View, const Surrounding&), 15> kRules = {
      comment, mend_minutes, heading,    section,  leading_arrow, trailing_arrow, bullet, speaker,
      branch,  ending,       mend_scale, question, assignment,    choice_part,    again};
  Found whole;
  std::string text(line);
  // `- Yes => close` is two habits in one line, and told as one.
  for (int round = 0; round < 3; ++round) {
    Found found;
    for (const auto rule : kRules) {
      if (text.empty() || (found = rule(text, around))) break;
    }
    if (!found) found = mend_condition(text);
    if (!found) break;
    text = found->line;
    if (whole) found->found = whole->found, found->right = whole->right;
    whole = std::move(found);
    if (whole->comment) break;
  }
  return whole;
}

std::optional<Mended> mend_unsaid(std::string_view text, const Surrounding& around) {
  const bool speech = around.in_scenes ? around.parent.empty() || around.parent == "if" ||
                                             around.parent == "otherwise" ||
                                             around.parent == "when" || around.parent == "*"
                                       : false;
  const bool sentence = text[0] >= 'A' && text[0] <= 'Z' && count_words(text) >= 4 &&
                        View(".!?").find(text.back()) != View::npos;
  if (!speech || !sentence || text.find(':') != View::npos || !begins_no_step(text))
    return std::nullopt;
  const std::string line = "Bot: " + std::string(text);
  return Mended{std::string(text), line, line};
}

std::optional<SpokenArrow> spoken_arrow(std::string_view line, const Surrounding& around) {
  const std::size_t colon = line.find(':');
  if (colon == View::npos || !speaks(trimmed(line.substr(0, colon)), around)) return std::nullopt;
  const auto tail = arrow_tail(line, around);
  if (!tail || tail->at <= colon) return std::nullopt;
  const View before = line.substr(0, tail->at);
  if (!before.empty() && before.back() != ' ') return std::nullopt;
  return SpokenArrow{line.substr(tail->at), std::string(trimmed(before)) + std::string(tail->id),
                     "-> " + tail->to};
}

std::string as_name(std::string_view written) {
  std::string name;
  for (const char c : lowered(trimmed(written))) {
    const bool fits = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9' && !name.empty());
    if (fits) {
      name += c;
    } else if ((c == ' ' || c == '_' || c == '-') && !name.empty() && name.back() != '-') {
      name += '-';
    }
  }
  while (!name.empty() && name.back() == '-') name.pop_back();
  return name;
}

}  // namespace attune::dialogs
