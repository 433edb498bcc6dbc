-- Keys of their own for everybody, in keys.db. vault: 0 while texts of attune 0.1 may be left to be
-- sealed anew, then 1. forgotten: which forgetting was the newest; the same stands in keys.db.
INSERT INTO fact VALUES ('vault', 0), ('forgotten', x'');
