#include "bot/server.h"

#include <httplib.h>
#include <openssl/crypto.h>

#include <nlohmann/json.hpp>

#include "bot/channels/rasa.h"
#include "bot/channels/web.h"
#include "bot/http/error.h"
#include "bot/log.h"
#include "bot/web/assets.h"

namespace attune::bot {
namespace {

// What every reply carries. The page needs nothing but itself.
constexpr const char* kContentPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

void harden(httplib::Response& response) {
  response.set_header("Content-Security-Policy", kContentPolicy);
  response.set_header("X-Content-Type-Options", "nosniff");
  response.set_header("Referrer-Policy", "no-referrer");
  response.set_header("Cross-Origin-Opener-Policy", "same-origin");
  response.set_header("Cross-Origin-Resource-Policy", "same-origin");
  response.set_header("Permissions-Policy", "camera=(), microphone=(), geolocation=()");
  if (!response.has_header("Cache-Control")) response.set_header("Cache-Control", "no-store");
}

void answer_json(httplib::Response& response, const nlohmann::json& body) {
  response.set_content(body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace), "application/json");
}

}  // namespace

bool is_loopback(const std::string& host) {
  return host == "localhost" || host == "::1" || host == "[::1]" || host.rfind("127.", 0) == 0;
}

bool same_secret(const std::string& a, const std::string& b) {
  const auto one = storage::sha256(a), other = storage::sha256(b);
  return CRYPTO_memcmp(one.data(), other.data(), one.size()) == 0;
}

Server::Server(const ServeOptions& options, std::string token, storage::Store& store, Editions& editions, const Clock& clock)
    : options_(options), token_(std::move(token)), store_(store), editions_(editions), clock_(clock),
      edge_(EdgeLimits{}, options.workers), turns_(store, editions, clock, measures_, {options.timezone, 20'000}) {
  edge_.set_default_headers([](httplib::Response& response, std::string_view) { harden(response); });
  // Neither the path nor the detail: both may hold what a stranger wrote.
  edge_.set_trouble_log([](const EdgeTrouble& trouble) {
    const auto level = trouble.status >= 500 ? log::Level::kError : log::Level::kInfo;
    log::write(level, "refused", {{"id", std::string(trouble.id)}, {"status", std::int64_t{trouble.status}}, {"code", std::string(trouble.code)}});
  });
  add_operating_routes();
  add_page();
  add_rasa_routes(edge_, turns_, [this](const httplib::Request& request) { return allowed(request); });
  add_web_routes(edge_, turns_, store_, options_.exit_url);
}

Server::~Server() = default;

bool Server::listen(const std::string& host, int port, std::string& why) { return edge_.listen(host, port, why); }
int Server::port() const { return edge_.port(); }
void Server::run() { edge_.run(); }
void Server::stop() { edge_.stop(); }

bool Server::allowed(const httplib::Request& request) const {
  if (token_.empty()) return true;
  const std::string given = request.get_header_value("Authorization");
  return given.rfind("Bearer ", 0) == 0 && same_secret(given.substr(7), token_);
}

void Server::add_operating_routes() {
  auto& routes = edge_.routes();
  routes.Get("/healthz", [](const httplib::Request&, httplib::Response& response) { answer_json(response, {{"status", "alive"}}); });
  routes.Get("/readyz", [this](const httplib::Request&, httplib::Response& response) {
    const auto health = store_.health();
    if (!health.writable) {
      response.status = 503;
      response.set_header("Retry-After", "5");
    }
    answer_json(response, {{"status", health.writable ? "ready" : "not ready"}, {"edition", editions_.live()->hash.substr(0, 12)}});
  });
  routes.Get("/metrics", [this](const httplib::Request& request, httplib::Response& response) {
    if (!allowed(request)) {
      answer_error(response, "unauthorized");
      return;
    }
    const auto health = store_.health();
    const auto counts = edge_.counts();
    measures_.gauge("turns_queued", static_cast<double>(health.queued));
    measures_.gauge("turns_committed", static_cast<double>(health.turns));
    measures_.gauge("commits", static_cast<double>(health.batches));
    measures_.gauge("wal_bytes", static_cast<double>(health.wal_bytes));
    measures_.gauge("store_writable", health.writable ? 1 : 0);
    measures_.gauge("connections", static_cast<double>(counts.connections));
    measures_.gauge("requests", static_cast<double>(counts.requests));
    measures_.gauge("requests_refused", static_cast<double>(counts.refused));
    measures_.gauge("requests_shed", static_cast<double>(counts.shed));
    measures_.gauge("event_streams", static_cast<double>(counts.streams));
    response.set_content(measures_.text(), "text/plain; version=0.0.4");
  });
}

void Server::add_page() {
  for (const Asset& asset : assets()) {
    edge_.routes().Get(std::string(asset.path), [&asset](const httplib::Request& request, httplib::Response& response) {
      response.set_header("Cache-Control", "no-cache");  // kept, but asked about each time
      response.set_header("ETag", std::string(asset.etag));
      if (request.get_header_value("If-None-Match") == asset.etag) {
        response.status = 304;
        return;
      }
      response.set_content(std::string(asset.bytes), std::string(asset.type) + "; charset=utf-8");
    });
  }
}

void Server::reload() {
  try {
    const auto sources = read_sources(options_.folders.dialogs, options_.folders.intents);
    const auto built = editions_.replace(sources, clock_.now());
    std::int64_t errors = 0;
    for (const auto& diagnostic : built.diagnostics) {
      if (diagnostic.severity != dialogs::Severity::kError) continue;
      ++errors;
      log::write(log::Level::kError, "reload_mistake", {{"code", diagnostic.code}, {"file", diagnostic.path}, {"line", std::int64_t{diagnostic.place.line}}});
    }
    if (!built.edition) {
      log::write(log::Level::kError, "reload_refused", {{"mistakes", errors}, {"still_serving", editions_.live()->hash}});
      return;
    }
    log::write(log::Level::kInfo, "reloaded", {{"edition", built.edition->hash}});
  } catch (const std::exception& error) {
    log::write(log::Level::kError, "reload_refused", {{"why", std::string(error.what())}, {"still_serving", editions_.live()->hash}});
  }
}

}  // namespace attune::bot
