#include "bot/turn/measures.h"

#include <prometheus/counter.h>
#include <prometheus/metric_family.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <array>
#include <map>
#include <string_view>

#include "bot/turn/tally.h"

namespace attune::bot {
namespace {

using prometheus::BuildCounter;
using Counters = prometheus::Family<prometheus::Counter>;

constexpr std::array<const char*, 7> kOutcomes = {"done", "duplicate", "mismatch", "conflict", "gone", "busy", "failed"};

prometheus::MetricFamily family_of(const char* name, const char* help, const Tally& tally) {
  prometheus::ClientMetric metric;
  for (const auto& [upper, cumulative] : tally.buckets()) {
    metric.histogram.bucket.push_back({cumulative, upper});
    metric.histogram.sample_count = cumulative;
  }
  metric.histogram.sample_sum = tally.sum();
  return {name, help, prometheus::MetricType::Histogram, {std::move(metric)}};
}

// Readings of one name become one family, in the order in which they were first named.
void add_families(const std::vector<Reading>& readings, std::vector<prometheus::MetricFamily>& families) {
  std::map<std::string_view, std::size_t> known;
  for (const Reading& reading : readings) {
    const bool counter = reading.kind == Reading::Kind::kCounter;
    const auto [at, is_new] = known.try_emplace(reading.name, families.size());
    if (is_new) families.push_back({reading.name, reading.help, counter ? prometheus::MetricType::Counter : prometheus::MetricType::Gauge, {}});
    prometheus::ClientMetric metric;
    for (const auto& [name, value] : reading.labels) metric.label.push_back({name, value});
    (counter ? metric.counter.value : metric.gauge.value) = reading.value;
    families[at->second].metric.push_back(std::move(metric));
  }
}

}  // namespace

struct Measures::Inside {
  prometheus::Registry registry;
  Counters& turns = BuildCounter().Name("attune_turns_total").Help("Turns by how they were decided").Register(registry);
  Counters& safety = BuildCounter().Name("attune_safety_total").Help("Safety intents heard, by intent; never text").Register(registry);
  Counters& ended = BuildCounter().Name("attune_runs_ended_total").Help("Exercises ended, by script and outcome").Register(registry);
  Counters& turned_away = BuildCounter().Name("attune_refused_total").Help("Requests refused at the door, by why").Register(registry);
  Counters& reloads = BuildCounter().Name("attune_reloads_total").Help("Readings of the scripts after the start, by whether they were served").Register(registry);
  Counters& sweeps = BuildCounter().Name("attune_sweeps_total").Help("Rounds of deleting what is due, by outcome").Register(registry);

  // Looked up once, so that a turn searches no labels, and so that each is there from the start: a rate
  // cannot be told from a series that begins with its first failure.
  std::array<prometheus::Counter*, kOutcomes.size()> outcomes{};
  prometheus::Counter& served = reloads.Add({{"outcome", "served"}});
  prometheus::Counter& refused = reloads.Add({{"outcome", "refused"}});
  prometheus::Counter& swept = sweeps.Add({{"outcome", "done"}});
  prometheus::Counter& unswept = sweeps.Add({{"outcome", "failed"}});

  Tally turn_seconds{1e-9, {0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5}};
  Tally match_seconds{1e-9, {1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 5e-4, 1e-3, 1e-2}};
  Tally step_seconds{1e-9, {5e-6, 1e-5, 2e-5, 5e-5, 1e-4, 5e-4, 1e-3, 1e-2}};
  Tally commit_seconds{1e-9, {0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5}};
  Tally commit_turns{1, {1, 2, 4, 8, 16, 32, 64, 128, 256, 512}};
};

Measures::Measures() : inside_(std::make_unique<Inside>()) {
  for (std::size_t i = 0; i < kOutcomes.size(); ++i) inside_->outcomes[i] = &inside_->turns.Add({{"outcome", kOutcomes[i]}});
  for (const char* why : {"address", "person", "token", "login", "no_token", "session", "role", "cross_site"}) inside_->turned_away.Add({{"why", why}});
}
Measures::~Measures() = default;

void Measures::turn(const char* outcome, double seconds) {
  const std::string_view name = outcome;
  std::size_t at = 0;
  while (at + 1 < kOutcomes.size() && name != kOutcomes[at]) ++at;
  inside_->outcomes[at]->Increment();
  inside_->turn_seconds.add(seconds);
}

void Measures::thought(double match_seconds, double step_seconds) {
  inside_->match_seconds.add(match_seconds);
  inside_->step_seconds.add(step_seconds);
}

void Measures::committed(std::size_t turns, double seconds) {
  inside_->commit_seconds.add(seconds);
  inside_->commit_turns.add(static_cast<double>(turns));
}

void Measures::safety(const std::string& intent) { inside_->safety.Add({{"intent", intent}}).Increment(); }

void Measures::ended(const std::string& script, const char* outcome) {
  inside_->ended.Add({{"script", script}, {"outcome", outcome}}).Increment();
}

void Measures::refused(const char* why) { inside_->turned_away.Add({{"why", why}}).Increment(); }

void Measures::reloaded(bool served) { (served ? inside_->served : inside_->refused).Increment(); }
void Measures::swept(bool whole) { (whole ? inside_->swept : inside_->unswept).Increment(); }

std::string Measures::text(const std::vector<Reading>& readings) const {
  auto families = inside_->registry.Collect();
  families.push_back(family_of("attune_turn_seconds", "From a whole request to its durable turn", inside_->turn_seconds));
  families.push_back(family_of("attune_match_seconds", "Loading and matching one message", inside_->match_seconds));
  families.push_back(family_of("attune_step_seconds", "One step of a script", inside_->step_seconds));
  families.push_back(family_of("attune_commit_seconds", "One transaction of the store, its sync included", inside_->commit_seconds));
  families.push_back(family_of("attune_commit_turns", "Turns in one transaction", inside_->commit_turns));
  add_families(readings, families);
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace attune::bot
