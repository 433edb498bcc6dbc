#include "bot/cli/export.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>

#include "bot/access/audit.h"
#include "bot/cli/commands.h"
#include "bot/cli/data_folder.h"
#include "bot/inbox/inbox_routes.h"
#include "bot/turn/clock.h"
#include "bot/turn/person.h"

namespace attune::bot {
namespace {

using nlohmann::json;

struct LeftOut {
  const char* what;
  const char* why;
};
constexpr LeftOut kLeftOut[] = {
    {"the platform's ids of single messages", "kept for at most 16 days, only as keyed hashes that nobody can read back"},
    {"digests of single messages", "kept to tell a repeated message from another; nothing can be read from them"},
    {"your key", "what your words are sealed with; it is destroyed when you are forgotten"},
    {"copies of replies on their way to a chat platform", "gone when they are sent; the replies are in this file"},
    {"earlier steps of the exercises", "each is replaced by the next; the newest is in this file"},
};

std::string lifetime_in_words(const std::string& keep_class) {
  if (keep_class.empty()) return "as long as the conversation";
  if (keep_class == "run") return "until the exercise ends";
  if (keep_class == "none") return "half an hour";
  const long long seconds = std::strtoll(keep_class.c_str(), nullptr, 10);
  if (seconds % 86'400 == 0) return std::to_string(seconds / 86'400) + " days";
  return std::to_string(seconds / 3'600) + " hours";
}

// Bytes of the engine's or a reply's: JSON where they are, text where not.
json as_json(const std::string& bytes) {
  if (bytes.empty()) return nullptr;
  json value = json::parse(bytes, nullptr, false);
  return value.is_discarded() ? json(bytes) : value;
}

json kept_json(const storage::Kept& kept) {
  json texts = json::object();
  for (const auto& [keep_class, text] : kept.texts) texts[lifetime_in_words(keep_class)] = as_json(text);
  return {{"control", as_json(kept.control)}, {"texts", texts}};
}

json hand_off_json(const storage::HeldHandOff& one) {
  json out = {{"asked", utc(one.at)}, {"script", one.script}, {"reason", one.reason}, {"state", state_of(one.what)}};
  if (!one.who.empty()) out["by"] = one.who;
  if (one.taken) out["taken"] = utc(*one.taken);
  if (one.over) out["over"] = utc(*one.over);
  return out;
}

json turn_json(const storage::HeldTurn& turn) {
  json out = {{"number", turn.version}, {"at", utc(turn.at)}, {"kind", turn.kind},
              {"edition", turn.edition}, {"words_kept", lifetime_in_words(turn.keep_class)},
              {"said", turn.said}, {"reply", as_json(turn.reply)}};
  for (const auto& m : turn.measures) out["measures"].push_back({{"script", m.script}, {"name", m.name}, {"value", m.value}});
  for (const auto& s : turn.safety) out["safety"].push_back({{"class", s.intent}, {"script", s.script}});
  for (const auto& e : turn.ended)
    out["ended"].push_back({{"script", e.script}, {"how", e.outcome == 0 ? "completed" : e.outcome == 1 ? "paused" : "stopped"}});
  return out;
}

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string pretty(const json& value) {
  return escaped(value.dump(2, ' ', false, json::error_handler_t::replace));
}

constexpr const char* kHead =
    "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<title>What is kept about you</title>\n"
    "<style>body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}"
    "dt{font-weight:600}.you{margin-left:2rem}.at{color:#555;font-size:.85rem}pre{white-space:pre-wrap;"
    "overflow-wrap:anywhere;background:#f4f4f4;padding:.75rem}</style>\n";

std::string turn_page(const storage::HeldTurn& turn) {
  std::string out = "<div class=\"at\">" + escaped(utc(turn.at)) + ", words kept " +
                    escaped(lifetime_in_words(turn.keep_class)) + "</div>\n";
  out += turn.said.empty() ? "" : "<p class=\"you\"><b>You:</b> " + escaped(turn.said) + "</p>\n";
  const json reply = as_json(turn.reply);
  if (reply.is_object() && reply.contains("messages")) {
    for (const auto& message : reply["messages"])
      out += "<p><b>" + escaped(message.value("from", "")) + ":</b> " + escaped(message.value("text", "")) + "</p>\n";
  } else if (!reply.is_null()) {
    out += "<p>" + escaped(turn.reply) + "</p>\n";
  }
  if (turn.said.empty() && turn.reply.empty()) out += "<p><i>The words of this turn are no longer kept.</i></p>\n";
  for (const auto& m : turn.measures) out += "<p>You rated " + escaped(m.name) + ": " + std::to_string(m.value) + " (" + escaped(m.script) + ")</p>\n";
  for (const auto& s : turn.safety) out += "<p>Heard as a matter of safety: " + escaped(s.intent) + "</p>\n";
  for (const auto& e : turn.ended) out += "<p>An exercise ended: " + escaped(e.script) + "</p>\n";
  return out;
}

bool write_file(const std::string& path, const std::string& text) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor < 0) return false;
  const bool written = ::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  return ::close(descriptor) == 0 && written;
}

}  // namespace

std::string export_json(const storage::Holdings& holdings) {
  json out = {{"format", "attune-export-1"}, {"person", storage::hex(holdings.person)},
              {"changed", utc(holdings.changed)}, {"memory", kept_json(holdings.memory)},
              {"conversations", json::array()}};
  for (const auto& conversation : holdings.conversations) {
    json one = {{"id", storage::hex(conversation.id)}, {"addresses", json::array()},
                {"turns", json::array()}, {"state", kept_json(conversation.state)}};
    for (const auto& each : conversation.hand_offs) one["hand_offs"].push_back(hand_off_json(each));
    for (const storage::Time due : conversation.timers) one["timers_due"].push_back(utc(due));
    for (const auto& address : conversation.addresses)
      one["addresses"].push_back({{"space", address.space}, {"channel", address.channel}, {"account", address.account},
                                  {"place", address.place}, {"thread", address.thread}});
    for (const auto& turn : conversation.turns) one["turns"].push_back(turn_json(turn));
    out["conversations"].push_back(std::move(one));
  }
  for (const LeftOut& left : kLeftOut) out["not_in_this_file"].push_back({{"what", left.what}, {"why", left.why}});
  return out.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

std::string export_page(const storage::Holdings& holdings) {
  std::string out = kHead;
  out += "<h1>What is kept about you</h1>\n<dl><dt>Your number here</dt><dd>" + storage::hex(holdings.person) +
         "</dd><dt>Last changed</dt><dd>" + utc(holdings.changed) + "</dd></dl>\n";
  out += "<h2>What is remembered between exercises</h2>\n<pre>" + pretty(kept_json(holdings.memory)) + "</pre>\n";
  for (const auto& conversation : holdings.conversations) {
    out += "<h2>A conversation</h2>\n<p>Number " + storage::hex(conversation.id) + "</p>\n<ul>\n";
    for (const auto& address : conversation.addresses) out += "<li>reached at " + escaped(text_of(address)) + "</li>\n";
    out += "</ul>\n";
    for (const auto& turn : conversation.turns) out += turn_page(turn);
    for (const storage::Time due : conversation.timers) out += "<p>A timer is due at " + escaped(utc(due)) + "</p>\n";
    for (const auto& each : conversation.hand_offs)
      out += "<p>A person was asked for (" + escaped(each.reason) + "), " + escaped(utc(each.at)) + ": " + state_of(each.what) +
             (each.who.empty() ? "" : ", by " + escaped(each.who)) + "</p>\n";
    out += "<h3>Where it stands</h3>\n<pre>" + pretty(kept_json(conversation.state)) + "</pre>\n";
  }
  out += "<h2>What is not on this page</h2>\n<ul>\n";
  for (const LeftOut& left : kLeftOut) out += "<li>" + escaped(left.what) + ": " + escaped(left.why) + "</li>\n";
  return out + "</ul>\n</html>\n";
}

int export_person(const ExportOptions& options) {
  if (const int code = needs_database(options.data); code != kOk) return code;
  const auto view = storage::view_of(store_in(options.data));
  if (!view) return refuse(view.failure());
  const auto person = person_named(**view, options.who);
  if (!person) return refuse(person.failure());
  std::optional<storage::Holdings> holdings;
  if (*person) {
    auto read = (*view)->holdings(**person);
    if (!read) return refuse(read.failure());
    holdings = std::move(*read);
  }
  if (!holdings) {
    std::cerr << "attune: there is nobody called " << options.who << " in " << options.data << "\n";
    return kMissingInput;
  }
  if (const auto noted = note_in_audit(options.data, "export", holdings->person); !noted) return refuse(noted.failure());
  if (options.to.empty()) {
    std::cout << (options.html ? export_page(*holdings) : export_json(*holdings));
    return kOk;
  }
  std::error_code error;
  std::filesystem::create_directories(options.to, error);
  if (!write_file(options.to + "/export.json", export_json(*holdings)) ||
      !write_file(options.to + "/export.html", export_page(*holdings)))
    return refuse({Failure::Kind::kUnavailable, options.to + " cannot be written: " + std::strerror(errno)});
  std::cout << options.to << "/export.json and export.html hold everything, in clear. Hand them over, then delete them.\n";
  return kOk;
}

}  // namespace attune::bot
