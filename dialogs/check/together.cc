#include "dialogs/check/together.h"

#include <deque>

#include "dialogs/check/logic.h"
#include "dialogs/check/walk.h"

namespace attune::dialogs {
namespace {

using Node = Flow::Node;

// Ways that stay before the first question; a called script that always asks one ends them too.
Fact quiet(const std::map<std::string, Member>& members) {
  Fact fact;
  fact.at_start = true;
  fact.after_node = [&members](const Node& node, bool held) {
    if (node.kind == Node::Kind::kAnswer) return false;
    const auto* call = node.step ? std::get_if<Call>(&node.step->what) : nullptr;
    if (!call) return held;
    const auto called = members.find(call->script);
    return held && (called == members.end() || called->second.can_be_quiet);
  };
  return fact;
}

// Ways that can be gone while safety is open: what certainly fails then is left out.
Fact open() {
  Fact fact;
  fact.after_edge = [](const Flow::Edge& edge, bool held) -> std::optional<bool> {
    if (edge.condition && while_safety(*edge.condition, true) == Truth(!edge.outcome))
      return std::nullopt;
    return held;
  };
  return fact;
}

void lead(Member& member, const Flow& flow, const std::map<std::string, Member>& members) {
  const Ways quietly(flow, quiet(members));
  const Ways openly(flow, open());
  member.leads.clear();
  for (const Header::Needs& needs : member.script->header.needs) {
    Lead lead{Lead::Kind::kGate, needs.script, needs.script_place, true, true, nullptr};
    lead.while_open = while_safety(needs.refuse, true) != Truth(false);
    member.leads.push_back(std::move(lead));
  }
  for (std::size_t i = 0; i < flow.nodes.size(); ++i) {
    const Node& node = flow.nodes[i];
    const int index = static_cast<int>(i);
    if (!node.step || node.kind != Node::Kind::kStep) continue;
    const auto* call = std::get_if<Call>(&node.step->what);
    const auto* leave = std::get_if<SwitchTo>(&node.step->what);
    if (!call && !leave) continue;
    Lead lead{call ? Lead::Kind::kCall : Lead::Kind::kSwitch,
              call ? call->script : leave->script,
              call ? call->script_place : leave->script_place,
              quietly.reach(index, true),
              openly.reach(index),
              call};
    member.leads.push_back(std::move(lead));
  }
}

bool ends_quietly(const Flow& flow, const Ways& quietly) {
  for (std::size_t i = 0; i < flow.nodes.size(); ++i) {
    const bool ends =
        flow.nodes[i].kind == Node::Kind::kEnd || flow.nodes[i].kind == Node::Kind::kOff;
    if (ends && quietly.reach(static_cast<int>(i), true)) return true;
  }
  return false;
}

}  // namespace

Company::Company(const Together& together) {
  std::map<std::string, Flow> flows;
  for (const auto& script : together.scripts) {
    Member member;
    member.script = script;
    Visit visit;
    visit.question = [&](const Question&, const Step&, const Spot&) { member.asks = true; };
    walk(*script, visit);
    members_.emplace(script->name, std::move(member));
    flows.emplace(script->name, draw(*script, together.shared));
  }
  // Who can be quiet depends on who is called. Starting from "all can", a script loses it when a
  // call of one that lost it stands in every way; each round is one pass, and a chain of calls is
  // short.
  for (int round = 0, changed = 1; changed && round < 8; ++round) {
    changed = 0;
    for (auto& [name, member] : members_) {
      if (!member.can_be_quiet) continue;
      const Flow& flow = flows.at(name);
      // A gate may let another, quiet script run in its place.
      if (!member.script->header.needs.empty()) continue;
      if (flow.entry < 0 || ends_quietly(flow, Ways(flow, quiet(members_)))) continue;
      member.can_be_quiet = false;
      changed = 1;
    }
  }
  for (auto& [name, member] : members_) lead(member, flows.at(name), members_);
}

const Script* always_of(const Together& together) {
  for (const auto& script : together.shared) {
    if (script->kind == Script::Kind::kAlways) return script.get();
  }
  return nullptr;
}

const Member* Company::find(const std::string& name) const {
  const auto found = members_.find(name);
  return found == members_.end() ? nullptr : &found->second;
}

std::vector<std::string> Company::way_to_question(const std::string& name) const {
  std::map<std::string, std::string> from = {{name, ""}};
  std::deque<std::string> open = {name};
  while (!open.empty()) {
    const std::string here = open.front();
    open.pop_front();
    const Member* member = find(here);
    if (!member) continue;
    if (member->asks) {
      std::vector<std::string> way;
      for (std::string at = here; !at.empty(); at = from[at]) way.insert(way.begin(), at);
      return way;
    }
    for (const Lead& lead : member->leads) {
      if (from.emplace(lead.to, here).second) open.push_back(lead.to);
    }
  }
  return {};
}

void Company::add(const Definition& definition, const std::string& path, Place place,
                  const std::vector<std::string>& arguments, const std::string& way) {
  findings_.try_emplace(path, path).first->second.add(definition, place, arguments, way);
}

Diagnostics Company::take() {
  Diagnostics all;
  for (auto& [path, findings] : findings_) {
    for (Diagnostic& one : findings.take()) all.push_back(std::move(one));
  }
  return all;
}

Diagnostics check_together(const Together& together) {
  Company company(together);
  check_calls(company, together);
  check_always(company, together);
  check_reach(company);
  return company.take();
}

}  // namespace attune::dialogs
