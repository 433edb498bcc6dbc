-- Conversations handed to a person: who was asked for, who took it, how it ended. Without any words of
-- the conversation's; the reason is the script's.
CREATE TABLE hand_off (
  row          INTEGER PRIMARY KEY,
  conversation INTEGER NOT NULL REFERENCES conversation,
  number       INTEGER NOT NULL,    -- within the conversation, never given twice
  version      INTEGER NOT NULL,    -- of the turn that began it
  space        TEXT NOT NULL,       -- whose counselors may see it
  at           INTEGER NOT NULL,
  script       TEXT NOT NULL,
  reason       TEXT NOT NULL,
  urgent       INTEGER NOT NULL,
  what         INTEGER NOT NULL,    -- storage/hand_off.h, HandOff::What: what was done last
  who          TEXT NOT NULL,       -- has taken it, or ''
  taken        INTEGER,             -- when
  over         INTEGER              -- when it ended; null: it has not
);
CREATE UNIQUE INDEX hand_off_number ON hand_off (conversation, number);
CREATE INDEX hand_off_open ON hand_off (space, urgent DESC, row) WHERE over IS NULL;
CREATE INDEX hand_off_over ON hand_off (space, row) WHERE over IS NOT NULL;
