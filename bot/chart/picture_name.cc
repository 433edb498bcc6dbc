// Apart from the drawing, so that a reply needs no drawing library.
#include <charconv>

#include "bot/chart/picture.h"

namespace attune::bot {

std::string picture_name(std::uint64_t version, std::size_t message) {
  return std::to_string(version) + "-" + std::to_string(message);
}

std::optional<PictureName> read_picture_name(std::string_view text) {
  PictureName name;
  const auto number = [&](auto& into) {
    const auto read = std::from_chars(text.data(), text.data() + text.size(), into);
    if (read.ec != std::errc()) return false;
    text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
    return true;
  };
  const auto take = [&](std::string_view what) {
    if (!text.starts_with(what)) return false;
    text.remove_prefix(what.size());
    return true;
  };
  if (!number(name.version) || name.version == 0 || !take("-") || !number(name.message)) return std::nullopt;
  name.kind.dark = take("-dark");
  name.kind.svg = text == ".svg";
  if (!name.kind.svg && text != ".png") return std::nullopt;
  return name;
}

const char* media_type(PictureKind kind) { return kind.svg ? "image/svg+xml" : "image/png"; }

}  // namespace attune::bot
