// Violations hidden behind a call, an interrupt, a rewind, a guard, a switch, a remark, another
// script's flag: each is found, and each is gone once one thing is mended, so that the check neither
// misses it nor cries wolf.
#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "definition_examples.h"

using namespace attune::dialogs;
using small::Files;

namespace {

struct Hidden {
  const char* behind;
  const char* code;
  const char* script;   // practice/x.talk
  const char* others;   // further files: "=== path", then its text
  const char* line;     // what is mended, and how; in whichever file has it
  const char* instead;
};

#define GATE "topic: forgiveness\nneeds: not safety.open\nneeds otherwise: help/help\n"
#define HEAVY "heavy: yes\n"
#define CONSENT "consent heavy\n  Bot: This may stir things up. Go on?\n  declined -> rest\n"
#define AWAY "consent heavy\n  Bot: This may stir things up. Go on?\n  declined -> away\n"
#define GONE "\n== away\nBot: Another day.\nend paused\n"
#define REST "\n== rest (calm)\nBot: Let it rest.\nend completed\n"
#define ASK(slot) "ask " slot "\n  Bot: What happened?\n"
#define TEXT(slot) "slots\n  " slot ": text up to 99, keep run\n"
#define FREE "choose\n  Bot: So?\n  * One\n  * Not now (not now)\n"
#define ALWAYS_BUT(exit, danger) \
  "=== always.talk\non start call help/menu\non idle call help/menu\non notice call help/notice\non stop switch to safety/stop\n" \
  "on pause call safety/pause\non exit " exit " safety/exit\non help call help/help\non help-now call safety/help-now\n" \
  "on delete-my-data call safety/delete-my-data\non danger " danger " safety/danger\non low call safety/low\n"
#define PICK "choose\n  Bot: So?\n  * One\n  * Two\n"

const Hidden kHidden[] = {
    // A slot that may have no value.
    {"skip", "AT080", TEXT("it") "\n== start\n" ASK("it") "  skip -> told\n-> told\n\n== told\nBot: {it}.\nend\n", "",
     "Bot: {it}.", "if it is set\n  Bot: {it}."},
    {"a choice's guard", "AT080",
     TEXT("it") "\n== start\nchoose\n  Bot: So?\n  * One -> told\n    only if safety.open\n  * Two -> more\n  * Three -> more\n\n"
     "== more\n" ASK("it") "-> told\n\n== told\nBot: {it}.\nend\n", "",
     "* One -> told", "* One -> more"},
    {"a question that its guards leave out", "AT080",
     "slots\n  it: choice\n\n== start\nchoose it\n  Bot: So?\n  * One\n    only if safety.open\n  * Two\nBot: {it}.\nend\n", "",
     "only if safety.open", "also: first"},
    {"a branch that forgets before the sixth answer", "AT080",
     TEXT("it") "\n== start\n" ASK("it") "  when blame\n    Bot: Once more.\n    forget it\n    again at most 6\nBot: {it}.\nend\n", "",
     "again at most 6", "again at most 5"},
    {"a branch that lets the words go", "AT080",
     TEXT("it") "\n== start\n" ASK("it") "  when blame\n    forget it\nBot: {it}.\nend\n", "",
     "forget it", "Bot: Hm."},
    {"the prompt that is said again", "AT080",
     TEXT("it") "  on: text up to 9\n\n== start\n" ASK("it")
     "ask on\n  Bot: {it}. And then?\n  when blame\n    forget it\n    again at most 1\nend\n", "",
     "forget it", "Bot: Hm."},
    {"the line that a question leans on", "AT080",
     TEXT("it") "  on: text up to 9\n\n== start\n" ASK("it")
     "Bot: {it}. And then?\nask on\n  when blame\n    forget it\n    again at most 1\nend\n", "",
     "forget it", "Bot: Hm."},
    {"a way back", "AT080",
     TEXT("it") "  on: text up to 9\n\n== start\n" ASK("it") "ask on\n  Bot: {it}. And then?\nforget it\n" PICK "end\n", "",
     PICK, ""},
    {"a way back out of a called script", "AT080",
     TEXT("it") "  on: text up to 9\n\n== start\n" ASK("it") "ask on\n  Bot: Then?\n  skip -> told\nforget it\ncall listen/away\nend\n\n== told\nBot: {it}.\nend\n",
     "=== listen/away.talk\n== start\n" PICK "end\n", "forget it\n", ""},
    {"rewind", "AT080",
     TEXT("it") "  on: text up to 9\n\n== start\n" ASK("it") "-> again\n\n== again (checkpoint)\nif visited again 2 times\n  Bot: {it}.\n  end\n"
     "forget it\n" ASK("it") "-> over\n\n== over\nrewind to again\n", "",
     "rewind to again", "rewind to again keeping it"},
    {"a checkpoint entered without it", "AT080",
     "slots\n  n: number 0 to 9\n\n== start (checkpoint)\nif visited start 2 times\n  Bot: {n}.\n  end\n" "set n = 2\n" PICK "rewind to start\n", "",
     "rewind to start", "rewind to start keeping n"},
    {"words kept for one answer, and asked again", "AT080",
     "slots\n  it: text up to 99, keep none\n  on: text up to 9\n\n== start\n" ASK("it") "ask on\n  Bot: {it}. And then?\nend\n", "",
     "keep none", "keep run"},
    {"a nudge", "AT080",
     TEXT("it") "\n== start\nask it\n  Bot: What?\n  nudge after 2 hours: You wrote {it}.\nend\n", "",
     "You wrote {it}.", "Still there?"},
    {"a timeout", "AT080",
     TEXT("it") "\n== start\nask it\n  Bot: What?\n  timeout after 2 days -> told\n-> told\n\n== told\nBot: {it}.\nend\n", "",
     "Bot: {it}.", "Bot: Well."},
    {"a script that is called and forgets what is remembered", "AT080",
     "\n== start\nif my.name is set\n  call listen/away\n  Bot: {my.name}.\nend\n",
     "=== listen/away.talk\n== start\nforget my.name\nend\n", "forget my.name", "Bot: Hm."},
    {"another script that forgets it meanwhile", "AT080",
     "\n== start\nif my.name is set\n  " "-> ask-on\nend\n\n== ask-on\n" PICK "Bot: {my.name}.\nend\n",
     "=== listen/away.talk\n== start\nforget my.name\nend\n", "forget my.name", "Bot: Hm."},
    {"save", "AT080",
     TEXT("it") "\n== start\ncall listen/away save it\nBot: {it}.\nend\n",
     "=== listen/away.talk\n" TEXT("it") "\n== start\n" ASK("it") "  skip -> out\n-> out\n\n== out\nend\n",
     "call listen/away save it", "call listen/away save it\nask it\n  Bot: What?"},
    {"remarks of another file", "AT080",
     TEXT("it") "  on: text up to 9\n\n== start\nask on\n  Bot: So?\n  use hints\nend\n",
     "=== remarks.talk\nremarks hints\n  when blame\n    Bot: {it}.\n", "ask on", "ask it"},
    // {heard} without words.
    {"a question in the branch", "AT076",
     TEXT("it") "\n== start\n" ASK("it") "  when blame\n    choose\n      Bot: So?\n      * One\n      * Two\n    Bot: \"{heard}\" it was.\nend\n", "",
     "Bot: \"{heard}\" it was.", "Bot: It was."},
    {"a doubled not", "AT076",
     TEXT("it") "\n== start\n" ASK("it") "  when not (not blame)\n    Bot: \"{heard}\" it was.\nend\n", "",
     "when not (not blame)", "when blame"},
    {"a prompt put again", "AT076",
     TEXT("it") "\n== start\n" ASK("it") "  when blame\n    choose\n      Bot: \"{heard}\": so?\n      * One\n      * Two\nend\n", "",
     "Bot: \"{heard}\": so?", "Bot: So?"},
    // Heavy.
    {"a call", "AT095", HEAVY "\n== start\ncall listen/deep\n" CONSENT "-> rest\n" REST,
     "=== listen/deep.talk\n== start\n" PICK "end\n", "call listen/deep\n", ""},
    {"a call of a call", "AT095", HEAVY "\n== start\ncall listen/deep\n" CONSENT "-> rest\n" REST,
     "=== listen/deep.talk\n== start\ncall listen/deeper\nend\n=== listen/deeper.talk\n== start\n" PICK "end\n",
     PICK, "Bot: Nothing.\n"},
    {"a gate that puts another script in place", "AT095", HEAVY "\n== start\ncall listen/deep\n" CONSENT "-> rest\n" REST,
     "=== listen/deep.talk\nneeds: done help/help\nneeds otherwise: listen/other\n\n== start\nBot: Quiet.\nend\n"
     "=== listen/other.talk\n== start\n" PICK "end\n", "Bot: Quiet.\nend\n=== listen/other.talk\n== start\n" PICK,
     "Bot: Quiet.\nend\n=== listen/other.talk\n== start\nBot: Quiet.\n"},
    {"a no, the second time", "AT094",
     HEAVY "\n== start\nconsent heavy\n  Bot: Go on?\n  declined -> hard\n-> hard\n\n== hard\nif visited hard 2 times\n  " "-> deep\n-> start\n\n"
     "== deep\n" PICK "-> rest\n" REST, "", "declined -> hard", "declined -> rest"},
    {"remarks of another file", "AT095",
     HEAVY TEXT("it") "\n== start\nconsent save texts\n  Bot: May I keep it?\n  declined -> rest\ncall listen/deep\n" CONSENT "-> rest\n" REST,
     "=== listen/deep.talk\n" TEXT("it") "\n== start\n" ASK("it") "end\n", ASK("it"), "Bot: Hm.\n"},
    {"a call in the calm scene", "AT096", HEAVY "\n== start\n" AWAY "-> rest\n\n== rest (calm)\nBot: Rest.\ncall listen/deep\nend completed\n" GONE,
     "=== listen/deep.talk\n== start\n" PICK "end\n", "== start\n" PICK, "== start (calm)\n" PICK},
    {"a switch", "AT096", HEAVY "\n== start\n" CONSENT PICK "switch to listen/deep\n\n== rest (calm)\nend completed\n",
     "=== listen/deep.talk\n== start\nBot: On.\nend\n", "switch to listen/deep", "-> rest"},
    {"a choice that skips the close", "AT096",
     HEAVY "\n== start\n" CONSENT "choose\n  Bot: So?\n  * One -> rest\n  * Two -> end\n" REST, "", "* Two -> end", "* Two -> rest"},
    {"a rewind behind the calm scene", "AT096",
     HEAVY "\n== start\n" AWAY "-> hard\n\n== hard (checkpoint)\n" PICK "if visited hard 2 times\n  end completed\n-> rest\n\n"
     "== rest (calm)\nrewind to hard\n" GONE, "", "  end completed\n", "  -> end paused\n"},
    // Forgiving.
    {"a call", "AT102", GATE "\n== start\ncall listen/deep\nend\n", "=== listen/deep.talk\n== start\n" PICK "end\n", PICK,
     "choose\n  Bot: So?\n  * One\n  * Not now (not now)\n"},
    {"a guard on the only not now", "AT098",
     GATE "\n== start\nchoose\n  Bot: So?\n  * One\n  * Two\n  * Not now (not now)\n    only if done help/help\nend\n", "",
     "\n    only if done help/help", ""},
    {"remarks of another file", "AT098", GATE TEXT("it") "\n== start\n" ASK("it") "  use hints\n  skip -> out\n-> out\n\n== out\nend\n",
     "=== remarks.talk\nremarks hints\n  when blame\n    choose\n      Bot: So?\n      * One\n      * Two\n", "      * Two\n",
     "      * Not now (not now)\n"},
    {"an interrupt", "AT103", GATE "\n== start\nchoose\n  Bot: So?\n  * One\n  * Not now (not now)\nend\n",
     "=== safety/low.talk\ntopic: safety\nsafety: opens\n\n== start\nBot: I hear you.\nend\n", "Bot: I hear you.\nend", "Bot: I hear you.\nswitch to safety/danger"},
    {"a call of a call", "AT103", GATE "\n== start\ncall listen/deep\nend\n",
     "=== listen/deep.talk\n== start\ncall safety/look\nend\n=== safety/look.talk\ntopic: safety\nsafety: opens\n\n== start\nBot: I hear you.\nend\n",
     "safety: opens\n", ""},
    {"a gate that another condition lets through", "AT097",
     "topic: forgiveness\nneeds: not safety.open or done help/help\nneeds otherwise: help/help\n\n== start\nBot: So.\nend\n", "",
     " or done help/help", ""},
    {"a chain of switches", "AT099", GATE "\n== start\nBot: So.\nend\n",
     "=== safety/danger.talk\ntopic: safety\nsafety: opens\n\n== start\nBot: Call.\nswitch to listen/a\n"
     "=== listen/a.talk\n== start\ncall listen/b\nend\n=== listen/b.talk\n== start\nif hour > 3\n  switch to practice/x\nend\n",
     "if hour > 3", "if hour > 3 and not safety.open"},
    {"a gate's other script", "AT099", GATE "\n== start\nBot: So.\nend\n",
     "=== safety/danger.talk\ntopic: safety\nsafety: opens\n\n== start\nBot: Call.\nswitch to listen/a\n"
     "=== listen/a.talk\nneeds: done help/help\nneeds otherwise: practice/x\n\n== start\nBot: On.\nend\n",
     "switch to listen/a\n", "end\n"},
    // Stop, help and safety.
    {"a call instead of a switch", "AT104", "\n== start\n" PICK "end\n",
     "=== safety/stop.talk\ntopic: safety\n\n== start\nBot: We stop.\nend\n"
     "=== always.talk\non start call help/menu\non idle call help/menu\non notice call help/notice\non stop call safety/stop\n"
     "on pause call safety/pause\non exit switch to safety/exit\non help call help/help\non help-now call safety/help-now\n"
     "on delete-my-data call safety/delete-my-data\non danger switch to safety/danger\non low call safety/low\n",
     "Bot: We stop.\nend\n", "Bot: We stop.\nend stopped\n"},
    {"a gate on help", "AT110", "\n== start\n" PICK "end\n",
     "=== help/help.talk\nneeds: hour > 7\nneeds otherwise: help/notice\n\n== start\nBot: Help.\nend\n",
     "needs: hour > 7\nneeds otherwise: help/notice\n", ""},
    {"calls that leave no room", "AT122", "\n== start\ncall listen/a\nend\n",
     "=== listen/a.talk\n== start\ncall listen/b\nend\n=== listen/b.talk\n== start\ncall listen/c\nend\n=== listen/c.talk\n== start\ncall listen/d\nend\n"
     "=== listen/d.talk\n== start\ncall listen/e\nend\n=== listen/e.talk\n== start\ncall listen/f\nend\n=== listen/f.talk\n== start\ncall listen/g\nend\n"
     "=== listen/g.talk\n== start\nBot: Deep.\nend\n", "call listen/d\n", ""},
    // Consent before, and calm after.
    {"a consent that was not answered in time", "AT095",
     HEAVY "\n== start\nconsent heavy\n  Bot: Go on?\n  declined -> rest\n  timeout after 2 days -> deep\n-> deep\n\n== deep\n" PICK "-> rest\n" REST, "",
     "timeout after 2 days -> deep", "timeout after 2 days -> rest"},
    {"a no that goes on", "AT094", HEAVY "\n== start\nconsent heavy\n  Bot: Go on?\n  declined -> deep\n-> deep\n\n== deep\n" PICK "-> rest\n" REST, "",
     "declined -> deep", "declined -> rest"},
    {"a second consent, and its no", "AT094",
     HEAVY "\n== start\n" CONSENT "-> deep\n\n== deep\n" PICK "consent heavy\n  Bot: Still?\n  declined -> deep\n-> rest\n" REST, "",
     "declined -> deep", "declined -> rest"},
    {"another consent", "AT095", HEAVY "\n== start\nconsent save texts\n  Bot: May I keep it?\n  declined -> rest\n" PICK "-> rest\n" REST, "",
     "consent save texts", "consent heavy"},
    {"a condition around the consent", "AT095",
     HEAVY "slots\n  n: number 0 to 9, starts at 4\n\n== start\nif n > 4\n  consent heavy\n    Bot: Go on?\n    declined -> rest\n" PICK "-> rest\n" REST, "",
     "if n > 4", "if n > 3"},
    {"a consent of the second time round", "AT095",
     HEAVY "\n== start (checkpoint)\nif visited start 2 times\n  consent heavy\n    Bot: Go on?\n    declined -> rest\n  " "-> rest\n" PICK "rewind to start\n" REST, "",
     "if visited start 2 times", "if visited start"},
    {"a scene that a choice leads to", "AT095",
     HEAVY "\n== start\nif hour > 20\n  " "-> deep\n" CONSENT "-> deep\n\n== deep\n" PICK "-> rest\n" REST, "", "  -> deep\n" "consent", "  -> rest\nconsent"},
    {"a called script that takes the yes back", "AT095", HEAVY "\n== start\n" CONSENT "call listen/deep\n" PICK "-> rest\n" REST,
     "=== listen/deep.talk\n== start\nconsent heavy\n  Bot: Still?\n  declined -> out\nend\n\n== out\nend paused\n", "consent heavy\n  Bot: Still?", "consent save texts\n  Bot: Still?"},
    {"a skip past the close", "AT096", HEAVY TEXT("it") "\n== start\n" CONSENT ASK("it") "  skip -> out\n-> rest\n\n== out\nBot: Well.\nend\n" REST, "", "Bot: Well.\nend\n", "Bot: Well.\nend paused\n"},
    {"no answer in time", "AT096", HEAVY TEXT("it") "\n== start\n" CONSENT "ask it\n  Bot: What?\n  timeout after 2 days -> end\n-> rest\n" REST, "",
     "-> end\n", "-> end paused\n"},
    {"a branch of a remark", "AT096", HEAVY TEXT("it") "\n== start\n" CONSENT "ask it\n  Bot: What?\n  use hints\n-> rest\n" REST,
     "=== remarks.talk\nremarks hints\n  when blame\n    Bot: Hm.\n    end completed\n", "    end completed", "    end paused"},
    {"a gate's other script in the calm scene", "AT096", HEAVY "\n== start\n" AWAY "-> rest\n\n== rest (calm)\nBot: Rest.\ncall listen/quiet\nend completed\n" GONE,
     "=== listen/quiet.talk\nneeds: done help/help\nneeds otherwise: listen/deep\n\n== start\nBot: Quiet.\nend\n=== listen/deep.talk\n== start\n" PICK "end\n",
     "== start\n" PICK, "== start (calm)\n" PICK},
    // A script about forgiving.
    {"a gate that knows another flag only", "AT097", "topic: forgiveness\nneeds: done help/help\nneeds otherwise: help/help\n\n== start\nBot: So.\nend\n", "",
     "needs: done help/help", "needs: done help/help and not safety.open"},
    {"brackets around the flag", "AT097", "topic: forgiveness\nneeds: not (safety.open and done help/help)\nneeds otherwise: help/help\n\n== start\nBot: So.\nend\n", "",
     "safety.open and done", "safety.open or done"},
    {"the flag the wrong way round", "AT097", "topic: forgiveness\nneeds: safety.open\nneeds otherwise: help/help\n\n== start\nBot: So.\nend\n", "",
     "needs: safety.open", "needs: not safety.open"},
    {"a scale", "AT098", GATE "slots\n  n: number 0 to 9\n\n== start\nrate n: low .. high\n  Bot: How much?\nend\n", "",
     "  Bot: How much?\n", "  Bot: How much?\n  skip -> end\n"},
    {"a consent without a no", "AT098", GATE "\n== start\nconsent save texts\n  Bot: May I?\nend\n", "", "  Bot: May I?\n", "  Bot: May I?\n  declined -> end\n"},
    {"a question in a branch", "AT098", GATE TEXT("it") "\n== start\n" ASK("it") "  when blame\n    choose\n      Bot: So?\n      * One\n      * Two\n  skip -> end\nend\n", "",
     "* Two\n", "* Two (not now)\n"},
    {"a gate's other script", "AT102", GATE "\n== start\ncall listen/quiet\nend\n",
     "=== listen/quiet.talk\nneeds: done help/help\nneeds otherwise: listen/deep\n\n== start\nBot: Quiet.\nend\n=== listen/deep.talk\n== start\n" PICK "end\n",
     PICK, "Bot: Hm.\n"},
    {"a remark that calls", "AT102", GATE TEXT("it") "\n== start\n" ASK("it") "  use hints\n  skip -> end\nend\n",
     "=== remarks.talk\nremarks hints\n  when blame\n    call listen/deep\n=== listen/deep.talk\n== start\n" PICK "end\n", PICK, "Bot: Hm.\n"},
    {"a gate's other script that opens safety", "AT103", GATE "\n== start\ncall listen/quiet\nend\n",
     "=== listen/quiet.talk\nneeds: done help/help\nneeds otherwise: safety/low\n\n== start\nBot: Quiet.\nend\n"
     "=== safety/low.talk\ntopic: safety\nsafety: opens\n\n== start\nBot: I hear you.\nend\n", "needs otherwise: safety/low", "needs otherwise: safety/danger"},
    {"a command that opens safety and comes back", "AT103", GATE "\n== start\n" FREE "end\n",
     "=== help/help.talk\n== start\ncall safety/look\nend\n=== safety/look.talk\ntopic: safety\nsafety: opens\n\n== start\nBot: I hear you.\nend\n", "safety: opens\n", ""},
    {"a pause that repair offers", "AT103", GATE "\n== start\n" FREE "end\n",
     "=== repair/pause.talk\n== start\n" PICK "call safety/look\nend\n=== safety/look.talk\ntopic: safety\nsafety: opens\n\n== start\nBot: I hear you.\nend\n", "safety: opens\n", ""},
    {"a switch below a call", "AT099", GATE "\n== start\nBot: So.\nend\n",
     "=== safety/danger.talk\ntopic: safety\nsafety: opens\n\n== start\nBot: Call.\ncall listen/a\nend stopped\n=== listen/a.talk\n== start\n" PICK "if not (hour > 3)\n  switch to practice/x\nend\n",
     "if not (hour > 3)", "if not (hour > 3 or safety.open)"},
    {"a gate of the opener", "AT099", GATE "\n== start\nBot: So.\nend\n",
     "=== safety/look.talk\ntopic: safety\nsafety: opens\nneeds: done help/help\nneeds otherwise: practice/x\n\n== start\nBot: On.\nend stopped\n", "needs otherwise: practice/x", "needs otherwise: help/help"},
    // Stop, help and safety.
    {"a way of stopping that pauses only", "AT104", "\n== start\n" PICK "end\n",
     "=== safety/exit.talk\ntopic: safety\n\n== start\nif hour > 22\n  end paused\nBot: Bye.\nend stopped\n" ALWAYS_BUT("call", "switch to"), "  end paused", "  end stopped"},
    {"a gate on safety", "AT110", "\n== start\n" PICK "end\n", "=== safety/danger.talk\ntopic: safety\nneeds: not done help/help\nneeds otherwise: help/help\n\n== start\nBot: Call.\nend stopped\n",
     "needs: not done help/help\nneeds otherwise: help/help\n", ""},
    {"a line that is called", "AT108", "\n== start\n" PICK "end\n", ALWAYS_BUT("switch to", "call"), "on danger call", "on danger switch to"},
    {"a line that leads elsewhere", "AT109", "\n== start\n" PICK "end\n", "=== safety/danger.talk\n== start\nBot: Call.\nend stopped\n", "=== safety/danger.talk\n", "=== safety/danger.talk\ntopic: safety\n\n"},
    {"calls through gates that leave no room", "AT122", "\n== start\ncall listen/a\nend\n",
     "=== listen/a.talk\nneeds: done help/help\nneeds otherwise: listen/a2\n\n== start\nBot: A.\nend\n=== listen/a2.talk\n== start\ncall listen/b\nend\n=== listen/b.talk\n== start\ncall listen/c\nend\n"
     "=== listen/c.talk\n== start\ncall listen/d\nend\n=== listen/d.talk\n== start\ncall listen/e\nend\n=== listen/e.talk\n== start\ncall listen/f\nend\n=== listen/f.talk\n== start\ncall listen/g\nend\n"
     "=== listen/g.talk\n== start\nBot: Deep.\nend\n", "call listen/d\n", ""},
    // Circles and ends.
    {"a question that its guards leave out", "AT068",
     "\n== start\nBot: Again.\nchoose\n  Bot: So?\n  * One\n    only if safety.open\n  * Two\n-> start\n", "",
     "    only if safety.open\n", ""},
    {"a counter that stops counting", "AT068",
     "slots\n  n: number 0 to 3, starts at 0\n\n== start\nBot: Again.\nadd 1 to n\nif n > 5\n  end\nif hour < 25\n  -> start\n-> start\n", "",
     "if n > 5", "if n > 2"},
    {"a call that may be quiet", "AT121", "\n== start\nBot: On.\ncall listen/a\nswitch to listen/b\n",
     "=== listen/a.talk\n== start\nif hour > 8\n  choose\n    Bot: So?\n    * One\n    * Two\nend\n=== listen/b.talk\n== start\nswitch to practice/x\n",
     "if hour > 8\n  choose\n    Bot: So?\n    * One\n    * Two\n", PICK},
    {"a failed branch", "AT067",
     TEXT("it") "\n== start\n" ASK("it") "  when blame\n    Bot: Hm.\n  otherwise\n    -> out\n\n== out\nend\n", "",
     "    Bot: Hm.\n", "    -> out\n"},
    {"a call that says nothing", "AT144", "\n== start\n" PICK "call listen/a\nend paused\n",
     "=== listen/a.talk\n== start\nif hour > 8\n  Bot: Later.\nend\n", "if hour > 8\n  Bot: Later.", "Bot: Later."},
    {"a vary of which no line may fit", "AT144",
     "\n== start\n" PICK "vary\n  if hour > 8: Bot: Later.\n  if hour < 3: Bot: Early.\nend paused\n", "",
     "if hour < 3: Bot: Early.", "Bot: Early."},
    {"a scene behind what never holds", "AT071",
     "slots\n  n: number 0 to 9, starts at 0\n\n== start\nadd 1 to n\nif n is 3\n  -> deep\nend\n\n== deep\nBot: Deep.\nend\n", "",
     "starts at 0", "starts at 2"},
};

Files files_of(const Hidden& one, bool mended) {
  std::string all = std::string("=== practice/x.talk\n") + one.script + one.others;
  if (mended) {
    const std::size_t at = all.find(one.line);
    REQUIRE(at != std::string::npos);
    all.replace(at, std::string(one.line).size(), one.instead);
  }
  Files files;
  for (std::size_t at = 0; at < all.size();) {
    const std::size_t name = at + 4;
    const std::size_t text = all.find('\n', name) + 1;
    const std::size_t next = std::min(all.find("=== ", text), all.size());
    const std::string path = all.substr(name, text - 1 - name);
    files[path] = small::with_header(path, all.substr(text, next - text));
    at = next;
  }
  return files;
}

}  // namespace

TEST_CASE("what hides behind a call, an interrupt, a rewind or a guard is found",
          "[dialogs][check][ways]") {
  std::set<std::string> behind;
  int guarantees = 0;
  for (const Hidden& one : kHidden) {
    behind.insert(one.behind);
    INFO(one.code << " behind " << one.behind);
    const Files wrong = files_of(one, false);
    const Files right = files_of(one, true);
    const Diagnostics bad = small::load_with(wrong).diagnostics;
    const Diagnostics good = small::load_with(right).diagnostics;
    INFO("as it is:\n" << small::told(bad, wrong) << "\nmended:\n" << small::told(good, right));
    const auto has = [&](const Diagnostics& list) {
      return std::any_of(list.begin(), list.end(),
                         [&](const Diagnostic& d) { return d.code == one.code; });
    };
    CHECK(has(bad));
    CHECK(std::all_of(good.begin(), good.end(), [](const Diagnostic& d) {
      return d.severity != Severity::kError;
    }));
    CHECK_FALSE(has(good));
    guarantees += std::string(one.code) >= "AT095" && std::string(one.code) < "AT120";
  }
  CHECK(guarantees >= 40);  // stop, help, safety; consent and calm; forgiving
  CHECK(behind.size() >= 30);
}

TEST_CASE("a way is told as a play that begins there", "[dialogs][check][ways]") {
  const Files files = files_of(kHidden[1], false);
  for (const Diagnostic& one : small::load_with(files).diagnostics) {
    if (one.code != "AT080") continue;
    CHECK(one.play == "> start practice/x\nYou: [One]\n");
    CHECK(render(one, files.at("practice/x.talk")).find("  As a play:\n    > start practice/x\n") !=
          std::string::npos);
    return;
  }
  FAIL("AT080 was not found");
}
