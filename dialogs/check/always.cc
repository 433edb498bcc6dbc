// always.talk and the repair scripts: that stop, help and safety are one message away from every
// question.
//
// The engine looks at safety and at commands before the open question, in every message. So what is
// left to prove is that each of them leads somewhere: every command and every safety intent has its
// line, the line leads to a script that exists and may run, a hard one leaves the exercise, and
// above the deepest exercise there is room for them (calls.cc). And that who stops is not led back, and
// who opened safety is not led back to forgiving.
#include <algorithm>
#include <array>

#include "dialogs/check/logic.h"
#include "dialogs/check/together.h"
#include "dialogs/check/walk.h"

namespace attune::dialogs {
namespace {

using namespace diagnostics;

constexpr std::array kMoments = {"start", "idle", "notice"};
// Of going on in another place; a library that does not have them does not offer it.
constexpr std::array kLinking = {"link-found", "link-wrong", "link-less", "linked"};
constexpr std::array kCommands = {"stop", "pause", "exit", "help", "help-now", "delete-my-data"};
constexpr std::array kOwn = {"back", "repeat", "skip"};  // the engine's
constexpr std::array kRepairs = {"no-match",     "unclear", "bad-value",    "too-long",
                                 "nothing-said", "no-skip", "no-back",      "internal-error",
                                 "lost",         "resume",  "welcome-back", "pause"};
const std::string kAlwaysPath = "always.talk";

std::string told(const std::vector<std::string>& names) {
  std::string way;
  for (const std::string& name : names) way += (way.empty() ? "" : " > ") + name;
  return way;
}

template <typename Names>
bool among(const Names& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// What interrupts, opens safety and comes back must not lead back into a script about forgiveness.
void comes_back_open(Company& company, const std::string& script, const std::string& path,
                     Place place) {
  if (!company.manners().of(script).opens_and_resumes) return;
  for (const auto& [name, member] : company.members()) {
    if (member.script->header.topic != "forgiveness" || !member.asks) continue;
    company.add(kForgivingGoesOn, path, place, {script, name});
    return;
  }
}

class Lines {
 public:
  Lines(Company& company, const Together& together)
      : company_(company), vocabulary_(*together.vocabulary), always_(always_of(together)) {}

  void check() {
    for (const char* moment : kMoments) need(kMissingMoment, moment);
    for (const char* command : kCommands) need(kCommandWithoutScript, command);
    bool guarded = false;
    for (const auto& [name, kind] : vocabulary_) {
      if (kind == IntentKind::kCommand && !among(kOwn, name) && !among(kCommands, name))
        need(kCommandWithoutScript, name);
      if (kind != IntentKind::kSafetyHard && kind != IntentKind::kSafetySoft) continue;
      guarded = true;
      need(kSafetyWithoutScript, name);
    }
    if (!guarded) company_.add(kNoSafetyIntent, kAlwaysPath, {1, 1, 0});
    if (!always_) return;
    std::map<std::string, int> seen;
    for (const On& on : always_->always) {
      const auto [first, fresh] = seen.emplace(on.intent, on.place.line);
      if (!fresh)
        company_.add(kHeardTwice, kAlwaysPath, on.place,
                     {on.intent, std::to_string(first->second)});
      line(on);
    }
  }

 private:
  const On* find(const std::string& intent) const {
    if (!always_) return nullptr;
    for (const On& on : always_->always) {
      if (on.intent == intent) return &on;
    }
    return nullptr;
  }

  void need(const Definition& definition, const std::string& name) {
    if (!find(name)) company_.add(definition, kAlwaysPath, {1, 1, 0}, {name});
  }

  void line(const On& on) {
    if (among(kMoments, on.intent)) {
      if (on.intent == "notice") silent(kNoticeAsks, on.script, kAlwaysPath, on.script_place);
      return;
    }
    if (among(kLinking, on.intent)) return;
    const auto kind = vocabulary_.find(on.intent);
    if (kind == vocabulary_.end()) {
      std::vector<std::string> names(kMoments.begin(), kMoments.end());
      for (const auto& [name, unused] : vocabulary_) names.push_back(name);
      company_.add(kUnknownIntent, kAlwaysPath, on.place, {on.intent, nearest(on.intent, names)});
    } else if (kind->second == IntentKind::kSafetyHard || kind->second == IntentKind::kSafetySoft) {
      safety(on, kind->second);
    } else if (among(kOwn, on.intent)) {
      company_.add(kEnginesOwn, kAlwaysPath, on.place, {on.intent});
    } else if (among(kCommands, on.intent)) {
      command(on);
    }
    if (kind != vocabulary_.end() && !on.leaves)
      comes_back_open(company_, on.script, kAlwaysPath, on.script_place);
  }

  // No condition stands between a person and these words, and who stops is not led back.
  void command(const On& on) {
    const Member* member = company_.find(on.script);
    if (!member) return;
    if (!member->script->header.needs.empty())
      company_.add(kSafetyGated, kAlwaysPath, on.script_place, {on.script});
    if ((on.intent != "stop" && on.intent != "exit") || on.leaves) return;
    const Flow& flow = member->study->flow;
    const Ways ways(member->study->positions);
    for (std::size_t i = 0; i < flow.nodes.size(); ++i) {
      const Flow::Node& node = flow.nodes[i];
      if (node.kind != Flow::Node::Kind::kEnd || node.outcome == Outcome::kStopped) continue;
      const int index = static_cast<int>(i);
      if (!ways.reach(index)) continue;
      company_.add(kStopComesBack, kAlwaysPath, on.place, {on.intent, on.script},
                   ways.tell(index).words);
      return;
    }
  }

  void safety(const On& on, IntentKind kind) {
    if (kind == IntentKind::kSafetyHard && !on.leaves) {
      company_.add(kHardMustSwitch, kAlwaysPath, on.place, {on.intent, on.script});
    }
    const Member* member = company_.find(on.script);
    if (!member) return;
    const Header& header = member->script->header;
    if (header.topic != "safety")
      company_.add(kSafetyLeadsElsewhere, kAlwaysPath, on.script_place, {on.intent, on.script});
    if (!header.needs.empty())
      company_.add(kSafetyGated, kAlwaysPath, on.script_place, {on.script});
  }

  void silent(const Definition& definition, const std::string& script, const std::string& path,
              Place place) {
    const std::vector<std::string> way = company_.way_to_question(script);
    if (!way.empty())
      company_.add(definition, path, place, {script}, way.size() > 1 ? told(way) : "");
  }

  Company& company_;
  const Vocabulary& vocabulary_;
  const Script* always_;
};

// The lines that a step of some script borrows, besides those that every library needs.
std::set<std::string> borrowed(const Company& company) {
  std::set<std::string> names;
  Visit visit;
  visit.step = [&](const Step& step, const Spot&) {
    if (std::holds_alternative<Chart>(step.what)) names.insert("chart");
    if (std::holds_alternative<HandOff>(step.what)) names.insert("nobody-yet");
  };
  for (const auto& [name, member] : company.members()) walk(*member.script, visit);
  return names;
}

void repairs(Company& company, const std::set<std::string>& broken) {
  std::set<std::string> needed = borrowed(company);
  needed.insert(kRepairs.begin(), kRepairs.end());
  for (const std::string& name : needed) {
    const std::string script = "repair/" + name;
    const Member* member = company.find(script);
    if (!member && broken.count(script) > 0) continue;
    if (!member) {
      company.add(kMissingRepair, script + ".talk", {1, 1, 0}, {script});
      continue;
    }
    if (script == "repair/pause") continue;
    const std::vector<std::string> way = company.way_to_question(script);
    if (!way.empty())
      company.add(kRepairAsks, member->script->path, {1, 1, 0}, {script},
                  way.size() > 1 ? told(way) : "");
  }
  // Of all others only what they say is said; these run, and come back to the question.
  for (const char* script : {"repair/pause", "repair/changed"}) {
    if (const Member* member = company.find(script))
      comes_back_open(company, script, member->script->path, {1, 1, 0});
  }
}

}  // namespace

void check_always(Company& company, const Together& together) {
  if (together.broken.count("always") == 0) Lines(company, together).check();
  repairs(company, together.broken);
}

// From a script that opens safety, no way that is open then may lead to one about forgiving. Ways
// under a condition that fails while safety is open do not count.
void check_reach(Company& company) {
  for (const auto& [name, opener] : company.members()) {
    if (opener.script->header.safety != Header::Safety::kOpens) continue;
    std::map<std::string, std::string> from = {{name, ""}};
    std::vector<std::string> open = {name};
    for (std::size_t next = 0; next < open.size(); ++next) {
      const std::string here = open[next];
      const Member* member = company.find(here);
      for (const Lead& lead : member ? member->leads : std::vector<Lead>()) {
        const Member* to = company.find(lead.to);
        if (!to || !lead.while_open || !from.emplace(lead.to, here).second) continue;
        open.push_back(lead.to);
        if (to->script->header.topic != "forgiveness") continue;
        std::vector<std::string> way;
        for (std::string at = lead.to; !at.empty(); at = from[at]) way.insert(way.begin(), at);
        company.add(kForgivingWhileOpen, member->script->path, lead.place, {lead.to, name},
                    told(way));
      }
    }
  }
}

}  // namespace attune::dialogs
