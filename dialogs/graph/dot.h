// Outlines as DOT, the language of Graphviz, which lays them out: one script with its scenes, or the
// library with its scripts. Whatever a script says is escaped, so that no text can become part of the
// drawing. Pure; the same outlines give the same bytes.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "dialogs/graph/outline.h"
#include "dialogs/language/library.h"

namespace attune::dialogs {

// A number behind each scene, told by its box's colour and, for whoever does not see colours, in words.
struct Shading {
  struct Step { std::string colour, words; };  // of the legend: "#f6b59a", "no line"
  struct Shade { int step = 0; std::string words; };
  std::string heading;                 // "Lines that a play touches"; "": nothing is shaded
  std::vector<Step> legend;
  std::map<std::string, Shade> scenes;  // "listen/say-back kitchen"
  std::map<std::string, Shade> scripts;
};

std::string script_as_dot(const Outline& script, const Shading& shading);

// Folders as frames; calls, switches and gates as arrows; in each box what always.talk hears to go there.
std::string library_as_dot(const std::vector<Outline>& scripts, const std::vector<On>& always, const Shading& shading);

}  // namespace attune::dialogs
