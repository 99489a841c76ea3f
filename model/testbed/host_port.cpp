// Sending, repeating, answering.
#include "model/testbed/host_port.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "model/engine/wire.h"
#include "model/store/stamp.h"

namespace replsim::testbed {

using provider::IoKind;
using provider::IoOutcome;
using provider::IoRequest;

/// One I/O; lies in the frame of its Task.
class HostPort::Pending {
 public:
  Pending(HostPort& owner, HostTarget to, IoRequest what)
      : port(owner), target(to), request(what), wait(owner.node_.lane()) {
    port.waiting_.push_back(this);
  }
  Pending(const Pending&) = delete;
  Pending& operator=(const Pending&) = delete;
  ~Pending() { port.leave(*this); }

  HostPort& port;
  HostTarget target;
  IoRequest request;
  AnswerWait wait;
  std::uint64_t number = 0;  ///< Of the request; 0 = not sent yet.
  bool ended = false;
  IoOutcome outcome;
};

/// What runs on the host: only a way for messages to come in.
class HostPort::Software final : public sim::Software {
 public:
  explicit Software(HostPort& port) : port_(port) {}
  void receive(sim::World& world, sim::Node&, sim::Message message) override {
    port_.receive(world, std::move(message));
  }

 private:
  HostPort& port_;
};

HostPort::HostPort(sim::World&, sim::Node& node, std::uint16_t number)
    : node_(node), number_(number) {
  node_.set_boot(
      [this](sim::World&, sim::Node&) { return std::make_unique<HostPort::Software>(*this); });
  node_.add_state_hook([this](sim::World& world) { node_changed(world); });
}

HostPort::~HostPort() = default;

std::uint64_t HostPort::next_stamp() const {
  return store::make_stamp(number_, writes_ + 1);
}

void HostPort::enter(Pending& pending) {
  std::erase(waiting_, &pending);
  pending.number = next_request_++;
  open_.push_back(&pending);
}

void HostPort::leave(Pending& pending) {
  if (pending.number == 0) {
    std::erase(waiting_, &pending);
    return;
  }
  if (pending.number < lowest_ || pending.number - lowest_ >= open_.size()) return;
  if (open_[pending.number - lowest_] != &pending) return;
  open_[pending.number - lowest_] = nullptr;
  while (!open_.empty() && open_.front() == nullptr) {
    open_.pop_front();
    ++lowest_;
  }
}

void HostPort::receive(sim::World& world, sim::Message message) {
  if (message.kind != engine::number(engine::Wire::HostReply)) return;
  if (message.request < lowest_ || message.request - lowest_ >= open_.size()) return;
  Pending* pending = open_[message.request - lowest_];
  if (pending == nullptr || pending->ended) return;
  pending->ended = true;
  pending->outcome.answer = static_cast<trace::IoAnswer>(message.words[0]);
  if (pending->request.kind == IoKind::Read && message.body) {
    pending->outcome.stamps = std::move(static_cast<engine::StampsBody&>(*message.body).stamps);
  }
  pending->wait.wake(world);
}

void HostPort::node_changed(sim::World& world) {
  if (node_.state() == sim::NodeState::Down) {
    // What was under way is lost with the program that asked for it (H2).
    for (Pending* pending : open_) {
      if (pending == nullptr) continue;
      pending->number = UINT64_MAX;  // belongs to no incarnation
      if (!pending->ended) pending->outcome.answer = trace::IoAnswer::Timeout;
      pending->ended = true;
      pending->wait.wake(world);
    }
    open_.clear();
    lowest_ = next_request_ = 1;
    return;
  }
  if (node_.state() != sim::NodeState::Running) return;
  for (Pending* pending : waiting_) pending->wait.wake(world);
  for (Pending* pending : open_) {
    if (pending != nullptr) pending->wait.wake(world);
  }
}

void HostPort::send(sim::World& world, Pending& pending) {
  if (pending.number == 0) enter(pending);
  const IoRequest& request = pending.request;
  sim::Message message;
  message.request = pending.number;
  message.words = {pending.target.volume, request.lba, request.blocks, pending.outcome.stamp,
                   lowest_};
  switch (request.kind) {
    case IoKind::Read: message.kind = engine::number(engine::Wire::HostRead); break;
    case IoKind::Flush: message.kind = engine::number(engine::Wire::HostFlush); break;
    case IoKind::Write:
      message.kind = engine::number(engine::Wire::HostWrite);
      message.bytes += static_cast<std::uint32_t>(request.blocks * pending.target.block);
      break;
  }
  pending.target.link->send(world, node_, std::move(message));
}

sim::Task<IoOutcome> HostPort::io(sim::World& world, HostTarget target, IoRequest request) {
  Pending pending(*this, target, request);
  if (request.kind == IoKind::Write) {
    pending.outcome.stamp = store::make_stamp(number_, ++writes_);
  }
  const sim::Instant deadline = world.now() + host_times.give_up;
  while (!pending.ended) {
    const bool paused = node_.state() == sim::NodeState::Paused;
    if (!paused && world.now() >= deadline) {
      pending.outcome.answer = trace::IoAnswer::Timeout;
      break;
    }
    std::optional<sim::Duration> limit;  // a paused host's timers stand still
    if (node_.ready()) {
      send(world, pending);
      limit = std::min(host_times.repeat, deadline - world.now());
    } else if (node_.running()) {
      limit = sim::Duration{0};  // what came during the pause is handled first
    } else if (!paused) {
      limit = deadline - world.now();
    }
    co_await pending.wait.until(world, limit);
  }
  co_return std::move(pending.outcome);
}

}  // namespace replsim::testbed
