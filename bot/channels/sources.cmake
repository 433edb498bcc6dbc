target_sources(attune_bot PRIVATE
  ${CMAKE_CURRENT_LIST_DIR}/answer.cc
  ${CMAKE_CURRENT_LIST_DIR}/message.cc
  ${CMAKE_CURRENT_LIST_DIR}/rasa.cc
  ${CMAKE_CURRENT_LIST_DIR}/session.cc
  ${CMAKE_CURRENT_LIST_DIR}/signature.cc
  ${CMAKE_CURRENT_LIST_DIR}/web.cc)
