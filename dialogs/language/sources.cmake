target_sources(attune_dialogs PRIVATE
  ${CMAKE_CURRENT_LIST_DIR}/choice_reader.cc
  ${CMAKE_CURRENT_LIST_DIR}/condition_reader.cc
  ${CMAKE_CURRENT_LIST_DIR}/definitions.cc
  ${CMAKE_CURRENT_LIST_DIR}/diagnostic.cc
  ${CMAKE_CURRENT_LIST_DIR}/give_ids.cc
  ${CMAKE_CURRENT_LIST_DIR}/habit_conditions.cc
  ${CMAKE_CURRENT_LIST_DIR}/habit_lines.cc
  ${CMAKE_CURRENT_LIST_DIR}/habit_numbers.cc
  ${CMAKE_CURRENT_LIST_DIR}/habits.cc
  ${CMAKE_CURRENT_LIST_DIR}/header_reader.cc
  ${CMAKE_CURRENT_LIST_DIR}/later_reader.cc
  ${CMAKE_CURRENT_LIST_DIR}/line_ids.cc
  ${CMAKE_CURRENT_LIST_DIR}/meant_type.cc
  ${CMAKE_CURRENT_LIST_DIR}/parser.cc
  ${CMAKE_CURRENT_LIST_DIR}/plain_reader.cc
  ${CMAKE_CURRENT_LIST_DIR}/question_reader.cc
  ${CMAKE_CURRENT_LIST_DIR}/reading.cc
  ${CMAKE_CURRENT_LIST_DIR}/script.cc
  ${CMAKE_CURRENT_LIST_DIR}/section_reader.cc
  ${CMAKE_CURRENT_LIST_DIR}/source_tree.cc
  ${CMAKE_CURRENT_LIST_DIR}/speech_reader.cc
  ${CMAKE_CURRENT_LIST_DIR}/step_line.cc
  ${CMAKE_CURRENT_LIST_DIR}/step_reader.cc
  ${CMAKE_CURRENT_LIST_DIR}/structure.cc
  ${CMAKE_CURRENT_LIST_DIR}/text_reader.cc
  ${CMAKE_CURRENT_LIST_DIR}/together_reader.cc
  ${CMAKE_CURRENT_LIST_DIR}/utf8.cc
  ${CMAKE_CURRENT_LIST_DIR}/words.cc)
foreach(other compile library cards)  # other rooms' parts of this folder, from the day they exist
  if(EXISTS ${CMAKE_CURRENT_LIST_DIR}/${other}.cc)
    target_sources(attune_dialogs PRIVATE ${CMAKE_CURRENT_LIST_DIR}/${other}.cc)
  endif()
endforeach()

# The table of diagnostics, from their Markdown files.
set(definitions_folder ${CMAKE_CURRENT_LIST_DIR}/../diagnostics)
set(definitions_made ${CMAKE_BINARY_DIR}/generated/dialogs)
file(GLOB definition_files CONFIGURE_DEPENDS ${definitions_folder}/AT*.md)
add_custom_command(
  OUTPUT ${definitions_made}/diagnostic_codes.stamp
  BYPRODUCTS ${definitions_made}/diagnostic_codes.h ${definitions_made}/diagnostic_codes.cc
  COMMAND ${CMAKE_COMMAND} -DSOURCE=${definitions_folder}
          -DHEADER=${definitions_made}/diagnostic_codes.h -DTABLE=${definitions_made}/diagnostic_codes.cc
          -P ${definitions_folder}/generate.cmake
  COMMAND ${CMAKE_COMMAND} -E touch ${definitions_made}/diagnostic_codes.stamp
  DEPENDS ${definition_files} ${definitions_folder}/generate.cmake
  COMMENT "diagnostics: code table" VERBATIM)
set_source_files_properties(${definitions_made}/diagnostic_codes.cc PROPERTIES GENERATED TRUE)
target_sources(attune_dialogs PRIVATE ${definitions_made}/diagnostic_codes.cc
               ${definitions_made}/diagnostic_codes.stamp)
add_custom_target(diagnostics_page
  COMMAND ${CMAKE_COMMAND} -DSOURCE=${definitions_folder} -DPAGE=${CMAKE_SOURCE_DIR}/dialogs/DIAGNOSTICS.md
          -P ${definitions_folder}/generate.cmake
  COMMENT "dialogs/DIAGNOSTICS.md" VERBATIM)
