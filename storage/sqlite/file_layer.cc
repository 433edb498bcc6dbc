#include "storage/sqlite/file_layer.h"

#include <cstddef>

namespace attune::storage::sqlite {
namespace {

constexpr std::size_t behind(std::size_t own_bytes) {
  constexpr std::size_t kAlignment = alignof(std::max_align_t);
  return (own_bytes + kAlignment - 1) / kAlignment * kAlignment;
}

const sqlite3_io_methods& methods(sqlite3_file* file) { return *below(file)->pMethods; }

int close(sqlite3_file* f) { return methods(f).xClose(below(f)); }
int read(sqlite3_file* f, void* to, int n, sqlite3_int64 at) {
  return methods(f).xRead(below(f), to, n, at);
}
int write(sqlite3_file* f, const void* from, int n, sqlite3_int64 at) {
  return methods(f).xWrite(below(f), from, n, at);
}
int truncate(sqlite3_file* f, sqlite3_int64 size) { return methods(f).xTruncate(below(f), size); }
int sync(sqlite3_file* f, int flags) { return methods(f).xSync(below(f), flags); }
int file_size(sqlite3_file* f, sqlite3_int64* size) { return methods(f).xFileSize(below(f), size); }
int lock(sqlite3_file* f, int level) { return methods(f).xLock(below(f), level); }
int unlock(sqlite3_file* f, int level) { return methods(f).xUnlock(below(f), level); }
int check_lock(sqlite3_file* f, int* out) { return methods(f).xCheckReservedLock(below(f), out); }
int control(sqlite3_file* f, int op, void* argument) {
  return methods(f).xFileControl(below(f), op, argument);
}
int sector(sqlite3_file* f) { return methods(f).xSectorSize(below(f)); }
int traits(sqlite3_file* f) { return methods(f).xDeviceCharacteristics(below(f)); }
int shm_map(sqlite3_file* f, int page, int size, int extend, void volatile** out) {
  return methods(f).xShmMap(below(f), page, size, extend, out);
}
int shm_lock(sqlite3_file* f, int offset, int n, int flags) {
  return methods(f).xShmLock(below(f), offset, n, flags);
}
void shm_barrier(sqlite3_file* f) { methods(f).xShmBarrier(below(f)); }
int shm_unmap(sqlite3_file* f, int remove) { return methods(f).xShmUnmap(below(f), remove); }

}  // namespace

sqlite3_io_methods passing_methods() {
  return {2,         close,  read,       write,   truncate, sync,   file_size,
          lock,      unlock, check_lock, control, sector,   traits, shm_map,
          shm_lock,  shm_barrier, shm_unmap, nullptr, nullptr};
}

Layer layer_over(sqlite3_vfs* below, const char* name, std::size_t own_bytes,
                 decltype(sqlite3_vfs::xOpen) open) {
  Layer layer{*below, below};
  layer.vfs.pNext = nullptr;
  layer.vfs.szOsFile = static_cast<int>(behind(own_bytes)) + below->szOsFile;
  layer.vfs.zName = name;
  layer.vfs.xOpen = open;
  return layer;
}

int open_below(sqlite3_vfs* layer, const char* path, sqlite3_file* file, std::size_t own_bytes,
               const sqlite3_io_methods* methods, int flags, int* out) {
  sqlite3_vfs* const vfs = reinterpret_cast<Layer*>(layer)->below;
  auto* const memory = reinterpret_cast<unsigned char*>(file) + behind(own_bytes);
  auto* const opened = reinterpret_cast<sqlite3_file*>(memory);
  opened->pMethods = nullptr;
  reinterpret_cast<LayerFile*>(file)->below = opened;
  const int code = vfs->xOpen(vfs, path, opened, flags, out);
  // SQLite closes what has methods, also after an error.
  file->pMethods = opened->pMethods ? methods : nullptr;
  return code;
}

}  // namespace attune::storage::sqlite
