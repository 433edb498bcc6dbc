#include "dialogs/engine/rendering.h"

#include <algorithm>
#include <array>

#include "dialogs/engine/spoken_words.h"

namespace attune::dialogs {
namespace {

std::string render_length(std::int64_t seconds, const SpokenWords& words) {
  const std::array<std::pair<std::int64_t, const SpokenWords::Unit*>, 4> units = {
      {{86'400, &words.day}, {3'600, &words.hour}, {60, &words.minute}, {1, &words.second}}};
  std::string out;
  for (const auto& [size, unit] : units) {
    const std::int64_t n = seconds / size;
    if (n == 0) continue;
    out += (out.empty() ? "" : " ") + std::to_string(n) + " ";
    out += n == 1 ? unit->one : unit->more;
    seconds %= size;
  }
  return out.empty() ? std::string(words.no_time) : out;
}

// Days since 1970 as "23 November 2026" (the civil calendar, counted in 400-year eras from March
// 1).
std::string render_day(std::int64_t days, const SpokenWords& words) {
  const std::int64_t shifted = days + 719'468;
  const std::int64_t era = (shifted >= 0 ? shifted : shifted - 146'096) / 146'097;
  const std::int64_t day_of_era = shifted - era * 146'097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t march_month = (5 * day_of_year + 2) / 153;
  const std::int64_t day = day_of_year - (153 * march_month + 2) / 5 + 1;
  const std::int64_t month = march_month < 10 ? march_month + 2 : march_month - 10;  // 0 = January
  const std::int64_t year = year_of_era + era * 400 + (month <= 1 ? 1 : 0);
  std::string out = std::to_string(day);
  out.append(words.of).append(words.months[static_cast<std::size_t>(month)]).append(words.of);
  return out + std::to_string(year);
}

std::string always_label(const Library& library, const char* key, const char* fallback) {
  for (const auto& script : library.shared) {
    if (script == nullptr || script->kind != Script::Kind::kAlways) continue;
    const auto field = script->header.fields.find(key);
    if (field != script->header.fields.end()) return field->second.first;
  }
  return fallback;
}

struct ValueText {
  const Library& library;
  const std::map<std::uint32_t, KeptText>& texts;
  std::string slot;  // as Library::shown names it

  const SpokenWords& words() const { return spoken_words(library.language); }
  std::string operator()(std::monostate) const { return kNothing; }
  std::string operator()(std::int64_t number) const { return std::to_string(number); }
  std::string operator()(bool flag) const { return flag ? yes_label(library) : no_label(library); }
  std::string operator()(const std::string& word) const {
    const auto values = library.shown.find(slot);
    if (values == library.shown.end()) return word;
    const auto text = values->second.find(word);
    return text == values->second.end() ? word : text->second;
  }
  std::string operator()(Day day) const { return render_day(day.days, words()); }
  std::string operator()(Length length) const { return render_length(length.seconds, words()); }
  std::string operator()(TextRef ref) const {
    const auto at = texts.find(ref.number);
    return at == texts.end() ? kNothing : at->second.text;
  }
  std::string operator()(const std::vector<TextRef>& list) const {
    std::string out;
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (i > 0) out += i + 1 == list.size() ? words().and_ : ", ";
      out += (*this)(list[i]);
    }
    return out;
  }
};

std::string card(const std::string& field, const Scope& scope) {
  std::string region;
  if (const Value* mine = scope.value("my.region")) {
    if (const auto* word = std::get_if<std::string>(mine)) region = *word;
  }
  for (const std::string& each : {region, std::string()}) {
    const auto at = scope.library.cards.regions.find(each);
    if (at == scope.library.cards.regions.end()) continue;
    const auto text = at->second.find(field);
    if (text != at->second.end()) return text->second;
  }
  return kNothing;
}

std::string hole(const std::string& name, const Scope& scope, const Heard* heard) {
  if (name == "heard")
    return heard == nullptr ? kNothing : heard_sentence(*heard, scope.event.hearing.raw);
  if (name.starts_with("card.")) return card(name.substr(5), scope);
  if (name == "partner")
    return scope.value("my.partner") ? hole("my.partner", scope, heard)
                                     : std::string(spoken_words(scope.library.language).partner);
  const Value* value = scope.value(name);
  if (value == nullptr) return kNothing;
  const bool mine = name.starts_with("my.");
  const auto& pool = mine ? scope.state.person.texts : scope.state.conversation.texts;
  const std::string slot = mine ? name : scope.script.name + ":" + name;
  return std::visit(ValueText{scope.library, pool, slot}, *value);
}

}  // namespace

std::string render(const Text& text, const Scope& scope, const Heard* heard) {
  std::string out;
  for (const Text::Part& part : text.parts) {
    if (part.hole) {
      out += hole(part.text, scope, heard);
    } else {
      out += part.text;
    }
  }
  return out;
}

std::string heard_words(const Heard& heard, const std::string& raw) {
  std::string out;
  for (const Span& span : heard.spans) {
    const std::size_t end = std::min<std::size_t>(span.end, raw.size());
    if (span.begin >= end) continue;
    if (!out.empty()) out += " … ";
    out.append(raw, span.begin, end - span.begin);
  }
  return out.empty() ? kNothing : out;
}

std::string heard_sentence(const Heard& heard, const std::string& raw) {
  constexpr std::string_view kBlanks = " \t\r\n";
  constexpr std::string_view kEnds = ".!?";
  if (heard.spans.empty()) return kNothing;
  // A mark ends a sentence where a blank follows it; a new line always does.
  const auto ends_at = [&](std::size_t at) {
    if (raw[at] == '\n') return true;
    const bool before_blank = at + 1 >= raw.size() || kBlanks.find(raw[at + 1]) != kBlanks.npos;
    return kEnds.find(raw[at]) != kEnds.npos && before_blank;
  };
  std::size_t begin = std::min<std::size_t>(heard.spans.front().begin, raw.size());
  std::size_t end = std::min<std::size_t>(heard.spans.back().end, raw.size());
  if (begin >= end) return kNothing;
  while (begin > 0 && !ends_at(begin - 1)) --begin;
  while (begin < end && kBlanks.find(raw[begin]) != kBlanks.npos) ++begin;
  if (!ends_at(end - 1)) {
    while (end < raw.size() && !ends_at(end)) ++end;
    if (end < raw.size() && raw[end] != '.') ++end;  // "!" and "?" belong to what was said
  }
  while (end > begin && (kBlanks.find(raw[end - 1]) != kBlanks.npos || raw[end - 1] == '.')) --end;
  if (end <= begin || end - begin > kQuoted) return heard_words(heard, raw);
  return raw.substr(begin, end - begin);
}

std::string yes_label(const Library& library) { return always_label(library, "yes", "Yes"); }
std::string no_label(const Library& library) { return always_label(library, "no", "No"); }

}  // namespace attune::dialogs
