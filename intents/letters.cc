#include "intents/letters.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>

namespace attune::intents {
namespace {

constexpr int kLongestCluster = 32;  // code points kept

LetterKind kind_of_ascii(char c) {
  if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) {
    return LetterKind::kWord;
  }
  switch (c) {
    case '.':
      return LetterKind::kDot;
    case '!':
      return LetterKind::kEnd;
    case '?':
      return LetterKind::kQuestion;
    case '\n':
      return LetterKind::kNewline;
    case '\'':
    case '`':
      return LetterKind::kApostrophe;
    case ',':
    case ':':
    case '/':
      return LetterKind::kInner;
    default:
      return LetterKind::kSpace;
  }
}

LetterKind kind_by_category(std::int32_t code) {
  switch (utf8proc_category(code)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
      return LetterKind::kWord;
    case UTF8PROC_CATEGORY_SO:
      return LetterKind::kPicture;
    case UTF8PROC_CATEGORY_CF:
      return LetterKind::kNothing;
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
      return LetterKind::kNewline;
    default:
      return LetterKind::kSpace;
  }
}

// Category Mn, but a hint to the renderer: it says nothing.
bool is_variation_selector(std::int32_t code) {
  return (code >= 0xFE00 && code <= 0xFE0F) || (code >= 0xE0100 && code <= 0xE01EF);
}

bool is_skin_tone(std::int32_t code) { return code >= 0x1F3FB && code <= 0x1F3FF; }

LetterKind kind_of(std::int32_t code) {
  if (code < 0x80) return kind_of_ascii(static_cast<char>(code));
  switch (code) {
    case 0x2018:  // single quotation marks, which phones write for the apostrophe
    case 0x2019:
    case 0x201B:
    case 0x02BC:
    case 0x00B4:
    case 0xFF07:
      return LetterKind::kApostrophe;
    case 0x3002:  // sentence ends of other scripts
    case 0xFF01:
    case 0xFF0E:
    case 0x06D4:
    case 0x0964:
      return LetterKind::kEnd;
    case 0xFF1F:
    case 0x061F:
    case 0x037E:
      return LetterKind::kQuestion;
    case 0x034F:  // combining grapheme joiner, Hangul and Khmer fillers: invisible
    case 0x115F:
    case 0x1160:
    case 0x17B4:
    case 0x17B5:
    case 0x3164:
    case 0xFFA0:
      return LetterKind::kNothing;
    default:
      if (is_variation_selector(code) || is_skin_tone(code)) return LetterKind::kNothing;
      return kind_by_category(code);
  }
}

// Reads one code point; -1 and a length of 1 where the bytes are not UTF-8.
std::int32_t read(std::string_view raw, std::size_t at, std::size_t* length) {
  utf8proc_int32_t code = -1;
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(raw.data()) + at;
  const utf8proc_ssize_t n =
      utf8proc_iterate(bytes, static_cast<utf8proc_ssize_t>(raw.size() - at), &code);
  *length = n > 0 ? static_cast<std::size_t>(n) : 1;
  return n > 0 ? code : -1;
}

using Cluster = std::array<utf8proc_int32_t, kLongestCluster * 8>;  // room to decompose in place

// Lower-cased, composed, accents of Latin letters dropped; appended to `text`.
void compose(const std::array<std::int32_t, kLongestCluster>& codes, int count, std::string* text) {
  Cluster buffer{};
  utf8proc_ssize_t used = 0;
  int last_boundary = 0;
  for (int i = 0; i < count; ++i) {
    const auto room = static_cast<utf8proc_ssize_t>(buffer.size()) - used;
    const utf8proc_ssize_t n =
        utf8proc_decompose_char(utf8proc_tolower(codes[static_cast<std::size_t>(i)]),
                                buffer.data() + used, room, UTF8PROC_DECOMPOSE, &last_boundary);
    if (n < 0 || n > room) break;
    used += n;
  }
  // utf8proc_decompose_char leaves canonical ordering to its caller.
  for (utf8proc_ssize_t i = 1; i < used; ++i) {
    for (utf8proc_ssize_t j = i; j > 0; --j) {
      auto& right = buffer[static_cast<std::size_t>(j)];
      auto& left = buffer[static_cast<std::size_t>(j - 1)];
      const auto order_right = utf8proc_get_property(right)->combining_class;
      if (order_right == 0 || utf8proc_get_property(left)->combining_class <= order_right) break;
      std::swap(left, right);
    }
  }
  // "adios" is how many people type "adiós": Latin letters lose their accents.
  const bool latin = used > 0 && buffer[0] >= 'a' && buffer[0] <= 'z';
  if (latin) {
    const auto* end = std::remove_if(buffer.data() + 1, buffer.data() + used, [](std::int32_t code) {
      return utf8proc_get_property(code)->combining_class != 0;
    });
    used = end - buffer.data();
  }
  used = utf8proc_normalize_utf32(
      buffer.data(), used, static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
  for (utf8proc_ssize_t i = 0; i < used; ++i) {
    std::array<utf8proc_uint8_t, 4> bytes{};
    const auto n = utf8proc_encode_char(buffer[static_cast<std::size_t>(i)], bytes.data());
    text->append(reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(n));
  }
}

struct Reader {
  std::string_view raw;
  Letters* letters;
  std::size_t at = 0;

  void ascii() {
    const char c = raw[at];
    Letter letter;
    letter.begin = static_cast<std::uint32_t>(at);
    letter.end = letter.begin + 1;
    letter.out = static_cast<std::uint32_t>(letters->text.size());
    letter.size = 1;
    letter.kind = kind_of_ascii(c);
    letter.digit = c >= '0' && c <= '9';
    letters->text.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c);
    letters->list.push_back(letter);
    ++at;
  }

  void broken() {
    Letter letter;
    letter.begin = static_cast<std::uint32_t>(at);
    letter.end = letter.begin + 1;
    letter.out = static_cast<std::uint32_t>(letters->text.size());
    letter.size = 1;
    letters->text.push_back(' ');
    letters->list.push_back(letter);
    ++at;
  }

  void cluster() {
    std::size_t length = 0;
    std::int32_t code = read(raw, at, &length);
    if (code < 0) return broken();
    Letter letter;
    letter.begin = static_cast<std::uint32_t>(at);
    letter.out = static_cast<std::uint32_t>(letters->text.size());
    letter.kind = kind_of(code);
    letter.digit = code >= '0' && code <= '9';
    std::array<std::int32_t, kLongestCluster> kept{};
    int count = 0;
    utf8proc_int32_t state = 0;
    while (true) {
      const LetterKind kind = kind_of(code);
      if (kind != LetterKind::kNothing && count < kLongestCluster) {
        kept[static_cast<std::size_t>(count++)] = code;
        if (letter.kind == LetterKind::kNothing) letter.kind = kind;
      }
      at += length;
      if (at >= raw.size()) break;
      const std::int32_t next = read(raw, at, &length);
      if (next < 0 || utf8proc_grapheme_break_stateful(code, next, &state)) break;
      code = next;
    }
    if (letter.kind == LetterKind::kSpace && count == 0) letter.kind = LetterKind::kNothing;
    compose(kept, count, &letters->text);
    letter.end = static_cast<std::uint32_t>(at);
    letter.size = static_cast<std::uint16_t>(letters->text.size() - letter.out);
    letters->list.push_back(letter);
  }
};

}  // namespace

Letters letters_of(std::string_view raw) {
  Letters letters;
  letters.text.reserve(raw.size() + 8);
  letters.list.reserve(raw.size() + 1);
  Reader reader{raw, &letters};
  while (reader.at < raw.size()) {
    const bool plain = static_cast<unsigned char>(raw[reader.at]) < 0x80;
    const bool next_plain =
        reader.at + 1 >= raw.size() || static_cast<unsigned char>(raw[reader.at + 1]) < 0x80;
    if (plain && next_plain) {
      reader.ascii();
    } else {
      reader.cluster();
    }
  }
  return letters;
}

}  // namespace attune::intents
