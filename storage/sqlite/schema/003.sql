-- Tells turns apart that had the same number, one of them in vain: see storage/records.h.
ALTER TABLE turn ADD COLUMN mark INTEGER NOT NULL DEFAULT 0;
