// A measure over time as a picture, drawn by Cairo: a line with its points, the scale's two ends in
// words, the days below. One series in one colour, so nothing is told by colour alone; what the picture
// says stands beside it in words (repair/chart), which is its text alternative.
//
// 640 by 400 units with letters of 22, so that on a phone 358 points wide they are still 12 high. The
// same chart gives the same bytes, as long as Cairo and the fonts stay as they are.
//
// Threads: any. Throws std::runtime_error where Cairo cannot draw.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "dialogs/engine/step.h"

namespace attune::bot {

struct PictureKind {
  bool svg = false;   // else PNG, at twice the size
  bool dark = false;  // for a page on a dark ground
};

std::string draw(const dialogs::Charted& chart, PictureKind kind);

// Which picture is meant: the `number`-th message (from 0) of the turn `version`.
struct PictureName {
  std::uint64_t version = 0;
  std::size_t message = 0;
  PictureKind kind;
};

// "7-0": what a reply calls it. "7-0.svg", "7-0-dark.png": what a request asks for.
std::string picture_name(std::uint64_t version, std::size_t message);
std::optional<PictureName> read_picture_name(std::string_view text);
const char* media_type(PictureKind kind);

}  // namespace attune::bot
