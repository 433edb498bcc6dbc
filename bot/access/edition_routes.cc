#include "bot/access/edition_routes.h"

#include <fcntl.h>
#include <httplib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "bot/http/error.h"
#include "bot/http/json_body.h"
#include "bot/log.h"

namespace attune::bot {
namespace {

using Json = nlohmann::json;

constexpr const char* kPlays = "plays/";
constexpr std::size_t kMostStaged = 512u << 20;
constexpr int kRows = 1'000;

bool is_hex(const std::string& text, std::size_t length) {
  return text.size() == length && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

// The file is ours and is read once.
std::optional<std::string> take_staged(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (file < 0) return std::nullopt;
  struct stat info {};
  std::string text;
  if (::fstat(file, &info) == 0 && S_ISREG(info.st_mode) && static_cast<std::size_t>(info.st_size) <= kMostStaged) {
    text.resize(static_cast<std::size_t>(info.st_size));
    std::size_t got = 0;
    for (ssize_t n = 1; n > 0 && got < text.size(); got += static_cast<std::size_t>(std::max<ssize_t>(n, 0)))
      n = ::read(file, text.data() + got, text.size() - got);
    text.resize(got);
  }
  ::close(file);
  ::unlink(path.c_str());
  return text;
}

std::string errors_of(const BuiltEdition& built, const Sources& sources) {
  dialogs::Diagnostics errors;
  for (const auto& one : built.diagnostics) {
    if (one.severity == dialogs::Severity::kError) errors.push_back(one);
  }
  return render_all(errors, sources);
}

Json count_json(const Impact::Count& count) {
  return {{"runs", count.runs}, {"same", count.same}, {"reworded", count.reworded}, {"stay", count.stay}, {"same_line", count.same_line},
          {"by_moved", count.by_moved}, {"scene_start", count.scene_start}, {"asked", count.asked}, {"at_call", count.at_call}};
}

Json json_of(const Prepared& prepared) {
  Json scripts = Json::object();
  for (const auto& [name, count] : prepared.impact.scripts) scripts[name] = count_json(count);
  return {{"hash", prepared.edition ? prepared.edition->hash : ""}, {"ready", prepared.edition != nullptr}, {"found", prepared.found},
          {"plays", prepared.plays}, {"live", prepared.live}, {"move", prepared.move}, {"runs", count_json(prepared.impact.all)},
          {"scripts", std::move(scripts)}, {"told", prepared.edition ? told(prepared.impact, prepared.move) : ""}};
}

}  // namespace

Result<Prepared> prepare(Sources files, bool move, Editions& editions, storage::Store& store) {
  Sources plays;
  for (auto each = files.begin(); each != files.end();) {
    if (each->first.rfind(kPlays, 0) != 0) {
      ++each;
      continue;
    }
    plays.emplace(each->first.substr(std::string(kPlays).size()), std::move(each->second));
    each = files.erase(each);
  }
  Prepared prepared;
  prepared.move = move;
  prepared.live = editions.live()->hash;
  const BuiltEdition built = editions.build(files);
  if (!built.edition) {
    prepared.found = errors_of(built, files);
    return prepared;
  }
  const Rehearsal rehearsed = rehearse(*built.edition, plays);
  prepared.plays = rehearsed.passed;
  for (const auto& failure : rehearsed.failures) prepared.found += failure + "\n";
  if (rehearsed.failed > 0) {
    prepared.found += "\n" + std::to_string(rehearsed.failed) + " of " + std::to_string(rehearsed.failed + rehearsed.passed) + " plays failed\n";
    return prepared;
  }
  auto impact = impact_of(*built.edition, move, editions, store);
  if (!impact) return impact.failure();
  prepared.impact = std::move(*impact);
  prepared.edition = built.edition;
  return prepared;
}

Result<Prepared> prepare_kept(const std::string& hash, bool move, Editions& editions, storage::Store& store) {
  Prepared prepared;
  prepared.move = move;
  prepared.live = editions.live()->hash;
  auto found = editions.find(hash);
  if (!found) return found.failure();
  if (!*found) return Failure{Failure::Kind::kRefused, "no such edition is kept, or this version of attune refuses it"};
  auto impact = impact_of(**found, move, editions, store);
  if (!impact) return impact.failure();
  prepared.impact = std::move(*impact);
  prepared.edition = std::move(*found);
  return prepared;
}

std::string staged(const std::string& dialogs_folder, const std::string& intents_folder) {
  Sources files = read_sources(dialogs_folder, intents_folder);
  for (const auto& [path, text] : read_plays(dialogs_folder)) files.emplace(kPlays + path, text);
  return Json(files).dump(-1, ' ', false, Json::error_handler_t::strict);
}

Sources unstaged(const std::string& text) {
  const Json read = Json::parse(text, nullptr, false);
  if (!read.is_object()) throw std::runtime_error("what was staged cannot be read");
  Sources files;
  for (const auto& [path, each] : read.items()) {
    if (each.is_string()) files.emplace(path, each.get<std::string>());
  }
  return files;
}

Publishing::Publishing(Editions& editions, storage::Store& store, Audit& audit, const Clock& clock, std::string data)
    : editions_(editions), store_(store), audit_(audit), clock_(clock), data_(std::move(data)) {}

Publishing::~Publishing() {
  if (thread_.joinable()) thread_.join();
}

void Publishing::add_routes(Gate& gate) {
  using Request = httplib::Request;
  using Response = httplib::Response;
  gate.add("GET", "/v1/editions", [this](const Request& request, Response& response, const Caller&) { history(request, response); });
  gate.add("POST", "/v1/editions", [this](const Request& request, Response& response, const Caller&) { begin(request, response); });
  gate.add("GET", "/v1/editions/prepared", [this](const Request&, Response& response, const Caller&) { show(response); });
  gate.add("POST", "/v1/editions/live", [this](const Request& request, Response& response, const Caller& caller) { go_live(request, response, caller); });
}

void Publishing::begin(const httplib::Request& request, httplib::Response& response) {
  const JsonBody body(request, response);
  const auto from = body.optional_string("from", 64), hash = body.optional_string("hash", 64), move = body.optional_string("move", 3);
  if (!body.ok()) return;
  if (from.has_value() == hash.has_value() || (from && !is_hex(*from, 32)) || (hash && !is_hex(*hash, 64)))
    return body.refuse("bad_value", "Send `from`, the 32 hex digits of a staged file, or `hash`, of an edition that is kept.");
  std::lock_guard lock(mutex_);
  if (busy_) return (void)answer_error(response, "busy", "Another edition is being prepared. Try again in a moment.");
  std::optional<std::string> text;
  if (from && !(text = take_staged(data_ + "/staged/" + *from))) return (void)answer_error(response, "not_found", "Nothing was staged under that name.");
  if (thread_.joinable()) thread_.join();
  busy_ = true;
  prepared_ = nullptr;
  thread_ = std::thread([this, text = std::move(text), hash, moves = move == "yes"] {
    ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), 10);  // people come first
    Result<Prepared> done = Failure{Failure::Kind::kRefused, "what was staged cannot be read"};
    try {
      done = text ? prepare(unstaged(*text), moves, editions_, store_) : prepare_kept(*hash, moves, editions_, store_);
    } catch (const std::runtime_error&) {
    }
    std::lock_guard ready(mutex_);
    prepared_ = std::make_shared<const Result<Prepared>>(std::move(done));
    busy_ = false;
  });
  response.status = 202;
  response.set_content(dump_json({{"ready", false}}), "application/json");
}

void Publishing::show(httplib::Response& response) {
  std::lock_guard lock(mutex_);
  if (busy_) {
    response.status = 202;
    return response.set_content(dump_json({{"ready", false}}), "application/json");
  }
  if (!prepared_) return (void)answer_error(response, "not_found", "Nothing was prepared.");
  if (!*prepared_) {
    const bool refused = prepared_->failure().kind == Failure::Kind::kRefused;
    return (void)answer_error(response, refused ? "not_found" : "unavailable", refused ? prepared_->failure().what : "");
  }
  response.set_content(dump_json(json_of(**prepared_)), "application/json");
}

void Publishing::go_live(const httplib::Request& request, httplib::Response& response, const Caller& caller) {
  const JsonBody body(request, response);
  const auto hash = body.want_string("hash", 64), previous = body.want_string("previous", 64);
  const auto why = body.optional_string("why", 500), who = body.optional_string("who", 40), how = body.optional_string("how", 10);
  if (!body.ok()) return;
  if (how && *how != "publish" && *how != "rollback") return body.refuse("bad_value", "`how` is `publish` or `rollback`.");
  std::shared_ptr<const Result<Prepared>> prepared;
  {
    std::lock_guard lock(mutex_);
    prepared = prepared_;
  }
  if (!prepared || !*prepared || !(*prepared)->edition || (*prepared)->edition->hash != *hash)
    return (void)answer_error(response, "not_found", "That edition was not prepared, or may not go live. Prepare it first.");
  const bool by_command = caller.is_command_line();
  storage::Activation made;
  made.at = clock_.now();
  made.how = how.value_or("publish");
  made.who = by_command ? who.value_or("") + " (command line)" : caller.name;
  made.why = why.value_or("");
  made.moves = (*prepared)->move;
  const std::string action = made.how, actor = made.who;
  const auto started = std::chrono::steady_clock::now();
  const auto done = editions_.activate((*prepared)->edition, std::move(made), *previous);
  const auto took = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - started).count();
  audit_.later(actor, action, *hash, done ? "done" : "refused");
  if (!done) {
    const bool late = done.failure().kind == Failure::Kind::kRefused;
    return (void)answer_error(response, late ? "conflict" : "unavailable", late ? "Something else was made live meanwhile. Prepare it again, to see whom it touches now." : "");
  }
  const log::Fields fields = {{"edition", *hash}, {"microseconds", std::int64_t{took}}};
  if (action == "publish") log::write(log::Level::kInfo, "published", fields);
  else log::write(log::Level::kInfo, "rolled_back", fields);
  response.set_content(dump_json({{"live", *hash}, {"microseconds", took}}), "application/json");
}

void Publishing::history(const httplib::Request&, httplib::Response& response) {
  const auto all = store_.activations(kRows);
  if (!all) return (void)answer_error(response, "unavailable");
  Json rows = Json::array();
  for (const auto& each : *all) {
    rows.push_back({{"hash", each.hash}, {"previous", each.previous}, {"at", each.at}, {"how", each.how}, {"who", each.who}, {"why", each.why}, {"moves", each.moves}});
  }
  response.set_content(dump_json({{"live", editions_.live()->hash}, {"rows", std::move(rows)}}), "application/json");
}

}  // namespace attune::bot
