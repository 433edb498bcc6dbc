// Sealed records from a hostile disk: nothing opens that was not sealed, one flipped bit closes it,
// and a bag of them reads as far as it goes.
#include <unistd.h>

#include <filesystem>

#include "storage/sqlite/sealed_turn.h"
#include "storage/vault/file_key_sealer.h"
#include "tests/fuzz/input.h"

using namespace attune;
using namespace attune::storage;

namespace {

const Sealer& sealer() {
  static const std::unique_ptr<FileKeySealer> one = [] {
    const auto path = std::filesystem::temp_directory_path() /
                      ("attune-fuzz-" + std::to_string(::getpid()) + ".key");
    auto opened = FileKeySealer::open(path.string());
    fuzz::promise(bool(opened), "a key");
    std::filesystem::remove(path);
    return std::move(*opened);
  }();
  return *one;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  fuzz::Input input(bytes, size);
  const std::size_t where = input.byte() * 256u + input.byte();
  const int bit = input.byte() & 7;
  const std::string text = input.rest();
  const Id person{1, 2, 3};
  fuzz::promise(!sealer().open(person, "run", "row", text), "nothing opens that was not sealed");
  std::string sealed = sealer().seal(person, "run", "row", text);
  fuzz::promise(sealer().open(person, "run", "row", sealed) == text, "what was sealed opens");
  fuzz::promise(!sealer().open(person, "run", "other", sealed), "in its own row only");
  sealed[where % sealed.size()] = static_cast<char>(sealed[where % sealed.size()] ^ (1 << bit));
  fuzz::promise(!sealer().open(person, "run", "row", sealed), "one flipped bit closes it");
  const Kept kept = sqlite::open_memory(sealer(), person, 1, "{}", text);
  fuzz::promise(kept.texts.empty(), "nothing comes out of a bag of other bytes");
  const auto thinned = sqlite::without_lapsed(text, 1'000, 2'000);
  fuzz::promise(thinned.bag.size() <= text.size(), "thinning does not add");
  fuzz::promise(sqlite::without_lapsed(thinned.bag, 1'000, 2'000).bag == thinned.bag,
                "thinning twice is thinning once");
  return 0;
}
