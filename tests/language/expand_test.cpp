// Matrix, exclude, cases, params, seeds, scopes and lists.
#include "tests/catch.h"
#include "tests/language/support.h"

namespace replsim::harness::test {
namespace {

std::string size_scenario(std::string_view top) {
  return scenario("  - {write: east/vol1, length: $size}\n  - {expect: {east/vol1.writes: 1}}\n",
                  top);
}

std::uint64_t length(const Run& run) {
  return body<IoStep>(run, 0).length.value_or(0);
}

std::vector<std::string> names(const Outcome& outcome) {
  std::vector<std::string> result;
  for (const Run& run : outcome.expansion.runs) result.push_back(run.display_name());
  return result;
}

}  // namespace

// EVIDENCE: language.md/4 matrix, exclude, cases
TEST_CASE("a matrix is a cross product without what is excluded", "[language][expand]") {
  const Outcome outcome =
      check(size_scenario("matrix: {$size: [4 KiB, 8 KiB], $seed: 1..2}\n"
                          "exclude: [{$size: 8 KiB, $seed: 1}]\n"));
  CHECK(outcome.brief() == "");
  CHECK(names(outcome) == std::vector<std::string>{"test[size=4 KiB,seed=1]",
                                                   "test[size=4 KiB,seed=2]",
                                                   "test[size=8 KiB,seed=2]"});
  CHECK(outcome.run(1).seed == 2);
  CHECK(length(outcome.run(2)) == 8192);
}

TEST_CASE("cases go with the matrix and give params their values", "[language][expand]") {
  const Outcome outcome =
      check(size_scenario("params: {$size: 4 KiB}\n"
                          "matrix: {$seed: [7]}\n"
                          "cases: [{name: as is}, {name: large, $size: 1 MiB}]\n"));
  CHECK(outcome.brief() == "");
  CHECK(names(outcome) == std::vector<std::string>{"test[seed=7] as is", "test[seed=7] large"});
  CHECK(length(outcome.run(0)) == 4096);
  CHECK(length(outcome.run(1)) == 1ULL << 20U);
}

TEST_CASE("a wrong value is told where the cell is written", "[language][expand]") {
  CHECK(check(size_scenario("matrix: {$size: [4 KiB, 5]}\n")).brief() ==
        "4:25 wrong-unit: a size has a unit");
  CHECK(check(size_scenario("matrix: {$size: [4 KiB]}\nexclude: [{$size: 2 KiB}]\n")).brief() ==
        "5:19 unknown-name: `2 KiB` is no value of `$size`");
}

TEST_CASE("--set gives params, and --seed the seed", "[language][expand]") {
  ExpandOptions options;
  options.sets = {{"size", "64 KiB"}};
  options.seed = 99;
  const std::string text = size_scenario("params: {$size: size}\nseed: 3\n");
  const Outcome set = check(text, options);
  CHECK(set.brief() == "");
  CHECK(length(set.run()) == 65'536);
  CHECK(set.run().seed == 99);
  CHECK(check(text).brief().find("missing-parameter: the param `$size` must be given") !=
        std::string::npos);
  options.sets = {{"siez", "64 KiB"}};
  CHECK(check(text, options).hint("unknown-name") == "did you mean `$size`?");
  options.sets = {{"size", "["}};
  CHECK(check(text, options).brief().find("1:1 yaml-syntax: ") != std::string::npos);
}

// EVIDENCE: language.md/2 lists, 5 repeat
TEST_CASE("a name born in a repeat is one inside and a list outside", "[language][expand]") {
  const std::string body_text =
      "  - repeat: {times: 3, every: 1 min}\n"
      "    steps:\n"
      "      - {write: east/vol1, as: $w}\n"
      "      - {expect: {east/vol1.holds: $w}}\n";
  const Outcome fine = check(
      scenario(body_text + "  - {expect: {east/vol1.holds: $w.2}}\n  - {expect: {$w.count: 3}}\n"));
  CHECK(fine.brief() == "");
  REQUIRE(fine.expansion.runs.size() == 1);
  CHECK(fine.run().slots.at(0).list);
  const auto& repeat = body<RepeatStep>(fine.run(), 0);
  CHECK(repeat.rounds == 3);
  CHECK(repeat.every == sim::minutes(1));
  CHECK(check(scenario(body_text + "  - {expect: {east/vol1.holds: $w}}\n")).brief() ==
        "9:32 list-name: `$w` is a list; say which of it");
}

TEST_CASE("repeat over values makes a round for each", "[language][expand]") {
  const Outcome outcome =
      check(scenario("  - repeat: {over: {$size: [4 KiB, 8 KiB]}}\n"
                     "    steps: [{write: east/vol1, length: $size, as: $w}]\n"
                     "  - {expect: {east/vol1.holds: $w.last}}\n"));
  CHECK(outcome.brief() == "");
  REQUIRE(outcome.expansion.runs.size() == 1);
  const auto& repeat = body<RepeatStep>(outcome.run(), 0);
  CHECK(repeat.rounds == 2);
  REQUIRE(repeat.bodies.size() == 2);
  CHECK(std::get<IoStep>(repeat.bodies[1].at(0).body).length == 8192);
  CHECK(repeat.bodies[0].at(0).as == repeat.bodies[1].at(0).as);
}

// EVIDENCE: language.md/2 scopes
TEST_CASE("a runbook has a scope of its own", "[language][expand]") {
  const std::string_view book =
      "runbooks:\n"
      "  one: {params: {$v: volume}, gives: [$w], steps: [{write: $v, host: h1, as: $w}]}\n";
  const Outcome fine =
      check(scenario("  - {use: one, with: {$v: east/vol1}, save: {$w: $first}}\n"
                     "  - {use: one, with: {$v: east/vol2}, save: {$w: $second}}\n"
                     "  - {expect: {east/vol1.holds: $first, east/vol2.holds: $second}}\n",
                     book));
  CHECK(fine.brief() == "");
  const Outcome leak =
      check(scenario("  - {use: one, with: {$v: east/vol1}}\n"
                     "  - {expect: {east/vol1.holds: $w}}\n",
                     book));
  CHECK(leak.brief() == "8:32 unknown-name: nothing is called `$w`");
  CHECK(
      check(scenario("  - {use: one, save: {$w: $x}}\n  - {expect: {east/vol1.holds: $x}}\n", book))
          .brief()
          .find("7:5 missing-parameter: the param `$v` must be given") == 0);
  CHECK(
      check(scenario("  - {use: one, with: {$u: 1, $v: east/vol1}}\n", book)).has("unknown-name"));
}

// EVIDENCE: language.md/4 requires
TEST_CASE("a capability that the profile lacks skips the run with the reason",
          "[language][expand]") {
  const Outcome outcome =
      check(scenario(judged, "requires: [Operation Prepare, SyncType Mirror]\n"));
  CHECK(outcome.brief() == "");
  CHECK(outcome.run().skip == std::vector<std::string>{"Operation Prepare is not in the profile"});
  CHECK(check(scenario(judged, "requires: [Operaton Split]\n")).hint("unknown-name") ==
        "did you mean `Operation`?");
}

TEST_CASE("the top level reaches the run", "[language][expand]") {
  const Outcome outcome = check(scenario(
      "  - {expect: {east/pool1.free: 0 B}}\n",
      "title: A title\ntags: [a, b]\nclock: \"2000-01-02 00:00:01\"\nlimit: 3 h\nend: as-is\n"
      "allow: [A23]\nknown: {verdict: fail, because: it is so, invariant: A1}\n"
      "always: {east/pool1.free: {at-least: 0 B}}\n"));
  CHECK(outcome.brief() == "");
  const Run& run = outcome.run();
  CHECK(run.clock_ns == 86'401'000'000'000);
  CHECK(run.limit == sim::hours(3));
  CHECK(!run.converge);
  CHECK(run.allow.at(0).name == "A23");
  CHECK(run.known->because == "it is so");
  CHECK(run.always.size() == 1);
}

// EVIDENCE: language.md/5 when, 12
TEST_CASE("faults take triggers", "[language][expand]") {
  const Outcome outcome = check(scenario(
      std::string(make_mirror()) +
      "  - {fault: array.crash, target: east, for: 10 s, when: {event: message-delivered, on: "
      "east-west, nth: 3, phase: before}}\n"
      "  - {fault: link.cut, target: east-west, direction: forward, for: 1 s, when: {at: 2 h}}\n"
      "  - {fault: disk.latency, target: west/d0, add: 5 ms, when: {$mirror.CopyState: Suspended}, "
      "may-miss: true}\n"
      "  - {fault: link.latency, target: east-west, add: 1 ms, when: 5 s, for: 1 s, every: 2 s, "
      "times: 4}\n"
      "  - {expect: {$mirror.CopyState: Synchronized}}\n"));
  CHECK(outcome.brief() == "");
  REQUIRE(outcome.expansion.runs.size() == 1);
  const Run& run = outcome.run();
  const auto& event = std::get<EventTrigger>(body<FaultStep>(run, 1).when);
  CHECK(event.nth == 3);
  CHECK(event.phase == EventPhase::Before);
  CHECK(std::get<AtTime>(body<FaultStep>(run, 2).when).at == sim::hours(2));
  CHECK(body<FaultStep>(run, 2).direction == LinkDirection::Forward);
  CHECK(std::get<Expectation>(body<FaultStep>(run, 3).when).conditions.size() == 1);
  CHECK(body<FaultStep>(run, 4).times == 4);
}

TEST_CASE("embedded instances are typed by their class", "[language][expand]") {
  const auto create = [](std::string_view setting) {
    return scenario(
        "  - call: CreateElementReplica\n"
        "    with: {SyncType: Mirror, SourceElement: east/vol1, TargetPool: west/pool1, "
        "ReplicationSettingData: " +
        std::string(setting) + "}\n  - {expect: {east/pool1.free: 0 B}}\n");
  };
  const Outcome outcome = check(create("{CopyRecoveryMode: Manual}"));
  CHECK(outcome.brief() == "");
  REQUIRE(outcome.expansion.runs.size() == 1);
  const auto& call = body<CallStep>(outcome.run(), 0);
  const std::string mof = std::get<cim::Value>(call.arguments.at(3).value.value).as_string();
  CHECK(mof.find("instance of CIM_ReplicationSettingData") == 0);
  CHECK(mof.find("CopyRecoveryMode = 3") != std::string::npos);
  CHECK(check(create("{CopyRecoverMode: Manual}")).hint("unknown-name") ==
        "did you mean `CopyRecoveryMode`?");
  CHECK(check(create("\"instance of x\"")).has("wrong-parameter"));
}

}  // namespace replsim::harness::test
