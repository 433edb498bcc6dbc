target_sources(attune_bot PRIVATE
  ${CMAKE_CURRENT_LIST_DIR}/destination.cc
  ${CMAKE_CURRENT_LIST_DIR}/http_client.cc
  ${CMAKE_CURRENT_LIST_DIR}/ip_address.cc)
