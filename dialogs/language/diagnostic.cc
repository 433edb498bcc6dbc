#include "dialogs/language/diagnostic.h"

#include <algorithm>

#include "dialogs/language/utf8.h"

namespace attune::dialogs {
namespace {

constexpr std::size_t kWidth = 100;
constexpr std::size_t kLongestWord = 40;

std::string_view line_at(std::string_view text, int number) {
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
  for (int line = 1; line < number; ++line) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + 1);
  }
  text = text.substr(0, text.find('\n'));
  if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
  return text;
}

// One cell per character as it is shown; `starts` holds the byte at which each begins.
struct Cells {
  std::vector<std::string> shown;
  std::vector<std::size_t> starts;

  explicit Cells(std::string_view line) {
    for (std::size_t at = 0; at < line.size();) {
      const std::size_t length = std::max<std::size_t>(1, character_length(line, at));
      shown.push_back(printable(line.substr(at, length)));
      starts.push_back(at);
      at += length;
    }
  }

  std::size_t cell_of(std::size_t byte) const {
    return static_cast<std::size_t>(std::upper_bound(starts.begin(), starts.end(), byte) -
                                    starts.begin());
  }
};

std::string excerpt(std::string_view line, Place place) {
  const Cells cells(line);
  const auto first_byte = static_cast<std::size_t>(std::max(place.column, 1) - 1);
  std::size_t first = cells.cell_of(first_byte);
  if (first > 0 && first_byte < line.size()) --first;
  const auto length = static_cast<std::size_t>(std::max(place.length, 1));
  const std::size_t last = std::max(first + 1, cells.cell_of(first_byte + length - 1));
  const std::size_t from = first > kWidth * 2 / 3 ? first - kWidth / 2 : 0;
  const std::size_t to = std::min(cells.shown.size(), from + kWidth);
  std::string out = from > 0 ? "  …" : "  ";
  std::string carets(from > 0 ? 3 : 2, ' ');
  for (std::size_t i = from; i < to; ++i) out += cells.shown[i];
  if (to < cells.shown.size()) out += "…";
  carets.append(first - from, ' ');
  carets += '^';
  if (std::min(last, to) > first + 1) carets.append(std::min(last, to) - first - 1, '~');
  return out + '\n' + carets + '\n';
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

// Letters to change, add, drop or swap with their neighbour.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> table(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) table[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) table[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = lower(a[i - 1]) == lower(b[j - 1]);
      std::size_t best = table[i - 1][j - 1] + (same ? 0 : 1);
      best = std::min({best, table[i - 1][j] + 1, table[i][j - 1] + 1});
      const bool swapped = i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
                           lower(a[i - 2]) == lower(b[j - 1]);
      if (swapped) best = std::min(best, table[i - 2][j - 2] + 1);
      table[i][j] = best;
    }
  }
  return table[a.size()][b.size()];
}

}  // namespace

bool has_errors(const Diagnostics& list) {
  return std::any_of(list.begin(), list.end(),
                     [](const Diagnostic& one) { return one.severity == Severity::kError; });
}

std::string render(const Diagnostic& diagnostic, std::string_view text) {
  std::string out = diagnostic.path + ':' + std::to_string(diagnostic.place.line) + ':' +
                    std::to_string(diagnostic.place.column) + ": ";
  out += diagnostic.severity == Severity::kError ? "error " : "warning ";
  out += diagnostic.code + ": " + diagnostic.message + '\n';
  if (!text.empty() && diagnostic.place.line > 0) {
    out += excerpt(line_at(text, diagnostic.place.line), diagnostic.place);
  }
  if (!diagnostic.advice.empty()) out += "  " + diagnostic.advice + '\n';
  if (!diagnostic.play.empty()) out += "  As a play:\n";
  for (std::size_t from = 0; from < diagnostic.play.size();) {
    const std::size_t end = std::min(diagnostic.play.find('\n', from), diagnostic.play.size());
    out += "    " + diagnostic.play.substr(from, end - from) + '\n';
    from = end + 1;
  }
  return out;
}

std::string nearest(std::string_view wanted, const std::vector<std::string>& candidates) {
  if (wanted.empty() || wanted.size() > kLongestWord) return "";
  const std::size_t most = std::min<std::size_t>(3, wanted.size() / 3);
  std::string found;
  std::size_t best = most + 1;
  for (const std::string& candidate : candidates) {
    if (candidate.size() > wanted.size() + most || wanted.size() > candidate.size() + most)
      continue;
    const std::size_t apart = distance(wanted, candidate);
    if (apart < best) {
      best = apart;
      found = candidate;
    }
  }
  return found;
}

}  // namespace attune::dialogs
