#include "tests/http/running_edge.h"

#include <httplib.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <stdexcept>

#include "bot/http/json_body.h"

namespace attune::bot::testing {

using httplib::Request;
using httplib::Response;

RunningEdge::RunningEdge(EdgeLimits limits, int workers)
    : edge_(std::make_unique<Edge>(limits, workers)) {
  edge_->set_default_headers([](const Asked& asked) -> const HeaderBlock& {
    static const HeaderBlock usual({{"X-Default", "yes"}, {"X-Overridden", "default"}});
    static const HeaderBlock unread({{"X-Default", "no path"}, {"X-Overridden", "default"}});
    return asked.path.empty() ? unread : usual;
  });
  edge_->set_trouble_log([this](const EdgeTrouble& trouble) {
    std::lock_guard lock(mutex_);
    troubles_.push_back(std::string(trouble.code) + " " + std::to_string(trouble.status) + " " +
                        std::string(trouble.path) + " " + std::string(trouble.detail));
    ids_.emplace_back(trouble.id);
  });
  add_routes();
}

void RunningEdge::add_routes() {
  auto& routes = edge_->routes();
  routes.Get("/hello", [](const Request&, Response& response) {
    response.set_header("X-Overridden", "by the handler");
    response.set_content("hello", "text/plain");
  });
  routes.Post("/echo", [](const Request& request, Response& response) {
    response.set_header("X-Type", request.get_header_value("Content-Type"));
    response.set_header("X-Params", std::to_string(request.params.size()));
    response.set_content(request.body, "application/octet-stream");
  });
  routes.Post("/json", [](const Request& request, Response& response) {
    const JsonBody body(request, response);
    const auto text = body.want_string("text", 10);
    if (text) response.set_content(*text, "text/plain");
  });
  routes.Get("/headers", [](const Request& request, Response& response) {
    std::string seen = "peer=" + Exchange::current().peer() + "\n";
    for (const auto& [name, value] : request.headers) seen += name + "=" + value + "\n";
    response.set_content(seen, "text/plain");
  });
  routes.Get("/throw", [](const Request&, Response& response) {
    response.set_header("X-Half-Made", "yes");
    throw std::runtime_error("secret words");
  });
  routes.Get("/slow", [](const Request& request, Response& response) {
    std::this_thread::sleep_for(
        std::chrono::milliseconds(std::stoi(request.get_param_value("ms"))));
    response.set_content("slow", "text/plain");
  });
  routes.Get("/status", [](const Request& request, Response& response) {
    response.status = std::stoi(request.get_param_value("code"));
  });
  routes.Get("/big", [](const Request& request, Response& response) {
    response.set_content(std::string(std::stoul(request.get_param_value("bytes")), 'b'),
                         "application/octet-stream");
  });
  routes.Get("/events", [](const Request& request, Response&) {
    Exchange::current().stream(request.get_param_value("topic"), "id: 0\ndata: first\n\n");
  });
}

void RunningEdge::start() {
  std::string why;
  if (!edge_->listen("127.0.0.1", 0, why)) throw std::runtime_error(why);
  thread_ = std::thread([this] { edge_->run(); });
}

void RunningEdge::stop_and_wait() {
  edge_->stop();
  if (thread_.joinable()) thread_.join();
}

RunningEdge::~RunningEdge() { stop_and_wait(); }

std::vector<std::string> RunningEdge::troubles() const {
  std::lock_guard lock(mutex_);
  return troubles_;
}

std::vector<std::string> RunningEdge::trouble_ids() const {
  std::lock_guard lock(mutex_);
  return ids_;
}

bool eventually(const std::function<bool()>& holds) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!holds()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

std::size_t resident_bytes() {
  std::ifstream in("/proc/self/statm");
  std::size_t total = 0;
  std::size_t resident = 0;
  in >> total >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace attune::bot::testing
