// Any bytes as a message: the normal form keeps its layout and its map, and the readings do not
// throw.
#include "intents/normal_form.h"

#include "intents/readings.h"
#include "tests/fuzz/input.h"

using namespace attune;
using intents::NormalForm;

namespace {

void keeps_its_promises(const NormalForm& form, std::size_t raw) {
  fuzz::promise(form.from.size() == form.text.size() + 1, "one place a byte, and the end");
  fuzz::promise(!form.text.empty() && form.text.front() == ' ' && form.text.back() == ' ',
                "a space before and after");
  for (std::size_t i = 0; i < form.text.size(); ++i) {
    fuzz::promise(form.from[i] <= form.from[i + 1], "places in order");
  }
  fuzz::promise(form.from.back() <= raw, "places within the message");
  std::uint32_t last = 0;
  for (const auto& [begin, end] : form.sentences) {
    fuzz::promise(begin < end && end <= form.text.size() && begin + 1 >= last,
                  "sentences in order");
    last = end;
    const dialogs::Span span = form.raw(begin, end);
    fuzz::promise(span.begin <= span.end && span.end <= raw, "a span within the message");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string raw = fuzz::Input(bytes, size).rest();
  const NormalForm kept = intents::normalise(raw);
  keeps_its_promises(kept, raw.size());
  keeps_its_promises(kept.without_marks(), raw.size());
  keeps_its_promises(intents::normalise(raw, intents::Quotations::kDrop), raw.size());
  keeps_its_promises(intents::as_written(raw), raw.size());
  const std::string folded = intents::fold(raw);
  fuzz::promise(
      folded.find("  ") == std::string::npos && !folded.starts_with(' ') && !folded.ends_with(' '),
      "folded words are one space apart");
  (void)intents::read(raw, folded, 20'781);
  return 0;
}
