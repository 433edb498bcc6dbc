# schema/*.sql becomes one header, so that the tables can be read as SQL and travel in the binary.
set(schema_header "")
foreach(number 001 002 003 004 005 006 007 008)
  set(schema_file ${CMAKE_CURRENT_LIST_DIR}/sqlite/schema/${number}.sql)
  file(READ ${schema_file} schema_sql)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${schema_file})
  string(APPEND schema_header "inline constexpr const char* kSchema${number} = R\"sql(${schema_sql})sql\";\n")
endforeach()
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/generated/storage/sqlite/schema_sql.h
     CONTENT "#pragma once\n@schema_header@" @ONLY)

target_sources(attune_storage PRIVATE
  ${CMAKE_CURRENT_LIST_DIR}/lifetime.cc
  ${CMAKE_CURRENT_LIST_DIR}/outbox.cc
  ${CMAKE_CURRENT_LIST_DIR}/records.cc
  ${CMAKE_CURRENT_LIST_DIR}/store.cc
  ${CMAKE_CURRENT_LIST_DIR}/vault/cipher.cc
  ${CMAKE_CURRENT_LIST_DIR}/vault/file_key_sealer.cc
  ${CMAKE_CURRENT_LIST_DIR}/vault/key_file.cc
  ${CMAKE_CURRENT_LIST_DIR}/vault/keys_db.cc
  ${CMAKE_CURRENT_LIST_DIR}/vault/sealer.cc
  ${CMAKE_CURRENT_LIST_DIR}/vault/vault.cc
  ${CMAKE_CURRENT_LIST_DIR}/vault/vault_opening.cc
  ${CMAKE_CURRENT_LIST_DIR}/sqlite/backup.cc
  ${CMAKE_CURRENT_LIST_DIR}/sqlite/broom.cc
  ${CMAKE_CURRENT_LIST_DIR}/sqlite/checked_vfs.cc
  ${CMAKE_CURRENT_LIST_DIR}/sqlite/checkpointer.cc
  ${CMAKE_CURRENT_LIST_DIR}/sqlite/connection.cc
  ${CMAKE_CURRENT_LIST_DIR}/sqlite/event_index.cc
  ${CMAKE_CURRENT_LIST_DIR}/sqlite/file_layer.cc
  ${CMAKE_CURRENT_LIST_DIR}/sqlite/hand_offs.cc
  ${CMAKE_CURRENT_LIST_DIR}/sqlite/holdings_reader.cc
  ${CMAKE_CURRENT_LIST_DIR}/sqlite/ledger.cc
  ${CMAKE_CURRENT_LIST_DIR}/sqlite/outbox.cc
  ${CMAKE_CURRENT_LIST_DIR}/sqlite/page_sweep.cc
  ${CMAKE_CURRENT_LIST_DIR}/sqlite/process_lock.cc
  ${CMAKE_CURRENT_LIST_DIR}/sqlite/reader_pool.cc
  ${CMAKE_CURRENT_LIST_DIR}/sqlite/rekey.cc
  ${CMAKE_CURRENT_LIST_DIR}/sqlite/restore.cc
  ${CMAKE_CURRENT_LIST_DIR}/sqlite/schema.cc
  ${CMAKE_CURRENT_LIST_DIR}/sqlite/sealed_turn.cc
  ${CMAKE_CURRENT_LIST_DIR}/sqlite/sqlite_store.cc
  ${CMAKE_CURRENT_LIST_DIR}/sqlite/writer.cc)
