// One message in, one committed step, one reply: the heart.
//
//   take():  load the conversation   from the cache (a hint) or the store
//            hear the words          intents, pure
//            step                    dialogs, pure
//            commit                  storage: one transaction, everything at once
//
// take() returns as soon as the turn is queued; the reply may be shown only when `decided` says kDone.
// Correctness rests on what the store compares: versions, and the mark of the turn before. The cache
// only saves reading. A turn that was thought on a state that never became durable conflicts by that
// state's mark, even if another turn has got its number by then, and is thought again.
//
// Threads: take() from any number of threads. Turns of one conversation are queued in the order in
// which take() got hold of it. `decided` comes from the store's writer thread, or from the caller's
// own before take() returns if the queue is full.
#pragma once

#include <array>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "bot/turn/clock.h"
#include "bot/turn/editions.h"
#include "bot/turn/links.h"
#include "bot/turn/measures.h"
#include "bot/turn/reply.h"
#include "storage/store.h"

namespace attune::bot {

struct Inbound {
  storage::Address address;
  storage::EventId event;  // none(): no dedupe
  dialogs::Event::Kind kind = dialogs::Event::Kind::kMessage;
  std::string text;        // valid UTF-8, at most kMessageCharacters
  std::string choice;      // a button's value, or ""
  std::string language;    // what the channel says they read, as "es"; "" if it does not say
  std::string zone;        // and where they live, as "Europe/Dublin"; "" if it does not say
  storage::TimerNumber timer = 0;  // kTimer; the event is storage::timer_event()
  bool unread = false;     // kTimer, kGiveBack: the channel cannot reach them
  // What a counselor does (dialogs::from_counselor(kind)); `text` is what they write.
  std::string counselor;
  std::uint32_t hand_off = 0;
  storage::Id conversation{};  // the one that was handed off; at another, nothing is done
};

const char* name_of(dialogs::Event::Kind kind);  // as the store keeps it: "start", "message", "timer"

constexpr std::size_t kMessageCharacters = 4'000;  // code points

struct Taken {
  enum class Kind {
    kNobody,       // kTimer: its conversation is no longer at this address; no callback
    kThought,      // `reply` holds once `decided` says kDone
    kStored,       // this event was answered before: `reply` is that answer, durable; no callback
    kUndecided,    // this event is being committed right now: `decided` is called when to try again
    kMismatch,     // this event id came before with another body; no callback
    kUnavailable,  // the store cannot be read; no callback
    kMisfit,       // what a counselor wants to do cannot be: `why`, dialogs::misfit; no callback
  };
  Kind kind = Kind::kUnavailable;
  std::string why;
  std::string reply;  // Reply as bytes
  Reply thought;      // kThought: the same as a value, so that nobody has to read it back
  // Nothing where the words of a stored reply have run out.
  Reply spoken() const { return kind == Kind::kThought ? thought : reply.empty() ? Reply{} : read_reply(reply); }
  storage::Where where;
  storage::Version version = 0;
};

// What an outcome asks of whoever holds the reply: show it, take the event again (tries + 1), or say
// why not. kGone: the event was of someone who has been forgotten, and is not to be sent again.
enum class Next { kShow, kAgain, kReused, kGone, kBusy, kUnavailable };
Next next(storage::Commit outcome, int tries);

// Told of every durable turn, on the writer thread; must not block.
using Committed = std::function<void(const storage::Where&, storage::Version, const std::string& said, const std::string& reply)>;

// What of a turn's reply is to be sent to a platform, made within the turn and committed with it. Must
// be pure; called by the threads that think. `answers`: the person wrote or pressed something.
using Outgoing = std::function<std::vector<storage::Part>(const storage::Address&, const Reply&, storage::Time now, bool answers)>;
// Told of every durable turn that has parts, on the writer thread; must not block. `farewell`: of one
// that forgot its person, whose parts were kept nowhere; else empty.
using Departing = std::function<void(const storage::Where&, storage::Version, bool answers,
                                     const storage::Address&, const std::vector<storage::Part>& farewell)>;

enum class Linked {
  kJoined,  // an address leads to this conversation now
  kAlone,   // and others that did lead nowhere any more
  kLeft,    // this one is nobody's any more: its address went to the one that kJoined
};

class Turns {
 public:
  struct Options {
    std::string zone = "UTC";
    std::size_t cached_conversations = 20'000;
  };
  Turns(storage::Store& store, Editions& editions, const Clock& clock, Measures& measures, Options options);

  // Of one channel's turns; before the first take(). Nobody follows the others.
  void on_committed(std::string channel, Committed listener) {
    followed_channel_ = std::move(channel);
    committed_ = std::move(listener);
  }
  // For the channels that answer elsewhere than in the response; before the first take().
  void on_outgoing(Outgoing outgoing, Departing departing) {
    outgoing_ = std::move(outgoing);
    departing_ = std::move(departing);
  }
  // Of people who asked for it in a conversation; before the first take(), told on the writer thread.
  void on_forgotten(std::function<void(const storage::Where&)> listener) { forgotten_ = std::move(listener); }
  // Of addresses that joined a conversation, or that one let go of; the same.
  void on_linked(std::function<void(const storage::Where&, Linked)> listener) { linked_ = std::move(listener); }

  // `tries`: 0 the first time, +1 after each Next::kAgain; at most 8.
  Taken take(const Inbound& inbound, int tries, std::function<void(storage::Commit)> decided);

  // take() until it is decided, for the terminal and tests. kDone with the reply, or what stopped it.
  struct Answer { storage::Commit outcome = storage::Commit::kFailed; Taken taken; };
  Answer answer(const Inbound& inbound);

  // Nothing of the person, who lives at these addresses, is left in the store and in memory once
  // `decided` says kDone; kBusy and kFailed as for a turn, and from where a turn's are told.
  void forget(const std::vector<storage::Address>& addresses, const storage::Id& person,
              std::function<void(storage::Commit)> decided);

 private:
  // Events of late, so that a retry is known before anything is thought on top of it. Half a
  // kilobyte a conversation; a clash of hashes is found out by the store.
  struct Recent { std::uint64_t event = 0, body = 0; };
  struct Measured { storage::Version version = 0; std::int64_t at = 0; storage::Measure measure; };
  struct Entry {
    std::string key;
    bool known = false;  // the store has it
    bool forgetting = false;  // a turn that forgets its person is queued; decided, it drops the entry
    storage::Where where;
    storage::Version version = 0;
    storage::Mark mark = 0;
    storage::Version person_version = 0;
    dialogs::State state;
    std::optional<storage::Address> focus;  // where they wrote last, if they have several addresses
    std::vector<Recent> recent;  // newest last, at most kRecent
    std::vector<Measured> measured;  // by turns of late, which the store may not show yet; at most kRecent
  };
  struct Shard {
    std::mutex mutex;  // held while a turn of one of its conversations is thought and queued
    std::list<Entry> entries;  // newest used first
    std::unordered_map<std::string, std::list<Entry>::iterator> by_key;
    std::mutex dropped_mutex;  // taken last, never while calling out
    std::vector<std::string> dropped;
  };
  static constexpr std::size_t kShards = 64;

  Shard& shard(const std::string& key);
  void drop(const std::string& key);
  void sweep_dropped(Shard& shard);
  Entry* find(Shard& shard, const std::string& key, const storage::Address& address);
  bool load(const storage::Id& conversation, Entry& entry);
  std::optional<Taken> seen_before(Entry& entry, const Inbound& inbound, const storage::Digest& body, int tries,
                                   const std::function<void(storage::Commit)>& decided);
  std::optional<Taken> misfit(const Entry& entry, const Inbound& inbound, int tries,
                              const std::function<void(storage::Commit)>& decided);
  dialogs::Event event_of(const Inbound& inbound, const Edition& live, const Edition& open,
                          const dialogs::Person& person) const;
  Result<dialogs::History> history_of(const Entry& entry, const std::vector<dialogs::MeasureName>& wanted,
                                      const dialogs::Zone* zone) const;
  storage::Turn turn_of(const Entry& entry, const Inbound& inbound, const dialogs::Stepped& stepped,
                        const Edition& live, std::int64_t now) const;

  // What a message means for the person's addresses: see links.h. False: the store cannot be read.
  struct Linking {
    std::string moment;  // of Event
    std::optional<storage::Place> place;
    std::optional<storage::Where> left;        // whose address it was that joins
    std::optional<storage::Address> told;      // where else that is said
  };
  bool linking_of(const Inbound& inbound, const Edition& live, Entry& entry, Linking& linking);
  void settle_links(const Inbound& inbound, const Entry& entry, Linking& linking, Reply& reply);
  std::vector<storage::Part> parts_told(const Linking& linking, const Reply& reply, storage::Time now) const;
  void tell_of(const Linking& linking, const storage::Where& where);

  storage::Store& store_;
  Editions& editions_;
  const Clock& clock_;
  Measures& measures_;
  const Options options_;
  Links links_;
  std::string followed_channel_;
  Committed committed_;
  Outgoing outgoing_;
  Departing departing_;
  std::function<void(const storage::Where&)> forgotten_;
  std::function<void(const storage::Where&, Linked)> linked_;
  std::array<Shard, kShards> shards_;
};

}  // namespace attune::bot
