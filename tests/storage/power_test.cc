// The power goes. A store lives a seeded life on a disk that keeps only what it promised to keep;
// at thousands of points of that life the power goes, and the store is started on what is left.
// Everything acknowledged must be there, whole and once; nothing may be there by half.
//
// ATTUNE_SEED=N           other lives and other cuts
// ATTUNE_POINTS=N         how many cuts (5,000; with ATTUNE_LONG=1 100,000)
// ATTUNE_REPLAY=FILE:POINT:SEED[:POINT:SEED]   one cut again, exactly, from a log that a failure
// saved
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <random>
#include <sstream>

#include "tests/storage/crash_vfs.h"
#include "tests/storage/power_life.h"
#include "tests/storage/temp_folder.h"

using namespace attune::storage;
using namespace attune::storage::test;

namespace {

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text && *text ? std::strtoull(text, nullptr, 10) : otherwise;
}

bool long_run() {
  const char* text = std::getenv("ATTUNE_LONG");
  return text && *text;
}

// What the disk was at when the power went.
std::string activity(const DiskOp& op, const Facts& facts) {
  const bool carrying = op.name == "attune.db" && facts.phase.find("start") == std::string::npos;
  return carrying ? "checkpoint" : facts.phase;
}

struct Cut {
  std::size_t point = 0;
  std::uint64_t seed = 0;
};

struct Log {
  DiskLog log;
  std::map<std::string, std::vector<std::size_t>> points;  // by activity

  explicit Log(DiskLog made) : log(std::move(made)) {
    Facts facts;
    for (std::size_t i = 0; i < log.ops.size(); ++i) {
      if (log.ops[i].kind == DiskOp::Kind::kNote) facts.note(log.ops[i].bytes);
      points[activity(log.ops[i], facts)].push_back(i + 1);
    }
  }

  // `count` of them, every activity as often as the others, in the order of the log.
  std::vector<Cut> cuts(std::size_t count, std::mt19937_64& dice) const {
    std::vector<Cut> chosen;
    while (chosen.size() < count)
      for (const auto& [name, at] : points)
        if (chosen.size() < count) chosen.push_back({at[dice() % at.size()], dice()});
    std::sort(chosen.begin(), chosen.end(),
              [](const Cut& a, const Cut& b) { return a.point < b.point; });
    return chosen;
  }
};

// Follows a log, its disk and its facts together.
class Follower {
 public:
  explicit Follower(const DiskLog& log) : log_(log), disk_(log) {}
  void advance(std::size_t point) {
    disk_.advance(point);
    for (; at_ < point; ++at_)
      if (log_.ops[at_].kind == DiskOp::Kind::kNote) facts_.note(log_.ops[at_].bytes);
  }
  const Disk& disk() const { return disk_; }
  const Facts& facts() const { return facts_; }

 private:
  const DiskLog& log_;
  Disk disk_;
  Facts facts_;
  std::size_t at_ = 0;
};

struct Tally {
  std::map<std::string, std::size_t> cuts;  // by activity
  std::size_t twice = 0, bad = 0, lost = 0;
};

// A fresh folder with what a cut left, judged. With `second`, the power goes again while the store
// starts on it.
Verdict judge_cut(const Files& files, const Facts& facts, std::optional<Cut>& second) {
  TempFolder folder;
  write_files(folder / "data", files);
  if (!second) return judge(folder / "data", facts);
  CrashVfs::record(folder / "data");
  {
    const auto started = start_only(folder / "data");
    if (!started.empty()) return CrashVfs::stop(), Verdict{{"it does not start: " + started}, 0};
  }
  const DiskLog start = CrashVfs::stop();
  if (second->point == 0)
    second->point = 1 + second->seed % std::max<std::size_t>(start.ops.size(), 1);
  Disk disk(start);
  disk.advance(second->point);
  write_files(folder / "again", disk.after_cut(second->seed));
  return judge(folder / "again", facts);
}

std::string told(const Verdict& verdict) {
  std::string text;
  for (std::size_t i = 0; i < verdict.wrong.size() && i < 8; ++i) text += "\n  " + verdict.wrong[i];
  return text;
}

// Where somebody can look at it again.
std::string save(const DiskLog& log, const Cut& cut, const std::optional<Cut>& second) {
  const std::string path = (std::filesystem::temp_directory_path() / "attune-power.log").string();
  log.save(path);
  std::string replay = path + ":" + std::to_string(cut.point) + ":" + std::to_string(cut.seed);
  if (second) replay += ":" + std::to_string(second->point) + ":" + std::to_string(second->seed);
  return "\nagain: ATTUNE_REPLAY=" + replay + " test_storage '[power]'";
}

void cut_everywhere(const Log& life, std::size_t count, std::mt19937_64& dice, bool stop_at_first,
                    Tally& tally) {
  Follower follower(life.log);
  for (const Cut& cut : life.cuts(count, dice)) {
    follower.advance(cut.point);
    std::optional<Cut> second;
    if (cut.seed % 8 == 0) second = Cut{0, cut.seed / 8};
    const Verdict verdict =
        judge_cut(follower.disk().after_cut(cut.seed), follower.facts(), second);
    ++tally.cuts[activity(life.log.ops[cut.point - 1], follower.facts())];
    tally.twice += second.has_value();
    tally.bad += !verdict.wrong.empty();
    tally.lost += verdict.lost;
    if (stop_at_first && !verdict.wrong.empty())
      FAIL("after a power cut during " << follower.facts().phase << ":" << told(verdict)
                                       << save(life.log, cut, second));
  }
}

Log life(std::uint64_t seed) {
  TempFolder folder;
  std::filesystem::create_directory(folder / "data");
  return Log(live(folder / "data", seed));
}

void replay(const std::string& what) {
  std::vector<std::string> parts;
  std::istringstream in(what);
  for (std::string part; std::getline(in, part, ':');) parts.push_back(part);
  REQUIRE((parts.size() == 3 || parts.size() == 5));
  const DiskLog log = DiskLog::load(parts[0]);
  const auto number = [&](std::size_t i) { return std::strtoull(parts[i].c_str(), nullptr, 10); };
  Follower follower(log);
  follower.advance(number(1));
  std::optional<Cut> second;
  if (parts.size() == 5) second = Cut{number(3), number(4)};
  const Verdict verdict = judge_cut(follower.disk().after_cut(number(2)), follower.facts(), second);
  INFO("during " << follower.facts().phase << told(verdict));
  CHECK(verdict.wrong.empty());
}

}  // namespace

TEST_CASE("after a power cut everything acknowledged is there, whole and once",
          "[storage][power]") {
  if (const char* what = std::getenv("ATTUNE_REPLAY")) return replay(what);
  const std::uint64_t seed = number_from("ATTUNE_SEED", long_run() ? std::random_device{}() : 1);
  const std::size_t count = number_from("ATTUNE_POINTS", long_run() ? 100'000 : 5'000);
  const std::size_t a_life = 500;
  std::mt19937_64 dice(seed);
  Tally tally;
  std::size_t done = 0, lives = 0;
  for (; done < count; done += a_life, ++lives)
    cut_everywhere(life(dice()), std::min(a_life, count - done), dice, true, tally);
  std::cout << "figure: power cut, seed " << seed << ": " << count << " points in " << lives
            << " lives, " << tally.twice
            << " of them cut again while starting; 0 lost, 0 by half\n";
  for (const auto& [name, cuts] : tally.cuts) {
    std::cout << "  figure: " << cuts << " during " << name << "\n";
    CHECK(cuts > count / 100);  // every part of a life was met
  }
  CHECK(tally.cuts.size() >= 10);
}

TEST_CASE("the same cuts do lose turns if commits are not synced", "[storage][power]") {
  if (std::getenv("ATTUNE_REPLAY")) return;
  std::mt19937_64 dice(number_from("ATTUNE_SEED", 1));
  Tally tally;
  CrashVfs::lose_syncs(true);
  const Log made = life(dice());
  CrashVfs::lose_syncs(false);
  cut_everywhere(made, 200, dice, false, tally);
  std::cout << "figure: with synchronous=NORMAL " << tally.bad << " of 200 points are bad, "
            << tally.lost << " acknowledged turns lost\n";
  CHECK(tally.bad > 5);
  CHECK(tally.lost > 5);
}
