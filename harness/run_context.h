// All that the steps of one run share. Not an owner of behaviour: free functions take it.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "harness/bindings.h"
#include "harness/expect_watch.h"
#include "harness/language/scenario.h"
#include "harness/ledger.h"
#include "harness/provider/testbed.h"
#include "harness/record/run_record.h"
#include "harness/rpo.h"
#include "harness/run_history.h"
#include "harness/trigger.h"
#include "sim/task.h"

namespace replsim::harness {

/// A step and when it began.
struct BegunStep {
  sim::Instant time{};
  const Step* step = nullptr;
};

struct RunContext {
  RunContext(const Run& a_run, provider::Testbed& a_testbed, Ledger& a_ledger)
      : run(a_run),
        testbed(a_testbed),
        world(a_testbed.world()),
        ledger(a_ledger),
        history(world, testbed, ledger),
        bindings(a_run.slots.size()),
        watches(world, history),
        triggers(world) {}
  RunContext(const RunContext&) = delete;
  RunContext& operator=(const RunContext&) = delete;

  const Run& run;
  provider::Testbed& testbed;
  sim::World& world;
  Ledger& ledger;
  RunHistory history;
  Bindings bindings;
  WatchBoard watches;
  TriggerBoard triggers;
  record::ScenarioRecord record;
  Samples samples;
  std::unique_ptr<RpoTracker> rpo;  ///< Only where the scenario asks for it.
  std::map<std::string, std::expected<std::string, std::string>> measured;  ///< By name.
  std::set<SlotId> windows_wanted;  ///< Slots that some `since` refers to.
  std::vector<std::shared_ptr<Workload>> workloads;
  std::vector<std::shared_ptr<FaultHandle>> faults;
  std::vector<BegunStep> begun;  ///< In order.
  std::uint32_t calls_under_way = 0;
  std::uint64_t calls_made = 0;
  std::set<std::string> exercised;  ///< Rules, for `evidence`.
  bool failed = false;              ///< Some step failed: nothing further is started.
  bool finished = false;            ///< The main task is over.
  sim::TaskGroup tasks;             ///< Last: background tasks go first.
};

/// The window that starts now.
Window open_window(RunContext& context);

/// What a failure says, apart from its step.
struct FailureText {
  std::string rule = "expect";
  record::Confidence confidence = record::Confidence::Spec;
  std::string message;
  std::string expected = {};
  std::string seen = {};
  std::optional<std::uint64_t> pair = {};  ///< Relation whose history is shown.
};

/// Adds a failure at a step of the run (or, with null, at the scenario itself).
void add_failure(RunContext& context, const Step* step, FailureText text);
/// add_failure, and nothing further is started.
void fail_step(RunContext& context, const Step& step, FailureText text);
/// Gives the failures without a step the line at which they are.
void show_lines(RunContext& context);
/// The last step that had begun at a time; null before the first.
const Step* step_at(const RunContext& context, sim::Instant time);
/// A line of the timeline.
void add_moment(RunContext& context, std::string kind, std::string text);
/// Name of a step for streams and messages: its `as`, or `line 12`.
std::string step_name(const RunContext& context, const Step& step);

}  // namespace replsim::harness
