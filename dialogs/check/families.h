// The families of checks on one script. Each adds to scope.findings, never throws, and looks at
// nothing but its scope. What they look for is written in dialogs/diagnostics/.
#pragma once

#include "dialogs/check/scope.h"

namespace attune::dialogs {

void check_names(const Scope& scope);      // who is called what
void check_moved(const Scope& scope);      // `moved:` in the header
void check_ways(const Scope& scope);       // scenes, ends, loops, rewind
void check_slots(const Scope& scope);      // kinds of value
void check_reads(const Scope& scope);      // a slot is filled before it is read
void check_questions(const Scope& scope);  // choices, branches, {heard}
void check_gates(const Scope& scope);      // needs, heavy, forgiveness
void check_safety(const Scope& scope);     // what only safety scripts may do
void check_wording(const Scope& scope);    // warnings about how it reads
void check_tone(const Scope& scope);       // warnings about what is said to a person
void check_unused(const Scope& scope);     // slots that nothing names
void check_silence(const Scope& scope);    // pauses without a word
void check_times(const Scope& scope);      // nudges, timeouts, reminders
void check_later(const Scope& scope);      // steps that this version does not run

// Of check_questions only AT072, choices that cannot be told apart: what a translation can do.
void check_alike(const Script& script, const MemorySlots& memory, Findings& findings);

}  // namespace attune::dialogs
