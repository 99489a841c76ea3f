// What a call could change of a pair and its surroundings, for comparison before and after.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "model/trace/events.h"
#include "tests/testbed/drive_to_state.h"

namespace replsim::testbed::test {

/// Instances of both arrays, jobs by their state, and how much was announced of it.
struct Footprint {
  std::vector<cim::Instance> instances;
  std::vector<std::string> jobs;
  std::size_t announced = 0;
  bool operator==(const Footprint&) const = default;
};

/// `moves`: a copy runs, so that its progress changes by itself.
inline Footprint footprint(Scene& scene, bool moves) {
  Footprint now;
  provider::Testbed& testbed = scene.bench.testbed;
  constexpr std::array classes = {"CIM_StorageVolume", "CIM_StoragePool", "CIM_Synchronized",
                                  "CIM_SettingsDefineState", "CIM_SynchronizationAspect"};
  for (const std::string& array : scene.arrays()) {
    for (const char* class_name : classes) {
      for (cim::Instance& one : testbed.peek_all(array, class_name)) {
        if (moves) {
          std::erase_if(one.properties, [](const auto& p) { return p.name == "PercentSynced"; });
        }
        now.instances.push_back(std::move(one));
      }
    }
    for (const cim::Instance& job : testbed.peek_all(array, "CIM_ConcreteJob")) {
      now.jobs.push_back(job.path.text() + " " + std::to_string(job.get("JobState").as_unsigned()));
    }
  }
  for (const sim::TraceEvent& event : scene.bench.world().trace().kept()) {
    const bool tells =
        event.kind == trace::state_change.number || event.kind == trace::property_change.number ||
        event.kind == trace::indication.number || event.kind == trace::endpoint_born.number ||
        event.kind == trace::endpoint_gone.number || event.kind == trace::generation.number ||
        (event.kind == trace::job_change.number && !moves);
    if (tells) ++now.announced;
  }
  return now;
}

}  // namespace replsim::testbed::test
