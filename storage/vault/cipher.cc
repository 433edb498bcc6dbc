#include "storage/vault/cipher.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include <cstring>
#include <stdexcept>

#include "storage/records.h"

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

// The same for HMAC-SHA-256: made once a thread and keyed anew for each use, a third of the one-shot
// call's time.
EVP_MAC_CTX* mac_context() {
  struct Held {
    Held() {
      EVP_MAC* const mac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
      context = mac == nullptr ? nullptr : EVP_MAC_CTX_new(mac);
      EVP_MAC_free(mac);
      char digest[] = "SHA256";
      const OSSL_PARAM parameters[] = {
          OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
          OSSL_PARAM_construct_end()};
      if (context && EVP_MAC_CTX_set_params(context, parameters) != 1) {
        EVP_MAC_CTX_free(context);
        context = nullptr;
      }
    }
    ~Held() { EVP_MAC_CTX_free(context); }
    EVP_MAC_CTX* context = nullptr;
  };
  thread_local Held held;
  if (!held.context) throw std::runtime_error("HMAC-SHA-256 is not available");
  return held.context;
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
  EVP_MAC_CTX* const context = mac_context();
  std::size_t length = 0;
  if (EVP_MAC_init(context, key.bytes.data(), key.bytes.size(), nullptr) != 1 ||
      EVP_MAC_update(context, bytes_of(message), message.size()) != 1 ||
      EVP_MAC_final(context, out.bytes.data(), &length, out.bytes.size()) != 1)
    throw std::runtime_error("HMAC-SHA-256 failed");
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
  fill_new(nonce, kNonce);
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
