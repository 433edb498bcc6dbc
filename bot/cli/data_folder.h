// A data folder on the command line: what lies where in it, and how a command ends that cannot use it.
#pragma once

#include <string>

#include "storage/sqlite/sqlite_store.h"

namespace attune::bot {

// attune.db, keys.db, and seal.key, or in its stead the systemd credential `attune-kek`.
storage::SqliteOptions store_in(const std::string& data);

// kOk, or kMissingInput said on standard error: a command must not make a database by mistake.
int needs_database(const std::string& data);

// Says what failed on standard error; the exit code for it.
int refuse(const Failure& failure);
int refuse(int code, const std::string& why);

}  // namespace attune::bot
