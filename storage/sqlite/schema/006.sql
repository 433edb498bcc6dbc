-- What was live when, by whom and why: a row each time an edition became the one being served.
CREATE TABLE activation (
  number   INTEGER PRIMARY KEY,
  hash     TEXT NOT NULL,     -- of the edition
  previous TEXT NOT NULL,     -- what was live before, or ''
  at       INTEGER NOT NULL,
  how      TEXT NOT NULL,     -- files, publish, rollback
  who      TEXT NOT NULL,
  why      TEXT NOT NULL,
  moves    INTEGER NOT NULL   -- 1: runs of older editions go over at their next question
);
