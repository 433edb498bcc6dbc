# Turns dialogs/diagnostics/AT*.md into a code table and a page.
#
#   cmake -DSOURCE=dialogs/diagnostics -DHEADER=... -DTABLE=... -DPAGE=... -P generate.cmake
#
# Any of the three outputs may be left out. With -DCHECK_PAGE=... it only fails if that page is stale. A file is only touched if what it says has changed, so
# that rewording one diagnostic does not rebuild everything that includes the header.
cmake_minimum_required(VERSION 3.25)

file(GLOB files ${SOURCE}/AT*.md)
list(SORT files)

# The value of `key: value` in a file's front matter.
function(front_matter text key out)
  if(NOT text MATCHES "\n${key}: ([^\n]*)\n")
    message(FATAL_ERROR "${current}: no '${key}:' in its front matter")
  endif()
  set(${out} "${CMAKE_MATCH_1}" PARENT_SCOPE)
endfunction()

function(as_literal text out)
  string(REPLACE "\\" "\\\\" text "${text}")
  string(REPLACE "\"" "\\\"" text "${text}")
  set(${out} "\"${text}\"" PARENT_SCOPE)
endfunction()

# unknown-step -> kUnknownStep
function(as_constant name out)
  string(REPLACE "-" ";" parts "${name}")
  set(constant "k")
  foreach(part IN LISTS parts)
    string(SUBSTRING "${part}" 0 1 first)
    string(SUBSTRING "${part}" 1 -1 others)
    string(TOUPPER "${first}" first)
    string(APPEND constant "${first}${others}")
  endforeach()
  set(${out} "${constant}" PARENT_SCOPE)
endfunction()

function(write_if_changed path text)
  set(before "")
  if(EXISTS "${path}")
    file(READ "${path}" before)
  endif()
  if(NOT before STREQUAL text)
    file(WRITE "${path}" "${text}")
  endif()
endfunction()

set(declared "")
set(defined "")
set(listed "")
set(page "")
set(codes "")
foreach(current IN LISTS files)
  file(READ "${current}" text)
  get_filename_component(base "${current}" NAME)
  front_matter("${text}" code code)
  front_matter("${text}" name name)
  front_matter("${text}" severity severity)
  front_matter("${text}" message message)
  front_matter("${text}" advice advice)
  if(NOT base STREQUAL "${code}-${name}.md")
    message(FATAL_ERROR "${current}: its name should be ${code}-${name}.md")
  endif()
  if(code IN_LIST codes)
    message(FATAL_ERROR "${current}: ${code} is used twice")
  endif()
  list(APPEND codes "${code}")
  if(severity STREQUAL "error")
    set(kind "Severity::kError")
  elseif(severity STREQUAL "warning")
    set(kind "Severity::kWarning")
  else()
    message(FATAL_ERROR "${current}: severity is error or warning, not '${severity}'")
  endif()
  as_constant("${name}" constant)
  as_literal("${message}" message_literal)
  as_literal("${advice}" advice_literal)
  string(APPEND declared "extern const Definition ${constant};  // ${code}\n")
  string(APPEND defined "constinit const Definition ${constant}{\"${code}\", \"${name}\", ${kind},\n"
    "    ${message_literal},\n    ${advice_literal},\n    \"${base}\"};\n")
  string(APPEND listed "      &diagnostics::${constant},\n")

  # The page: everything after the front matter, under a heading.
  string(FIND "${text}" "\n---\n" end)
  math(EXPR end "${end} + 5")
  string(SUBSTRING "${text}" ${end} -1 body)
  string(STRIP "${body}" body)
  string(APPEND page "\n## ${code} ${name}\n\n*${severity}* · ${message}\n\n${body}\n")
endforeach()

if(HEADER)
  write_if_changed("${HEADER}" "// Made by dialogs/diagnostics/generate.cmake; do not edit.
#pragma once

namespace attune::dialogs::diagnostics {

${declared}
}  // namespace attune::dialogs::diagnostics
")
endif()
if(TABLE)
  write_if_changed("${TABLE}" "// Made by dialogs/diagnostics/generate.cmake; do not edit.
#include \"dialogs/language/definitions.h\"

namespace attune::dialogs {
namespace diagnostics {

${defined}
}  // namespace diagnostics

const std::vector<const Definition*>& definitions() {
  static const std::vector<const Definition*> all = {
${listed}  };
  return all;
}

}  // namespace attune::dialogs
")
endif()
set(whole "<!-- Made from dialogs/diagnostics/*.md by `cmake --build build --target diagnostics_page`; edit those. -->
# What the check says

Every mistake has a code that never changes its meaning, a place (file, line, column), one sentence
about what is wrong and one about what to write instead. Below, for each code: why it matters, a
small script that gets it, and the same script mended. In a message, {0}, {1} stand for what was
found in your file. An *error* keeps a script from being served; a *warning* does not.
${page}")
if(PAGE)
  write_if_changed("${PAGE}" "${whole}")
endif()
if(CHECK_PAGE)
  set(before "")
  if(EXISTS "${CHECK_PAGE}")
    file(READ "${CHECK_PAGE}" before)
  endif()
  if(NOT before STREQUAL whole)
    message(FATAL_ERROR "${CHECK_PAGE} is stale: build the target diagnostics_page")
  endif()
endif()
