// A whole copy of a database, of one committed state, while turns go on.
#pragma once

#include <string>

#include "storage/result.h"

namespace attune::storage::sqlite {

// Copies `from` to `to` by way of TO.partial: copied page by page under one read snapshot, made a
// single file (no log beside it), checked whole (integrity_check), synced, renamed. On failure `to`
// is as it was and TO.partial is gone. May be called on a database that another process is serving.
// Mode 0600.
Result<Nothing> backup_database(const std::string& from, const std::string& to,
                                const std::string& vfs = "");

// The database to `to` and its keys to TO.keys, each as above. The keys are copied after the database,
// and put in place before it: so whoever is in the one has a key in the other, and who was forgotten
// in between is forgotten. Without a keys.db (attune 0.1 had none) only the database.
Result<Nothing> backup_with_keys(const std::string& from, const std::string& keys,
                                 const std::string& to, const std::string& vfs = "");

}  // namespace attune::storage::sqlite
