#include "bot/server.h"

#include <httplib.h>

#include <atomic>
#include <nlohmann/json.hpp>

#include "bot/access/operator_routes.h"
#include "bot/channels/channel_routes.h"
#include "bot/channels/directline.h"
#include "bot/channels/rasa.h"
#include "bot/channels/twilio.h"
#include "bot/chart/chart_routes.h"
#include "bot/channels/web.h"
#include "bot/channels/webhooks.h"
#include "bot/delivery/outbox_routes.h"
#include "bot/delivery/parts.h"
#include "bot/disk_watch.h"
#include "bot/log.h"
#include "bot/inbox/inbox_routes.h"
#include "bot/readings.h"
#include "bot/web/assets.h"

namespace attune::bot {
namespace {

void answer_json(httplib::Response& response, const nlohmann::json& body) {
  response.set_content(body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace), "application/json");
}

// The page and Direct Line fetch what was said; platforms are called. A webhook that only answers is not.
bool reaches(const std::string& channel) { return channel == "web" || channel == "directline" || channel_named(channel) != nullptr; }

constexpr storage::Time kLate = 60;  // seconds

// How late the longest due timer is; 0 where none is.
storage::Time lateness(const storage::Backlog& backlog, storage::Time now) { return backlog.next_timer && *backlog.next_timer < now ? now - *backlog.next_timer : 0; }

}  // namespace

Server::Server(const ServeOptions& options, Tokens& tokens, Audit& audit, storage::Store& store, Editions& editions, Measures& measures, const Clock& clock, Accounts accounts)
    : options_(options), audit_(audit), store_(store), editions_(editions), measures_(measures), clock_(clock),
      proxies_(options.trusted_proxies), headers_(proxies_), edge_(EdgeLimits{}, options.workers),
      gate_(edge_, tokens, audit, measures_, proxies_, options.limits),
      turns_(store, editions, clock, measures_, {options.timezone, 20'000}),
      publishing_(editions, store, audit, clock, options.data), book_(std::move(accounts), options.data), watch_(book_), sender_(store, book_, http_, clock),
      timers_(store, turns_, clock, reaches) {
  edge_.set_default_headers([this](const Asked& asked) -> const HeaderBlock& { return headers_.of(asked); });
  // Neither the path nor the detail: both may hold what a stranger wrote.
  edge_.set_trouble_log([](const EdgeTrouble& trouble) {
    const auto level = trouble.status >= 500 ? log::Level::kError : log::Level::kInfo;
    log::write(level, "refused", {{"id", std::string(trouble.id)}, {"status", std::int64_t{trouble.status}}, {"code", std::string(trouble.code)}});
  });
  add_operating_routes();
  add_page();
  add_rasa_routes(gate_, turns_);
  add_channels();
  add_web_routes(gate_, edge_, turns_, store_, audit_, options_.exit_url);
  publishing_.add_routes(gate_);
  add_chart_routes(gate_, store_);
  add_inbox_routes(gate_, turns_, store_, audit_, reaches);
  add_operator_routes(gate_, turns_, editions_, store_, audit_);
  turns_.on_forgotten([this](const storage::Where& where) { audit_.later("the person", "forget", person_in_audit(where.person), "done"); });
  turns_.on_linked([this](const storage::Where& where, Linked what) {
    if (what != Linked::kJoined) edge_.end_streams(storage::hex(where.conversation));
    if (what != Linked::kLeft) audit_.later("the person", what == Linked::kJoined ? "link" : "unlink", person_in_audit(where.person), "done");
  });
  gate_.close();
}

Server::~Server() = default;

bool Server::listen(const std::string& host, int port, std::string& why) { return edge_.listen(host, port, why); }
int Server::port() const { return edge_.port(); }
void Server::run() {
  timers_.start();
  edge_.run();
  timers_.finish();
  sender_.finish();
}
void Server::stop() { edge_.stop(); }

std::vector<Pulse> Server::pulses() {
  const auto written = std::make_shared<std::atomic<std::uint64_t>>(0);
  return {{"reactor", [this] { edge_.nudge(); }, [this] { return edge_.counts().rounds; }},
          {"writer", [this, written] { store_.barrier([written] { ++*written; }); }, [written] { return written->load(); }}};
}

void Server::add_operating_routes() {
  gate_.add("GET", "/healthz", [](const httplib::Request&, httplib::Response& response, const Caller&) { answer_json(response, {{"status", "alive"}}); });
  gate_.add("GET", "/readyz", [this](const httplib::Request&, httplib::Response& response, const Caller&) {
    const auto health = store_.health();
    if (!health.writable) {
      response.status = 503;
      response.set_header("Retry-After", "5");
    }
    Condition condition = condition_of(health);
    const auto backlog = store_.backlog();
    if (condition.why.empty() && backlog && lateness(*backlog, clock_.now()) > kLate) condition = {"degraded", "timers_late"};
    nlohmann::json body = {{"status", condition.status}, {"edition", editions_.live()->hash.substr(0, 12)}};
    if (!condition.why.empty()) body["why"] = condition.why;
    if (health.unchecked_bytes > 0) body["unchecked_bytes"] = health.unchecked_bytes;
    answer_json(response, body);
  });
  gate_.add("GET", "/metrics", [this](const httplib::Request&, httplib::Response& response, const Caller&) {
    auto now = readings(store_.health(), edge_.counts(), options_.data, editions_.live()->hash);
    const auto counts = timers_.counts();
    now.push_back({Reading::Kind::kCounter, "attune_timers_fired_total", "Timers whose turn is durable", static_cast<double>(counts.fired)});
    now.push_back({Reading::Kind::kCounter, "attune_timers_failed_total", "Timers that could not be fired, and are tried again", static_cast<double>(counts.failed)});
    if (const auto backlog = store_.backlog()) now.push_back({Reading::Kind::kGauge, "attune_timers_late_seconds", "How long the longest due timer has been due", static_cast<double>(lateness(*backlog, clock_.now()))});
    response.set_content(measures_.text(now), "text/plain; version=0.0.4");
  });
}

void Server::add_channels() {
  add_twilio_routes(gate_, turns_, book_, clock_);
  add_webhook_routes(gate_, turns_, book_, clock_);
  add_channel_routes(gate_, book_, store_);
  add_outbox_routes(gate_, store_, book_, sender_, audit_, clock_);
  add_directline_routes(gate_, turns_, store_, book_, clock_);
  turns_.on_outgoing(
      [this](const storage::Address& to, const Reply& reply, storage::Time now, bool answers) -> std::vector<storage::Part> {
        const Channel* channel = channel_named(to.channel);
        if (channel == nullptr) return {};
        const auto accounts = book_.accounts();
        const Account* account = accounts->find(to.channel, to.account);
        return account == nullptr ? std::vector<storage::Part>{} : parts_of(*channel, *account, to, reply, now, answers);
      },
      [this](const storage::Where& where, storage::Version version, bool answers, const storage::Address& to, const std::vector<storage::Part>& farewell) {
        if (farewell.empty()) sender_.nudge(where.conversation, version, answers);
        else sender_.farewell(to, farewell);
      });
}

void Server::add_page() {
  for (const Asset& asset : assets()) {
    gate_.add("GET", asset.path, [&asset](const httplib::Request& request, httplib::Response& response, const Caller&) {
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
    measures_.reloaded(built.edition != nullptr);
    if (!built.edition) {
      audit_.later("signal", "reload", editions_.live()->hash, "refused");
      log::write(log::Level::kError, "reload_refused", {{"mistakes", errors}, {"still_serving", editions_.live()->hash}});
      return;
    }
    audit_.later("signal", "reload", built.edition->hash, "done");
    log::write(log::Level::kInfo, "reloaded", {{"edition", built.edition->hash}});
  } catch (const std::exception& error) {
    audit_.later("signal", "reload", editions_.live()->hash, "refused");
    measures_.reloaded(false);
    log::write(log::Level::kError, "reload_refused", {{"why", std::string(error.what())}, {"still_serving", editions_.live()->hash}});
  }
}

}  // namespace attune::bot
