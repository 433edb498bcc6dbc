// A request line's target through the framing, the library's decoding and its routes: always one
// reply, never a split one, never a handler's exception, and no NUL inside.
#include "bot/http/router.h"
#include "tests/fuzz/input.h"

using namespace attune;
namespace edge = bot::edge;

namespace {

struct House {
  std::shared_ptr<edge::Core> core = std::make_shared<edge::Core>(bot::EdgeLimits{});
  edge::Router router{core->writer};

  House() {
    core->writer.set_trouble_log([](const bot::EdgeTrouble& trouble) {
      fuzz::promise(trouble.code != "internal", "no exception");
    });
    const auto seen = [](const httplib::Request& request, httplib::Response& response) {
      fuzz::promise(request.path.find('\0') == std::string::npos, "no NUL in a path");
      response.set_header("X-After", std::to_string(request.params.size()));
      response.set_content(request.get_param_value("after"), "text/plain");
    };
    router.Get("/healthz", seen);
    router.Get("/v1/transcript", seen);
    router.Get(R"(/v1/actors/([^/]+)/tokens/(\d+))", seen);
    router.Post("/v1/messages", seen);
  }

  edge::Reply answer(edge::FramedRequest request) {
    const auto call = std::make_shared<edge::Call>(core, std::move(request), edge::ConnectionKey{},
                                                   "127.0.0.1", 0);
    router.answer(*call);
    std::vector<edge::Delivery> deliveries;
    std::vector<edge::Event> events;
    core->mailbox.take(deliveries, events);
    fuzz::promise(deliveries.size() == 1, "one reply");
    return std::move(deliveries.front().reply);
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static House house;
  const std::string target = fuzz::Input(bytes, size).line();
  edge::Framing framing(house.core->limits);
  const std::string sent = "GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n";
  std::string_view rest = sent;
  if (framing.feed(rest) != edge::Framing::State::kWhole) return 0;
  const edge::Reply reply = house.answer(framing.take());
  fuzz::promise(reply.head.compare(0, 9, "HTTP/1.1 ") == 0, "a status line");
  for (std::size_t at = reply.head.find('\n'); at != std::string::npos;
       at = reply.head.find('\n', at + 1)) {
    fuzz::promise(
        reply.head[at - 1] == '\r' && (at + 1 == reply.head.size() || reply.head[at + 1] > ' '),
        "each line of the head is a header");
  }
  return 0;
}
