// One run from the first step to the verdict.
#include "harness/runner.h"

#include <fmt/format.h>

#include <exception>
#include <memory>

#include "harness/heal.h"
#include "harness/measures.h"
#include "harness/metric_statistic.h"
#include "harness/run_describe.h"
#include "harness/run_verdict.h"
#include "harness/step_run.h"
#include "sim/check.h"

namespace replsim::harness {

namespace {

constexpr std::uint64_t tick_every = 4096;  // instants

/// Observes while it lives.
class Observing {
 public:
  Observing(sim::World& world, sim::TraceObserver& observer) : world_(world), observer_(observer) {
    world_.trace().add_observer(observer_);
  }
  Observing(const Observing&) = delete;
  Observing& operator=(const Observing&) = delete;
  ~Observing() { world_.trace().remove_observer(observer_); }

 private:
  sim::World& world_;
  sim::TraceObserver& observer_;
};

sim::Task<void> run_main(sim::World& world, RunContext& context) {
  bool good = co_await run_steps(world, context, context.run.steps);
  if (good) measure_rest(context);
  if (good && context.run.converge) {
    co_await quiesce(world, context);
    good = co_await converge(world, context);
  }
  context.finished = true;
  world.stop();
}

/// The slots whose windows some expectation asks for.
void note_windows(const Steps& steps, std::set<SlotId>& wanted) {
  for (const Step& step : steps) {
    if (const auto* expect = std::get_if<ExpectStep>(&step.body)) {
      if (expect->since) wanted.insert(expect->since->slot);
    } else if (const auto* parallel = std::get_if<ParallelStep>(&step.body)) {
      for (const auto& branch : parallel->branches) note_windows(branch.steps, wanted);
    } else if (const auto* repeat = std::get_if<RepeatStep>(&step.body)) {
      for (const Steps& body : repeat->bodies) note_windows(body, wanted);
    } else if (const auto* use = std::get_if<UseStep>(&step.body)) {
      for (const Steps& body : use->body) note_windows(body, wanted);
    }
  }
}

void internal_error(RunContext& context, const std::string& what) {
  std::string reason = fmt::format("internal error: {}\nseed {}, time {}", what, context.run.seed,
                                   time_text(sim::ns(context.world.now())));
  for (const std::string& line : last_events(context.world, 20)) reason += "\n" + line;
  context.record.verdict = record::Verdict::Error;
  context.record.reason = std::move(reason);
}

/// A check of the model that failed is the modelled provider's fault; another one is ours.
void check_failed(RunContext& context, const std::string& what) {
  if (what.find("model/") == std::string::npos) return internal_error(context, what);
  add_failure(context, nullptr,
              {.rule = "engine-check", .message = what, .expected = "the check to hold"});
  for (const std::string& line : last_events(context.world, 20)) {
    context.record.failures.back().history.push_back(line);
  }
  context.failed = true;
}

void drive(RunContext& context, const RunnerOptions& options) {
  std::uint64_t instants = 0;
  bool interrupted = false;
  context.watches.on_instant([&] {
    if (context.history.dirty()) context.history.learn_names();
    if (!options.tick || ++instants % tick_every != 0) return;
    if (options.tick(context.world.now(), context.world.events_run())) return;
    interrupted = true;
    context.world.stop();
  });
  start_sampling(context);
  start_always(context);
  context.tasks.spawn(context.world, run_main(context.world, context));
  if (!context.finished) context.world.run_until(sim::Instant{context.run.limit});
  context.watches.clear_actions();
  if (context.finished || context.failed) return;
  context.record.verdict = record::Verdict::Inconclusive;
  if (interrupted) {
    context.record.reason = "interrupted";
  } else if (context.world.pending() == 0) {
    context.record.reason = "nothing is left to happen, but the scenario still waits";
  } else {
    context.record.reason = "the limit of " + text(Literal{context.run.limit}) + " was reached";
  }
}

}  // namespace

record::ScenarioRecord skipped(const Run& run) {
  record::ScenarioRecord record = blank_record(run);
  record.verdict = record::Verdict::Skipped;
  for (const std::string& reason : run.skip) {
    record.reason += (record.reason.empty() ? "" : "; ") + reason;
  }
  // A run that is never made cannot fail as expected: who says `known` would not learn of a mend.
  if (run.known && !run.skip.empty() && run.known->verdict != "skipped") {
    record::Failure failure{.rule = "known",
                            .message = "the known failure cannot come: the run is skipped",
                            .expected = run.known->verdict + ": " + run.known->because,
                            .seen = "skipped: " + record.reason};
    failure.file = run.known->location.file ? std::string(run.known->location.path()) : run.file;
    failure.line = run.known->location.line;
    failure.column = run.known->location.column;
    record.failures.push_back(std::move(failure));
    record.verdict = record::Verdict::Fail;
  }
  return record;
}

record::ScenarioRecord run_scenario(const Run& run, provider::Testbed& testbed,
                                    const RunnerOptions& options) {
  if (!run.skip.empty()) return skipped(run);
  Ledger ledger(testbed);
  sim::World& world = testbed.world();
  const Observing ledger_observes(world, ledger);
  RunContext context(run, testbed, ledger);
  context.record = blank_record(run);
  const Observing history_observes(world, context.history);
  std::unique_ptr<OracleSet> oracles;
  note_windows(run.steps, context.windows_wanted);
  for (const Measure& measure : run.measures) {
    if (measure.since) context.windows_wanted.insert(measure.since->slot);
  }
  try {
    if (options.oracles) oracles = options.oracles(testbed, ledger);
    drive(context, options);
    if (oracles != nullptr) {
      oracles->finish();
      take_oracles(context, *oracles);
    }
    if (context.record.verdict != record::Verdict::Inconclusive) judge_faults(context);
  } catch (const InvariantError& error) {
    check_failed(context, error.what());
  } catch (const std::exception& error) {
    internal_error(context, error.what());
  }
  fill_record(context);
  decide(context);
  return std::move(context.record);
}

}  // namespace replsim::harness
