#include "small_library.h"

namespace attune::dialogs::small {
namespace {

std::string script(const std::string& title, const std::string& body,
                   const std::string& header = "") {
  return "title: " + title + "\nabout: For tests.\nreviewed: draft\n" + header + "\n== start\n" +
         body;
}

Files make_files() {
  Files files;
  files["always.talk"] =
      "on start call help/menu\non idle call help/menu\non notice call help/notice\n"
      "on stop switch to safety/stop\non pause call safety/pause\non exit switch to safety/exit\n"
      "on help call help/help\non help-now call safety/help-now\n"
      "on delete-my-data call safety/delete-my-data\n"
      "on danger switch to safety/danger\non low call safety/low\n";
  files["memory.talk"] = "slots\n  my.name: text up to 40\n  my.region: choice\n";
  files["safety/cards.json"] =
      "{\"regions\": {\"\": {\"name\": \"International\", \"emergency\": \"the emergency number\", "
      "\"crisis\": \"a help line\", \"verified_on\": \"2026-11-23\", \"sources\": []},\n"
      " \"de\": {\"name\": \"Germany\", \"emergency\": \"112\"}}}\n";
  const char* repairs[] = {"no-match",       "unclear", "bad-value",   "too-long",
                           "nothing-said",   "no-skip", "no-back",     "lost",  "chart", "nobody-yet",
                           "internal-error", "resume",  "welcome-back"};
  for (const char* name : repairs) {
    files[std::string("repair/") + name + ".talk"] =
        script(name, "Bot: About that. #repair01\nend\n");
  }
  files["repair/pause.talk"] =
      script("Pause",
             "choose\n  Bot: How shall we go on? #pause01\n  * Go on #pause02\n"
             "  * Stop #pause03 -> end stopped\nend\n");
  for (const char* name :
       {"stop", "pause", "exit", "help-now", "delete-my-data", "danger", "low"}) {
    files[std::string("safety/") + name + ".talk"] =
        script(name, "Bot: All right. #safety01\nend\n", "topic: safety\n");
  }
  for (const char* name : {"help", "notice"}) {
    files[std::string("help/") + name + ".talk"] =
        script(name, "Bot: I am an automated program. #help01\nend\n");
  }
  files["help/menu.talk"] =
      script("Menu", "choose\n  Bot: What now? #menu01\n  * One #menu02\n  * Two #menu03\nend\n");
  return files;
}

}  // namespace

const Vocabulary& vocabulary() {
  static const Vocabulary kWords = {
      {"blame", IntentKind::kPlain},    {"advice", IntentKind::kPlain},
      {"defend", IntentKind::kPlain},   {"danger", IntentKind::kSafetyHard},
      {"low", IntentKind::kSafetySoft}, {"stop", IntentKind::kCommand},
      {"pause", IntentKind::kCommand},  {"exit", IntentKind::kCommand},
      {"help", IntentKind::kCommand},   {"help-now", IntentKind::kCommand},
      {"back", IntentKind::kCommand},   {"repeat", IntentKind::kCommand},
      {"skip", IntentKind::kCommand},   {"delete-my-data", IntentKind::kCommand}};
  return kWords;
}

std::string fold(std::string_view text) {
  std::string folded;
  for (const char c : text) {
    if (c >= 'A' && c <= 'Z')
      folded += static_cast<char>(c - 'A' + 'a');
    else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == ' ' || c < 0)
      folded += c;
  }
  return folded;
}

const Files& files() {
  static const Files kFiles = make_files();
  return kFiles;
}

std::vector<SourceFile> as_sources(const Files& of) {
  std::vector<SourceFile> sources;
  for (const auto& [path, text] : of) sources.push_back({path, text});
  return sources;
}

Loaded load_with(const Files& more) {
  Files all = files();
  for (const auto& [path, text] : more) {
    if (text.rfind("(no file)", 0) == 0)
      all.erase(path);
    else
      all[path] = text;
  }
  return load(as_sources(all), vocabulary(), fold);
}

std::vector<std::string> found(const Diagnostics& list, bool errors) {
  std::vector<std::string> codes;
  for (const Diagnostic& one : list) {
    if (errors && one.severity != Severity::kError) continue;
    codes.push_back(one.path + ":" + std::to_string(one.place.line) + " " + one.code);
  }
  return codes;
}

std::string told(const Diagnostics& list, const Files& of) {
  std::string all;
  for (const Diagnostic& one : list) {
    const auto text = of.find(one.path);
    all += render(one, text == of.end() ? "" : text->second) + "\n";
  }
  return all;
}

}  // namespace attune::dialogs::small
