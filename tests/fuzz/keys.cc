// A record of keys.db from a hostile disk: nothing unwraps that was not wrapped, under its own row's name
// only, and no two rows have one name.
#include "storage/vault/keys_db.h"
#include "tests/fuzz/input.h"

using namespace attune;
using namespace attune::storage;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static const Secret kek = Secret::random(), key = Secret::random();
  fuzz::Input input(bytes, size);
  const std::size_t where = input.byte() * 256u + input.byte();
  const int bit = input.byte() & 7;
  const std::int64_t day = input.byte() * 256 + input.byte();
  const std::string keep_class = input.part(), record = input.rest();
  const std::string name = period_name(keep_class, day);
  fuzz::promise(!unwrap_key(kek, record, name), "nothing unwraps that was not wrapped");
  fuzz::promise(!unwrap_key(kek, record, person_name(keep_class)), "nor as a person's");
  std::string wrapped = wrap_key(kek, key, name);
  const auto opened = unwrap_key(kek, wrapped, name);
  fuzz::promise(opened && opened->bytes == key.bytes, "what was wrapped unwraps");
  fuzz::promise(!unwrap_key(key, wrapped, name), "under its own key only");
  for (const std::string& other : {period_name(keep_class, day + 1), period_name(keep_class + "0", day),
                                   person_name(keep_class), person_name(name), std::string(kLookupName)}) {
    fuzz::promise(other != name, "no two rows have one name");
    fuzz::promise(!unwrap_key(kek, wrapped, other), "and no row stands in for another");
  }
  fuzz::promise(!unwrap_key(kek, wrapped + "0", name), "not a byte more");
  fuzz::promise(!unwrap_key(kek, wrapped.substr(0, where % wrapped.size()), name), "not a byte less");
  wrapped[where % wrapped.size()] ^= static_cast<char>(1 << bit);
  fuzz::promise(!unwrap_key(kek, wrapped, name), "one flipped bit closes it");
  return 0;
}
