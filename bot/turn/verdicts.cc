#include "bot/turn/verdicts.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "storage/records.h"

namespace attune::bot {
namespace {

constexpr std::size_t kMost = 64;

std::string hash_of_this_program() {
  std::ifstream in("/proc/self/exe", std::ios::binary);
  std::ostringstream bytes;
  bytes << in.rdbuf();
  if (!in || bytes.str().empty()) return "";
  std::string hex;
  for (const std::uint8_t byte : storage::sha256(bytes.str())) {
    hex += "0123456789abcdef"[byte >> 4];
    hex += "0123456789abcdef"[byte & 15];
  }
  return hex;
}

}  // namespace

Verdicts::Verdicts(const std::string& data_folder) : file_(data_folder + "/proved"), program_(hash_of_this_program()) {
  std::ifstream in(file_);
  for (std::string line; lines_.size() < kMost && std::getline(in, line);) lines_.push_back(line);
}

bool Verdicts::holds(const std::string& edition) const {
  std::lock_guard lock(mutex_);
  return !program_.empty() && std::find(lines_.begin(), lines_.end(), program_ + " " + edition) != lines_.end();
}

void Verdicts::keep(const std::string& edition) {
  if (program_.empty()) return;
  std::lock_guard lock(mutex_);
  const std::string line = program_ + " " + edition;
  std::erase(lines_, line);
  lines_.push_back(line);
  while (lines_.size() > kMost) lines_.pop_front();
  std::ofstream out(file_ + ".new", std::ios::trunc);
  for (const std::string& one : lines_) out << one << "\n";
  out.close();
  std::error_code ignored;  // then it is proved again
  if (out) std::filesystem::rename(file_ + ".new", file_, ignored);
}

}  // namespace attune::bot
