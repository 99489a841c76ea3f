// The end of a run: converging, the oracles' word, evidence, known failures, limits, errors.
#include "harness/heal.h"
#include "harness/runner.h"
#include "sim/check.h"
#include "tests/catch.h"
#include "tests/harness/fake_testbed.h"

namespace replsim::harness {
namespace {

using cim::CopyState;
using record::Verdict;

/// A run whose testbed has the relation from 1 s on, in `state`.
struct Scene {
  Run run;
  std::unique_ptr<FakeTestbed> testbed;

  explicit Scene(const std::string& top, CopyState state = CopyState::Synchronized)
      : run(run_of(top + "steps:\n  - {wait: 10 s}\n")),
        testbed(std::make_unique<FakeTestbed>(run)) {
    testbed->at(sim::seconds(1), [this, state] {
      testbed->make_relation(state);
      for (const char* path : {"east/vol1", "west/pool1-1"}) testbed->image_of(path).stamps[9] = 1;
    });
  }
  record::ScenarioRecord play(const RunnerOptions& options = {}) {
    return run_scenario(run, *testbed, options);
  }
  /// The next recovery call moves the relation to SYN.
  void recovery_works(std::uint32_t code = 0) {
    FakeAnswer answer;
    answer.outcome.code = code;
    if (code == 0) {
      answer.effect = [this] { testbed->change_state(CopyState::Synchronized, 111); };
    }
    testbed->answer("ModifyReplicaSynchronization", std::move(answer));
  }
};

std::uint64_t operation_of(const cim::MethodCall& call) {
  for (const auto& [name, value] : call.arguments) {
    if (name == "Operation") return value.as_unsigned();
  }
  return 0;
}

class FakeOracles final : public OracleSet {
 public:
  void finish() override { finished = true; }
  std::vector<Violation> violations() const override {
    if (!finished) return {};
    return {{.rule = rule,
             .confidence = confidence,
             .message = message,
             .seen = seen,
             .at_ns = 5,
             .pair = 1}};
  }
  std::map<std::string, std::uint64_t> evaluations() const override { return {{"A3", 7}}; }

  std::string rule = "A3";
  std::string message = "the target is no prefix";
  std::string seen;
  record::Confidence confidence = record::Confidence::Spec;
  bool finished = false;
};

RunnerOptions with_oracle(std::string rule, std::string message = "broken",
                          record::Confidence confidence = record::Confidence::Spec,
                          std::string seen = "") {
  RunnerOptions options;
  options.oracles = [=](provider::Testbed&, const Ledger&) {
    auto oracles = std::make_unique<FakeOracles>();
    oracles->rule = rule;
    oracles->message = message;
    oracles->confidence = confidence;
    oracles->seen = seen;
    return oracles;
  };
  return options;
}

}  // namespace

// EVIDENCE: rulings/R18 recovery calls of the heal phase
TEST_CASE("Each state has its recovery call or rests", "[harness][heal]") {
  CHECK(healing(CopyState::Suspended, false) == Healing::Resume);
  for (const auto state : {CopyState::Broken, CopyState::Aborted, CopyState::Invalid}) {
    CHECK(healing(state, false) == Healing::Resync);
  }
  CHECK(healing(CopyState::Failedover, false) == Healing::Failback);
  for (const auto state : {CopyState::Initialized, CopyState::Prepared, CopyState::Inactive,
                           CopyState::Fractured, CopyState::Split, CopyState::Skewed}) {
    CHECK(healing(state, false) == Healing::Rest);
  }
  CHECK(healing(CopyState::Invalid, true) == Healing::Rest);
  CHECK(healing(CopyState::Synchronized, false) == Healing::Done);
  CHECK(healing(CopyState::Partitioned, false) == Healing::Wait);
}

TEST_CASE("converge makes the recovery call and passes when it worked", "[harness][heal]") {
  Scene scene("", CopyState::Suspended);
  scene.recovery_works();
  const auto record = scene.play();
  CHECK(record.verdict == Verdict::Pass);
  REQUIRE(scene.testbed->calls.size() == 1);
  CHECK(operation_of(scene.testbed->calls[0]) == cim::number(cim::Operation::Resume));
  CHECK(record.calls[0].summary.starts_with("end of run: Resume"));
  CHECK(record.invariants.at("A11") == 1);
}

// EVIDENCE: rulings/R4 Suspend puts the job into Suspended, Resume continues it
TEST_CASE("A suspended job waits for the recovery call", "[harness][heal]") {
  Scene scene("", CopyState::Suspended);
  scene.recovery_works();
  scene.testbed->at(sim::seconds(2), [&] {
    scene.testbed->job(1, cim::JobState::Running);
    scene.testbed->job(1, cim::JobState::Suspended);
  });
  scene.testbed->at(sim::seconds(12), [&] {
    scene.testbed->job(1, cim::JobState::ShuttingDown);
    scene.testbed->job(1, cim::JobState::Completed);
  });
  CHECK(scene.play().verdict == Verdict::Pass);
  REQUIRE(scene.testbed->calls.size() == 1);
  CHECK(operation_of(scene.testbed->calls[0]) == cim::number(cim::Operation::Resume));
}

TEST_CASE("A refused recovery call is made again at the other array", "[harness][heal]") {
  Scene scene("", CopyState::Failedover);
  scene.recovery_works(6);
  scene.recovery_works();
  const auto record = scene.play();
  CHECK(record.verdict == Verdict::Pass);
  REQUIRE(record.calls.size() == 2);
  CHECK(record.calls[0].provider == "west");
  CHECK(record.calls[1].provider == "east");
  CHECK(operation_of(scene.testbed->calls[1]) == cim::number(cim::Operation::Failback));
}

// EVIDENCE: DESIGN/9 "not converged" names the pair, its state, its last event, what it waits for
TEST_CASE("What does not converge is named with what it waits for", "[harness][heal]") {
  Scene scene("end: {converge: 1 min}\n", CopyState::Unsynchronized);
  const auto record = scene.play();
  REQUIRE(record.failures.size() == 1);
  const auto& failure = record.failures[0];
  CHECK(failure.rule == "B17");
  CHECK(failure.at_ns == 70'000'000'000);
  CHECK(failure.message.find("east/vol1->west/pool1-1 is in Unsynchronized") != std::string::npos);
  CHECK(failure.message.find("- -> Unsynchronized") != std::string::npos);
  CHECK(failure.message.find("it waits for the copy to complete") != std::string::npos);
}

// EVIDENCE: rulings/R7 there is one association instance per array; invariants/B17
TEST_CASE("An end that the merged view hides has to come to rest too", "[harness][heal]") {
  Scene scene("end: {converge: 1 min}\n");
  scene.testbed->at(sim::seconds(2),
                    [&] { scene.testbed->change_endpoint("west", CopyState::Partitioned, 100); });
  const auto record = scene.play();
  REQUIRE(record.failures.size() == 1);
  CHECK(record.failures[0].rule == "B17");
  CHECK(record.failures[0].seen == "Synchronized and at west in Partitioned");
}

TEST_CASE("A busy testbed has not converged although its relations rest", "[harness][heal]") {
  Scene scene("end: {converge: 1 min}\n", CopyState::Split);
  scene.testbed->is_busy = true;
  const auto record = scene.play();
  REQUIRE(record.failures.size() == 1);
  CHECK(record.failures[0].message.find("under way") != std::string::npos);
}

// EVIDENCE: invariants/A11
TEST_CASE("Synchronized at the end with other data fails A11", "[harness][heal]") {
  Scene scene("");
  scene.testbed->at(sim::seconds(2), [&] { scene.testbed->image_of("east/vol1").stamps[5] = 42; });
  const auto record = scene.play();
  REQUIRE(record.failures.size() == 1);
  CHECK(record.failures[0].rule == "A11");
  CHECK(record.failures[0].seen.find("block 5") != std::string::npos);
}

TEST_CASE("as-is leaves everything as it is", "[harness][heal]") {
  Scene scene("end: as-is\n", CopyState::Suspended);
  CHECK(scene.play().verdict == Verdict::Pass);
  CHECK(scene.testbed->calls.empty());
}

TEST_CASE("converge stops workloads, lifts faults and starts hosts", "[harness][heal]") {
  const Run run = run_of(
      "steps:\n  - {workload: random, as: $w, host: h1, volume: east/vol1, size: 4 KiB, rate: "
      "10/s}\n  - {fault: array.crash, target: west}\n  - {power: h2, state: stopped}\n"
      "  - {wait: 5 s}\n");
  FakeTestbed testbed(run);
  const auto record = run_scenario(run, testbed);
  CHECK(record.verdict == Verdict::Pass);
  CHECK(testbed.log == std::vector<std::string>{"begin array.crash west @0.000 s",
                                                "power h2 stopped", "end array.crash west @5.000 s",
                                                "power h2 running"});
  CHECK(testbed.ios.size() == 50);
}

// EVIDENCE: rulings/R15
TEST_CASE("A violation fails, or differs, by the confidence of its rule", "[harness][run]") {
  Scene hard("");
  const auto failed = hard.play(with_oracle("A3", "the target is no prefix"));
  CHECK(failed.verdict == Verdict::Fail);
  REQUIRE(failed.failures.size() == 1);
  CHECK(failed.failures[0].rule == "A3");
  CHECK(failed.failures[0].at_ns == 5);
  CHECK(failed.failures[0].history.size() == 2);
  // The step that was running then, with its line.
  REQUIRE(failed.failures[0].step.size() == 1);
  CHECK(failed.failures[0].step[0].text == "  - {wait: 10 s}");
  CHECK(failed.failures[0].line == failed.failures[0].step[0].number);
  CHECK(failed.invariants.at("A3") == 7);
  Scene soft("");
  const auto differs = soft.play(with_oracle("B4", "odd", record::Confidence::Inferred));
  CHECK(differs.verdict == Verdict::Differs);
}

// EVIDENCE: language.md/4 allow
TEST_CASE("allow lifts an invariant or an edge, and must have been needed", "[harness][run]") {
  Scene number("allow: [A23]\n");
  auto record = number.play(with_oracle("A23"));
  CHECK(record.verdict == Verdict::Pass);
  CHECK(judge_evidence({&number.run}, {&record}).empty());
  for (const std::string name : {"Synchronized->Suspended", "SYN->SUS"}) {
    Scene edge("allow: [" + name + "]\n");
    auto lifted = edge.play(
        with_oracle("B1", "SYN -> SUS is no edge", record::Confidence::Inferred, "SYN -> SUS"));
    CHECK(lifted.verdict == Verdict::Pass);
    CHECK(judge_evidence({&edge.run}, {&lifted}).empty());
  }
  Scene unused("allow: [A23]\n");
  auto without = unused.play();
  CHECK(without.verdict == Verdict::Pass);
  const auto failures = judge_evidence({&unused.run}, {&without});
  REQUIRE(failures.size() == 1);
  CHECK(failures[0].rule == "allow");
}

// EVIDENCE: language.md/4 evidence: one that no run of the file exercised fails the file
TEST_CASE("Evidence is judged over all runs of a file", "[harness][run]") {
  Scene scene(
      "evidence: [ModifyReplicaSynchronization/Resume, CopyState/Suspended, "
      "Suspended->Synchronized, A11, ModifyReplicaSynchronization/4]\n",
      CopyState::Suspended);
  scene.recovery_works();
  auto first = scene.play();
  CHECK(first.evidence == std::vector<std::string>{"ModifyReplicaSynchronization/Resume",
                                                   "CopyState/Suspended", "Suspended->Synchronized",
                                                   "A11"});
  auto failures = judge_evidence({&scene.run}, {&first});
  REQUIRE(failures.size() == 1);
  CHECK(failures[0].message.find("ModifyReplicaSynchronization/4") != std::string::npos);
  auto second = first;
  second.evidence = {"ModifyReplicaSynchronization/4"};
  CHECK(judge_evidence({&scene.run, &scene.run}, {&first, &second}).empty());
  second.verdict = Verdict::Fail;
  CHECK(judge_evidence({&scene.run, &scene.run}, {&first, &second}).empty());
}

// EVIDENCE: language.md/4 known: anything else, also a pass, fails
TEST_CASE("A known failure passes, a pass in its place fails", "[harness][run]") {
  const std::string known = "known: {verdict: fail, because: \"not built yet\", invariant: A3}\n";
  Scene expected(known);
  const auto passes = expected.play(with_oracle("A3"));
  CHECK(passes.verdict == Verdict::Pass);
  CHECK(passes.reason == "known fail: not built yet");
  Scene other(known);
  CHECK(other.play(with_oracle("A15")).verdict == Verdict::Fail);
  Scene nothing(known);
  const auto fails = nothing.play();
  CHECK(fails.verdict == Verdict::Fail);
  CHECK(fails.failures[0].rule == "known");
}

TEST_CASE("A run that reaches its limit is inconclusive", "[harness][run]") {
  Scene scene("end: as-is\n");
  scene.run.limit = sim::seconds(5);
  const auto record = scene.play();
  CHECK(record.verdict == Verdict::Inconclusive);
  CHECK(record.reason.find("limit of 5 s") != std::string::npos);
}

TEST_CASE("What a run lacks in the profile skips it with the reason", "[harness][run]") {
  Run run = run_of("steps:\n  - {wait: 1 s}\n");
  run.skip = {"the profile lacks SyncType Snapshot", "and Operation Split"};
  FakeTestbed testbed(run);
  const auto record = run_scenario(run, testbed);
  CHECK(record.verdict == Verdict::Skipped);
  CHECK(record.reason == "the profile lacks SyncType Snapshot; and Operation Split");
  CHECK(record.events == 0);
}

// EVIDENCE: DESIGN/6 a check in model/ fails the run, one in sim/ and harness/ is internal
TEST_CASE("A failed check of the model fails the run, another one is an internal error",
          "[harness][run]") {
  Scene model("");
  model.testbed->at(sim::seconds(2), [] { throw InvariantError("model/engine/x.cpp:7: a < b"); });
  const auto failed = model.play();
  CHECK(failed.verdict == Verdict::Fail);
  CHECK(failed.failures[0].rule == "engine-check");
  Scene ours("");
  ours.testbed->at(sim::seconds(2), [] { throw InvariantError("sim/world.cpp:7: a < b"); });
  const auto error = ours.play();
  CHECK(error.verdict == Verdict::Error);
  CHECK(error.reason.find("seed 1, time 2.000 s") != std::string::npos);
  CHECK(error.reason.find("state-change from=0 to=4") != std::string::npos);
}

TEST_CASE("An interrupted run is inconclusive", "[harness][run]") {
  const Run run = run_of(
      "end: as-is\nsteps:\n  - {workload: random, host: h1, volume: east/vol1, size: 4 KiB, rate: "
      "1000/s}\n  - {wait: 1 h}\n");
  FakeTestbed testbed(run);
  RunnerOptions options;
  options.tick = [](sim::Instant now, std::uint64_t) {
    return now < sim::Instant{sim::seconds(9)};
  };
  const auto record = run_scenario(run, testbed, options);
  CHECK(record.verdict == Verdict::Inconclusive);
  CHECK(record.reason == "interrupted");
  CHECK(record.simulated_ns < 15'000'000'000);
}

// EVIDENCE: DESIGN/3 observing changes no hash
TEST_CASE("Oracles, progress and expectations change no hash", "[harness][run]") {
  const auto hash = [](const std::string& extra, const RunnerOptions& options) {
    const Run run = run_of(
        "end: as-is\nsteps:\n  - {workload: random, as: $w, host: h1, volume: east/vol1, size: 4 "
        "KiB, rate: 100/s}\n  - {wait: 5005 ms}\n" +
        extra + "  - {stop: $w}\n");
    FakeTestbed testbed(run);
    return run_scenario(run, testbed, options).hash;
  };
  const std::uint64_t plain = hash("", {});
  RunnerOptions options = with_oracle("A3");
  options.tick = [](sim::Instant, std::uint64_t) { return true; };
  CHECK(hash("", options) == plain);
  CHECK(hash("  - {expect: {$w.latency.p99: {at-most: 2 ms}}}\n", {}) == plain);
}

}  // namespace replsim::harness
