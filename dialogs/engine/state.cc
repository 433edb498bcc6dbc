// State <-> bytes.
//
// Written by hand, because it happens in every turn and the shape is small; read through
// nlohmann_json, because bytes from a store deserve a real parser. What is empty is left out, maps
// are in order, numbers are whole: the same state is always the same bytes.
#include "dialogs/engine/state.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

#include "dialogs/engine/json_writer.h"

namespace attune::dialogs {
namespace {

using Json = nlohmann::json;
using Texts = std::map<std::uint32_t, KeptText>;

constexpr int kVersion = 1;

// --- writing
// ---------------------------------------------------------------------------------------

struct ValueWriter {
  JsonWriter& out;
  void operator()(std::monostate) const { out.open('[').close(']'); }
  void operator()(std::int64_t value) const { out.number(value); }
  void operator()(bool value) const { out.flag(value); }
  void operator()(const std::string& value) const { out.text(value); }
  void operator()(Day value) const { tagged("day", value.days); }
  void operator()(Length value) const { tagged("length", value.seconds); }
  void operator()(TextRef value) const { tagged("text", value.number); }
  void operator()(const std::vector<TextRef>& list) const {
    out.open('{').key("list").open('[');
    for (const TextRef ref : list) out.number(ref.number);
    out.close(']').close('}');
  }
  void tagged(std::string_view name, std::int64_t value) const {
    out.open('{').key(name).number(value).close('}');
  }
};

void write_slots(JsonWriter& out, std::string_view name, const Slots& slots) {
  if (slots.empty()) return;
  out.key(name).open('{');
  for (const auto& [slot, value] : slots) {
    out.key(slot);
    std::visit(ValueWriter{out}, value);
  }
  out.close('}');
}

void write_counts(JsonWriter& out, std::string_view name,
                  const std::map<std::string, int>& counts) {
  if (counts.empty()) return;
  out.key(name).open('{');
  for (const auto& [what, times] : counts) out.key(what).number(times);
  out.close('}');
}

void write_snapshot(JsonWriter& out, const Snapshot& snapshot) {
  out.open('{');
  out.text("scene", snapshot.scene);
  out.text("at", snapshot.at);
  write_slots(out, "slots", snapshot.slots);
  write_counts(out, "visits", snapshot.visits);
  out.close('}');
}

void write_frame(JsonWriter& out, const Frame& frame) {
  out.open('{');
  out.text("script", frame.script);
  out.text("edition", frame.edition);
  out.number("why", static_cast<int>(frame.why));
  out.text("scene", frame.scene);
  out.text("at", frame.at);
  write_slots(out, "slots", frame.slots);
  write_counts(out, "visits", frame.visits);
  out.text("save_to", frame.save_to);
  out.number("answers", frame.answers);
  out.number("misses", frame.misses);
  out.text("settled", frame.settled);
  if (!frame.again.empty()) {
    out.key("again").open('[');
    for (const auto& [branch, times] : frame.again) out.number(branch).number(times);
    out.close(']');
  }
  if (!frame.trail.empty()) {
    out.key("trail").open('[');
    for (const Snapshot& each : frame.trail) write_snapshot(out, each);
    out.close(']');
  }
  if (!frame.checkpoints.empty()) {
    out.key("checkpoints").open('{');
    for (const auto& [scene, each] : frame.checkpoints) {
      out.key(scene);
      write_snapshot(out, each);
    }
    out.close('}');
  }
  out.number("started", frame.started);
  out.number("until", frame.until);
  out.number("nudges", frame.nudges);
  out.close('}');
}

void write_timers(JsonWriter& out, const std::map<std::uint32_t, Timer>& timers) {
  if (timers.empty()) return;
  out.key("timers").open('{');
  for (const auto& [number, timer] : timers) {
    out.key(std::to_string(number)).open('{');
    out.number("kind", static_cast<int>(timer.kind));
    out.number("due", timer.due);
    out.text("script", timer.script);
    if (timer.weekday >= 0) out.key("weekday").number(timer.weekday);
    out.number("minute", timer.minute);
    out.number("unanswered", timer.unanswered);
    out.close('}');
  }
  out.close('}');
}

std::string class_of(std::int64_t keep) { return keep < 0 ? "run" : std::to_string(keep); }

std::map<std::string, std::string> write_texts(const Texts& texts) {
  std::map<std::string, JsonWriter> classes;
  for (const auto& [number, kept] : texts) {
    if (kept.keep == 0) continue;
    const auto [at, is_new] = classes.try_emplace(class_of(kept.keep));
    if (is_new) at->second.open('{');
    at->second.key(std::to_string(number)).open('[').text(kept.text).number(kept.since).close(']');
  }
  std::map<std::string, std::string> out;
  for (auto& [name, writer] : classes) out.emplace(name, writer.close('}').take());
  return out;
}

// --- reading
// ---------------------------------------------------------------------------------------

[[noreturn]] void refuse(const std::string& why) {
  throw std::invalid_argument("stored state: " + why);
}

std::int64_t whole(const Json& json) {
  if (!json.is_number_integer()) refuse("a number was expected");
  if (json.is_number_unsigned() && json.get<std::uint64_t>() > INT64_MAX)
    refuse("a number is too large");
  return json.get<std::int64_t>();
}

template <class Number>
Number small(const Json& json) {
  const std::int64_t value = whole(json);
  if (!std::in_range<Number>(value)) refuse("a number is out of range");
  return static_cast<Number>(value);
}

// An object whose members are asked for by name. Whatever was not asked for is not ours.
class Members {
 public:
  explicit Members(const Json& json) : json_(json) {
    if (!json.is_object()) refuse("an object was expected");
  }
  ~Members() = default;
  Members(const Members&) = delete;
  Members& operator=(const Members&) = delete;

  const Json* find(const char* name) {
    const auto at = json_.find(name);
    if (at == json_.end()) return nullptr;
    ++used_;
    return &*at;
  }
  std::string text(const char* name) {
    const Json* found = find(name);
    if (found == nullptr) return "";
    if (!found->is_string()) refuse(std::string(name) + " is not a text");
    return found->get<std::string>();
  }
  std::int64_t number(const char* name) {
    const Json* found = find(name);
    return found == nullptr ? 0 : whole(*found);
  }
  template <class Number>
  Number number_as(const char* name) {
    const Json* found = find(name);
    return found == nullptr ? Number{} : small<Number>(*found);
  }
  bool flag(const char* name) {
    const Json* found = find(name);
    if (found == nullptr) return false;
    if (!found->is_boolean()) refuse(std::string(name) + " is not yes or no");
    return found->get<bool>();
  }
  void done() const {
    if (used_ != json_.size()) refuse("an unknown member");
  }

 private:
  const Json& json_;
  std::size_t used_ = 0;
};

const Json& as_object(const Json& json) {
  if (!json.is_object()) refuse("an object was expected");
  return json;
}

const Json& as_list(const Json& json) {
  if (!json.is_array()) refuse("a list was expected");
  return json;
}

Value read_tagged(const std::string& tag, const Json& inside) {
  if (tag == "day") return Day{whole(inside)};
  if (tag == "length") return Length{whole(inside)};
  if (tag == "text") return TextRef{small<std::uint32_t>(inside)};
  if (tag != "list") refuse("an unknown kind of value");
  std::vector<TextRef> list;
  for (const Json& each : as_list(inside)) list.push_back(TextRef{small<std::uint32_t>(each)});
  return list;
}

Value read_value(const Json& json) {
  if (json.is_boolean()) return json.get<bool>();
  if (json.is_string()) return json.get<std::string>();
  if (json.is_number()) return whole(json);
  if (json.is_array() && json.empty()) return std::monostate{};
  if (!json.is_object() || json.size() != 1) refuse("an unknown kind of value");
  return read_tagged(json.begin().key(), json.begin().value());
}

// Drops what refers to a text that is gone. False: the whole value is gone.
bool still_there(Value& value, const Texts& texts) {
  if (const auto* ref = std::get_if<TextRef>(&value)) return texts.count(ref->number) != 0;
  auto* list = std::get_if<std::vector<TextRef>>(&value);
  if (list == nullptr) return true;
  std::erase_if(*list, [&](TextRef ref) { return texts.count(ref.number) == 0; });
  return !list->empty();
}

Slots read_slots(const Json* json, const Texts& texts) {
  Slots slots;
  if (json == nullptr) return slots;
  for (const auto& [name, inside] : as_object(*json).items()) {
    Value value = read_value(inside);
    if (still_there(value, texts)) slots.emplace(name, std::move(value));
  }
  return slots;
}

std::map<std::string, int> read_counts(const Json* json) {
  std::map<std::string, int> counts;
  if (json == nullptr) return counts;
  for (const auto& [name, times] : as_object(*json).items())
    counts.emplace(name, small<int>(times));
  return counts;
}

Snapshot read_snapshot(const Json& json, const Texts& texts) {
  Members in(json);
  Snapshot snapshot;
  snapshot.scene = in.text("scene");
  snapshot.at = in.text("at");
  snapshot.slots = read_slots(in.find("slots"), texts);
  snapshot.visits = read_counts(in.find("visits"));
  in.done();
  return snapshot;
}

Frame::Why read_why(std::int64_t number) {
  if (number < 0 || number > static_cast<int>(Frame::Why::kRepair))
    refuse("an unknown kind of frame");
  return static_cast<Frame::Why>(number);
}

std::map<int, int> read_again(const Json* json) {
  std::map<int, int> again;
  if (json == nullptr) return again;
  const Json& list = as_list(*json);
  if (list.size() % 2 != 0) refuse("an odd list of counts");
  for (std::size_t i = 0; i + 1 < list.size(); i += 2) {
    again.emplace(small<int>(list[i]), small<int>(list[i + 1]));
  }
  return again;
}

Frame read_frame(const Json& json, const Texts& texts) {
  Members in(json);
  Frame frame;
  frame.script = in.text("script");
  frame.edition = in.text("edition");
  frame.why = read_why(in.number("why"));
  frame.scene = in.text("scene");
  frame.at = in.text("at");
  frame.slots = read_slots(in.find("slots"), texts);
  frame.visits = read_counts(in.find("visits"));
  frame.save_to = in.text("save_to");
  frame.answers = in.number_as<int>("answers");
  frame.misses = in.number_as<int>("misses");
  frame.settled = in.text("settled");
  frame.again = read_again(in.find("again"));
  if (const Json* trail = in.find("trail")) {
    for (const Json& each : as_list(*trail)) frame.trail.push_back(read_snapshot(each, texts));
  }
  if (const Json* checkpoints = in.find("checkpoints")) {
    for (const auto& [scene, each] : as_object(*checkpoints).items()) {
      frame.checkpoints.emplace(scene, read_snapshot(each, texts));
    }
  }
  frame.started = in.number("started");
  frame.until = in.number("until");
  frame.nudges = in.number_as<int>("nudges");
  in.done();
  return frame;
}

std::uint32_t read_key(const std::string& key) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), number);
  if (error != std::errc() || end != key.data() + key.size()) refuse("a number was expected");
  return number;
}

Timer read_timer(const Json& json) {
  Members in(json);
  Timer timer;
  const std::int64_t kind = in.number("kind");
  if (kind < 0 || kind > static_cast<int>(Timer::Kind::kNobody)) refuse("an unknown kind of timer");
  timer.kind = static_cast<Timer::Kind>(kind);
  timer.due = in.number("due");
  timer.script = in.text("script");
  if (const Json* weekday = in.find("weekday")) timer.weekday = small<int>(*weekday);
  timer.minute = in.number_as<int>("minute");
  timer.unanswered = in.number_as<int>("unanswered");
  if (timer.weekday < -1 || timer.weekday > 6) refuse("an unknown day of the week");
  in.done();
  return timer;
}

Json parse_bytes(const std::string& bytes) {
  try {
    return Json::parse(bytes);
  } catch (const Json::exception&) {
    refuse("not JSON");  // the library's own words could quote a text
  }
}

std::int64_t read_class(const std::string& name) {
  if (name == "run") return -1;
  std::int64_t keep = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), keep);
  if (error != std::errc() || end != name.data() + name.size() || keep <= 0)
    refuse("an unknown class of texts");
  return keep;
}

Texts read_texts(const std::map<std::string, std::string>& classes) {
  Texts texts;
  for (const auto& [name, bytes] : classes) {
    const std::int64_t keep = read_class(name);
    const Json json = parse_bytes(bytes);
    for (const auto& [key, entry] : as_object(json).items()) {
      std::uint32_t number = 0;
      const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), number);
      if (error != std::errc() || end != key.data() + key.size()) refuse("a text without a number");
      if (!entry.is_array() || entry.size() != 2 || !entry[0].is_string())
        refuse("a text that is none");
      if (!texts.emplace(number, KeptText{entry[0].get<std::string>(), keep, whole(entry[1])})
               .second) {
        refuse("two texts under one number");
      }
    }
  }
  return texts;
}

}  // namespace

Written write(const Conversation& conversation) {
  JsonWriter out;
  out.open('{').key("v").number(kVersion);
  if (!conversation.frames.empty()) {
    out.key("frames").open('[');
    for (const Frame& frame : conversation.frames) write_frame(out, frame);
    out.close(']');
  }
  out.number("next_text", conversation.next_text);
  if (!conversation.seen.empty()) {
    out.key("seen").open('[');
    for (const std::string& line : conversation.seen) out.text(line);
    out.close(']');
  }
  out.number("last_message", conversation.last_message);
  out.number("last_notice", conversation.last_notice);
  out.number("use_began", conversation.use_began);
  out.flag("paused", conversation.paused);
  out.flag("handed", conversation.handed);
  out.number("hand_offs", conversation.hand_offs);
  out.text("counselor", conversation.counselor);
  out.number("waits_since", conversation.waits_since);
  out.number("runs", conversation.runs);
  write_timers(out, conversation.timers);
  if (conversation.next_timer > 1) out.number("next_timer", conversation.next_timer);
  out.number("open_after", conversation.open_since - conversation.last_message);
  out.flag("nudged", conversation.nudged);
  out.close('}');
  return {out.take(), write_texts(conversation.texts)};
}

Written write(const Person& person) {
  JsonWriter out;
  out.open('{').key("v").number(kVersion);
  write_slots(out, "memory", person.memory);
  if (!person.done.empty()) {
    out.key("done").open('{');
    for (const auto& [script, done] : person.done) {
      out.key(script).open('[').number(done.last).number(done.times).close(']');
    }
    out.close('}');
  }
  out.flag("safety_open", person.safety_open);
  out.number("safety_since", person.safety_since);
  out.text("safety_class", person.safety_class);
  if (!person.consents.empty()) {
    out.key("consents").open('{');
    for (const auto& [what, answer] : person.consents) out.key(what).text(answer);
    out.close('}');
  }
  out.number("next_text", person.next_text);
  out.close('}');
  return {out.take(), write_texts(person.texts)};
}

Conversation read_conversation(const Written& written) {
  Conversation conversation;
  conversation.texts = read_texts(written.texts);
  const Json json = parse_bytes(written.control);
  Members in(json);
  if (in.number("v") != kVersion) refuse("written by another version");
  if (const Json* frames = in.find("frames")) {
    for (const Json& each : as_list(*frames))
      conversation.frames.push_back(read_frame(each, conversation.texts));
  }
  conversation.next_text = in.number_as<std::uint32_t>("next_text");
  if (const Json* seen = in.find("seen")) {
    for (const Json& each : as_list(*seen)) {
      if (!each.is_string()) refuse("a seen line that is none");
      conversation.seen.push_back(each.get<std::string>());
    }
  }
  conversation.last_message = in.number("last_message");
  conversation.last_notice = in.number("last_notice");
  conversation.use_began = in.number("use_began");
  conversation.paused = in.flag("paused");
  conversation.handed = in.flag("handed");
  conversation.hand_offs = in.number_as<std::uint32_t>("hand_offs");
  conversation.counselor = in.text("counselor");
  conversation.waits_since = in.number("waits_since");
  conversation.runs = in.number_as<std::uint32_t>("runs");
  if (const Json* timers = in.find("timers")) {
    for (const auto& [number, each] : as_object(*timers).items())
      conversation.timers.emplace(read_key(number), read_timer(each));
  }
  conversation.next_timer = std::max(1U, in.number_as<std::uint32_t>("next_timer"));
  conversation.open_since = conversation.last_message + in.number("open_after");
  conversation.nudged = in.flag("nudged");
  in.done();
  return conversation;
}

Person read_person(const Written& written) {
  Person person;
  person.texts = read_texts(written.texts);
  const Json json = parse_bytes(written.control);
  Members in(json);
  if (in.number("v") != kVersion) refuse("written by another version");
  person.memory = read_slots(in.find("memory"), person.texts);
  if (const Json* done = in.find("done")) {
    for (const auto& [script, entry] : as_object(*done).items()) {
      if (!entry.is_array() || entry.size() != 2) refuse("a done script that is none");
      person.done.emplace(script, Done{whole(entry[0]), small<int>(entry[1])});
    }
  }
  person.safety_open = in.flag("safety_open");
  person.safety_since = in.number("safety_since");
  person.safety_class = in.text("safety_class");
  if (const Json* consents = in.find("consents")) {
    for (const auto& [what, answer] : as_object(*consents).items()) {
      if (!answer.is_string()) refuse("a consent that is none");
      person.consents.emplace(what, answer.get<std::string>());
    }
  }
  person.next_text = in.number_as<std::uint32_t>("next_text");
  in.done();
  return person;
}

}  // namespace attune::dialogs
