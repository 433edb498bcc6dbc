// attune new: a script and its play, copied from a template that passes the check and its plays.
//
// Templates lie beside the library (dialogs/templates; installed: share/attune/templates), are scripts
// like any other, and bear ids that begin with kLetters; a copy gets letters of its own name.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <stdexcept>

#include "bot/cli/commands.h"
#include "bot/cli/workbench.h"
#include "dialogs/language/line_ids.h"
#include "dialogs/language/words.h"

namespace attune::bot {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kLetters = "#tmpl";
constexpr std::string_view kStart = "> start template\n";

std::string read(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) throw std::runtime_error("cannot read the template " + file.string());
  return text.str();
}

std::string with(std::string text, std::string_view what, const std::string& instead) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += instead.size()) text.replace(at, what.size(), instead);
  return text;
}

std::string templates_beside(const Folders& folders) {
  const fs::path beside = fs::path(folders.dialogs) / ".." / "templates";
  if (!fs::is_directory(beside)) throw std::runtime_error("there is no folder " + beside.lexically_normal().string() + ": templates lie beside the library, so copy that folder there too, or leave --dialogs away to use those that came with attune");
  return beside.lexically_normal().string();
}

std::string names_of(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".talk") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  std::string all;
  for (const std::string& name : names) all += (all.empty() ? "" : ", ") + name;
  return all;
}

// How a script at this path is called: its path if it could be a name, else its last part.
std::string name_of(const fs::path& path, const Folders& folders) {
  std::error_code error;
  const fs::path below = fs::relative(fs::weakly_canonical(path, error), fs::weakly_canonical(folders.dialogs, error), error);
  const bool inside = !error && !below.empty() && *below.begin() != "..";
  std::string name = (inside ? below : path).generic_string();
  std::istringstream parts(name);
  for (std::string part; std::getline(parts, part, '/');) {
    if (!dialogs::is_name(part)) name = path.filename().string();
  }
  return name;
}

// "first-try" -> "First try".
std::string title_of(const std::string& name) {
  std::string title = with(name.substr(name.rfind('/') + 1), "-", " ");
  title[0] = static_cast<char>(title[0] - 'a' + 'A');
  return title;
}

void refuse_taken(const fs::path& path, const std::string& name, const Folders& folders) {
  for (const char* ending : {".talk", ".play"}) {
    if (fs::exists(path.string() + ending)) throw std::runtime_error(path.string() + ending + " is already there: give another name");
  }
  if (name == "always" || name == "memory" || name == "remarks") throw std::runtime_error(name + ".talk has a form of its own, as dialogs/REFERENCE.md says: give another name");
  if (fs::exists(fs::path(folders.dialogs) / (name + ".talk"))) throw std::runtime_error("the library has a script " + name + " already: give another name");
}

void write(const std::string& file, const std::string& text) {
  std::ofstream out(file, std::ios::binary);
  out << text;
  out.flush();
  if (!out) throw std::runtime_error("cannot write " + file);
}

}  // namespace

int new_script(const Folders& folders, const std::string& where, const std::string& kind) {
  fs::path path = where;
  if (path.extension() == ".talk") path.replace_extension();
  if (!dialogs::is_name(path.filename().string())) {
    std::cerr << "a script's name is small letters, digits and dashes, and begins with a letter, such as listen/first-try; not \"" << path.filename().string() << "\"\n";
    return kUsage;
  }
  const std::string folder = templates_beside(folders);
  const fs::path source = fs::path(folder) / kind;
  if (!dialogs::is_name(kind) || !fs::exists(source.string() + ".talk")) {
    std::cerr << "there is no template " << kind << "; there are " << names_of(folder) << "\n";
    return kUsage;
  }
  const std::string name = name_of(path, folders);
  refuse_taken(path, name, folders);
  const std::string letters = "#" + dialogs::id_letters(name);
  std::string script = with(read(source.string() + ".talk"), kLetters, letters);
  script = "title: " + title_of(name) + script.substr(std::min(script.find('\n'), script.size()));
  const std::string play = with(with(read(source.string() + ".play"), kLetters, letters), kStart, "> start " + name + "\n");
  if (path.has_parent_path()) fs::create_directories(path.parent_path());
  write(path.string() + ".talk", script);
  write(path.string() + ".play", play);
  const std::string talk = path.string() + ".talk";
  std::cout << talk << " and " << path.filename().string() << ".play beside it: change them as you like.\n"
            << "  attune chat " << talk << "    holds it with you\n"
            << "  attune check " << talk << "   finds every mistake\n"
            << "  attune test " << talk << "    runs its plays\n";
  return kOk;
}

}  // namespace attune::bot
