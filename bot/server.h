// The running server: store, editions, turns and edge, wired together, and the routes that belong to
// no channel (health, metrics, the page).
//
// One per process. Made, run and destroyed by `attune serve`; stop() from a signal, reload() from the
// signal thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "bot/access/edition_routes.h"
#include "bot/access/gate.h"
#include "bot/channels/account_book.h"
#include "bot/access/reply_headers.h"
#include "bot/cli/commands.h"
#include "bot/delivery/sender.h"
#include "bot/delivery/timers.h"
#include "bot/http/edge.h"
#include "bot/outbound/http_client.h"
#include "bot/supervisor.h"
#include "bot/turn/turns.h"

namespace attune::bot {

class Server {
 public:
  // Takes what `attune serve` has already opened; everything outlives the server.
  Server(const ServeOptions& options, Tokens& tokens, Audit& audit, storage::Store& store, Editions& editions, Measures& measures, const Clock& clock, Accounts accounts);
  ~Server();

  bool listen(const std::string& host, int port, std::string& why);
  int port() const;
  void run();     // until stop()
  void stop();    // async-signal-safe
  void reload();  // reads the folders again; a broken edition is reported and changes nothing
  // What must answer while the server is well: the thread of the sockets, and the one that writes.
  std::vector<Pulse> pulses();

 private:
  void add_operating_routes();
  void add_channels();
  void add_page();

  const ServeOptions& options_;
  Audit& audit_;
  storage::Store& store_;
  Editions& editions_;
  Measures& measures_;
  const Clock& clock_;
  const Proxies proxies_;
  ReplyHeaders headers_;
  Edge edge_;
  Gate gate_;
  Turns turns_;
  Publishing publishing_;
  AccountBook book_;
  AccountWatch watch_;
  CurlClient http_;
  Sender sender_;
  Timers timers_;
};

}  // namespace attune::bot
