#include "bot/channels/channel.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <ctime>
#include <nlohmann/json.hpp>

#include "bot/channels/platforms.h"
#include "bot/http/json_body.h"

namespace attune::bot {
namespace {

using nlohmann::json;

bool same_name(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

double number_of(std::string_view text) {
  double value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  return read.ec == std::errc() && read.ptr == text.data() + text.size() && std::isfinite(value) && value > 0 ? value : 0;
}

// "Wed, 21 Oct 2015 07:28:00 GMT", as seconds from `now`.
double until_date(const std::string& text, storage::Time now) {
  std::tm parts{};
  const char* end = ::strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S", &parts);
  if (end == nullptr) return 0;
  return std::max(0.0, static_cast<double>(::timegm(&parts) - now));
}

double number_at(const json& value, const char* pointer) {
  const json::json_pointer at(pointer);
  if (!value.contains(at)) return 0;
  const json& found = value.at(at);
  if (found.is_number()) return std::max(0.0, found.get<double>());
  return found.is_string() ? number_of(found.get<std::string>()) : 0;
}

}  // namespace

std::string Webhook::header(std::string_view name) const {
  std::string found;
  int times = 0;
  for (const auto& [each, value] : headers) {
    if (!same_name(each, name)) continue;
    found = value;
    ++times;
  }
  return times == 1 ? found : "";
}

Delivered Channel::judge(const HttpAnswer& answer, storage::Time now) const {
  using What = Delivered::What;
  if (answer.failure != HttpAnswer::Failure::kNone) {
    const bool ours = answer.failure == HttpAnswer::Failure::kNotAllowed || answer.failure == HttpAnswer::Failure::kTls;
    return {ours ? What::kBarred : What::kLater, 0, false, std::string(name_of(answer.failure))};
  }
  const std::string why = std::to_string(answer.status);
  if (answer.status >= 200 && answer.status < 300) return {What::kSent, 0, false, why};
  switch (answer.status) {
    case 420:
    case 429: return {What::kLater, std::max(1.0, retry_after(answer, now)), true, why};
    case 408:
    case 409:
    case 412:
    case 425: return {What::kLater, retry_after(answer, now), false, why};
    case 401:
    case 407: return {What::kBarred, 0, false, why};
    case 400:
    case 413:
    case 415:
    case 422: return {What::kPlain, 0, false, why};
    default: break;
  }
  if (answer.status >= 500) return {What::kLater, retry_after(answer, now), false, why};
  return {What::kRefused, 0, false, why};
}

const Channel* channel_named(std::string_view name) {
  for (const Channel* channel : all_channels()) {
    if (channel->name() == name) return channel;
  }
  return nullptr;
}

const std::vector<const Channel*>& all_channels() {
  static const std::vector<const Channel*> all = {callback(), telegram(), slack(), whatsapp(), messenger(), instagram()};
  return all;
}

std::string api_url(const Account& account, std::string_view usual_api, std::string_view path) {
  std::string api = account.at("api").empty() ? std::string(usual_api) : account.at("api");
  while (!api.empty() && api.back() == '/') api.pop_back();
  return api.append(path);
}

// The usual place is called by the rules for hosts; one that the operator typed is his own.
std::shared_ptr<const Reach> reach_of(const Account& account, std::string_view usual_api) {
  Reach reach;
  const std::string& own = account.at("api");
  const auto origin = origin_of(own.empty() ? usual_api : own);
  if (!own.empty() && own != usual_api) {
    if (origin) reach.origins.push_back(*origin);
  } else if (origin) {
    if (const auto host = parse_allowed_host(origin->substr(origin->find("://") + 3))) reach.hosts.push_back(*host);
  }
  return std::make_shared<const Reach>(std::move(reach));
}

HttpCall json_call(const Account& account, std::string_view usual_api, std::string_view path, const json& body) {
  HttpCall call;
  call.url = api_url(account, usual_api, path);
  call.headers = {{"Content-Type", "application/json; charset=utf-8"}};
  call.body = dump_json(body);
  call.reach = reach_of(account, usual_api);
  return call;
}

double retry_after(const HttpAnswer& answer, storage::Time now) {
  const std::string header(answer.header("retry-after"));
  double most = std::max(number_of(header), header.empty() ? 0 : until_date(header, now));
  json body;
  if (!answer.body.empty() && parse_json(answer.body, body).empty() && body.is_object()) {
    most = std::max({most, number_at(body, "/retry_after"), number_at(body, "/parameters/retry_after"), number_at(body, "/retry_after_ms") / 1'000});
  }
  return most;
}

}  // namespace attune::bot
