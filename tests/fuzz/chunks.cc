// Chunked bodies: cut anywhere, one result; never more out than was allowed.
#include "bot/http/chunks.h"

#include "tests/fuzz/input.h"

using attune::bot::edge::ChunkDecoder;
namespace fuzz = attune::fuzz;

namespace {

constexpr std::size_t kMost = 300;

std::string decoded(const std::vector<std::string_view>& pieces) {
  ChunkDecoder decoder(kMost);
  std::string body;
  std::size_t left = 0;
  auto result = ChunkDecoder::Result::kMore;
  for (std::string_view piece : pieces) {
    if (result == ChunkDecoder::Result::kMore && !piece.empty()) {
      result = decoder.feed(piece, body);
      fuzz::promise(result != ChunkDecoder::Result::kMore || piece.empty(), "all bytes are taken");
    }
    left += piece.size();
  }
  fuzz::promise(body.size() <= kMost, "no more comes out than was allowed");
  const bool good = result <= ChunkDecoder::Result::kDone;
  return std::to_string(static_cast<int>(result)) + (good ? std::to_string(left) + body : "");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  fuzz::Input input(bytes, size);
  const std::uint32_t seed = input.byte();
  const std::string sent = input.rest();
  fuzz::promise(decoded({sent}) == decoded(fuzz::pieces(sent, seed)),
                "one result however the bytes are cut");
  return 0;
}
