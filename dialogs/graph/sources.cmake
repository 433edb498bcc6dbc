target_sources(attune_dialogs PRIVATE
  ${CMAKE_CURRENT_LIST_DIR}/dot.cc
  ${CMAKE_CURRENT_LIST_DIR}/outline.cc)
