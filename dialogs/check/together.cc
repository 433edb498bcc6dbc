#include "dialogs/check/together.h"

#include <algorithm>
#include <deque>

#include "dialogs/check/logic.h"

namespace attune::dialogs {
namespace {

using Node = Flow::Node;

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

void lead(Member& member, const Manners& manners) {
  const Flow& flow = member.study->flow;
  for (const Header::Needs& needs : member.script->header.needs) {
    Lead lead{Lead::Kind::kGate, needs.script, needs.script_place, true, true, nullptr};
    lead.while_open = while_safety(needs.refuse, true) != Truth(false);
    member.leads.push_back(std::move(lead));
  }
  const auto leads_on = [](const Node& node) {
    return node.step && node.kind == Node::Kind::kStep &&
           (std::holds_alternative<Call>(node.step->what) ||
            std::holds_alternative<SwitchTo>(node.step->what));
  };
  if (std::none_of(flow.nodes.begin(), flow.nodes.end(), leads_on)) return;
  const Ways quietly(member.study->positions, stays_quiet(manners));
  const Ways openly(member.study->positions, open());
  for (std::size_t i = 0; i < flow.nodes.size(); ++i) {
    const Node& node = flow.nodes[i];
    const int index = static_cast<int>(i);
    if (!leads_on(node)) continue;
    const auto* call = std::get_if<Call>(&node.step->what);
    const auto* leave = std::get_if<SwitchTo>(&node.step->what);
    Lead lead{call ? Lead::Kind::kCall : Lead::Kind::kSwitch,
              call ? call->script : leave->script,
              node.borrowed ? node.place : call ? call->script_place : leave->script_place,
              quietly.reach(index, true),
              openly.reach(index),
              call};
    member.leads.push_back(std::move(lead));
  }
}

}  // namespace

Company::Company(const Together& together)
    : manners_([this](const std::string& name) -> const Study* {
        const Member* member = find(name);
        return member ? member->study.get() : nullptr;
      }) {
  for (const auto& study : together.studies) {
    Member member;
    member.script = study->script;
    member.study = study;
    member.asks = std::any_of(study->flow.nodes.begin(), study->flow.nodes.end(),
                              [](const Node& node) { return node.kind == Node::Kind::kQuestion; });
    members_.emplace(study->script->name, std::move(member));
  }
  for (auto& [name, member] : members_) lead(member, manners_);
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
  findings_.try_emplace(path, path).first->second.add(definition, place, arguments, {way, ""});
}

Diagnostics Company::take() {
  Diagnostics all;
  for (auto& [path, findings] : findings_) {
    for (Diagnostic& one : findings.take()) all.push_back(std::move(one));
  }
  return all;
}

Diagnostics check_together(Company& company, const Together& together) {
  check_calls(company, together);
  check_always(company, together);
  check_reach(company);
  return company.take();
}

}  // namespace attune::dialogs
