// Preloaded (LD_PRELOAD) by tests that drive the clock of the real program: the machine's wall time, moved
// by ATTUNE_TEST_SECONDS. Other clocks are as they are. libfaketime does not get on with jemalloc.
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdlib>
#include <ctime>

namespace {

long moved_by() {
  static const char* const text = std::getenv("ATTUNE_TEST_SECONDS");
  return text == nullptr ? 0 : std::strtol(text, nullptr, 10);
}

}  // namespace

extern "C" int clock_gettime(clockid_t which, timespec* at) noexcept {
  const long done = ::syscall(SYS_clock_gettime, which, at);
  if (done == 0 && which == CLOCK_REALTIME) at->tv_sec += moved_by();
  return static_cast<int>(done);
}

extern "C" int gettimeofday(timeval* at, void*) noexcept {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  *at = {now.tv_sec, now.tv_nsec / 1000};
  return 0;
}

extern "C" time_t time(time_t* out) noexcept {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  if (out != nullptr) *out = now.tv_sec;
  return now.tv_sec;
}
