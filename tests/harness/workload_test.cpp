// Workloads: arrival, ranges, counting, draining; and their metrics.
#include "harness/workload.h"

#include "harness/metric_statistic.h"
#include "tests/catch.h"
#include "tests/harness/play.h"

namespace replsim::harness {
namespace {

using record::Verdict;

std::string first_problem(const record::ScenarioRecord& record) {
  if (record.failures.empty()) return record.reason;
  return record.failures[0].message + ": " + record.failures[0].seen;
}

}  // namespace

// EVIDENCE: language.md/5 rate: open loop
TEST_CASE("I/O n of an open loop is due at start + n / rate, exactly", "[harness][workload]") {
  const Rate third{.of = Rate::Of::Events, .per_second = 3};
  CHECK(due(third, 4096, 0) == sim::Duration{0});
  CHECK(due(third, 4096, 1) == sim::Duration{333'333'333});
  CHECK(due(third, 4096, 3) == sim::seconds(1));
  CHECK(due(third, 4096, 3'000'000'000) == sim::seconds(1'000'000'000));
  const Rate bytes{.of = Rate::Of::Bytes, .per_second = 8192};
  CHECK(due(bytes, 4096, 5) == sim::milliseconds(2500));
}

TEST_CASE("A rate issues on time and counts what is answered", "[harness][workload]") {
  const auto played = play(
      "  - {workload: sequential, as: $w, host: h1, volume: east/vol1, size: 8 KiB, "
      "rate: 100/s, for: 2 s}\n  - {wait: 3 s}\n"
      "  - {expect: {$w.acknowledged: 200, $w.errors: 0, $w.skipped: 0, $w.done: true, "
      "$w.latency.max: {at-least: 1 ms, at-most: 1.01 ms}, $w.throughput: {at-least: 99/s, "
      "at-most: 100/s}, $w.throughput.max: 100/s}}\n");
  INFO(first_problem(played.record));
  CHECK(played.record.verdict == Verdict::Pass);
  const auto& ios = played.testbed->ios;
  REQUIRE(ios.size() == 200);
  CHECK(ios[0] == std::pair<std::int64_t, std::string>{0, "h1 write east/vol1 0+2"});
  CHECK(ios[7] == std::pair<std::int64_t, std::string>{70'000'000, "h1 write east/vol1 14+2"});
}

TEST_CASE("A depth keeps so many I/Os under way", "[harness][workload]") {
  const auto played = play(
      "  - {workload: random, as: $w, host: h1, volume: east/vol1, size: 4 KiB, depth: 4, "
      "for: 1 s}\n  - {wait: 2 s}\n  - {expect: {$w.acknowledged: 4000}}\n");
  INFO(first_problem(played.record));
  CHECK(played.record.verdict == Verdict::Pass);
}

// EVIDENCE: language.md/5 a workload ends when its last I/O is answered
TEST_CASE("stop drains what is under way and twice does nothing", "[harness][workload]") {
  const auto played = play(
      "  - {workload: random, as: $w, host: h1, volume: east/vol1, size: 4 KiB, rate: 10/s}\n"
      "  - {wait: 950 ms}\n  - {stop: $w}\n  - {stop: $w}\n  - {expect: {$w.done: true, "
      "$w.acknowledged: 10}}\n",
      [](FakeTestbed& testbed) { testbed.io_times["east/vol1"] = sim::milliseconds(500); });
  INFO(first_problem(played.record));
  CHECK(played.record.verdict == Verdict::Pass);
  CHECK(played.record.simulated_ns == 1'400'000'000);  // the I/O of 900 ms is answered
}

TEST_CASE("A workload stays in its range, and reads and writes by its share",
          "[harness][workload]") {
  const auto played = play(
      "  - {workload: random, host: h1, volume: east/vol1, size: 4 KiB, depth: 1, read: 30%, "
      "range: 1 MiB .. 2 MiB, for: 2 s}\n  - {wait: 3 s}\n");
  std::size_t reads = 0;
  for (const auto& [time, text] : played.testbed->ios) {
    const std::uint64_t lba = std::stoull(text.substr(text.rfind(' ') + 1));
    REQUIRE(lba >= 256);
    REQUIRE(lba < 512);
    if (text.find(" read ") != std::string::npos) ++reads;
  }
  REQUIRE(played.testbed->ios.size() == 2000);
  CHECK(reads > 520);
  CHECK(reads < 680);
}

// EVIDENCE: language.md/11 hot: 10% = that share of the range gets 90% of the I/O
TEST_CASE("A hotspot gets nine tenths of the I/O", "[harness][workload]") {
  const auto played = play(
      "  - {workload: hotspot, host: h1, volume: east/vol1, size: 4 KiB, depth: 1, hot: 10%, "
      "range: 0 B .. 4 MiB, for: 2 s}\n  - {wait: 3 s}\n");
  std::size_t hot = 0;
  for (const auto& [time, text] : played.testbed->ios) {
    if (std::stoull(text.substr(text.rfind(' ') + 1)) < 102) ++hot;
  }
  REQUIRE(played.testbed->ios.size() == 2000);
  CHECK(hot > 1740);
  CHECK(hot < 1860);
}

TEST_CASE("Another workload does not shift the draws of the first", "[harness][workload]") {
  const std::string first =
      "  - {workload: random, as: $a, host: h1, volume: east/vol1, size: 4 KiB, rate: 50/s, "
      "for: 1 s}\n";
  const std::string second =
      "  - {workload: random, as: $b, host: h1, volume: east/vol2, size: 4 KiB, rate: 50/s, "
      "for: 1 s}\n";
  const auto lbas = [](const Played& played) {
    std::vector<std::string> texts;
    for (const auto& [time, text] : played.testbed->ios) {
      if (text.find("east/vol1") != std::string::npos) texts.push_back(text);
    }
    return texts;
  };
  const auto alone = lbas(play(first + "  - {wait: 2 s}\n"));
  REQUIRE(alone.size() == 50);
  CHECK(alone == lbas(play(second + first + "  - {wait: 2 s}\n")));
}

// EVIDENCE: language.md/7 first-ack since $disaster is the RTO as its host feels it
TEST_CASE("first-ack counts from the window's start", "[harness][workload]") {
  const auto played = play(
      "  - {workload: random, as: $w, host: h1, volume: east/vol1, size: 4 KiB, rate: 100/s}\n"
      "  - {wait: 5 s, as: $disaster}\n  - {wait: 10 s}\n"
      "  - {expect: {$w.first-ack: {at-least: 2 s, at-most: 2.02 s}, "
      "$w.errors: {at-least: 198, at-most: 202}}, since: $disaster}\n  - {stop: $w}\n",
      [](FakeTestbed& testbed) {
        testbed.io_answers["east/vol1"] = trace::IoAnswer::Refused;
        testbed.at(sim::seconds(2),
                   [&testbed] { testbed.io_answers["east/vol1"] = trace::IoAnswer::Ok; });
      });
  INFO(first_problem(played.record));
  CHECK(played.record.verdict == Verdict::Pass);
}

TEST_CASE("A closed loop that is refused at once passes time", "[harness][workload]") {
  const auto played = play(
      "  - {workload: random, as: $w, host: h1, volume: east/vol1, size: 4 KiB, depth: 1, "
      "for: 100 ms}\n  - {wait: 1 s}\n  - {expect: {$w.errors: 100}}\n",
      [](FakeTestbed& testbed) {
        testbed.io_answers["east/vol1"] = trace::IoAnswer::Refused;
        testbed.io_times["east/vol1"] = sim::Duration{0};
      });
  INFO(first_problem(played.record));
  CHECK(played.record.verdict == Verdict::Pass);
}

TEST_CASE("Statistics rank sorted values", "[harness][workload]") {
  std::vector<std::uint64_t> values;
  for (std::uint64_t i = 1; i <= 1000; ++i) values.push_back(i);
  CHECK(statistic_of(values, Statistic::P50) == 500u);
  CHECK(statistic_of(values, Statistic::P99) == 990u);
  CHECK(statistic_of(values, Statistic::P999) == 999u);
  CHECK(statistic_of(values, Statistic::Mean) == 500u);
  CHECK_FALSE(statistic_of({}, Statistic::Max));
  Histogram histogram;
  for (const std::uint64_t value : values) histogram.add(value * 1000);
  CHECK(histogram.quantile(500) >= 500'000);
  CHECK(histogram.quantile(500) <= 504'000);
  CHECK(histogram.max() >= 1'000'000);
  CHECK(histogram.max() <= 1'008'000);
  CHECK(histogram.mean() == 500'500);
}

}  // namespace replsim::harness
