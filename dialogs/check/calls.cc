// Who calls whom: circles, depth, and what is handed over.
#include <algorithm>
#include <functional>
#include <set>

#include "dialogs/check/together.h"
#include "dialogs/check/values.h"

namespace attune::dialogs {
namespace {

using namespace diagnostics;

constexpr int kMostFrames = 8;

std::string told(const std::vector<std::string>& names) {
  std::string way;
  for (const std::string& name : names) way += (way.empty() ? "" : " > ") + name;
  return way;
}

// Finds every circle of the leads that `counts`, once, each told where it closes.
class Round {
 public:
  using Kinds = std::set<Lead::Kind>;

  Round(Company& company, const Definition& definition, std::function<bool(const Lead&)> counts,
        std::function<bool(const Kinds&)> tells = nullptr)
      : company_(company),
        definition_(definition),
        counts_(std::move(counts)),
        tells_(std::move(tells)) {}

  void look() {
    for (const auto& [name, member] : company_.members()) visit(name);
  }

 private:
  struct At {
    std::string name;
    Lead::Kind by;
    std::size_t next;
  };

  // Depth first, with a stack of our own: a library may hold thousands of scripts in a chain.
  void visit(const std::string& start) {
    std::vector<At> stack;
    const auto enter = [&](const std::string& name, Lead::Kind by) {
      state_[name] = 1;
      stack.push_back({name, by, 0});
    };
    if (state_[start] == 0) enter(start, Lead::Kind::kCall);
    while (!stack.empty()) {
      At& at = stack.back();
      const Member* member = company_.find(at.name);
      if (!member || at.next >= member->leads.size()) {
        state_[at.name] = 2;
        stack.pop_back();
        continue;
      }
      const Lead& lead = member->leads[at.next++];
      if (!counts_(lead) || !company_.find(lead.to)) continue;
      if (state_[lead.to] == 0) {
        enter(lead.to, lead.kind);
      } else if (state_[lead.to] == 1) {
        closes(stack, *member, lead);
      }
    }
  }

  void closes(const std::vector<At>& stack, const Member& member, const Lead& lead) {
    std::vector<std::string> circle;
    Kinds kinds = {lead.kind};
    for (const At& on : stack) {
      if (!circle.empty()) kinds.insert(on.by);
      if (!circle.empty() || on.name == lead.to) circle.push_back(on.name);
    }
    circle.push_back(lead.to);
    if (tells_ && !tells_(kinds)) return;
    company_.add(definition_, member.script->path, lead.place, {lead.to}, told(circle));
  }

  Company& company_;
  const Definition& definition_;
  const std::function<bool(const Lead&)> counts_;
  const std::function<bool(const Kinds&)> tells_;
  std::map<std::string, int> state_;  // 0 new, 1 on the way, 2 done
};

// The deepest chain of calls below a script; a circle counts as none, it is told elsewhere.
class Depth {
 public:
  explicit Depth(const Company& company) : company_(company) {}

  int of(const std::string& name, int above = 0) {
    const auto known = known_.find(name);
    if (known != known_.end()) return known->second;
    const Member* member = company_.find(name);
    if (!member || above > kMostFrames * 4) return member ? 1 : 0;
    known_[name] = 1;  // while it is being counted
    int deepest = 0;
    for (const Lead& lead : member->leads) {
      const int below = of(lead.to, above + 1);
      // A gate's script stands in this one's place; a switch leaves everything and begins anew.
      if (lead.kind == Lead::Kind::kCall) deepest = std::max(deepest, 1 + below);
      if (lead.kind == Lead::Kind::kGate) deepest = std::max(deepest, below);
    }
    return known_[name] = std::max(1, deepest);
  }

  std::vector<std::string> chain(const std::string& name) {
    std::vector<std::string> names = {name};
    for (int left = of(name); left > 1 && names.size() < 20;) {
      const Member* member = company_.find(names.back());
      const auto deeper =
          std::find_if(member->leads.begin(), member->leads.end(), [&](const Lead& lead) {
            return (lead.kind == Lead::Kind::kCall && of(lead.to) == left - 1) ||
                   (lead.kind == Lead::Kind::kGate && of(lead.to) == left);
          });
      if (deeper == member->leads.end()) break;
      left -= deeper->kind == Lead::Kind::kCall;
      names.push_back(deeper->to);
    }
    return names;
  }

 private:
  const Company& company_;
  std::map<std::string, int> known_;
};

// An own slot of the script, or one of memory; null if there is none.
const Slot* slot_of(const Member& member, const MemorySlots& memory, const std::string& name) {
  for (const Slot& one : member.script->slots) {
    if (one.name == name) return &one;
  }
  const auto remembered = memory.find(name);
  return remembered == memory.end() ? nullptr : remembered->second;
}

void handed_over(Company& company, const Member& caller, const MemorySlots& memory,
                 const Lead& lead) {
  const Member* called = company.find(lead.to);
  if (!lead.call || !called) return;
  const std::string& path = caller.script->path;
  for (const Set& with : lead.call->with) {
    std::vector<std::string> names;
    const Slot* slot = nullptr;
    for (const Slot& one : called->script->slots) {
      names.push_back(one.name);
      if (one.name == with.slot) slot = &one;
    }
    const Place place = with.slot_place.line ? with.slot_place : lead.place;
    if (!slot) {
      company.add(kUnknownArgument, path, place, {with.slot, lead.to, nearest(with.slot, names)});
    } else if (const Slot* from = slot_of(caller, memory, with.from)) {
      if (!fits(slot->type, from->type))
        company.add(kWrongValue, path, with.from_place, misfit(with, *slot, *from));
    } else if (with.from.empty() && !fits(slot->type, with.value)) {
      company.add(kWrongValue, path, place,
                  {written(with.value), with.slot, described(slot->type)});
    }
  }
}

// `save` brings back the called script's slot of that name, or how it ended, as a word.
void brought_back(Company& company, const Member& caller, const MemorySlots& memory,
                  const Lead& lead) {
  const Member* called = company.find(lead.to);
  if (!lead.call || lead.call->save.empty() || !called) return;
  const Slot* here = slot_of(caller, memory, lead.call->save);
  if (!here) return;
  const std::string& full = lead.call->save;
  const std::string name = full.rfind("my.", 0) == 0 ? full.substr(3) : full;
  const Slot* there = nullptr;
  for (const Slot& one : called->script->slots) {
    if (one.name == name) there = &one;
  }
  const bool same =
      there ? there->type.kind == here->type.kind : here->type.kind == SlotType::Kind::kChoice;
  if (same) return;
  company.add(kSaveDoesNotFit, caller.script->path, lead.call->save_place,
              {full, described(here->type),
               there ? described(there->type) : "how it ended: a choice", lead.to});
}

}  // namespace

int depth_of(const Company& company, const std::string& name) { return Depth(company).of(name); }

// What must stay free above any exercise, so that an interrupt, with what it calls, can begin.
// Where one about safety meets another that is still open, the engine leaves the exercise for it,
// so one at a time is enough.
static int kept_free(const Company& company, const Together& together) {
  const Script* always = always_of(together);
  int safety = 0;
  int other = 0;
  if (always) {
    for (const On& on : always->always) {
      const Member* member = company.find(on.script);
      if (on.leaves || !member || on.intent == "start" || on.intent == "idle") continue;
      int& deepest = member->script->header.topic == "safety" ? safety : other;
      deepest = std::max(deepest, depth_of(company, on.script));
    }
  }
  return std::min(std::max(safety, other), kMostFrames - 1);
}

void check_calls(Company& company, const Together& together) {
  Round(company, kCircleOfCalls, [](const Lead& lead) {
    return lead.kind == Lead::Kind::kCall;
  }).look();
  Round(company, kCircleOfGates, [](const Lead& lead) {
    return lead.kind == Lead::Kind::kGate;
  }).look();
  Round(
      company, kCircleWithoutQuestion, [](const Lead& lead) { return lead.at_once; },
      [](const auto& kinds) { return kinds.size() > 1 || kinds.count(Lead::Kind::kSwitch) > 0; })
      .look();
  Depth depth(company);
  const int room = kMostFrames - kept_free(company, together);
  const MemorySlots memory = memory_slots(together.shared);
  for (const auto& [name, member] : company.members()) {
    if (depth.of(name) > room) {
      const std::vector<std::string> chain = depth.chain(name);
      company.add(kTooDeep, member.script->path, {1, 1, 0},
                  {std::to_string(depth.of(name)), std::to_string(room),
                   std::to_string(kMostFrames - room)},
                  told(chain));
    }
    for (const Lead& lead : member.leads) {
      handed_over(company, member, memory, lead);
      brought_back(company, member, memory, lead);
    }
  }
}

}  // namespace attune::dialogs
