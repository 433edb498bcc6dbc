#include "storage/sqlite/checked_vfs.h"

#include <SQLiteCpp/Exception.h>
#include <xxhash.h>

#include <algorithm>
#include <cstring>
#include <utility>
#include <iterator>
#include <map>
#include <memory>
#include <mutex>
#include <string_view>

#include "storage/sqlite/file_layer.h"

namespace attune::storage::sqlite {
namespace {

constexpr std::size_t kHeaderBytes = 100;
constexpr std::size_t kChecked = kPageBytes - kChecksumBytes;
constexpr int kAskIfChecked = 0x61747401;  // a file control of our own
// SQLITE_IOCAP_SUBPAGE_READ of later versions: then overflow pages are read in parts.
constexpr int kReadsParts = 0x00008000;

static_assert(sizeof(XXH64_canonical_t) == kChecksumBytes);

struct CheckedFile {
  LayerFile layer;
  bool checked;  // as its header said once; a file only ever changes to having checksums
  bool assumed;  // a page was written with a checksum before there was a header
  unsigned char page[kPageBytes];
};

CheckedFile& ours(sqlite3_file* file) { return *reinterpret_cast<CheckedFile*>(file); }

bool is_page(int n, sqlite3_int64 at) { return n == kPageBytes && at % kPageBytes == 0; }

XXH64_canonical_t checksum(const unsigned char* page, sqlite3_int64 at) {
  XXH64_canonical_t bytes;
  const auto number = static_cast<XXH64_hash_t>(at / kPageBytes + 1);
  XXH64_canonicalFromHash(&bytes, XXH3_64bits_withSeed(page, kChecked, number));
  return bytes;
}

bool fits(const unsigned char* page, sqlite3_int64 at) {
  const XXH64_canonical_t right = checksum(page, at);
  return std::memcmp(page + kChecked, right.digest, kChecksumBytes) == 0;
}

bool is_header(const unsigned char* bytes) {
  return std::memcmp(bytes, "SQLite format 3", 16) == 0;
}

bool says_checked(const unsigned char* header) {
  const int page_bytes = header[16] << 8 | header[17];
  return page_bytes == kPageBytes && header[20] == kChecksumBytes;
}

// While the file has no header yet, it is one that connect() makes, and those have checksums.
bool is_checked(sqlite3_file* file) {
  CheckedFile& self = ours(file);
  if (self.checked) return true;
  unsigned char header[kHeaderBytes] = {};
  sqlite3_file* const real = below(file);
  const int code = real->pMethods->xRead(real, header, kHeaderBytes, 0);
  if (code == SQLITE_OK && is_header(header)) return self.checked = says_checked(header);
  if (code == SQLITE_IOERR_SHORT_READ) return true;
  return code == SQLITE_OK && std::all_of(header, std::end(header), [](int byte) { return byte == 0; });
}

thread_local std::uint64_t misfit = 0;

int read(sqlite3_file* file, void* to, int n, sqlite3_int64 at) {
  sqlite3_file* const real = below(file);
  const int code = real->pMethods->xRead(real, to, n, at);
  if (code != SQLITE_OK || !is_page(n, at) || !is_checked(file)) return code;
  if (fits(static_cast<const unsigned char*>(to), at)) return SQLITE_OK;
  misfit = static_cast<std::uint64_t>(at / kPageBytes + 1);
  return SQLITE_IOERR_DATA;
}

int write(sqlite3_file* file, const void* from, int n, sqlite3_int64 at) {
  CheckedFile& self = ours(file);
  sqlite3_file* const real = below(file);
  const auto* bytes = static_cast<const unsigned char*>(from);
  if (is_page(n, at)) {
    const bool header = at == 0 && is_header(bytes);
    if (header && self.assumed && !says_checked(bytes)) return SQLITE_IOERR_WRITE;
    if (header ? says_checked(bytes) : is_checked(file)) {
      if (header) self.checked = true;
      self.assumed = self.assumed || !self.checked;
      std::memcpy(self.page, bytes, kChecked);
      const XXH64_canonical_t right = checksum(self.page, at);
      std::memcpy(self.page + kChecked, right.digest, kChecksumBytes);
      bytes = self.page;
    }
  }
  return real->pMethods->xWrite(real, bytes, n, at);
}

int control(sqlite3_file* file, int op, void* argument) {
  if (op == kAskIfChecked) {
    *static_cast<int*>(argument) = is_checked(file);
    return SQLITE_OK;
  }
  return below(file)->pMethods->xFileControl(below(file), op, argument);
}

int traits(sqlite3_file* file) {
  return below(file)->pMethods->xDeviceCharacteristics(below(file)) & ~kReadsParts;
}

const sqlite3_io_methods& checking_methods() {
  static const sqlite3_io_methods methods = [] {
    sqlite3_io_methods made = passing_methods();
    made.xRead = read;
    made.xWrite = write;
    made.xFileControl = control;
    made.xDeviceCharacteristics = traits;
    return made;
  }();
  return methods;
}

// Logs, journals and temporary files are not ours: they are opened as if this layer was not there.
int open(sqlite3_vfs* layer, const char* path, sqlite3_file* file, int flags, int* out) {
  if (!(flags & SQLITE_OPEN_MAIN_DB)) {
    sqlite3_vfs* const vfs = reinterpret_cast<Layer*>(layer)->below;
    return vfs->xOpen(vfs, path, file, flags, out);
  }
  ours(file).checked = ours(file).assumed = false;
  return open_below(layer, path, file, sizeof(CheckedFile), &checking_methods(), flags, out);
}

struct Registered {
  std::string name;
  Layer layer;
};

void control_or_throw(SQLite::Database& database, int op, int& value) {
  const int code = sqlite3_file_control(database.getHandle(), "main", op, &value);
  if (code != SQLITE_OK) throw SQLite::Exception("its file was not opened by attune", code);
}

}  // namespace

std::string checked_vfs(const std::string& below) {
  static std::mutex mutex;
  static std::map<std::string, std::unique_ptr<Registered>> all;
  const std::lock_guard lock(mutex);
  std::unique_ptr<Registered>& one = all[below];
  if (one) return one->name;
  sqlite3_initialize();
  sqlite3_vfs* const real = sqlite3_vfs_find(below.empty() ? nullptr : below.c_str());
  if (!real) throw SQLite::Exception("there is no VFS " + below, SQLITE_ERROR);
  one = std::make_unique<Registered>();
  one->name = "attune-checked" + (below.empty() ? "" : "/" + below);
  one->layer = layer_over(real, one->name.c_str(), sizeof(CheckedFile), open);
  sqlite3_vfs_register(&one->layer.vfs, 0);
  return one->name;
}

void ask_for_checksums(SQLite::Database& database) {
  int bytes = kChecksumBytes;
  control_or_throw(database, SQLITE_FCNTL_RESERVE_BYTES, bytes);
}

bool has_checksums(SQLite::Database& database) {
  int checked = 0;
  control_or_throw(database, kAskIfChecked, checked);
  return checked != 0;
}

void give_checksums(SQLite::Database& database) {
  constexpr std::int64_t kInMemory = 64 << 20;
  const std::int64_t bytes =
      kPageBytes * database.execAndGet("PRAGMA page_count").getInt64();
  ask_for_checksums(database);
  if (bytes > kInMemory) database.exec("PRAGMA temp_store=FILE");
  database.exec("VACUUM");
  if (bytes > kInMemory) database.exec("PRAGMA temp_store=MEMORY");
  const int code = sqlite3_wal_checkpoint_v2(database.getHandle(), nullptr,
                                             SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  // Somebody reads: the log has it all, and whoever carries it over begins with the header.
  if (code != SQLITE_OK && code != SQLITE_BUSY) throw SQLite::Exception(database.getHandle(), code);
}

std::uint64_t take_misfit() { return std::exchange(misfit, 0); }

}  // namespace attune::storage::sqlite
