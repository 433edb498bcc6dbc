// The contract that every store keeps, in words. SQLite is the first; tests/storage/conformance.h is
// run against each.
//
// Durable: when commit's callback says kDone, the turn survives the loss of process and power (as far
// as the disk keeps what it has synced).
// Atomic: a turn is there whole or not at all.
// Compare-and-set: a turn is kDone only if the conversation's version and mark, and the person's
// version, are still those it read. Nothing else orders turns; no lock is held while anyone thinks.
// Exactly once: of all turns with the same event id in 8 days one is kDone; the others are kDuplicate,
// or kMismatch if their body differs. This is judged before the versions are.
// Order: commits of one thread are taken in the order they were made.
// Sealed: `said`, `reply` and every text pass through the Sealer before they leave this process's memory,
// each under a key of its person's own.
// Forgotten: once forget() or a turn that forgets is done, nobody can open a text of the person any more,
// in this store or in a copy of it made before, and nothing brings them back: no late turn, no retry, no
// restart, no older copy put in place. The same address may begin again, as somebody new.
//
// Later: a timer is due_timers() from its time on until a turn that names it is kDone, and never again;
// a part is claim()ed, in the order of its conversation, until it is settled as sent or dead. Both are
// there exactly if their turn is, and go with their person. Nobody else can claim what is claimed before
// the lease is over.
//
// Threads: every method may be called from any thread. Callbacks come from the store's own writer
// thread, must be short, and must not call the store. Nothing throws; foreign exceptions stop here.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "storage/hand_off.h"
#include "storage/holdings.h"
#include "storage/outbox.h"
#include "storage/records.h"
#include "storage/result.h"

namespace attune::storage {

enum class Commit {
  kDone,
  kDuplicate,  // the event was committed before: fetch it with replied()
  kMismatch,   // the event id is known with another body
  kConflict,   // what it was thought on is not what is there: load again, step again
  kGone,       // the person has been forgotten, or the event was of someone who has
  kBusy,       // the queue is full or stands still, or the store closed: 503, try later
  kFailed,     // the disk refused; nothing was kept. Drop what was cached.
};

// The part of a store that finds people, and what they were told from. Also without the rest: beside a server that has it.
class Lookup {
 public:
  virtual ~Lookup() = default;

  // Who lives at an address; nothing if it is new.
  virtual Result<std::optional<Where>> find(const Address& address) = 0;
  // The newest committed state; nothing if there is no such conversation.
  virtual Result<std::optional<Snapshot>> load(const Id& conversation) = 0;
  // Everything that is kept of a person; nothing if there is nobody (any more). One committed state.
  virtual Result<std::optional<Holdings>> holdings(const Id& person) = 0;
  // What was published under this hash; nothing if it is not kept.
  virtual Result<std::optional<Edition>> edition(const std::string& hash) = 0;
};

class Store : public Lookup {
 public:
  // The stored answer to an event of the last 8 days.
  virtual Result<std::optional<Reply>> replied(const EventId& event) = 0;

  // Queues the turn and returns. `done` is called exactly once, at once (kBusy) or after the fsync.
  virtual void commit(Turn turn, std::function<void(Commit)> done) = 0;
  // `done` is called when everything queued before it has been decided.
  virtual void barrier(std::function<void()> done) = 0;

  // Oldest first, versions above `after`, at most `limit`.
  virtual Result<std::vector<TranscriptEntry>> transcript(const Id& conversation, Version after, int limit) = 0;

  // The newest `limit` values of a measure of whoever is in this conversation, in any conversation of
  // theirs, oldest first. `script` "": of any. Looks at their newest 20,000 turns, so that its cost has
  // an end.
  virtual Result<std::vector<Measured>> measured(const Id& conversation, const std::string& script,
                                                 const std::string& name, int limit) = 0;

  // Their key is destroyed, then their rows; late turns for them are kGone. Queues it and returns, as
  // commit() does, and by the same rule: kBusy at once if a turn would be; else kDone or kFailed.
  virtual void ask_to_forget(const Id& person, std::function<void(Commit)> done) = 0;
  // The same for whoever has nothing else to do: waits, however long the disk takes.
  Result<Nothing> forget(const Id& person);

  // Timers due at `now`, the longest due first; after `after`, if given. Costs what it returns, however
  // many there are.
  virtual Result<std::vector<DueTimer>> due_timers(Time now, const std::optional<DueTimer>& after, int limit) = 0;
  // Conversations with a piece that may leave at `now`, claimed until `until`, those that waited longest
  // first. Pieces that have expired become dead letters. Waits for the writer if there is any.
  virtual Result<std::vector<Consignment>> claim(Time now, Time until, int conversations, int pieces) = 0;
  // One transaction. What belongs to a claim that was lost changes nothing, except kSent.
  virtual Result<Nothing> settle(const std::vector<Settled>& settled) = 0;
  virtual Result<Backlog> backlog() = 0;
  // Newest first. Swept after 30 days.
  virtual Result<std::vector<DeadLetter>> dead_letters(int limit) = 0;

  // Conversations handed to the staff, a page of them; and one of them, if it is there (still).
  virtual Result<std::vector<Handed>> handed(const HandedList& list) = 0;
  virtual Result<std::optional<Handed>> handed(const Id& conversation, std::uint32_t number) = 0;

  virtual Result<Nothing> keep_edition(const Edition& edition) = 0;
  // Durable when it returns. Text that is not UTF-8 is kRefused.
  virtual Result<Nothing> activate(const Activation& activation) = 0;
  // Newest first, at most `limit`.
  virtual Result<std::vector<Activation>> activations(int limit) = 0;
  // The control bytes of conversations' newest states, each once, at most `limit` of those after
  // `after` (0: from the first), which is moved on. Nothing: that was all. Turns go on meanwhile.
  virtual Result<std::vector<std::string>> controls(std::uint64_t& after, int limit) = 0;

  // A whole copy at `path`, of a committed state, while turns go on; what opens it at PATH.keys, which
  // is to be kept apart and for a short time only.
  virtual Result<Nothing> backup(const std::string& path) = 0;

  // Event ids over 8 days old, superseded states, texts whose class has run out and the keys of their
  // day. Bounded work a call; true if there is more.
  virtual Result<bool> sweep(Time now) = 0;

  struct Health {
    bool writable = true;
    std::string why;           // if not
    std::string word;          // why in one word (Failure::word), "" if writable
    std::size_t queued = 0;    // turns waiting for the writer
    std::chrono::milliseconds waiting{0};  // how long the oldest that is not decided has waited
    std::uint64_t turns = 0;   // committed by this process
    std::uint64_t batches = 0; // fsyncs they took
    std::uint64_t wal_bytes = 0;
    std::uint64_t unchecked_bytes = 0;  // of the file, that the check at start has not come to yet
  };
  virtual Health health() = 0;

  // Finishes what is queued, then refuses. Idempotent.
  virtual void close() = 0;
};

}  // namespace attune::storage
