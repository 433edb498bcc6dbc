// A sealer whose only secret is one file: the master key.
//
//   key file   one line, "attune-key-1 " and 64 hex digits; mode 0600; made on first start
//   text key   HKDF-SHA-256(master key, person and class); 32 bytes, never stored
//   sealed     version (1) | key id (4) | nonce (12) | ciphertext | tag (16), AES-256-GCM
//   bound to   version, person, class and row, as associated data
//
// The key id says which key file sealed a text, so that a wrong file is a clear answer and not a
// failed tag. Nonces are random: safe below 2^32 texts for each person and class.
//
// Owned by whoever opens the store; outlives it. Thread-safe; immutable after construction. seal()
// throws std::runtime_error if the system gives no random bytes.
#pragma once

#include <array>
#include <memory>

#include "storage/result.h"
#include "storage/vault/sealer.h"

namespace attune::storage {

class FileKeySealer final : public Sealer {
 public:
  // Reads the key file, or makes it if there is none. kRefused if others may read it or it is not a
  // key file; kUnavailable if it cannot be read or written.
  static Result<std::unique_ptr<FileKeySealer>> open(const std::string& path);

  ~FileKeySealer() override;
  FileKeySealer(const FileKeySealer&) = delete;
  FileKeySealer& operator=(const FileKeySealer&) = delete;

  std::string seal(const Id& person, std::string_view keep_class, std::string_view row,
                   std::string_view text) const override;
  std::optional<std::string> open(const Id& person, std::string_view keep_class,
                                  std::string_view row, std::string_view sealed) const override;
  Digest keyed_hash(std::string_view purpose, std::string_view bytes) const override;

  // True if open() made the file; then an operator should read note().
  bool created() const { return created_; }
  std::string note() const;

 private:
  using Key = std::array<std::uint8_t, 32>;
  FileKeySealer(std::string path, const Key& master, bool created);
  Key text_key(const Id& person, std::string_view keep_class) const;

  const std::string path_;
  const bool created_;
  Key extracted_{};  // HKDF's first half; its second half is one HMAC a text
  Key hashing_{};
  std::array<std::uint8_t, 4> key_id_{};
};

}  // namespace attune::storage
