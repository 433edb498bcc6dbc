// attune serve: open everything in an order in which each refusal is clear, then serve until told to stop.
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <mutex>
#include <optional>
#include <thread>

#include "bot/access/running_file.h"
#include "bot/access/tokens.h"
#include "bot/cli/commands.h"
#include "bot/cli/data_folder.h"
#include "bot/cli/first_edition.h"
#include "bot/cli/workbench.h"
#include "bot/disk_watch.h"
#include "bot/log.h"
#include "bot/server.h"
#include "bot/supervisor.h"

namespace attune::bot {
namespace fs = std::filesystem;
namespace {

struct Listen { std::string host; int port = 0; };

// "127.0.0.1:8080", "[::1]:8080"; port -1 if it is neither.
Listen parse_listen(const std::string& text) {
  const auto colon = text.rfind(':');
  Listen listen;
  listen.port = -1;
  if (colon == std::string::npos || colon + 1 == text.size() || text.size() - colon > 6) return listen;
  const std::string port = text.substr(colon + 1);
  if (port.find_first_not_of("0123456789") != std::string::npos) return listen;
  listen.host = text.substr(0, colon);
  if (listen.host.size() > 2 && listen.host.front() == '[' && listen.host.back() == ']') listen.host = listen.host.substr(1, listen.host.size() - 2);
  const int number = std::stoi(port);
  if (number <= 65535 && !listen.host.empty()) listen.port = number;
  return listen;
}

// The token from the option or its file; throws with what to do.
std::string read_token(const ServeOptions& options) {
  if (options.token_file.empty()) return options.token;
  std::ifstream file(options.token_file);
  std::string token;
  if (!std::getline(file, token) || token.empty()) throw std::runtime_error("the token file " + options.token_file + " is missing or empty");
  return token;
}

// For `systemctl status`.
std::string status_of(const Edition& edition) { return "serving edition " + edition.hash.substr(0, 12); }

// Signals are taken by one thread, in ordinary code, instead of handlers.
class Signals {
 public:
  Signals(Server& server, Supervisor& supervisor, const Editions& editions)
      : server_(server), supervisor_(supervisor), editions_(editions), thread_([this] { wait(); }) {}
  ~Signals() {
    done_ = true;
    pthread_kill(thread_.native_handle(), SIGTERM);
    thread_.join();
  }
  static void block() {
    sigset_t set = wanted();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    signal(SIGPIPE, SIG_IGN);
  }

 private:
  static sigset_t wanted() {
    sigset_t set;
    sigemptyset(&set);
    for (const int one : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, one);
    return set;
  }
  void wait() {
    const sigset_t set = wanted();
    while (!done_) {
      int got = 0;
      if (sigwait(&set, &got) != 0 || done_) return;
      if (got == SIGHUP) {
        supervisor_.reloading();
        server_.reload();
        supervisor_.ready(status_of(*editions_.live()));  // also after a refusal: the old edition is served
      } else {
        supervisor_.stopping();
        log::write(log::Level::kInfo, "stopping");
        server_.stop();
      }
    }
  }
  Server& server_;
  Supervisor& supervisor_;
  const Editions& editions_;
  std::atomic<bool> done_{false};
  std::thread thread_;
};

// Old event ids, superseded states and words past their time: at the start and every ten minutes, each
// time until there is no more, with pauses in which turns go on.
class Sweeper {
 public:
  Sweeper(storage::Store& store, Measures& measures, const Clock& clock)
      : store_(store), measures_(measures), clock_(clock), thread_([this] { run(); }) {}
  ~Sweeper() {
    {
      std::lock_guard lock(mutex_);
      done_ = true;
    }
    wake_.notify_all();
    thread_.join();
  }

 private:
  void run() {
    std::unique_lock lock(mutex_);
    std::chrono::milliseconds until_next = kPause;
    while (!wake_.wait_for(lock, until_next, [this] { return done_; })) {
      lock.unlock();
      const auto swept = store_.sweep(clock_.now());
      measures_.swept(bool(swept));
      if (!swept) log::write(log::Level::kWarn, "sweep_failed", {{"why", swept.failure().what}});
      until_next = swept && *swept ? kPause : kEvery;
      lock.lock();
    }
  }
  static constexpr std::chrono::milliseconds kPause{50}, kEvery{10 * 60 * 1000};
  storage::Store& store_;
  Measures& measures_;
  const Clock& clock_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool done_ = false;
  std::thread thread_;
};

// No core dump, and no other process of this user may look into our memory: words are in it. The leak
// check of the sanitizers would be locked out as well.
void keep_memory_private() {
#if !defined(__SANITIZE_ADDRESS__)
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}

// What the server needs to know who may do what.
struct Access {
  std::unique_ptr<AccessFile> file;
  std::unique_ptr<Tokens> tokens;
  std::string start_token;  // of an operator, for DATA/running
};

Result<Access> open_access(const ServeOptions& options, const Clock& clock) {
  auto file = AccessFile::open(options.data);
  if (!file) return file.failure();
  Access access;
  access.start_token = new_token_text();
  std::vector<Token> passing = {passing_token("command line", Role::kOperator, access.start_token)};
  const std::string given = read_token(options);
  if (!given.empty()) passing.push_back(passing_token("--token", Role::kIntegrator, given));
  auto tokens = Tokens::open(**file, clock, std::move(passing));
  if (!tokens) return tokens.failure();
  access.file = std::move(*file);
  access.tokens = std::move(*tokens);
  return Result<Access>(std::move(access));
}

struct Closing {
  storage::Store& store;
  ~Closing() { store.close(); }
};

void announce(const std::string& host, int port, const ServeOptions& options, const FirstEdition& first) {
  const std::string shown = host.find(':') == std::string::npos ? host : "[" + host + "]";
  const std::string base = "http://" + shown + ":" + std::to_string(port);
  std::cout << "\n  chat page   " << base << "/\n"
            << "  webhook     " << base << "/webhooks/rest/webhook   (Rasa REST)\n"
            << "  own API     " << base << "/openapi.json\n"
            << "  data        " << options.data << "   (attune.db, keys.db, and seal.key: keep a copy of the key apart)\n"
            << "  scripts     " << first.origin << ", edition " << first.edition->hash.substr(0, 12) << "\n"
            << (first.differ.empty() ? "" : "              " + first.differ + "\n") << "\n"
            << "  Ctrl+C stops; nothing that was answered is lost.\n"
            << std::endl;
}

}  // namespace

int serve(const ServeOptions& options) {
  log::set_level(options.log);
  Supervisor supervisor;  // takes its variables out of the environment while there is one thread
  const Listen listen = parse_listen(options.listen);
  if (listen.port < 0) return refuse(kUsage, "--listen wants ADDRESS:PORT, such as 127.0.0.1:8080, not \"" + options.listen + "\"");
  keep_memory_private();
  try {
    const Proxies readable(options.trusted_proxies);
  } catch (const std::invalid_argument& wrong) {
    return refuse(kUsage, wrong.what());
  }
  const auto clock = system_clock();
  const auto access = open_access(options, *clock);
  if (!access) return refuse(kDisk, access.failure().what);
  if (!is_loopback_name(listen.host) && !access->tokens->any_usable(Role::kIntegrator)) {
    return refuse(kConfig, "listening on " + listen.host + " would let anyone on the network use the webhook. Make an access token (attune token add NAME --role integrator), or listen on 127.0.0.1.");
  }
  auto accounts = Accounts::read(options.data);
  if (!accounts) return refuse(kConfig, accounts.failure().what);
  std::error_code error;
  // With scripts that are wrong nothing is made; whether they matter a database has to say.
  std::optional<Workbench> files;
  Verdicts verdicts(options.data);
  if (!fs::exists(store_in(options.data).path, error)) {
    files = open_workbench(options.folders, {});
    if (!usable(*files)) {
      std::cerr << "Nothing is served until these are mended.\n";
      return kWrongScript;
    }
  }
  fs::create_directories(options.data, error);
  if (error) return refuse(kDisk, "the data folder " + options.data + " cannot be made: " + error.message());
  fs::permissions(options.data, fs::perms::owner_all, error);

  Signals::block();  // before any thread is made, so that all inherit it
  Measures measures;
  storage::SqliteOptions store_options = store_in(options.data);
  store_options.tell = [](const std::string& what) { std::cout << "\n  " << what << "\n"; };
  store_options.on_commit = [&measures](std::size_t turns, double seconds) { measures.committed(turns, seconds); };
  auto opened = storage::SqliteStore::open(std::move(store_options));
  if (!opened) return refuse(opened.failure());
  storage::Store& store = **opened;
  const FirstEdition first = first_edition(options.folders, std::move(files), store, verdicts, clock->now());
  if (!first.edition) return first.code;
  verdicts.keep(first.edition->hash);  // at a first start there was no folder yet
  Editions editions(store, first.edition, [&verdicts](Sources sources) { return build_proved(std::move(sources), verdicts); });
  try {
    Audit audit(*access->file, *clock);
    Server server(options, *access->tokens, audit, store, editions, measures, *clock, std::move(*accounts));
    const Closing closing{store};  // before the server goes: what is queued tells it how it went
    std::string why;
    if (!server.listen(listen.host, listen.port, why)) return refuse(kInUse, why);
    const auto running = RunningFile::write(options.data, listen.host, server.port(), access->start_token);
    if (!running) return refuse(kDisk, running.failure().what);
    if (const auto noted = audit.note("server", "start", first.edition->hash, "done"); !noted) return refuse(kDisk, noted.failure().what);
    announce(listen.host, server.port(), options, first);
    log::write(log::Level::kInfo, "serving", {{"edition", first.edition->hash}, {"port", std::int64_t{server.port()}}});
    Signals signals(server, supervisor, editions);
    Sweeper sweeper(store, measures, *clock);
    DiskWatch watch(store, options.data);
    Watchdog watchdog(supervisor, server.pulses());
    supervisor.ready(status_of(*first.edition));  // connections wait in the backlog until run()
    server.run();
  } catch (const std::runtime_error& wrong) {  // an unknown time zone
    return refuse(kConfig, wrong.what());
  }
  log::write(log::Level::kInfo, "stopped");
  return kOk;
}

}  // namespace attune::bot
