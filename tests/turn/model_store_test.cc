// The simulation is worth as much as its store: the same suite that SQLite has to pass.
#include <catch2/catch.hpp>

#include "tests/storage/conformance.h"
#include "tests/turn/model_store.h"

namespace attune::turn_test {
namespace {

class Model final : public storage::test::Subject {
 public:
  storage::Store& store() override { return *store_; }
  void reopen() override {
    store_->close();
    store_ = std::make_unique<ModelStore>(disk_);
  }
  std::unique_ptr<storage::Store> open_copy(const std::string& path) override {
    return std::make_unique<ModelStore>(store_->copies.at(path));
  }
  std::unique_ptr<storage::Store> open_with_keys_of_now(const std::string& path) override {
    const auto copy = store_->copies.at(path);
    for (const auto& person : disk_->tombstones) copy->forget(person);
    store_->close();
    return std::make_unique<ModelStore>(copy);
  }
  std::string fresh_path(const std::string& name) override { return name; }

 private:
  std::shared_ptr<Disk> disk_ = std::make_shared<Disk>();
  std::unique_ptr<ModelStore> store_ = std::make_unique<ModelStore>(disk_);
};

}  // namespace

TEST_CASE("the model store keeps the contract", "[turn][storage]") {
  storage::test::conform([] { return std::make_unique<Model>(); });
}

}  // namespace attune::turn_test
