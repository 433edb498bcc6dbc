// Every page of a database carries a checksum, so that damage anywhere in it is found: also in a page
// that only holds part of a sealed text, a page that is free, or bytes nobody uses, which SQLite's own
// checks do not look at.
//
//   where      the last 8 bytes of each 4 KB page, which SQLite leaves to others (its reserved space,
//              byte 20 of the header). A file that has no such bytes is served without checksums.
//   what       XXH3 (64 bits) of the page's other bytes, seeded with the page's number, so that two
//              pages that changed places are found too; as big-endian bytes
//   written    whenever a page goes into the database file: by a checkpoint, a rollback, a backup. Not
//              in the log, whose frames have checksums of SQLite's own
//   checked    whenever a page is read from the database file. One that does not fit is
//              SQLITE_IOERR_DATA, which explain() tells as damage
//   not found  a whole old page in its old place, as a disk leaves that loses writes: what is wrong
//              there is between pages, and integrity_check's part
//
// Whoever writes to such a file without this layer leaves pages whose checksums do not fit. Old versions
// of attune are kept out by the number of their tables; the sqlite3 shell is not (deploy/OPERATING.md).
//
// No allocation after a file was opened. Thread rule: as file_layer.h's.
#pragma once

#include <SQLiteCpp/Database.h>

#include <cstdint>
#include <string>

namespace attune::storage::sqlite {

constexpr int kPageBytes = 4096;
constexpr int kChecksumBytes = 8;

// The name of this layer over the VFS of that name ("" is the system's), registered at first use. Any
// thread. Throws SQLite::Exception if there is no such VFS.
std::string checked_vfs(const std::string& below);

// A file that this connection makes will have checksums; so will one it rewrites by VACUUM.
void ask_for_checksums(SQLite::Database& database);
bool has_checksums(SQLite::Database& database);

// Rewrites a file that has none, whole, as one transaction, and empties the log. Nobody else may have
// it open but to read. Takes the file's size once in the log and once in memory or, above 64 MB, in
// SQLite's folder for temporary files. Throws SQLite::Exception; then the file is as it was.
void give_checksums(SQLite::Database& database);

// The number of the page that this thread last read and that did not fit, once; 0 if there was none.
// SQLite forgets which kind of fault it was when it meets one while it reads the tables' own list.
std::uint64_t take_misfit();

}  // namespace attune::storage::sqlite
