#include "bot/turn/measures.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace attune::bot {

using prometheus::BuildCounter;
using prometheus::BuildGauge;
using prometheus::BuildHistogram;
using Buckets = prometheus::Histogram::BucketBoundaries;

struct Measures::Inside {
  prometheus::Registry registry;
  prometheus::Family<prometheus::Counter>& turns =
      BuildCounter().Name("attune_turns_total").Help("Turns by how they were decided").Register(registry);
  prometheus::Histogram& turn_seconds =
      BuildHistogram().Name("attune_turn_seconds").Help("From a whole request to its durable turn").Register(registry)
          .Add({}, Buckets{0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5});
  prometheus::Histogram& match_seconds =
      BuildHistogram().Name("attune_match_seconds").Help("Loading and matching one message").Register(registry)
          .Add({}, Buckets{1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 5e-4, 1e-3, 1e-2});
  prometheus::Histogram& step_seconds =
      BuildHistogram().Name("attune_step_seconds").Help("One step of a script").Register(registry)
          .Add({}, Buckets{5e-6, 1e-5, 2e-5, 5e-5, 1e-4, 5e-4, 1e-3, 1e-2});
  prometheus::Family<prometheus::Counter>& safety =
      BuildCounter().Name("attune_safety_total").Help("Safety intents heard, by intent; never text").Register(registry);
  prometheus::Family<prometheus::Counter>& ended =
      BuildCounter().Name("attune_runs_ended_total").Help("Exercises ended, by script and outcome").Register(registry);
  prometheus::Family<prometheus::Counter>& refused =
      BuildCounter().Name("attune_refused_total").Help("Requests refused at the door, by why").Register(registry);
  prometheus::Family<prometheus::Gauge>& gauges =
      BuildGauge().Name("attune_now").Help("What is the case now, by name").Register(registry);
  // Looked up once: a turn must not search labels.
  prometheus::Counter& done = turns.Add({{"outcome", "done"}});
};

Measures::Measures() : inside_(std::make_unique<Inside>()) {}
Measures::~Measures() = default;

void Measures::turn(const char* outcome, double seconds) {
  const std::string name = outcome;
  if (name == "done") {
    inside_->done.Increment();
  } else {
    inside_->turns.Add({{"outcome", name}}).Increment();
  }
  inside_->turn_seconds.Observe(seconds);
}

void Measures::thought(double match_seconds, double step_seconds) {
  inside_->match_seconds.Observe(match_seconds);
  inside_->step_seconds.Observe(step_seconds);
}

void Measures::safety(const std::string& intent) { inside_->safety.Add({{"intent", intent}}).Increment(); }

void Measures::ended(const std::string& script, const char* outcome) {
  inside_->ended.Add({{"script", script}, {"outcome", outcome}}).Increment();
}

void Measures::refused(const char* why) { inside_->refused.Add({{"why", why}}).Increment(); }

void Measures::gauge(const char* name, double value) { inside_->gauges.Add({{"name", name}}).Set(value); }

std::string Measures::text() const {
  return prometheus::TextSerializer().Serialize(inside_->registry.Collect());
}

}  // namespace attune::bot
