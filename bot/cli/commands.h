// The command line: one function for each word after `attune`. main.cc parses; these do. Each returns
// the exit code and writes for people: results on standard output, trouble on standard error.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "bot/access/limits.h"

namespace attune::bot {

// After sysexits.h; documented in bot/cli/COMMANDS.md.
enum Exit {
  kOk = 0,
  kFailedTest = 1,
  kUsage = 64,
  kWrongScript = 65,   // a script, an intent or a play is wrong
  kMissingInput = 66,  // a folder or file is not there
  kInUse = 69,         // the port or the database belongs to another program
  kDisk = 74,          // the disk refuses
  kConfig = 78,        // the configuration cannot be served safely
};

struct Folders {
  std::string dialogs;
  std::string intents;
};

// The library beside us: the folders of a checkout, else the installed ones.
Folders default_folders();
std::string default_data();  // $XDG_DATA_HOME/attune, else ~/.local/share/attune

struct ServeOptions {
  std::string listen = "127.0.0.1:8080";
  std::string data;
  Folders folders;
  std::string token;  // for integrators, besides those of access.db
  std::string token_file;
  std::vector<std::string> trusted_proxies = {"127.0.0.0/8", "::1"};
  Limits limits;
  std::string timezone = "UTC";
  std::string exit_url = "https://en.wikipedia.org/wiki/Weather";
  std::string log = "info";
  int workers = 2;
};
int serve(const ServeOptions& options);

struct ChatOptions {
  Folders folders;
  std::string script;    // a script's name, or a file to try
  std::string timezone = "UTC";
  std::string language;  // "es"; "" is the library's own
};
int chat(const ChatOptions& options);

struct CheckOptions {
  Folders folders;
  std::vector<std::string> what;  // as bot/cli/workbench.h; none: the library and its plays
  bool only_errors = false;
  std::string format = "text";  // "json", "sarif": bot/cli/findings.h
};
int check(const CheckOptions& options);

struct TestOptions {
  Folders folders;
  std::vector<std::string> what;  // as bot/cli/plays.h
  bool untested = false;          // shows what no play touches
  bool yes = false;               // learn(): writes without asking
  std::string replay;             // replay(): an export, or a folder of them
};
int test(const TestOptions& options);
// What plays expect is brought up to date, shown, and written after a yes.
int learn(const TestOptions& options);
// What people wrote in recorded conversations, said to these scripts: what would go otherwise.
int replay(const TestOptions& options);

// `where`: the new script's path, with or without .talk; `kind`: a template's name.
int new_script(const Folders& folders, const std::string& where, const std::string& kind);

struct GraphOptions {
  Folders folders;
  std::string script;          // a name or a .talk file; "": the library
  std::string format = "svg";  // or "dot"
  std::string to;              // a file; "": standard output
  bool coverage = false;       // which share of the lines the plays touch
};
int graph(const GraphOptions& options);
int list_intents(const Folders& folders);
int list_scripts(const Folders& folders);
int po_merge(const Folders& folders, const std::string& language);
int po_extract(const Folders& folders);
int po_status(const Folders& folders);
int match(const Folders& folders, const std::string& text);
struct Scoring {
  std::vector<std::string> files;
  std::map<std::string, std::string> labels;  // label -> intent
  std::string language = "en";
  bool safety = false;
  bool misses = false;
};
int score(const Folders& folders, const Scoring& scoring);
int give_ids(const std::vector<std::string>& files, bool only_check);
int backup(const std::string& data, const std::string& to);
int rotate_key(const std::string& data);
int forget(const std::string& data, const std::string& who);

struct PublishOptions {
  Folders folders;
  std::string data;
  std::string why;
  bool move = false;     // runs go over at their next question
  bool dry_run = false;
  bool yes = false;
};
int publish(const PublishOptions& options);
int rollback(const PublishOptions& options, const std::string& to);  // a hash or how it begins; "": what was live before
int list_editions(const std::string& data);

struct ExportOptions {
  std::string data;
  std::string who;   // as bot/turn/person.h
  std::string to;    // a folder for both files; "": to standard output
  bool html = false; // the page instead of JSON
};
int export_person(const ExportOptions& options);

struct TokenOptions {
  std::string data;
  std::string name;
  std::string role;
  std::string space = "default";
  std::string expires;  // a duration, or ""
};
int token_add(const TokenOptions& options);
int token_list(const std::string& data);
int token_revoke(const std::string& data, const std::string& name);

struct ChannelOptions {
  std::string data;
  std::string channel;                     // "telegram"
  std::string name = "default";            // which of our bots there
  std::string url;                         // where the world reaches this server: https://bot.example.org
  std::map<std::string, std::string> set;  // settings given instead of asked for
  bool check = true;                       // ask the platform whether the secrets are good
};
// "SETTING=VALUE" or "SETTING=@FILE" into the map. False: one is neither, and was said.
bool settings_from(const std::vector<std::string>& texts, std::map<std::string, std::string>& settings);
int channel_add(const ChannelOptions& options);
int channel_list(const std::string& data);
int channel_status(const std::string& data);
int channel_remove(const ChannelOptions& options);

struct OutboxOptions {
  enum class Do { kList, kShow, kResend, kDrop };
  std::string data;
  Do what = Do::kList;
  std::vector<std::string> letters;
  bool words = false;  // kShow: to whom, and what it says
  bool all = false;    // kResend, kDrop: whatever there is
};
int outbox(const OutboxOptions& options);

struct AuditOptions {
  std::string data;
  std::string what;
  std::string since;  // a duration back from now, or ""
  int limit = 100;
};
int audit(const AuditOptions& options);

// `who` as bot/turn/person.h; `turn` 0: the newest.
int show_why(const std::string& data, const std::string& who, std::uint64_t turn);

int show_routes(bool as_json);

}  // namespace attune::bot
