#include "tests/storage/crash_vfs.h"

#include <sqlite3.h>

#include <atomic>
#include <cstring>
#include <filesystem>
#include <mutex>

#include "storage/sqlite/file_layer.h"
#include "tests/storage/system_calls.h"

namespace attune::storage::test {
namespace {

using sqlite::below;
using Kind = DiskOp::Kind;

std::atomic<bool> normal{false};

// The log as it grows.
class Recorder {
 public:
  void start(const std::string& folder) {
    const std::lock_guard lock(mutex_);
    folder_ = std::filesystem::canonical(folder).string();
    log_ = {};
    log_.before = read_files(folder_);
    for (auto it = log_.before.begin(); it != log_.before.end();)  // memory, not disk
      it = it->first.ends_with("-shm") ? log_.before.erase(it) : std::next(it);
    files_.clear();
    count_ = 0;
    for (const auto& [name, bytes] : log_.before) files_[name] = ++count_;
  }
  DiskLog stop() {
    const std::lock_guard lock(mutex_);
    folder_.clear();
    return std::move(log_);
  }
  void note(const std::string& text) { add({Kind::kNote, 0, 0, "", text}); }

  // The file's name if it is in the folder, else "".
  std::string inside(const std::string& path) {
    const std::lock_guard lock(mutex_);
    if (folder_.empty() || !path.starts_with(folder_ + "/")) return "";
    const std::string name = path.substr(folder_.size() + 1);
    return name.ends_with("-shm") ? "" : name;
  }
  bool is_folder(const std::string& path) {
    const std::lock_guard lock(mutex_);
    return !folder_.empty() && path == folder_;
  }
  // False if it is there already.
  bool open(const std::string& name, bool creates) {
    const std::lock_guard lock(mutex_);
    if (!creates || files_.count(name)) return false;
    files_[name] = ++count_;
    log_.ops.push_back({Kind::kCreate, count_, 0, name, ""});
    return true;
  }
  void bytes(Kind kind, const std::string& name, std::int64_t at, std::string_view bytes) {
    const std::lock_guard lock(mutex_);
    if (const auto it = files_.find(name); it != files_.end() && !folder_.empty())
      log_.ops.push_back({kind, it->second, at, name, std::string(bytes)});
  }
  void sync_folder() { add({Kind::kSyncFolder, 0, 0, "", ""}); }
  void names(Kind kind, const std::string& from, const std::string& to) {
    const std::lock_guard lock(mutex_);
    const auto it = files_.find(from);
    if (it == files_.end() || folder_.empty()) return;
    log_.ops.push_back({kind, it->second, 0, from, to});
    if (kind != Kind::kUnlink) files_[to] = it->second;
    if (kind != Kind::kLink) files_.erase(from);
  }

 private:
  void add(DiskOp op) {
    const std::lock_guard lock(mutex_);
    if (!folder_.empty()) log_.ops.push_back(std::move(op));
  }

  std::mutex mutex_;
  std::string folder_;  // "": nothing is recorded
  DiskLog log_;
  std::map<std::string, std::uint32_t> files_;
  std::uint32_t count_ = 0;
};

Recorder& recorder() {
  static Recorder* const the_recorder = new Recorder;
  return *the_recorder;
}

// What the product does to the folder itself. Files written that way are short and written once, so
// "wherever it stands" is their end.
int see(const SystemCall& call) {
  if (call.kind == SystemCall::Kind::kSync && recorder().is_folder(call.path)) {
    recorder().sync_folder();
    return kPretend;
  }
  const std::string name = recorder().inside(call.path);
  if (name.empty()) return 0;
  switch (call.kind) {
    case SystemCall::Kind::kOpen:
      if (!recorder().open(name, call.creates) && call.empties)
        recorder().bytes(Kind::kTruncate, name, 0, "");
      return 0;
    case SystemCall::Kind::kWrite:
      recorder().bytes(Kind::kWrite, name, call.at < 0 ? 0 : call.at, call.bytes);
      return 0;
    case SystemCall::Kind::kTruncate:
      recorder().bytes(Kind::kTruncate, name, call.at, "");
      return 0;
    case SystemCall::Kind::kSync:
      recorder().bytes(Kind::kSync, name, 0, "");
      return kPretend;
    case SystemCall::Kind::kUnlink:
      recorder().names(Kind::kUnlink, name, "");
      return 0;
    case SystemCall::Kind::kRename:
    case SystemCall::Kind::kLink: {
      const auto kind = call.kind == SystemCall::Kind::kLink ? Kind::kLink : Kind::kRename;
      recorder().names(kind, name, recorder().inside(call.to));
      return 0;
    }
  }
  return 0;
}

struct File {
  sqlite::LayerFile layer;
  char name[64];         // in the folder; "" outside
  bool names_with_sync;  // its first sync is one of the folder too
};

File* ours(sqlite3_file* file) { return reinterpret_cast<File*>(file); }
sqlite3_vfs* system_vfs() {
  static sqlite3_vfs* const vfs = sqlite3_vfs_find(nullptr);
  return vfs;
}

int write(sqlite3_file* f, const void* from, int n, sqlite3_int64 at) {
  if (ours(f)->name[0])
    recorder().bytes(Kind::kWrite, ours(f)->name, at,
                     {static_cast<const char*>(from), static_cast<std::size_t>(n)});
  return below(f)->pMethods->xWrite(below(f), from, n, at);
}
int truncate(sqlite3_file* f, sqlite3_int64 size) {
  if (ours(f)->name[0]) recorder().bytes(Kind::kTruncate, ours(f)->name, size, "");
  return below(f)->pMethods->xTruncate(below(f), size);
}
int sync(sqlite3_file* f, int) {
  if (!ours(f)->name[0]) return SQLITE_OK;
  recorder().bytes(Kind::kSync, ours(f)->name, 0, "");
  if (ours(f)->names_with_sync) recorder().sync_folder();
  ours(f)->names_with_sync = false;
  return SQLITE_OK;
}
int control(sqlite3_file* f, int op, void* arg) {
  if (op == SQLITE_FCNTL_PRAGMA && normal) {
    const char* const* words = static_cast<char**>(arg);
    const bool full = words[1] && std::strcmp(words[1], "synchronous") == 0 && words[2] &&
                      std::strcmp(words[2], "FULL") == 0;
    if (full) return SQLITE_OK;  // taken, and not done
  }
  return below(f)->pMethods->xFileControl(below(f), op, arg);
}

const sqlite3_io_methods& recording_methods() {
  static const sqlite3_io_methods methods = [] {
    sqlite3_io_methods made = sqlite::passing_methods();
    made.xWrite = write;
    made.xTruncate = truncate;
    made.xSync = sync;
    made.xFileControl = control;
    return made;
  }();
  return methods;
}

int open(sqlite3_vfs* layer, const char* path, sqlite3_file* file, int flags, int* out) {
  File* const opened = ours(file);
  *opened = {};
  if (path) {
    const std::string name = recorder().inside(path);
    if (name.size() >= sizeof opened->name) return SQLITE_CANTOPEN;
    std::strcpy(opened->name, name.c_str());
    if (!name.empty()) recorder().open(name, flags & SQLITE_OPEN_CREATE);
    // As SQLite's own: whoever could have made it, not only who did.
    opened->names_with_sync =
        (flags & SQLITE_OPEN_CREATE) && (flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL));
  }
  return sqlite::open_below(layer, path, file, sizeof(File), &recording_methods(), flags, out);
}

int remove(sqlite3_vfs*, const char* path, int sync_folder) {
  if (const std::string name = recorder().inside(path); !name.empty()) {
    recorder().names(Kind::kUnlink, name, "");
    if (sync_folder) recorder().sync_folder();
  }
  return system_vfs()->xDelete(system_vfs(), path, 0);
}

int set_normal(sqlite3* connection, const char**, const sqlite3_api_routines*) {
  return sqlite3_exec(connection, "PRAGMA synchronous=NORMAL", nullptr, nullptr, nullptr);
}

}  // namespace

const char* CrashVfs::name() {
  static sqlite3_vfs* const vfs = [] {
    sqlite3_initialize();
    static sqlite::Layer layer = sqlite::layer_over(system_vfs(), "attune-crash", sizeof(File), open);
    layer.vfs.xDelete = remove;
    sqlite3_vfs_register(&layer.vfs, 0);
    return &layer.vfs;
  }();
  return vfs->zName;
}

void CrashVfs::record(const std::string& folder) {
  recorder().start(folder);
  watch_system_calls(see);
}

void CrashVfs::note(const std::string& text) { recorder().note(text); }

DiskLog CrashVfs::stop() {
  watch_system_calls({});
  return recorder().stop();
}

void CrashVfs::lose_syncs(bool on) {
  const auto entry = reinterpret_cast<void (*)()>(set_normal);
  normal = on;
  if (on) {
    sqlite3_auto_extension(entry);
  } else {
    sqlite3_cancel_auto_extension(entry);
  }
}

}  // namespace attune::storage::test
