// One connection to the file, opened the same way for everybody (its pages checked: checked_vfs.h), and
// how its errors are told.
//
// A connection and the statements on it belong to one thread at a time; statements are declared
// after it and so die before it. Inside storage/sqlite SQLite::Exception is thrown freely; it never
// leaves: every door (Writer, ReaderPool, open, backup) catches it and calls explain().
#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Statement.h>
#include <sqlite3.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "storage/records.h"
#include "storage/result.h"

namespace attune::storage::sqlite {

enum class Purpose { kWrite, kRead, kCheckpoint };

// Throws SQLite::Exception. `cache_bytes` bounds the page cache of this connection.
SQLite::Database connect(const std::string& path, const std::string& vfs, Purpose purpose,
                         std::size_t cache_bytes);

// What went wrong, for an operator. `doing` completes "while ..."; no person's words are in it.
Failure explain(const SQLite::Exception& error, const std::string& path, const std::string& doing);
Failure explain(int extended_code, const std::string& detail, const std::string& path,
                const std::string& doing);

inline std::string_view view(const Id& id) {
  return {reinterpret_cast<const char*>(id.data()), id.size()};
}
inline std::string_view view(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

// All zeros if it is none.
inline Id id_of(std::string_view bytes) {
  Id id{};
  if (bytes.size() == id.size())
    std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(id.data()));
  return id;
}

struct Text {  // bound as TEXT; a bare string_view is bound as BLOB
  std::string_view text;
};

// One use of a prepared statement: binds in order, steps, and leaves it clean whatever happens
// (after an error reset() would throw the same error again). Bound bytes must outlive the use.
class Run {
 public:
  template <typename... Values>
  explicit Run(SQLite::Statement& statement, const Values&... values) : statement_(statement) {
    int place = 0;
    (put(++place, values), ...);
  }
  ~Run() { statement_.tryReset(); }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  bool next() { return statement_.executeStep(); }
  void finish() {
    while (next()) {
    }
  }
  bool null(int column) { return statement_.isColumnNull(column); }
  std::int64_t number(int column) { return statement_.getColumn(column).getInt64(); }
  // NULL reads as "".
  std::string bytes(int column) { return std::string(bytes_view(column)); }
  // Good until the next step.
  std::string_view bytes_view(int column) {
    const SQLite::Column value = statement_.getColumn(column);
    const void* data = value.getBlob();
    return data ? std::string_view(static_cast<const char*>(data),
                                   static_cast<std::size_t>(value.getBytes()))
                : std::string_view();
  }

 private:
  void put(int place, std::int64_t value) { statement_.bind(place, value); }
  void put(int place, std::nullptr_t) { statement_.bind(place); }
  void put(int place, std::string_view blob) {
    statement_.bindNoCopy(place, blob.data() ? blob.data() : "", static_cast<int>(blob.size()));
  }
  void put(int place, const Text& text) { statement_.bind(place, std::string(text.text)); }
  template <typename T>
  void put(int place, const std::optional<T>& value) {
    if (value) {
      put(place, *value);
    } else {
      statement_.bind(place);
    }
  }

  SQLite::Statement& statement_;
};

}  // namespace attune::storage::sqlite
