// Life of a node and what waits for its resume.
#include "sim/node.h"

#include <algorithm>
#include <utility>

#include "sim/check.h"
#include "sim/disk.h"
#include "sim/link.h"
#include "sim/trace_kinds.h"

namespace replsim::sim {

Node::Node(World& world, std::string name, Lane lane)
    : world_(world), name_(std::move(name)), entity_(world.trace().entity(name_)), lane_(lane) {}

Node::~Node() {
  drop_software();
}

void Node::drop_software() {
  // Tasks refer to the software, never the other way round.
  tasks_.clear();
  software_.reset();
  waiting_.clear();
  busy_until_ = Instant::min();
  world_.cancel(std::exchange(drain_, {}));
}

void Node::attach(Disk& disk) {
  if (std::ranges::find(disks_, &disk) == disks_.end()) disks_.push_back(&disk);
}

void Node::attach(Link& link) {
  if (std::ranges::find(links_, &link) == links_.end()) links_.push_back(&link);
}

void Node::detach(Disk& disk) {
  drop_software();
  std::erase(disks_, &disk);
}

void Node::detach(Link& link) {
  drop_software();
  std::erase(links_, &link);
}

Link* Node::link_to(const Node& other) const {
  for (Link* link : links_) {
    if (&link->first() == &other || &link->second() == &other) return link;
  }
  return nullptr;
}

void Node::start(World& world) {
  REPLSIM_CHECK(!world.in_event());
  if (state_ != NodeState::Down) return;
  ++incarnation_;
  state_ = NodeState::Running;
  world.emit(kind::node_up, entity_, 0, incarnation_);
  if (boot_) software_ = boot_(world, *this);
  changed(world);
}

void Node::go_down(World& world, DownReason why) {
  REPLSIM_CHECK(!world.in_event());
  const bool was_up = state_ != NodeState::Down;
  if (was_up) {
    drop_software();
    state_ = NodeState::Down;
    world.emit(kind::node_down, entity_, 0, static_cast<std::uint64_t>(why), incarnation_);
  }
  if (why == DownReason::PowerLoss) {
    for (Disk* disk : disks_) disk->lose_power(world);
  }
  if (was_up) changed(world);
}

void Node::pause(World& world) {
  REPLSIM_CHECK(!world.in_event());
  if (state_ != NodeState::Running) return;
  state_ = NodeState::Paused;
  world.cancel(std::exchange(drain_, {}));
  world.emit(kind::node_paused, entity_, 0);
  changed(world);
}

void Node::resume(World& world) {
  REPLSIM_CHECK(!world.in_event());
  if (state_ != NodeState::Paused) return;
  state_ = NodeState::Running;
  world.emit(kind::node_resumed, entity_, 0);
  if (!waiting_.empty()) post_drain(world);
  changed(world);
}

void Node::changed(World& world) {
  for (Link* link : links_) link->node_changed(world, *this);
  for (const auto& hook : hooks_) hook(world);
}

std::uint64_t Node::when_running(World&, std::uint32_t incarnation, std::function<void()> action) {
  if (state_ == NodeState::Down || incarnation != incarnation_) return 0;
  if (ready()) {
    action();
    return 0;
  }
  waiting_.push_back({next_handle_, std::move(action)});
  return next_handle_++;
}

void Node::slow(FaultId fault, std::uint64_t factor) {
  slowness_.push_back({fault, factor});
}

void Node::unslow(FaultId fault) {
  std::erase_if(slowness_, [fault](const Slowness& one) { return one.fault == fault; });
}

Duration Node::occupy(World& world) {
  constexpr std::int64_t full = 1'000'000'000;
  constexpr Duration longest = hours(1);  // slower is as good as dead
  Duration cost = handling * full / std::clamp<std::int64_t>(speed_ppb_, 1, full);
  for (const Slowness& one : slowness_) {
    const auto factor = static_cast<std::int64_t>(std::min<std::uint64_t>(one.factor, 1'000'000));
    cost = std::min(longest, std::min(longest, cost) * factor);
  }
  const Duration more = cost - handling;
  if (more == Duration{0} && busy_until_ <= world.now()) return Duration{0};
  busy_until_ = std::max(busy_until_, world.now()) + more;
  return busy_until_ - world.now();
}

void Node::forget(std::uint64_t handle) {
  std::erase_if(waiting_, [&](const Waiting& waiting) { return waiting.handle == handle; });
}

void Node::post_drain(World& world) {
  drain_ = world.post(Duration{0}, &Node::drain, this, 0, lane_);
}

// One action an event: each may end a Task, and what it makes ready runs before the next one.
void Node::drain(void* context, std::uint64_t) {
  Node& node = *static_cast<Node*>(context);
  node.drain_ = {};
  if (node.waiting_.empty()) return;
  const auto action = std::move(node.waiting_.front().action);
  node.waiting_.pop_front();
  if (!node.waiting_.empty()) node.post_drain(node.world_);
  action();
}

Task<void> sleep_on(World& world, Node& node, Duration duration) {
  co_await sleep(world, duration, node.lane());
  co_await Awake(world, node);
}

}  // namespace replsim::sim
