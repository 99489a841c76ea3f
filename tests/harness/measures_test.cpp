// Measures, mutated runbooks and mistakes of operators, as a run counts them.
#include "harness/measures.h"

#include <algorithm>

#include "harness/mistake_table.h"
#include "tests/catch.h"
#include "tests/harness/play.h"

namespace replsim::harness {
namespace {

using record::Verdict;

constexpr const char* born =
    "  - call: CreateElementReplica\n"
    "    with: {SyncType: Mirror, SourceElement: east/vol1, TargetPool: west/pool1}\n"
    "    save: {Synchronization: $mirror}\n";

void give_birth(FakeTestbed& testbed, cim::CopyState state = cim::CopyState::Synchronized) {
  FakeAnswer answer;
  answer.outcome.out.emplace_back("Synchronization",
                                  cim::Value::reference(FakeTestbed::relation_path()));
  answer.effect = [&testbed, state] { testbed.make_relation(state); };
  testbed.answer("CreateElementReplica", std::move(answer));
}

/// `name=value` of each.
std::string measured(const record::ScenarioRecord& record) {
  std::string text;
  for (const auto& [name, value] : record.measures) text += name + "=" + value + " ";
  return text;
}

record::ScenarioRecord run(const std::string& text,
                           const std::function<void(FakeTestbed&)>& script = {}) {
  const Run run = run_of(text);
  FakeTestbed testbed(run);
  if (script) script(testbed);
  return run_scenario(run, testbed);
}

std::string modify(const std::string& operation, const std::string& rest = "") {
  return "  - {call: ModifyReplicaSynchronization, with: {Operation: " + operation +
         ", Synchronization: $mirror}" + rest + "}\n";
}

/// Runs steps on a relation in a state, with an evidence that must be exercised.
bool exercises(const std::string& mistake, const std::string& steps, cim::CopyState state) {
  const auto record =
      run("evidence: [operator/" + mistake + "]\nend: as-is\nsteps:\n" + std::string(born) + steps,
          [&](FakeTestbed& testbed) { give_birth(testbed, state); });
  CHECK(record.verdict == Verdict::Pass);
  return !record.evidence.empty();
}

FakeAnswer refusal(std::uint32_t code, const std::string& message) {
  FakeAnswer answer;
  answer.outcome.code = code;
  answer.outcome.error = cim::Error{message, "no", ""};
  return answer;
}

constexpr const char* mutated =
    "runbooks: {r: {params: {$p: relation}, steps: [{call: ModifyReplicaSynchronization, "
    "with: {Operation: Split, Synchronization: $p}, as: $split}]}}\nend: as-is\nsteps:\n";

}  // namespace

// EVIDENCE: language.md/4 measure
TEST_CASE("a measure is read at the end of its step, or of all steps, over its window",
          "[harness][measure]") {
  const auto record = run(
      "end: as-is\nmeasure:\n"
      "  calm: {of: $w.acknowledged, since: $calm, until: $calm}\n"
      "  all: {of: $w.acknowledged}\n  slowest: {of: $w.latency.max}\nsteps:\n"
      "  - {workload: sequential, as: $w, host: h1, volume: east/vol1, size: 4 KiB, rate: 100/s}\n"
      "  - {wait: 1 s}\n  - {wait: 2 s, as: $calm}\n  - {wait: 1 s}\n  - {stop: $w}\n");
  CHECK(record.verdict == Verdict::Pass);
  CHECK(measured(record) == "calm=200 all=400 slowest=1.003519 ms ");
}

TEST_CASE("a measure without a value fails the run where it stands", "[harness][measure]") {
  const auto record =
      run("end: as-is\nmeasure: {rto: {of: $w.first-ack}}\nsteps:\n"
          "  - {workload: random, as: $w, host: h1, volume: east/vol1, rate: 10/s, for: 1 s}\n"
          "  - {wait: 2 s}\n  - {stop: $w}\n",
          [](FakeTestbed& testbed) { testbed.io_answers["east/vol1"] = trace::IoAnswer::Refused; });
  CHECK(record.verdict == Verdict::Fail);
  REQUIRE(record.failures.size() == 1);
  CHECK(record.failures[0].rule == "measure");
  CHECK(record.failures[0].line == 6);
  CHECK(record.failures[0].seen == "$w has no acknowledged write yet");
  CHECK(record.measures.empty());
}

TEST_CASE("the rpo of a relation is a metric like others", "[harness][measure]") {
  const std::string steps = std::string("end: as-is\nmeasure: {rpo: {of: $mirror.rpo.max}}\n") +
                            "steps:\n" + born +
                            "  - {write: east/vol1, host: h1, length: 8 KiB}\n  - {wait: 5 s}\n"
                            "  - {expect: {$mirror.rpo: @, $mirror.rpo-bytes: #}}\n";
  const auto with = [&](std::string age, std::string bytes) {
    std::string text = steps;
    text.replace(text.find('@'), 1, age);
    return text.replace(text.find('#'), 1, bytes);
  };
  const auto in_step = run(with("0 s", "0 B"), [](FakeTestbed& testbed) {
    give_birth(testbed);
    testbed.mirrored = true;
  });
  CHECK(in_step.verdict == Verdict::Pass);
  CHECK(measured(in_step) == "rpo=0 ns ");
  const auto behind = run(with("{at-least: 5 s, at-most: 5.001 s}", "8 KiB"),
                          [](FakeTestbed& testbed) { give_birth(testbed); });
  CHECK(behind.verdict == Verdict::Pass);
  CHECK(measured(behind).starts_with("rpo=5"));
}

// EVIDENCE: language.md/7 journal; other gauges are sampled every second
TEST_CASE("the journal of a relation is read as it is, and its extremes from the samples",
          "[harness][measure]") {
  const std::string steps = std::string("end: as-is\nsteps:\n") + born +
                            "  - {wait: 3 s, as: $full}\n"
                            "  - {expect: {$mirror.journal: 8 KiB}}\n"
                            "  - {since: $full, expect: {$mirror.journal.max: 8 KiB, "
                            "$mirror.journal.min: 8 KiB}}\n";
  const auto holds = [&](std::uint64_t bytes) {
    return run(steps,
               [bytes](FakeTestbed& testbed) {
                 give_birth(testbed);
                 testbed.metrics["pair journal"] = bytes;
               })
        .verdict;
  };
  CHECK(holds(8192) == Verdict::Pass);
  CHECK(holds(4096) == Verdict::Fail);
  CHECK(run(steps, [](FakeTestbed& testbed) { give_birth(testbed); }).verdict == Verdict::Fail);
}

// EVIDENCE: language.md/5 mutated: calls inside may be refused with any documented code
TEST_CASE("a call of a mutated runbook may be refused with any documented code",
          "[harness][mutate]") {
  const auto with = [](const std::string& mutate, FakeAnswer answer) {
    return run(
        std::string(mutated) + born + "  - {use: r, with: {$p: $mirror}, mutate: " + mutate + "}\n",
        [&](FakeTestbed& testbed) {
          give_birth(testbed);
          testbed.answer("ModifyReplicaSynchronization", std::move(answer));
        });
  };
  CHECK(with("{repeat: $split}", refusal(4, "refused:state")).verdict == Verdict::Pass);
  CHECK(with("{repeat: $split}", refusal(6, "refused:busy")).verdict == Verdict::Pass);
  CHECK(with("none", refusal(4, "refused:state")).failures.at(0).rule == "returns");
  CHECK(with("{repeat: $split}", refusal(77, "refused:state")).failures.at(0).rule ==
        "return-code");
  // What was accepted and then failed is no refusal.
  CHECK(with("{repeat: $split}", refusal(4, "failed:peer")).failures.at(0).rule == "returns");
}

TEST_CASE("a mutation is evidence when its runbook was done to the end", "[harness][mutate]") {
  const auto record = run(std::string("evidence: [operator/repeat, operator/skip]\n") + mutated +
                              born + "  - {use: r, with: {$p: $mirror}, mutate: {repeat: all}}\n",
                          [](FakeTestbed& testbed) { give_birth(testbed); });
  CHECK(record.evidence == std::vector<std::string>{"operator/repeat"});
}

// EVIDENCE: fault_catalogue.md, operator error
TEST_CASE("mistakes are told from right calls by the state that they meet", "[harness][mistakes]") {
  using enum cim::CopyState;
  CHECK(exercises("promote-twice", modify("Failover"), Failedover));
  CHECK_FALSE(exercises("promote-twice", modify("Failover"), Synchronized));
  CHECK(exercises("promote-while-source-lives", modify("Failover"), Partitioned));
  CHECK_FALSE(exercises("promote-while-source-lives", modify("Failover"), Synchronized));
  CHECK(exercises("failback-too-early", modify("Failback"), Unsynchronized));
  CHECK_FALSE(exercises("failback-too-early", modify("Failback"), Failedover));
  const std::string load =
      "  - {workload: random, as: $w, host: h1, volume: east/vol1, rate: 10/s, for: 1 s}\n";
  CHECK(exercises("detach-in-use", load + modify("Detach"), Synchronized));
  CHECK_FALSE(
      exercises("detach-in-use", load + "  - {wait: 2 s}\n" + modify("Detach"), Synchronized));
  CHECK(exercises("forgotten-suspend", "  - {wait: 1 h}\n" + modify("Resume"), Suspended));
  CHECK_FALSE(exercises("forgotten-suspend", "  - {wait: 1 min}\n" + modify("Resume"), Suspended));
  const std::string east = "  - {write: east/vol1, host: h1}\n";
  const std::string west = "  - {write: $mirror.SyncedElement, host: h2}\n";
  CHECK(exercises("resume-after-both-changed", east + west + modify("Resync Replica"), Fractured));
  CHECK_FALSE(exercises("resume-after-both-changed", east + modify("Resync Replica"), Fractured));
  CHECK(exercises("wrong-direction", west + modify("Resync Replica"), Fractured));
  CHECK(exercises("wrong-direction", east + modify("Restore from Replica"), Fractured));
  CHECK_FALSE(exercises("wrong-direction", east + modify("Resync Replica"), Fractured));
  CHECK_FALSE(exercises("wrong-direction", east + west + modify("Resync Replica"), Fractured));
}

}  // namespace replsim::harness
