#include "bot/cli/first_edition.h"

#include <iostream>
#include <set>
#include <stdexcept>

#include "bot/cli/data_folder.h"
#include "bot/turn/clock.h"

namespace attune::bot {
namespace {

FirstEdition refused(int code) {
  FirstEdition none;
  none.code = code;
  return none;
}

// How many files differ from what is served, in words; "" if none does, or they cannot be read.
std::string difference(const Folders& folders, const Sources& served) {
  try {
    const Sources files = read_sources(folders.dialogs, folders.intents);
    std::set<std::string> differing;
    for (const auto& [path, text] : files) {
      const auto found = served.find(path);
      if (found == served.end() || found->second != text) differing.insert(path);
    }
    for (const auto& [path, text] : served) {
      if (files.count(path) == 0) differing.insert(path);
    }
    if (differing.empty()) return "";
    const std::string n = std::to_string(differing.size());
    return n + (differing.size() == 1 ? " file in " : " files in ") + folders.dialogs + (differing.size() == 1 ? " differs" : " differ") +
           " from that and is not served: `attune publish` makes the files live";
  } catch (const std::exception&) {
    return "";
  }
}

FirstEdition published(const Folders& folders, storage::Store& store, Verdicts& verdicts, const storage::Activation& last) {
  const auto kept = store.edition(last.hash);
  if (!kept) return refused(refuse(kept.failure()));
  const BuiltEdition built = *kept ? build_proved((*kept)->files, verdicts) : BuiltEdition{};
  if (!built.edition) {
    if (*kept) std::cerr << render_all(built.diagnostics, (*kept)->files);
    std::cerr << "attune: the edition that was published last (" << last.hash.substr(0, 12)
              << ") cannot be served by this version. Publish the files instead: attune publish\n";
    return refused(kWrongScript);
  }
  FirstEdition first;
  first.edition = built.edition;
  first.origin = std::string(last.how == "rollback" ? "rolled back to " : "published ") + utc(last.at) + " by " + last.who;
  first.differ = difference(folders, built.edition->sources);
  return first;
}

}  // namespace

FirstEdition first_edition(const Folders& folders, std::optional<Workbench> files, storage::Store& store, Verdicts& verdicts, storage::Time now) {
  const auto history = store.activations(1);
  if (!history) return refused(refuse(history.failure()));
  if (!history->empty() && history->front().how != "files") return published(folders, store, verdicts, history->front());
  const Workbench bench = files ? std::move(*files) : open_workbench(folders, {}, &verdicts);
  if (!usable(bench)) {
    std::cerr << "Nothing is served until these are mended.\n";
    return refused(kWrongScript);
  }
  FirstEdition first;
  first.edition = bench.built.edition;
  first.origin = folders.dialogs;
  if (const auto kept = store.keep_edition({first.edition->hash, now, first.edition->sources}); !kept) return refused(refuse(kept.failure()));
  const std::string before = history->empty() ? "" : history->front().hash;
  if (before == first.edition->hash) return first;
  if (const auto noted = store.activate({first.edition->hash, before, now, "files", "start", "", false}); !noted) return refused(refuse(noted.failure()));
  return first;
}

}  // namespace attune::bot
