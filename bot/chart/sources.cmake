target_sources(attune_bot PRIVATE
  ${CMAKE_CURRENT_LIST_DIR}/chart_routes.cc
  ${CMAKE_CURRENT_LIST_DIR}/day.cc
  ${CMAKE_CURRENT_LIST_DIR}/picture.cc
  ${CMAKE_CURRENT_LIST_DIR}/picture_name.cc)
target_link_libraries(attune_bot PUBLIC PkgConfig::CAIRO)
