// How attune 0.1 sealed, before people had keys of their own: one master key for everybody. Kept to
// read databases of that time, once, when they are sealed anew (sqlite/rekey.h), and to make such
// databases in tests. A store on it cannot destroy a key.
//
//   text key   HKDF-SHA-256(master key, person and class); 32 bytes, never stored
//   sealed     version 1 (1) | key id (4) | nonce (12) | ciphertext | tag (16), AES-256-GCM
//   bound to   version, person, class and row, as associated data
//
// Thread-safe; immutable after construction.
#pragma once

#include "storage/vault/cipher.h"
#include "storage/vault/sealer.h"

namespace attune::storage {

class FileKeySealer final : public Sealer {
 public:
  // Reads the key file, or makes it if there is none; fails as key_file.h says.
  static Result<std::unique_ptr<FileKeySealer>> open(const std::string& path);
  explicit FileKeySealer(const Secret& master);

  Key find(const Id& person) override;
  Key take(const Id& person) override { return find(person); }
  Digest keyed_hash(std::string_view purpose, std::string_view bytes) const override;

  // The key of keyed_hash: lookups made in that time go on with it.
  const Secret& lookups() const { return hashing_; }

 private:
  class One;
  Secret extracted_;  // HKDF's first half; its second half is one HMAC a text
  Secret hashing_;
  std::string key_id_;
};

}  // namespace attune::storage
