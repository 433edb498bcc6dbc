#include "bot/http/router.h"

#include <algorithm>
#include <cstring>
#include <exception>
#include <stdexcept>
#include <string>
#include <utility>

#include "bot/http/error.h"

namespace attune::bot::edge {
namespace {

// What the library reads from and writes to: a request line, a body, and nowhere.
class MemoryStream : public httplib::Stream {
 public:
  MemoryStream(std::string line, const std::string& body, const std::string& peer)
      : line_(std::move(line)), body_(body), peer_(peer) {}

  bool is_readable() const override { return true; }
  bool is_writable() const override { return true; }
  ssize_t read(char* out, size_t size) override {
    // The library reads its lines byte by byte.
    if (at_ < line_.size()) {
      const std::size_t n = std::min(size, line_.size() - at_);
      std::memcpy(out, line_.data() + at_, n);
      at_ += n;
      return static_cast<ssize_t>(n);
    }
    const std::size_t n = std::min(size, body_.size() - body_at_);
    std::memcpy(out, body_.data() + body_at_, n);
    body_at_ += n;
    return static_cast<ssize_t>(n);
  }
  ssize_t write(const char*, size_t size) override { return static_cast<ssize_t>(size); }
  void get_remote_ip_and_port(std::string& ip, int& port) const override {
    ip = peer_;
    port = 0;
  }
  void get_local_ip_and_port(std::string& ip, int& port) const override {
    ip.clear();
    port = 0;
  }
  socket_t socket() const override { return INVALID_SOCKET; }

 private:
  const std::string line_;
  const std::string& body_;
  const std::string& peer_;
  std::size_t at_ = 0;
  std::size_t body_at_ = 0;
};

// The call this thread works on, and what has become of it.
struct Answering {
  Call* call = nullptr;
  Exchange* exchange = nullptr;
  Reply reply;
  bool written = false;
  bool threw = false;
};
thread_local Answering answering;

// The library answers 400 to a second '?', which is allowed inside a query.
std::string request_line(const RequestHead& head) {
  std::string line;
  line.reserve(head.method.size() + head.target.size() + 16);
  line.append(head.method).append(" ");
  bool query = false;
  for (char c : head.target) {
    if (c == '?' && query) {
      line.append("%3F");
    } else {
      line += c;
      query = query || c == '?';
    }
  }
  return line.append(" HTTP/1.1\r\n\r\n");
}

// `prefix` is lower case.
bool starts(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() &&
         std::equal(prefix.begin(), prefix.end(), text.begin(), [](char want, char have) {
           return want == (have >= 'A' && have <= 'Z' ? have + 32 : have);
         });
}

bool is_form(std::string_view name, std::string_view value) {
  return name.size() == 12 && starts(name, "content-type") &&
         starts(value, "application/x-www-form-urlencoded");
}

void put_headers(const FramedRequest& framed, httplib::Request& request) {
  request.headers.clear();
  for (const auto& [name, value] : framed.head.headers) {
    const auto it = request.headers.emplace(name, value);
    // Media types have no case; the library looks for the lower one, refuses forms over 8 KB and
    // mixes their fields with the query's. Handlers get the raw body, as signatures need it.
    if (is_form(name, value)) it->second[0] = 'A';
  }
  const std::string& method = framed.head.method;
  if (method == "POST" || method == "PUT" || method == "PATCH") {
    request.headers.emplace("Content-Length", std::to_string(framed.body.size()));
  }
}

}  // namespace

Router::Router(const ReplyWriter& writer) : writer_(writer) {
  set_error_handler(HandlerWithResponse(
      [this](const httplib::Request& q, httplib::Response& r) { return fill_error(q, r); }));
  set_exception_handler([this](const httplib::Request&, httplib::Response& r,
                               std::exception_ptr thrown) { fill_exception(r, thrown); });
  set_post_routing_handler(
      [this](const httplib::Request& q, httplib::Response& r) { take_response(q, r); });
}

void Router::answer(Call& call) {
  if (!call.begin()) return;
  Exchange exchange(call);
  answering = {&call, &exchange, {}, false, false};
  const FramedRequest& framed = call.request();
  std::string failure;
  try {
    MemoryStream stream(request_line(framed.head), framed.body, call.peer());
    bool closed = false;
    process_request(stream, true, closed,
                    [&](httplib::Request& request) { put_headers(framed, request); });
  } catch (const std::exception& error) {
    failure = error.what();
  } catch (...) {
    failure = "not a std::exception";
  }
  if (!answering.written || !failure.empty()) {
    if (failure.empty()) failure = "the library wrote no reply";
    answering.threw = true;
    answering.reply = writer_.error("internal", call.asked(), call.head_only(), failure);
  }
  const bool threw = answering.threw;
  Reply reply = std::move(answering.reply);
  answering = {};
  call.handled(std::move(reply), threw);
}

// A bare status becomes the one error format; a body of the handler's own stays.
Router::HandlerResponse Router::fill_error(const httplib::Request&, httplib::Response& response) {
  if (!response.body.empty()) return HandlerResponse::Unhandled;
  const ErrorKind& kind = error_kind_for_status(response.status);
  const std::string id = new_error_id();
  writer_.log({id, response.status, kind.code, answering.call->request().head.path(), {}});
  response.set_content(error_json(kind.code, kind.message, id), "application/json");
  if (response.status == 503 && !response.has_header("Retry-After")) {
    response.set_header("Retry-After", "1");
  }
  return HandlerResponse::Handled;
}

void Router::fill_exception(httplib::Response& response, const std::exception_ptr& thrown) {
  std::string detail = "not a std::exception";
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& error) {
    detail = error.what();
  } catch (...) {
  }
  answering.threw = true;
  answering.call->stream.reset();
  response.headers.clear();  // of a reply that was half made
  const std::string id = answer_error(response, "internal");
  writer_.log({id, 500, "internal", answering.call->request().head.path(), detail});
}

void Router::take_response(const httplib::Request&, httplib::Response& response) {
  Call& call = *answering.call;
  const Asked asked = call.asked();
  if (call.stream && response.status < 400 && !call.head_only()) {
    answering.reply = writer_.write_stream(response, asked, std::move(call.stream->topic),
                                           std::move(call.stream->backlog));
  } else {
    answering.reply = writer_.write(response, asked, call.head_only());
  }
  answering.written = true;
  // The library writes what is left into nowhere: leave it little.
  response.headers.clear();
  response.body.clear();
}

Exchange& current_exchange() {
  if (answering.exchange == nullptr) throw std::logic_error("no request is being handled here");
  return *answering.exchange;
}

// What was thrown is logged where it was caught.
void answered(const ErrorKind& kind, std::string_view id) {
  if (kind.status < 500 || answering.call == nullptr || answering.threw) return;
  const Call& call = *answering.call;
  call.writer().log({id, kind.status, kind.code, call.request().head.path(), {}});
}

}  // namespace attune::bot::edge

namespace attune::bot {

Exchange& Exchange::current() { return edge::current_exchange(); }
Held Exchange::hold() { return call_->hold(); }
int Exchange::tries() const { return call_->tries(); }
std::string Exchange::peer() const { return call_->peer(); }

void Exchange::stream(std::string topic, std::string backlog) {
  call_->stream = edge::Call::Stream{std::move(topic), std::move(backlog)};
}

}  // namespace attune::bot
