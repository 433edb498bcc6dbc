set(ATTUNE_ASSETS
  "/|text/html|web/chat/index.html"
  "/chat.css|text/css|web/chat/chat.css"
  "/icon.svg|image/svg+xml|web/chat/icon.svg"
  "/chat.js|text/javascript|web/chat/chat.js"
  "/api.js|text/javascript|web/chat/api.js"
  "/log.js|text/javascript|web/chat/log.js"
  "/exit.js|text/javascript|web/chat/exit.js"
  "/openapi.json|application/json|openapi.json")
set(ATTUNE_ASSET_FILES "")
foreach(entry IN LISTS ATTUNE_ASSETS)
  string(REGEX REPLACE ".*\\|" "" file "${entry}")
  list(APPEND ATTUNE_ASSET_FILES ${CMAKE_CURRENT_SOURCE_DIR}/${file})
endforeach()
add_custom_command(OUTPUT ${CMAKE_BINARY_DIR}/generated/assets.cc
  COMMAND ${CMAKE_COMMAND} "-DFILES=${ATTUNE_ASSETS}" -DROOT=${CMAKE_CURRENT_SOURCE_DIR} -DOUT=${CMAKE_BINARY_DIR}/generated/assets.cc
          -P ${CMAKE_CURRENT_LIST_DIR}/embed.cmake
  DEPENDS ${ATTUNE_ASSET_FILES} ${CMAKE_CURRENT_LIST_DIR}/embed.cmake
  COMMENT "building the chat page in" VERBATIM)
target_sources(attune_bot PRIVATE ${CMAKE_BINARY_DIR}/generated/assets.cc)
