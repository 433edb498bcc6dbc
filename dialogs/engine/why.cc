#include "dialogs/engine/why.h"

#include <algorithm>

#include "dialogs/engine/conditions.h"
#include "dialogs/engine/rendering.h"

namespace attune::dialogs {
namespace {

std::string without_script(const std::string& intent) { return intent.substr(intent.find(':') + 1); }

// The intents that a condition listens for, each once.
void add_intents(const Condition& condition, std::vector<std::string>& names) {
  if (condition.kind == Condition::Kind::kHeard && std::find(names.begin(), names.end(), condition.name) == names.end())
    names.push_back(condition.name);
  for (const Condition& part : condition.parts) add_intents(part, names);
}

std::string listed(const std::vector<std::string>& names) {
  std::string all;
  for (const std::string& name : names) all += (all.empty() ? "" : ", ") + name;
  return all;
}

const QuestionCode* question_at(const Program& program, const std::string& anchor) {
  for (const QuestionCode& question : program.questions) {
    if (question.anchor == anchor) return &question;
  }
  return nullptr;
}

}  // namespace

std::string in_words(const Reason& reason, const std::string& said) {
  std::string out = reason.what + ": " + reason.detail;
  for (std::size_t at = 0; at < reason.heard.size(); ++at) {
    const Heard& heard = reason.heard[at];
    out += (at == 0 ? ": heard " : ", ") + without_script(heard.intent);
    if (!said.empty()) out += " in \"" + heard_words(heard, said) + "\"";
  }
  return reason.where.empty() ? out : out + "  (" + reason.where + ")";
}

std::vector<std::string> passed_over(const Reason& reason, const Library& library, const Hearing& hearing) {
  std::vector<std::string> out;
  const std::size_t space = reason.where.find(' '), hash = reason.where.rfind('#');
  if (reason.passed == 0 || space == std::string::npos || hash == std::string::npos) return out;
  const std::string script = reason.where.substr(0, space);
  const Program* program = library.find(script);
  const QuestionCode* question = program == nullptr ? nullptr : question_at(*program, reason.where.substr(hash + 1));
  if (question == nullptr) return out;
  const auto was_heard = [&](const std::string& name) {
    return std::any_of(hearing.heard.begin(), hearing.heard.end(), [&](const Heard& one) { return one.intent == name || one.intent == script + ":" + name; });
  };
  for (std::size_t at = 0; at < std::min<std::size_t>(static_cast<std::size_t>(reason.passed), question->branches.size()); ++at) {
    const Condition& condition = question->branches[at].when->condition;
    std::vector<std::string> names, heard, missed;
    add_intents(condition, names);
    if (names.empty()) continue;  // told by a reason of its own, with its values
    for (const std::string& name : names) (was_heard(name) ? heard : missed).push_back(name);
    std::string why = heard.empty() ? "not heard" : "heard " + listed(heard);
    if (!heard.empty() && !missed.empty()) why += ", not " + listed(missed);
    out.push_back("when " + words(condition) + ": " + why);
  }
  return out;
}

}  // namespace attune::dialogs
