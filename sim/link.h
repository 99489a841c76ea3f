// A link between two nodes, with two directions of equal figures. Per direction: latency, jitter,
// bandwidth (messages queue behind each other), loss; delivery times strictly increase, so a
// session is FIFO. A message carries both incarnations; what arrives at a node that is down, or
// whose incarnation (or whose sender's) is another one by then, is dropped.
//   L1  departure = max(now, wire free) + bytes / bandwidth; arrival = departure + latency +
//       jitter + added latency, and at least 1 ns after the direction's previous arrival.
//   L2  A cut wire takes nothing and delivers nothing: a message is dropped when its direction is
//       cut as it is sent or as it arrives. A lost message occupies the wire all the same.
//   L3  What arrives at a paused node waits there; the sessions are judged when it is handed over.
//   L4  What arrives while its direction is clogged waits, and what comes behind it too; when the
//       clog ends all goes on in that instant, in order, and is judged then.
//   L5  FIFO ends where a fault says so: a reordered message comes later than those behind it. A
//       duplicate comes next behind its first.
//
// A PathWatch stands for the keep-alive probes of a session by their effect alone, so that idle
// time costs nothing: an end that could not have had an answer for `timeout` is told "lost"; when
// probes would be answered again it is told "found", a round trip later. A probe is answered iff
// both directions are open (no cut, no clog, loss below 100%) and both nodes run. A paused node's
// watch does not tick.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "sim/fault.h"
#include "sim/latency.h"
#include "sim/message.h"
#include "sim/node.h"
#include "sim/world.h"

namespace replsim::sim {

class PathWatch;

struct LinkConfig {
  std::string name;
  Latency latency;              ///< One way.
  Duration jitter{};            ///< Added: uniform in [0, jitter].
  std::uint64_t bandwidth = 0;  ///< Bytes per second; 0 = unlimited.
  std::uint32_t loss_ppb = 0;
  std::uint64_t queue = 0;  ///< Bytes that may wait for the wire; 0 = unlimited. More is dropped.
};

/// Field `why` of message-dropped.
enum class DropReason : std::uint8_t { Cut = 1, Loss, QueueFull, NodeDown, OldSession, Filter };

class Link {
 public:
  Link(World& world, LinkConfig config, Node& first, Node& second);
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;
  ~Link();

  const std::string& name() const { return config_.name; }
  EntityId entity() const { return entity_; }
  Node& first() { return *ends_[0]; }
  Node& second() { return *ends_[1]; }
  Node& other(const Node& node) { return &node == ends_[0] ? *ends_[1] : *ends_[0]; }

  /// Send from one end to the other. Never blocks, never fails visibly. The trace's cause is the
  /// message's number on this link: twice its count in its direction, plus 1 for backward.
  void send(World& world, Node& from, Message message);

  void add_fault(World& world, LinkFault fault);
  void remove_fault(World& world, FaultId id);

  /// A probe sent now would be answered.
  bool open() const;
  /// Mean time of a probe and its answer, added latency included.
  Duration round_trip() const;
  std::uint64_t bytes_sent() const { return bytes_sent_; }

  /// For Node: one end has changed its state.
  void node_changed(World& world, const Node& node);

 private:
  friend class PathWatch;

  /// A message on its way, or waiting for its paused target.
  struct Flight {
    Message message;
    std::uint64_t number = 0;
    std::uint32_t from_incarnation = 0;
    std::uint32_t to_incarnation = 0;
    EventId arrival{};
    bool held = false;  // by the paused or slow target
  };
  struct Direction {
    Link* link = nullptr;
    Node* from = nullptr;
    Node* to = nullptr;
    bool forward = true;
    Lane lane;
    Stream latency, jitter, loss;
    Instant wire_free{};
    Instant last_arrival = Instant::min();
    std::uint64_t sent = 0;
    std::vector<Flight> flights;  // slots
    std::vector<std::uint32_t> free_slots;
    std::deque<std::uint32_t> clogged;  // slots that arrived, in order
    EventId release{};
    bool releasing = false;
  };

  static bool strikes(const LinkFault& fault, const Direction& direction) {
    return direction.forward ? fault.forward : fault.backward;
  }
  bool cut(World& world, const Direction& direction, std::uint64_t number);
  bool lost(World& world, Direction& direction, std::uint64_t number);
  Duration added(World& world, const Direction& direction, std::uint64_t number);
  bool filtered(World& world, const Direction& direction, std::uint64_t number, std::uint16_t kind);
  bool duplicated(World& world, const Direction& direction, std::uint64_t number);
  Duration late(World& world, const Direction& direction, std::uint64_t number);
  std::uint64_t bandwidth(const Direction& direction) const;
  void slowed(World& world, const Direction& direction, std::uint64_t number, std::uint32_t bytes);
  bool clogged(const Direction& direction) const;
  void clog_hit(World& world, const Direction& direction, std::uint64_t number);
  void hit(World& world, const LinkFault& fault, std::uint64_t number, LinkHit what);
  void release_clogged(World& world);
  bool queue_full(World& world, const Direction& direction, std::uint32_t bytes) const;
  void drop(World& world, const Message& message, std::uint64_t number, DropReason why);
  std::uint32_t board(Direction& direction, Message message, std::uint64_t number);
  void arrive_at(World& world, Direction& direction, std::uint32_t slot, Instant arrival);
  void deliver(World& world, Direction& direction, std::uint32_t slot);
  void admit(World& world, Direction& direction, std::uint32_t slot);
  void hand_over(World& world, Direction& direction, std::uint32_t slot);
  static void handled(void* direction, std::uint64_t slot);
  void drop_held(World& world, Direction& direction);
  /// A probe's answer never came: the faults that closed the path have struck it.
  void missed_probe(World& world);
  void evaluate_watches(World& world);
  static void arrive(void* direction, std::uint64_t slot);
  static void unclog(void* direction, std::uint64_t);

  World& world_;
  LinkConfig config_;
  EntityId entity_;
  std::array<Node*, 2> ends_;
  std::array<Direction, 2> directions_;
  std::vector<LinkFault> faults_;  // by id
  std::vector<PathWatch*> watches_;
  std::uint64_t bytes_sent_ = 0;
};

/// Owned by the software at one end of a link (destroyed with it).
///   P1  lost: `timeout` after the path stopped being open; opening before that cancels it.
///   P2  found: a round trip after the path opened; closing before that cancels it.
///   P3  While the owner is paused the time left stands still.
class PathWatch {
 public:
  /// `changed(true)` = found, `changed(false)` = lost. Starts as found when the path is open at
  /// construction, else as lost (without a call).
  PathWatch(World& world, Link& link, Node& owner, Duration timeout,
            std::function<void(bool)> changed);
  PathWatch(const PathWatch&) = delete;
  PathWatch& operator=(const PathWatch&) = delete;
  ~PathWatch();
  bool found() const { return found_; }

 private:
  friend class Link;
  void evaluate(World& world);
  static void expire(void* watch, std::uint64_t);

  World& world_;
  Link& link_;
  Node& owner_;
  Duration timeout_;
  std::function<void(bool)> changed_;
  bool found_ = true;
  bool counting_ = false;  // towards the other state
  bool frozen_ = false;    // counting, by a paused owner
  Duration left_{};        // when frozen
  Instant deadline_{};     // when counting and not frozen
  EventId timer_{};
};

}  // namespace replsim::sim
