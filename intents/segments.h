// The word runs that a phrase can be, and the segments it must contain. Pure; any thread.
#pragma once

#include <vector>

#include "intents/composer.h"

namespace attune::intents {

// Every run a chain can be, in the order in which RE2 would prefer them; none if there are too many
// (256), if one of them has no words, or if they are not made of words alone.
std::vector<WordRun> runs_of(const Chain& chain, Dialect dialect);

// A chain cut at its gaps, and where a piece could be too many word runs.
std::vector<Segment> segments_of(const Chain& chain, const Composer& composer);

}  // namespace attune::intents
