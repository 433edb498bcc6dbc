#include "storage/vault/cipher.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <cstring>
#include <stdexcept>

namespace attune::storage {
namespace {

constexpr std::size_t kNonce = 12, kTag = 16;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// Contexts are dear to make and cheap to use again; one a thread, wiped after each use.
EVP_CIPHER_CTX* cipher_context() {
  struct Held {
    EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
    ~Held() { EVP_CIPHER_CTX_free(context); }
  };
  thread_local Held held;
  if (!held.context) throw std::runtime_error("no memory for a cipher");
  return held.context;
}

const EVP_CIPHER* aes() {
  static EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  if (!cipher) throw std::runtime_error("AES-256-GCM is not available");
  return cipher;
}

}  // namespace

Secret::~Secret() { OPENSSL_cleanse(bytes.data(), bytes.size()); }

Secret Secret::random() {
  Secret secret;
  if (RAND_bytes(secret.bytes.data(), static_cast<int>(secret.bytes.size())) != 1)
    throw std::runtime_error("the system gave no random bytes for a new key");
  return secret;
}

Secret hmac(const Secret& key, std::string_view message) {
  Secret out;
  unsigned length = 0;
  if (!HMAC(EVP_sha256(), key.bytes.data(), static_cast<int>(key.bytes.size()), bytes_of(message),
            message.size(), out.bytes.data(), &length))
    throw std::runtime_error("HMAC is not available");
  return out;
}

void append_part(std::string& to, std::string_view part) {
  const auto size = static_cast<std::uint32_t>(part.size());
  for (int shift = 24; shift >= 0; shift -= 8) to += static_cast<char>((size >> shift) & 255);
  to += part;
}

void append_box(std::string& to, const Secret& key, std::string_view bound, std::string_view text) {
  const std::size_t head = to.size();
  to.resize(head + kNonce + text.size() + kTag);
  auto* nonce = reinterpret_cast<unsigned char*>(to.data()) + head;
  unsigned char* at = nonce + kNonce;
  if (RAND_bytes(nonce, kNonce) != 1) throw std::runtime_error("the system gave no random bytes");
  EVP_CIPHER_CTX* context = cipher_context();
  int length = 0;
  const bool sealed =
      EVP_EncryptInit_ex2(context, aes(), key.bytes.data(), nonce, nullptr) == 1 &&
      EVP_EncryptUpdate(context, nullptr, &length, bytes_of(bound),
                        static_cast<int>(bound.size())) == 1 &&
      EVP_EncryptUpdate(context, at, &length, bytes_of(text), static_cast<int>(text.size())) == 1 &&
      EVP_EncryptFinal_ex(context, at + length, &length) == 1 &&
      EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, kTag, at + text.size()) == 1;
  EVP_CIPHER_CTX_reset(context);
  if (!sealed) throw std::runtime_error("a text could not be sealed");
}

std::optional<std::string> open_box(const Secret& key, std::string_view bound,
                                    std::string_view box) {
  if (box.size() < kBoxed) return std::nullopt;
  const unsigned char* nonce = bytes_of(box);
  std::array<unsigned char, kTag> tag{};
  std::memcpy(tag.data(), nonce + box.size() - kTag, kTag);
  std::string text(box.size() - kBoxed, '\0');
  auto* to = reinterpret_cast<unsigned char*>(text.data());
  EVP_CIPHER_CTX* context = cipher_context();
  int length = 0;
  const bool opened =
      EVP_DecryptInit_ex2(context, aes(), key.bytes.data(), nonce, nullptr) == 1 &&
      EVP_DecryptUpdate(context, nullptr, &length, bytes_of(bound),
                        static_cast<int>(bound.size())) == 1 &&
      EVP_DecryptUpdate(context, to, &length, nonce + kNonce, static_cast<int>(text.size())) == 1 &&
      EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, kTag, tag.data()) == 1 &&
      EVP_DecryptFinal_ex(context, to + length, &length) == 1;
  EVP_CIPHER_CTX_reset(context);
  if (opened) return text;
  wipe(text);
  return std::nullopt;
}

void wipe(std::string& text) {
  OPENSSL_cleanse(text.data(), text.size());
  text.clear();
}

}  // namespace attune::storage
