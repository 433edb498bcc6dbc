// What somebody writes who has read LANGUAGE.md once and never programmed: a good script, and about
// ninety ways to get one line of it wrong. Constant data for newcomer_test.cc.
#pragma once

namespace newcomer {

inline constexpr const char* kGood = R"(title: After the quarrel
about: Look back at one quarrel, and say one thing differently.
model: recalling one situation
not for: someone who is afraid of the other person
reviewed: draft
cast: Sam

slots
  event: text up to 300
  mood: choice
  heat: number 0 to 10

hears
  sorry-word: sorry | apologise | my fault

== start
Bot: This takes about five minutes. You can stop at any time.
choose
  Bot: Do you have a quarrel in mind?
  * Yes, one -> tell
  * Not really
    Bot: Then another day is better.
    end paused

== tell
ask event
  Bot: What happened, in a sentence or two?
  when sorry-word
    Bot: "{heard}": that is already something.
  when blame
    Bot: "{heard}" may be how it feels. What would a camera have seen?
    again at most 1
  otherwise
    Bot: Thank you for telling me.
rate heat: cool .. boiling
  Bot: How hot is it now, when you think of it?
if heat > 7
  -> cool-down
-> choose-word

== choose-word
choose mood
  Bot: Which word comes closest?
  * Sad
  * Angry
  * Something else
    means other
if mood is Sad
  Bot: Sad is a heavy one.
-> close

== cool-down
Bot: Let's take a breath first. In, and slowly out.
-> close

== close (calm)
Sam: I would like to try again.
Bot: You wrote: {event}. You can keep it for another day.
end completed
)";

struct Slip {
  const char* right;  // stands in the script
  const char* wrong;  // is written instead
  const char* code;   // the one message that it gets
  const char* line;   // where, without indentation
};

// clang-format off
inline constexpr Slip kSlips[] = {
    {"Bot: Then another day is better.", "„Bot: Then another day is better.“", "AT046", "„Bot: Then another day is better.“"},
    {"== tell\n", "Scene tell\n", "AT046", "Scene tell"},
    {"* Yes, one -> tell", "* Yes, one", "AT067", "choose"},
    {"{heard}\": that", "{herd}\": that", "AT051", "Bot: \"{herd}\": that is already something."},
    {"== cool-down", "== cool down", "AT019", "== cool down"},
    {"end completed", "", "AT067", "Bot: You wrote: {event}. You can keep it for another day."},
    {"if heat > 7", "if heat > 70", "AT082", "if heat > 70"},
    {"  event: text up to 300", "  event text up to 300", "AT044", "event text up to 300"},
    {"rate heat: cool .. boiling", "rate heat: cool to boiling", "AT027", "rate heat: cool to boiling"},
    {"  when blame\n", "  when blaming\n", "AT050", "when blaming"},
    {"ask event", "ask evnt", "AT051", "ask evnt"},
    {"  mood: choice", "  mood: coice", "AT021", "mood: coice"},
    {"  when blame\n", "when blame\n", "AT045", "when blame"},
    {"    again at most 1", "    again", "AT027", "again"},
    {"hears\n", "hear:\n", "AT046", "hear:"},
    {"  sorry-word: sorry | apologise | my fault", "  sorry-word: sorry, apologise, my fault", "AT046", "sorry-word: sorry, apologise, my fault"},
    {"title: After", "title After", "AT008", "title After the quarrel"},
    {"-> choose-word", "go to choose-word", "AT046", "go to choose-word"},
    {"  Bot: Do you have a quarrel in mind?", "Bot: Do you have a quarrel in mind?", "AT006", "Bot: Do you have a quarrel in mind?"},
    {"choose mood\n  Bot: Which word comes closest?\n  * Sad\n  * Angry\n  * Something else\n", "choose mood\nBot: Which word comes closest?\n* Sad\n* Angry\n* Something else\n", "AT006", "Bot: Which word comes closest?"},
    {"Bot: You wrote: {event}.", "Bot: You wrote: {event.", "AT013", "Bot: You wrote: {event. You can keep it for another day."},
    {"  heat: number 0 to 10", "  heat: number 10", "AT021", "heat: number 10"},
    {"if mood is Sad", "if mood is sad", "AT085", "if mood is sad"},
    {"if mood is Sad", "if mood = \"Sad\"", "AT046", "if mood = \"Sad\""},
    {"Sam: I would", "Sam I would", "AT046", "Sam I would like to try again."},
    {"Bot: Let's take a breath first. In, and slowly out.", "Bot: Let's take a breath first.\nIn, and slowly out.", "AT048", "In, and slowly out."},
    {"Bot: Let's take a breath first. In, and slowly out.\n-> close", "Bot: Let's take a breath first. -> close", "AT047", "Bot: Let's take a breath first. -> close"},
    {"  otherwise\n    Bot: Thank you", "  otherwise\n  Bot: Thank you", "AT006", "Bot: Thank you for telling me."},
    {"    Bot: \"{heard}\": that is", "      Bot: \"{heard}\": that is", "AT006", "Bot: \"{heard}\": that is already something."},
    {"end completed", "end complete", "AT046", "end complete"},
    {"ask event\n", "ask event:\n", "AT046", "ask event:"},
    {"ask event\n  Bot: What happened, in a sentence or two?\n", "ask What happened, in a sentence or two?\n", "AT027", "ask What happened, in a sentence or two?"},
    {"    means other", "    means something else", "AT025", "means something else"},
    {"-> close\n\n== cool", "-> colse\n\n== cool", "AT052", "-> colse"},
    {"  * Not really\n    Bot: Then another day is better.\n    end paused", "  * Not really\n    Bot: Then another day is better.\n  end paused", "AT028", "end paused"},
    {"if heat > 7\n  -> cool-down", "if heat > 7 -> cool-down", "AT020", "if heat > 7 -> cool-down"},
    {"if heat > 7\n  -> cool-down", "if heat > 7\n-> cool-down", "AT017", "if heat > 7"},
    {"if mood is Sad\n", "if mood is Sad:\n", "AT020", "if mood is Sad:"},
    {"-> choose-word\n", "", "AT067", "if heat > 7"},
    {"== close (calm)", "== close calm", "AT037", "== close calm"},
    {"== close (calm)", "== close (quiet)", "AT037", "== close (quiet)"},
    {"  mood: choice\n", "  mood: choice\n  mood: choice\n", "AT059", "mood: choice"},
    {"* Yes, one -> tell", "* Yes, one → tell", "AT046", "* Yes, one → tell"},
    {"* Yes, one -> tell", "* Yes, one->tell", "AT046", "* Yes, one->tell"},
    {"* Yes, one -> tell", "* Yes, one -> Tell", "AT046", "* Yes, one -> Tell"},
    {"* Yes, one -> tell", "Yes, one -> tell", "AT046", "Yes, one -> tell"},
    {"  * Angry", "   * Angry", "AT006", "* Angry"},
    {"  when blame\n", "  if blame\n", "AT028", "if blame"},
    {"  otherwise\n    Bot: Thank", "  else\n    Bot: Thank", "AT046", "else"},
    {"  heat: number 0 to 10", "  heat: number from 0 to 10", "AT021", "heat: number from 0 to 10"},
    {"  heat: number 0 to 10", "  heat: 0-10", "AT021", "heat: 0-10"},
    {"  event: text up to 300", "  Event: text up to 300", "AT019", "Event: text up to 300"},
    {"ask event", "ask Event", "AT019", "ask Event"},
    {"{event}. You can", "{Event}. You can", "AT013", "Bot: You wrote: {Event}. You can keep it for another day."},
    {"Sam: I would like", "You: I would like", "AT014", "You: I would like to try again."},
    {"  Bot: What happened, in a sentence or two?\n", "", "AT145", "ask event"},
    {"choose mood", "choose moods", "AT051", "choose moods"},
    {"choose mood", "ask mood", "AT046", "ask mood"},
    {"rate heat: cool .. boiling", "rate heat cool .. boiling", "AT027", "rate heat cool .. boiling"},
    {"rate heat: cool .. boiling", "rate event: cool .. boiling", "AT081", "rate event: cool .. boiling"},
    {"== tell\n", "== tell\nBot: What is going on for you today\nand how long has it been so\n", "AT048", "and how long has it been so"},
    {"== tell\n", "== tell\n# here we go\n", "AT046", "# here we go"},
    {"    again at most 1", "    again at most once", "AT046", "again at most once"},
    {"    again at most 1", "    again at most 9", "AT027", "again at most 9"},
    {"-> close\n\n== cool", "call close\n\n== cool", "AT053", "call close"},
    {"reviewed: draft", "reviewed: yes", "AT009", "reviewed: yes"},
    {"model: ", "modell: ", "AT008", "modell: recalling one situation"},
    {"reviewed: draft", "reviewed: draft\nminutes: five", "AT046", "minutes: five"},
    {"Bot: Sad is a heavy one.", "Bot: So [event] was {{event}} and <event>?", "AT139", "Bot: So [event] was {{event}} and <event>?"},
    {"What happened, in a sentence or two?", "What happened? Who was it? And why?", "AT141", "Bot: What happened? Who was it? And why?"},
    {"  * Something else\n    means other\n", "  * Something else that is really not in the list\n    means other\n", "AT134", "* Something else that is really not in the list"},
    {"    means other", "    also heavy", "AT046", "also heavy"},
    {"    means other", "also: heavy", "AT045", "also: heavy"},
    {"    means other", "  also: heavy", "AT028", "also: heavy"},
    {"  * Angry", "  * Sad", "AT072", "* Sad"},
    {"if heat > 7", "set heat to hot\nif heat > 7", "AT046", "set heat to hot"},
    {"if heat > 7", "set heat = 12\nif heat > 7", "AT082", "set heat = 12"},
    {"if heat > 7", "add one to heat\nif heat > 7", "AT027", "add one to heat"},
    {"if heat > 7", "if heat > mood", "AT020", "if heat > mood"},
    {"if heat > 7", "if event > 7", "AT083", "if event > 7"},
    {"if heat > 7", "if heat is greater than 7 then", "AT046", "if heat is greater than 7 then"},
    {"if heat > 7", "if heat", "AT060", "if heat"},
    {"if heat > 7", "do tell-them\nif heat > 7", "AT126", "do tell-them"},
    {"if heat > 7", "vary\nif heat > 7", "AT017", "vary"},
    {"  Bot: Which word comes closest?\n  * Sad\n  * Angry\n", "  * Sad\n  * Angry\n  Bot: Which word comes closest?\n", "AT028", "Bot: Which word comes closest?"},
    {"end completed", "end complted", "AT027", "end complted"},
    {"end completed", "Ende", "AT007", "Ende"},
    {"end completed", "end completed\nBot: Bye.", "AT066", "Bot: Bye."},
    {"Bot: Let's take", "Bot  Let's take", "AT046", "Bot  Let's take a breath first. In, and slowly out."},
    {"  when sorry-word", "  when sorry word", "AT020", "when sorry word"},
    {"  when sorry-word", "  when \"sorry\"", "AT020", "when \"sorry\""},
    {"  when sorry-word", "  when event is sorry", "AT083", "when event is sorry"},
    {"  when sorry-word\n    Bot: \"{heard}\": that is already something.\n", "  when sorry-word Bot: \"{heard}\": that is already something.\n", "AT020", "when sorry-word Bot: \"{heard}\": that is already something."},
    {"reviewed: draft", "reviewed: draft\nminutes 5", "AT046", "minutes 5"},
    {"reviewed: draft", "reviewed: draft\nminutes about five", "AT046", "minutes about five"},
    {"end completed", "**End**", "AT046", "**End**"},
    {"  when blame\n", "  when \"blame\" or sorry-word\n", "AT020", "when \"blame\" or sorry-word"},
    {"Bot: Sad is a heavy one.", "You can say your own words here, in peace.", "AT046", "You can say your own words here, in peace."},
    {"end paused", "-> end pause", "AT046", "-> end pause"},
    {"rate heat: cool .. boiling", "rate heat: cool … boiling", "AT046", "rate heat: cool … boiling"},
    {"  when sorry-word\n", "  skip\n  when sorry-word\n", "AT027", "skip"},
    {"  heat: number 0 to 10", "  heat: number 10 to 0", "AT024", "heat: number 10 to 0"},
};
// clang-format on

}  // namespace newcomer
