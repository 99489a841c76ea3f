// The runner: each kind of step, by its effect on the fake testbed and by the failure it gives.
#include "harness/runner.h"
#include "tests/catch.h"
#include "tests/harness/fake_testbed.h"

namespace replsim::harness {
namespace {

using record::Verdict;

/// Steps of a run with a ready relation `$mirror`, saved from a call.
constexpr const char* born = R"(
  - call: CreateElementReplica
    with: {SyncType: Mirror, SourceElement: east/vol1, TargetPool: west/pool1}
    save: {Synchronization: $mirror}
)";

/// A testbed whose CreateElementReplica makes the relation in Synchronized.
void give_birth(FakeTestbed& testbed, cim::CopyState state = cim::CopyState::Synchronized) {
  FakeAnswer answer;
  answer.outcome.out.emplace_back("Synchronization",
                                  cim::Value::reference(FakeTestbed::relation_path()));
  answer.effect = [&testbed, state] { testbed.make_relation(state); };
  testbed.answer("CreateElementReplica", std::move(answer));
}

record::ScenarioRecord run_with_relation(FakeTestbed& testbed, const Run& run) {
  give_birth(testbed);
  return run_scenario(run, testbed);
}

std::string steps(const std::string& text) {
  return std::string("end: as-is\nsteps:") + born + text;
}

}  // namespace

// EVIDENCE: language.md/5 a step starts at the instant the one before ended
TEST_CASE("wait passes exactly its time and a save takes none", "[harness][run]") {
  const Run run = run_of(
      "end: as-is\nsteps:\n  - {wait: 1500 ms}\n  - {save: {east/vol1.writes: $n}}\n"
      "  - {expect: {east/vol1.writes: $n}}\n");
  FakeTestbed testbed(run);
  const auto record = run_scenario(run, testbed);
  CHECK(record.verdict == Verdict::Pass);
  CHECK(record.simulated_ns == 1'500'000'000);
}

// EVIDENCE: language.md/5 call
TEST_CASE("A call sends its arguments typed by the method's table", "[harness][run]") {
  const Run run = run_of(steps(""));
  FakeTestbed testbed(run);
  const auto record = run_with_relation(testbed, run);
  REQUIRE(record.verdict == Verdict::Pass);
  REQUIRE(testbed.calls.size() == 1);
  const cim::MethodCall& call = testbed.calls[0];
  CHECK(call.method == "CreateElementReplica");
  std::map<std::string, cim::Value> arguments(call.arguments.begin(), call.arguments.end());
  CHECK(arguments["SyncType"] == cim::Value::unsigned_number(cim::Type::Uint16, 6));
  CHECK(arguments["SourceElement"].as_reference().keys[0].second == "east/vol1");
  CHECK(arguments["TargetPool"].as_reference().class_name == "CIM_StoragePool");
  REQUIRE(record.calls.size() == 1);
  CHECK(record.calls[0].answer.starts_with("0 "));
  CHECK(record.calls[0].code == 0u);
  CHECK(record.calls[0].duration_ns == 1'000'000);
}

TEST_CASE("A code that returns does not list fails with the step's lines", "[harness][run]") {
  const Run run =
      run_of(steps("  - {call: ModifyReplicaSynchronization, with: {Operation: Fracture, "
                   "Synchronization: $mirror}}\n"));
  FakeTestbed testbed(run);
  FakeAnswer refused;
  refused.outcome.code = 4;
  refused.outcome.error = cim::Error{"refused:state", "not in Synchronized", ""};
  testbed.answer("ModifyReplicaSynchronization", refused);
  const auto record = run_with_relation(testbed, run);
  CHECK(record.verdict == Verdict::Fail);
  REQUIRE(record.failures.size() == 1);
  const record::Failure& failure = record.failures[0];
  CHECK(failure.rule == "returns");
  CHECK(failure.seen == "4 Failed (refused:state)");
  CHECK(failure.expected.starts_with("0 "));
  CHECK(failure.line == 10);
  REQUIRE(failure.step.size() == 1);
  CHECK(failure.step[0].text.find("Fracture") != std::string::npos);
  REQUIRE(failure.history.size() == 2);
  CHECK(failure.history[0].find("- -> Synchronized") != std::string::npos);
}

TEST_CASE("Any of the listed answers passes", "[harness][run]") {
  const Run run =
      run_of(steps("  - {call: ModifyReplicaSynchronization, with: {Operation: Fracture, "
                   "Synchronization: $mirror}, returns: [In Use, 4, CIM_ERR_NOT_FOUND]}\n"
                   "  - {call: ModifyReplicaSynchronization, with: {Operation: Fracture, "
                   "Synchronization: $mirror}, returns: [In Use, 4, CIM_ERR_NOT_FOUND]}\n"));
  FakeTestbed testbed(run);
  FakeAnswer refused;
  refused.outcome.code = 6;
  testbed.answer("ModifyReplicaSynchronization", refused);
  FakeAnswer missing;
  missing.outcome.status = cim::CimStatus::NotFound;
  testbed.answer("ModifyReplicaSynchronization", missing);
  const auto record = run_with_relation(testbed, run);
  CHECK(record.verdict == Verdict::Pass);
  CHECK(record.calls[2].answer == "CIM_ERR_NOT_FOUND");
}

// EVIDENCE: language.md/5 no-answer, give-up
TEST_CASE("no-answer means that the client gave up", "[harness][run]") {
  const Run run =
      run_of(steps("  - {call: ModifyReplicaSynchronization, with: {Operation: Fracture, "
                   "Synchronization: $mirror}, give-up: 5 s, returns: no-answer, as: $c}\n"
                   "  - {expect: {$c.duration: 5 s}}\n"));
  FakeTestbed testbed(run);
  FakeAnswer silent;
  silent.silent = true;
  testbed.answer("ModifyReplicaSynchronization", silent);
  const auto record = run_with_relation(testbed, run);
  CHECK(record.verdict == Verdict::Pass);
  CHECK(record.calls[1].answer == "no answer");
}

// EVIDENCE: rulings/R1 undocumented code is judged against the method's own set
TEST_CASE("An undocumented return code fails even where the scenario allows it", "[harness][run]") {
  const Run run =
      run_of(steps("  - {call: ModifyReplicaSynchronization, with: {Operation: Fracture, "
                   "Synchronization: $mirror}}\n"));
  FakeTestbed testbed(run);
  FakeAnswer odd;
  odd.outcome.code = 77;
  testbed.answer("ModifyReplicaSynchronization", odd);
  const auto record = run_with_relation(testbed, run);
  REQUIRE(record.failures.size() == 1);
  CHECK(record.failures[0].rule == "return-code");
  CHECK(record.failures[0].confidence == record::Confidence::Spec);
}

// EVIDENCE: rulings/R1 a refused call has no job and no effect; invariants/B2
TEST_CASE("A refused call that changed a property breaks B2", "[harness][run]") {
  const Run run =
      run_of(steps("  - {call: ModifyReplicaSynchronization, with: {Operation: Fracture, "
                   "Synchronization: $mirror}, returns: 4}\n"));
  FakeTestbed testbed(run);
  FakeAnswer refused;
  refused.outcome.code = 4;
  SECTION("a property") {
    refused.effect = [&testbed] {
      testbed.set_property("Mode", cim::Value::unsigned_number(cim::Type::Uint16, 3));
    };
  }
  SECTION("a job") {
    refused.effect = [&testbed] { testbed.job(1, cim::JobState::Completed); };
  }
  SECTION("a state, with its indication") {
    refused.effect = [&testbed] { testbed.change_state(cim::CopyState::Fractured, 12); };
  }
  testbed.answer("ModifyReplicaSynchronization", refused);
  const auto record = run_with_relation(testbed, run);
  REQUIRE(record.failures.size() == 1);
  CHECK(record.failures[0].rule == "B2");
  CHECK(!record.failures[0].seen.empty());
}

TEST_CASE("What an event changes during a refused call is not the call's doing", "[harness][run]") {
  const Run run =
      run_of(steps("  - {call: ModifyReplicaSynchronization, with: {Operation: Fracture, "
                   "Synchronization: $mirror}, returns: 4}\n"));
  FakeTestbed testbed(run);
  FakeAnswer refused;
  refused.outcome.code = 4;
  refused.effect = [&testbed] { testbed.change_state(cim::CopyState::Partitioned, 112); };
  testbed.answer("ModifyReplicaSynchronization", refused);
  CHECK(run_with_relation(testbed, run).verdict == Verdict::Pass);
}

// EVIDENCE: language.md/5 within
TEST_CASE("within waits for the job and gives its end as the step's", "[harness][run]") {
  const Run run =
      run_of(steps("  - {call: ModifyReplicaSynchronization, with: {Operation: Resync Replica, "
                   "Synchronization: $mirror}, within: 10 s, as: $c}\n"
                   "  - {expect: {$c.duration: 4 s, $c.code: 4096}}\n"));
  FakeTestbed testbed(run);
  FakeAnswer started;
  started.outcome.code = 4096;
  started.outcome.out.emplace_back("Job",
                                   cim::Value::reference(testbed.job(1, cim::JobState::Running)));
  testbed.answer("ModifyReplicaSynchronization", started);
  SECTION("Completed passes") {
    testbed.at(sim::milliseconds(4001), [&] { testbed.job(1, cim::JobState::Completed); });
    const auto record = run_with_relation(testbed, run);
    CHECK(record.verdict == Verdict::Pass);
    REQUIRE(record.jobs.size() == 1);
    CHECK(record.jobs[0].state == "Completed");
    CHECK(record.jobs[0].ended_ns == 4'001'000'000);
  }
  SECTION("another end fails") {
    testbed.at(sim::milliseconds(4001), [&] { testbed.job(1, cim::JobState::Exception); });
    const auto record = run_with_relation(testbed, run);
    REQUIRE(record.failures.size() == 1);
    CHECK(record.failures[0].rule == "within");
    CHECK(record.failures[0].seen == "Exception");
  }
  SECTION("no end in time fails at the deadline") {
    const auto record = run_with_relation(testbed, run);
    REQUIRE(record.failures.size() == 1);
    CHECK(record.failures[0].seen.starts_with("Running"));
    CHECK(record.failures[0].at_ns == 10'001'000'000);
  }
}

TEST_CASE("Saving an out parameter that is NULL fails the step", "[harness][run]") {
  const Run run = run_of(
      "end: as-is\nsteps:\n  - call: CreateElementReplica\n"
      "    with: {SyncType: Mirror, SourceElement: east/vol1, TargetPool: west/pool1}\n"
      "    save: {Synchronization: $mirror}\n  - {expect: {$mirror.exists: true}}\n");
  FakeTestbed testbed(run);
  const auto record = run_scenario(run, testbed);
  REQUIRE(record.failures.size() == 1);
  CHECK(record.failures[0].rule == "save");
}

// EVIDENCE: language.md/5 write, read, flush
TEST_CASE("A write, a read and a flush go to their host and are judged by their answer",
          "[harness][run]") {
  const Run run = run_of(
      "end: as-is\nsteps:\n  - {write: east/vol1, offset: 8 KiB, length: 8 KiB, as: $w}\n"
      "  - {read: east/vol1, offset: 8 KiB, length: 8 KiB, as: $r}\n  - {flush: east/vol1}\n"
      "  - {expect: {$r.content: east/vol1.content, east/vol1.holds: $w, east/vol1.writes: 1}}\n"
      "  - {write: east/vol1, offset: 8 KiB, length: 4 KiB, data: \"hello\"}\n"
      "  - {expect: {east/vol1.holds: {not: $w}}}\n"
      "  - {write: east/vol2, offset: 0 B, length: 4 KiB, returns: refused}\n");
  FakeTestbed testbed(run);
  testbed.io_answers["east/vol2"] = trace::IoAnswer::Refused;
  const auto record = run_scenario(run, testbed);
  CHECK(record.verdict == Verdict::Pass);
  REQUIRE(testbed.ios.size() == 5);
  CHECK(testbed.ios[0].second == "h1 write east/vol1 2+2");
  CHECK(testbed.ios[2].second == "h1 flush east/vol1 0+0");
  CHECK(testbed.bound_data["east/vol1"] == "hello");
}

TEST_CASE("An I/O with another answer fails", "[harness][run]") {
  const Run run =
      run_of("end: as-is\nsteps:\n  - {write: east/vol1, offset: 0 B, length: 4 KiB}\n");
  FakeTestbed testbed(run);
  testbed.io_answers["east/vol1"] = trace::IoAnswer::Timeout;
  const auto record = run_scenario(run, testbed);
  REQUIRE(record.failures.size() == 1);
  CHECK(record.failures[0].expected == "ok");
  CHECK(record.failures[0].seen == "timeout");
}

// EVIDENCE: language.md/2 lists
TEST_CASE("A list holds its elements in order, with count, index, last and quantifiers",
          "[harness][run]") {
  const Run run = run_of(
      "end: as-is\nsteps:\n  - {list: CIM_StorageVolume, as: $v}\n"
      "  - expect: {$v.count: 8, $v.1.DeviceID: east/vol1, $v.all.exists: true}\n");
  FakeTestbed testbed(run);
  const auto record = run_scenario(run, testbed);
  REQUIRE(record.failures.size() == 1);  // there are 4 volumes
  CHECK(record.failures[0].expected == "8");
  CHECK(record.failures[0].seen == "4");
}

// EVIDENCE: language.md, section 6: since is the window where that step started
TEST_CASE("since takes the start of a list step, also of one that found nothing",
          "[harness][run]") {
  for (const std::string name : {"CIM_StorageVolume", "CIM_ReplicationService"}) {
    CAPTURE(name);
    const Run run = run_of(steps("  - {wait: 3 s}\n  - {list: " + name + ", as: $l}\n" +
                                 "  - {expect: {$mirror.CopyState: {never: Synchronized}}, "
                                 "since: $l}\n"));
    FakeTestbed testbed(run);
    const auto record = run_with_relation(testbed, run);
    if (!record.failures.empty()) UNSCOPED_INFO(record.failures[0].message);
    CHECK(record.verdict == Verdict::Pass);
  }
}

// EVIDENCE: language.md, section 4: known: anything else, also a pass, fails
TEST_CASE("A run that is skipped cannot fail as known", "[harness][run]") {
  Run run = run_of("known: {verdict: fail, because: soon}\nsteps:\n  - {wait: 1 s}\n");
  run.skip = {"the profile lacks SyncType Snapshot"};
  FakeTestbed testbed(run);
  const auto record = run_scenario(run, testbed);
  CHECK(record.verdict == Verdict::Fail);
  REQUIRE(record.failures.size() == 1);
  CHECK(record.failures[0].rule == "known");
  CHECK(record.failures[0].seen == "skipped: the profile lacks SyncType Snapshot");
  run.known->verdict = "skipped";
  CHECK(run_scenario(run, testbed).verdict == Verdict::Skipped);
}

// EVIDENCE: language.md/5 parallel ends with the last branch
TEST_CASE("Branches of parallel run side by side and it ends with the last", "[harness][run]") {
  const Run run = run_of(
      "end: as-is\nsteps:\n  - parallel:\n      a: [{wait: 1 s}, {write: east/vol1, offset: 0 B, "
      "length: 4 KiB}]\n      b: [{wait: 3 s}]\n  - {expect: {east/vol1.writes: 1}}\n");
  FakeTestbed testbed(run);
  const auto record = run_scenario(run, testbed);
  CHECK(record.verdict == Verdict::Pass);
  CHECK(record.simulated_ns == 3'000'000'000);
}

TEST_CASE("A branch that fails fails the run", "[harness][run]") {
  const Run run = run_of(
      "end: as-is\nsteps:\n  - parallel:\n      a: [{expect: {east/vol1.writes: 7}}]\n"
      "      b: [{wait: 3 s}]\n  - {wait: 1 h}\n");
  FakeTestbed testbed(run);
  const auto record = run_scenario(run, testbed);
  CHECK(record.verdict == Verdict::Fail);
  CHECK(record.failures.size() == 1);
  CHECK(record.simulated_ns == 3'000'000'000);
}

// EVIDENCE: language.md/5 repeat
TEST_CASE("repeat starts its rounds at multiples of every and names become lists",
          "[harness][run]") {
  const Run run = run_of(
      "end: as-is\nsteps:\n  - repeat: {times: 3, every: 10 s}\n    steps:\n"
      "      - {write: east/vol1, offset: 0 B, length: 4 KiB}\n"
      "      - {save: {east/vol1.writes: $n}}\n"
      "  - {expect: {$n.count: 3, $n.1: 1, $n.last: 3, $n.any: 2, $n.all: {at-most: 3}}}\n");
  FakeTestbed testbed(run);
  const auto record = run_scenario(run, testbed);
  CHECK(record.verdict == Verdict::Pass);
  REQUIRE(testbed.ios.size() == 3);
  CHECK(testbed.ios[1].first == 10'000'000'000);
  CHECK(testbed.ios[2].first == 20'000'000'000);
}

TEST_CASE("use runs the steps of a runbook in the caller's run", "[harness][run]") {
  const Run run = run_of(
      "end: as-is\nrunbooks:\n  twice:\n    params: {$v: volume}\n    steps:\n"
      "      - {write: $v, offset: 0 B, length: 4 KiB}\n"
      "      - {write: $v, offset: 4 KiB, length: 4 KiB}\n"
      "steps:\n  - {use: twice, with: {$v: east/vol3}, as: $u}\n"
      "  - {expect: {east/vol3.writes: 2}, since: $u}\n");
  FakeTestbed testbed(run);
  const auto record = run_scenario(run, testbed);
  CHECK(record.verdict == Verdict::Pass);
  CHECK(testbed.ios.size() == 2);
}

TEST_CASE("set and power reach the testbed, and its refusal fails the step", "[harness][run]") {
  const Run run = run_of(
      "end: as-is\nsteps:\n  - {set: {east/pool1.size: 80 GiB}}\n  - {power: h1, state: stopped}\n"
      "  - {power: h1, state: running}\n  - {expect: {east/pool1.size: 80 GiB}}\n"
      "  - {set: {east/pool1.size: 0 B}}\n");
  FakeTestbed testbed(run);
  const auto record = run_scenario(run, testbed);
  CHECK(testbed.metrics["east/pool1 size"] == std::uint64_t{80} << 30);
  CHECK(testbed.log == std::vector<std::string>{"power h1 stopped", "power h1 running"});
  REQUIRE(record.failures.size() == 1);
  CHECK(record.failures[0].rule == "set");
  CHECK(record.failures[0].seen == "a pool cannot be empty");
}

}  // namespace replsim::harness
