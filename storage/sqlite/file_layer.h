// A SQLite VFS that stands in front of another and passes everything on to it: what a layer changes, it
// puts in place of one of these functions. checked_vfs is one; the tests' crash_vfs and fault_vfs, which
// it can be stacked on, are others.
//
// A layer's own file begins with a LayerFile, and the file below lies in the same piece of memory behind
// it, so an open file costs no allocation of its own. Files say version 2: no memory map, so that every
// byte comes through xRead.
//
// Thread rule: as SQLite's: a file belongs to one connection, a VFS to all.
#pragma once

#include <sqlite3.h>

#include <cstddef>

namespace attune::storage::sqlite {

struct LayerFile {
  sqlite3_file base;
  sqlite3_file* below;
};

inline sqlite3_file* below(sqlite3_file* file) {
  return reinterpret_cast<LayerFile*>(file)->below;
}

sqlite3_io_methods passing_methods();

struct Layer {
  sqlite3_vfs vfs;  // first, so that one is the other
  sqlite3_vfs* below;
};

// `name` must outlive it; `own_bytes` is the size of the layer's file. Everything but opening is what
// it is below: the methods of a VFS that have to do with one file's name take no state of the VFS.
Layer layer_over(sqlite3_vfs* below, const char* name, std::size_t own_bytes,
                 decltype(sqlite3_vfs::xOpen) open);

// For a layer's xOpen, once its own file is in place: opens the one below, and gives `file` these
// methods if that one has any.
int open_below(sqlite3_vfs* layer, const char* path, sqlite3_file* file, std::size_t own_bytes,
               const sqlite3_io_methods* methods, int flags, int* out);

}  // namespace attune::storage::sqlite
