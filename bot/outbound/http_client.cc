#include "bot/outbound/http_client.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <future>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <unordered_map>

namespace attune::bot {
namespace {

using Failure = HttpAnswer::Failure;

constexpr std::size_t kHeaderBytes = 32 * 1024;
constexpr long kConnections = 64;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

std::string lowered(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

std::optional<IpAddress> address_of(const curl_sockaddr& socket) {
  IpAddress address;
  if (socket.family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &socket.addr, sizeof v4);
    address.bytes[10] = address.bytes[11] = 0xff;
    std::memcpy(address.bytes.data() + 12, &v4.sin_addr, 4);
    return address;
  }
  if (socket.family != AF_INET6) return std::nullopt;
  sockaddr_in6 v6{};
  std::memcpy(&v6, &socket.addr, std::min<std::size_t>(sizeof v6, socket.addrlen));
  std::memcpy(address.bytes.data(), &v6.sin6_addr, 16);
  return address;
}

// One call under way; lives at the same place from start to end, since curl points into it.
struct Exchange {
  HttpCall call;
  std::function<void(HttpAnswer)> done;
  HttpAnswer answer;
  CURL* easy = nullptr;
  curl_slist* headers = nullptr;
  curl_slist* names = nullptr;
  std::size_t header_bytes = 0;
  bool judged = false;        // every address is asked about before it is dialled
  bool not_public = false;    // one was refused
  bool too_large = false;

  ~Exchange() {
    curl_slist_free_all(headers);
    curl_slist_free_all(names);
    if (easy != nullptr) curl_easy_cleanup(easy);
  }
};

curl_socket_t open_socket(void* of, curlsocktype, curl_sockaddr* to) {
  auto& exchange = *static_cast<Exchange*>(of);
  const auto address = address_of(*to);
  if (!address || (exchange.judged && !why_not_public(*address).empty())) {
    exchange.not_public = true;
    return CURL_SOCKET_BAD;
  }
  return ::socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

std::size_t take_body(char* bytes, std::size_t, std::size_t size, void* of) {
  auto& exchange = *static_cast<Exchange*>(of);
  if (exchange.answer.body.size() + size > exchange.call.most_bytes) {
    exchange.too_large = true;
    return 0;
  }
  exchange.answer.body.append(bytes, size);
  return size;
}

std::size_t take_header(char* bytes, std::size_t, std::size_t size, void* of) {
  auto& exchange = *static_cast<Exchange*>(of);
  exchange.header_bytes += size;
  if (exchange.header_bytes > kHeaderBytes) {
    exchange.too_large = true;
    return 0;
  }
  const std::string_view line(bytes, size);
  if (line.starts_with("HTTP/")) exchange.answer.headers.clear();  // after a 1xx
  const auto colon = line.find(':');
  if (colon != std::string_view::npos) {
    exchange.answer.headers.emplace_back(lowered(line.substr(0, colon)), std::string(trimmed(line.substr(colon + 1))));
  }
  return size;
}

Failure failure_of(CURLcode code, const Exchange& exchange) {
  if (exchange.not_public) return Failure::kNotAllowed;
  if (exchange.too_large) return Failure::kTooLarge;
  switch (code) {
    case CURLE_OK: return Failure::kNone;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT: return Failure::kUnreachable;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE: return Failure::kTls;
    case CURLE_OPERATION_TIMEDOUT: return Failure::kTimeout;
    default: return Failure::kBroken;
  }
}

// Nothing was sent before the connection, with its TLS, stood.
bool was_sent(CURL* easy) {
  curl_off_t stood = 0;
  return curl_easy_getinfo(easy, CURLINFO_PRETRANSFER_TIME_T, &stood) == CURLE_OK && stood > 0;
}

void refuse_line_breaks(const HttpCall& call) {
  const auto broken = [](const std::string& text) { return text.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos; };
  bool bad = broken(call.method) || broken(call.url);
  for (const auto& [name, value] : call.headers) bad = bad || broken(name) || broken(value);
  if (bad) throw std::invalid_argument("a line break in the head of an outbound call");
}

// "" if the call may be made; `judged` says whether its addresses are to be looked at.
std::string why_not(const HttpCall& call, bool& judged) {
  if (call.reach == nullptr) return "no place may be called";
  const auto origin = origin_of(call.url);
  const auto& origins = call.reach->origins;
  if (origin && std::find(origins.begin(), origins.end(), *origin) != origins.end()) return "";
  judged = true;
  return judge_url(call.url, call.reach->hosts).refused;
}

HttpAnswer failed(Failure failure, std::string detail = {}) {
  HttpAnswer answer;
  answer.failure = failure;
  answer.detail = std::move(detail);
  return answer;
}

void start_curl() {
  static const bool started = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  if (!started) throw std::runtime_error("libcurl does not start");
}

}  // namespace

std::string_view HttpAnswer::header(std::string_view name) const {
  for (const auto& [each, value] : headers) {
    if (each == name) return value;
  }
  return {};
}

std::string_view name_of(Failure failure) {
  switch (failure) {
    case Failure::kNone: return "none";
    case Failure::kNotAllowed: return "not_allowed";
    case Failure::kUnreachable: return "unreachable";
    case Failure::kTls: return "tls";
    case Failure::kTimeout: return "timeout";
    case Failure::kTooLarge: return "too_large";
    case Failure::kBroken: return "broken";
    case Failure::kClosing: return "closing";
  }
  return "none";
}

std::optional<std::string> origin_of(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme == std::string_view::npos) return std::nullopt;
  const std::string name = lowered(url.substr(0, scheme));
  if (name != "http" && name != "https") return std::nullopt;
  const auto end = std::min(url.find_first_of("/?#", scheme + 3), url.size());
  const std::string_view authority = url.substr(scheme + 3, end - scheme - 3);
  if (authority.empty() || authority.find_first_of("@\\ \t\"<>") != std::string_view::npos) return std::nullopt;
  return name + "://" + lowered(authority);
}

HttpAnswer HttpClient::call(HttpCall one) {
  std::promise<HttpAnswer> promise;
  auto future = promise.get_future();
  call(std::move(one), [&promise](HttpAnswer answer) { promise.set_value(std::move(answer)); });
  return future.get();
}

struct CurlClient::Inside {
  const Options options;
  CURLM* multi = nullptr;
  std::unordered_map<CURL*, std::unique_ptr<Exchange>> under_way;  // the thread's
  std::mutex mutex;
  std::vector<std::unique_ptr<Exchange>> waiting;  // guarded by mutex
  bool closing = false;                            // guarded by mutex
  std::thread thread;

  explicit Inside(Options given) : options(std::move(given)) {
    start_curl();
    multi = curl_multi_init();
    if (multi == nullptr) throw std::runtime_error("libcurl does not start");
    curl_multi_setopt(multi, CURLMOPT_MAX_HOST_CONNECTIONS, options.connections_per_host);
    curl_multi_setopt(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, kConnections);
    thread = std::thread([this] { run(); });
  }

  ~Inside() {
    {
      std::lock_guard lock(mutex);
      closing = true;
    }
    curl_multi_wakeup(multi);
    thread.join();
    curl_multi_cleanup(multi);
  }

  // Takes what waits. False: the client closes.
  bool take_waiting(std::vector<std::unique_ptr<Exchange>>& taken) {
    std::lock_guard lock(mutex);
    taken.swap(waiting);
    return !closing;
  }

  void run() {
    std::vector<std::unique_ptr<Exchange>> taken;
    while (take_waiting(taken)) {
      for (auto& exchange : taken) start(std::move(exchange));
      taken.clear();
      int running = 0;
      curl_multi_perform(multi, &running);
      finish_those_done();
      curl_multi_poll(multi, nullptr, 0, 1'000, nullptr);
    }
    for (auto& exchange : taken) exchange->done(failed(Failure::kClosing));
    for (auto& [easy, exchange] : under_way) {
      curl_multi_remove_handle(multi, easy);
      HttpAnswer answer = failed(Failure::kClosing);
      answer.may_have_arrived = was_sent(easy);
      exchange->done(std::move(answer));
    }
    under_way.clear();
  }

  void start(std::unique_ptr<Exchange> exchange) {
    const std::string refused = why_not(exchange->call, exchange->judged);
    if (!refused.empty()) return exchange->done(failed(Failure::kNotAllowed, refused));
    CURL* easy = exchange->easy = curl_easy_init();
    if (easy == nullptr) return exchange->done(failed(Failure::kBroken, "no memory"));
    set_up(*exchange);
    curl_multi_add_handle(multi, easy);
    under_way.emplace(easy, std::move(exchange));
  }

  void set_up(Exchange& exchange) const {
    CURL* easy = exchange.easy;
    const HttpCall& call = exchange.call;
    for (const auto& [name, value] : call.headers) {
      // curl leaves out a header without a value unless it ends in a semicolon.
      exchange.headers = curl_slist_append(exchange.headers, (value.empty() ? name + ";" : name + ": " + value).c_str());
    }
    exchange.headers = curl_slist_append(exchange.headers, "Expect:");
    curl_easy_setopt(easy, CURLOPT_URL, call.url.c_str());
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, exchange.headers);
    if (call.method != "GET") {
      curl_easy_setopt(easy, CURLOPT_POST, 1L);
      curl_easy_setopt(easy, CURLOPT_POSTFIELDS, call.body.data());
      curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(call.body.size()));
      curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, call.method.c_str());
    }
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, exchange.judged ? "https" : "http,https");
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(call.deadline.count()));
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connecting.count()));
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "attune");
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    for (const auto& name : options.names) exchange.names = curl_slist_append(exchange.names, name.c_str());
    if (exchange.names != nullptr) curl_easy_setopt(easy, CURLOPT_RESOLVE, exchange.names);
    if (!options.ca_file.empty()) {
      curl_easy_setopt(easy, CURLOPT_CAINFO, options.ca_file.c_str());
      curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
    }
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, &exchange);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &exchange);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, &exchange);
  }

  void finish_those_done() {
    int left = 0;
    while (CURLMsg* message = curl_multi_info_read(multi, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      CURL* easy = message->easy_handle;
      const CURLcode code = message->data.result;
      curl_multi_remove_handle(multi, easy);
      const auto found = under_way.find(easy);
      const std::unique_ptr<Exchange> exchange = std::move(found->second);
      under_way.erase(found);
      finish(*exchange, code);
    }
  }

  static void finish(Exchange& exchange, CURLcode code) {
    const Failure failure = failure_of(code, exchange);
    if (failure != Failure::kNone) {
      HttpAnswer answer = failed(failure, exchange.not_public ? "the host's address is not public" : curl_easy_strerror(code));
      answer.may_have_arrived = was_sent(exchange.easy);
      return exchange.done(std::move(answer));
    }
    long status = 0;
    curl_easy_getinfo(exchange.easy, CURLINFO_RESPONSE_CODE, &status);
    exchange.answer.status = static_cast<int>(status);
    exchange.done(std::move(exchange.answer));
  }
};

CurlClient::CurlClient() : CurlClient(Options{}) {}
CurlClient::CurlClient(Options options) : inside_(std::make_unique<Inside>(std::move(options))) {}
CurlClient::~CurlClient() = default;

void CurlClient::call(HttpCall one, std::function<void(HttpAnswer)> done) {
  refuse_line_breaks(one);
  auto exchange = std::make_unique<Exchange>();
  exchange->call = std::move(one);
  exchange->done = std::move(done);
  {
    std::lock_guard lock(inside_->mutex);
    inside_->waiting.push_back(std::move(exchange));
  }
  curl_multi_wakeup(inside_->multi);
}

}  // namespace attune::bot
