// Sends what the outbox holds: claims conversations, calls their platforms, says what became of each
// part.
//
// Order: one conversation has one part in the air, the next follows when the platform has taken it.
// A part that cannot be sent now holds up its own conversation, not the others; 429 also slows its
// account for a moment. Waiting grows from a second to a minute, then a quarter of an hour, with
// jitter; what is too late to be worth sending expires and becomes a dead letter. When the person
// writes again, unsent parts of earlier answers are dropped, unless they are safety's or a counselor's.
//
// At least once: a platform that took a part and broke off before it said so gets it a second time,
// once; after that the part is given up as sent. A worker that dies loses nothing: its claims end.
//
// Owned by the Server; one thread of its own, which is the only one to touch the flights. nudge() from
// any thread, also the store's writer.
#pragma once

#include <chrono>
#include <memory>

#include "bot/channels/account_book.h"
#include "bot/outbound/http_client.h"
#include "bot/turn/clock.h"
#include "storage/store.h"

namespace attune::bot {

class Sender {
 public:
  struct Options {
    int flights = 256;                            // conversations under way at once
    std::chrono::milliseconds first_wait{1'000};  // after a failure; doubles
  };
  // Everything must outlive it.
  Sender(storage::Store& store, AccountBook& book, HttpClient& http, const Clock& clock);
  Sender(storage::Store& store, AccountBook& book, HttpClient& http, const Clock& clock, Options options);
  ~Sender();  // waits a moment for what is in the air, then lets it go

  // A turn with parts is durable. `answers`: the person wrote it.
  void nudge(const storage::Id& conversation, storage::Version version, bool answers);
  // To somebody who is forgotten by now: what they are told last. It is kept nowhere, so it may be lost.
  void farewell(const storage::Address& to, const std::vector<storage::Part>& parts);
  void finish();  // as the destructor; before the store closes, so that what landed is written down

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace attune::bot
