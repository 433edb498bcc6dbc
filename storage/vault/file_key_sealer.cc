#include "storage/vault/file_key_sealer.h"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace attune::storage {
namespace {

constexpr std::string_view kMagic = "attune-key-1 ";
constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kKeyId = 4, kNonce = 12, kTag = 16;
constexpr std::size_t kHead = 1 + kKeyId + kNonce;

using Key = std::array<std::uint8_t, 32>;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

Key hmac(const Key& key, std::string_view message) {
  Key out{};
  unsigned length = 0;
  if (!HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes_of(message),
            message.size(), out.data(), &length))
    throw std::runtime_error("HMAC is not available");
  return out;
}

// Every part is preceded by its length, so that no two lists of parts give the same bytes.
void append(std::string& to, std::string_view part) {
  const auto size = static_cast<std::uint32_t>(part.size());
  for (int shift = 24; shift >= 0; shift -= 8) to += static_cast<char>((size >> shift) & 255);
  to += part;
}

std::string_view view(const Id& id) {
  return {reinterpret_cast<const char*>(id.data()), id.size()};
}

std::string bound_to(const Id& person, std::string_view keep_class, std::string_view row) {
  std::string data(1, static_cast<char>(kVersion));
  append(data, view(person));
  append(data, keep_class);
  append(data, row);
  return data;
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

class File {
 public:
  File(const std::string& path, int flags, mode_t mode = 0)
      : descriptor_(::open(path.c_str(), flags | O_CLOEXEC, mode)) {}
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  explicit operator bool() const { return descriptor_ >= 0; }
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

std::string folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}

Failure unavailable(const std::string& path, const char* doing) {
  return {Failure::Kind::kUnavailable,
          "the key file " + path + " cannot be " + doing + ": " + std::strerror(errno)};
}

Failure refused(const std::string& path, const std::string& why) {
  return {Failure::Kind::kRefused, "the key file " + path + " " + why};
}

std::optional<int> digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return std::nullopt;
}

Result<Key> parse(const std::string& path, std::string_view text) {
  const Failure bad =
      refused(path, "is not an attune key file, or only a part of one; put back your copy of it");
  if (text.substr(0, kMagic.size()) != kMagic) return bad;
  text.remove_prefix(kMagic.size());
  if (text.size() != 65 || text.back() != '\n') return bad;
  Key key{};
  for (std::size_t i = 0; i < 64; ++i) {
    const auto value = digit(text[i]);
    if (!value) return bad;
    key[i / 2] = static_cast<std::uint8_t>(key[i / 2] * 16 + *value);
  }
  return key;
}

Result<Key> read_key(const std::string& path) {
  const File file(path, O_RDONLY | O_NOFOLLOW);
  if (!file) return unavailable(path, "read");
  struct stat info {};
  if (::fstat(file.get(), &info) != 0) return unavailable(path, "read");
  if (!S_ISREG(info.st_mode)) return refused(path, "is not a file");
  if (info.st_mode & 077) return refused(path, "can be read by others; run: chmod 600 " + path);
  std::array<char, 256> buffer{};
  const ssize_t got = ::read(file.get(), buffer.data(), buffer.size());
  if (got < 0) return unavailable(path, "read");
  auto key = parse(path, {buffer.data(), static_cast<std::size_t>(got)});
  OPENSSL_cleanse(buffer.data(), buffer.size());
  return key;
}

bool write_whole(int descriptor, const std::string& text) {
  return ::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
         ::fsync(descriptor) == 0;
}

// Written beside its place and linked into it, so that a key file is there whole or not at all, and
// an existing one is never replaced.
Result<Key> make_key(const std::string& path) {
  Key key{};
  if (RAND_bytes(key.data(), static_cast<int>(key.size())) != 1)
    return Failure{Failure::Kind::kUnavailable, "the system gave no random bytes for a new key"};
  std::string text(kMagic);
  static constexpr char kDigits[] = "0123456789abcdef";
  for (std::uint8_t byte : key) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  text += '\n';
  const std::string beside = path + ".new";
  ::unlink(beside.c_str());  // what an interrupted start left
  bool written = false;
  {
    const File file(beside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
    written = file && write_whole(file.get(), text);
  }
  OPENSSL_cleanse(text.data(), text.size());
  if (!written || ::link(beside.c_str(), path.c_str()) != 0) {
    const Failure failure = unavailable(path, "made");
    ::unlink(beside.c_str());
    return failure;
  }
  ::unlink(beside.c_str());
  const File folder(folder_of(path), O_RDONLY | O_DIRECTORY);
  if (!folder || ::fsync(folder.get()) != 0) return unavailable(path, "made durable");
  return key;
}

}  // namespace

Result<std::unique_ptr<FileKeySealer>> FileKeySealer::open(const std::string& path) {
  struct stat info {};
  const bool create = ::lstat(path.c_str(), &info) != 0 && errno == ENOENT;
  auto key = create ? make_key(path) : read_key(path);
  if (!key) return key.failure();
  std::unique_ptr<FileKeySealer> sealer(new FileKeySealer(path, *key, create));
  OPENSSL_cleanse(key->data(), key->size());
  return sealer;
}

FileKeySealer::FileKeySealer(std::string path, const Key& master, bool created)
    : path_(std::move(path)), created_(created) {
  Key salt{};
  const Digest name = sha256("attune text keys 1");
  std::memcpy(salt.data(), name.data(), salt.size());
  extracted_ = hmac(salt, {reinterpret_cast<const char*>(master.data()), master.size()});
  hashing_ = hmac(extracted_, "attune lookups 1");
  const Key id = hmac(extracted_, "attune key id 1");
  std::memcpy(key_id_.data(), id.data(), key_id_.size());
}

FileKeySealer::~FileKeySealer() {
  OPENSSL_cleanse(extracted_.data(), extracted_.size());
  OPENSSL_cleanse(hashing_.data(), hashing_.size());
}

// HKDF's expansion to 32 bytes is one HMAC over the information and the byte 1.
FileKeySealer::Key FileKeySealer::text_key(const Id& person, std::string_view keep_class) const {
  std::string information = "text";
  append(information, view(person));
  append(information, keep_class);
  information += '\1';
  return hmac(extracted_, information);
}

std::string FileKeySealer::seal(const Id& person, std::string_view keep_class, std::string_view row,
                                std::string_view text) const {
  std::string out(kHead + text.size() + kTag, '\0');
  auto* at = reinterpret_cast<unsigned char*>(out.data());
  at[0] = kVersion;
  std::memcpy(at + 1, key_id_.data(), kKeyId);
  unsigned char* nonce = at + 1 + kKeyId;
  if (RAND_bytes(nonce, kNonce) != 1) throw std::runtime_error("the system gave no random bytes");
  Key key = text_key(person, keep_class);
  const std::string bound = bound_to(person, keep_class, row);
  EVP_CIPHER_CTX* context = cipher_context();
  int length = 0;
  const bool sealed =
      EVP_EncryptInit_ex2(context, aes(), key.data(), nonce, nullptr) == 1 &&
      EVP_EncryptUpdate(context, nullptr, &length, bytes_of(bound),
                        static_cast<int>(bound.size())) == 1 &&
      EVP_EncryptUpdate(context, at + kHead, &length, bytes_of(text),
                        static_cast<int>(text.size())) == 1 &&
      EVP_EncryptFinal_ex(context, at + kHead + length, &length) == 1 &&
      EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, kTag, at + kHead + text.size()) == 1;
  OPENSSL_cleanse(key.data(), key.size());
  EVP_CIPHER_CTX_reset(context);
  if (!sealed) throw std::runtime_error("a text could not be sealed");
  return out;
}

std::optional<std::string> FileKeySealer::open(const Id& person, std::string_view keep_class,
                                               std::string_view row,
                                               std::string_view sealed) const {
  if (sealed.size() < kHead + kTag) return std::nullopt;
  const unsigned char* at = bytes_of(sealed);
  if (at[0] != kVersion || std::memcmp(at + 1, key_id_.data(), kKeyId) != 0) return std::nullopt;
  std::array<unsigned char, kTag> tag{};
  std::memcpy(tag.data(), at + sealed.size() - kTag, kTag);
  std::string text(sealed.size() - kHead - kTag, '\0');
  auto* to = reinterpret_cast<unsigned char*>(text.data());
  Key key = text_key(person, keep_class);
  const std::string bound = bound_to(person, keep_class, row);
  EVP_CIPHER_CTX* context = cipher_context();
  int length = 0;
  const bool opened =
      EVP_DecryptInit_ex2(context, aes(), key.data(), at + 1 + kKeyId, nullptr) == 1 &&
      EVP_DecryptUpdate(context, nullptr, &length, bytes_of(bound),
                        static_cast<int>(bound.size())) == 1 &&
      EVP_DecryptUpdate(context, to, &length, at + kHead, static_cast<int>(text.size())) == 1 &&
      EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, kTag, tag.data()) == 1 &&
      EVP_DecryptFinal_ex(context, to + length, &length) == 1;
  OPENSSL_cleanse(key.data(), key.size());
  EVP_CIPHER_CTX_reset(context);
  if (!opened) {
    OPENSSL_cleanse(text.data(), text.size());
    return std::nullopt;
  }
  return text;
}

Digest FileKeySealer::keyed_hash(std::string_view purpose, std::string_view bytes) const {
  std::string message;
  append(message, purpose);
  append(message, bytes);
  return hmac(hashing_, message);
}

std::string FileKeySealer::note() const {
  return "A new key was made: " + path_ +
         "\nEvery text in the database is sealed with it. Without it nobody, you included, can "
         "read them, and no "
         "one's\nplace is found again. Copy it now to a safe place, apart from the backups of the "
         "database.";
}

}  // namespace attune::storage
