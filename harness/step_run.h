// Executing steps. A step starts at the instant the one before ended; a step itself takes no time.
// Each function gives false when its step failed: nothing further is started then.
// Source: language.md section 5.
#pragma once

#include <expected>
#include <optional>
#include <string>

#include "harness/run_context.h"
#include "model/cim/method.h"
#include "sim/task.h"

namespace replsim::harness {

/// One step after the other.
sim::Task<bool> run_steps(sim::World& world, RunContext& context, const Steps& steps);

/// Value that a step writes into its own name, while it runs and after it.
struct StepResult {
  /// The step begins now.
  StepResult(RunContext& a_context, const Step& a_step);
  RunContext& context;
  const Step& step;
  std::size_t index = 0;  ///< Of the value in the slot.
  void set(Bound value);
};

sim::Task<bool> run_call(sim::World& world, RunContext& context, const Step& step,
                         const CallStep& call, StepResult result);
sim::Task<bool> run_io(sim::World& world, RunContext& context, const Step& step, const IoStep& io,
                       StepResult result);
sim::Task<bool> run_list(sim::World& world, RunContext& context, const Step& step,
                         const ListStep& list);
sim::Task<bool> run_expect(sim::World& world, RunContext& context, const Step& step,
                           const ExpectStep& expect);
sim::Task<bool> run_stop(sim::World& world, RunContext& context, const Step& step,
                         const StopStep& stop);
sim::Task<bool> run_parallel(sim::World& world, RunContext& context, const ParallelStep& parallel);
sim::Task<bool> run_repeat(sim::World& world, RunContext& context, const RepeatStep& repeat);
bool run_save(RunContext& context, const Step& step, const SaveStep& save);
bool start_workload(RunContext& context, const Step& step, const WorkloadStep& workload,
                    StepResult result);
bool start_fault(RunContext& context, const Step& step, const FaultStep& fault, StepResult result);
bool run_set(RunContext& context, const Step& step, const SetStep& set);
bool run_power(RunContext& context, const Step& step, const PowerStep& power);

/// Starts watching `always` until the end of the run.
void start_always(RunContext& context);

/// Ends the present activation of a fault and lets no further one begin.
void end_fault(RunContext& context, FaultHandle& fault);

/// The argument as the client sends it. Error: what it names is not there.
std::expected<cim::Value, std::string> argument_value(RunContext& context, const Operand& operand,
                                                      const cim::ParameterInfo* parameter);

}  // namespace replsim::harness
