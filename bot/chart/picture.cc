#include "bot/chart/picture.h"

#include <cairo-svg.h>

#include <algorithm>
#include <stdexcept>
#include <vector>

#include "bot/chart/day.h"

namespace attune::bot {
namespace {

using dialogs::Charted;
using dialogs::Measured;

constexpr double kWidth = 640, kHeight = 400;
constexpr double kLeft = 64, kRight = 616, kTop = 56, kBottom = 292;  // of the plot
constexpr double kLetters = 22, kBetween = 16;
constexpr std::size_t kMostDots = 60;  // with more, dots would hide the line
constexpr double kPngScale = 2;

struct Colour { double r, g, b; };
struct Colours { Colour paper, ink, grid, line; };
// Ink on paper 14:1 and 13:1, the line 7:1 and 9:1.
constexpr Colours kLight = {{1, 1, 1}, {0.137, 0.153, 0.169}, {0.8, 0.82, 0.84}, {0.114, 0.361, 0.31}};
constexpr Colours kDark = {{0.118, 0.133, 0.145}, {0.925, 0.918, 0.902}, {0.29, 0.32, 0.34}, {0.561, 0.827, 0.757}};

class Drawing {
 public:
  Drawing(cairo_t* to, const Charted& chart, bool dark) : to_(to), chart_(chart), colours_(dark ? kDark : kLight) {
    cairo_select_font_face(to_, "sans-serif", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(to_, kLetters);
    cairo_set_line_cap(to_, CAIRO_LINE_CAP_ROUND);
    cairo_set_line_join(to_, CAIRO_LINE_JOIN_ROUND);
  }

  void all() {
    colour(colours_.paper);
    cairo_paint(to_);
    scale();
    days();
    line();
    numbers();
  }

 private:
  enum class Side { kFrom, kAround, kUpTo };  // where the text stands to x

  void colour(const Colour& one) { cairo_set_source_rgb(to_, one.r, one.g, one.b); }

  double width_of(const std::string& text) {
    cairo_text_extents_t size;
    cairo_text_extents(to_, text.c_str(), &size);
    return size.x_advance;
  }

  void write(const std::string& text, double x, double y, Side side) {
    const double width = width_of(text);
    cairo_move_to(to_, side == Side::kFrom ? x : side == Side::kUpTo ? x - width : x - width / 2, y);
    cairo_show_text(to_, text.c_str());
  }

  // Cut at a whole character so that it fits.
  std::string cut(std::string text, double most) {
    if (width_of(text) <= most) return text;
    while (!text.empty() && width_of(text + "…") > most) {
      while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0) == 0x80) text.pop_back();
      if (!text.empty()) text.pop_back();
    }
    return text + "…";
  }

  double y_of(std::int64_t number) const {
    const double span = std::max<double>(1, static_cast<double>(chart_.high - chart_.low));
    const double part = std::clamp(static_cast<double>(number - chart_.low) / span, 0.0, 1.0);
    return kBottom - part * (kBottom - kTop);
  }

  // By time; within one day, where the days would not tell them apart, by their order.
  double x_of(std::size_t index) const {
    const auto& points = chart_.points;
    const double inner_left = kLeft + 14, inner_right = kRight - 14;
    if (points.size() == 1) return (inner_left + inner_right) / 2;
    const Measured &first = points.front(), &last = points.back();
    const double part = first.day == last.day || last.at <= first.at
                            ? static_cast<double>(index) / static_cast<double>(points.size() - 1)
                            : static_cast<double>(points[index].at - first.at) / static_cast<double>(last.at - first.at);
    return inner_left + std::clamp(part, 0.0, 1.0) * (inner_right - inner_left);
  }

  void scale() {
    cairo_set_line_width(to_, 1.5);
    const std::int64_t span = chart_.high - chart_.low;
    std::int64_t step = 1;
    for (int i = 0; span / step > 5; ++i) step = i % 3 == 1 ? step / 2 * 5 : step * 2;  // 1 2 5 10 20 50
    for (std::int64_t at = chart_.low; at <= chart_.high; at += step) {
      const bool end = at == chart_.low;
      colour(end ? colours_.ink : colours_.grid);
      cairo_move_to(to_, kLeft, y_of(at));
      cairo_line_to(to_, kRight, y_of(at));
      cairo_stroke(to_);
      colour(colours_.ink);
      write(std::to_string(at), kLeft - 12, y_of(at) + kLetters / 3, Side::kUpTo);
      if (step > chart_.high - at) break;
    }
    const auto end = [](std::int64_t number, const std::string& words) {
      return words.empty() ? std::to_string(number) : std::to_string(number) + " = " + words;
    };
    write(cut(end(chart_.high, chart_.high_words), kRight - kLeft), kLeft, kTop - 20, Side::kFrom);
    write(cut(end(chart_.low, chart_.low_words), kRight - kLeft), kLeft, kBottom + 34, Side::kFrom);
  }

  // The first and the last day, and between them as many as have room.
  void days() {
    const auto& points = chart_.points;
    const double y = kBottom + 76;
    colour(colours_.ink);
    const std::string first = day_with_year(points.front().day), last = day_with_year(points.back().day);
    if (first == last) return write(first, (kLeft + kRight) / 2, y, Side::kAround);
    write(first, kLeft, y, Side::kFrom);
    write(last, kRight, y, Side::kUpTo);
    double taken = kLeft + width_of(first) + kBetween;
    const double until = kRight - width_of(last) - kBetween;
    std::int64_t told = points.front().day;
    for (std::size_t i = 1; i + 1 < points.size(); ++i) {
      if (points[i].day == told || points[i].day == points.back().day) continue;
      const std::string day = day_without_year(points[i].day);
      const double half = width_of(day) / 2;
      if (x_of(i) - half < taken || x_of(i) + half > until) continue;
      write(day, x_of(i), y, Side::kAround);
      told = points[i].day;
      taken = x_of(i) + half + kBetween;
    }
  }

  void line() {
    colour(colours_.line);
    cairo_set_line_width(to_, 4);
    cairo_new_path(to_);  // text leaves its place behind
    for (std::size_t i = 0; i < chart_.points.size(); ++i) cairo_line_to(to_, x_of(i), y_of(chart_.points[i].number));
    cairo_stroke(to_);
    const bool dots = chart_.points.size() <= kMostDots;
    for (std::size_t i = 0; i < chart_.points.size(); ++i) {
      const bool end = i == 0 || i + 1 == chart_.points.size();
      if (!dots && !end) continue;
      cairo_arc(to_, x_of(i), y_of(chart_.points[i].number), end ? 8 : 6, 0, 6.2832);
      cairo_fill(to_);
    }
  }

  // What the first and the last were, above their points, or below where that is the edge.
  void numbers() {
    colour(colours_.ink);
    const auto tell = [&](std::size_t i) {
      const double y = y_of(chart_.points[i].number);
      write(std::to_string(chart_.points[i].number), x_of(i), y < kTop + 40 ? y + 34 : y - 16, Side::kAround);
    };
    tell(0);
    if (chart_.points.size() > 1) tell(chart_.points.size() - 1);
  }

  cairo_t* to_;
  const Charted& chart_;
  const Colours colours_;
};

cairo_status_t append(void* to, const unsigned char* bytes, unsigned int size) {
  static_cast<std::string*>(to)->append(reinterpret_cast<const char*>(bytes), size);
  return CAIRO_STATUS_SUCCESS;
}

}  // namespace

std::string draw(const Charted& chart, PictureKind kind) {
  if (chart.points.empty()) throw std::runtime_error("a chart without a point has no picture");
  std::string bytes;
  const double scale = kind.svg ? 1 : kPngScale;
  cairo_surface_t* surface =
      kind.svg ? cairo_svg_surface_create_for_stream(append, &bytes, kWidth, kHeight)
               : cairo_image_surface_create(CAIRO_FORMAT_RGB24, static_cast<int>(kWidth * scale), static_cast<int>(kHeight * scale));
  cairo_t* to = cairo_create(surface);
  cairo_scale(to, scale, scale);
  Drawing(to, chart, kind.dark).all();
  cairo_status_t status = cairo_status(to);
  cairo_destroy(to);
  if (!kind.svg && status == CAIRO_STATUS_SUCCESS) status = cairo_surface_write_to_png_stream(surface, append, &bytes);
  cairo_surface_finish(surface);
  if (status == CAIRO_STATUS_SUCCESS) status = cairo_surface_status(surface);
  cairo_surface_destroy(surface);
  if (status != CAIRO_STATUS_SUCCESS) throw std::runtime_error(std::string("a chart could not be drawn: ") + cairo_status_to_string(status));
  return bytes;
}

}  // namespace attune::bot
