target_sources(attune_bot PRIVATE
  ${CMAKE_CURRENT_LIST_DIR}/access.cc
  ${CMAKE_CURRENT_LIST_DIR}/backup.cc
  ${CMAKE_CURRENT_LIST_DIR}/chat.cc
  ${CMAKE_CURRENT_LIST_DIR}/channel.cc
  ${CMAKE_CURRENT_LIST_DIR}/check.cc
  ${CMAKE_CURRENT_LIST_DIR}/coverage.cc
  ${CMAKE_CURRENT_LIST_DIR}/data_folder.cc
  ${CMAKE_CURRENT_LIST_DIR}/export.cc
  ${CMAKE_CURRENT_LIST_DIR}/findings.cc
  ${CMAKE_CURRENT_LIST_DIR}/first_edition.cc
  ${CMAKE_CURRENT_LIST_DIR}/folders.cc
  ${CMAKE_CURRENT_LIST_DIR}/forget.cc
  ${CMAKE_CURRENT_LIST_DIR}/graph.cc
  ${CMAKE_CURRENT_LIST_DIR}/graphviz.cc
  ${CMAKE_CURRENT_LIST_DIR}/key.cc
  ${CMAKE_CURRENT_LIST_DIR}/learn.cc
  ${CMAKE_CURRENT_LIST_DIR}/lists.cc
  ${CMAKE_CURRENT_LIST_DIR}/match.cc
  ${CMAKE_CURRENT_LIST_DIR}/new.cc
  ${CMAKE_CURRENT_LIST_DIR}/outbox.cc
  ${CMAKE_CURRENT_LIST_DIR}/plays.cc
  ${CMAKE_CURRENT_LIST_DIR}/publish.cc
  ${CMAKE_CURRENT_LIST_DIR}/replay.cc
  ${CMAKE_CURRENT_LIST_DIR}/running_server.cc
  ${CMAKE_CURRENT_LIST_DIR}/serve.cc
  ${CMAKE_CURRENT_LIST_DIR}/test.cc
  ${CMAKE_CURRENT_LIST_DIR}/translation.cc
  ${CMAKE_CURRENT_LIST_DIR}/why.cc
  ${CMAKE_CURRENT_LIST_DIR}/workbench.cc)
target_compile_definitions(attune_bot PRIVATE ATTUNE_SHARE="${CMAKE_INSTALL_PREFIX}/share/attune")
set_property(SOURCE ${CMAKE_CURRENT_LIST_DIR}/findings.cc APPEND PROPERTY COMPILE_DEFINITIONS ATTUNE_VERSION="${PROJECT_VERSION}")
