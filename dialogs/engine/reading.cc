// What a message is to the open question: a button, a choice in words, a value of the slot's type,
// free text, or nothing that fits. Reading changes nothing.
#include <algorithm>
#include <charconv>
#include <utility>

#include "dialogs/engine/rendering.h"
#include "dialogs/engine/turn.h"

namespace attune::dialogs {
namespace {

constexpr const char* kBlanks = " \t\r\n\v\f";

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

std::int64_t characters(std::string_view text) {
  return std::count_if(text.begin(), text.end(),
                       [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
}

// Items by line where there are lines, else by comma or semicolon.
std::vector<std::string> items(std::string_view text) {
  const char* marks = text.find('\n') == std::string_view::npos ? ",;" : "\n";
  std::vector<std::string> out;
  while (!text.empty()) {
    const auto end = std::min(text.find_first_of(marks), text.size());
    const std::string_view item = trimmed(text.substr(0, end));
    if (!item.empty()) out.emplace_back(item);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

// Marks and pictures, as blocks of Unicode: what is neither a letter nor a digit of any script.
bool is_mark(char32_t c) {
  if (c < 0x80)
    return !((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'));
  constexpr std::pair<char32_t, char32_t> kMarks[] = {
      {0x80, 0xA9},       {0xAB, 0xB4},      {0xB6, 0xB9},     {0xBB, 0xBF},     {0xD7, 0xD7},
      {0xF7, 0xF7},       {0x2000, 0x2BFF},  {0x3000, 0x3003}, {0x3008, 0x3020}, {0xE000, 0xF8FF},
      {0xFE00, 0xFE6F},   {0xFEFF, 0xFEFF},  {0xFF01, 0xFF0F}, {0xFF1A, 0xFF20}, {0xFFF0, 0xFFFF},
      {0x1F000, 0x1FAFF}, {0xE0000, 0xE0FFF}};
  return std::any_of(std::begin(kMarks), std::end(kMarks),
                     [c](const auto& block) { return c >= block.first && c <= block.second; });
}

// "????", a lone emoji: nothing that could be kept and shown again as somebody's words.
bool has_words(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    char32_t c = lead < 0x80 ? lead : lead & (0xFFU >> (length + 1));
    for (std::size_t n = 1; n < length && at + n < text.size(); ++n)
      c = (c << 6) | (static_cast<unsigned char>(text[at + n]) & 0x3FU);
    if (!is_mark(c)) return true;
    at += length;
  }
  return false;
}

bool heard(const Hearing& hearing, std::string_view intent) {
  return std::any_of(hearing.heard.begin(), hearing.heard.end(),
                     [&](const Heard& each) { return each.intent == intent; });
}

bool fits(const Slot* slot, std::int64_t number) {
  return slot != nullptr && number >= slot->type.low && number <= slot->type.high;
}

// A label as plain ASCII lower case, for comparing yes and no where the folded text is at hand.
std::string lower(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

// "2", "two", "number 2", "option two please". A number inside a sentence presses nothing: "one of
// them is here" is no answer to "Are you alone?".
bool is_number_alone(std::string_view folded) {
  int others = 0;
  for (std::size_t begin = 0; begin < folded.size();) {
    const std::size_t end = std::min(folded.find(' ', begin), folded.size());
    const std::string_view word = folded.substr(begin, end - begin);
    const bool beside = word == "number" || word == "option" || word == "choice" ||
                        word == "answer" || word == "please";
    if (!beside) ++others;
    begin = end + 1;
  }
  return others == 1;
}

}  // namespace

Turn::Reading Turn::read_press(const QuestionCode& question) const {
  Reading reading;
  reading.how = "by its button";
  const std::string mine = program_->script->name + "#" + question.anchor + "=";
  if (event_.choice.starts_with(mine))
    read_pressed_value(question, std::string_view(event_.choice).substr(mine.size()), reading);
  return reading;
}

// What stands after "script#anchor=": a choice's id, a number of the scale, or yes or no.
void Turn::read_pressed_value(const QuestionCode& question, std::string_view value,
                              Reading& reading) const {
  if (question.kind == QuestionCode::Kind::kWait) return;
  if (question.kind == QuestionCode::Kind::kChoose) {
    const auto& choices = std::get<Choose>(question.step->what).choices;
    for (const int each : shown(question)) {
      if (choices[static_cast<std::size_t>(each)].label.id != value) continue;
      reading.fit = Reading::Fit::kChoice;
      reading.choice = each;
    }
    return;
  }
  if (question.kind == QuestionCode::Kind::kRate) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    const bool whole = error == std::errc() && end == value.data() + value.size();
    if (!whole || !fits(slot(std::get<Rate>(question.step->what).slot), number)) return;
    reading.fit = Reading::Fit::kValue;
    reading.value = number;
    return;
  }
  if (question.kind == QuestionCode::Kind::kAsk) {
    const Slot* asked = slot(std::get<Ask>(question.step->what).slot);
    if (asked == nullptr || asked->type.kind != SlotType::Kind::kYesNo) return;
  }
  if (value == "yes") reading.fit = Reading::Fit::kYes;
  if (value == "no") reading.fit = Reading::Fit::kNo;
}

Turn::Reading Turn::read_words(const QuestionCode& question) const {
  if (trimmed(event_.hearing.raw).empty()) {
    Reading nothing;
    nothing.repair = "repair/nothing-said";
    return nothing;
  }
  switch (question.kind) {
    case QuestionCode::Kind::kChoose:
      return read_choice(question);
    case QuestionCode::Kind::kRate:
      return read_number(slot(std::get<Rate>(question.step->what).slot));
    case QuestionCode::Kind::kConsent:
      return read_yes_no();
    case QuestionCode::Kind::kWait:
      return {};
    case QuestionCode::Kind::kAsk:
      break;
  }
  const Slot* asked = slot(std::get<Ask>(question.step->what).slot);
  if (asked != nullptr) return read_typed(*asked);
  Reading reading;  // a slot nobody declared holds nothing, and no answer to it may be refused
  reading.fit = Reading::Fit::kValue;
  return reading;
}

// By label, `also` or `means` among the choices that are shown; else by the number shown beside it.
Turn::Reading Turn::read_choice(const QuestionCode& question) const {
  Reading reading;
  const auto& choices = std::get<Choose>(question.step->what).choices;
  const std::vector<int> open = shown(question);
  for (const int each : open) {
    const std::string& id = choices[static_cast<std::size_t>(each)].label.id;
    const auto spoken = library_->spoken.find(program_->script->name + "#" + id);
    if (spoken == library_->spoken.end()) continue;
    const auto& ways = spoken->second;
    if (std::find(ways.begin(), ways.end(), event_.hearing.folded) == ways.end()) continue;
    reading.fit = Reading::Fit::kChoice;
    reading.choice = each;
    reading.how = "by its words";
    return reading;
  }
  const auto& number = event_.hearing.number;
  if (number && is_number_alone(event_.hearing.folded) && *number >= 1 &&
      *number <= static_cast<std::int64_t>(open.size())) {
    reading.fit = Reading::Fit::kChoice;
    reading.choice = open[static_cast<std::size_t>(*number - 1)];
    reading.how = "by its number";
    return reading;
  }
  reading.repair = "repair/no-match";
  return reading;
}

Turn::Reading Turn::read_number(const Slot* slot) const {
  Reading reading;
  reading.repair = "repair/bad-value";
  if (!event_.hearing.number || !fits(slot, *event_.hearing.number)) return reading;
  reading.fit = Reading::Fit::kValue;
  reading.value = *event_.hearing.number;
  return reading;
}

Turn::Reading Turn::read_yes_no() const {
  Reading reading;
  reading.repair = "repair/no-match";
  const std::string& folded = event_.hearing.folded;
  // By the number shown beside it, as in offer_yes_no(): 1 is yes, 2 is no.
  const std::int64_t number = is_number_alone(folded) ? event_.hearing.number.value_or(0) : 0;
  const bool yes = heard(event_.hearing, "yes") || folded == lower(yes_label(*library_)) || number == 1;
  const bool no = heard(event_.hearing, "no") || folded == lower(no_label(*library_)) || number == 2;
  if (yes == no) return reading;  // neither; or both, and a guess would be a lie
  reading.fit = yes ? Reading::Fit::kYes : Reading::Fit::kNo;
  return reading;
}

Turn::Reading Turn::read_typed(const Slot& slot) const {
  Reading reading;
  switch (slot.type.kind) {
    case SlotType::Kind::kText:
      return read_text(slot);
    case SlotType::Kind::kList:
      return read_list(slot);
    case SlotType::Kind::kNumber:
      return read_number(&slot);
    case SlotType::Kind::kYesNo:
      return read_yes_no();
    case SlotType::Kind::kDate:
      if (event_.hearing.date) reading.value = Day{*event_.hearing.date};
      break;
    case SlotType::Kind::kDuration:
      if (event_.hearing.duration) reading.value = Length{*event_.hearing.duration};
      break;
    case SlotType::Kind::kChoice:
      break;  // a choice is a script's word, never a person's: `choose` fills it
  }
  reading.repair = "repair/bad-value";
  if (!std::holds_alternative<std::monostate>(reading.value)) reading.fit = Reading::Fit::kValue;
  return reading;
}

Turn::Reading Turn::read_text(const Slot& slot) const {
  Reading reading;
  const std::string_view text = trimmed(event_.hearing.raw);
  if (characters(text) > slot.type.high) {
    reading.repair = "repair/too-long";
    return reading;
  }
  if (!has_words(text)) reading.repair = "repair/nothing-said";
  reading.fit = Reading::Fit::kText;
  reading.texts.emplace_back(text);
  return reading;
}

Turn::Reading Turn::read_list(const Slot& slot) const {
  Reading reading;
  reading.texts = items(event_.hearing.raw);
  if (std::none_of(reading.texts.begin(), reading.texts.end(), has_words)) {
    reading.repair = "repair/nothing-said";
  } else if (static_cast<std::int64_t>(reading.texts.size()) > slot.type.high) {
    reading.repair = "repair/too-long";
  } else {
    reading.fit = Reading::Fit::kList;
  }
  return reading;
}

}  // namespace attune::dialogs
