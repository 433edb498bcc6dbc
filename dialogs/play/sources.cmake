target_sources(attune_dialogs PRIVATE
  ${CMAKE_CURRENT_LIST_DIR}/learn.cc
  ${CMAKE_CURRENT_LIST_DIR}/play_check.cc
  ${CMAKE_CURRENT_LIST_DIR}/play_parser.cc
  ${CMAKE_CURRENT_LIST_DIR}/play_run.cc
  ${CMAKE_CURRENT_LIST_DIR}/stage.cc)
