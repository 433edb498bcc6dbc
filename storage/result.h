// A value or a reason. For outcomes a caller must look at; broken promises are exceptions.
#pragma once

#include <string>
#include <utility>
#include <variant>

namespace attune {

struct Failure {
  enum class Kind {
    kUnavailable,  // the disk is full, slow, read-only, or gone: try later
    kDamaged,      // what was read cannot be trusted
    kInUse,        // another process has it
    kRefused,      // the caller asked for something that is not allowed or does not exist
  };
  Kind kind = Kind::kUnavailable;
  std::string what;  // for an operator; never a person's words
  // The same in one word, for whoever may not see paths: disk_full, read_only, disk_error, damaged.
  const char* word = "unavailable";
};

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : held_(std::move(value)) {}             // NOLINT: a value is a result
  Result(Failure failure) : held_(std::move(failure)) {}   // NOLINT: so is a failure

  explicit operator bool() const { return std::holds_alternative<T>(held_); }
  T& operator*() { return std::get<T>(held_); }
  const T& operator*() const { return std::get<T>(held_); }
  T* operator->() { return &std::get<T>(held_); }
  const T* operator->() const { return &std::get<T>(held_); }
  const Failure& failure() const { return std::get<Failure>(held_); }

 private:
  std::variant<T, Failure> held_;
};

struct Nothing {};

}  // namespace attune
