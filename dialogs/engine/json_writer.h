// JSON as it is written: one member after another, without a tree in between, because it happens
// several times in every turn. The same calls give the same bytes. Reading is nlohmann_json's.
//
// Texts must be valid UTF-8; they are not looked at. A value; not shared between threads.
#pragma once

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace attune::dialogs {

class JsonWriter {
 public:
  std::string take() { return std::move(out_); }

  JsonWriter& open(char bracket) {
    comma();
    out_ += bracket;
    fresh_ = true;
    return *this;
  }
  JsonWriter& close(char bracket) {
    out_ += bracket;
    fresh_ = false;
    return *this;
  }
  JsonWriter& key(std::string_view name) {
    comma();
    quote(name);
    out_ += ':';
    fresh_ = true;
    return *this;
  }
  JsonWriter& number(std::int64_t value) {
    comma();
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    out_.append(digits, end);
    return *this;
  }
  JsonWriter& text(std::string_view value) {
    comma();
    quote(value);
    return *this;
  }
  JsonWriter& flag(bool value) {
    comma();
    out_ += value ? "true" : "false";
    return *this;
  }
  // Members that are left out where they say nothing.
  void number(std::string_view name, std::int64_t value) {
    if (value != 0) key(name).number(value);
  }
  void text(std::string_view name, std::string_view value) {
    if (!value.empty()) key(name).text(value);
  }
  void flag(std::string_view name, bool value) {
    if (value) key(name).flag(value);
  }

 private:
  void comma() {
    if (!fresh_) out_ += ',';
    fresh_ = false;
  }
  void quote(std::string_view value) {
    static constexpr char kHex[] = "0123456789abcdef";
    out_ += '"';
    std::size_t plain = 0;  // from here on nothing had to be escaped
    for (std::size_t i = 0; i < value.size(); ++i) {
      const auto byte = static_cast<unsigned char>(value[i]);
      if (byte >= 0x20 && byte != '"' && byte != '\\') continue;
      out_.append(value, plain, i - plain);
      plain = i + 1;
      out_ += '\\';
      if (byte >= 0x20) {
        out_ += value[i];
      } else {
        out_ += "u00";
        out_ += kHex[byte >> 4];
        out_ += kHex[byte & 15];
      }
    }
    out_.append(value, plain);
    out_ += '"';
  }

  std::string out_;
  bool fresh_ = true;  // nothing yet inside the bracket that was opened last
};

}  // namespace attune::dialogs
