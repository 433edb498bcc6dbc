#include "bot/http/chunks.h"

#include <algorithm>

namespace attune::bot::edge {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Extensions and trailers may hold any visible text, never control bytes: a bare LF there is the
// classic way to make two readers disagree on where the line ends.
bool is_line_byte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
}

}  // namespace

ChunkDecoder::Result ChunkDecoder::feed(std::string_view& in, std::string& body) {
  while (!in.empty()) {
    if (at_ == At::kData) {
      const std::size_t n = static_cast<std::size_t>(std::min<std::uint64_t>(left_, in.size()));
      body.append(in.data(), n);
      in.remove_prefix(n);
      left_ -= n;
      if (left_ == 0) at_ = At::kDataCr;
      continue;
    }
    const char c = in.front();
    in.remove_prefix(1);
    const Result result = step(c);
    if (result != Result::kMore) return result;
  }
  return Result::kMore;
}

ChunkDecoder::Result ChunkDecoder::step(char c) {
  switch (at_) {
    case At::kSize:
      return size_byte(c);
    case At::kExtension:
      if (c == '\r') {
        at_ = At::kSizeLf;
        return Result::kMore;
      }
      return is_line_byte(c) && ++extension_bytes_ <= kExtensionBytes ? Result::kMore
                                                                      : Result::kMalformed;
    case At::kSizeLf:
      return end_of_size(c);
    case At::kDataCr:
      at_ = At::kDataLf;
      return c == '\r' ? Result::kMore : Result::kMalformed;
    case At::kDataLf:
      at_ = At::kSize;
      digits_ = 0;
      return c == '\n' ? Result::kMore : Result::kMalformed;
    case At::kTrailer:
    case At::kTrailerLf:
      return trailer_byte(c);
    case At::kData:
      break;
  }
  return Result::kMalformed;
}

ChunkDecoder::Result ChunkDecoder::size_byte(char c) {
  if (const int value = hex_value(c); value >= 0) {
    if (++digits_ > 8) return Result::kTooLarge;
    left_ = (digits_ == 1 ? 0 : left_ << 4) | static_cast<std::uint64_t>(value);
    return Result::kMore;
  }
  if (digits_ == 0) return Result::kMalformed;
  if (c == ';') {
    at_ = At::kExtension;
    return Result::kMore;
  }
  if (c != '\r') return Result::kMalformed;
  at_ = At::kSizeLf;
  return Result::kMore;
}

ChunkDecoder::Result ChunkDecoder::end_of_size(char c) {
  if (c != '\n') return Result::kMalformed;
  if (left_ == 0) {
    line_empty_ = true;
    at_ = At::kTrailer;
    return Result::kMore;
  }
  if (left_ > most_ - produced_) return Result::kTooLarge;
  produced_ += static_cast<std::size_t>(left_);
  at_ = At::kData;
  return Result::kMore;
}

ChunkDecoder::Result ChunkDecoder::trailer_byte(char c) {
  if (at_ == At::kTrailerLf) {
    if (c != '\n') return Result::kMalformed;
    if (line_empty_) return Result::kDone;
    line_empty_ = true;
    at_ = At::kTrailer;
    return Result::kMore;
  }
  if (c == '\r') {
    at_ = At::kTrailerLf;
    return Result::kMore;
  }
  line_empty_ = false;
  return is_line_byte(c) && ++trailer_bytes_ <= kTrailerBytes ? Result::kMore : Result::kMalformed;
}

}  // namespace attune::bot::edge
