// What time takes away: event ids, superseded states, texts whose class has run out.
//
// Owned by the writer thread; each call is one short step inside a transaction that the caller
// began, and says whether there may be more. Throws SQLite::Exception; then the caller rolls back.
#pragma once

#include "storage/sqlite/connection.h"

namespace attune::storage::sqlite {

class Broom {
 public:
  Broom(SQLite::Database& database, Time now) : database_(database), now_(now) {}

  // True if there was as much work as one step takes.
  bool step();
  // True if the event tables changed places: whoever writes to them has to look again.
  bool turned_events() const { return turned_events_; }
  // True if texts went whose sealed bytes may still stand in the log.
  bool dropped_texts() const { return dropped_texts_; }

 private:
  bool turn_events();
  bool thin_states();
  bool lapse_turns();
  bool lapse_turn(std::int64_t number);
  bool drop_dead_letters();
  bool lapse_persons();

  SQLite::Database& database_;
  const Time now_;
  bool turned_events_ = false, dropped_texts_ = false;
};

}  // namespace attune::storage::sqlite
