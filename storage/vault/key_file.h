// A file that holds one key: one line, "attune-key-1 " and 64 hex digits, mode 0600.
//
// Written beside its place and linked into it, so that a key file is there whole or not at all, and an
// existing one is never replaced by accident. Any thread.
#pragma once

#include <string>

#include "storage/result.h"
#include "storage/vault/cipher.h"

namespace attune::storage {

bool there_is(const std::string& path);

// kRefused if others may read it or it is not a key file; kUnavailable if it cannot be read. What
// systemd hands over as a credential is guarded by its folder, so its mode is not looked at.
enum class Guard { kOwnMode, kItsFolder };
Result<Secret> read_key_file(const std::string& path, Guard guard = Guard::kOwnMode);

// A new key. kUnavailable if there is such a file already, or it cannot be made.
Result<Secret> make_key_file(const std::string& path);

// Puts `from` in the place of `to`, durably.
Result<Nothing> replace_key_file(const std::string& from, const std::string& to);

}  // namespace attune::storage
