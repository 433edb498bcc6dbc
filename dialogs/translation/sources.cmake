target_sources(attune_dialogs PRIVATE
  ${CMAKE_CURRENT_LIST_DIR}/messages.cc
  ${CMAKE_CURRENT_LIST_DIR}/po_file.cc
  ${CMAKE_CURRENT_LIST_DIR}/translate.cc)
