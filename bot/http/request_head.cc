#include "bot/http/request_head.h"

#include <algorithm>
#include <array>

namespace attune::bot::edge {
namespace {

// RFC 9110's token characters, for methods and header names.
constexpr std::array<bool, 256> kToken = [] {
  std::array<bool, 256> table{};
  for (unsigned char c = '0'; c <= '9'; ++c) table[c] = true;
  for (unsigned char c = 'a'; c <= 'z'; ++c) table[c] = true;
  for (unsigned char c = 'A'; c <= 'Z'; ++c) table[c] = true;
  for (char c : std::string_view("!#$%&'*+-.^_`|~")) table[static_cast<unsigned char>(c)] = true;
  return table;
}();

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [](char c) { return kToken[static_cast<unsigned char>(c)]; });
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

// `name` is lower case already.
bool same(std::string_view text, std::string_view name) {
  return text.size() == name.size() && std::equal(text.begin(), text.end(), name.begin(),
                                                  [](char a, char b) { return lower(a) == b; });
}

bool starts(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && same(text.substr(0, prefix.size()), prefix);
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

bool is_hex(char c) {
  c = lower(c);
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

// Visible ASCII, whole percent escapes, no escaped NUL (it ends a C string further in), no
// fragment.
bool is_good_target(std::string_view target, std::string_view method) {
  if (target == "*") return method == "OPTIONS";
  if (target.empty() || target[0] != '/') return false;
  for (std::size_t i = 0; i < target.size(); ++i) {
    const char c = target[i];
    if (c <= 0x20 || c >= 0x7f || c == '#' || c == '"' || c == '<' || c == '>' || c == '\\') {
      return false;
    }
    if (c != '%') continue;
    if (i + 2 >= target.size() || !is_hex(target[i + 1]) || !is_hex(target[i + 2])) return false;
    if (target[i + 1] == '0' && target[i + 2] == '0') return false;
  }
  return true;
}

constexpr std::array<std::string_view, 7> kMethods = {"GET",   "POST",   "HEAD",   "PUT",
                                                      "PATCH", "DELETE", "OPTIONS"};

// What several headers say together; judged when all were read.
struct Facts {
  int hosts = 0;
  int lengths = 0;
  bool http10 = false;
};

std::string_view parse_request_line(std::string_view line, const EdgeLimits& limits,
                                    RequestHead& head, Facts& facts) {
  const std::size_t first = line.find(' ');
  if (first == std::string_view::npos || !is_token(line.substr(0, first))) {
    return "bad_request_line";
  }
  const std::size_t second = line.find(' ', first + 1);
  if (second == std::string_view::npos) return "bad_request_line";
  const std::string_view method = line.substr(0, first);
  const std::string_view target = line.substr(first + 1, second - first - 1);
  const std::string_view version = line.substr(second + 1);
  if (version.size() != 8 || version.substr(0, 5) != "HTTP/" || version[6] != '.') {
    return "bad_request_line";
  }
  if (version != "HTTP/1.1" && version != "HTTP/1.0") return "http_version";
  if (target.size() > limits.target_bytes) return "target_too_long";
  if (std::find(kMethods.begin(), kMethods.end(), method) == kMethods.end()) {
    return "unknown_method";
  }
  if (!is_good_target(target, method)) return "bad_request_line";
  facts.http10 = version == "HTTP/1.0";
  head.close = facts.http10;
  head.method = method;
  head.target = target;
  return {};
}

std::string_view read_length(std::string_view value, const EdgeLimits& limits, RequestHead& head,
                             Facts& facts) {
  if (++facts.lengths > 1 || value.empty()) return "bad_length";
  std::size_t length = 0;
  for (char c : value) {
    if (c < '0' || c > '9') return "bad_length";
    // Saturates: any number of digits is judged without overflow.
    length = std::min(length * 10 + static_cast<std::size_t>(c - '0'), limits.body_bytes + 1);
  }
  head.content_length = length;
  return {};
}

void read_connection(std::string_view value, RequestHead& head) {
  while (!value.empty()) {
    const std::size_t comma = std::min(value.find(','), value.size());
    if (same(trim(value.substr(0, comma)), "close")) head.close = true;
    value.remove_prefix(std::min(comma + 1, value.size()));
  }
}

// Names the edge answers for itself (so handlers do not see them) or that a client must not set:
// the library keeps the socket's address under REMOTE_ADDR and would let the client's own win.
// Ranges and compression are the front's business: the library would compress every reply at its
// own cost.
bool is_withheld(std::string_view name) {
  if (name.find('_') != std::string_view::npos) {
    return starts(name, "remote_") || starts(name, "local_");
  }
  constexpr std::array<std::string_view, 9> kNames = {
      "upgrade", "http2-settings", "keep-alive", "proxy-connection", "te",
      "trailer", "range",          "if-range",   "accept-encoding"};
  return std::any_of(kNames.begin(), kNames.end(),
                     [&](std::string_view withheld) { return same(name, withheld); });
}

// One header with a meaning for the edge. Sets `keep` where the handler should see it too.
std::string_view judge(std::string_view name, std::string_view value, const EdgeLimits& limits,
                       RequestHead& head, Facts& facts, bool& keep) {
  keep = false;
  switch (lower(name[0])) {
    case 'c':
      if (same(name, "content-length")) return read_length(value, limits, head, facts);
      if (same(name, "connection")) {
        read_connection(value, head);
        return {};
      }
      if (same(name, "content-encoding")) {
        return same(value, "identity") ? std::string_view() : "unsupported_encoding";
      }
      if (same(name, "content-type") && starts(value, "multipart/")) return "unsupported_media";
      break;
    case 'e':
      if (same(name, "expect")) {
        if (!same(value, "100-continue")) return "expectation_failed";
        head.expects_continue = !facts.http10;
        return {};
      }
      break;
    case 'h':
      if (same(name, "host")) {
        const bool odd = value.find_first_of(" \t,/@?#\\") != std::string_view::npos;
        if (++facts.hosts > 1 || odd || value.size() > 255) return "bad_host";
      }
      break;
    case 't':
      if (same(name, "transfer-encoding")) {
        if (head.chunked || facts.http10) return "bad_length";
        if (!same(value, "chunked")) return "not_implemented";
        head.chunked = true;
        return {};
      }
      break;
    default:
      break;
  }
  keep = !is_withheld(name);
  return {};
}

std::string_view parse_header(std::string_view line, const EdgeLimits& limits, RequestHead& head,
                              Facts& facts) {
  if (line[0] == ' ' || line[0] == '\t') return "bad_header";  // obs-fold
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) return "bad_header";
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = trim(line.substr(colon + 1));
  for (char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\t') || byte == 0x7f) return "bad_header";
  }
  bool keep = false;
  const std::string_view error = judge(name, value, limits, head, facts, keep);
  if (error.empty() && keep) head.headers.emplace_back(name, value);
  return error;
}

// What only the whole head can tell.
std::string_view judge_whole(const EdgeLimits& limits, const RequestHead& head,
                             const Facts& facts) {
  if (facts.hosts == 0 && !facts.http10) return "bad_host";
  if (head.chunked && facts.lengths > 0) return "ambiguous_length";
  const bool takes_body = head.method == "POST" || head.method == "PUT" || head.method == "PATCH";
  if (head.has_body() && !takes_body) return "unexpected_body";
  if (head.content_length > limits.body_bytes) return "body_too_large";
  return {};
}

}  // namespace

std::string_view RequestHead::path() const {
  return std::string_view(target).substr(0, target.find('?'));
}

std::string_view RequestHead::value_of(std::string_view name) const {
  for (const auto& [known, value] : headers) {
    if (same(known, name)) return value;
  }
  return {};
}

std::string_view parse_head(std::string_view bytes, const EdgeLimits& limits, RequestHead& head) {
  if (bytes.size() > limits.head_bytes) return "head_too_large";
  Facts facts;
  std::size_t count = 0;
  bool first = true;
  while (true) {
    const std::size_t end = bytes.find("\r\n");
    if (end == std::string_view::npos) return "bad_line_end";
    const std::string_view line = bytes.substr(0, end);
    bytes.remove_prefix(end + 2);
    if (line.empty() && !first) return judge_whole(limits, head, facts);
    if (!first && ++count > limits.headers) return "head_too_large";
    const std::string_view error = first ? parse_request_line(line, limits, head, facts)
                                         : parse_header(line, limits, head, facts);
    if (!error.empty()) return error;
    first = false;
  }
}

}  // namespace attune::bot::edge
