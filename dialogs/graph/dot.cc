#include "dialogs/graph/dot.h"

#include <algorithm>

namespace attune::dialogs {
namespace {

constexpr std::size_t kLabelLetters = 30;  // wider ones push the boxes of a large script apart
constexpr std::size_t kFirstLetters = 38;
constexpr std::size_t kRows = 6;
constexpr std::size_t kLabels = 3;

// For an HTML-like label: as XML; a control character, which XML cannot hold, becomes a space.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default: out += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? ' ' : c;
    }
  }
  return out;
}

std::string quoted(std::string_view name) {
  std::string out = "\"";
  for (const char c : name) {
    if (c == '"' || c == '\\') out += '\\';
    out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return out + '"';
}

// At most so many characters, never cut inside one.
std::string shortened(const std::string& text, std::size_t most) {
  std::size_t letters = 0, at = 0;
  for (; at < text.size(); ++at) {
    const bool begins = (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80;
    if (begins && ++letters > most) break;
  }
  return at >= text.size() ? text : text.substr(0, text.find_last_not_of(' ', at - 1) + 1) + "…";
}

std::string row(const std::string& inside) { return "<TR><TD ALIGN=\"LEFT\">" + inside + "</TD></TR>"; }
std::string small(const std::string& text) { return "<FONT POINT-SIZE=\"10\" COLOR=\"#444444\">" + escaped(text) + "</FONT>"; }
std::string bold(const std::string& text) { return "<B>" + escaped(text) + "</B>"; }

// A box: its rows, its colour if it is shaded, its frame.
std::string box(const std::string& id, const std::string& rows, const Shading& shading, const Shading::Shade* shade, const std::string& more) {
  const std::string words = shade == nullptr ? "" : row(small(shade->words));
  const std::string colour = shade == nullptr ? "#ffffff" : shading.legend[static_cast<std::size_t>(shade->step)].colour;
  return "  " + quoted(id) + " [fillcolor=\"" + colour + "\"" + more + ", tooltip=" + quoted(id) +
         ", label=<<TABLE BORDER=\"0\" CELLBORDER=\"0\" CELLSPACING=\"0\" CELLPADDING=\"1\">" + rows + words + "</TABLE>>];\n";
}

const Shading::Shade* find(const std::map<std::string, Shading::Shade>& shades, const std::string& key) {
  const auto found = shades.find(key);
  return found == shades.end() ? nullptr : &found->second;
}

std::string scene_rows(const Outline::Scene& scene, bool first) {
  std::string name = bold(scene.name);
  if (scene.calm) name += " " + small("calm");
  if (scene.checkpoint) name += " " + small("checkpoint");
  std::string rows = (first ? row(small("begins here")) : "") + row(name);
  if (!scene.first.empty()) rows += row("<I>" + small(shortened(scene.first, kFirstLetters)) + "</I>");
  for (std::size_t at = 0; at < std::min(kRows, scene.steps.size()); ++at) rows += row(escaped(scene.steps[at]));
  if (scene.steps.size() > kRows) rows += row(small("and " + std::to_string(scene.steps.size() - kRows) + " more"));
  return rows;
}

std::string label_of(const std::vector<std::string>& labels) {
  std::string all;
  for (std::size_t at = 0; at < std::min(kLabels, labels.size()); ++at) all += (at == 0 ? "" : "<BR/>") + escaped(shortened(labels[at], kLabelLetters));
  if (labels.size() > kLabels) all += "<BR/>and " + std::to_string(labels.size() - kLabels) + " more";
  return all.empty() ? "" : "label=<" + all + ">";
}

std::string legend(const std::string& title, const Shading& shading, const std::string& arrows) {
  std::string table = "<TABLE BORDER=\"0\" CELLBORDER=\"0\" CELLSPACING=\"4\"><TR><TD COLSPAN=\"12\" ALIGN=\"LEFT\"><B>" + escaped(title) + "</B></TD></TR>";
  if (!shading.heading.empty()) {
    table += "<TR><TD ALIGN=\"LEFT\">" + escaped(shading.heading) + ":</TD>";
    for (const auto& step : shading.legend) table += "<TD BGCOLOR=\"" + step.colour + "\" BORDER=\"1\"> " + escaped(step.words) + " </TD>";
    table += "</TR>";
  }
  if (!arrows.empty()) table += "<TR><TD COLSPAN=\"12\" ALIGN=\"LEFT\">" + small(arrows) + "</TD></TR>";
  return "  label=<" + table + "</TABLE>>;\n";
}

std::string head(const std::string& name) {
  return "digraph " + quoted(name) + " {\n"
         "  charset=\"UTF-8\";\n"
         "  graph [rankdir=TB, nodesep=0.25, ranksep=0.45, labelloc=t, labeljust=l, fontname=\"Helvetica,Arial,sans-serif\", fontsize=14, bgcolor=white];\n"
         "  node [shape=box, style=\"rounded,filled\", fontname=\"Helvetica,Arial,sans-serif\", fontsize=12, margin=\"0.08,0.04\", color=\"#666666\"];\n"
         "  edge [fontname=\"Helvetica,Arial,sans-serif\", fontsize=10, color=\"#555555\", fontcolor=\"#333333\", arrowsize=0.7];\n";
}

std::string folder_of(const std::string& script) {
  const std::size_t slash = script.rfind('/');
  return slash == std::string::npos ? "" : script.substr(0, slash);
}

std::string counted(std::size_t n, const std::string& noun) { return std::to_string(n) + " " + noun + (n == 1 ? "" : "s"); }

std::string library_arrow(const std::string& from, const Outline::Way& way) {
  static const char* const kStyles[] = {"", " [style=dashed]", " [style=dotted, arrowhead=empty]"};
  return "  " + quoted(from) + " -> " + quoted(way.script) + kStyles[static_cast<int>(way.kind)] + ";\n";
}

// What always.talk hears to come here, told in the box: arrows from one place to everywhere hide the rest.
std::string heard_row(const std::string& script, const std::vector<On>& always) {
  std::vector<std::string> heard;
  for (const On& on : always) {
    if (on.script == script) heard.push_back(on.intent);
  }
  if (heard.empty()) return "";
  std::string rows;
  for (std::size_t at = 0; at < std::min(kLabels, heard.size()); ++at) rows += row(small("on " + heard[at]));
  return rows + (heard.size() > kLabels ? row(small("and " + std::to_string(heard.size() - kLabels) + " more")) : "");
}

std::string library_box(const Outline& one, const std::vector<On>& always, const Shading& shading) {
  std::size_t lines = 0;
  for (const auto& scene : one.scenes) lines += scene.lines.size();
  const std::string rows = row(bold(one.script)) + row(escaped(shortened(one.title, kFirstLetters))) +
                           row(small(counted(one.scenes.size(), "scene") + ", " + counted(lines, "line"))) + heard_row(one.script, always);
  return "  " + box(one.script, rows, shading, find(shading.scripts, one.script), "");
}

}  // namespace

std::string script_as_dot(const Outline& script, const Shading& shading) {
  std::string out = head(script.script) + legend(script.title.empty() ? script.script : script.title + " (" + script.script + ")", shading, "");
  for (std::size_t at = 0; at < script.scenes.size(); ++at) {
    const auto& scene = script.scenes[at];
    out += box(scene.name, scene_rows(scene, at == 0), shading, find(shading.scenes, script.script + " " + scene.name), at == 0 ? ", penwidth=2" : "");
  }
  for (const auto& arrow : script.arrows) {
    const auto name = [&](int scene) { return quoted(script.scenes[static_cast<std::size_t>(scene)].name); };
    out += "  " + name(arrow.from) + " -> " + name(arrow.to) + " [" + label_of(arrow.labels) + "];\n";
  }
  return out + "}\n";
}

std::string library_as_dot(const std::vector<Outline>& scripts, const std::vector<On>& always, const Shading& shading) {
  std::map<std::string, std::vector<const Outline*>> folders;
  for (const Outline& one : scripts) folders[folder_of(one.script)].push_back(&one);
  std::string out = head("library") + legend("The library: " + counted(scripts.size(), "script"), shading,
                                             "solid: calls · dashed: switches to · dotted: sends who may not begin to · on: what always.talk hears to go there");
  for (const auto& [folder, inside] : folders) {
    if (!folder.empty()) out += "  subgraph " + quoted("cluster " + folder) + " { label=<" + bold(folder) + ">; color=\"#bbbbbb\"; style=rounded;\n";
    for (const Outline* one : inside) out += library_box(*one, always, shading);
    if (!folder.empty()) out += "  }\n";
  }
  for (const Outline& one : scripts) {
    for (const auto& way : one.ways) out += library_arrow(one.script, way);
  }
  return out + "}\n";
}

}  // namespace attune::dialogs
