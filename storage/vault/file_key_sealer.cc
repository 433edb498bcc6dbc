#include "storage/vault/file_key_sealer.h"

#include <cstring>

#include "storage/vault/key_file.h"

namespace attune::storage {
namespace {

constexpr char kVersion = 1;
constexpr std::size_t kHead = 1 + 4;

std::string_view view(const Id& id) {
  return {reinterpret_cast<const char*>(id.data()), id.size()};
}

Secret named(const char* name) {
  Secret secret;
  secret.bytes = sha256(name);
  return secret;
}

}  // namespace

class FileKeySealer::One final : public PersonKey {
 public:
  One(const FileKeySealer& of, const Id& person) : of_(of), person_(person) {}

  std::string seal(std::string_view keep_class, Time, std::string_view row,
                   std::string_view text) const override {
    std::string out(1, kVersion);
    out += of_.key_id_;
    append_box(out, text_key(keep_class), bound_to(keep_class, row), text);
    return out;
  }

  std::optional<std::string> open(std::string_view keep_class, std::string_view row,
                                  std::string_view sealed) const override {
    if (sealed.size() < kHead + kBoxed || sealed[0] != kVersion ||
        sealed.substr(1, 4) != of_.key_id_)
      return std::nullopt;
    return open_box(text_key(keep_class), bound_to(keep_class, row), sealed.substr(kHead));
  }

 private:
  // HKDF's expansion to 32 bytes is one HMAC over the information and the byte 1.
  Secret text_key(std::string_view keep_class) const {
    std::string information = "text";
    append_part(information, view(person_));
    append_part(information, keep_class);
    information += '\1';
    return hmac(of_.extracted_, information);
  }

  std::string bound_to(std::string_view keep_class, std::string_view row) const {
    std::string data(1, kVersion);
    append_part(data, view(person_));
    append_part(data, keep_class);
    append_part(data, row);
    return data;
  }

  const FileKeySealer& of_;
  const Id person_;
};

Result<std::unique_ptr<FileKeySealer>> FileKeySealer::open(const std::string& path) {
  const auto key = there_is(path) ? read_key_file(path) : make_key_file(path);
  if (!key) return key.failure();
  return std::make_unique<FileKeySealer>(*key);
}

FileKeySealer::FileKeySealer(const Secret& master)
    : extracted_(hmac(named("attune text keys 1"), master.view())),
      hashing_(hmac(extracted_, "attune lookups 1")),
      key_id_(hmac(extracted_, "attune key id 1").view().substr(0, 4)) {}

Sealer::Key FileKeySealer::find(const Id& person) { return std::make_shared<One>(*this, person); }

Digest FileKeySealer::keyed_hash(std::string_view purpose, std::string_view bytes) const {
  return hash_for_lookup(hashing_, purpose, bytes);
}

}  // namespace attune::storage
