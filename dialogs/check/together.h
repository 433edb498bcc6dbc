// What only shows when all scripts are together: who calls whom, where safety leads, what must
// exist.
//
// Works on the trees, so that a library with a mistake in one script still hears about the others.
// Holds references only; one thread; made for one check.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "dialogs/check/flow.h"
#include "dialogs/check/scope.h"

namespace attune::dialogs {

struct Together {
  std::vector<std::shared_ptr<const Study>> studies;  // ordinary scripts, all of each
  std::set<std::string> broken;  // names of those that the parser did not understand whole
  std::vector<std::shared_ptr<const Script>> shared;  // always, memory, remarks
  const Vocabulary* vocabulary = nullptr;
};

// One way from a script to another.
struct Lead {
  enum class Kind { kCall, kSwitch, kGate };  // kGate: runs instead, when `needs` refuses
  Kind kind = Kind::kCall;
  std::string to;
  Place place;
  bool at_once = false;     // can be met before any question of this script
  bool while_open = false;  // can be met while safety is open
  const Call* call = nullptr;
};

// One script, as the others see it.
struct Member {
  std::shared_ptr<const Script> script;
  std::vector<Lead> leads;
  std::shared_ptr<const Study> study;
  bool asks = false;  // has a question of its own
};

class Company {
 public:
  explicit Company(const Together& together);

  Company(const Company&) = delete;
  Company& operator=(const Company&) = delete;

  const Member* find(const std::string& name) const;
  const Manners& manners() const { return manners_; }
  const std::map<std::string, Member>& members() const { return members_; }

  // The names from `name` to a script that has a question, through calls, switches and gates. Empty
  // if there is none.
  std::vector<std::string> way_to_question(const std::string& name) const;

  void add(const Definition& definition, const std::string& path, Place place,
           const std::vector<std::string>& arguments = {}, const std::string& way = "");
  Diagnostics take();

 private:
  std::map<std::string, Member> members_;
  Manners manners_;
  std::map<std::string, Findings> findings_;  // by path
};

Diagnostics check_together(Company& company, const Together& together);

void check_calls(Company& company, const Together& together);  // circles, depth, arguments
void check_always(Company& company,
                  const Together& together);  // always.talk, repair, safety's lines
void check_reach(Company& company);           // forgiving, after safety opened

// always.talk, or null.
const Script* always_of(const Together& together);

// The most scripts under way at once, from this one on.
int depth_of(const Company& company, const std::string& name);

}  // namespace attune::dialogs
