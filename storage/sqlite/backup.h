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

}  // namespace attune::storage::sqlite
