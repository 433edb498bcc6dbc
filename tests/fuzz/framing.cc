// Requests off a socket: cut anywhere, one verdict; never more kept than the bounds; and what is
// let through has one meaning.
#include "bot/http/framing.h"

#include <algorithm>

#include "tests/fuzz/input.h"

using namespace attune;
using bot::edge::FramedRequest;
using bot::edge::Framing;

namespace {

bot::EdgeLimits limits() {  // small, so that they are met
  bot::EdgeLimits small;
  small.head_bytes = 512;
  small.headers = 8;
  small.target_bytes = 128;
  small.body_bytes = 256;
  return small;
}

bool is_clean(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= 0x20 || c == '\t') && byte != 0x7f;
  });
}

std::string told(const FramedRequest& request, const bot::EdgeLimits& bounds) {
  fuzz::promise(request.body.size() <= bounds.body_bytes, "a body within its bound");
  fuzz::promise(request.head.target.size() <= bounds.target_bytes, "a target within its bound");
  fuzz::promise(request.head.headers.size() <= bounds.headers, "headers within their bound");
  std::string out = request.head.method + " " + request.head.target + "\n" + request.body;
  for (const auto& [name, value] : request.head.headers) {
    fuzz::promise(!name.empty() && is_clean(name) && is_clean(value), "clean headers");
    out += "\n" + name + ":" + value;
  }
  return out + (request.head.close ? "\nclose\n" : "\n");
}

std::string verdict(const std::vector<std::string_view>& pieces, const bot::EdgeLimits& bounds) {
  Framing framing(bounds);
  std::string out;
  for (std::string_view piece : pieces) {
    while (!piece.empty()) {
      framing.feed(piece);
      fuzz::promise(framing.buffered() <= 2 * (bounds.head_bytes + bounds.body_bytes),
                    "no more kept than the bounds");
      if (framing.state() == Framing::State::kWhole) out += told(framing.take(), bounds);
      if (framing.state() == Framing::State::kRefused) return out + std::string(framing.error());
    }
  }
  return out + std::to_string(static_cast<int>(framing.state()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  fuzz::Input input(bytes, size);
  const std::uint32_t seed = input.byte();
  const std::string sent = input.rest();
  const bot::EdgeLimits bounds = limits();
  fuzz::promise(verdict({sent}, bounds) == verdict(fuzz::pieces(sent, seed), bounds),
                "one verdict however the bytes are cut");
  return 0;
}
