// One event a message: posted when it is sent, run when it arrives. Slots are pooled.
#include "sim/link.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "sim/check.h"
#include "sim/trace_kinds.h"
#include "sim/wide.h"

namespace replsim::sim {

Link::Link(World& world, LinkConfig config, Node& first, Node& second)
    : world_(world),
      config_(std::move(config)),
      entity_(world.trace().entity(config_.name)),
      ends_{&first, &second} {
  REPLSIM_CHECK(&first != &second);
  for (std::size_t side = 0; side < 2; ++side) {
    const std::string name = config_.name + (side == 0 ? ">" : "<");
    Direction& direction = directions_[side];
    direction.link = this;
    direction.from = ends_[side];
    direction.to = ends_[1 - side];
    direction.forward = side == 0;
    direction.lane = Lane{static_cast<std::uint32_t>(hash_name(name))};
    direction.latency = world.stream(name, "latency");
    direction.jitter = world.stream(name, "jitter");
    direction.loss = world.stream(name, "loss");
    ends_[side]->attach(*this);
  }
}

Link::~Link() {
  for (Node* end : ends_) end->detach(*this);
  for (Direction& direction : directions_) {
    for (const Flight& flight : direction.flights) world_.cancel(flight.arrival);
    world_.cancel(direction.release);
  }
}

// Sending --------------------------------------------------------------------------------------

void Link::send(World& world, Node& from, Message message) {
  REPLSIM_CHECK(&from == ends_[0] || &from == ends_[1]);
  REPLSIM_CHECK(from.state() != NodeState::Down);
  Direction& direction = directions_[&from == ends_[0] ? 0 : 1];
  const std::uint64_t number = direction.sent++ * 2 + (direction.forward ? 0 : 1);
  world.emit(kind::message_sent, entity_, number, message.kind, message.bytes, message.request);
  if (cut(world, direction, number)) return drop(world, message, number, DropReason::Cut);
  if (filtered(world, direction, number, message.kind)) {
    return drop(world, message, number, DropReason::Filter);
  }
  if (queue_full(world, direction, message.bytes)) {
    return drop(world, message, number, DropReason::QueueFull);
  }
  bytes_sent_ += message.bytes;
  slowed(world, direction, number, message.bytes);
  const Instant departure = std::max(world.now(), direction.wire_free) +
                            transfer_time(message.bytes, bandwidth(direction));
  direction.wire_free = departure;
  if (lost(world, direction, number)) return drop(world, message, number, DropReason::Loss);

  Instant arrival = departure + added(world, direction, number);
  arrival += direction.latency.draw(config_.latency);
  if (config_.jitter > Duration{0}) {
    arrival += direction.jitter.between(Duration{0}, config_.jitter);
  }
  if (arrival <= direction.last_arrival) arrival = direction.last_arrival + Duration{1};
  direction.last_arrival = arrival;
  std::optional<std::uint32_t> again;
  if (duplicated(world, direction, number)) {
    Message copy{message.kind, message.bytes, message.request, message.words, {}};
    if (message.body != nullptr) copy.body = message.body->clone();
    again = board(direction, std::move(copy), number);
  }
  const Duration behind = late(world, direction, number);
  arrive_at(world, direction, board(direction, std::move(message), number), arrival + behind);
  if (!again) return;
  direction.last_arrival = arrival + Duration{1};
  arrive_at(world, direction, *again, arrival + behind + Duration{1});
}

void Link::arrive_at(World& world, Direction& direction, std::uint32_t slot, Instant arrival) {
  direction.flights[slot].arrival =
      world.post_at(arrival, &Link::arrive, &direction, slot, direction.lane);
}

std::uint32_t Link::board(Direction& direction, Message message, std::uint64_t number) {
  std::uint32_t slot = 0;
  if (direction.free_slots.empty()) {
    slot = static_cast<std::uint32_t>(direction.flights.size());
    direction.flights.emplace_back();
  } else {
    slot = direction.free_slots.back();
    direction.free_slots.pop_back();
  }
  Flight& flight = direction.flights[slot];
  flight.message = std::move(message);
  flight.number = number;
  flight.from_incarnation = direction.from->incarnation();
  flight.to_incarnation = direction.to->incarnation();
  return slot;
}

bool Link::queue_full(World& world, const Direction& direction, std::uint32_t bytes) const {
  const std::uint64_t rate = bandwidth(direction);
  if (config_.queue == 0 || rate == 0 || direction.wire_free <= world.now()) {
    return false;
  }
  const auto busy = static_cast<std::uint64_t>(ns(direction.wire_free - world.now()));
  return scale(busy, rate, 1'000'000'000) + bytes > config_.queue;
}

void Link::drop(World& world, const Message& message, std::uint64_t number, DropReason why) {
  world.emit(kind::message_dropped, entity_, number, message.kind, static_cast<std::uint64_t>(why),
             message.request);
}

// Arriving -------------------------------------------------------------------------------------

void Link::arrive(void* context, std::uint64_t argument) {
  Direction& direction = *static_cast<Direction*>(context);
  const auto slot = static_cast<std::uint32_t>(argument);
  Link& link = *direction.link;
  World& world = link.world_;
  Flight& flight = direction.flights[slot];
  flight.arrival = {};
  if (direction.clogged.empty() && !link.clogged(direction)) {
    return link.deliver(world, direction, slot);
  }
  link.clog_hit(world, direction, flight.number);
  direction.clogged.push_back(slot);
}

// One message an event: each may end a Task, and what it makes ready runs before the next one.
void Link::unclog(void* context, std::uint64_t) {
  Direction& direction = *static_cast<Direction*>(context);
  Link& link = *direction.link;
  direction.release = {};
  direction.releasing = false;
  if (link.clogged(direction)) return;  // again
  const std::uint32_t slot = direction.clogged.front();
  direction.clogged.pop_front();
  link.release_clogged(link.world_);
  link.deliver(link.world_, direction, slot);
}

void Link::release_clogged(World& world) {
  for (Direction& direction : directions_) {
    if (direction.clogged.empty() || direction.releasing || clogged(direction)) continue;
    direction.releasing = true;
    direction.release = world.post(Duration{0}, &Link::unclog, &direction, 0, direction.lane);
  }
}

void Link::deliver(World& world, Direction& direction, std::uint32_t slot) {
  Flight& flight = direction.flights[slot];
  if (cut(world, direction, flight.number)) {
    drop(world, flight.message, flight.number, DropReason::Cut);
    flight.message.body.reset();
    direction.free_slots.push_back(slot);
    return;
  }
  Node& to = *direction.to;
  const Duration busy = to.state() == NodeState::Down ? Duration{0} : to.occupy(world);
  if (busy == Duration{0}) return admit(world, direction, slot);
  for (const Node::Slowness& one : to.slowness()) {
    if (one.factor == 1) continue;
    world.emit(kind::fault_hit, to.entity(), flight.number, one.fault.value,
               static_cast<std::uint64_t>(LinkHit::Latency));
  }
  flight.held = true;
  flight.arrival = world.post(busy, &Link::handled, &direction, slot, direction.lane);
}

void Link::handled(void* context, std::uint64_t argument) {
  Direction& direction = *static_cast<Direction*>(context);
  const auto slot = static_cast<std::uint32_t>(argument);
  direction.flights[slot].arrival = {};
  direction.link->admit(direction.link->world_, direction, slot);
}

/// Handed over now, or after resume.
void Link::admit(World& world, Direction& direction, std::uint32_t slot) {
  Flight& flight = direction.flights[slot];
  if (direction.to->state() == NodeState::Down || direction.to->ready()) {
    hand_over(world, direction, slot);
    return;
  }
  flight.held = true;
  direction.to->when_running(world, direction.to->incarnation(), [&direction, slot] {
    direction.link->hand_over(direction.link->world_, direction, slot);
  });
}

void Link::hand_over(World& world, Direction& direction, std::uint32_t slot) {
  Flight& flight = direction.flights[slot];
  const std::uint64_t number = flight.number;
  const bool same_session = flight.from_incarnation == direction.from->incarnation() &&
                            flight.to_incarnation == direction.to->incarnation();
  flight.held = false;
  world.cancel(std::exchange(flight.arrival, {}));
  Message message = std::move(flight.message);
  direction.free_slots.push_back(slot);
  Node& to = *direction.to;
  if (to.state() == NodeState::Down || to.software() == nullptr) {
    return drop(world, message, number, DropReason::NodeDown);
  }
  if (!same_session) return drop(world, message, number, DropReason::OldSession);
  world.emit(kind::message_delivered, entity_, number, message.kind, message.bytes,
             message.request);
  to.software()->receive(world, *direction.from, std::move(message));
}

// State of the nodes ---------------------------------------------------------------------------

void Link::node_changed(World& world, const Node& node) {
  if (node.state() == NodeState::Down) {
    for (Direction& direction : directions_) {
      if (direction.to == &node) drop_held(world, direction);
    }
  }
  evaluate_watches(world);
}

void Link::drop_held(World& world, Direction& direction) {
  std::vector<std::uint32_t> held;
  for (std::uint32_t slot = 0; slot < direction.flights.size(); ++slot) {
    if (direction.flights[slot].held) held.push_back(slot);
  }
  std::ranges::sort(held, {}, [&](std::uint32_t slot) { return direction.flights[slot].number; });
  for (const std::uint32_t slot : held) hand_over(world, direction, slot);
}

void Link::evaluate_watches(World& world) {
  for (PathWatch* watch : watches_) watch->evaluate(world);
}

}  // namespace replsim::sim
