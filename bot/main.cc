// attune: one binary. This file reads the command line and calls one function of bot/cli.
#include <CLI/CLI.hpp>
#include <iostream>
#include <map>
#include <stdexcept>

#include "bot/cli/commands.h"

namespace {

using namespace attune::bot;

constexpr const char* kVersion = "attune " ATTUNE_VERSION;

void add_folders(CLI::App& command, Folders& folders) {
  command.add_option("--dialogs", folders.dialogs, "the folder of .talk scripts")->envname("ATTUNE_DIALOGS")->capture_default_str();
  command.add_option("--intents", folders.intents, "the folder of .intents files")->envname("ATTUNE_INTENTS")->capture_default_str();
}

void add_serve(CLI::App& app, ServeOptions& options) {
  auto* serve = app.add_subcommand("serve", "answer people over HTTP, and serve the chat page");
  serve->add_option("--listen", options.listen, "address and port")->envname("ATTUNE_LISTEN")->capture_default_str();
  serve->add_option("--data", options.data, "the folder of the database and its key")->envname("ATTUNE_DATA")->capture_default_str();
  add_folders(*serve, options.folders);
  serve->add_option("--token", options.token, "what integrators send as `Authorization: Bearer`; better in --token-file")->envname("ATTUNE_TOKEN");
  serve->add_option("--token-file", options.token_file, "a file that holds the token")->envname("ATTUNE_TOKEN_FILE");
  serve->add_option("--trusted-proxy", options.trusted_proxies, "addresses or ranges whose X-Forwarded-For and -Proto are believed")->envname("ATTUNE_TRUSTED_PROXY")->delimiter(',')->capture_default_str();
  serve->add_option("--person-limit", options.limits.person, "messages a second of one person, 0 for no limit")->envname("ATTUNE_PERSON_LIMIT")->capture_default_str()->check(CLI::Range(0.0, 1e6));
  serve->add_option("--address-limit", options.limits.address, "requests a second from one address, 0 for no limit")->envname("ATTUNE_ADDRESS_LIMIT")->capture_default_str()->check(CLI::Range(0.0, 1e6));
  serve->add_option("--token-limit", options.limits.token, "requests a second with one token, 0 for no limit")->envname("ATTUNE_TOKEN_LIMIT")->capture_default_str()->check(CLI::Range(0.0, 1e6));
  serve->add_option("--timezone", options.timezone, "for conditions on the hour, such as Europe/Dublin")->envname("ATTUNE_TIMEZONE")->capture_default_str();
  serve->add_option("--exit-url", options.exit_url, "where `Leave this page` goes")->envname("ATTUNE_EXIT_URL")->capture_default_str();
  serve->add_option("--log", options.log, "error, warn, info or debug")->envname("ATTUNE_LOG")->capture_default_str()
      ->check(CLI::IsMember({"error", "warn", "info", "debug"}));
  serve->add_option("--workers", options.workers, "threads that think")->envname("ATTUNE_WORKERS")->capture_default_str()->check(CLI::Range(1, 64));
}

// `po extract|merge|status`: each does its work when it is parsed.
void add_po(CLI::App& app, int& code) {
  static Folders folders = default_folders();
  static std::string language;
  auto* po = app.add_subcommand("po", "translations: gettext PO files in the po folder of the library");
  po->require_subcommand(1);
  auto* extract = po->add_subcommand("extract", "write every text as a PO template to standard output");
  add_folders(*extract, folders);
  extract->callback([&code] { code = po_extract(folders); });
  auto* merge = po->add_subcommand("merge", "bring a language's file up to date with the scripts, or begin it");
  merge->add_option("language", language, "its code, such as es")->required();
  add_folders(*merge, folders);
  merge->callback([&code] { code = po_merge(folders, language); });
  auto* status = po->add_subcommand("status", "how much of each script is translated, by language");
  add_folders(*status, folders);
  status->callback([&code] { code = po_status(folders); });
}

// `export`, `why`, `forget` and `key rotate`.
void add_people(CLI::App& app, int& code) {
  static ExportOptions exporting;
  static std::string data = default_data(), who;
  exporting.data = data;
  const auto add_data = [](CLI::App& command, std::string& folder) {
    command.add_option("--data", folder, "the folder of the database")->envname("ATTUNE_DATA")->capture_default_str();
  };
  constexpr const char* kWho = "channel:account:place[:thread], such as rest:default:ada, or the id of a person or conversation";
  auto* export_command = app.add_subcommand("export", "everything that is kept of one person, while a server runs or not");
  export_command->add_option("person", exporting.who, kWho)->required();
  export_command->add_flag("--html", exporting.html, "a page to read instead of JSON");
  export_command->add_option("--to", exporting.to, "a folder for both, instead of standard output");
  add_data(*export_command, exporting.data);
  export_command->callback([&code] { code = export_person(exporting); });

  static std::uint64_t turn = 0;
  auto* why_command = app.add_subcommand("why", "what decided a turn of a conversation, in plain words");
  why_command->add_option("conversation", who, kWho)->required();
  why_command->add_option("turn", turn, "its number; without it the newest");
  add_data(*why_command, data);
  why_command->callback([&code] { code = show_why(data, who, turn); });

  auto* forget_command = app.add_subcommand("forget", "destroy one person's key and delete all that is kept of them, for good");
  forget_command->add_option("person", who, kWho)->required();
  add_data(*forget_command, data);
  forget_command->callback([&code] { code = forget(data, who); });

  auto* key_command = app.add_subcommand("key", "the key that everybody's keys are wrapped with");
  key_command->require_subcommand(1);
  auto* rotate = key_command->add_subcommand("rotate", "make a new one and wrap with it; no server may run");
  add_data(*rotate, data);
  rotate->callback([&code] { code = rotate_key(data); });
}

// `publish`, `rollback` and `editions`.
void add_editions(CLI::App& app, const Folders& standard, int& code) {
  static PublishOptions publishing;
  static std::string to;
  publishing.folders = standard;
  publishing.data = default_data();
  const auto add_common = [](CLI::App& command) {
    command.add_option("--data", publishing.data, "the folder of the database")->envname("ATTUNE_DATA")->capture_default_str();
    command.add_option("--why", publishing.why, "the reason, for the history");
    command.add_flag("--move", publishing.move, "runs of older editions go over at their next question");
    command.add_flag("--dry-run", publishing.dry_run, "only say whom it would touch");
    command.add_flag("--yes", publishing.yes, "do not ask");
  };
  auto* publish_command = app.add_subcommand("publish", "check the files, run the plays, say whom it touches, and make them live; while a server runs or not");
  add_folders(*publish_command, publishing.folders);
  add_common(*publish_command);
  publish_command->callback([&code] { code = publish(publishing); });
  auto* back = app.add_subcommand("rollback", "make an edition live that was live before");
  back->add_option("hash", to, "how its hash begins; without it, what was live before this one");
  add_common(*back);
  back->callback([&code] { code = rollback(publishing, to); });
  auto* list = app.add_subcommand("editions", "what was live when, by whom and why, newest first");
  list->alias("history");
  list->add_option("--data", publishing.data, "the folder of the database")->envname("ATTUNE_DATA")->capture_default_str();
  list->callback([&code] { code = list_editions(publishing.data); });
}

// `token add|list|revoke`, `audit` and `routes`: each does its work when it is parsed.
void add_access(CLI::App& app, int& code) {
  static TokenOptions token;
  static AuditOptions asked;
  static bool as_json = false;
  token.data = asked.data = default_data();
  const auto add_data = [](CLI::App& command, std::string& data) {
    command.add_option("--data", data, "the folder of access.db")->envname("ATTUNE_DATA")->capture_default_str();
  };
  auto* tokens = app.add_subcommand("token", "who may do what: access tokens");
  tokens->require_subcommand(1);
  auto* add = tokens->add_subcommand("add", "make a token and show it, once");
  add->add_option("name", token.name, "who will hold it, such as web-shop: a-z 0-9 . _ -")->required();
  add->add_option("--role", token.role, "integrator, author, reviewer, publisher, operator or counselor")->required();
  add->add_option("--expires", token.expires, "after how long it ends: 90d, 12h, \"1 year\"");
  add->add_option("--space", token.space, "the organisation it belongs to")->capture_default_str();
  add_data(*add, token.data);
  add->callback([&code] { code = token_add(token); });
  auto* list = tokens->add_subcommand("list", "every token there ever was, never the token itself");
  add_data(*list, token.data);
  list->callback([&code] { code = token_list(token.data); });
  auto* revoke = tokens->add_subcommand("revoke", "end a token; a running server knows within a second");
  revoke->add_option("name", token.name, "its name")->required();
  add_data(*revoke, token.data);
  revoke->callback([&code] { code = token_revoke(token.data, token.name); });

  auto* audit_command = app.add_subcommand("audit", "who did what and when, newest first");
  audit_command->add_option("--what", asked.what, "only these: start, reload, token_add, token_revoke, export, forget, link, unlink, publish, rollback, why, outbox_words, outbox_resend, outbox_drop, refused_logins");
  audit_command->add_option("--since", asked.since, "only the last 7d, 12h, \"2 weeks\"");
  audit_command->add_option("--limit", asked.limit, "at most so many")->capture_default_str()->check(CLI::Range(1, 100'000));
  add_data(*audit_command, asked.data);
  audit_command->callback([&code] { code = audit(asked); });

  auto* routes_command = app.add_subcommand("routes", "every address the server answers, and who may use it");
  routes_command->add_flag("--json", as_json, "for programs");
  routes_command->callback([&code] { code = show_routes(as_json); });
}

// `channel add|list|status|remove`: each does its work when it is parsed.
void add_channels(CLI::App& app, int& code) {
  static ChannelOptions options;
  static std::vector<std::string> set;
  static bool no_check = false;
  options.data = default_data();
  auto* channels = app.add_subcommand("channel", "our bots on chat platforms");
  channels->require_subcommand(1);
  const auto add_data = [](CLI::App& command) {
    command.add_option("--data", options.data, "the folder of channels.json")->envname("ATTUNE_DATA")->capture_default_str();
  };
  const auto add_which = [](CLI::App& command) {
    command.add_option("channel", options.channel, "the platform, such as telegram")->required();
    command.add_option("--name", options.name, "which of our bots there")->capture_default_str();
  };
  auto* add = channels->add_subcommand("add", "set one up, or change it: asks for what is missing");
  add_which(*add);
  add->add_option("--set", set, "SETTING=VALUE, instead of being asked; `@FILE` as the value reads it");
  add->add_option("--url", options.url, "where the world reaches this server, such as https://bot.example.org");
  add_data(*add);
  add->add_flag("--no-check", no_check, "do not ask the platform whether the secrets are good");
  add->callback([&code] {
    options.check = !no_check;
    code = settings_from(set, options.set) ? channel_add(options) : static_cast<int>(kUsage);
  });
  auto* list = channels->add_subcommand("list", "which are set up, and their webhooks");
  add_data(*list);
  list->callback([&code] { code = channel_list(options.data); });
  auto* status = channels->add_subcommand("status", "how they are doing, from the running server");
  add_data(*status);
  status->callback([&code] { code = channel_status(options.data); });
  auto* remove = channels->add_subcommand("remove", "turn one off and forget its secrets");
  add_which(*remove);
  add_data(*remove);
  remove->callback([&code] { code = channel_remove(options); });
}

// `outbox list|show|resend|drop`.
void add_outbox(CLI::App& app, int& code) {
  static OutboxOptions options;
  options.data = default_data();
  auto* box = app.add_subcommand("outbox", "what could not be sent, by way of the running server");
  box->require_subcommand(1);
  const auto add = [&](const char* name, const char* about, OutboxOptions::Do what) {
    auto* command = box->add_subcommand(name, about);
    command->add_option("--data", options.data, "the folder of the database")->envname("ATTUNE_DATA")->capture_default_str();
    command->callback([&code, what] {
      options.what = what;
      code = outbox(options);
    });
    return command;
  };
  add("list", "dead letters, newest first, without anybody's words", OutboxOptions::Do::kList);
  auto* show = add("show", "one of them", OutboxOptions::Do::kShow);
  show->add_option("letter", options.letters, "as `list` shows it")->required()->expected(1);
  show->add_flag("--words", options.words, "also to whom it was and what it said; a row of the audit");
  for (auto* command : {add("resend", "sends them again", OutboxOptions::Do::kResend), add("drop", "lets them go", OutboxOptions::Do::kDrop)}) {
    command->add_option("letters", options.letters, "as `list` shows them");
    command->add_flag("--all", options.all, "whatever `list` shows");
  }
}

int run(int argc, char** argv) {
  CLI::App app{"attune: guided conversations from scripts that people can read.\n"};
  app.set_version_flag("--version", kVersion);
  app.set_config("--config", "", "a file with the same options, as `serve.listen = \"127.0.0.1:8080\"`")->envname("ATTUNE_CONFIG");
  app.require_subcommand(1);
  app.footer("Exit codes: 0 done, 1 a play failed, 64 wrong usage, 65 a script is wrong, 66 not found, 69 in use, 74 the disk refuses, 78 unsafe configuration.\n"
             "More: bot/cli/COMMANDS.md");
  app.failure_message(CLI::FailureMessage::simple);

  const Folders standard = default_folders();
  ServeOptions serving;
  serving.data = default_data();
  serving.folders = standard;
  add_serve(app, serving);

  ChatOptions chatting;
  chatting.folders = standard;
  auto* chat_command = app.add_subcommand("chat", "hold a conversation here in the terminal; nothing is stored");
  chat_command->add_option("script", chatting.script, "begin with this script, such as listen/say-back, or with a .talk file");
  chat_command->add_option("--language", chatting.language, "in a language of the translations, such as es");
  chat_command->add_option("--timezone", chatting.timezone, "for conditions on the hour")->capture_default_str();
  add_folders(*chat_command, chatting.folders);

  Folders folders = standard;
  std::vector<std::string> files;
  CheckOptions checking;
  checking.folders = standard;
  auto* check_command = app.add_subcommand("check", "find every mistake in the scripts and intents");
  check_command->add_option("what", checking.what, "scripts, plays, or folders of them, checked together with the library; nothing: the library");
  check_command->add_flag("--errors", checking.only_errors, "leave the warnings out");
  check_command->add_option("--format", checking.format, "text for people, json or sarif for editors and reviews")->check(CLI::IsMember({"text", "json", "sarif"}))->capture_default_str();
  add_folders(*check_command, checking.folders);

  TestOptions testing;
  testing.folders = standard;
  bool learning = false;
  auto* test_command = app.add_subcommand("test", "run the plays beside the scripts, and say which lines none touches");
  test_command->add_option("what", testing.what, "a .play file, a .talk file with a play beside it, a folder, or part of a play's name; nothing: all of the library");
  auto* show_untested = test_command->add_flag("--untested", testing.untested, "show the lines that no play touches, in their source");
  auto* learn_flag = test_command->add_flag("--learn", learning, "bring what plays expect up to date with what the bot says: shown first, written after a yes")->excludes(show_untested);
  test_command->add_flag("--yes", testing.yes, "write without asking")->needs(learn_flag);
  test_command->add_option("--replay", testing.replay, "an export, or a folder of them: what people wrote there is said to these scripts, and what would go otherwise is shown")->excludes(show_untested)->excludes(learn_flag);
  add_folders(*test_command, testing.folders);

  std::string name, kind = "ask";
  auto* new_command = app.add_subcommand("new", "begin a script: it and its play, from a template, ready to be changed");
  new_command->add_option("name", name, "where, such as listen/first-try")->required();
  new_command->add_option("--template", kind, "ask, rehearsal, check-in or heavy")->capture_default_str();
  add_folders(*new_command, folders);

  GraphOptions drawing;
  drawing.folders = standard;
  auto* graph_command = app.add_subcommand("graph", "a picture of a script and its scenes, or of the library and its scripts");
  graph_command->add_option("script", drawing.script, "a script's name or a .talk file; nothing: the library");
  graph_command->add_option("--format", drawing.format, "svg, or dot for Graphviz's own text")->check(CLI::IsMember({"svg", "dot"}))->capture_default_str();
  graph_command->add_option("--to", drawing.to, "a file, instead of standard output");
  graph_command->add_flag("--coverage", drawing.coverage, "shade each by how many of its lines a play touches");
  add_folders(*graph_command, drawing.folders);

  auto* intents_command = app.add_subcommand("intents", "list what a script can listen for, and what a person can always say");
  add_folders(*intents_command, folders);
  auto* scripts_command = app.add_subcommand("scripts", "list the scripts of the library by name");
  add_folders(*scripts_command, folders);

  std::string text;
  auto* match_command = app.add_subcommand("match", "show which intents a sentence fires, by which words, and what lost");
  match_command->add_option("text", text, "the sentence")->required();
  add_folders(*match_command, folders);

  Scoring scoring;
  std::vector<std::string> maps;
  auto* score_command = app.add_subcommand("score", "precision and recall of the intents on labelled lines");
  score_command->add_option("files", scoring.files, "lines of text, a tab, and a label")->required();
  score_command->add_option("--map", maps, "LABEL=INTENT where the two have different names");
  score_command->add_flag("--misses", scoring.misses, "print every line that went wrong");
  score_command->add_flag("--safety", scoring.safety, "how many lines of each label safety acts on, by tier");
  score_command->add_option("--language", scoring.language, "the language of the lines")->capture_default_str();
  add_folders(*score_command, folders);

  bool only_check = false;
  auto* fmt_command = app.add_subcommand("fmt", "give every line of a script its id; nothing else is touched");
  fmt_command->add_option("files", files, ".talk files")->required();
  fmt_command->add_flag("--check", only_check, "change nothing, fail if an id is missing");

  std::string data = default_data();
  std::string to;
  auto* backup_command = app.add_subcommand("backup", "copy the database while it is in use");
  backup_command->add_option("to", to, "the copy's path")->required();
  backup_command->add_option("--data", data, "the folder of the database")->envname("ATTUNE_DATA")->capture_default_str();

  int code = kOk;
  add_people(app, code);
  add_access(app, code);
  add_editions(app, standard, code);
  add_po(app, code);
  add_channels(app, code);
  add_outbox(app, code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kOk : kUsage;
  }
  for (const char* done : {"export", "why", "forget", "key", "token", "audit", "routes", "po", "channel", "outbox", "publish", "rollback", "editions"}) {
    if (app.got_subcommand(done)) return code;
  }
  if (app.got_subcommand("serve")) return serve(serving);
  if (app.got_subcommand(chat_command)) return chat(chatting);
  if (app.got_subcommand(check_command)) return check(checking);
  if (app.got_subcommand(test_command)) return learning ? learn(testing) : testing.replay.empty() ? test(testing) : replay(testing);
  if (app.got_subcommand(new_command)) return new_script(folders, name, kind);
  if (app.got_subcommand(graph_command)) return graph(drawing);
  if (app.got_subcommand(intents_command)) return list_intents(folders);
  if (app.got_subcommand(scripts_command)) return list_scripts(folders);
  if (app.got_subcommand(match_command)) return match(folders, text);
  if (app.got_subcommand(fmt_command)) return give_ids(files, only_check);
  if (app.got_subcommand(backup_command)) return backup(data, to);
  for (const std::string& pair : maps) {
    const auto equals = pair.find('=');
    if (equals == std::string::npos || equals == 0) {
      std::cerr << "--map wants LABEL=INTENT, not \"" << pair << "\"\n";
      return kUsage;
    }
    scoring.labels[pair.substr(0, equals)] = pair.substr(equals + 1);
  }
  return score(folders, scoring);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {  // a missing folder, an unreadable file: said in words where thrown
    std::cerr << "attune: " << error.what() << "\n";
    return kMissingInput;
  }
}
