#include "bot/channels/twilio.h"

#include <httplib.h>

#include "bot/channels/answer.h"
#include "bot/channels/message.h"
#include "bot/channels/platform.h"
#include "bot/channels/platforms.h"
#include "bot/channels/signature.h"
#include "bot/http/error.h"
#include "bot/log.h"

namespace attune::bot {
namespace {

constexpr const char* kXml = "text/xml";
constexpr std::size_t kPathBytes = std::string_view("/webhooks/twilio/").size();

// twilio.com/docs/api/errors/21617: the body of a message may have 1,600 characters.
const Room kRoom = [] {
  Room room;
  room.text = room.text_with_choices = 1'600;
  return room;
}();

bool is_twilio(const Account& account, const httplib::Request& request, const Form& form) {
  const auto question = request.target.find('?');
  const std::string query = question == std::string::npos ? "" : request.target.substr(question);
  return !account.at("url").empty() && request.get_header_value_count("X-Twilio-Signature") == 1 &&
         twilio_signed(account.at("auth_token"), account.at("url") + query, form, request.get_header_value("X-Twilio-Signature"));
}

class Twilio {
 public:
  Twilio(Gate& gate, Turns& turns, AccountBook& book, const Clock& clock) : gate_(gate), turns_(turns), book_(book), clock_(clock) {}

  void take(const httplib::Request& request, httplib::Response& response, const Caller& caller) const {
    const auto accounts = book_.accounts();
    const Account* account = accounts->find("twilio", request.path.substr(kPathBytes));
    if (account == nullptr) return void(answer_error(response, "not_found"));
    const Form form = parse_form(request.body);
    if (!is_twilio(*account, request, form)) {
      book_.refused(*account, clock_.now());
      return void(answer_error(response, "unauthorized", "This does not come from Twilio, or its URL is not the one that was set up."));
    }
    const std::string from = field(form, "From"), sid = field(form, "MessageSid"), text = field(form, "Body"), status = field(form, "MessageStatus");
    const bool report = !status.empty() && status != "received";  // how one of ours is doing
    const bool unread = !report && (from.empty() || sid.empty() || !is_utf8(from) || !is_utf8(text));
    if (Exchange::current().tries() == 0) note(*account, report, unread);
    if (report || unread) return response.set_content(render_twiml({}), kXml);
    Caller person = caller;
    person.space = account->space();
    if (!gate_.may_write(person, "twilio:" + account->name + ":" + from, response)) return;
    answer(turns_, inbound_from(*account, from, sid, text), response, [](const Taken& taken) { return render_twiml(taken.spoken()); }, kXml);
  }

 private:
  void note(const Account& account, bool report, bool unread) const {
    book_.arrived(account, clock_.now(), report || unread ? 0 : 1, report ? 1 : 0, unread);
    if (unread) log::write(log::Level::kWarn, "webhook_unread", {{"channel", account.channel}, {"account", account.name}});
  }

  Gate& gate_;
  Turns& turns_;
  AccountBook& book_;
  const Clock& clock_;
};

class TwilioPlatform final : public Platform {
 public:
  std::string_view name() const override { return "twilio"; }
  const std::vector<Setting>& settings() const override {
    static const std::vector<Setting> all = {
        {"auth_token", Setting::Kind::kSecret, "the Auth Token, on the first page of Twilio's Console"},
        {"url", Setting::Kind::kAsked, "the webhook's whole address as Twilio calls it; --url sets it"},
    };
    return all;
  }
};

}  // namespace

std::string render_twiml(const Reply& reply) {
  std::string out = "<Response>";
  for (const Fitted& message : fit(reply, kRoom)) out += "<Message>" + escaped(with_speaker(message.speaker, message.numbered)) + "</Message>";
  return out + "</Response>";
}

void add_twilio_routes(Gate& gate, Turns& turns, AccountBook& book, const Clock& clock) {
  gate.add("POST", "/webhooks/twilio/{account}", [one = std::make_shared<const Twilio>(gate, turns, book, clock)](
      const httplib::Request& request, httplib::Response& response, const Caller& caller) { one->take(request, response, caller); });
}

const Platform* twilio() {
  static const TwilioPlatform one;
  return &one;
}

}  // namespace attune::bot
