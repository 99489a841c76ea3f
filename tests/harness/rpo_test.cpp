// RPO: which writes count, as the ends of a relation change; and statistics of its course.
#include "harness/rpo.h"

#include "harness/run_history.h"
#include "tests/catch.h"
#include "tests/harness/check_fake.h"

namespace replsim::harness::fake {
namespace {

using cim::CopyState;
using cim::Operation;
using sim::milliseconds;
using sim::seconds;

/// The fake world under a tracker instead of checkers.
struct Bench {
  FakeWorld world;
  RunHistory history{world.world(), world, *world.ledger};
  std::unique_ptr<RpoTracker> tracker;

  Bench() {
    world.checkers.reset();
    world.world().trace().add_observer(history);
    tracker = std::make_unique<RpoTracker>(world, *world.ledger, history, true);
    world.synchronize();
  }
  ~Bench() {
    tracker.reset();
    world.world().trace().remove_observer(history);
  }

  sim::Instant now() { return world.world().now(); }
  /// Since when the oldest absent write is acknowledged; `never` when there is none.
  sim::Instant oldest() { return tracker->now(FakeWorld::pair)->oldest; }
  std::uint64_t blocks() { return tracker->now(FakeWorld::pair)->bytes / 4096; }
  std::uint64_t age(Statistic statistic, sim::Instant since = before_all) {
    return rpo_statistic(*tracker->course(FakeWorld::pair), since, now(), statistic);
  }
  /// A write that the source alone has; gives the time of its acknowledgement.
  sim::Instant at_source(std::uint64_t stamp, std::uint64_t lba) {
    world.local(world.source, stamp, lba);
    return now();
  }
  void at_target(std::uint64_t stamp, std::uint64_t lba) {
    world.wait();
    world.apply(world.target, stamp, lba);
  }
};

std::uint64_t ns(sim::Duration duration) {
  return static_cast<std::uint64_t>(sim::ns(duration));
}

}  // namespace

// EVIDENCE: rulings R9: RPO = age of the oldest acknowledged write that is not on the target
TEST_CASE("the oldest acknowledged write that the target lacks counts, and no other",
          "[harness][rpo]") {
  Bench bench;
  bench.world.replicated(w(1), 3);
  CHECK(bench.oldest() == never);
  const sim::Instant first = bench.at_source(w(2), 3);
  const sim::Instant second = bench.at_source(w(3), 4);
  const sim::Instant third = bench.at_source(w(4), 3);
  REQUIRE(first < second);
  CHECK(bench.oldest() == first);
  CHECK(bench.blocks() == 2);
  bench.at_target(w(2), 3);  // its first version only
  CHECK(bench.oldest() == second);
  bench.at_target(w(3), 4);
  CHECK(bench.oldest() == third);
  CHECK(bench.blocks() == 1);
  bench.at_target(w(4), 3);
  CHECK(bench.oldest() == never);
  CHECK(bench.blocks() == 0);
}

TEST_CASE("a later write that arrives does not hide an earlier one that is absent",
          "[harness][rpo]") {
  Bench bench;
  const sim::Instant first = bench.at_source(w(1), 3);
  bench.at_source(w(2), 4);
  bench.at_target(w(2), 4);
  CHECK(bench.oldest() == first);
}

TEST_CASE("an overwritten write that never crossed counts from its own acknowledgement",
          "[harness][rpo]") {
  Bench bench;
  const sim::Instant first = bench.at_source(w(1), 3);
  bench.at_source(w(2), 3);
  CHECK(bench.oldest() == first);
  bench.at_target(w(2), 3);
  CHECK(bench.oldest() == never);
}

TEST_CASE("what no host was told does not count", "[harness][rpo]") {
  Bench bench;
  bench.world.submit(bench.world.source, w(1), 3);
  bench.world.apply(bench.world.source, w(1), 3);
  CHECK(bench.oldest() == never);
  bench.world.acknowledge(bench.world.source, w(1), 3, 1, trace::IoAnswer::Error);
  CHECK(bench.oldest() == never);
  bench.world.acknowledge(bench.world.source, w(1), 3);
  CHECK(bench.oldest() == bench.now());
}

TEST_CASE("a write in step that was under a host's own at the target does not count again",
          "[harness][rpo]") {
  Bench bench;
  bench.world.replicated(w(1), 3);
  bench.world.fracture();
  bench.world.local(bench.world.target, w(2), 3);
  CHECK(bench.oldest() == never);
  const sim::Instant meanwhile = bench.at_source(w(3), 4);
  bench.world.local(bench.world.target, w(4), 4);  // over nothing: the source's never came
  CHECK(bench.oldest() == meanwhile);
}

// EVIDENCE: rulings R6: a copy against the direction takes what the source had
TEST_CASE("writes that a copy back took from the source count no more", "[harness][rpo]") {
  Bench bench;
  bench.world.fracture();
  const sim::Instant before = bench.at_source(w(1), 3);
  CHECK(bench.oldest() == before);
  bench.world.wait();
  bench.world.apply(bench.world.source, 0, 3);  // what the target has
  CHECK(bench.oldest() == never);
}

TEST_CASE("the course is kept exactly: extremes, mean and quantiles by time", "[harness][rpo]") {
  const sim::Instant begin{};
  // 10 s nothing, then a write of second 10 absent until second 20, then nothing for 20 s.
  const std::vector<RpoPoint> course = {{begin, never, 0},
                                        {begin + seconds(10), begin + seconds(10), 4096},
                                        {begin + seconds(20), never, 0}};
  const sim::Instant end = begin + seconds(40);
  const auto age = [&](Statistic statistic, sim::Instant since) {
    return rpo_statistic(course, since, end, statistic);
  };
  CHECK(age(Statistic::Max, begin) == ns(seconds(10)));
  CHECK(age(Statistic::Min, begin) == 0);
  CHECK(age(Statistic::Mean, begin) == ns(milliseconds(1250)));  // 10 s * 5 s / 40 s
  CHECK(age(Statistic::P50, begin) == 0);
  // 1 % of 40 s is above it: the last 400 ms of the climb.
  CHECK(age(Statistic::P99, begin) == ns(milliseconds(9600)));
  CHECK(age(Statistic::P999, begin) == ns(milliseconds(9960)));
  CHECK(age(Statistic::Max, begin + seconds(20)) == 0);
  CHECK(age(Statistic::Min, begin + seconds(15)) == 0);
  CHECK(rpo_statistic(course, begin + seconds(12), begin + seconds(16), Statistic::Min) ==
        ns(seconds(2)));
  CHECK(rpo_statistic(course, begin + seconds(12), begin + seconds(16), Statistic::Max) ==
        ns(seconds(6)));
  CHECK(rpo_bytes_statistic(course, begin, end, Statistic::Max) == 4096);
  CHECK(rpo_bytes_statistic(course, begin, end, Statistic::Mean) == 1024);
  CHECK(rpo_bytes_statistic(course, begin, end, Statistic::P50) == 0);
  CHECK(rpo_bytes_statistic(course, begin, end, Statistic::P99) == 4096);
  CHECK(rpo_statistic({}, begin, end, Statistic::Max) == 0);
}

TEST_CASE("the tracker's course is what happened", "[harness][rpo]") {
  Bench bench;
  const sim::Instant acknowledged = bench.at_source(w(1), 3);
  bench.world.wait(seconds(2));
  CHECK(bench.age(Statistic::Max) == ns(seconds(2)));
  bench.at_target(w(1), 3);
  const sim::Instant arrived = bench.now();
  bench.world.wait(seconds(5));
  CHECK(bench.age(Statistic::Max) == ns(arrived - acknowledged));
  CHECK(bench.age(Statistic::Max, arrived + milliseconds(1)) == 0);
}

}  // namespace replsim::harness::fake
