// A SQLite store in a temporary folder, for tests: opened, closed, opened again.
#pragma once

#include <catch2/catch.hpp>

#include "storage/sqlite/sqlite_store.h"
#include "storage/vault/file_key_sealer.h"
#include "tests/storage/conformance.h"
#include "tests/storage/temp_folder.h"

namespace attune::storage::test {

class SqliteWorld final : public Subject {
 public:
  explicit SqliteWorld(bool open_now = true) {
    auto sealer = FileKeySealer::open(folder / "key");
    REQUIRE(sealer);
    options.sealer = std::move(*sealer);
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
    copy.vfs.clear();
    auto opened = SqliteStore::open(copy);
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
