-- Addresses of conversations that have more than one, or had: how far back each may read, and where they
-- wrote last. Those without a row read everything and come last.
CREATE TABLE place (
  hash         BLOB PRIMARY KEY,    -- of the address
  conversation INTEGER NOT NULL REFERENCES conversation,
  since        INTEGER NOT NULL,    -- turns above this version
  used         INTEGER NOT NULL     -- number of the turn that named it last
) WITHOUT ROWID;
CREATE INDEX place_conversation ON place (conversation);
