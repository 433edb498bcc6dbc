// What a disk was told to do with the files of one folder, in order; and what may be left of them
// when the power goes in between.
//
// The disk of these tests keeps no more than it promised:
//   a file's bytes   are safe once the file was synced. Each write since may be there, or not, or
//                    some of its 512-byte sectors, or one of them torn or filled with anything.
//   a folder's names are safe once the folder was synced. A file made, renamed, linked or deleted
//                    since may still be as before. (Stricter than ext4 and XFS, which write down
//                    names in order and with the first sync of a new file; POSIX promises no more.)
//
// Values, no thread rule. A log, a point in it and a seed give the same image each time.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace attune::storage::test {

using Files = std::map<std::string, std::string>;  // name -> bytes

void write_files(const std::string& folder, const Files& files);
Files read_files(const std::string& folder);  // all regular files in it

struct DiskOp {
  enum class Kind : std::uint8_t {
    kCreate,      // name -> file
    kWrite,       // bytes at `at`
    kTruncate,    // to `at` bytes
    kSync,        // the file's bytes
    kSyncFolder,  // the folder's names
    kUnlink,      // name
    kRename,      // name to bytes
    kLink,        // name also as bytes
    kNote,        // bytes: what the test knows at this point
  };
  Kind kind{};
  std::uint32_t file = 0;  // which, however it is called; those in `before` are 1, 2, ... by name
  std::int64_t at = 0;
  std::string name, bytes;
};

struct DiskLog {
  Files before;  // safe from the beginning
  std::vector<DiskOp> ops;

  void save(const std::string& path) const;
  static DiskLog load(const std::string& path);  // throws std::runtime_error
};

// Follows a log; at any point the power may go.
class Disk {
 public:
  explicit Disk(const DiskLog& log);  // which must outlive it
  // Everything before op number `point` was told. Only forwards.
  void advance(std::size_t point);
  // What is found when the power comes back.
  Files after_cut(std::uint64_t seed) const;

 private:
  struct Inode {
    std::string safe;
    std::vector<const DiskOp*> unsafe;
  };
  using Names = std::map<std::string, std::uint32_t>;

  const DiskLog& log_;
  std::size_t done_ = 0;
  std::map<std::uint32_t, Inode> inodes_;
  Names names_;  // safe
  std::vector<const DiskOp*> unsafe_names_;
};

}  // namespace attune::storage::test
