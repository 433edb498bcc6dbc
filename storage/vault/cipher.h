// The two things the vault does with bytes: AES-256-GCM and HMAC-SHA-256, from OpenSSL.
//
// A box is nonce (12) | ciphertext | tag (16). Nonces are random: safe below 2^32 boxes a key, and no
// key here seals nearly as many. What a box is `bound` to has to be given again to open it.
//
// Any thread. Throws std::runtime_error if the system gives no random bytes or no memory.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace attune::storage {

// 32 bytes that are wiped when they go.
struct Secret {
  std::array<std::uint8_t, 32> bytes{};

  Secret() = default;
  Secret(const Secret&) = default;
  Secret& operator=(const Secret&) = default;
  ~Secret();
  static Secret random();
  std::string_view view() const {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }
};

Secret hmac(const Secret& key, std::string_view message);

// Every part is preceded by its length, so that no two lists of parts give the same bytes.
void append_part(std::string& to, std::string_view part);

constexpr std::size_t kBoxed = 12 + 16;  // how much longer a box is than its text

// Appends the box to `to`.
void append_box(std::string& to, const Secret& key, std::string_view bound, std::string_view text);
std::optional<std::string> open_box(const Secret& key, std::string_view bound, std::string_view box);

void wipe(std::string& text);

}  // namespace attune::storage
