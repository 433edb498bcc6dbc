# The edge needs nothing else of the house, so it is a library of its own: its tests and the echo bench
# link it alone.
add_library(attune_http STATIC
  ${CMAKE_CURRENT_LIST_DIR}/call.cc
  ${CMAKE_CURRENT_LIST_DIR}/chunks.cc
  ${CMAKE_CURRENT_LIST_DIR}/edge.cc
  ${CMAKE_CURRENT_LIST_DIR}/error.cc
  ${CMAKE_CURRENT_LIST_DIR}/framing.cc
  ${CMAKE_CURRENT_LIST_DIR}/header_block.cc
  ${CMAKE_CURRENT_LIST_DIR}/jobs.cc
  ${CMAKE_CURRENT_LIST_DIR}/json_body.cc
  ${CMAKE_CURRENT_LIST_DIR}/listener.cc
  ${CMAKE_CURRENT_LIST_DIR}/mailbox.cc
  ${CMAKE_CURRENT_LIST_DIR}/percent.cc
  ${CMAKE_CURRENT_LIST_DIR}/reading.cc
  ${CMAKE_CURRENT_LIST_DIR}/reactor.cc
  ${CMAKE_CURRENT_LIST_DIR}/reply.cc
  ${CMAKE_CURRENT_LIST_DIR}/request_head.cc
  ${CMAKE_CURRENT_LIST_DIR}/router.cc
  ${CMAKE_CURRENT_LIST_DIR}/streams.cc
  ${CMAKE_CURRENT_LIST_DIR}/wheel.cc
  ${CMAKE_CURRENT_LIST_DIR}/writing.cc)
target_link_libraries(attune_http PUBLIC attune_options PkgConfig::HTTPLIB
  nlohmann_json::nlohmann_json Threads::Threads)
attune_precompile(attune_http <httplib.h>)
target_link_libraries(attune_bot PUBLIC attune_http)
