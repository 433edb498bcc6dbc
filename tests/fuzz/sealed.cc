// Sealed records from a hostile disk: nothing opens that was not sealed, one flipped bit closes it,
// and a bag of them reads as far as it goes.
#include "storage/sqlite/sealed_turn.h"
#include "storage/vault/cipher.h"
#include "storage/vault/file_key_sealer.h"
#include "tests/fuzz/input.h"

using namespace attune;
using namespace attune::storage;

namespace {

void flip(std::string& sealed, std::size_t where, int bit) {
  char& byte = sealed[where % sealed.size()];
  byte = static_cast<char>(byte ^ (1 << bit));
}

void try_key(const PersonKey& key, const std::string& text, std::size_t where, int bit) {
  fuzz::promise(!key.open("run", "row", text), "nothing opens that was not sealed");
  std::string sealed = key.seal("run", 1'000, "row", text);
  fuzz::promise(key.open("run", "row", sealed) == text, "what was sealed opens");
  fuzz::promise(!key.open("run", "other", sealed), "in its own row only");
  fuzz::promise(!key.open("60", "row", sealed), "and in its own class");
  flip(sealed, where, bit);
  fuzz::promise(!key.open("run", "row", sealed), "one flipped bit closes it");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static const Secret secret = Secret::random();
  static FileKeySealer sealer(secret);
  fuzz::Input input(bytes, size);
  const std::size_t where = input.byte() * 256u + input.byte();
  const int bit = input.byte() & 7;
  const std::string text = input.rest();
  const Sealer::Key key = sealer.find(Id{1, 2, 3});
  try_key(*key, text, where, bit);
  std::string box;
  append_box(box, secret, "bound", text);
  fuzz::promise(open_box(secret, "bound", box) == text, "a box opens");
  flip(box, where, bit);
  fuzz::promise(!open_box(secret, "bound", box) && !open_box(secret, "bound", text),
                "and no other does");
  fuzz::promise(sqlite::open_kept(key, "row", "{}", text).texts.empty(),
                "nothing comes out of a bag of other bytes");
  fuzz::promise(!sqlite::open_address(key, text), "nor an address");
  const auto thinned = sqlite::without_lapsed(text, 1'000, 2'000);
  fuzz::promise(thinned.bag.size() <= text.size(), "thinning does not add");
  fuzz::promise(sqlite::without_lapsed(thinned.bag, 1'000, 2'000).bag == thinned.bag,
                "thinning twice is thinning once");
  return 0;
}
