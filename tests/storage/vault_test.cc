// The vault as an attacker would try it: keys and what they seal.
#include "storage/vault/vault.h"

#include <SQLiteCpp/Database.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include <catch2/catch.hpp>
#include <set>
#include <thread>

#include "tests/storage/safe.h"
#include "tests/storage/turns.h"

using namespace attune;
using namespace attune::storage;
using namespace attune::storage::test;
using Catch::Matchers::Contains;

namespace {

constexpr Time kDay = 24 * 3600;

}  // namespace

TEST_CASE("a sealed text opens for its person, class and row only", "[storage][vault]") {
  Safe safe;
  const auto ada = safe.vault->take(random_id()), ben = safe.vault->take(random_id());
  for (const std::string& text :
       {std::string("he never listens"), std::string(), std::string(100'000, '\0')})
    for (const std::string keep_class : {"run", "", "none", "86400"}) {
      const std::string sealed = ada->seal(keep_class, kMonday, "turn/1/said", text);
      CHECK(ada->open(keep_class, "turn/1/said", sealed) == text);
      CHECK_FALSE(ben->open(keep_class, "turn/1/said", sealed));
      CHECK_FALSE(ada->open(keep_class + "0", "turn/1/said", sealed));
      CHECK_FALSE(ada->open("", "turn/2/said", sealed));
      CHECK_FALSE(ada->open("604800", "turn/1/said", sealed));
      // Nor with class and row cut elsewhere.
      CHECK_FALSE(ada->open(keep_class + "t", "urn/1/said", sealed));
    }
}

TEST_CASE("no bit of a sealed text can be changed, no byte left out", "[storage][vault]") {
  Safe safe;
  const auto ada = safe.vault->take(random_id());
  const std::string keep_class = GENERATE("", "86400");
  const std::string sealed = ada->seal(keep_class, kMonday, "row", "some words");
  CHECK(sealed.find("some") == std::string::npos);
  for (std::size_t i = 0; i < sealed.size(); ++i)
    for (int bit = 0; bit < 8; ++bit) {
      std::string changed = sealed;
      changed[i] = static_cast<char>(changed[i] ^ (1 << bit));
      CHECK_FALSE(ada->open(keep_class, "row", changed));
    }
  for (std::size_t n = 0; n < sealed.size(); ++n)
    CHECK_FALSE(ada->open(keep_class, "row", sealed.substr(0, n)));
  CHECK_FALSE(ada->open(keep_class, "row", sealed + "x"));
}

TEST_CASE("the same text is never sealed alike twice, nor a key wrapped alike",
          "[storage][vault]") {
  Safe safe;
  const auto ada = safe.vault->take(random_id());
  std::set<std::string> nonces;
  for (int i = 0; i < 10'000; ++i)
    nonces.insert(ada->seal("", kMonday, "row", "x").substr(5, 12));
  CHECK(nonces.size() == 10'000);
  const Secret kek = Secret::random(), key = Secret::random();
  nonces.clear();
  for (int i = 0; i < 10'000; ++i) nonces.insert(wrap_key(kek, key, "n").substr(1, 12));
  CHECK(nonces.size() == 10'000);
}

TEST_CASE("the cipher is AES-256-GCM: a box as NIST gives it opens, no other does",
          "[storage][vault]") {
  // Test cases 13 and 14 of the GCM specification: key and nonce of zeros; no text, and 16 zeros.
  const auto bytes = [](const std::string& digits) {
    std::string out;
    for (std::size_t i = 0; i < digits.size(); i += 2)
      out += static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16));
    return out;
  };
  const Secret zeros;
  const std::string nonce(12, '\0');
  CHECK(open_box(zeros, "", nonce + bytes("530f8afbc74536b9a963b4f1c4cb738b")) == "");
  const std::string box =
      nonce + bytes("cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919");
  CHECK(open_box(zeros, "", box) == std::string(16, '\0'));
  CHECK_FALSE(open_box(zeros, "a", box));
  Secret other;
  other.bytes[31] = 1;
  CHECK_FALSE(open_box(other, "", box));
}

TEST_CASE("a text key is HKDF-SHA-256 expansion of the person's key", "[storage][vault]") {
  // OpenSSL's own HKDF and GCM open what the vault sealed, with the keys read out of its file.
  Safe safe;
  Id ada{};
  ada.fill(7);
  const auto held = safe.keep(ada);
  const std::string sealed = held->seal("86400", kMonday, "row", "some words");
  safe.keep(random_id());  // the period's key with it
  SQLite::Database keys(safe.folder / "keys.db");
  const auto blob = [&](const std::string& what) { return keys.execAndGet(what).getString(); };
  // The KEK, from its file.
  Secret file;
  const std::string line = safe.bytes("seal.key").substr(13, 64);
  for (std::size_t i = 0; i < 32; ++i)
    file.bytes[i] = static_cast<std::uint8_t>(std::stoi(line.substr(2 * i, 2), nullptr, 16));
  const Secret kek = hmac(file, "attune key wrapping 1");
  const std::string hash = tombstone_hash(ada, *safe.vault);
  SQLite::Statement find(keys, "SELECT key FROM person WHERE hash = ?1");
  find.bind(1, hash.data(), static_cast<int>(hash.size()));
  REQUIRE(find.executeStep());
  const auto person = unwrap_key(kek, find.getColumn(0).getString(), "person/" + hash);
  REQUIRE(person);
  const std::int64_t day = kMonday / kDay;
  const auto period = unwrap_key(kek, blob("SELECT key FROM period"),
                                 "period/" + std::to_string(day) + "/86400");
  REQUIRE(period);
  std::string information = "attune text 2" + std::string("\0\0\0\5" "86400\0\0\0\x20", 13) +
                            std::string(period->view());
  std::string secret(person->view());
  unsigned char key[32];
  EVP_KDF* kdf = EVP_KDF_fetch(nullptr, "HKDF", nullptr);
  EVP_KDF_CTX* context = EVP_KDF_CTX_new(kdf);
  char sha[] = "SHA256", mode[] = "EXPAND_ONLY";
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, sha, 0),
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_MODE, mode, 0),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, secret.data(), secret.size()),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, information.data(),
                                        information.size()),
      OSSL_PARAM_construct_end()};
  REQUIRE(EVP_KDF_derive(context, key, sizeof key, parameters) == 1);
  EVP_KDF_CTX_free(context);
  EVP_KDF_free(kdf);
  Secret text_key;
  std::copy(key, key + 32, text_key.bytes.begin());
  std::string bound = sealed.substr(0, 5);
  for (const std::string& part :
       {std::string(16, '\7'), std::string("86400"), std::string("row")}) {
    bound += std::string(3, '\0') + static_cast<char>(part.size());
    bound += part;
  }
  CHECK(open_box(text_key, bound, sealed.substr(5)) == "some words");
}

TEST_CASE("keys hold over restarts; a key that was not committed was never there",
          "[storage][vault]") {
  Safe safe;
  CHECK(safe.told.size() == 1);
  CHECK_THAT(safe.told.at(0), Contains("seal.key") && Contains("Copy it now"));
  const Id ada = random_id(), ben = random_id();
  const auto key = safe.keep(ada);
  std::string sealed[3];
  const std::string classes[] = {"", "run", "86400"};
  for (int i = 0; i < 3; ++i) sealed[i] = key->seal(classes[i], kMonday, "row", "words");
  safe.keep(random_id());  // so that the period is durable too
  const std::string of_ben = safe.vault->take(ben)->seal("", kMonday, "row", "words");
  CHECK(safe.vault->find(ben));
  const Digest hash = safe.vault->keyed_hash("address", "ada");
  safe.reopen();
  CHECK(safe.told.size() == 1);
  REQUIRE(safe.vault->find(ada));
  for (int i = 0; i < 3; ++i)
    CHECK(safe.vault->find(ada)->open(classes[i], "row", sealed[i]) == "words");
  CHECK(safe.vault->keyed_hash("address", "ada") == hash);
  CHECK(safe.vault->keyed_hash("event", "ada") != hash);
  CHECK_FALSE(safe.vault->find(ben));
  CHECK_FALSE(safe.vault->take(ben)->open("", "row", of_ben));
}

TEST_CASE("two keys made for one person: one is kept, the other refused", "[storage][vault]") {
  Safe safe;
  VaultOptions small = safe.options();
  small.cached_persons = 0;  // a place a shard, so that a second look makes another
  safe.vault = std::move(*Vault::open(small, safe.check));
  Id ada = random_id(), beside = random_id();
  beside[0] = ada[0];
  const auto first = safe.vault->take(ada);
  (void)safe.vault->take(beside);
  const auto second = safe.vault->take(ada);
  REQUIRE(second != first);
  safe.vault->begin();
  SECTION("in one batch") {
    CHECK(safe.vault->admit(first) == Sealer::Verdict::kYes);
    CHECK(safe.vault->admit(first) == Sealer::Verdict::kYes);
    CHECK(safe.vault->admit(second) == Sealer::Verdict::kOther);
    safe.vault->commit();
  }
  SECTION("in two") {
    CHECK(safe.vault->admit(first) == Sealer::Verdict::kYes);
    safe.vault->commit();
    safe.vault->begin();
    CHECK(safe.vault->admit(second) == Sealer::Verdict::kOther);
    safe.vault->commit();
  }
  const std::string sealed = first->seal("", 0, "row", "words");
  CHECK(safe.vault->take(ada)->open("", "row", sealed) == "words");
  safe.reopen();
  CHECK(safe.vault->take(ada)->open("", "row", sealed) == "words");
}

TEST_CASE("a forgotten person's key is gone, from memory and every file, for good",
          "[storage][vault]") {
  Safe safe;
  const Id ada = random_id(), ben = random_id();
  const std::string sealed = safe.keep(ada)->seal("", kMonday, "row", "words");
  const auto bens = safe.keep(ben);
  std::string wrapped;
  {
    SQLite::Database keys(safe.folder / "keys.db");
    SQLite::Statement find(keys, "SELECT key FROM person WHERE hash = ?1");
    const std::string hash = tombstone_hash(ada, *safe.vault);
    find.bind(1, hash.data(), static_cast<int>(hash.size()));
    REQUIRE(find.executeStep());
    wrapped = find.getColumn(0).getString();
  }
  const auto anywhere = [&] {
    return safe.bytes("keys.db").find(wrapped) != std::string::npos ||
           safe.bytes("keys.db-wal").find(wrapped) != std::string::npos;
  };
  CHECK(anywhere());
  const std::string mark = safe.vault->mark();
  const auto sealed_before = safe.vault->take(ada);
  safe.forget(ada);
  CHECK(safe.vault->mark() != mark);
  CHECK_FALSE(safe.vault->find(ada));
  CHECK_FALSE(safe.vault->take(ada));
  CHECK_FALSE(anywhere());
  // A turn sealed before and judged after: the ledger finds the tombstone; in one batch, the vault.
  safe.vault->begin();
  safe.vault->forget(ben);
  CHECK(safe.vault->admit(bens) == Sealer::Verdict::kForgotten);
  safe.vault->begin();  // rolled back: nobody was forgotten
  CHECK(safe.vault->find(ben));
  safe.reopen();
  CHECK_FALSE(safe.vault->take(ada));
  CHECK(safe.vault->find(ben));
  CHECK(safe.vault->tombstones() == std::vector<std::string>{tombstone_hash(ada, *safe.vault)});
}

TEST_CASE("somebody is unsettled from their key's end to their rows'", "[storage][vault]") {
  Safe safe;
  const Id ada = random_id();
  safe.vault->begin();
  safe.vault->forget(ada);
  CHECK(safe.vault->unsettled().empty());
  safe.vault->commit();
  CHECK(safe.vault->unsettled() == std::vector<Id>{ada});
  safe.vault->begin();
  CHECK(safe.vault->unsettled() == std::vector<Id>{ada});
  safe.vault->settled();
  CHECK(safe.vault->unsettled().empty());
}

TEST_CASE("when a day of a class is over its key goes, and with it every copy's texts",
          "[storage][vault]") {
  Safe safe;
  const auto key = safe.keep(random_id());
  const Time midnight = kMonday / kDay * kDay;
  const auto at = [&](Time when) { return key->seal("86400", when, "row", "words"); };
  const std::string early = at(midnight), late = at(midnight + kDay - 1), next = at(midnight + kDay);
  const std::string none = key->seal("none", midnight, "row", "words");
  const auto opens = [&](const std::string& sealed) {
    return key->open("86400", "row", sealed).has_value();
  };
  const auto lapse = [&](Time now) {
    safe.vault->begin();
    const bool any = safe.vault->lapse(now);
    safe.vault->commit();
    return any;
  };
  safe.vault->begin();
  safe.vault->commit();
  CHECK(key->open("none", "row", none));
  CHECK_FALSE(lapse(midnight + kDay));
  CHECK(lapse(midnight + kDay + 1800));
  CHECK_FALSE(key->open("none", "row", none));
  CHECK_FALSE(lapse(midnight + 2 * kDay - 1));
  CHECK(opens(early));
  CHECK(opens(late));
  CHECK(lapse(midnight + 2 * kDay));
  CHECK_FALSE(opens(early));
  CHECK_FALSE(opens(late));
  CHECK(opens(next));
  // What is sealed for that day after all (a clock set back) has another key.
  CHECK(opens(at(midnight)));
  CHECK_FALSE(opens(early));
  safe.vault->begin();
  safe.vault->commit();
  safe.reopen();
  CHECK_FALSE(safe.vault->find(random_id()));
  SQLite::Database keys(safe.folder / "keys.db");
  CHECK(keys.execAndGet("SELECT count(*) FROM period").getInt() == 2);
}

TEST_CASE("what keys.db says of anybody is a keyed hash and a wrapped key", "[storage][vault]") {
  Safe safe;
  const Id ada = random_id();
  const auto key = safe.keep(ada);
  safe.forget(random_id());
  safe.vault.reset();
  const std::string bytes = safe.bytes("keys.db"), kek_line = safe.bytes("seal.key");
  CHECK(bytes.find(std::string(ada.begin(), ada.end())) == std::string::npos);
  CHECK(bytes.find(hex(ada)) == std::string::npos);
  std::string kek;
  for (std::size_t i = 13; i < 77; i += 2)
    kek += static_cast<char>(std::stoi(kek_line.substr(i, 2), nullptr, 16));
  CHECK(bytes.find(kek) == std::string::npos);
  CHECK(bytes.find("person_forgotten") != std::string::npos);  // the search does find things
}

TEST_CASE("many threads at one vault, and somebody forgotten under them", "[storage][vault]") {
  Safe safe;
  std::vector<Id> people;
  for (int i = 0; i < 50; ++i) people.push_back(random_id());
  for (const Id& person : people) safe.keep(person);
  std::atomic<bool> stop{false};
  std::atomic<int> odd{0};
  std::array<std::atomic<bool>, 50> gone{};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (std::size_t i = static_cast<std::size_t>(t); !stop; ++i) {
        const std::size_t who = i * 7 % people.size();
        const bool was_gone = gone[who];
        const auto key = safe.vault->find(people[who]);
        if (was_gone && key) ++odd;  // once gone, gone
        if (!key) continue;
        const std::string sealed = key->seal("86400", kMonday, "row", "words");
        if (key->open("86400", "row", sealed) != "words") ++odd;
      }
    });
  for (std::size_t i = 0; i < 25; ++i) {
    safe.forget(people[i]);
    gone[i] = true;
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  stop = true;
  for (auto& thread : threads) thread.join();
  CHECK(odd == 0);
  for (std::size_t i = 0; i < 50; ++i) CHECK(static_cast<bool>(safe.vault->find(people[i])) == (i >= 25));
}
