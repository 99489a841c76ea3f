// One event a message: posted when it is sent, run when it arrives. Slots are pooled.
#include "sim/link.h"

#include <algorithm>
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
  if (queue_full(world, direction, message.bytes)) {
    return drop(world, message, number, DropReason::QueueFull);
  }
  bytes_sent_ += message.bytes;
  const Instant departure =
      std::max(world.now(), direction.wire_free) + transfer_time(message.bytes, config_.bandwidth);
  direction.wire_free = departure;
  if (lost(world, direction, number)) return drop(world, message, number, DropReason::Loss);

  Instant arrival = departure + added(world, direction, number);
  arrival += direction.latency.draw(config_.latency);
  if (config_.jitter > Duration{0}) {
    arrival += direction.jitter.between(Duration{0}, config_.jitter);
  }
  if (arrival <= direction.last_arrival) arrival = direction.last_arrival + Duration{1};
  direction.last_arrival = arrival;

  const std::uint32_t slot = board(direction, std::move(message));
  Flight& flight = direction.flights[slot];
  flight.number = number;
  flight.arrival = world.post_at(arrival, &Link::arrive, &direction, slot, direction.lane);
}

std::uint32_t Link::board(Direction& direction, Message message) {
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
  flight.from_incarnation = direction.from->incarnation();
  flight.to_incarnation = direction.to->incarnation();
  return slot;
}

bool Link::queue_full(World& world, const Direction& direction, std::uint32_t bytes) const {
  if (config_.queue == 0 || config_.bandwidth == 0 || direction.wire_free <= world.now()) {
    return false;
  }
  const auto busy = static_cast<std::uint64_t>(ns(direction.wire_free - world.now()));
  return scale(busy, config_.bandwidth, 1'000'000'000) + bytes > config_.queue;
}

void Link::drop(World& world, const Message& message, std::uint64_t number, DropReason why) {
  world.emit(kind::message_dropped, entity_, number, message.kind, static_cast<std::uint64_t>(why),
             message.request);
}

// Faults ---------------------------------------------------------------------------------------

bool Link::cut(World& world, const Direction& direction, std::uint64_t number) {
  bool any = false;
  for (const LinkFault& fault : faults_) {
    if (!fault.cut || !strikes(fault, direction)) continue;
    any = true;
    world.emit(kind::fault_hit, entity_, number, fault.id.value,
               static_cast<std::uint64_t>(LinkHit::Cut));
  }
  return any;
}

void Link::missed_probe(World& world) {
  for (const LinkFault& fault : faults_) {
    if (!fault.cut && fault.loss_ppb < parts_per_billion) continue;
    world.emit(kind::fault_hit, entity_, 0, fault.id.value,
               static_cast<std::uint64_t>(fault.cut ? LinkHit::Cut : LinkHit::Loss));
  }
}

bool Link::lost(World& world, Direction& direction, std::uint64_t number) {
  bool any = direction.loss.chance(config_.loss_ppb);
  for (LinkFault& fault : faults_) {
    if (!strikes(fault, direction) || !fault.chance.chance(fault.loss_ppb)) continue;
    any = true;
    world.emit(kind::fault_hit, entity_, number, fault.id.value,
               static_cast<std::uint64_t>(LinkHit::Loss));
  }
  return any;
}

Duration Link::added(World& world, const Direction& direction, std::uint64_t number) {
  Duration sum{0};
  for (const LinkFault& fault : faults_) {
    if (fault.add == Duration{0} || !strikes(fault, direction)) continue;
    sum += fault.add;
    world.emit(kind::fault_hit, entity_, number, fault.id.value,
               static_cast<std::uint64_t>(LinkHit::Latency));
  }
  return sum;
}

void Link::add_fault(World& world, LinkFault fault) {
  const auto at = std::ranges::lower_bound(faults_, fault.id, {}, &LinkFault::id);
  REPLSIM_CHECK(at == faults_.end() || at->id != fault.id, fault.id.value);
  faults_.insert(at, std::move(fault));
  evaluate_watches(world);
}

void Link::remove_fault(World& world, FaultId id) {
  std::erase_if(faults_, [&](const LinkFault& fault) { return fault.id == id; });
  evaluate_watches(world);
}

// Arriving -------------------------------------------------------------------------------------

void Link::arrive(void* context, std::uint64_t argument) {
  Direction& direction = *static_cast<Direction*>(context);
  const auto slot = static_cast<std::uint32_t>(argument);
  Link& link = *direction.link;
  World& world = link.world_;
  Flight& flight = direction.flights[slot];
  flight.arrival = {};
  if (link.cut(world, direction, flight.number)) {
    link.drop(world, flight.message, flight.number, DropReason::Cut);
    flight.message.body.reset();
    direction.free_slots.push_back(slot);
    return;
  }
  if (direction.to->state() == NodeState::Down || direction.to->ready()) {
    link.hand_over(world, direction, slot);
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

// State of the path ----------------------------------------------------------------------------

bool Link::open() const {
  if (!ends_[0]->running() || !ends_[1]->running()) return false;
  if (config_.loss_ppb >= parts_per_billion) return false;
  return std::ranges::none_of(faults_, [](const LinkFault& fault) {
    return (fault.forward || fault.backward) && (fault.cut || fault.loss_ppb >= parts_per_billion);
  });
}

Duration Link::round_trip() const {
  Duration sum = 2 * config_.latency.mean + config_.jitter;
  for (const LinkFault& fault : faults_) {
    sum += fault.add * ((fault.forward ? 1 : 0) + (fault.backward ? 1 : 0));
  }
  return sum;
}

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
