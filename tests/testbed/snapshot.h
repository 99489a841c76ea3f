// Everything that a call could change: every instance of every class at every array, and how much
// was announced. Two snapshots are equal when nothing happened but calls and their answers.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/cim/schema.h"
#include "model/trace/events.h"
#include "tests/testbed/fixture.h"

namespace replsim::testbed::test {

struct Snapshot {
  std::map<std::string, std::vector<cim::Instance>> instances;  ///< By array and path.
  std::size_t announced = 0;
  bool operator==(const Snapshot&) const = default;
};

inline Snapshot snapshot(Bench& bench) {
  Snapshot now;
  for (const provider::ArraySpec& array : bench.testbed.topology().arrays) {
    for (const cim::ClassInfo& info : cim::classes()) {
      for (cim::Instance& one : bench.testbed.peek_all(array.name, info.name)) {
        std::vector<cim::Instance>& known = now.instances[array.name + " " + one.path.text()];
        if (known.empty()) known.push_back(std::move(one));
      }
    }
  }
  for (const sim::TraceEvent& event : bench.world().trace().kept()) {
    const bool call =
        event.kind == trace::call_received.number || event.kind == trace::call_answered.number;
    if (!call) ++now.announced;
  }
  return now;
}

}  // namespace replsim::testbed::test
