// How many durable turns a second the SQLite store keeps, at 1, 32 and 512 turns in flight.
//
//   bench_store [seconds a row] [conversations] [event ids kept in memory] [one]
//
// "one": one key for everybody, as attune 0.1 had it, to see what the vault costs.
//
// A closed loop: as many turns are in flight as the row says, each in another conversation, and
// each answer starts the next. A turn is 120 bytes said, 300 replied, 1 KB of state of which 300
// bytes are sealed, an event id nobody has seen, real keys. Then the file is checked page by page, from
// the kernel's cache. "KB" is what the process wrote to disk
// a turn, log and checkpoints together. Figures do not carry over between machines; their ratios
// do.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <fstream>
#include <mutex>

#include "storage/sqlite/page_sweep.h"
#include "storage/sqlite/sqlite_store.h"
#include "storage/vault/file_key_sealer.h"
#include "tests/storage/temp_folder.h"
#include "tests/storage/turns.h"

namespace {

using namespace attune::storage;
using Clock = std::chrono::steady_clock;

double milliseconds(Clock::duration d) {
  return std::chrono::duration<double, std::milli>(d).count();
}

double percentile(std::vector<double>& values, double share) {
  if (values.empty()) return 0;
  const auto at = static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + at, values.end());
  return values[static_cast<std::size_t>(at)];
}

// What one append and fdatasync of 4 KB costs here: the floor of every durable turn.
double sync_milliseconds(const std::string& path, double share) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  const std::string page(4096, 'x');
  std::vector<double> times;
  for (int i = 0; i < 500; ++i) {
    const auto before = Clock::now();
    if (::write(file, page.data(), page.size()) != 4096 || ::fdatasync(file) != 0) std::abort();
    times.push_back(milliseconds(Clock::now() - before));
  }
  ::close(file);
  return percentile(times, share);
}

double kilobytes_written() {
  std::ifstream io("/proc/self/io");
  std::string name;
  double value = 0;
  while (io >> name >> value)
    if (name == "write_bytes:") return value / 1024;
  return 0;
}

double cpu_seconds() {
  timespec time{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

class Load {
 public:
  Load(Store& store, std::vector<test::Speaker>& speakers) : store_(store), speakers_(speakers) {}

  void open_all() {
    for (std::size_t i = 0; i < speakers_.size(); ++i) start(i);
    drain();
    finished_.clear();
  }

  void row(std::size_t in_flight, double seconds) {
    finished_.clear();
    failed_ = 0;
    const auto health = store_.health();
    const double written = kilobytes_written(), cpu = cpu_seconds();
    const auto begin = Clock::now();
    const auto end =
        begin + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
    for (std::size_t i = 0; i < in_flight; ++i) start(next());
    while (Clock::now() < end)
      for (std::size_t n = collect(); n > 0; --n) start(next());
    drain();
    const double took = std::chrono::duration<double>(Clock::now() - begin).count();
    const auto turns = static_cast<double>(finished_.size());
    const auto batches = static_cast<double>(store_.health().batches - health.batches);
    std::printf("%9zu %9.0f %8.2f %8.2f %8.2f %8.1f %8.1f %8.1f %8.1f %6zu\n", in_flight,
                turns / took, percentile(finished_, 0.5), percentile(finished_, 0.99),
                percentile(finished_, 1), turns / batches, (cpu_seconds() - cpu) / turns * 1e6,
                (kilobytes_written() - written) / turns,
                static_cast<double>(store_.health().wal_bytes) / 1048576, failed_);
    std::fflush(stdout);
  }

 private:
  std::size_t next() { return at_ = (at_ + 1) % speakers_.size(); }

  void start(std::size_t who) {
    test::Speaker& speaker = speakers_[who];
    Turn turn = speaker.turn("", "ev-" + std::to_string(++events_));
    turn.said = std::string(120, 's');
    turn.reply = std::string(300, 'r');
    turn.said_class = "2592000";
    turn.conversation = {std::string(700, 'c'), {{"2592000", std::string(300, 't')}}};
    ++speaker.version;
    ++running_;
    store_.commit(std::move(turn), [this, began = Clock::now()](Commit outcome) {
      const double took = milliseconds(Clock::now() - began);
      const std::lock_guard lock(mutex_);
      answers_.push_back(took);
      if (outcome != Commit::kDone) ++failed_;
      answered_.notify_one();
    });
  }

  // Waits for at least one answer; how many came.
  std::size_t collect() {
    std::unique_lock lock(mutex_);
    answered_.wait(lock, [&] { return !answers_.empty(); });
    const std::size_t n = answers_.size();
    finished_.insert(finished_.end(), answers_.begin(), answers_.end());
    answers_.clear();
    running_ -= n;
    return n;
  }

  void drain() {
    while (running_ > 0) collect();
  }

  Store& store_;
  std::vector<test::Speaker>& speakers_;
  std::size_t at_ = 0, running_ = 0, failed_ = 0;
  std::uint64_t events_ = 0;
  std::vector<double> finished_;
  std::mutex mutex_;
  std::condition_variable answered_;
  std::vector<double> answers_;
};

}  // namespace

int main(int argc, char** argv) {
  const double seconds = argc > 1 ? std::atof(argv[1]) : 3;
  const std::size_t conversations =
      argc > 2 ? static_cast<std::size_t>(std::atoll(argv[2])) : 10'000;
  test::TempFolder folder;
  SqliteOptions options;
  options.path = folder / "attune.db";
  if (argc > 4) {
    auto sealer = FileKeySealer::open(folder / "key");
    if (!sealer) return std::puts(sealer.failure().what.c_str()), 1;
    options.sealer = std::move(*sealer);
  }
  options.queue_capacity = conversations + 1024;
  if (argc > 3) options.recent_events = static_cast<std::size_t>(std::atoll(argv[3]));
  auto store = SqliteStore::open(options);
  if (!store) return std::puts(store.failure().what.c_str()), 1;

  std::printf("append + fdatasync of 4 KB here: p50 %.3f ms, p99 %.3f ms\n",
              sync_milliseconds(folder / "sync", 0.5), sync_milliseconds(folder / "sync2", 0.99));
  std::vector<test::Speaker> speakers;
  for (std::size_t i = 0; i < conversations; ++i) speakers.emplace_back("p" + std::to_string(i));
  Load load(**store, speakers);
  load.open_all();
  std::printf("%zu conversations opened; SQLite in WAL, synchronous=FULL\n", conversations);
  std::puts(
      "in flight   turns/s   p50 ms   p99 ms   max ms    batch   CPU us       KB   WAL MB failed");
  for (const std::size_t in_flight : {1, 32, 512}) load.row(in_flight, seconds);
  const std::string path = options.path;
  const auto turns = static_cast<double>((*store)->health().turns);
  store->reset();
  std::printf("file: %.2f KB a turn before sweeping\n",
              static_cast<double>(std::filesystem::file_size(path)) / 1024 / turns);
  auto database = sqlite::connect(path, "", sqlite::Purpose::kRead, 64 << 10);
  const auto begin = Clock::now();
  const double cpu = cpu_seconds();
  if (!sqlite::damaged_page(database).empty()) std::abort();
  const double gigabytes = static_cast<double>(std::filesystem::file_size(path)) / 1e9;
  std::printf("checksums of every page, as at a start: %.2f s a GB, %.2f s of CPU (%.0f MB)\n",
              milliseconds(Clock::now() - begin) / 1e3 / gigabytes, (cpu_seconds() - cpu) / gigabytes,
              gigabytes * 1e3);
  return 0;
}
