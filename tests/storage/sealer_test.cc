#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <set>

#include "storage/vault/file_key_sealer.h"
#include "tests/storage/temp_folder.h"

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

TEST_CASE("a sealed text opens for its person, class and row only", "[storage][sealer]") {
  TempFolder folder;
  const auto sealer = std::move(*FileKeySealer::open(folder / "key"));
  const Id ada = random_id(), ben = random_id();
  for (const std::string& text :
       {std::string("he never listens"), std::string(), std::string(100'000, '\0')}) {
    const std::string sealed = sealer->seal(ada, "run", "turn/1/said", text);
    CHECK(sealer->open(ada, "run", "turn/1/said", sealed) == text);
    CHECK_FALSE(sealer->open(ben, "run", "turn/1/said", sealed));
    CHECK_FALSE(sealer->open(ada, "", "turn/1/said", sealed));
    CHECK_FALSE(sealer->open(ada, "run", "turn/2/said", sealed));
    // Nor with class and row cut elsewhere.
    CHECK_FALSE(sealer->open(ada, "runt", "urn/1/said", sealed));
  }
}

TEST_CASE("no bit of a sealed text can be changed, no byte left out", "[storage][sealer]") {
  TempFolder folder;
  const auto sealer = std::move(*FileKeySealer::open(folder / "key"));
  const Id ada = random_id();
  const std::string sealed = sealer->seal(ada, "", "row", "some words");
  for (std::size_t i = 0; i < sealed.size(); ++i)
    for (int bit = 0; bit < 8; ++bit) {
      std::string changed = sealed;
      changed[i] = static_cast<char>(changed[i] ^ (1 << bit));
      CHECK_FALSE(sealer->open(ada, "", "row", changed));
    }
  for (std::size_t n = 0; n < sealed.size(); ++n)
    CHECK_FALSE(sealer->open(ada, "", "row", sealed.substr(0, n)));
  CHECK_FALSE(sealer->open(ada, "", "row", sealed + "x"));
}

TEST_CASE("the same text is never sealed alike twice", "[storage][sealer]") {
  TempFolder folder;
  const auto sealer = std::move(*FileKeySealer::open(folder / "key"));
  const Id ada = random_id();
  std::set<std::string> nonces;
  for (int i = 0; i < 10'000; ++i) nonces.insert(sealer->seal(ada, "", "row", "x").substr(5, 12));
  CHECK(nonces.size() == 10'000);
}

TEST_CASE("the key file is made once, for its owner only, and holds over restarts",
          "[storage][sealer]") {
  TempFolder folder;
  const std::string path = folder / "key";
  const Id ada = random_id();
  std::string sealed;
  Digest hash{};
  {
    const auto sealer = std::move(*FileKeySealer::open(path));
    CHECK(sealer->created());
    CHECK_THAT(sealer->note(), Contains(path) && Contains("Copy it now"));
    sealed = sealer->seal(ada, "", "row", "words");
    hash = sealer->keyed_hash("address", "ada");
  }
  struct stat info {};
  REQUIRE(::stat(path.c_str(), &info) == 0);
  CHECK((info.st_mode & 07777) == 0600);
  CHECK(read(path).size() == 78);
  CHECK(::stat((path + ".new").c_str(), &info) != 0);
  const auto again = std::move(*FileKeySealer::open(path));
  CHECK_FALSE(again->created());
  CHECK(again->open(ada, "", "row", sealed) == "words");
  CHECK(again->keyed_hash("address", "ada") == hash);
  CHECK(again->keyed_hash("event", "ada") != hash);
  const auto other = std::move(*FileKeySealer::open(folder / "other"));
  CHECK_FALSE(other->open(ada, "", "row", sealed));
  CHECK(other->keyed_hash("address", "ada") != hash);
}

TEST_CASE("a key file that cannot be trusted is refused", "[storage][sealer]") {
  TempFolder folder;
  const std::string path = folder / "key";
  REQUIRE(FileKeySealer::open(path));
  const std::string good = read(path);
  SECTION("others can read it") {
    for (const mode_t mode : {0640, 0604, 0660, 0610}) {
      REQUIRE(::chmod(path.c_str(), mode) == 0);
      const auto opened = FileKeySealer::open(path);
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
      const auto opened = FileKeySealer::open(path);
      REQUIRE_FALSE(opened);
      CHECK(opened.failure().kind == Failure::Kind::kRefused);
    }
  }
  SECTION("it is a link or a folder") {
    std::filesystem::create_symlink(path, folder / "link");
    CHECK_FALSE(FileKeySealer::open(folder / "link"));
    std::filesystem::create_directory(folder / "dir");
    std::filesystem::permissions(folder / "dir", std::filesystem::perms::owner_all);
    CHECK_FALSE(FileKeySealer::open(folder / "dir"));
  }
  SECTION("its folder does not exist") {
    const auto opened = FileKeySealer::open(folder / "nowhere/key");
    REQUIRE_FALSE(opened);
    CHECK(opened.failure().kind == Failure::Kind::kUnavailable);
  }
}

TEST_CASE("a text key is HKDF-SHA-256 of the master key", "[storage][sealer]") {
  // OpenSSL's own HKDF, and OpenSSL's own GCM, open what the sealer sealed.
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

  const std::string sealed = sealer->seal(ada, "run", "row", "some words");
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
