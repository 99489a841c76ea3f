// Faults of an array's wall clock. Who watches is told when it steps or begins or ends to lie.
#include "model/testbed/fault_desk.h"
#include "sim/trace_kinds.h"

namespace replsim::testbed {
namespace {

void stepped(sim::World& world, sim::EntityId node, sim::FaultId fault) {
  world.emit(sim::kind::fault_hit, node, 0, fault.value,
             static_cast<std::uint64_t>(sim::ClockHit::Stepped));
}

}  // namespace

void FaultDesk::begin_clock(sim::FaultId id, Fault& fault) {
  sim::World& world = hardware_.world();
  sim::WallClock& clock = *fault.array->config.wall_clock;
  const provider::FaultSpec& spec = fault.spec;
  const bool offset = fault.effect == Effect::ClockOffset;
  const bool drift = fault.effect == Effect::ClockDrift;
  const bool frozen = fault.effect == Effect::ClockFrozen;
  if (drift ? spec.gain_ppb == 0 : !frozen && spec.by == sim::Duration{0}) return;
  if (fault.effect == Effect::ClockJump) {
    clock.jump(spec.by);
  } else {
    clock.add_fault({.id = id,
                     .begun = world.now(),
                     .add = offset ? spec.by : sim::Duration{0},
                     .drift_ppb = drift ? spec.gain_ppb : 0,
                     .frozen = frozen});
  }
  stepped(world, fault.entity, id);
}

void FaultDesk::end_clock(sim::FaultId id, const Fault& fault) {
  if (fault.effect == Effect::ClockJump || fault.counts.hits == 0) return;
  fault.array->config.wall_clock->remove_fault(id);
  stepped(hardware_.world(), fault.entity, id);
}

}  // namespace replsim::testbed
