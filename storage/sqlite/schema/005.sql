-- Timers of a conversation: what each is for stands in its state, sealed where it has words.
CREATE TABLE timer (
  conversation INTEGER NOT NULL REFERENCES conversation,
  number       INTEGER NOT NULL,    -- within the conversation, never given twice
  due          INTEGER NOT NULL,
  PRIMARY KEY (conversation, number)
) WITHOUT ROWID;
CREATE INDEX timer_due ON timer (due, conversation, number);

-- Parts of replies that have not been sent. They leave in the order of this key.
CREATE TABLE outbox (
  conversation INTEGER NOT NULL REFERENCES conversation,
  version      INTEGER NOT NULL,    -- of its turn
  part         INTEGER NOT NULL,
  not_before   INTEGER NOT NULL,
  expires      INTEGER NOT NULL,
  class        INTEGER NOT NULL,    -- lifetime, as its turn's
  body         BLOB NOT NULL,       -- sealed
  PRIMARY KEY (conversation, version, part)
) WITHOUT ROWID;

CREATE INDEX outbox_expires ON outbox (expires);

-- One row for each conversation with something in the outbox, and only for those. It is claimed by
-- moving `due` to the end of the lease, so that a claim that nobody ends comes back by itself, and
-- looking for work costs nothing however many parts wait.
CREATE TABLE delivery (
  conversation INTEGER PRIMARY KEY REFERENCES conversation,
  due          INTEGER NOT NULL,
  claim        INTEGER NOT NULL,    -- random, of the newest claim; 0: none
  attempts     INTEGER NOT NULL     -- of its first part, that failed
);
CREATE INDEX delivery_due ON delivery (due);

-- What could not be sent. The words stand in the turn, for as long as they live.
CREATE TABLE dead_letter (
  conversation INTEGER NOT NULL REFERENCES conversation,
  version      INTEGER NOT NULL,
  part         INTEGER NOT NULL,
  at           INTEGER NOT NULL,
  attempts     INTEGER NOT NULL,
  why          TEXT NOT NULL,
  PRIMARY KEY (conversation, version, part)
) WITHOUT ROWID;
CREATE INDEX dead_letter_at ON dead_letter (at);
