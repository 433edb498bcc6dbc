#include "tests/storage/disk_log.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <stdexcept>

namespace attune::storage::test {
namespace {

using Kind = DiskOp::Kind;
using Names = std::map<std::string, std::uint32_t>;
constexpr std::size_t kSector = 512;

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}
  bool one_in(unsigned n) { return engine_() % n == 0; }
  std::size_t below(std::size_t n) { return n == 0 ? 0 : static_cast<std::size_t>(engine_() % n); }
  char byte() { return static_cast<char>(engine_()); }

 private:
  std::mt19937_64 engine_;
};

void put(std::string& file, std::size_t at, std::string_view bytes) {
  if (file.size() < at + bytes.size()) file.resize(at + bytes.size(), '\0');
  file.replace(at, bytes.size(), bytes);
}

void apply(std::string& file, const DiskOp& op) {
  const auto at = static_cast<std::size_t>(op.at);
  if (op.kind == Kind::kWrite) put(file, at, op.bytes);
  if (op.kind == Kind::kTruncate) file.resize(at, '\0');
}

// One sector's part of a write as it may end when the power goes: there, not, half, or anything.
void apply_piece(std::string& file, std::size_t at, std::string piece, bool may_tear, Dice& dice) {
  if (dice.one_in(2)) {
    if (dice.one_in(4)) put(file, std::max(file.size(), at + piece.size()), "");  // only longer
    return;
  }
  if (may_tear && dice.one_in(6)) piece.resize(dice.below(piece.size()));
  if (may_tear && dice.one_in(8))
    std::generate(piece.begin(), piece.end(), [&] { return dice.byte(); });
  put(file, at, piece);
}

void apply_torn(std::string& file, const DiskOp& op, bool may_tear, Dice& dice) {
  if (op.kind != Kind::kWrite) {
    if (dice.one_in(2)) apply(file, op);
    return;
  }
  for (std::size_t from = 0; from < op.bytes.size();) {
    const std::size_t at = static_cast<std::size_t>(op.at) + from;
    const std::size_t size = std::min(kSector - at % kSector, op.bytes.size() - from);
    apply_piece(file, at, op.bytes.substr(from, size), may_tear, dice);
    from += size;
  }
}

// How a disk may treat what it was not told to sync, from kind to cruel.
enum class Mood { kLosesAll, kKeepsAll, kKeepsFirst, kKeepsSome, kKeepsSectors, kTears, kMoods };

Mood mood(Dice& dice) {
  return static_cast<Mood>(dice.below(static_cast<std::size_t>(Mood::kMoods)));
}

std::string after(const std::string& safe, const std::vector<const DiskOp*>& unsafe, Mood mood,
                  Dice& dice) {
  std::string file = safe;
  const std::size_t first = mood == Mood::kKeepsFirst ? dice.below(unsafe.size() + 1)
                            : mood == Mood::kKeepsAll ? unsafe.size()
                                                      : 0;
  for (std::size_t i = 0; i < unsafe.size(); ++i) {
    if (i < first) apply(file, *unsafe[i]);
    if (mood == Mood::kKeepsSome && dice.one_in(2)) apply(file, *unsafe[i]);
    if (mood == Mood::kKeepsSectors || mood == Mood::kTears)
      apply_torn(file, *unsafe[i], mood == Mood::kTears, dice);
  }
  return file;
}

void apply(Names& names, const DiskOp& op) {
  const auto it = names.find(op.name);
  switch (op.kind) {
    case Kind::kCreate:
      names[op.name] = op.file;
      return;
    case Kind::kUnlink:
      if (it != names.end()) names.erase(it);
      return;
    case Kind::kRename:
    case Kind::kLink:
      if (it == names.end()) return;
      names[op.bytes] = it->second;
      if (op.kind == Kind::kRename) names.erase(op.name);
      return;
    default:
      return;
  }
}

Names after(Names names, const std::vector<const DiskOp*>& unsafe, Mood mood, Dice& dice) {
  const bool by_chance = mood == Mood::kKeepsSome || mood == Mood::kKeepsSectors;
  const std::size_t first = mood == Mood::kLosesAll   ? 0
                            : mood == Mood::kKeepsAll ? unsafe.size()
                                                      : dice.below(unsafe.size() + 1);
  for (std::size_t i = 0; i < unsafe.size(); ++i)
    if (by_chance ? dice.one_in(2) : i < first) apply(names, *unsafe[i]);
  return names;
}

// Saved as numbers in text and bytes with their length before them.
void put(std::ostream& out, const std::string& bytes) {
  out << bytes.size() << ' ';
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

std::string take(std::istream& in) {
  std::size_t size = 0;
  in >> size;
  in.get();
  std::string bytes(size, '\0');
  in.read(bytes.data(), static_cast<std::streamsize>(size));
  if (!in) throw std::runtime_error("the log of the disk ends early");
  return bytes;
}

}  // namespace

void write_files(const std::string& folder, const Files& files) {
  std::filesystem::create_directories(folder);
  for (const auto& [name, bytes] : files) {
    std::ofstream(folder + "/" + name, std::ios::binary)
        .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    std::filesystem::permissions(folder + "/" + name, std::filesystem::perms(0600));
  }
}

Files read_files(const std::string& folder) {
  Files files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    files[entry.path().filename().string()] = {std::istreambuf_iterator<char>(in), {}};
  }
  return files;
}

void DiskLog::save(const std::string& path) const {
  std::ofstream out(path, std::ios::binary);
  out << before.size() << ' ' << ops.size() << '\n';
  for (const auto& [name, bytes] : before) put(out, name), put(out, bytes);
  for (const DiskOp& op : ops) {
    out << static_cast<int>(op.kind) << ' ' << op.file << ' ' << op.at << ' ';
    put(out, op.name);
    put(out, op.bytes);
    out << '\n';
  }
}

DiskLog DiskLog::load(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::size_t files = 0, count = 0;
  if (!(in >> files >> count)) throw std::runtime_error(path + " is not the log of a disk");
  DiskLog log;
  for (; files > 0; --files) {
    const std::string name = take(in);
    log.before[name] = take(in);
  }
  for (; count > 0; --count) {
    DiskOp op;
    int kind = 0;
    in >> kind >> op.file >> op.at;
    op.kind = static_cast<Kind>(kind);
    op.name = take(in);
    op.bytes = take(in);
    log.ops.push_back(std::move(op));
  }
  return log;
}

Disk::Disk(const DiskLog& log) : log_(log) {
  std::uint32_t number = 0;
  for (const auto& [name, bytes] : log.before) {
    names_[name] = ++number;
    inodes_[number].safe = bytes;
  }
}

void Disk::advance(std::size_t point) {
  for (; done_ < std::min(point, log_.ops.size()); ++done_) {
    const DiskOp& op = log_.ops[done_];
    switch (op.kind) {
      case Kind::kNote:
        break;
      case Kind::kWrite:
      case Kind::kTruncate:
        inodes_[op.file].unsafe.push_back(&op);
        break;
      case Kind::kSync: {
        Inode& inode = inodes_[op.file];
        for (const DiskOp* unsafe : inode.unsafe) apply(inode.safe, *unsafe);
        inode.unsafe.clear();
        break;
      }
      case Kind::kSyncFolder:
        for (const DiskOp* unsafe : unsafe_names_) apply(names_, *unsafe);
        unsafe_names_.clear();
        break;
      default:
        unsafe_names_.push_back(&op);
        break;
    }
  }
}

Files Disk::after_cut(std::uint64_t seed) const {
  Dice dice(seed);
  const Names names = after(names_, unsafe_names_, mood(dice), dice);
  std::map<std::uint32_t, std::string> bytes;
  for (const auto& [file, inode] : inodes_)
    bytes[file] = after(inode.safe, inode.unsafe, mood(dice), dice);
  Files files;
  for (const auto& [name, file] : names) files[name] = bytes[file];
  return files;
}

}  // namespace attune::storage::test
