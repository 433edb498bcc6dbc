// Loading what has been proved before: everything that load() does but the check. For an edition of
// which it is known that these very bytes passed the check of this very program; whoever calls this
// vouches for it. Mistakes of the parser and of translations are found all the same.
#pragma once

#include "dialogs/language/library.h"

namespace attune::dialogs {

Loaded load_proved(const std::vector<SourceFile>& files, const Vocabulary& vocabulary, const Fold& fold);

}  // namespace attune::dialogs
