// A raw TCP client for tests: sends exactly the bytes it is told to, and reads replies without a
// library's help or leniency. Blocking, with a time limit on every wait. One thread each.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace attune::bot::testing {

struct Answer {
  int status = 0;  // 0: the connection ended (or the time ran out) before a whole reply
  std::string head;
  std::string body;
  std::string header(std::string_view name) const;  // the first of that name; "" if none
  std::string code() const;                         // of the one error format; "" if it is not one
};

class Client {
 public:
  explicit Client(int port, int receive_buffer = 0);
  ~Client();
  Client(Client&& other) noexcept;
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  bool connected() const { return fd_ >= 0; }
  bool send(std::string_view bytes);  // false: the other side has closed
  void shut_sending();
  void close();
  void reset();  // closes with RST: both directions end at once
  void sip();   // takes a few bytes if there are some, and forgets them
  Answer read_answer(bool head_request = false);
  Answer ask(std::string_view bytes) { return send(bytes), read_answer(); }
  // What arrives until `until` has been seen, the connection ends or the limit is over.
  std::string read_until(std::string_view until);
  // True if the other side ends the connection within the limit; what it sent before is dropped.
  bool ended();
  void set_limit(std::chrono::milliseconds limit) { limit_ = limit; }

 private:
  bool read_more(std::chrono::steady_clock::time_point until);

  int fd_ = -1;
  bool over_ = false;
  std::string in_;
  std::chrono::milliseconds limit_{10'000};
};

// A whole request. `extra` are header lines, each with CR LF.
std::string get(std::string_view target, std::string_view extra = {});
std::string post(std::string_view target, std::string_view body, std::string_view extra = {});

}  // namespace attune::bot::testing
