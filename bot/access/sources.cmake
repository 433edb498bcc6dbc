target_sources(attune_bot PRIVATE
  ${CMAKE_CURRENT_LIST_DIR}/access_file.cc
  ${CMAKE_CURRENT_LIST_DIR}/audit.cc
  ${CMAKE_CURRENT_LIST_DIR}/buckets.cc
  ${CMAKE_CURRENT_LIST_DIR}/caller_address.cc
  ${CMAKE_CURRENT_LIST_DIR}/edition_routes.cc
  ${CMAKE_CURRENT_LIST_DIR}/failures.cc
  ${CMAKE_CURRENT_LIST_DIR}/gate.cc
  ${CMAKE_CURRENT_LIST_DIR}/operator_routes.cc
  ${CMAKE_CURRENT_LIST_DIR}/reply_headers.cc
  ${CMAKE_CURRENT_LIST_DIR}/role.cc
  ${CMAKE_CURRENT_LIST_DIR}/routes.cc
  ${CMAKE_CURRENT_LIST_DIR}/running_file.cc
  ${CMAKE_CURRENT_LIST_DIR}/token.cc
  ${CMAKE_CURRENT_LIST_DIR}/tokens.cc)
# access.db: SQLite through the same door as the store's own file.
target_link_libraries(attune_bot PRIVATE SQLiteCpp PkgConfig::SQLITE3)
