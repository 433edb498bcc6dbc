#include "bot/http/reply.h"

#include <httplib.h>

#include <algorithm>
#include <string>
#include <utility>

#include "bot/http/error.h"

namespace attune::bot::edge {
namespace {

constexpr std::pair<int, std::string_view> kReasons[] = {
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {417, "Expectation Failed"},
    {422, "Unprocessable Content"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {503, "Service Unavailable"},
    {505, "HTTP Version Not Supported"},
    {507, "Insufficient Storage"},
};

std::string_view reason(int status) {
  for (const auto& [known, text] : kReasons) {
    if (known == status) return text;
  }
  return "Status";
}

// Headers the edge writes itself. The library adds some of them to every response.
bool is_ours(std::string_view name) {
  switch (name.empty() ? '\0' : name[0] | 0x20) {
    case 'a':
      return same_name(name, "accept-ranges");
    case 'c':
      return same_name(name, "connection") || same_name(name, "content-length");
    case 'd':
      return same_name(name, "date");
    case 'k':
      return same_name(name, "keep-alive");
    case 's':
      return same_name(name, "server");
    case 't':
      return same_name(name, "transfer-encoding");
    case 'e':
      return same_name(name, "exception_what");
    default:
      return false;
  }
}

std::string status_line(int status) {
  std::string out;
  out.reserve(768);
  out.append("HTTP/1.1 ").append(std::to_string(status)).append(" ").append(reason(status));
  out.append("\r\n");
  return out;
}

}  // namespace

// The response's own, then the defaults of other names. False: one of its own could split the reply.
bool ReplyWriter::append_all_headers(const httplib::Response& response, const Asked& asked,
                                     std::string& out) const {
  const HeaderBlock* defaults = default_headers_ ? &default_headers_(asked) : nullptr;
  bool overrides = false;
  for (const auto& [name, value] : response.headers) {
    if (is_ours(name)) continue;
    if (!is_good_header(name, value)) return false;
    overrides = overrides || (defaults != nullptr && defaults->has(name));
    out.append(name).append(": ").append(value).append("\r\n");
  }
  if (defaults == nullptr) return true;
  if (!overrides) {
    out.append(defaults->bytes());
    return true;
  }
  for (const auto& [name, value] : defaults->headers()) {
    if (response.headers.count(name) > 0) continue;
    out.append(name).append(": ").append(value).append("\r\n");
  }
  return true;
}

Reply ReplyWriter::write(httplib::Response& response, const Asked& asked, bool head_only) const {
  if (response.content_provider_ || response.status < 200 || response.status > 599) {
    return error("internal", asked, head_only, "the handler left a reply the edge cannot send");
  }
  Reply reply;
  reply.head = status_line(response.status);
  if (!append_all_headers(response, asked, reply.head)) {
    response.headers.clear();
    return error("internal", asked, head_only, "a reply header held a control character");
  }
  if (response.status == 204 || response.status == 304) return reply;
  reply.head.append("Content-Length: ").append(std::to_string(response.body.size()));
  reply.head.append("\r\n");
  if (!head_only) reply.body = std::move(response.body);
  return reply;
}

Reply ReplyWriter::write_stream(httplib::Response& response, const Asked& asked,
                                std::string topic, std::string backlog) const {
  response.headers.erase("Content-Type");
  response.set_header("Content-Type", "text/event-stream");
  if (!response.has_header("Cache-Control")) response.set_header("Cache-Control", "no-store");
  response.set_header("X-Accel-Buffering", "no");  // a front must pass events on as they come
  Reply reply;
  reply.head = status_line(200);
  if (!append_all_headers(response, asked, reply.head)) {
    return error("internal", asked, false, "a reply header held a control character");
  }
  reply.body = std::move(backlog);
  reply.topic = std::move(topic);
  reply.stream = true;
  reply.close = true;
  return reply;
}

Reply ReplyWriter::json(int status, std::string body, const Asked& asked, bool head_only) const {
  httplib::Response response;
  response.status = status;
  response.body = std::move(body);
  response.set_header("Content-Type", "application/json");
  if (status == 503) response.set_header("Retry-After", "1");
  return write(response, asked, head_only);
}

Reply ReplyWriter::error(std::string_view code, const Asked& asked, bool head_only,
                         std::string_view detail) const {
  const ErrorKind& kind = error_kind(code);
  const std::string id = new_error_id();
  log({id, kind.status, kind.code, asked.path, detail});
  httplib::Response response;
  response.status = kind.status;
  response.body = error_json(kind.code, kind.message, id);
  response.set_header("Content-Type", "application/json");
  if (kind.status == 503) response.set_header("Retry-After", "1");
  Reply reply;
  reply.head = status_line(kind.status);
  append_all_headers(response, asked, reply.head);
  reply.head.append("Content-Length: ").append(std::to_string(response.body.size()));
  reply.head.append("\r\n");
  if (!head_only) reply.body = std::move(response.body);
  return reply;
}

void ReplyWriter::log(const EdgeTrouble& trouble) const {
  if (trouble_log_) trouble_log_(trouble);
}

}  // namespace attune::bot::edge
