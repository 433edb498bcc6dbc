// Faults of the system, on order: this test program's own accept4, send and sendmsg stand before
// the C library's and fail as often as they are told to. Everything is off by default. Any thread.
#pragma once

#include <atomic>

namespace attune::bot::testing {

struct Faults {
  std::atomic<int> accept_error{0};  // errno of the next accept_times calls
  std::atomic<int> accept_times{0};
  std::atomic<bool> one_byte{false};  // the server's sends take one byte each
  std::atomic<int> send_error{0};     // errno of the server's next send_times sends
  std::atomic<int> send_times{0};
  std::atomic<int> send_buffer{0};  // bytes the kernel takes for a slow reader; 0: as many as it likes
};

extern Faults faults;

}  // namespace attune::bot::testing
