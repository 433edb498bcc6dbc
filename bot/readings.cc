#include "bot/readings.h"

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/time.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>

namespace attune::bot {
namespace {

using Kind = Reading::Kind;

template <typename Number>
double real(Number number) { return static_cast<double>(number); }

void add_store(const storage::Store::Health& health, std::vector<Reading>& out) {
  out.push_back({Kind::kGauge, "attune_store_writable", "1 while turns can be kept, 0 while the disk refuses", health.writable ? 1.0 : 0.0});
  out.push_back({Kind::kGauge, "attune_turns_queued", "Turns waiting for the writer", real(health.queued)});
  out.push_back({Kind::kGauge, "attune_oldest_turn_waits_seconds", "How long the oldest turn has waited for its commit", std::chrono::duration<double>(health.waiting).count()});
  out.push_back({Kind::kGauge, "attune_wal_bytes", "The write-ahead log beside the database", real(health.wal_bytes)});
  out.push_back({Kind::kGauge, "attune_unchecked_bytes", "Of the database, what the check after the start has not come to yet", real(health.unchecked_bytes)});
}

void add_edge(const Edge::Counts& counts, std::vector<Reading>& out) {
  out.push_back({Kind::kCounter, "attune_requests_total", "Whole requests framed", real(counts.requests)});
  out.push_back({Kind::kCounter, "attune_requests_refused_total", "Refused by the framing or a deadline", real(counts.refused)});
  out.push_back({Kind::kCounter, "attune_requests_shed_total", "Answered 503 or closed for want of room", real(counts.shed)});
  out.push_back({Kind::kGauge, "attune_requests_waiting", "Whole requests that no worker has taken yet", real(counts.waiting)});
  out.push_back({Kind::kGauge, "attune_connections", "Open connections, event streams among them", real(counts.connections)});
  out.push_back({Kind::kGauge, "attune_event_streams", "Open event streams", real(counts.streams)});
}

// What cannot be asked is left out: an absent series can be alerted on, a made-up zero cannot.
void add_disk(const std::string& data, std::vector<Reading>& out) {
  struct statvfs space {};
  if (::statvfs(data.c_str(), &space) == 0) {
    out.push_back({Kind::kGauge, "attune_disk_free_bytes", "Free to this process on the disk of the data folder", real(space.f_bavail) * real(space.f_frsize)});
    out.push_back({Kind::kGauge, "attune_disk_size_bytes", "Size of the disk of the data folder", real(space.f_blocks) * real(space.f_frsize)});
  }
  struct stat file {};
  if (::stat((data + "/attune.db").c_str(), &file) == 0) {
    out.push_back({Kind::kGauge, "attune_database_bytes", "The database file, without its log", real(file.st_size)});
  }
}

// Since the epoch: the kernel counts the start in ticks since boot, in the 22nd field of stat(5).
double start_seconds() {
  std::ifstream file("/proc/self/stat");
  std::string skipped;
  std::getline(file, skipped, ')');
  for (int field = 3; field < 22; ++field) file >> skipped;
  double ticks = 0;
  if (!(file >> ticks)) return 0;
  timespec since_boot{};
  ::clock_gettime(CLOCK_BOOTTIME, &since_boot);
  const double now = std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  return now - real(since_boot.tv_sec) + ticks / real(::sysconf(_SC_CLK_TCK));
}

// Under the names that Prometheus' own libraries use, so that common dashboards and rules fit.
void add_process(std::vector<Reading>& out) {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& time) { return real(time.tv_sec) + real(time.tv_usec) * 1e-6; };
  out.push_back({Kind::kCounter, "process_cpu_seconds_total", "User and system time", seconds(used.ru_utime) + seconds(used.ru_stime)});
  std::ifstream statm("/proc/self/statm");
  double pages = 0, resident = 0;
  if (statm >> pages >> resident) out.push_back({Kind::kGauge, "process_resident_memory_bytes", "Resident memory", resident * real(::sysconf(_SC_PAGESIZE))});
  std::error_code error;
  std::size_t open = 0;
  for (std::filesystem::directory_iterator at("/proc/self/fd", error), end; !error && at != end; at.increment(error)) ++open;
  if (!error) out.push_back({Kind::kGauge, "process_open_fds", "Open file descriptors", real(open)});
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) out.push_back({Kind::kGauge, "process_max_fds", "Most file descriptors", real(limit.rlim_cur)});
  static const double started = start_seconds();
  if (started > 0) out.push_back({Kind::kGauge, "process_start_time_seconds", "When the process began, since the epoch", started});
}

}  // namespace

std::vector<Reading> readings(const storage::Store::Health& health, const Edge::Counts& counts, const std::string& data, const std::string& edition) {
  std::vector<Reading> out;
  out.push_back({Kind::kGauge, "attune_build_info", "Always 1; which program serves which edition of the scripts", 1,
                 {{"version", ATTUNE_VERSION}, {"edition", edition.substr(0, 12)}}});
  add_store(health, out);
  add_edge(counts, out);
  add_disk(data, out);
  add_process(out);
  return out;
}

}  // namespace attune::bot
