// Our bots on the platforms, as the operator has set them up: DATA/channels.json.
//
//   {"telegram": {"default": {"token": "…", "secret": "…"}}}
//
// The file holds secrets, so it is apart from the configuration, mode 0600, and refused if others can
// read it. `attune channel add` writes it; the server reads it at start and on SIGHUP. No file: no
// channel, and none of their addresses answers.
//
// Values; reading and writing from any thread.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "storage/result.h"

namespace attune::bot {

struct Account {
  std::string channel;            // "telegram"
  std::string name = "default";   // which of our bots there; part of its webhook's address
  std::map<std::string, std::string> settings;

  const std::string& at(std::string_view setting) const;  // "" if it is not set
  std::string space() const;      // the organisation its people belong to
};

class Accounts {
 public:
  static Result<Accounts> read(const std::string& data_folder);
  // Whole or not at all.
  Result<Nothing> write(const std::string& data_folder) const;

  const std::vector<Account>& all() const { return all_; }
  const Account* find(std::string_view channel, std::string_view name) const;
  void put(Account account);  // in place of the one of that channel and name
  bool remove(std::string_view channel, std::string_view name);

 private:
  std::vector<Account> all_;  // by channel, then name
};

}  // namespace attune::bot
