#include "bot/http/streams.h"

#include <algorithm>
#include <utility>

namespace attune::bot::edge {

void Streams::add(Connection& connection) {
  topics_[connection.topic].push_back(&connection);
  ++size_;
}

void Streams::remove(Connection& connection) {
  const auto it = topics_.find(connection.topic);
  if (it == topics_.end()) return;
  auto& listeners = it->second;
  const auto found = std::find(listeners.begin(), listeners.end(), &connection);
  if (found == listeners.end()) return;
  *found = listeners.back();
  listeners.pop_back();
  --size_;
  if (listeners.empty()) topics_.erase(it);
}

const std::vector<Connection*>& Streams::on(const std::string& topic) const {
  static const std::vector<Connection*> none;
  const auto it = topics_.find(topic);
  return it == topics_.end() ? none : it->second;
}

void Streams::remember(Event event) {
  ++seen_;
  late_bytes_ += event.text.size() + event.topic.size();
  late_.push_back(std::move(event));
  while (late_.size() > kLateEvents || late_bytes_ > kLateBytes) {
    late_bytes_ -= late_.front().text.size() + late_.front().topic.size();
    late_.pop_front();
  }
}

bool Streams::ended(const std::string& topic, std::uint64_t seen) const {
  const std::uint64_t fresh = std::min<std::uint64_t>(seen_ - seen, late_.size());
  return std::any_of(late_.end() - static_cast<std::ptrdiff_t>(fresh), late_.end(),
                     [&](const Event& event) { return event.ends() && event.topic == topic; });
}

std::string Streams::missed(const std::string& topic, std::uint64_t seen,
                            std::string_view backlog) const {
  std::string out;
  const std::uint64_t first = seen_ - late_.size();
  for (std::size_t i = seen > first ? static_cast<std::size_t>(seen - first) : 0; i < late_.size();
       ++i) {
    const Event& event = late_[i];
    if (event.topic == topic && backlog.find(event.text) == std::string_view::npos) {
      out += event.text;
    }
  }
  return out;
}

}  // namespace attune::bot::edge
