#include "tests/turn/node.h"

#include "tests/turn/shelf.h"

namespace attune::turn_test {

using bot::Next;
using bot::Taken;
using storage::Commit;

Node::Node(std::shared_ptr<Disk> disk, std::shared_ptr<const bot::Edition> live, Oracle& oracle, bot::Measures& measures, Options options, Answered answered)
    : store(std::move(disk), *options.weather, *options.dice),
      clock(options.wall, options.uptime),
      editions(store, std::move(live), [](bot::Sources sources) { return Shelf::get().build(sources); }),
      turns(store, editions, clock, measures, {"UTC", options.cached}),
      oracle_(oracle),
      answered_(std::move(answered)) {
  store.on_commit = [this](const storage::Turn& turn) { oracle_.handed_in(*taking_->sent, turn, editions.live()->hash); };
  turns.on_committed("sim", [this, number = options.number](const storage::Where& where, storage::Version version, const std::string& said, const std::string& reply) {
    oracle_.heard_of(number, where, version, said, reply);
  });
}

void Node::take(const std::shared_ptr<Request>& request) {
  request->thought = false;
  request->decided.reset();
  taking_ = request.get();
  Taken taken = turns.take(request->sent->inbound, request->tries, [this, request](Commit outcome) {
    if (request->thought) return decide(request, outcome);
    if (request->decided) throw Broken("a turn was decided twice");
    request->decided = outcome;
  });
  taking_ = nullptr;
  request->taken = std::move(taken);
  request->thought = true;
  if (request->taken.kind == Taken::Kind::kThought && bot::write(request->taken.thought) != request->taken.reply) throw Broken("what is said is not what is stored");
  switch (request->taken.kind) {
    case Taken::Kind::kThought:
    case Taken::Kind::kUndecided:
      if (request->decided) decide(request, *request->decided);
      return;
    case Taken::Kind::kStored: return answer(request, Told::kShown, true);
    case Taken::Kind::kMismatch: return answer(request, Told::kReused);
    case Taken::Kind::kUnavailable:
    case Taken::Kind::kMisfit: return answer(request, Told::kUnavailable);
    case Taken::Kind::kNobody: throw Broken("a message was taken for a timer");
  }
}

void Node::decide(const std::shared_ptr<Request>& request, Commit outcome) {
  switch (bot::next(outcome, request->tries)) {
    case Next::kShow: return answer(request, Told::kShown);
    case Next::kReused: return answer(request, Told::kReused);
    case Next::kGone: return answer(request, Told::kGone);
    case Next::kBusy: return answer(request, Told::kBusy);
    case Next::kUnavailable: return answer(request, Told::kUnavailable);
    case Next::kAgain:
      ++request->tries;
      again.push_back(request);
  }
}

void Node::answer(const std::shared_ptr<Request>& request, Told told, bool stored) {
  if (request->over) throw Broken("a request was answered twice");
  request->over = true;
  answered_(*request, told, stored);
}

}  // namespace attune::turn_test
