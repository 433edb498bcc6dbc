#include "storage/vault/key_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace attune::storage {
namespace {

constexpr std::string_view kMagic = "attune-key-1 ";

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

Result<Secret> parse(const std::string& path, std::string_view text) {
  const Failure bad =
      refused(path, "is not an attune key file, or only a part of one; put back your copy of it");
  if (text.substr(0, kMagic.size()) != kMagic) return bad;
  text.remove_prefix(kMagic.size());
  if (text.size() != 65 || text.back() != '\n') return bad;
  Secret key;
  for (std::size_t i = 0; i < 64; ++i) {
    const auto value = digit(text[i]);
    if (!value) return bad;
    key.bytes[i / 2] = static_cast<std::uint8_t>(key.bytes[i / 2] * 16 + *value);
  }
  return key;
}

bool write_whole(int descriptor, const std::string& text) {
  return ::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
         ::fsync(descriptor) == 0;
}

bool sync_folder_of(const std::string& path) {
  const File folder(folder_of(path), O_RDONLY | O_DIRECTORY);
  return folder && ::fsync(folder.get()) == 0;
}

std::string line_of(const Secret& key) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text(kMagic);
  text.reserve(kMagic.size() + 65);  // so that no copy of it is left behind in memory
  for (std::uint8_t byte : key.bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text += '\n';
}

}  // namespace

bool there_is(const std::string& path) {
  struct stat info {};
  return ::lstat(path.c_str(), &info) == 0 || errno != ENOENT;
}

Result<Secret> read_key_file(const std::string& path, Guard guard) {
  const File file(path, O_RDONLY | O_NOFOLLOW);
  if (!file) return unavailable(path, "read");
  struct stat info {};
  if (::fstat(file.get(), &info) != 0) return unavailable(path, "read");
  if (!S_ISREG(info.st_mode)) return refused(path, "is not a file");
  if (guard == Guard::kOwnMode && info.st_mode & 077)
    return refused(path, "can be read by others; run: chmod 600 " + path);
  std::string buffer(256, '\0');
  const ssize_t got = ::read(file.get(), buffer.data(), buffer.size());
  if (got < 0) return unavailable(path, "read");
  auto key = parse(path, {buffer.data(), static_cast<std::size_t>(got)});
  wipe(buffer);
  return key;
}

Result<Secret> make_key_file(const std::string& path) {
  const Secret key = Secret::random();
  std::string text = line_of(key);
  const std::string beside = path + ".new";
  ::unlink(beside.c_str());  // what an interrupted start left
  bool written = false;
  {
    const File file(beside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
    written = file && write_whole(file.get(), text);
  }
  wipe(text);
  if (!written || ::link(beside.c_str(), path.c_str()) != 0) {
    const Failure failure = unavailable(path, "made");
    ::unlink(beside.c_str());
    return failure;
  }
  ::unlink(beside.c_str());
  if (!sync_folder_of(path)) return unavailable(path, "made durable");
  return key;
}

Result<Nothing> replace_key_file(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) return unavailable(to, "replaced");
  if (!sync_folder_of(to)) return unavailable(to, "made durable");
  return Nothing{};
}

}  // namespace attune::storage
