// Fault steps and their triggers.
#include "tests/catch.h"
#include "tests/harness/play.h"

namespace replsim::harness {
namespace {

using record::Verdict;
using Log = std::vector<std::string>;

}  // namespace

// EVIDENCE: language.md/5 fault (background), for
TEST_CASE("A fault begins at its step, ends after for, and counts", "[harness][fault]") {
  const auto played = play(
      "  - {wait: 1 s}\n  - {fault: link.loss, as: $f, target: east-west, rate: 5%, for: 2 s}\n"
      "  - {expect: {$f.active: true}}\n  - {wait: 3 s}\n"
      "  - {expect: {$f.active: false, $f.fired: 1, $f.hits: 3}}\n");
  CHECK(played.record.verdict == Verdict::Pass);
  CHECK(played.testbed->log ==
        Log{"begin link.loss east-west @1.000 s", "end link.loss east-west @3.000 s"});
  REQUIRE(played.record.faults.size() == 1);
  CHECK(played.record.faults[0].name == "link.loss east-west");
  CHECK(played.record.faults[0].ended_ns == 3'000'000'000);
  CHECK(played.record.faults[0].hits == 3);
}

TEST_CASE("stop ends a fault, and twice does nothing", "[harness][fault]") {
  const auto played = play(
      "  - {fault: array.crash, as: $f, target: east}\n  - {wait: 1 s}\n  - {stop: $f}\n"
      "  - {stop: $f}\n  - {expect: {$f.active: false}}\n");
  CHECK(played.record.verdict == Verdict::Pass);
  CHECK(played.testbed->log ==
        Log{"begin array.crash east @0.000 s", "end array.crash east @1.000 s"});
}

TEST_CASE("every and times repeat a fault from its first activation", "[harness][fault]") {
  const auto played = play(
      "  - {fault: link.cut, as: $f, target: east-west, when: 1 s, for: 500 ms, every: 2 s, "
      "times: 2}\n  - {wait: 10 s}\n  - {expect: {$f.fired: 2}}\n");
  CHECK(played.record.verdict == Verdict::Pass);
  CHECK(played.testbed->log ==
        Log{"begin link.cut east-west @1.000 s", "end link.cut east-west @1.500 s",
            "begin link.cut east-west @3.000 s", "end link.cut east-west @3.500 s"});
}

TEST_CASE("when: at counts from the start of the run", "[harness][fault]") {
  const auto played = play(
      "  - {wait: 1 s}\n  - {fault: link.cut, target: east-west, when: {at: 3 s}, for: 1 s}\n"
      "  - {wait: 5 s}\n");
  CHECK(played.testbed->log.front() == "begin link.cut east-west @3.000 s");
}

// EVIDENCE: language.md/5 an expectation map: the first time that it is true
TEST_CASE("when: an expectation fires the first time that it is true", "[harness][fault]") {
  const auto played = play(
      "  - {fault: link.cut, target: east-west, when: {east/vol1.writes: {at-least: 3}}, "
      "for: 1 s}\n"
      "  - {workload: sequential, as: $w, host: h1, volume: east/vol1, size: 4 KiB, rate: 10/s, "
      "for: 1 s}\n  - {wait: 5 s}\n");
  CHECK(played.record.verdict == Verdict::Pass);
  CHECK(played.testbed->log.front() == "begin link.cut east-west @0.2005 s");
}

// EVIDENCE: language.md/5 {event: kind, on: entity, nth: n}
TEST_CASE("when: an event fires at the nth of its kind on its entity", "[harness][fault]") {
  const auto played = play(
      "  - {fault: array.crash, target: east, when: {event: host-write, on: east/vol2, nth: 3}, "
      "for: 1 s}\n"
      "  - {workload: sequential, host: h1, volume: east/vol1, size: 4 KiB, rate: 100/s, for: "
      "1 s}\n"
      "  - {workload: sequential, host: h1, volume: east/vol2, size: 4 KiB, rate: 10/s, for: "
      "1 s}\n  - {wait: 5 s}\n");
  CHECK(played.record.verdict == Verdict::Pass);
  CHECK(played.testbed->log.front() == "begin array.crash east @0.2005 s");
}

// EVIDENCE: language.md, section 5: {event: host-write, on: host}
TEST_CASE("when: a host's writes and acknowledgements are known by their stamps",
          "[harness][fault]") {
  for (const char* event : {"host-write", "host-ack"}) {
    CAPTURE(event);
    const auto played =
        play("  - {fault: array.crash, target: east, when: {event: " + std::string(event) +
                 ", on: h2, nth: 3}, for: 1 s}\n"
                 "  - {workload: sequential, host: h1, volume: east/vol1, size: 4 KiB, rate: "
                 "100/s, for: "
                 "1 s}\n"
                 "  - {workload: sequential, host: h2, volume: west/pool1-1, size: 4 KiB, rate: "
                 "10/s, for: "
                 "1 s}\n  - {wait: 5 s}\n",
             [](FakeTestbed& testbed) { testbed.make_relation(cim::CopyState::Synchronized); });
    INFO(played.record.reason);
    CHECK(played.record.verdict == Verdict::Pass);
    CHECK(played.testbed->log.front() == "begin array.crash east @0.2005 s");
  }
}

TEST_CASE("An array covers the events of what stands in it", "[harness][fault]") {
  const auto played = play(
      "  - {fault: array.crash, target: west, when: {event: state-change, on: west, nth: 2}, "
      "for: 1 s}\n  - {wait: 9 s}\n",
      [](FakeTestbed& testbed) {
        testbed.at(sim::seconds(1),
                   [&testbed] { testbed.make_relation(cim::CopyState::Synchronized); });
        testbed.at(sim::seconds(2),
                   [&testbed] { testbed.change_endpoint("east", cim::CopyState::Suspended, 22); });
        testbed.at(sim::seconds(3),
                   [&testbed] { testbed.change_endpoint("west", cim::CopyState::Suspended, 22); });
      });
  CHECK(played.testbed->log.front() == "begin array.crash west @3.000 s");
}

TEST_CASE("A chance of an event is drawn at each from the nth on", "[harness][fault]") {
  const auto played = play(
      "  - {fault: link.cut, target: east-west, when: {event: host-write, on: east/vol1, "
      "chance: 20%}, for: 1 s}\n"
      "  - {workload: sequential, host: h1, volume: east/vol1, size: 4 KiB, rate: 100/s, for: "
      "5 s}\n  - {wait: 9 s}\n");
  CHECK(played.record.verdict == Verdict::Pass);
  CHECK(played.testbed->log.size() == 2);
  CHECK(played.testbed->log.front() != "begin link.cut east-west @0.0005 s");
}

// EVIDENCE: language.md/5 a fault with .fired 0 fails the run unless may-miss
TEST_CASE("A fault that met nothing fails the run unless it may miss", "[harness][fault]") {
  const auto none = [](FakeTestbed& testbed) { testbed.fault_met = 0; };
  const auto missed = play(
      "  - {fault: link.loss, target: east-west, rate: 5%, for: 1 s}\n  - {wait: 2 s}\n", none);
  REQUIRE(missed.record.failures.size() == 1);
  CHECK(missed.record.failures[0].rule == "fault-missed");
  CHECK(missed.record.failures[0].line == 7);
  const auto may = play(
      "  - {fault: link.loss, target: east-west, rate: 5%, for: 1 s, may-miss: true}\n"
      "  - {wait: 2 s}\n",
      none);
  CHECK(may.record.verdict == Verdict::Pass);
  const auto unborn = play(
      "  - {fault: array.crash, target: east, when: {event: host-write, on: east/vol1}, for: 1 "
      "s}\n  - {wait: 2 s}\n");
  REQUIRE(unborn.record.failures.size() == 1);
  CHECK(unborn.record.failures[0].message.find("never began") != std::string::npos);
}

TEST_CASE("A fault that the testbed cannot make fails its step", "[harness][fault]") {
  const auto played = play("  - {fault: disk.full, target: west/d0, for: 1 s}\n  - {wait: 2 s}\n");
  REQUIRE(played.record.failures.size() == 1);
  CHECK(played.record.failures[0].rule == "fault");
  CHECK(played.record.failures[0].seen == "west/d0 is not modelled");
}

}  // namespace replsim::harness
