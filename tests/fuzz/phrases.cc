// An .intents file as an author might mistype it, "%%", then messages, a line each: whatever builds
// hears the same by the gate as without it, and only words that are there.
#include "intents/intent_file.h"
#include "intents/matcher.h"
#include "tests/fuzz/input.h"

using namespace attune;

namespace {

std::string told(const dialogs::Hearing& hearing, std::size_t raw) {
  std::string out;
  for (const auto& heard : hearing.heard) {
    out += heard.intent;
    std::uint32_t last = 0;
    fuzz::promise(!heard.spans.empty(), "who is heard has words");
    for (const dialogs::Span& span : heard.spans) {
      fuzz::promise(last <= span.begin && span.begin <= span.end && span.end <= raw,
                    "words in order, within the message");
      last = span.end;
      out += " " + std::to_string(span.begin) + "-" + std::to_string(span.end);
    }
    out += "\n";
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  fuzz::Input input(bytes, size);
  auto parsed = intents::parse_intents({"en/fuzz.intents", input.part()});
  for (const auto& one : parsed.diagnostics) (void)dialogs::render(one, {});
  if (dialogs::has_errors(parsed.diagnostics)) return 0;
  const auto built = intents::Matcher::build(std::move(parsed.intents));
  fuzz::promise(built.matcher || dialogs::has_errors(built.diagnostics),
                "a refusal has its reason");
  if (!built.matcher) return 0;
  while (!input.at_end()) {
    const std::string message = input.line();
    const auto hearing = built.matcher->hear(message, 20'781);
    fuzz::promise(hearing.safety_ran, "safety ran");
    fuzz::promise(
        told(hearing, message.size()) == told(built.matcher->hear_slowly(message), message.size()),
        "the gate changes nothing");
    (void)built.matcher->explain(message);
  }
  return 0;
}
