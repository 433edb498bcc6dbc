#include "storage/vault/vault.h"

#include <openssl/rand.h>
#include <sqlite3.h>

#include <algorithm>

#include "storage/lifetime.h"

namespace attune::storage {
namespace {

using sqlite::explain;

constexpr char kSealed = 2;  // version of a sealed text
constexpr Time kDay = 24 * 3600;

std::string_view view(const Id& id) {
  return {reinterpret_cast<const char*>(id.data()), id.size()};
}

void append_day(std::string& to, std::uint32_t day) {
  for (int shift = 24; shift >= 0; shift -= 8) to += static_cast<char>((day >> shift) & 255);
}

std::uint32_t day_in(std::string_view sealed) {
  std::uint32_t day = 0;
  for (std::size_t i = 1; i < 5; ++i) day = day << 8 | static_cast<unsigned char>(sealed[i]);
  return day;
}

bool runs_out(const Lifetime& lifetime) {
  return lifetime.kind == Lifetime::Kind::kSeconds || lifetime.kind == Lifetime::Kind::kNone;
}

Time end_of(std::string_view keep_class, std::int64_t day) {
  const Lifetime lifetime = lifetime_of(keep_class);
  return (day + 1) * kDay +
         (lifetime.kind == Lifetime::Kind::kSeconds ? lifetime.seconds : kGrace);
}

}  // namespace

// One person's key, as it is held in memory.
class Vault::Held final : public PersonKey {
 public:
  Held(Vault& vault, const Id& person, std::string hash, const Secret& key, bool durable)
      : vault_(vault), person_(person), hash_(std::move(hash)), key_(key), durable_(durable) {}

  std::string seal(std::string_view keep_class, Time at, std::string_view row,
                   std::string_view text) const override {
    std::string head(1, kSealed);
    std::optional<Secret> period;
    if (runs_out(lifetime_of(keep_class))) {
      const std::int64_t day = at > 0 ? at / kDay : 0;
      period = vault_.period(keep_class, day, true);
      append_day(head, static_cast<std::uint32_t>(day + 1));
    } else {
      append_day(head, 0);
    }
    std::string sealed = head;
    sealed.reserve(head.size() + text.size() + kBoxed);
    append_box(sealed, text_key(keep_class, period), bound_to(head, keep_class, row), text);
    return sealed;
  }

  std::optional<std::string> open(std::string_view keep_class, std::string_view row,
                                  std::string_view sealed) const override {
    if (sealed.size() < 5 + kBoxed || sealed[0] != kSealed) return std::nullopt;
    const std::uint32_t day = day_in(sealed);
    std::optional<Secret> period;
    if (runs_out(lifetime_of(keep_class)) != (day != 0)) return std::nullopt;
    if (day != 0) {
      period = vault_.period(keep_class, std::int64_t{day} - 1, false);
      if (!period) return std::nullopt;
    }
    return open_box(text_key(keep_class, period), bound_to(sealed.substr(0, 5), keep_class, row),
                    sealed.substr(5));
  }

  const Id& person() const { return person_; }
  const std::string& hash() const { return hash_; }
  const Secret& key() const { return key_; }
  bool durable() const { return durable_; }
  void make_durable() const { durable_ = true; }

 private:
  // HKDF's expansion to 32 bytes is one HMAC over the information and the byte 1.
  Secret text_key(std::string_view keep_class, const std::optional<Secret>& period) const {
    std::string information = "attune text 2";
    append_part(information, keep_class);
    append_part(information, period ? period->view() : std::string_view());
    information += '\1';
    const Secret key = hmac(key_, information);
    wipe(information);
    return key;
  }

  std::string bound_to(std::string_view head, std::string_view keep_class,
                       std::string_view row) const {
    std::string data(head);
    append_part(data, view(person_));
    append_part(data, keep_class);
    append_part(data, row);
    return data;
  }

  Vault& vault_;
  const Id person_;
  const std::string hash_;
  const Secret key_;
  mutable std::atomic<bool> durable_;
};

std::size_t Vault::IdHash::operator()(const Id& id) const {  // ids are random
  std::size_t hash = 0;
  for (std::size_t i = 1; i <= sizeof hash; ++i) hash = hash << 8 | id[i];
  return hash;
}

Vault::Vault(VaultOptions options, const Secret& kek)
    : options_(std::move(options)), kek_(kek) {}

Vault::~Vault() {
  writing_.reset();
  if (!reading_ || !owns_) return;
  // The last to close: the log goes into the file, and away.
  sqlite3_db_config(reading_->database().getHandle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, nullptr);
}

Secret Vault::unwrap(std::string_view wrapped, const std::string& name) const {
  if (const auto key = unwrap_key(kek_, wrapped, name)) return *key;
  throw KeysFailure({Failure::Kind::kDamaged,
                     "a key in " + options_.path + " is damaged; put back the newest copy of it"});
}

Sealer::Key Vault::find(const Id& person) { return held(person, false); }
Sealer::Key Vault::take(const Id& person) { return held(person, true); }

Digest Vault::keyed_hash(std::string_view purpose, std::string_view bytes) const {
  return hash_for_lookup(lookup_, purpose, bytes);
}

Vault::HeldKey Vault::held(const Id& person, bool make) {
  Shard& shard = shard_of(person);
  std::string hash;
  while (true) {
    const std::uint64_t generation = generation_;
    {
      const std::lock_guard lock(shard.mutex);
      if (const auto it = shard.keys.find(person); it != shard.keys.end()) {
        shard.order.splice(shard.order.begin(), shard.order, it->second.place);
        return it->second.key;
      }
    }
    if (hash.empty()) hash = tombstone_hash(person, *this);
    const HeldKey key = read(person, hash, make);
    if (!key) return nullptr;
    const std::lock_guard lock(shard.mutex);
    if (generation == generation_) return remember(shard, key);
  }
}

Vault::HeldKey Vault::read(const Id& person, const std::string& hash, bool make) {
  std::optional<KeysDb::Person> row;
  try {
    const std::lock_guard lock(reading_mutex_);
    row = reading_->person(hash);
  } catch (const SQLite::Exception& error) {
    throw KeysFailure(explain(error, options_.path, "reading a key"));
  }
  if (row && row->key.empty()) return nullptr;
  if (row)
    return std::make_shared<Held>(*this, person, hash, unwrap(row->key, person_name(hash)), true);
  if (!make) return nullptr;
  return std::make_shared<Held>(*this, person, hash, Secret::random(), false);
}

// Under the shard's lock. Of two that were made at the same time the first stays.
Vault::HeldKey Vault::remember(Shard& shard, const HeldKey& key) {
  const auto [it, fresh] = shard.keys.try_emplace(key->person());
  if (!fresh) return it->second.key;
  shard.order.push_front(key->person());
  it->second = {key, shard.order.begin()};
  if (shard.keys.size() > options_.cached_persons / kShards + 1) {
    shard.keys.erase(shard.order.back());
    shard.order.pop_back();
  }
  return key;
}

void Vault::drop(const Id& person) {
  Shard& shard = shard_of(person);
  const std::lock_guard lock(shard.mutex);
  const auto it = shard.keys.find(person);
  if (it == shard.keys.end()) return;
  shard.order.erase(it->second.place);
  shard.keys.erase(it);
}

std::optional<Secret> Vault::period(std::string_view keep_class, std::int64_t day, bool make) {
  {
    const std::shared_lock lock(periods_mutex_);
    if (const auto days = periods_.find(keep_class); days != periods_.end())
      if (const auto it = days->second.find(day); it != days->second.end()) return it->second.key;
  }
  if (!make) return std::nullopt;
  const std::unique_lock lock(periods_mutex_);
  auto& days = periods_[std::string(keep_class)];
  const auto [it, fresh] = days.try_emplace(day);
  if (fresh) {
    it->second = {Secret::random(), end_of(keep_class, day), false};
    fresh_periods_ = true;
  }
  return it->second.key;
}

void Vault::begin() {
  joining_.clear();
  leaving_.clear();
  new_mark_.clear();
  lapse_.reset();
}

Sealer::Verdict Vault::admit(const Key& any) {
  // Every key that comes here was given out by this vault.
  const auto key = std::static_pointer_cast<const Held>(any);
  if (leaving_.count(key->hash())) return Verdict::kForgotten;
  if (key->durable()) return Verdict::kYes;
  const auto joins = joining_.find(key->hash());
  const HeldKey known =
      joins != joining_.end() ? joins->second : read(key->person(), key->hash(), true);
  if (!known) return Verdict::kForgotten;
  if (known->durable() && known->key().bytes == key->key().bytes) {
    key->make_durable();
  } else if (known->durable() || (joins != joining_.end() && known != key)) {
    drop(key->person());  // what is remembered may be the one that lost
    return Verdict::kOther;
  } else {
    joining_[key->hash()] = key;
  }
  return Verdict::kYes;
}

std::string Vault::forget(const Id& person) {
  const std::string hash = tombstone_hash(person, *this);
  leaving_[hash] = person;
  return forget_hash(hash);
}

std::string Vault::forget_hash(const std::string& hash) {
  leaving_.try_emplace(hash);
  joining_.erase(hash);
  if (new_mark_.empty()) {
    new_mark_.assign(16, '\0');
    if (RAND_bytes(reinterpret_cast<unsigned char*>(new_mark_.data()), 16) != 1)
      throw std::runtime_error("the system gave no random bytes");
  }
  return new_mark_;
}

bool Vault::lapse(Time now) {
  const std::shared_lock lock(periods_mutex_);
  for (const auto& [keep_class, days] : periods_)
    for (const auto& [day, period] : days)
      if (period.ends <= now) lapse_ = now;
  const bool any = lapse_.has_value();
  if (log_holds_destroyed_) lapse_ = now;  // a commit, so that the log is tried again
  return any;
}

// Those that are not in the file yet. Cheap when there are none, which is nearly always.
std::vector<Vault::Day> Vault::fresh_periods() {
  std::vector<Day> fresh;
  if (!fresh_periods_) return fresh;
  const std::unique_lock lock(periods_mutex_);
  fresh_periods_ = false;
  for (const auto& [keep_class, days] : periods_)
    for (const auto& [day, period] : days)
      if (!period.durable) fresh.emplace_back(keep_class, day);
  return fresh;
}

void Vault::commit() {
  const std::vector<Day> fresh = fresh_periods();
  if (joining_.empty() && leaving_.empty() && !lapse_ && fresh.empty()) return;
  try {
    if (!writing_) writing_.emplace(options_.path, options_.vfs, sqlite::Purpose::kWrite);
    writing_->database().exec("BEGIN IMMEDIATE");
    write_gathered(*writing_, fresh);
    writing_->database().exec("COMMIT");
  } catch (const SQLite::Exception& error) {
    const Failure failure = explain(error, options_.path, "keeping keys");
    fresh_periods_ = true;
    if (writing_) writing_->database().tryExec("ROLLBACK");
    // The reading connection stays open, so the log is not read over again, and the next commit
    // writes over what this one left in it.
    writing_.reset();
    throw KeysFailure(failure);
  }
  after_commit(fresh);
}

void Vault::write_gathered(KeysDb& keys, const std::vector<Day>& fresh) {
  for (const auto& [hash, key] : joining_)
    keys.keep_person(hash, wrap_key(kek_, key->key(), person_name(hash)));
  for (const auto& [hash, person] : leaving_) keys.forget_person(hash);
  if (!new_mark_.empty()) keys.set_fact("mark", new_mark_);
  {
    const std::shared_lock lock(periods_mutex_);
    for (const auto& [keep_class, day] : fresh) {
      const Period& period = periods_.at(keep_class).at(day);
      keys.keep_period(keep_class, day, wrap_key(kek_, period.key, period_name(keep_class, day)),
                       period.ends);
    }
  }
  if (lapse_) keys.drop_periods(*lapse_);
}

// Memory follows the file: first the generation, so that no key read before comes back.
void Vault::after_commit(const std::vector<Day>& fresh) {
  for (const auto& [hash, key] : joining_) key->make_durable();
  if (!leaving_.empty()) ++generation_;
  for (const auto& [hash, person] : leaving_) {
    if (!person) continue;
    drop(*person);
    if (std::find(unsettled_.begin(), unsettled_.end(), *person) == unsettled_.end())
      unsettled_.push_back(*person);
  }
  const bool destroyed = !leaving_.empty() || lapse_;
  {
    const std::unique_lock lock(periods_mutex_);
    for (const auto& [keep_class, day] : fresh) periods_.at(keep_class).at(day).durable = true;
    if (lapse_)
      for (auto& [keep_class, days] : periods_)
        std::erase_if(days, [&](const auto& one) { return one.second.ends <= *lapse_; });
  }
  begin();
  if (destroyed) empty_log();
}

// The log still holds the destroyed keys, wrapped. Whoever reads beside us may be in the way: then at
// the next occasion.
void Vault::empty_log() {
  sqlite3* const database = writing_->database().getHandle();
  sqlite3_busy_timeout(database, 100);
  log_holds_destroyed_ = sqlite3_wal_checkpoint_v2(database, nullptr, SQLITE_CHECKPOINT_TRUNCATE,
                                                   nullptr, nullptr) != SQLITE_OK;
  sqlite3_busy_timeout(database, 10'000);
}

std::string Vault::mark() {
  const std::lock_guard lock(reading_mutex_);
  return reading_->fact("mark");
}

std::vector<std::string> Vault::tombstones() {
  std::vector<std::string> hashes;
  const std::lock_guard lock(reading_mutex_);
  reading_->each_forgotten([&](std::string_view hash) { hashes.emplace_back(hash); });
  return hashes;
}

}  // namespace attune::storage
