-- What a turn leaves behind. See storage/DESIGN.md for why each table looks as it does.

-- Single facts about the file: key_check, event_current, event_since, thinned, turn_floor,
-- events_settled, healed; since 002 vault, forgotten.
CREATE TABLE fact (name TEXT PRIMARY KEY, value) WITHOUT ROWID;

-- Words that stand in every turn (edition, kind, lifetime class), written once and numbered.
CREATE TABLE word (number INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);

CREATE TABLE person (
  number  INTEGER PRIMARY KEY,
  id      BLOB NOT NULL UNIQUE,
  version INTEGER NOT NULL,
  control BLOB,
  texts   BLOB,                     -- sealed, by class
  at      INTEGER NOT NULL,         -- of the last change
  due     INTEGER                   -- when a class in texts runs out
);
CREATE INDEX person_due ON person (due) WHERE due IS NOT NULL;

CREATE TABLE conversation (
  number INTEGER PRIMARY KEY,
  id     BLOB NOT NULL UNIQUE,
  person INTEGER NOT NULL REFERENCES person
);
CREATE INDEX conversation_person ON conversation (person);

-- Looked up by keyed hash; the address itself is sealed, for whoever has to write to it.
CREATE TABLE address (
  hash         BLOB PRIMARY KEY,
  conversation INTEGER NOT NULL REFERENCES conversation,
  sealed       BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX address_conversation ON address (conversation);

-- The history: appended, never moved. Numbers only grow and are never given twice.
CREATE TABLE turn (
  number       INTEGER PRIMARY KEY,
  conversation INTEGER NOT NULL REFERENCES conversation,
  version      INTEGER NOT NULL,
  previous     INTEGER,             -- number of the turn before it in its conversation
  at           INTEGER NOT NULL,
  kind         INTEGER NOT NULL,
  edition      INTEGER NOT NULL,
  class        INTEGER NOT NULL,    -- lifetime of said and reply
  event        BLOB,                -- 16 bytes of the event id's keyed hash
  body         BLOB NOT NULL,
  ended        INTEGER,             -- 1 if a run ended here
  due          INTEGER,             -- when sweep has to look at it
  facts        TEXT,                -- measures, safety rows, ends of runs, as JSON
  said         BLOB,                -- sealed
  reply        BLOB                 -- sealed
);
CREATE UNIQUE INDEX turn_place ON turn (conversation, version);
CREATE INDEX turn_due ON turn (due) WHERE due IS NOT NULL;

-- The state a turn led to, under the turn's number. Appended with it; deleted when superseded, so that
-- its pages come free whole.
CREATE TABLE state (
  number  INTEGER PRIMARY KEY,
  control BLOB NOT NULL,
  texts   BLOB                      -- sealed, by class
);

-- Event ids: 60 bits of keyed hash, times 8, plus the first free of 8 places. Two tables take turns: one
-- takes what comes for 8 days, the other keeps what came before, and is emptied whole. The newest events
-- are in neither; see event_index.cc.
CREATE TABLE event_a (place INTEGER PRIMARY KEY, turn INTEGER NOT NULL);
CREATE TABLE event_b (place INTEGER PRIMARY KEY, turn INTEGER NOT NULL);

-- Who was forgotten, by keyed hash.
CREATE TABLE tombstone (hash BLOB PRIMARY KEY) WITHOUT ROWID;

CREATE TABLE edition (hash TEXT PRIMARY KEY, at INTEGER NOT NULL, files TEXT NOT NULL) WITHOUT ROWID;

INSERT INTO fact VALUES ('event_current', 0), ('event_since', NULL), ('thinned', 0), ('turn_floor', 0), ('events_settled', 0), ('healed', 0);
