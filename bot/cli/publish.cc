// attune publish, rollback, editions: by the server that has the data folder open, else on the store.
#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <thread>

#include "bot/access/access_file.h"
#include "bot/access/edition_routes.h"
#include "bot/cli/commands.h"
#include "bot/cli/data_folder.h"
#include "bot/cli/first_edition.h"
#include "bot/cli/running_server.h"
#include "bot/cli/workbench.h"
#include "bot/turn/clock.h"

namespace attune::bot {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::json;

constexpr int kNothing = -1;  // no failure, and nothing to do

std::string this_user() {
  const passwd* entry = ::getpwuid(::geteuid());
  return entry == nullptr ? std::to_string(::geteuid()) : entry->pw_name;
}

int say(int code, const std::string& what) {
  std::cerr << "attune: " << what << "\n";
  return code;
}

// What stands between a publisher and people: what was found, whom it touches, a yes.
struct Plan {
  std::string hash, live, found, told;
  std::size_t plays = 0;
};

Plan plan_of(const Prepared& prepared) {
  return {prepared.edition ? prepared.edition->hash : "", prepared.live, prepared.found, prepared.edition ? told(prepared.impact, prepared.move) : "", prepared.plays};
}

// kOk: go on. Else the exit code.
int agreed(const Plan& plan, const PublishOptions& options, bool rollback) {
  if (plan.hash.empty()) {
    std::cout << plan.found;
    return say(plan.found.find("plays failed") == std::string::npos ? kWrongScript : kFailedTest, "nothing was made live; mend the above first");
  }
  if (plan.hash == plan.live) {
    std::cout << "This is what is live already (" << plan.hash.substr(0, 12) << ").\n";
    return kNothing;
  }
  std::cout << (rollback ? "back to " : "edition ") << plan.hash.substr(0, 12) << ", live is " << plan.live.substr(0, 12);
  if (!rollback) std::cout << "; checked, " << plan.plays << " plays passed";
  std::cout << "\n" << plan.told;
  if (options.dry_run) return kNothing;
  if (options.yes) return kOk;
  if (!::isatty(STDIN_FILENO)) return say(kUsage, "say --yes to make it live, or --dry-run to only look");
  std::cout << "Make it live? (yes/no) " << std::flush;
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "yes" || answer == "y" ? kOk : say(kNothing, "nothing was changed");
}

// --- by a running server -----------------------------------------------------------------------

std::string random_name() { return storage::hex(storage::random_id()); }

std::string stage(const PublishOptions& options) {
  const std::string text = staged(options.folders.dialogs, options.folders.intents);
  const fs::path folder = fs::path(options.data) / "staged";
  fs::create_directories(folder);
  fs::permissions(folder, fs::perms::owner_all);
  const std::string name = random_name();
  const int file = ::open((folder / name).c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  bool whole = file >= 0;
  for (std::size_t at = 0; whole && at < text.size();) {
    const ssize_t n = ::write(file, text.data() + at, text.size() - at);
    whole = n > 0;
    at += static_cast<std::size_t>(std::max<ssize_t>(n, 0));
  }
  if (file >= 0) ::close(file);
  // As the server's own user, which may be another than the one who types.
  struct stat owner {};
  if (whole && ::geteuid() == 0 && ::stat(options.data.c_str(), &owner) == 0) whole = ::chown((folder / name).c_str(), owner.st_uid, owner.st_gid) == 0 && ::chown(folder.c_str(), owner.st_uid, owner.st_gid) == 0;
  if (!whole) throw std::runtime_error("the files cannot be handed to the server by way of " + folder.string());
  return name;
}

std::string message_of(const RunningServer::Answer& answer) {
  const Json body = Json::parse(answer.body, nullptr, false);
  if (!body.is_object() || !body.contains("error")) return "the running server could not do it (" + std::to_string(answer.status) + ")";
  return body["error"].value("message", "the running server could not do it");
}

int by_server(const RunningServer& server, const PublishOptions& options, const Json& what, bool rollback) {
  Json request = what;
  request["move"] = options.move ? "yes" : "no";
  auto answer = server.post("/v1/editions", request.dump());
  while (answer.status == 202) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    answer = server.get("/v1/editions/prepared");
  }
  if (answer.status != 200) return say(answer.status == 404 ? kMissingInput : kInUse, message_of(answer));
  const Json found = Json::parse(answer.body);
  const Plan plan{found.at("hash"), found.at("live"), found.at("found"), found.at("told"), found.at("plays")};
  if (const int code = agreed(plan, options, rollback); code != kOk) return code == kNothing ? kOk : code;
  const Json live = {{"hash", plan.hash}, {"previous", plan.live}, {"why", options.why}, {"who", this_user()}, {"how", rollback ? "rollback" : "publish"}};
  answer = server.post("/v1/editions/live", live.dump());
  if (answer.status != 200) return say(kInUse, message_of(answer));
  std::cout << "live: " << plan.hash.substr(0, 12) << "\n";
  return kOk;
}

// --- on the store --------------------------------------------------------------------------------

int on_store(const PublishOptions& options, const std::string& hash, bool rollback) {
  auto opened = storage::SqliteStore::open(store_in(options.data));
  if (!opened) return refuse(opened.failure());
  storage::Store& store = **opened;
  const auto history = store.activations(1);
  if (!history) return refuse(history.failure());
  const Sources files = rollback ? Sources{} : unstaged(staged(options.folders.dialogs, options.folders.intents));
  std::shared_ptr<const Edition> live;
  if (!history->empty()) {
    const auto kept = store.edition(history->front().hash);
    if (!kept) return refuse(kept.failure());
    if (*kept) live = build_edition((*kept)->files).edition;
  }
  if (!live) live = std::make_shared<Edition>();  // nothing was ever live, or this version refuses it
  Editions editions(store, live);
  auto prepared = rollback ? prepare_kept(hash, options.move, editions, store) : prepare(files, options.move, editions, store);
  if (!prepared) return refuse(prepared.failure());
  if (const int code = agreed(plan_of(*prepared), options, rollback); code != kOk) return code == kNothing ? kOk : code;
  storage::Activation made;
  made.at = system_clock()->now();
  made.how = rollback ? "rollback" : "publish";
  made.who = this_user() + " (command line)";
  made.why = options.why;
  made.moves = options.move;
  if (const auto done = editions.activate(prepared->edition, made); !done) return refuse(done.failure());
  store.close();
  if (const auto file = AccessFile::open(options.data)) (void)(*file)->note({made.at, made.who, made.how, prepared->edition->hash, "done"});
  std::cout << "live at the next start: " << prepared->edition->hash.substr(0, 12) << "\n";
  return kOk;
}

Result<std::vector<storage::Activation>> history_of(const std::string& data) {
  if (const auto server = RunningServer::find(data)) {
    const auto answer = server->get("/v1/editions");
    if (answer.status != 200) return Failure{Failure::Kind::kUnavailable, message_of(answer)};
    const Json body = Json::parse(answer.body);
    std::vector<storage::Activation> rows;
    for (const auto& row : body.at("rows"))
      rows.push_back({row.at("hash"), row.at("previous"), row.at("at"), row.at("how"), row.at("who"), row.at("why"), row.at("moves")});
    return rows;
  }
  auto opened = storage::SqliteStore::open(store_in(data));
  if (!opened) return opened.failure();
  return (*opened)->activations(1'000);
}

}  // namespace

int publish(const PublishOptions& options) {
  if (const int code = needs_database(options.data); code != kOk) return code;
  const auto server = RunningServer::find(options.data);
  if (!server) return on_store(options, "", false);
  return by_server(*server, options, {{"from", stage(options)}}, false);
}

int rollback(const PublishOptions& options, const std::string& to) {
  if (const int code = needs_database(options.data); code != kOk) return code;
  const auto history = history_of(options.data);
  if (!history) return refuse(history.failure());
  std::string hash;
  if (to.empty() && !history->empty()) hash = history->front().previous;
  for (const auto& each : *history) {
    if (!to.empty() && to.size() >= 4 && each.hash.rfind(to, 0) == 0) hash = each.hash;
  }
  if (hash.empty()) return say(kMissingInput, to.empty() ? "nothing was live before" : "no edition that was ever live begins with " + to + " (attune editions)");
  const auto server = RunningServer::find(options.data);
  return server ? by_server(*server, options, {{"hash", hash}}, true) : on_store(options, hash, true);
}

int list_editions(const std::string& data) {
  if (const int code = needs_database(data); code != kOk) return code;
  const auto history = history_of(data);
  if (!history) return refuse(history.failure());
  bool live = true;
  for (const auto& each : *history) {
    std::cout << (live ? "* " : "  ") << utc(each.at) << "  " << each.hash.substr(0, 12) << "  " << each.how << (each.moves ? ", runs moved" : "") << " by " << each.who
              << (each.why.empty() ? "" : ": " + each.why) << "\n";
    live = false;
  }
  return kOk;
}

}  // namespace attune::bot
