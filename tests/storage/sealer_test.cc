#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "storage/vault/file_key_sealer.h"
#include "storage/vault/key_file.h"
#include "tests/storage/temp_folder.h"
#include "tests/storage/turns.h"

using namespace attune;
using namespace attune::storage;
using namespace attune::storage::test;
using Catch::Matchers::Contains;

namespace {

std::string read(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("a key file that cannot be trusted is refused", "[storage][keyfile]") {
  TempFolder folder;
  const std::string path = folder / "key";
  REQUIRE(make_key_file(path));
  const std::string good = read(path);
  SECTION("others can read it") {
    for (const mode_t mode : {0640, 0604, 0660, 0610}) {
      REQUIRE(::chmod(path.c_str(), mode) == 0);
      const auto opened = read_key_file(path);
      REQUIRE_FALSE(opened);
      CHECK(opened.failure().kind == Failure::Kind::kRefused);
      CHECK_THAT(opened.failure().what, Contains("chmod 600"));
    }
  }
  SECTION("it is cut, longer, or something else") {
    for (const std::string& text :
         {std::string(), good.substr(0, 40), good.substr(0, 77), good + "\n",
          "attune-key-2 " + good.substr(13), good.substr(0, 20) + "G" + good.substr(21)}) {
      std::ofstream(path) << text;
      const auto opened = read_key_file(path);
      REQUIRE_FALSE(opened);
      CHECK(opened.failure().kind == Failure::Kind::kRefused);
    }
  }
  SECTION("it is a link or a folder") {
    std::filesystem::create_symlink(path, folder / "link");
    CHECK_FALSE(read_key_file(folder / "link"));
    std::filesystem::create_directory(folder / "dir");
    std::filesystem::permissions(folder / "dir", std::filesystem::perms::owner_all);
    CHECK_FALSE(read_key_file(folder / "dir"));
  }
  SECTION("its folder does not exist") {
    const auto opened = make_key_file(folder / "nowhere/key");
    REQUIRE_FALSE(opened);
    CHECK(opened.failure().kind == Failure::Kind::kUnavailable);
  }
}

TEST_CASE("a key file is made once, whole, for its owner only, and never replaced by accident",
          "[storage][keyfile]") {
  TempFolder folder;
  const std::string path = folder / "key";
  const auto made = make_key_file(path);
  REQUIRE(made);
  struct stat info {};
  REQUIRE(::stat(path.c_str(), &info) == 0);
  CHECK((info.st_mode & 07777) == 0600);
  CHECK(read(path).size() == 78);
  CHECK(::stat((path + ".new").c_str(), &info) != 0);
  CHECK(read_key_file(path)->bytes == made->bytes);
  CHECK_FALSE(make_key_file(path));
  CHECK(read_key_file(path)->bytes == made->bytes);
  CHECK(make_key_file(folder / "other")->bytes != made->bytes);
}

TEST_CASE("what systemd hands over is read whatever its mode", "[storage][keyfile]") {
  TempFolder folder;
  const auto made = make_key_file(folder / "key");
  REQUIRE(::chmod((folder / "key").c_str(), 0440) == 0);
  CHECK_FALSE(read_key_file(folder / "key"));
  CHECK(read_key_file(folder / "key", Guard::kItsFolder)->bytes == made->bytes);
}

TEST_CASE("a text key of attune 0.1 is HKDF-SHA-256 of the master key", "[storage][keyfile]") {
  // OpenSSL's own HKDF, and OpenSSL's own GCM, open what the sealer sealed: the databases of that
  // time can be read for as long as this passes.
  TempFolder folder;
  std::ofstream(folder / "key") << "attune-key-1 " << std::string(64, 'a') << "\n";
  REQUIRE(::chmod((folder / "key").c_str(), 0600) == 0);
  const auto sealer = std::move(*FileKeySealer::open(folder / "key"));
  Id ada{};
  ada.fill(7);
  std::string master(32, '\xaa'), salt, information = "text";
  const Digest name = sha256("attune text keys 1");
  salt.assign(name.begin(), name.end());
  information +=
      std::string("\0\0\0\x10", 4) + std::string(16, '\7') + std::string("\0\0\0\3run", 7);
  unsigned char key[32];
  EVP_KDF* kdf = EVP_KDF_fetch(nullptr, "HKDF", nullptr);
  EVP_KDF_CTX* context = EVP_KDF_CTX_new(kdf);
  char sha[] = "SHA256";
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, sha, 0),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, master.data(), master.size()),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, salt.data(), salt.size()),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, information.data(),
                                        information.size()),
      OSSL_PARAM_construct_end()};
  REQUIRE(EVP_KDF_derive(context, key, sizeof key, parameters) == 1);
  EVP_KDF_CTX_free(context);
  EVP_KDF_free(kdf);

  const std::string sealed = sealer->take(ada)->seal("run", kMonday, "row", "some words");
  const auto* bytes = reinterpret_cast<const unsigned char*>(sealed.data());
  const std::string bound = std::string("\1\0\0\0\x10", 5) + std::string(16, '\7') +
                            std::string("\0\0\0\3run\0\0\0\3row", 14);
  EVP_CIPHER_CTX* cipher = EVP_CIPHER_CTX_new();
  std::string text(10, '\0');
  int length = 0;
  REQUIRE(EVP_DecryptInit_ex(cipher, EVP_aes_256_gcm(), nullptr, key, bytes + 5) == 1);
  REQUIRE(EVP_DecryptUpdate(cipher, nullptr, &length,
                            reinterpret_cast<const unsigned char*>(bound.data()),
                            static_cast<int>(bound.size())) == 1);
  REQUIRE(EVP_DecryptUpdate(cipher, reinterpret_cast<unsigned char*>(text.data()), &length,
                            bytes + 17, 10) == 1);
  REQUIRE(EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_SET_TAG, 16,
                              const_cast<unsigned char*>(bytes + 27)) == 1);
  CHECK(EVP_DecryptFinal_ex(cipher, reinterpret_cast<unsigned char*>(text.data()), &length) == 1);
  EVP_CIPHER_CTX_free(cipher);
  CHECK(text == "some words");
}
