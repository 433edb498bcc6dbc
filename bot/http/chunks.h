// The bounded decoder of `Transfer-Encoding: chunked`, fed with bytes as they come.
//
// Strict where decoders are known to differ, since a difference between two servers is how a
// request is smuggled: sizes are 1 to 8 hex digits and nothing else, every line ends with CR LF,
// the data of a chunk is followed by CR LF. Extensions and trailers are read over and dropped; both
// are bounded in total, so that a body cannot be made of them. Values, no threads of its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace attune::bot::edge {

class ChunkDecoder {
 public:
  static constexpr std::size_t kExtensionBytes = 1024;  // of all chunks together
  static constexpr std::size_t kTrailerBytes = 1024;

  enum class Result { kMore, kDone, kMalformed, kTooLarge };

  // `most`: bytes of body that may come out.
  explicit ChunkDecoder(std::size_t most) : most_(most) {}

  // Takes bytes from the front of `in`, appends decoded ones to `body`. After kDone, what is left
  // in `in` belongs to the next request. After an error the decoder must not be fed again.
  Result feed(std::string_view& in, std::string& body);

 private:
  enum class At : std::uint8_t {
    kSize,
    kExtension,
    kSizeLf,
    kData,
    kDataCr,
    kDataLf,
    kTrailer,
    kTrailerLf
  };

  Result size_byte(char c);
  Result end_of_size(char c);
  Result trailer_byte(char c);
  Result step(char c);

  std::size_t most_;
  std::size_t produced_ = 0;
  std::size_t extension_bytes_ = 0;
  std::size_t trailer_bytes_ = 0;
  std::uint64_t left_ = 0;  // of the chunk under way
  std::uint8_t digits_ = 0;
  bool line_empty_ = true;  // of the trailer line under way
  At at_ = At::kSize;
};

}  // namespace attune::bot::edge
