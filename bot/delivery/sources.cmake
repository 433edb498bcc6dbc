target_sources(attune_bot PRIVATE
  ${CMAKE_CURRENT_LIST_DIR}/outbox_routes.cc
  ${CMAKE_CURRENT_LIST_DIR}/parts.cc
  ${CMAKE_CURRENT_LIST_DIR}/sender.cc
  ${CMAKE_CURRENT_LIST_DIR}/timers.cc)
