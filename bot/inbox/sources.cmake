target_sources(attune_bot PRIVATE ${CMAKE_CURRENT_LIST_DIR}/inbox_routes.cc)
