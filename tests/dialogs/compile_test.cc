// Script -> Program: the invariants that program.h promises.
#include "support/tiny_library.h"

using namespace attune::dialogs;

namespace {

std::shared_ptr<const Program> made(const std::string& text) {
  return tiny::assemble(tiny::house_with(text))->programs.at("it/it");
}

const char* const kAll = R"(
slots
  a: text up to 99
  n: number 0 to 5
  w: choice

== start
Bot: Hello. #it01
call help/topic
ask a
  vary
    Bot: One. #it02
    if n > 2: Bot: Two. #it03
  on answer
    add 1 to n
  when blame
    if n > 3
      -> last
    otherwise if n > 1
      Bot: Three. #it04
    otherwise
      Bot: Four. #it05
    again at most 2
  otherwise
    call help/topic
    call help/topic
  skip -> last
choose w
  * A #it06 -> last
  * B #it07
    means b
    Bot: Five. #it08
  * C #it09
rate n: low .. high #it10
consent heavy
  Bot: Six? #it11
  declined -> last
-> last

== last
end stopped
)";

}  // namespace

TEST_CASE("every jump has a place, every scene is entered, every branch ends", "[compile]") {
  const auto program = made(kAll);
  const auto size = static_cast<int>(program->code.size());
  REQUIRE(size > 0);
  CHECK(program->code[0].op == Instruction::Op::kEnter);
  for (const auto& [name, at] : program->scenes) {
    const Instruction& enter = program->code[static_cast<std::size_t>(at)];
    CHECK(enter.op == Instruction::Op::kEnter);
    CHECK(program->script->scenes[static_cast<std::size_t>(enter.index)].name == name);
  }
  int turns_to_branches = 0;
  for (const Instruction& in : program->code) {
    using Op = Instruction::Op;
    if (in.op == Op::kJump && in.to == -1) {
      ++turns_to_branches;
      CHECK(program->questions[static_cast<std::size_t>(in.index)].on_answer >= 0);
    } else if (in.op == Op::kJump || in.op == Op::kBranch || in.op == Op::kAgain ||
               in.op == Op::kQuestion || in.op == Op::kRewind) {
      CHECK(in.to >= 0);
      CHECK(in.to < size);
    }
    if (in.op == Op::kBranch) CHECK(in.condition != nullptr);
  }
  CHECK(turns_to_branches == 1);
}

TEST_CASE("a question knows all it leads to", "[compile]") {
  const auto program = made(kAll);
  REQUIRE(program->questions.size() == 4);
  const QuestionCode& ask = program->questions[0];
  CHECK(ask.kind == QuestionCode::Kind::kAsk);
  CHECK(ask.branches.size() == 1);
  CHECK(ask.on_answer > ask.at);
  CHECK(ask.otherwise > ask.branches[0].at);
  CHECK(ask.skip > ask.otherwise);
  CHECK(ask.next > ask.skip);
  const QuestionCode& choose = program->questions[1];
  CHECK(choose.choices.size() == 3);
  const Instruction& first = program->code[static_cast<std::size_t>(choose.choices[0])];
  CHECK(first.to == program->scenes.at("last"));
  const Instruction& empty = program->code[static_cast<std::size_t>(choose.choices[2])];
  CHECK(empty.to == choose.next);
  CHECK(program->questions[3].declined > 0);
}

TEST_CASE("anchors name every place of rest, once", "[compile]") {
  const auto program = made(kAll);
  std::size_t rests = 0;
  for (std::size_t i = 0; i < program->code.size(); ++i) {
    const auto op = program->code[i].op;
    if (op != Instruction::Op::kQuestion && op != Instruction::Op::kCall) continue;
    ++rests;
    const std::string& name = program->anchor_of.at(static_cast<int>(i));
    CHECK(program->anchors.at(name) == static_cast<int>(i));
  }
  CHECK(program->anchors.size() == rests);
  for (const char* name : {"it01+1", "it03", "it05+1", "it05+2", "it06", "it10", "it11"}) {
    INFO(name);
    CHECK(program->anchors.count(name) == 1);
  }
}

TEST_CASE("lines are found by id; those of shared remarks are not this script's", "[compile]") {
  tiny::Files files = tiny::house_with(
      "\nslots\n  a: text up to 9\n\nremarks own\n  when blame\n    Bot: Own. #it02\n\n== "
      "start\nask a\n  Bot: A. #it01\n"
      "  use own\n  use both\nask a\n  use both\nend completed\n");
  files["remarks.talk"] =
      "remarks both\n  when defend\n    Bot: Shared. #it01\n    call help/topic\n";
  const auto library = tiny::assemble(files);
  const auto program = library->programs.at("it/it");
  CHECK(program->lines.size() == 2);
  CHECK(program->lines.at("it01")->text.source() == "A.");
  CHECK(program->lines.at("it02")->text.source() == "Own.");
  CHECK(program->questions[0].branches.size() == 2);
  CHECK(program->anchors.size() == 4);  // two questions, and one call twice
}
