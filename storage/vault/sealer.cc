#include "storage/vault/sealer.h"

namespace attune::storage {

Digest hash_for_lookup(const Secret& key, std::string_view purpose, std::string_view bytes) {
  std::string message;
  append_part(message, purpose);
  append_part(message, bytes);
  return hmac(key, message).bytes;
}

std::string tombstone_hash(const Id& person, const Sealer& sealer) {
  const Digest hash = sealer.keyed_hash(
      "forgotten", {reinterpret_cast<const char*>(person.data()), person.size()});
  return std::string(reinterpret_cast<const char*>(hash.data()), 16);
}

}  // namespace attune::storage
