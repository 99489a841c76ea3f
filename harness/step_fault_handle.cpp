// Counting a fault's activations.
#include "harness/step_fault_handle.h"

namespace replsim::harness {

std::uint64_t FaultHandle::fired(const provider::Testbed& testbed) const {
  std::uint64_t count = 0;
  for (const FaultActivation& activation : activations) {
    if (testbed.fault_counts(activation.id).met > 0) ++count;
  }
  return count;
}

std::uint64_t FaultHandle::hits(const provider::Testbed& testbed) const {
  std::uint64_t count = 0;
  for (const FaultActivation& activation : activations) {
    count += testbed.fault_counts(activation.id).hits;
  }
  return count;
}

std::vector<record::FaultFiring> FaultHandle::records(const provider::Testbed& testbed) const {
  std::vector<record::FaultFiring> records;
  for (const FaultActivation& activation : activations) {
    const provider::FaultCounts counts = testbed.fault_counts(activation.id);
    record::FaultFiring firing{.name = effect + " " + target,
                               .at_ns = sim::ns(activation.begun),
                               .fired = counts.met > 0 ? std::uint64_t{1} : 0,
                               .hits = counts.hits};
    if (activation.ended) firing.ended_ns = sim::ns(*activation.ended);
    records.push_back(std::move(firing));
  }
  return records;
}

}  // namespace replsim::harness
