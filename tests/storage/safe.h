// A vault in a folder of its own, for tests: opened, opened again, and written to as the store's writer
// would.
#pragma once

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <vector>

#include "storage/vault/vault.h"
#include "tests/storage/temp_folder.h"

namespace attune::storage::test {

struct Safe {
  TempFolder folder;
  std::shared_ptr<Vault> vault;
  std::vector<std::string> told;
  Digest check{};  // what a database would remember of it

  Safe() {
    open(std::nullopt);
    check = vault->keyed_hash("database", "key check");
  }
  VaultOptions options() {
    VaultOptions options;
    options.path = folder / "keys.db";
    options.key_file = folder / "seal.key";
    options.tell = [this](const std::string& what) { told.push_back(what); };
    return options;
  }
  void open(const std::optional<Digest>& key_check) {
    auto opened = Vault::open(options(), key_check);
    if (!opened) FAIL(opened.failure().what);
    vault = std::move(*opened);
  }
  void reopen() {
    vault.reset();
    open(check);
  }
  Failure refused() {
    vault.reset();
    auto opened = Vault::open(options(), check);
    REQUIRE_FALSE(opened);
    return opened.failure();
  }
  // As the writer does it for a turn of this person.
  Sealer::Key keep(const Id& person) {
    const auto key = vault->take(person);
    REQUIRE(key);
    vault->begin();
    REQUIRE(vault->admit(key) == Sealer::Verdict::kYes);
    vault->commit();
    vault->settled();
    return key;
  }
  void forget(const Id& person) {
    vault->begin();
    vault->forget(person);
    vault->commit();
    vault->settled();
  }
  std::string bytes(const std::string& name) {
    std::ifstream file(folder / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
};

}  // namespace attune::storage::test
