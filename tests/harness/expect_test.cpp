// Matchers, histories and times of expectations.
#include "harness/runner.h"
#include "tests/catch.h"
#include "tests/harness/fake_testbed.h"

namespace replsim::harness {
namespace {

using cim::CopyState;
using record::Verdict;

/// Runs steps after a relation `$mirror` was saved; `script` moves the fake first.
record::ScenarioRecord play_on_mirror(const std::string& text,
                                      const std::function<void(FakeTestbed&)>& script = {},
                                      const std::string& top = {}) {
  const Run run = run_of(top +
                         "end: as-is\nsteps:\n  - call: CreateElementReplica\n"
                         "    with: {SyncType: Mirror, SourceElement: east/vol1, "
                         "TargetPool: west/pool1}\n"
                         "    save: {Synchronization: $mirror}\n    as: $birth\n" +
                         text);
  FakeTestbed testbed(run);
  FakeAnswer answer;
  answer.outcome.out.emplace_back("Synchronization",
                                  cim::Value::reference(FakeTestbed::relation_path()));
  answer.effect = [&testbed] { testbed.make_relation(CopyState::Unsynchronized); };
  testbed.answer("CreateElementReplica", std::move(answer));
  if (script) script(testbed);
  return run_scenario(run, testbed);
}

constexpr std::uint64_t copy_complete = 111;
constexpr std::uint64_t fracture = 12;

void synchronise_at_5s_fracture_at_9s(FakeTestbed& testbed) {
  testbed.at(sim::seconds(5),
             [&testbed] { testbed.change_state(CopyState::Synchronized, copy_complete); });
  testbed.at(sim::seconds(9), [&testbed] { testbed.change_state(CopyState::Fractured, fracture); });
}

}  // namespace

// EVIDENCE: language.md/6 time: none = at this instant, after every event of this instant
TEST_CASE("An expectation without time is judged at the end of its instant", "[harness][expect]") {
  const auto record = play_on_mirror(
      "  - {wait: 4999 ms}\n  - {expect: {$mirror.CopyState: Synchronized}}\n",
      [](FakeTestbed& testbed) {
        // The instant is 5 s; this event was posted later than the wake-up of
        // the wait.
        testbed.at(sim::milliseconds(4999), [&testbed] {
          testbed.at(sim::seconds(5),
                     [&testbed] { testbed.change_state(CopyState::Synchronized, copy_complete); });
        });
      });
  CHECK(record.verdict == Verdict::Pass);
  CHECK(record.simulated_ns == 5'000'000'000);
}

TEST_CASE("within goes on in the instant in which it becomes true", "[harness][expect]") {
  const auto record =
      play_on_mirror("  - {expect: {$mirror.CopyState: Synchronized}, within: 1 h}\n",
                     synchronise_at_5s_fracture_at_9s);
  CHECK(record.verdict == Verdict::Pass);
  CHECK(record.simulated_ns == 5'000'000'000);
}

TEST_CASE("within fails at its end with what was expected and seen", "[harness][expect]") {
  const auto record = play_on_mirror("  - {expect: {$mirror.CopyState: Split}, within: 20 s}\n",
                                     synchronise_at_5s_fracture_at_9s);
  REQUIRE(record.failures.size() == 1);
  CHECK(record.failures[0].rule == "expect");
  CHECK(record.failures[0].at_ns == 20'001'000'000);
  CHECK(record.failures[0].expected == "Split");
  CHECK(record.failures[0].seen == "Fractured");
  CHECK(record.failures[0].message.find("$mirror.CopyState") != std::string::npos);
  REQUIRE(record.failures[0].history.size() == 6);
  CHECK(record.failures[0].history.back().find("Synchronized -> Fractured  (Fracture)") !=
        std::string::npos);
}

TEST_CASE("for holds to its end, and fails at the change", "[harness][expect]") {
  SECTION("it holds") {
    const auto record = play_on_mirror(
        "  - {expect: {$mirror.CopyState: Synchronized}, within: 6 s, for: 4 s}\n"
        "  - {wait: 1 ns}\n",
        [](FakeTestbed& testbed) {
          testbed.at(sim::seconds(5),
                     [&testbed] { testbed.change_state(CopyState::Synchronized, copy_complete); });
        });
    CHECK(record.verdict == Verdict::Pass);
    CHECK(record.simulated_ns == 9'000'000'001);
  }
  SECTION("it changes") {
    const auto record =
        play_on_mirror("  - {expect: {$mirror.CopyState: Synchronized}, within: 6 s, for: 10 s}\n",
                       synchronise_at_5s_fracture_at_9s);
    REQUIRE(record.failures.size() == 1);
    CHECK(record.failures[0].at_ns == 9'000'000'000);
    CHECK(record.failures[0].seen == "Fractured");
  }
}

// EVIDENCE: language.md/6 history, passes, never
TEST_CASE("A history lists every change since its window, from birth without one",
          "[harness][expect]") {
  const auto script = synchronise_at_5s_fracture_at_9s;
  const std::string wait = "  - {wait: 6 s, as: $w}\n  - {wait: 6 s, as: $late}\n";
  const auto verdict = [&](const std::string& expect) {
    return play_on_mirror(wait + "  - {expect: {$mirror.CopyState: " + expect + "\n", script)
        .verdict;
  };
  CHECK(verdict("{history: [Unsynchronized, Synchronized, Fractured]}}}") == Verdict::Pass);
  CHECK(verdict("{history: [Synchronized, Fractured]}}}") == Verdict::Fail);
  CHECK(verdict("{history: [Synchronized, Fractured]}}, since: $w}") == Verdict::Pass);
  CHECK(verdict("{history: [Fractured]}}, since: $late}") == Verdict::Pass);
  CHECK(verdict("{passes: [Unsynchronized, Fractured]}}}") == Verdict::Pass);
  CHECK(verdict("{passes: [Fractured, Synchronized]}}}") == Verdict::Fail);
  CHECK(verdict("{never: [Split, Broken]}}}") == Verdict::Pass);
  CHECK(verdict("{never: Synchronized}}}") == Verdict::Fail);
  CHECK(verdict("{never: Synchronized}}, since: $late}") == Verdict::Pass);
}

TEST_CASE("Lists, bounds, not and any judge one value", "[harness][expect]") {
  const auto verdict = [](const std::string& matcher) {
    return play_on_mirror("  - {expect: {$mirror.CopyState: " + matcher + "}}\n").verdict;
  };
  CHECK(verdict("[Split, Unsynchronized]") == Verdict::Pass);
  CHECK(verdict("[Split, Synchronized]") == Verdict::Fail);
  CHECK(verdict("{not: Synchronized}") == Verdict::Pass);
  CHECK(verdict("{not: [Split, Unsynchronized]}") == Verdict::Fail);
  CHECK(verdict("any") == Verdict::Pass);
  CHECK(verdict("3") == Verdict::Pass);
  const auto bounds = [](const std::string& matcher) {
    return play_on_mirror(
               "  - {write: east/vol1, offset: 0 B, length: 4 KiB}\n"
               "  - {write: east/vol1, offset: 0 B, length: 4 KiB}\n"
               "  - {expect: {east/vol1.writes: " +
               matcher + "}}\n")
        .verdict;
  };
  CHECK(bounds("{at-least: 2, at-most: 2}") == Verdict::Pass);
  CHECK(bounds("{at-least: 3}") == Verdict::Fail);
  CHECK(bounds("{at-most: 1}") == Verdict::Fail);
}

TEST_CASE("A relation that vanished fails an expectation, exists reads it", "[harness][expect]") {
  const auto script = [](FakeTestbed& testbed) {
    testbed.at(sim::seconds(2), [&testbed] { testbed.remove_relation(); });
  };
  CHECK(
      play_on_mirror("  - {wait: 3 s}\n  - {expect: {$mirror.exists: false}}\n", script).verdict ==
      Verdict::Pass);
  const auto record =
      play_on_mirror("  - {wait: 3 s}\n  - {expect: {$mirror.CopyState: {not: Split}}}\n", script);
  REQUIRE(record.failures.size() == 1);
  CHECK(record.failures[0].seen.find("is gone") != std::string::npos);
}

// EVIDENCE: rulings/R7 merged view: the source where generations agree
TEST_CASE("endpoint reads one array's view, without it the merged one", "[harness][expect]") {
  const auto script = [](FakeTestbed& testbed) {
    testbed.at(sim::seconds(2),
               [&testbed] { testbed.change_endpoint("west", CopyState::Partitioned, 112); });
  };
  const auto record = play_on_mirror(
      "  - {wait: 3 s}\n  - {expect: {$mirror.CopyState: Partitioned}, endpoint: west}\n"
      "  - {expect: {$mirror.CopyState: {never: Partitioned}}}\n"
      "  - {expect: {$mirror.CopyState: {passes: [Partitioned]}}, endpoint: west}\n",
      script);
  CHECK(record.verdict == Verdict::Pass);
}

TEST_CASE("Contents are compared block by block along references", "[harness][expect]") {
  const std::string write = "  - {write: east/vol1, offset: 12 KiB, length: 8 KiB}\n";
  const std::string expect = "  - {expect: {$mirror.SyncedElement.content: east/vol1.content}}\n";
  const auto mirrored = [](FakeTestbed& testbed) { testbed.mirrored = true; };
  CHECK(play_on_mirror(write + expect, mirrored).verdict == Verdict::Pass);
  const auto record = play_on_mirror(write + expect);
  REQUIRE(record.failures.size() == 1);
  CHECK(record.failures[0].seen ==
        "2 blocks differ; the first is block 3: never written | write 1 of host 1");
}

// EVIDENCE: language.md/5 save: a content is kept as it is now
TEST_CASE("A saved content stays as it was", "[harness][expect]") {
  const std::string steps =
      "  - {write: east/vol1, offset: 0 B, length: 4 KiB}\n"
      "  - {save: {east/vol1.content: $then}}\n"
      "  - {expect: {east/vol1.content: $then}}\n"
      "  - {write: east/vol1, offset: 64 KiB, length: 4 KiB}\n"
      "  - {expect: {east/vol1.content: ";
  CHECK(play_on_mirror(steps + "{not: $then}}}\n").verdict == Verdict::Pass);
  CHECK(play_on_mirror(steps + "$then}}\n").verdict == Verdict::Fail);
}

// EVIDENCE: language.md/4 always
TEST_CASE("always is judged at every change from the birth of its references",
          "[harness][expect]") {
  const auto record = play_on_mirror("  - {wait: 20 s}\n", synchronise_at_5s_fracture_at_9s,
                                     "always: {$mirror.CopyState: {not: Fractured}}\n");
  REQUIRE(record.failures.size() == 1);
  CHECK(record.failures[0].rule == "always");
  REQUIRE(record.failures[0].step.size() == 1);
  CHECK(record.failures[0].step[0].text.starts_with("always: "));
  CHECK(record.failures[0].at_ns == 9'000'000'000);
  CHECK(record.simulated_ns == 9'000'000'000);
  const auto good = play_on_mirror("  - {wait: 8 s}\n", synchronise_at_5s_fracture_at_9s,
                                   "always: {$mirror.CopyState: {not: Fractured}}\n");
  CHECK(good.verdict == Verdict::Pass);
}

// EVIDENCE: language.md, section 4: always, from the birth of its references to the end
TEST_CASE("always waits for the first value of a statistic", "[harness][expect]") {
  const std::string load =
      "  - {workload: sequential, as: $load, host: h1, volume: east/vol1, size: 4 KiB, rate: 10/s, "
      "for: 1 s}\n  - {wait: 3 s}\n";
  const auto within = [&](const std::string& most) {
    return play_on_mirror(load, {}, "always: {$load.latency.p99: {at-most: " + most + "}}\n");
  };
  CHECK(within("20 ms").verdict == Verdict::Pass);
  CHECK(within("1 us").failures.at(0).rule == "always");
  CHECK(play_on_mirror(load, {}, "always: {$load.first-ack: {at-most: 1 s}}\n").verdict ==
        Verdict::Pass);
}

TEST_CASE("each condition of always is judged from the birth of its own references",
          "[harness][expect]") {
  const auto record = play_on_mirror(
      "  - {wait: 20 s}\n"
      "  - {workload: sequential, as: $load, host: h1, volume: east/vol1, rate: 10/s, for: 1 s}\n"
      "  - {wait: 2 s}\n",
      synchronise_at_5s_fracture_at_9s,
      "always: {$mirror.CopyState: {not: Fractured}, $load.errors: 0}\n");
  REQUIRE(record.failures.size() == 1);
  CHECK(record.failures[0].at_ns == 9'000'000'000);
}

TEST_CASE("copied and indications count in the window of since", "[harness][expect]") {
  const auto script = [](FakeTestbed& testbed) {
    testbed.at(sim::seconds(1), [&testbed] { testbed.copied(10, trace::CopyReason::FirstCopy); });
    testbed.at(sim::seconds(3), [&testbed] {
      testbed.copied(4, trace::CopyReason::Resync);
      testbed.copied(100, trace::CopyReason::Mirror);
      testbed.change_state(CopyState::Synchronized, copy_complete);
    });
  };
  const auto record = play_on_mirror(
      "  - {wait: 2 s}\n  - {wait: 2 s, as: $w}\n"
      "  - {expect: {$mirror.copied: 16 KiB, $mirror.indications: 2}, since: $w}\n"
      "  - {expect: {$mirror.copied: 56 KiB}}\n",
      script);
  CHECK(record.verdict == Verdict::Pass);
}

// EVIDENCE: rulings/R8 the loss set is computed by the harness from the ledger
TEST_CASE("lost is what the source acknowledged and the target did not have at the failover",
          "[harness][expect]") {
  const auto record = play_on_mirror(
      "  - {write: east/vol1, offset: 0 B, length: 16 KiB}\n"
      "  - {write: east/vol1, offset: 8 KiB, length: 8 KiB}\n"
      "  - {expect: {$mirror.lost: 0 B}}\n  - {wait: 10 s}\n"
      "  - {expect: {$mirror.lost: 16 KiB, $mirror.lost-age: {at-least: 4 s, at-most: 5 s}}}\n"
      "  - {write: west/pool1-1, offset: 0 B, length: 64 KiB}\n"
      "  - {expect: {$mirror.lost: 16 KiB}}\n",
      [](FakeTestbed& testbed) {
        testbed.at(sim::seconds(5), [&testbed] {
          testbed.change_endpoint("west", CopyState::Failedover,
                                  cim::number(cim::Operation::Failover));
        });
      });
  for (const auto& failure : record.failures) FAIL(failure.message << ": " << failure.seen);
  CHECK(record.verdict == Verdict::Pass);
  REQUIRE(record.losses.size() == 1);
  CHECK(record.losses[0].relation == "east/vol1->west/pool1-1");
  CHECK(record.losses[0].bytes == 16384);
  CHECK(record.losses[0].writes == 2);
}

}  // namespace replsim::harness
