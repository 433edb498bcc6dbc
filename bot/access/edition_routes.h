// Publishing, by a running server: an edition is prepared (checked, its plays run, the runs it touches
// counted) in a thread of its own at low priority, and made live by a second request, which only swaps.
//
//   POST /v1/editions            {"from": STAGED} or {"hash": KEPT}, "move"   202
//   GET  /v1/editions/prepared   202 until it is ready, then what was found
//   POST /v1/editions/live       {"hash", "previous", "why", "move", "rollback"}
//   GET  /v1/editions            what is live, and the history
//
// STAGED is a file that the command line has put into DATA/staged: sources are larger than a request
// may be. Owned by the Server. Routes from any worker; one preparation at a time.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "bot/access/audit.h"
#include "bot/access/gate.h"
#include "bot/turn/editions.h"
#include "bot/turn/impact.h"
#include "bot/turn/rehearsal.h"

namespace attune::bot {

// An edition on its way to being live. `edition` is null if it may not be: see `found`.
struct Prepared {
  std::shared_ptr<const Edition> edition;
  std::string found;  // mistakes and failing plays, as people read them
  std::size_t plays = 0;
  bool move = false;
  Impact impact;
  std::string live;  // what it was compared with
};

// Sources (with "plays/" in front of plays) or a kept edition, made ready. Failure: the store cannot be
// read, or there is no such edition.
Result<Prepared> prepare(Sources files, bool move, Editions& editions, storage::Store& store);
Result<Prepared> prepare_kept(const std::string& hash, bool move, Editions& editions, storage::Store& store);

// Sources and plays of two folders as one file's text, and back.
std::string staged(const std::string& dialogs_folder, const std::string& intents_folder);
Sources unstaged(const std::string& text);  // throws std::runtime_error

class Publishing {
 public:
  // Everything must outlive this.
  Publishing(Editions& editions, storage::Store& store, Audit& audit, const Clock& clock, std::string data);
  ~Publishing();

  void add_routes(Gate& gate);

 private:
  void begin(const httplib::Request& request, httplib::Response& response);
  void show(httplib::Response& response);
  void go_live(const httplib::Request& request, httplib::Response& response, const Caller& caller);
  void history(const httplib::Request& request, httplib::Response& response);

  Editions& editions_;
  storage::Store& store_;
  Audit& audit_;
  const Clock& clock_;
  const std::string data_;
  std::mutex mutex_;
  std::thread thread_;
  bool busy_ = false;
  std::shared_ptr<const Result<Prepared>> prepared_;
};

}  // namespace attune::bot
