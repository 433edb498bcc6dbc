#include "bot/channels/message.h"

#include <algorithm>

namespace attune::bot {
namespace {

constexpr std::string_view kMore = "…";

std::size_t length_at(std::string_view text, std::size_t at) {  // of the character that begins there
  std::size_t end = at + 1;
  while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) ++end;
  return end - at;
}

std::size_t units_of(std::string_view text, Room::Unit unit) {
  return unit == Room::Unit::kBytes ? text.size() : utf16_units(text);
}

// The longest beginning of at most `most` units, in bytes; whole characters.
std::size_t reach_of(std::string_view text, std::size_t most, Room::Unit unit) {
  std::size_t at = 0, used = 0;
  while (at < text.size()) {
    const std::size_t bytes = length_at(text, at);
    const std::size_t cost = unit == Room::Unit::kBytes ? bytes : (bytes == 4 ? 2 : 1);
    if (used + cost > most) break;
    used += cost;
    at += bytes;
  }
  return at;
}

bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\t'; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

// Where to cut the first `reach` bytes: after a paragraph, a line, a sentence or a word, if that leaves
// at least a third of them.
std::size_t cut_of(std::string_view text, std::size_t reach) {
  const std::string_view head = text.substr(0, reach);
  const std::size_t least = reach / 3;
  for (const std::string_view mark : {"\n\n", "\n", ". ", "! ", "? ", "… ", " "}) {
    const auto found = head.rfind(mark);
    if (found != std::string_view::npos && found + mark.size() > least) return found + mark.size();
  }
  return reach;
}

// Every choice fits this form; labels that are too long go to the second line where there is one.
bool fits(const Reply::Offer& offer, const ChoiceForm& form) {
  if (offer.choices.size() > form.most) return false;
  return std::all_of(offer.choices.begin(), offer.choices.end(), [&](const Reply::Choice& choice) {
    const std::size_t label = utf16_units(choice.label);
    return choice.value.size() <= form.value && (label <= form.label || label <= form.detail);
  });
}

Fitted::Choice fitted(const Reply::Choice& choice, const ChoiceForm& form) {
  if (utf16_units(choice.label) <= form.label) return {choice.label, choice.value, ""};
  const std::string_view label = choice.label;
  const std::size_t reach = reach_of(label, form.label - 1, Room::Unit::kUtf16);
  const auto blank = label.substr(0, reach).rfind(' ');
  const std::size_t cut = blank == std::string_view::npos || blank < reach / 2 ? reach : blank;
  return {std::string(label.substr(0, cut)) + std::string(kMore), choice.value, choice.label};
}

void put_choices(const Reply::Offer& offer, const Room& room, Fitted& message) {
  using Form = Fitted::Form;
  const std::pair<Form, const ChoiceForm*> forms[] = {{Form::kQuick, &room.quick}, {Form::kButtons, &room.buttons}, {Form::kList, &room.list}};
  for (const auto& [form, taking] : forms) {
    if (!fits(offer, *taking)) continue;
    message.form = form;
    for (const auto& choice : offer.choices) message.choices.push_back(fitted(choice, *taking));
    return;
  }
}

// "0 wound up .. 10 settled"
std::string scale_line(const Reply::Offer& offer) {
  if (offer.choices.empty()) return "";
  constexpr std::string_view kBetween = " .. ";
  const auto between = offer.ends.find(kBetween);
  if (between == std::string::npos) return offer.choices.front().label + " .. " + offer.choices.back().label;
  return offer.choices.front().label + " " + offer.ends.substr(0, between) + " .. " + offer.choices.back().label + " " +
         offer.ends.substr(between + kBetween.size());
}

std::string numbered_lines(const Reply::Offer& offer) {
  if (offer.scale) return "";
  std::string lines;
  int number = 0;
  for (const auto& choice : offer.choices) lines += "\n" + std::to_string(++number) + ". " + choice.label;
  return lines;
}

// The message as one, or more where its text is too long; choices go with the last.
void add_split(Fitted message, const Room& room, std::vector<Fitted>& out) {
  const bool offers = message.form != Fitted::Form::kNone;
  // The speaker is written before the text on most platforms.
  const std::size_t beside = message.speaker.empty() ? 0 : units_of(message.speaker, room.unit) + 2;
  const auto left = [&](std::size_t limit) { return limit > beside + 40 ? limit - beside : limit; };
  if (!offers) message.text = message.numbered;
  if (units_of(message.text, room.unit) <= left(offers ? room.text_with_choices : room.text)) {
    return out.push_back(std::move(message));
  }
  auto texts = split(message.text, left(std::min(room.text, offers ? room.text_with_choices : room.text)), room.unit);
  for (std::size_t i = 0; i + 1 < texts.size(); ++i) {
    out.push_back({message.speaker, texts[i], Fitted::Form::kNone, {}, texts[i], message.safety});
  }
  message.numbered = texts.back() + message.numbered.substr(std::min(message.text.size(), message.numbered.size()));
  message.text = std::move(texts.back());
  out.push_back(std::move(message));
}

}  // namespace

bool is_safety(std::string_view script) { return script.starts_with("safety/"); }

std::size_t utf16_units(std::string_view text) {
  std::size_t units = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0) != 0x80) units += byte >= 0xF0 ? 2 : 1;
  }
  return units;
}

std::vector<std::string> split(std::string_view text, std::size_t most, Room::Unit unit) {
  std::vector<std::string> out;
  text = trimmed(text);
  while (units_of(text, unit) > most) {
    // At least one character, however small the limit.
    const std::size_t reach = std::max(reach_of(text, most, unit), length_at(text, 0));
    const std::size_t cut = cut_of(text, reach);
    out.emplace_back(trimmed(text.substr(0, cut)));
    text = trimmed(text.substr(cut));
  }
  if (!text.empty() || out.empty()) out.emplace_back(text);
  return out;
}

std::string with_speaker(const std::string& speaker, const std::string& text) {
  return speaker.empty() ? text : speaker + ": " + text;
}

std::string shown_speaker(const Reply::Message& message) {
  if (message.counselor) return message.from + " (counselor)";
  return message.from == "Bot" ? "" : message.from;
}

std::vector<Fitted> fit(const Reply& reply, const Room& room) {
  std::vector<Fitted> whole;
  for (const auto& line : reply.messages) {
    Fitted message;
    message.speaker = shown_speaker(line);
    message.text = message.numbered = line.text;
    message.safety = reply.safety || is_safety(line.script);
    if (&line == &reply.messages.back() && reply.offer && !reply.offer->choices.empty()) {
      if (reply.offer->scale) message.text = message.numbered = line.text + "\n" + scale_line(*reply.offer);
      message.numbered += numbered_lines(*reply.offer);
      put_choices(*reply.offer, room, message);
    }
    whole.push_back(std::move(message));
  }
  std::vector<Fitted> out;
  for (auto& message : whole) add_split(std::move(message), room, out);
  return out;
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&') out += "&amp;";
    else if (c == '<') out += "&lt;";
    else if (c == '>') out += "&gt;";
    else out += c;
  }
  return out;
}

}  // namespace attune::bot
