// The one way out over HTTP, for what is sent to platforms and for what scripts `do`.
//
//   client.call({.url = "https://api.example.org/x", .body = "{}", .reach = reach}, [](HttpAnswer a) {…});
//
// A call reaches only what its Reach names. Hosts are called by https, by the rules of destination.h:
// each address is judged as it is dialled, so no second look-up can change it. Origins are what the
// operator typed as the place to call, such as a gateway on this machine: taken as they stand, http
// too, at whatever address. Certificates are always verified, redirects never followed, proxies of the
// environment never used, bodies never decompressed.
//
// The deadline covers the whole call, from the name's look-up to the last byte, whatever the other side
// does. Connections are kept and used again.
//
// Threads: call() from any thread, also from inside `done`. `done` is called exactly once, on the
// client's own thread, and must be short. What is under way when the client dies is told kClosing.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bot/outbound/destination.h"

namespace attune::bot {

struct Reach {
  std::vector<AllowedHost> hosts;
  std::vector<std::string> origins;  // scheme://host[:port], lower case, no slash at the end
};

struct HttpCall {
  std::string method = "POST";
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;  // a line break in one throws std::invalid_argument
  std::string body;
  std::shared_ptr<const Reach> reach;  // none: nothing is reached
  std::chrono::milliseconds deadline{10'000};
  std::size_t most_bytes = 256 * 1024;  // of the answer's body; more is kTooLarge
};

struct HttpAnswer {
  enum class Failure {
    kNone,         // there is a status
    kNotAllowed,   // by the rules; `detail` says which, without the address
    kUnreachable,  // no address, or nobody there
    kTls,          // the certificate is not theirs, or no one we trust made it
    kTimeout,      // not whole within the deadline
    kTooLarge,
    kBroken,       // the connection broke off, or it was not HTTP
    kClosing,      // the client is being destroyed
  };
  Failure failure = Failure::kNone;
  std::string detail;
  bool may_have_arrived = false;  // with a failure: the request may have been taken all the same
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string body;

  // The first header of this name (lower case); "" if there is none.
  std::string_view header(std::string_view name) const;
};

std::string_view name_of(HttpAnswer::Failure failure);

class HttpClient {
 public:
  virtual ~HttpClient() = default;
  virtual void call(HttpCall call, std::function<void(HttpAnswer)> done) = 0;
  // The same, waiting: for the command line and tests.
  HttpAnswer call(HttpCall call);
};

// Over libcurl: one thread, one pool of connections.
class CurlClient : public HttpClient {
 public:
  struct Options {
    std::string ca_file = {};  // whom to trust instead of the system's list; "" is the system's
    std::chrono::milliseconds connecting{5'000};
    long connections_per_host = 8;
    std::vector<std::string> names = {};  // NAME:PORT:ADDRESS, instead of asking for the name
  };
  CurlClient();
  explicit CurlClient(Options options);
  ~CurlClient() override;
  using HttpClient::call;
  void call(HttpCall call, std::function<void(HttpAnswer)> done) override;

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

// scheme://host[:port] of an address, in lower case; nothing if it is not http or https.
std::optional<std::string> origin_of(std::string_view url);

}  // namespace attune::bot
