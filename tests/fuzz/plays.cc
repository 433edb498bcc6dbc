// A .play file as an author might mistype it: read or refused; a play that reads runs to a verdict.
#include "dialogs/play/play.h"
#include "tests/fuzz/house.h"

using namespace attune;

namespace {

const dialogs::Library& library() {
  static const auto one = [] {
    auto loaded = dialogs::small::load_with(
        {{fuzz::kScript,
          "title: T\nabout: For tests.\nreviewed: draft\n\nslots\n  words: text up to 60\n"
          "  n: number 0 to 9\n\n== start\nask words\n  Bot: What was said? #it01\n"
          "  when blame\n    Bot: So {words}. #it02\nrate n: calm .. loud\n"
          "  Bot: How loud? #it03\nend\n"}});
    for (const auto& said : loaded.diagnostics) {
      if (said.severity == dialogs::Severity::kError) {
        std::fputs(dialogs::render(said, {}).c_str(), stderr);
      }
    }
    fuzz::promise(bool(loaded.library), "a library");
    loaded.library->hash = "edition-1";
    return loaded.library;
  }();
  return *one;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string text = fuzz::Input(bytes, size).rest();
  const dialogs::ParsedPlays parsed = dialogs::parse_plays({"it/it.play", text});
  for (const auto& one : parsed.diagnostics) (void)dialogs::render(one, text);
  for (const dialogs::Play& play : parsed.plays) {
    const auto ear = [](std::string_view words, const std::string&) { return fuzz::hear(library(), words); };
    const dialogs::PlayResult result = dialogs::run_play(play, library(), ear);
    fuzz::promise(result.passed || !result.expected.empty() || !result.came.empty(),
                  "a failure says what was wanted or what came");
  }
  return 0;
}
