// The contract that every store keeps, in words. SQLite is the first; tests/storage/conformance.h is
// run against each.
//
// Durable: when commit's callback says kDone, the turn survives the loss of process and power (as far
// as the disk keeps what it has synced).
// Atomic: a turn is there whole or not at all.
// Compare-and-set: a turn is kDone only if the conversation's version, and the person's, are still
// those it read. Nothing else orders turns; no lock is held while anyone thinks.
// Exactly once: of all turns with the same event id in 8 days one is kDone; the others are kDuplicate,
// or kMismatch if their body differs. This is judged before the versions are.
// Order: commits of one thread are taken in the order they were made.
// Sealed: `said`, `reply` and every text pass through the Sealer before they leave this process's memory.
//
// Threads: every method may be called from any thread. Callbacks come from the store's own writer
// thread, must be short, and must not call the store. Nothing throws; foreign exceptions stop here.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "storage/records.h"
#include "storage/result.h"

namespace attune::storage {

enum class Commit {
  kDone,
  kDuplicate,  // the event was committed before: fetch it with replied()
  kMismatch,   // the event id is known with another body
  kConflict,   // a version has moved on: load again, step again
  kGone,       // the person has been forgotten, or the event was of someone who has
  kBusy,       // the queue is full, or the store closed: 503, try later
  kFailed,     // the disk refused; nothing was kept. Drop what was cached.
};

class Store {
 public:
  virtual ~Store() = default;

  // Who lives at an address; nothing if it is new.
  virtual Result<std::optional<Where>> find(const Address& address) = 0;
  // The newest committed state; nothing if there is no such conversation.
  virtual Result<std::optional<Snapshot>> load(const Id& conversation) = 0;
  // The stored answer to an event of the last 8 days.
  virtual Result<std::optional<Reply>> replied(const EventId& event) = 0;

  // Queues the turn and returns. `done` is called exactly once, at once (kBusy) or after the fsync.
  virtual void commit(Turn turn, std::function<void(Commit)> done) = 0;
  // `done` is called when everything queued before it has been decided.
  virtual void barrier(std::function<void()> done) = 0;

  // Oldest first, versions above `after`, at most `limit`.
  virtual Result<std::vector<TranscriptEntry>> transcript(const Id& conversation, Version after, int limit) = 0;

  // Nothing of the person can be read again; late turns for them are kGone.
  virtual Result<Nothing> forget(const Id& person) = 0;

  virtual Result<Nothing> keep_edition(const Edition& edition) = 0;
  virtual Result<std::optional<Edition>> edition(const std::string& hash) = 0;

  // A whole copy at `path`, of a committed state, while turns go on.
  virtual Result<Nothing> backup(const std::string& path) = 0;

  // Event ids over 8 days old, superseded states, texts whose class has run out. Bounded work a call.
  virtual Result<Nothing> sweep(Time now) = 0;

  struct Health {
    bool writable = true;
    std::string why;           // if not
    std::size_t queued = 0;    // turns waiting for the writer
    std::uint64_t turns = 0;   // committed by this process
    std::uint64_t batches = 0; // fsyncs they took
    std::uint64_t wal_bytes = 0;
  };
  virtual Health health() = 0;

  // Finishes what is queued, then refuses. Idempotent.
  virtual void close() = 0;
};

}  // namespace attune::storage
