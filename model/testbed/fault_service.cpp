// Faults of an array's management service: engine and data path go on.
#include "model/engine/jobs.h"
#include "model/testbed/fault_desk.h"

namespace replsim::testbed {

void FaultDesk::begin_service(sim::FaultId id, Fault& fault) {
  engine::ServiceFaults& faults = *fault.array->config.service_faults;
  if (fault.effect == Effect::ServiceRestart) {
    hardware_.world().between_events([this, index = id.value - 1] { strike_service(index); });
  } else if (fault.effect == Effect::EndlessJob) {
    faults.add_endless(id);
  } else {
    const bool late = fault.effect == Effect::LateIndication;
    faults.add_delivery({.id = id,
                         .lost_ppb = late ? 0 : fault.spec.rate_ppb,
                         .add = late ? fault.spec.add : sim::Duration{0},
                         .chance = stream_of(fault.spec)});
  }
}

void FaultDesk::strike_service(std::size_t index) {
  Fault& fault = faults_[index];
  if (!fault.active) return;  // ended in the instant in which it began
  ArrayMachine& machine = *fault.array;
  machine.config.service_faults->add_away(sim::FaultId{static_cast<std::uint32_t>(index + 1)});
  ArrayNode* software = machine.software();
  if (software == nullptr) return;  // nothing runs there
  fault.counts.met = 1;
  fault.counts.hits += software->service_dies(fault.spec.word == "none");
}

void FaultDesk::end_service(sim::FaultId id, Fault& fault) {
  engine::ServiceFaults& faults = *fault.array->config.service_faults;
  faults.remove(id);
  if (fault.effect != Effect::EndlessJob || !faults.jobs_end()) return;
  // An array that is down or reads its records lets them end when it has started.
  if (engine::Array* array = fault.array->running()) {
    sim::World& world = hardware_.world();
    fault.array->node->tasks().spawn(world, array->jobs().let_end(world));
  }
}

void FaultDesk::count_indication(const sim::TraceEvent& event) {
  const std::string& endpoint = hardware_.world().trace().name(event.entity);
  for (Fault& fault : faults_) {
    const bool of_delivery =
        fault.effect == Effect::LostIndication || fault.effect == Effect::LateIndication;
    if (!fault.active || !of_delivery) continue;
    if (endpoint.starts_with(fault.spec.target + ":")) ++fault.counts.met;
  }
}

}  // namespace replsim::testbed
