#include "bot/http/call.h"

#include <exception>
#include <utility>

namespace attune::bot::edge {

Call::Call(std::shared_ptr<Core> core, FramedRequest request, ConnectionKey from, std::string peer,
           std::uint64_t events_seen)
    : core_(std::move(core)),
      request_(std::move(request)),
      from_(from),
      peer_(std::move(peer)),
      events_seen_(events_seen) {}

bool Call::begin() {
  stream.reset();
  std::lock_guard lock(mutex_);
  running_ = !over_;
  return running_;
}

Held Call::hold() {
  std::lock_guard lock(mutex_);
  std::shared_ptr<HeldState> state = held_.lock();
  if (!state) {
    state = std::make_shared<HeldState>(shared_from_this());
    held_ = state;
    is_held_ = true;
  }
  return Held(std::move(state));
}

int Call::tries() const {
  std::lock_guard lock(mutex_);
  return round_;
}

void Call::handled(Reply reply, bool urgent) {
  std::lock_guard lock(mutex_);
  running_ = false;
  if (over_) return;
  if (urgent || !is_held_) {
    over_ = true;
    core_->mailbox.deliver(from_, std::move(reply));
    return;
  }
  reply_ = std::move(reply);
  if (verdict_) settle(*std::exchange(verdict_, std::nullopt));
}

void Call::decide(Verdict verdict) {
  std::lock_guard lock(mutex_);
  if (over_) return;
  if (running_) {
    if (!verdict_) verdict_ = std::move(verdict);
  } else {
    settle(std::move(verdict));
  }
}

void Call::settle(Verdict verdict) {
  if (verdict.kind == Verdict::Kind::kRedo) {
    ++round_;
    is_held_ = false;
    held_.reset();
    reply_ = {};
    core_->jobs.push_again(shared_from_this());
    return;
  }
  over_ = true;
  const bool release = verdict.kind == Verdict::Kind::kRelease;
  core_->mailbox.deliver(from_, release ? std::move(reply_) : std::move(verdict.reply));
}

bool Call::expire() {
  std::lock_guard lock(mutex_);
  if (running_ && !is_held_) return false;
  over_ = true;
  return true;
}

bool Call::waits() const {
  std::lock_guard lock(mutex_);
  return !over_ && !core_->mailbox.closed();
}

HeldState::~HeldState() {
  if (answered_.load() || !call_->waits()) return;
  try {
    Reply reply = call_->writer().error("internal", call_->asked(), call_->head_only(), "a held reply was never answered");
    call_->decide({Verdict::Kind::kReplace, std::move(reply)});
  } catch (const std::exception&) {
    // Out of memory: the held deadline will answer.
  }
}

void HeldState::answer(Verdict verdict) {
  if (!answered_.exchange(true)) call_->decide(std::move(verdict));
}

}  // namespace attune::bot::edge

namespace attune::bot {

void Held::release() const { state_->answer({edge::Verdict::Kind::kRelease, {}}); }

void Held::replace(int status, std::string json) const {
  const edge::Call& call = state_->call();
  state_->answer(
      {edge::Verdict::Kind::kReplace,
       call.writer().json(status, std::move(json), call.asked(), call.head_only())});
}

void Held::refuse(std::string_view code) const {
  const edge::Call& call = state_->call();
  state_->answer({edge::Verdict::Kind::kReplace,
                  call.writer().error(code, call.asked(), call.head_only())});
}

void Held::redo() const { state_->answer({edge::Verdict::Kind::kRedo, {}}); }

}  // namespace attune::bot
