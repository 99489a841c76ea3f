// Sending, losing and delaying indications.
#include "model/engine/service_faults.h"

#include "model/trace/events.h"
#include "sim/trace_kinds.h"

namespace replsim::engine {
namespace {

constexpr std::uint64_t is_lost = 1;
constexpr std::uint64_t is_late = 2;

void struck(sim::World& world, sim::EntityId entity, sim::FaultId fault, sim::ServiceHit what) {
  world.emit(sim::kind::fault_hit, entity, 0, fault.value, static_cast<std::uint64_t>(what));
}

}  // namespace

ServiceFaults::~ServiceFaults() {
  for (const auto& [number, late] : late_) late.world->cancel(late.arrival);
}

void ServiceFaults::remove(sim::FaultId id) {
  std::erase_if(deliveries_, [id](const Delivery& delivery) { return delivery.id == id; });
  std::erase(endless_, id);
  std::erase(away_, id);
}

bool ServiceFaults::away(sim::World& world, sim::EntityId array) {
  for (const sim::FaultId id : away_) struck(world, array, id, sim::ServiceHit::Away);
  return !away_.empty();
}

void ServiceFaults::indicate(sim::World& world, const IndicationText& text) {
  world.emit(trace::indication, text.endpoint, text.cause, text.kind, text.previous, text.state);
  bool lost = false;
  sim::Duration add{0};
  for (Delivery& delivery : deliveries_) {
    if (delivery.chance.chance(delivery.lost_ppb)) {
      lost = true;
      struck(world, text.endpoint, delivery.id, sim::ServiceHit::IndicationLost);
    }
    if (delivery.add == sim::Duration{0}) continue;
    add += delivery.add;
    struck(world, text.endpoint, delivery.id, sim::ServiceHit::IndicationLate);
  }
  if (lost) {
    world.emit(trace::indication_strayed, text.endpoint, text.cause, is_lost);
    return;
  }
  if (add == sim::Duration{0}) return;
  world.emit(trace::indication_strayed, text.endpoint, text.cause, is_late,
             static_cast<std::uint64_t>(sim::ns(add)));
  const std::uint64_t number = next_late_++;
  Late& late = late_[number];
  late.world = &world;
  late.text = text;
  late.arrival = world.post(add, &ServiceFaults::arrive, this, number);
}

void ServiceFaults::arrive(void* context, std::uint64_t number) {
  ServiceFaults& owner = *static_cast<ServiceFaults*>(context);
  const auto at = owner.late_.find(number);
  const Late late = at->second;
  owner.late_.erase(at);
  late.world->emit(trace::indication_late, late.text.endpoint, late.text.cause, late.text.kind,
                   late.text.previous, late.text.state);
}

void ServiceFaults::job_kept(sim::World& world, sim::EntityId job) {
  for (const sim::FaultId id : endless_) struck(world, job, id, sim::ServiceHit::JobKept);
}

}  // namespace replsim::engine
