// Each kind of workload by its distribution. Counts of draws lie within four standard deviations of
// what the language says.
// EVIDENCE: language.md/5 workload, 11 hot
#include <algorithm>
#include <map>
#include <set>

#include "tests/catch.h"
#include "tests/harness/play.h"

namespace replsim::harness {
namespace {

using record::Verdict;

/// One I/O as the testbed saw it.
struct Io {
  std::int64_t at_ns = 0;
  bool read = false;
  std::string volume;
  std::uint64_t lba = 0;
};

std::vector<Io> ios_of(const Played& played) {
  std::vector<Io> ios;
  for (const auto& [time, text] : played.testbed->ios) {
    const std::size_t last = text.rfind(' ');
    const std::size_t before = text.rfind(' ', last - 1);
    ios.push_back({time, text.find(" read ") != std::string::npos,
                   text.substr(before + 1, last - before - 1), std::stoull(text.substr(last + 1))});
  }
  return ios;
}

bool near(std::int64_t count, std::int64_t expected, std::int64_t most) {
  return count >= expected - most && count <= expected + most;
}

std::string workload(const std::string& rest) {
  return "  - {workload: " + rest + "}\n  - {wait: 3 s}\n";
}

}  // namespace

TEST_CASE("sequential ascends around its range, over its volumes in turn", "[harness][workload]") {
  const auto ios = ios_of(play(
      workload("sequential, host: h1, volume: [east/vol1, east/vol2], size: 8 KiB, rate: 100/s, "
               "range: 1 MiB .. 1088 KiB, for: 1 s")));
  REQUIRE(ios.size() == 100);
  for (std::size_t i = 0; i < ios.size(); ++i) {
    CHECK(ios[i].volume == (i % 2 == 0 ? "east/vol1" : "east/vol2"));
    CHECK(ios[i].lba == 256 + i / 2 % 8 * 2);  // 64 KiB hold 8 I/Os of 2 blocks
  }
}

TEST_CASE("random spreads evenly over range, volumes and reads", "[harness][workload]") {
  const auto ios = ios_of(
      play(workload("random, host: h1, volume: [east/vol1, east/vol2], size: 4 KiB, rate: 1000/s, "
                    "read: 25%, range: 0 B .. 64 KiB, for: 2 s")));
  REQUIRE(ios.size() == 2000);
  std::map<std::uint64_t, int> slots;
  for (const Io& io : ios) ++slots[io.lba];
  CHECK(near(std::ranges::count_if(ios, &Io::read), 500, 78));
  CHECK(near(std::ranges::count(ios, "east/vol2", &Io::volume), 1000, 90));
  REQUIRE(slots.size() == 16);
  for (const auto& [lba, count] : slots) CHECK(near(count, 125, 44));
}

TEST_CASE("hotspot gives nine tenths to its share of the range", "[harness][workload]") {
  const auto ios = ios_of(
      play(workload("hotspot, host: h1, volume: east/vol1, size: 4 KiB, rate: 1000/s, hot: 25%, "
                    "range: 0 B .. 64 KiB, for: 2 s")));
  REQUIRE(ios.size() == 2000);
  CHECK(near(std::ranges::count_if(ios, [](const Io& io) { return io.lba < 4; }), 1800, 54));
}

TEST_CASE("dependent submits each write when the one before is acknowledged, over its volumes",
          "[harness][workload]") {
  const auto played = play(
      "  - {workload: dependent, as: $w, host: h1, volume: [east/vol1, east/vol2], size: 4 KiB, "
      "range: 0 B .. 16 KiB, for: 1 s}\n  - {wait: 3 s}\n"
      "  - {expect: {$w.acknowledged: 200, $w.errors: 0, $w.latency.max: {at-least: 9 ms}}}\n",
      [](FakeTestbed& testbed) { testbed.io_times["east/vol2"] = sim::milliseconds(9); });
  CHECK(played.record.verdict == Verdict::Pass);
  const auto ios = ios_of(played);
  REQUIRE(ios.size() == 200);
  for (std::size_t i = 0; i < ios.size(); ++i) {
    CHECK(ios[i].volume == (i % 2 == 0 ? "east/vol1" : "east/vol2"));
    CHECK(ios[i].lba == i / 2 % 4);
    CHECK(ios[i].at_ns == static_cast<std::int64_t>(i / 2 * 10 + i % 2) * 1'000'000);
  }
}

TEST_CASE("a dependent write that fails is submitted again before any other",
          "[harness][workload]") {
  const auto played = play(
      "  - {workload: dependent, as: $w, host: h1, volume: [east/vol1, east/vol2], size: 4 KiB, "
      "for: 1 s}\n  - {wait: 2 s}\n"
      "  - {expect: {$w.errors: 100, $w.acknowledged: 900}}\n",
      [](FakeTestbed& testbed) {
        testbed.io_answers["east/vol2"] = trace::IoAnswer::Error;
        testbed.at(sim::milliseconds(101),
                   [&testbed] { testbed.io_answers["east/vol2"] = trace::IoAnswer::Ok; });
      });
  CHECK(played.record.verdict == Verdict::Pass);
  const auto ios = ios_of(played);
  for (std::size_t i = 1; i <= 101; ++i) {
    CHECK(ios[i].volume == "east/vol2");
    CHECK(ios[i].lba == 0);
  }
  CHECK(ios[102].volume == "east/vol1");
}

TEST_CASE("chains of a depth do not wait for each other", "[harness][workload]") {
  const auto played = play(
      "  - {workload: dependent, as: $w, host: h1, volume: [east/vol1, east/vol2], size: 4 KiB, "
      "depth: 3, for: 1 s}\n  - {wait: 2 s}\n  - {expect: {$w.acknowledged: 3000}}\n");
  CHECK(played.record.verdict == Verdict::Pass);
  std::set<std::pair<std::string, std::uint64_t>> written;
  for (const Io& io : ios_of(played)) written.emplace(io.volume, io.lba);
  CHECK(written.size() == 3000);
}

TEST_CASE("a chain with a rate skips what is due while it waits", "[harness][workload]") {
  const auto played = play(
      "  - {workload: dependent, as: $w, host: h1, volume: east/vol1, size: 4 KiB, rate: 100/s, "
      "for: 1 s}\n  - {wait: 2 s}\n  - {expect: {$w.acknowledged: 34, $w.skipped: 66}}\n",
      [](FakeTestbed& testbed) { testbed.io_times["east/vol1"] = sim::milliseconds(25); });
  CHECK(played.record.verdict == Verdict::Pass);
  const auto ios = ios_of(played);
  REQUIRE(ios.size() == 34);
  for (std::size_t i = 0; i < ios.size(); ++i) {
    CHECK(ios[i].at_ns == static_cast<std::int64_t>(i) * 30'000'000);
    CHECK(ios[i].lba == i);
  }
}

// EVIDENCE: language.md/5 rate: whatever the answers take; depth: so many under way
TEST_CASE("an open loop goes on while nothing is answered, a closed one waits",
          "[harness][workload]") {
  const auto slow = [](FakeTestbed& testbed) { testbed.io_times["east/vol1"] = sim::seconds(10); };
  const auto open = play(
      workload("random, host: h1, volume: east/vol1, size: 4 KiB, rate: 100/s, for: 2 s"), slow);
  CHECK(ios_of(open).size() == 200);
  const auto closed =
      play(workload("random, host: h1, volume: east/vol1, size: 4 KiB, depth: 5, for: 2 s"), slow);
  CHECK(ios_of(closed).size() == 5);
  const auto full = play(
      "  - {workload: random, as: $w, host: h1, volume: east/vol1, size: 4 KiB, rate: 5000/s, "
      "for: 1 s}\n  - {wait: 2 s}\n  - {expect: {$w.skipped: 904, $w.done: false}}\n",
      slow);
  CHECK(full.record.verdict == Verdict::Pass);
  CHECK(ios_of(full).size() == 4096);
}

}  // namespace replsim::harness
