#include "intents/normal_form.h"

#include <array>

#include "intents/letters.h"
#include "intents/quotations.h"

namespace attune::intents {
namespace {

using dialogs::Span;

// Shortened titles whose dot does not end a sentence.
constexpr std::array<std::string_view, 6> kTitles = {"mr", "mrs", "ms", "dr", "prof", "vs"};

bool is_mark(char c) { return c == '.' || c == '?'; }

class Writer {
 public:
  Writer(const Letters& letters, std::vector<Span> left_out)
      : letters_(letters), left_out_(std::move(left_out)) {
    form_.text.reserve(letters.text.size() + 16);
    form_.from.reserve(letters.text.size() + 16);
    put(' ', 0);
  }

  NormalForm write() {
    for (at_ = 0; at_ < letters_.list.size(); ++at_) {
      const Letter& letter = letters_.list[at_];
      if (inside_quotation(letter)) continue;
      take(letter);
    }
    end_word();
    close_sentence();
    form_.from.push_back(letters_.list.empty() ? 0 : letters_.list.back().end);
    return std::move(form_);
  }

 private:
  void put(char c, std::uint32_t from) {
    form_.text.push_back(c);
    form_.from.push_back(from);
  }

  void append(const Letter& letter) {
    if (!in_word_) {
      in_word_ = true;
      word_begin_ = form_.text.size();
      letters_in_word_ = 0;
      dotted_ = false;
    }
    for (const char c : letters_.of(letter)) put(c, letter.begin);
    word_end_ = letter.end;
    ++letters_in_word_;
  }

  void end_word() {
    if (!in_word_) return;
    in_word_ = false;
    put(' ', word_end_);
    ++words_in_sentence_;
  }

  void mark(char sign, const Letter& letter) {
    end_word();
    if (words_in_sentence_ == 0) {
      // "!?" and "?!" are one end, and a question.
      const std::size_t size = form_.text.size();
      if (sign == '?' && size >= 3 && form_.text[size - 2] == '.') form_.text[size - 2] = '?';
      return;
    }
    put(sign, letter.begin);
    put(' ', letter.end);
    close_sentence();
  }

  void close_sentence() {
    if (words_in_sentence_ == 0) return;
    form_.sentences.emplace_back(sentence_begin_, static_cast<std::uint32_t>(form_.text.size()));
    sentence_begin_ = static_cast<std::uint32_t>(form_.text.size() - 1);
    words_in_sentence_ = 0;
  }

  // The next letter that says anything, or none.
  const Letter* next() const {
    for (std::size_t i = at_ + 1; i < letters_.list.size(); ++i) {
      if (letters_.list[i].kind != LetterKind::kNothing) return &letters_.list[i];
    }
    return nullptr;
  }

  bool next_is_word() const { return next() != nullptr && next()->kind == LetterKind::kWord; }

  bool between_digits() const {
    return in_word_ && at_ > 0 && letters_.list[at_ - 1].digit && at_ + 1 < letters_.list.size() &&
           letters_.list[at_ + 1].digit;
  }

  void take(const Letter& letter) {
    switch (letter.kind) {
      case LetterKind::kWord:
        return append(letter);
      case LetterKind::kPicture:
        end_word();
        append(letter);
        return end_word();
      case LetterKind::kNothing:
        return;
      case LetterKind::kApostrophe:
        if (!(in_word_ && next_is_word())) end_word();
        return;
      case LetterKind::kInner:
        return between_digits() ? append(letter) : end_word();
      case LetterKind::kDot:
        return dot(letter);
      case LetterKind::kEnd:
      case LetterKind::kNewline:
        return mark('.', letter);
      case LetterKind::kQuestion:
        return mark('?', letter);
      case LetterKind::kSpace:
        return end_word();
    }
  }

  // A dot may sit in a number, in "a.m.", after a title, or in a row of dots, which is a pause and
  // not an end: "I want to... I don't know".
  void dot(const Letter& letter) {
    if (between_digits()) return append(letter);
    const bool before_dot = at_ > 0 && letters_.list[at_ - 1].kind == LetterKind::kDot;
    const bool after_dot = next() != nullptr && next()->kind == LetterKind::kDot;
    if (before_dot || after_dot) return end_word();
    if (in_word_ && (letters_in_word_ == 1 || dotted_) && next_is_single_letter()) {
      dotted_ = true;
      return;
    }
    if (in_word_ && (dotted_ || is_title())) return end_word();
    mark('.', letter);
  }

  bool next_is_single_letter() const {
    if (!next_is_word() || letters_.list[at_ - 1].digit) return false;
    return at_ + 2 >= letters_.list.size() || letters_.list[at_ + 2].kind != LetterKind::kWord;
  }

  bool is_title() const {
    const std::string_view word = std::string_view(form_.text).substr(word_begin_);
    for (const std::string_view title : kTitles) {
      if (word == title) return next() != nullptr;
    }
    return false;
  }

  bool inside_quotation(const Letter& letter) {
    while (quotation_ < left_out_.size() && left_out_[quotation_].end <= letter.begin) ++quotation_;
    if (quotation_ >= left_out_.size() || letter.begin < left_out_[quotation_].begin) return false;
    if (letter.begin == left_out_[quotation_].begin) {
      end_word();
      put('"', letter.begin);
      put(' ', left_out_[quotation_].end);
      ++words_in_sentence_;
    }
    return true;
  }

  const Letters& letters_;
  std::vector<Span> left_out_;
  std::size_t quotation_ = 0;
  NormalForm form_;
  std::size_t at_ = 0;
  bool in_word_ = false;
  bool dotted_ = false;  // the word is an abbreviation written with dots
  std::size_t word_begin_ = 0;
  std::uint32_t word_end_ = 0;
  int letters_in_word_ = 0;
  int words_in_sentence_ = 0;
  std::uint32_t sentence_begin_ = 0;
};

bool only_quotations(const NormalForm& form) {
  return form.text.find_first_not_of(" .?\"") == std::string::npos;
}

// Every sign beyond ASCII that is no letter becomes a space or a straight apostrophe, so that what
// reads this text needs no classes of Unicode.
std::string_view sign_as_written(const Letters& letters, const Letter& letter) {
  const std::string_view text = letters.of(letter);
  if (text.size() == 1) return text;
  switch (letter.kind) {
    case LetterKind::kWord:
    case LetterKind::kPicture:
      return text;
    case LetterKind::kApostrophe:
      return "'";
    case LetterKind::kEnd:
      return "!";
    case LetterKind::kQuestion:
      return "?";
    default:
      return " ";
  }
}

// The space or mark-and-space that ends a sentence of the text as it was written.
void split_as_written(NormalForm* form) {
  std::uint32_t begin = 0;
  const std::string& text = form->text;
  for (std::uint32_t i = 0; i + 1 < text.size(); ++i) {
    const char c = text[i];
    if ((is_mark(c) || c == '!') && (text[i + 1] == ' ' || text[i + 1] == '\n')) {
      form->sentences.emplace_back(begin, i + 2);
      begin = i + 1;
    }
  }
  if (begin + 1 < text.size()) {
    form->sentences.emplace_back(begin, static_cast<std::uint32_t>(text.size()));
  }
}

}  // namespace

Span NormalForm::raw(std::uint32_t begin, std::uint32_t end) const {
  const auto is_edge = [this](std::uint32_t i, bool marks) {
    return text[i] == ' ' || (marks && is_mark(text[i]));
  };
  for (const bool marks : {true, false}) {
    std::uint32_t b = begin;
    std::uint32_t e = end;
    while (b < e && is_edge(b, marks)) ++b;
    while (e > b && is_edge(e - 1, marks)) --e;
    if (b == e) continue;
    while (e < text.size() && from[e] == from[e - 1]) ++e;
    return {from[b], from[e]};
  }
  return {from[begin], from[begin]};
}

int NormalForm::words() const {
  int count = 0;
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    if (text[i] == ' ' && !(is_mark(text[i + 1]) && text[i + 2] == ' ')) ++count;
  }
  return count;
}

NormalForm normalise(const Letters& letters, const std::vector<Span>& left_out) {
  if (!left_out.empty()) {
    NormalForm form = Writer(letters, left_out).write();
    if (!only_quotations(form)) return form;
  }
  return Writer(letters, {}).write();
}

NormalForm normalise(std::string_view raw, Quotations wanted) {
  const Letters letters = letters_of(raw);
  if (wanted == Quotations::kKeep) return normalise(letters);
  return normalise(letters, quotations(raw));
}

NormalForm NormalForm::without_marks() const {
  NormalForm plain;
  plain.text.reserve(text.size());
  plain.from.reserve(from.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i > 0 && is_mark(text[i]) && text[i - 1] == ' ' && text[i + 1] == ' ') {
      ++i;  // and its space
      continue;
    }
    plain.text.push_back(text[i]);
    plain.from.push_back(from[i]);
  }
  plain.from.push_back(from.back());
  if (plain.text.size() > 1) {
    plain.sentences.emplace_back(0, static_cast<std::uint32_t>(plain.text.size()));
  }
  return plain;
}

std::string fold(std::string_view raw) {
  const std::string text = normalise(raw).without_marks().text;
  return text.size() < 2 ? std::string() : text.substr(1, text.size() - 2);
}

NormalForm as_written(std::string_view raw) { return as_written(letters_of(raw)); }

NormalForm as_written(const Letters& letters) {
  NormalForm form;
  form.text.reserve(letters.text.size() + 2);
  form.from.reserve(letters.text.size() + 3);
  form.text.push_back(' ');
  form.from.push_back(0);
  for (const Letter& letter : letters.list) {
    form.text.append(sign_as_written(letters, letter));
    form.from.resize(form.text.size(), letter.begin);
  }
  const std::uint32_t end = letters.list.empty() ? 0 : letters.list.back().end;
  form.text.push_back(' ');
  form.from.push_back(end);
  form.from.push_back(end);
  split_as_written(&form);
  return form;
}

}  // namespace attune::intents
