target_sources(attune_intents PRIVATE
  ${CMAKE_CURRENT_LIST_DIR}/build.cc
  ${CMAKE_CURRENT_LIST_DIR}/explain.cc
  ${CMAKE_CURRENT_LIST_DIR}/gate.cc
  ${CMAKE_CURRENT_LIST_DIR}/intent_file.cc
  ${CMAKE_CURRENT_LIST_DIR}/letters.cc
  ${CMAKE_CURRENT_LIST_DIR}/matcher.cc
  ${CMAKE_CURRENT_LIST_DIR}/normal_form.cc
  ${CMAKE_CURRENT_LIST_DIR}/pattern_set.cc
  ${CMAKE_CURRENT_LIST_DIR}/phrase.cc
  ${CMAKE_CURRENT_LIST_DIR}/quotations.cc
  ${CMAKE_CURRENT_LIST_DIR}/readings.cc
  ${CMAKE_CURRENT_LIST_DIR}/score.cc
  ${CMAKE_CURRENT_LIST_DIR}/spelling.cc
  ${CMAKE_CURRENT_LIST_DIR}/verdicts.cc
  ${CMAKE_CURRENT_LIST_DIR}/word_trie.cc)
