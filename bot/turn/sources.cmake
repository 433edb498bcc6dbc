target_sources(attune_bot PRIVATE
  ${CMAKE_CURRENT_LIST_DIR}/clock.cc
  ${CMAKE_CURRENT_LIST_DIR}/edition.cc
  ${CMAKE_CURRENT_LIST_DIR}/editions.cc
  ${CMAKE_CURRENT_LIST_DIR}/impact.cc
  ${CMAKE_CURRENT_LIST_DIR}/linking.cc
  ${CMAKE_CURRENT_LIST_DIR}/links.cc
  ${CMAKE_CURRENT_LIST_DIR}/measures.cc
  ${CMAKE_CURRENT_LIST_DIR}/person.cc
  ${CMAKE_CURRENT_LIST_DIR}/rehearsal.cc
  ${CMAKE_CURRENT_LIST_DIR}/reply.cc
  ${CMAKE_CURRENT_LIST_DIR}/turns.cc
  ${CMAKE_CURRENT_LIST_DIR}/verdicts.cc
  ${CMAKE_CURRENT_LIST_DIR}/why.cc
  ${CMAKE_CURRENT_LIST_DIR}/zones.cc)
