// A run of the runner on the scripted testbed, kept with what it left there.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "harness/runner.h"
#include "tests/catch.h"
#include "tests/harness/fake_testbed.h"

namespace replsim::harness {

struct Played {
  Run run;
  std::unique_ptr<FakeTestbed> testbed;
  record::ScenarioRecord record;
};

/// Runs steps and heals nothing after them; `script` moves the testbed first.
inline Played play(const std::string& steps, const std::function<void(FakeTestbed&)>& script = {}) {
  Played played{run_of("end: as-is\nsteps:\n" + steps), nullptr, {}};
  played.testbed = std::make_unique<FakeTestbed>(played.run);
  if (script) script(*played.testbed);
  played.record = run_scenario(played.run, *played.testbed);
  if (!played.record.failures.empty()) UNSCOPED_INFO(played.record.failures[0].message);
  return played;
}

}  // namespace replsim::harness
