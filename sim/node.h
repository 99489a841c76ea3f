// A node: hardware that runs one software object. A crash destroys the software and its Tasks;
// what restarts is built by the boot function, from the node's disks alone.
//   N1  crash, power loss, pause are kernel actions between two events.
//   N2  crash keeps the disks' write caches; power loss loses or tears what was not flushed.
//   N3  a paused node keeps its state: deliveries, completions and timers wait for resume, then
//       run in the order in which they came, before anything that comes later.
//   N4  a slow node handles messages late, in their order; its timers and disks keep their time.
// A node's disks and links are made after it and go before it; when one goes, so does the software.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sim/fault.h"
#include "sim/message.h"
#include "sim/task.h"
#include "sim/world.h"

namespace replsim::sim {

class Disk;
class Link;
class Node;

/// What runs on a node. Destroyed by a crash; must not act in its destructor.
class Software {
 public:
  virtual ~Software() = default;
  /// A message has arrived from `from`. Runs in the delivery's event.
  virtual void receive(World& world, Node& from, Message message) = 0;
};

enum class NodeState : std::uint8_t { Down, Running, Paused };
enum class DownReason : std::uint8_t { Crash, PowerLoss, ShutDown };

class Node {
 public:
  using Boot = std::function<std::unique_ptr<Software>(World&, Node&)>;

  Node(World& world, std::string name, Lane lane);
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;
  ~Node();

  const std::string& name() const { return name_; }
  EntityId entity() const { return entity_; }
  Lane lane() const { return lane_; }
  NodeState state() const { return state_; }
  bool running() const { return state_ == NodeState::Running; }
  /// Running, and nothing that came during a pause is still to be handled.
  bool ready() const { return running() && waiting_.empty(); }
  /// Counts starts, from 1. A message for an older incarnation is dropped.
  std::uint32_t incarnation() const { return incarnation_; }
  Software* software() { return software_.get(); }
  TaskGroup& tasks() { return tasks_; }

  void set_boot(Boot boot) { boot_ = std::move(boot); }
  /// Called by the disk's and the link's constructors; a second call changes nothing.
  void attach(Disk& disk);
  void attach(Link& link);
  /// Called by their destructors: the software goes with its hardware, without a trace.
  void detach(Disk& disk);
  void detach(Link& link);
  const std::vector<Disk*>& disks() const { return disks_; }
  const std::vector<Link*>& links() const { return links_; }
  /// The link to a node directly connected, or nullptr.
  Link* link_to(const Node& other) const;

  // Kernel actions: call from outside of events (set-up) or through World::between_events.
  void start(World& world);  ///< Down -> Running; nothing when not down.
  /// Running or Paused -> Down. Power loss reaches the disks of a node that is down already.
  void go_down(World& world, DownReason why);
  void pause(World& world);   ///< Running -> Paused.
  void resume(World& world);  ///< Paused -> Running.

  /// Run now, or after resume when paused; never when the incarnation has changed by then.
  /// Returns a handle for `forget`; 0 when the action ran at once or never will.
  std::uint64_t when_running(World& world, std::uint32_t incarnation, std::function<void()> action);
  /// Take back an action that waits.
  void forget(std::uint64_t handle);

  /// Slow software: each message that it gets keeps it busy for `factor - 1` times `handling`
  /// more than at full speed, one after the other. Several multiply.
  static constexpr Duration handling = microseconds(10);
  void slow(FaultId fault, std::uint64_t factor);
  /// As slow as one of this speed all the time; above 10^9 as at full speed.
  void set_speed(std::int64_t ppb) { speed_ppb_ = ppb; }
  void unslow(FaultId fault);
  /// A message has come: the time until it is handled, 0 at full speed.
  Duration occupy(World& world);
  struct Slowness {
    FaultId fault;
    std::uint64_t factor;
  };
  const std::vector<Slowness>& slowness() const { return slowness_; }

  /// Called after every change of state.
  void add_state_hook(std::function<void(World&)> hook) { hooks_.push_back(std::move(hook)); }

 private:
  struct Waiting {
    std::uint64_t handle;
    std::function<void()> action;
  };
  void changed(World& world);
  void drop_software();
  void post_drain(World& world);
  static void drain(void* node, std::uint64_t);

  World& world_;
  std::string name_;
  EntityId entity_;
  Lane lane_;
  NodeState state_ = NodeState::Down;
  std::uint32_t incarnation_ = 0;
  Boot boot_;
  std::unique_ptr<Software> software_;
  TaskGroup tasks_;
  std::vector<Disk*> disks_;
  std::vector<Link*> links_;
  std::deque<Waiting> waiting_;
  std::vector<Slowness> slowness_;
  std::int64_t speed_ppb_ = 1'000'000'000;
  Instant busy_until_ = Instant::min();
  std::uint64_t next_handle_ = 1;
  EventId drain_{};
  std::vector<std::function<void(World&)>> hooks_;
};

/// Use as `co_await Awake(world, node)`: goes on at once, or after resume when the node is paused.
class [[nodiscard]] Awake {
 public:
  Awake(World& world, Node& node) : world_(world), node_(node) {}
  Awake(const Awake&) = delete;
  Awake& operator=(const Awake&) = delete;
  ~Awake() {
    if (handle_ != 0) node_.forget(handle_);
  }
  bool await_ready() const { return node_.ready(); }
  void await_suspend(std::coroutine_handle<> waiter) {
    handle_ = node_.when_running(world_, node_.incarnation(), [this, waiter] {
      handle_ = 0;
      waiter.resume();
    });
  }
  void await_resume() const noexcept {}

 private:
  World& world_;
  Node& node_;
  std::uint64_t handle_ = 0;
};

/// Sleep of a node's Task: as sim::sleep, but a timer that falls into a pause ends at resume.
Task<void> sleep_on(World& world, Node& node, Duration duration);

}  // namespace replsim::sim
