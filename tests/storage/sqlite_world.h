// A SQLite store in a temporary folder, for tests: opened, closed, opened again. attune.db, keys.db and
// seal.key lie beside each other, as in a data folder.
#pragma once

#include <catch2/catch.hpp>

#include "storage/sqlite/sqlite_store.h"
#include "tests/storage/by_hand.h"
#include "tests/storage/conformance.h"
#include "tests/storage/temp_folder.h"

namespace attune::storage::test {

class SqliteWorld final : public Subject {
 public:
  explicit SqliteWorld(bool open_now = true) {
    options.path = folder / "attune.db";
    if (open_now) reopen();
  }

  Store& store() override { return *store_; }
  void reopen() override {
    store_.reset();
    auto opened = SqliteStore::open(options);
    if (!opened) FAIL(opened.failure().what);
    store_ = std::move(*opened);
  }
  std::unique_ptr<Store> open_copy(const std::string& path) override {
    SqliteOptions copy = options;
    copy.path = path;
    copy.keys = path + ".keys";
    copy.key_file = folder / "seal.key";
    copy.vfs.clear();
    auto opened = SqliteStore::open(copy);
    if (!opened) FAIL(opened.failure().what);
    return std::move(*opened);
  }
  std::unique_ptr<Store> open_with_keys_of_now(const std::string& path) override {
    close();
    std::filesystem::rename(path, options.path);
    auto opened = SqliteStore::open(options);
    if (!opened) FAIL(opened.failure().what);
    return std::move(*opened);
  }
  std::string fresh_path(const std::string& name) override { return folder / name; }
  void close() { store_.reset(); }

  TempFolder folder;
  SqliteOptions options;

 private:
  std::unique_ptr<Store> store_;
};

}  // namespace attune::storage::test
