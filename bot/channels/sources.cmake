target_sources(attune_bot PRIVATE
  ${CMAKE_CURRENT_LIST_DIR}/account.cc
  ${CMAKE_CURRENT_LIST_DIR}/account_book.cc
  ${CMAKE_CURRENT_LIST_DIR}/answer.cc
  ${CMAKE_CURRENT_LIST_DIR}/channel_routes.cc
  ${CMAKE_CURRENT_LIST_DIR}/directline.cc
  ${CMAKE_CURRENT_LIST_DIR}/directline_token.cc
  ${CMAKE_CURRENT_LIST_DIR}/message.cc
  ${CMAKE_CURRENT_LIST_DIR}/platform.cc
  ${CMAKE_CURRENT_LIST_DIR}/rasa.cc
  ${CMAKE_CURRENT_LIST_DIR}/session.cc
  ${CMAKE_CURRENT_LIST_DIR}/signature.cc
  ${CMAKE_CURRENT_LIST_DIR}/twilio.cc
  ${CMAKE_CURRENT_LIST_DIR}/web.cc)
