#include "storage/sqlite/sealed_turn.h"

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>

#include "storage/vault/cipher.h"

namespace attune::storage::sqlite {
namespace {

// Nothing if the bytes end early: a damaged bag reads as far as it goes.
std::optional<std::string_view> take(std::string_view& from) {
  if (from.size() < 4) return std::nullopt;
  std::size_t size = 0;
  for (int i = 0; i < 4; ++i)
    size = size << 8 | static_cast<unsigned char>(from[static_cast<std::size_t>(i)]);
  if (from.size() - 4 < size) return std::nullopt;
  const std::string_view part = from.substr(4, size);
  from.remove_prefix(4 + size);
  return part;
}

template <typename Each>
void each_in_bag(std::string_view bag, Each each) {
  while (true) {
    const auto keep_class = take(bag);
    const auto sealed = keep_class ? take(bag) : std::nullopt;
    if (!sealed) return;
    each(*keep_class, *sealed);
  }
}

void sooner(std::optional<Time>& due, Time at) { due = due ? std::min(*due, at) : at; }

std::optional<std::string> facts_of(const Turn& turn) {
  if (turn.measures.empty() && turn.safety.empty() && turn.ended.empty()) return std::nullopt;
  nlohmann::json facts = nlohmann::json::object();
  for (const Measure& m : turn.measures)
    facts["measures"].push_back({{"script", m.script}, {"name", m.name}, {"value", m.value}});
  for (const SafetyRow& s : turn.safety)
    facts["safety"].push_back({{"intent", s.intent}, {"script", s.script}});
  for (const RunEnded& e : turn.ended)
    facts["ended"].push_back({{"script", e.script}, {"outcome", e.outcome}});
  return facts.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string join(std::initializer_list<std::string_view> parts) {
  std::string joined;
  for (std::string_view part : parts) append_part(joined, part);
  return joined;
}

std::string first_16(const Digest& digest) {
  return std::string(reinterpret_cast<const char*>(digest.data()), 16);
}

void seal_words(const Turn& turn, SealedTurn& sealed) {
  const Lifetime lifetime = lifetime_of(turn.said_class);
  const Version version = turn.read_version + 1;
  const auto words = [&](const std::string& text, const char* column) {
    return sealed.key->seal(turn.said_class, turn.at,
                            turn_row(turn.where.conversation, version, column), text);
  };
  // What is kept for no time at all is never written, not even sealed.
  if (!turn.said.empty() && lifetime.kind != Lifetime::Kind::kNone)
    sealed.said = words(turn.said, "said");
  if (!turn.reply.empty()) sealed.reply = words(turn.reply, "reply");
  if (lifetime.kind == Lifetime::Kind::kSeconds) sooner(sealed.due, turn.at + lifetime.seconds);
  if (lifetime.kind == Lifetime::Kind::kNone) sooner(sealed.due, turn.at + kGrace);
}

void seal_parts(const Turn& turn, SealedTurn& sealed) {
  int number = 0;
  for (const Part& part : turn.parts)
    sealed.parts.push_back(seal_part(*sealed.key, turn.where.conversation, turn.read_version + 1, number++,
                                     turn.said_class, turn.at, part));
}

}  // namespace

SealedPart seal_part(const PersonKey& key, const Id& conversation, Version version, int number,
                     const std::string& keep_class, Time at, const Part& part) {
  const Lifetime lifetime = lifetime_of(keep_class);
  std::optional<Time> ends;
  if (lifetime.kind == Lifetime::Kind::kNone) ends = at + kGrace;
  if (lifetime.kind == Lifetime::Kind::kSeconds) ends = at + lifetime.seconds;
  return {part.not_before, std::min(part.expires, ends.value_or(part.expires)),
          key.seal(keep_class, at, part_row(conversation, version, number), part.body)};
}

SealedTurn seal(const Turn& turn, Sealer& sealer) {
  SealedTurn sealed;
  sealed.person = turn.where.person;
  sealed.conversation = turn.where.conversation;
  sealed.read_version = turn.read_version;
  sealed.read_person_version = turn.read_person_version;
  sealed.read_mark = turn.read_mark;
  sealed.mark = turn.mark;
  if (!turn.event.none()) sealed.event = event_key(turn.event, sealer);
  sealed.body = turn.body;
  sealed.at = turn.at;
  sealed.forget_person = turn.forget_person;
  if (turn.opens) sealed.address_hash = address_hash(*turn.opens, sealer);
  if (turn.forget_person) return sealed;  // nothing of it will be written
  sealed.key = sealer.take(turn.where.person);
  sealed.gone = !sealed.key;
  if (sealed.gone) return sealed;
  if (turn.opens) sealed.address_sealed = seal_address(*sealed.key, *turn.opens);
  sealed.edition = turn.edition;
  sealed.kind = turn.kind;
  sealed.said_class = turn.said_class;
  sealed.facts = facts_of(turn);
  sealed.ended = !turn.ended.empty();
  seal_words(turn, sealed);
  const Version version = turn.read_version + 1;
  sealed.state = seal_kept(*sealed.key, turn_row(sealed.conversation, version, "state"),
                           turn.conversation, turn.at);
  if (sealed.state.due) sooner(sealed.due, *sealed.state.due);
  if (sealed.ended) sooner(sealed.due, turn.at + kGrace);
  if (turn.person)
    sealed.memory = seal_kept(*sealed.key, memory_row(turn.read_person_version + 1), *turn.person,
                              turn.at);
  sealed.timers_gone = turn.timers_gone;
  sealed.timers = turn.timers;
  sealed.hand_offs = turn.hand_offs;
  seal_parts(turn, sealed);
  if (turn.place)
    sealed.place = SealedPlace{address_hash(turn.place->address, sealer), seal_address(*sealed.key, turn.place->address),
                               turn.place->joins, turn.place->alone, turn.place->leaves};
  return sealed;
}

std::int64_t event_place(std::string_view hash) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < 8 && i < hash.size(); ++i)
    number = number << 8 | static_cast<unsigned char>(hash[i]);
  // Positive, and a multiple of 8: the 8 places that follow are its own.
  return static_cast<std::int64_t>(number >> 1 & ~std::uint64_t{7});
}

EventKey event_key(const EventId& event, const Sealer& sealer) {
  std::string hash =
      first_16(sealer.keyed_hash("event", join({event.channel, event.account, event.id})));
  const std::int64_t place = event_place(hash);
  return {place, std::move(hash)};
}

std::string address_hash(const Address& a, const Sealer& sealer) {
  return first_16(
      sealer.keyed_hash("address", join({a.space, a.channel, a.account, a.place, a.thread})));
}

std::string turn_row(const Id& conversation, Version version, const char* column) {
  return "turn/" + hex(conversation) + "/" + std::to_string(version) + "/" + column;
}

std::string part_row(const Id& conversation, Version version, int part) {
  return turn_row(conversation, version, "part/") + std::to_string(part);
}

std::string memory_row(Version version) { return "person/" + std::to_string(version); }

SealedKept seal_kept(const PersonKey& key, const std::string& row, const Kept& kept, Time at) {
  SealedKept sealed{kept.control, "", std::nullopt};
  for (const auto& [keep_class, text] : kept.texts) {
    const Lifetime lifetime = lifetime_of(keep_class);
    if (text.empty() || lifetime.kind == Lifetime::Kind::kNone) continue;
    append_part(sealed.texts, keep_class);
    append_part(sealed.texts, key.seal(keep_class, at, row, text));
    if (lifetime.kind == Lifetime::Kind::kSeconds) sooner(sealed.due, at + lifetime.seconds);
  }
  return sealed;
}

Kept open_kept(const Sealer::Key& key, const std::string& row, std::string control,
               std::string_view bag) {
  Kept kept{std::move(control), {}};
  if (!key) return kept;
  each_in_bag(bag, [&](std::string_view keep_class, std::string_view sealed) {
    if (auto text = key->open(keep_class, row, sealed))
      kept.texts.emplace(keep_class, std::move(*text));
  });
  return kept;
}

std::string seal_address(const PersonKey& key, const Address& a) {
  return key.seal("", 0, kAddressRow, join({a.space, a.channel, a.account, a.place, a.thread}));
}

std::optional<Address> open_address(const Sealer::Key& key, std::string_view sealed) {
  const auto parts = key ? key->open("", kAddressRow, sealed) : std::nullopt;
  if (!parts) return std::nullopt;
  std::string_view rest = *parts;
  Address address;
  for (std::string* part : {&address.space, &address.channel, &address.account, &address.place,
                            &address.thread}) {
    const auto taken = take(rest);
    if (!taken) return std::nullopt;
    *part = *taken;
  }
  return address;
}

std::string open_text(const Sealer::Key& key, const std::string& row, std::string_view keep_class,
                      std::string_view sealed) {
  if (sealed.empty() || !key) return "";
  return key->open(keep_class, row, sealed).value_or("");
}

Thinned without_lapsed(std::string_view bag, Time at, Time now) {
  Thinned thinned;
  each_in_bag(bag, [&](std::string_view keep_class, std::string_view sealed) {
    const Lifetime lifetime = lifetime_of(keep_class);
    if (lifetime.kind == Lifetime::Kind::kSeconds) {
      if (at + lifetime.seconds <= now) return;
      sooner(thinned.due, at + lifetime.seconds);
    }
    append_part(thinned.bag, keep_class);
    append_part(thinned.bag, sealed);
  });
  return thinned;
}

}  // namespace attune::storage::sqlite
