// What a server serves as it starts: what was made live last.
//
// Where that was done by `attune publish` or `rollback`, the edition is in the store, and the files are
// looked at only to say how they differ. Where it was the files themselves (a start, or SIGHUP), or
// nothing was ever live, the files are read again.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "bot/cli/commands.h"
#include "bot/cli/workbench.h"
#include "bot/turn/edition.h"
#include "storage/store.h"

namespace attune::bot {

struct FirstEdition {
  std::shared_ptr<const Edition> edition;  // null: `code`, and why was said on standard error
  int code = 0;
  std::string origin;  // for people: "/usr/share/attune/dialogs", "published 2026-11-25 by ada"
  std::string differ;  // a line about files that are not what is served, or ""
};

// Keeps and notes what is served; on failure nothing is changed. `files`: the folders, if they have
// been read already.
FirstEdition first_edition(const Folders& folders, std::optional<Workbench> files, storage::Store& store, Verdicts& verdicts, storage::Time now);

}  // namespace attune::bot
