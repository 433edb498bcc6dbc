// The running server: store, editions, turns and edge, wired together, and the routes that belong to
// no channel (health, metrics, the page).
//
// One per process. Made, run and destroyed by `attune serve`; stop() from a signal, reload() from the
// signal thread.
#pragma once

#include <memory>
#include <string>

#include "bot/cli/commands.h"
#include "bot/http/edge.h"
#include "bot/turn/turns.h"

namespace attune::bot {

class Server {
 public:
  // Takes what `attune serve` has already opened; everything outlives the server.
  Server(const ServeOptions& options, std::string token, storage::Store& store, Editions& editions, const Clock& clock);
  ~Server();

  bool listen(const std::string& host, int port, std::string& why);
  int port() const;
  void run();     // until stop()
  void stop();    // async-signal-safe
  void reload();  // reads the folders again; a broken edition is reported and changes nothing

 private:
  void add_operating_routes();
  void add_page();
  bool allowed(const httplib::Request& request) const;  // the integrator's token, where one is set

  const ServeOptions& options_;
  const std::string token_;
  storage::Store& store_;
  Editions& editions_;
  const Clock& clock_;
  Measures measures_;
  Edge edge_;
  Turns turns_;
};

// True for 127.0.0.0/8, ::1 and localhost.
bool is_loopback(const std::string& host);

// Compares without telling by its time how much was right.
bool same_secret(const std::string& a, const std::string& b);

}  // namespace attune::bot
