// What a wall clock shows under its faults.
// EVIDENCE: anchors/fault_catalogue.md/Clock; DESIGN.md/2 (overlaps compose)
#include "sim/wall_clock.h"

#include <cstdint>

#include "tests/catch.h"

namespace replsim::sim {
namespace {

constexpr std::int64_t one_second = 1'000'000'000;

Instant after(std::int64_t count) {
  return Instant{seconds(count)};
}

TEST_CASE("a clock shows its offset and what it gained by drift", "[sim][clock]") {
  CHECK(WallClock{}.at(after(7)) == 7 * one_second);
  CHECK(WallClock(seconds(-10), 0).at(after(7)) == -3 * one_second);
  // 1 % of 30 days, exactly.
  CHECK(WallClock(seconds(0), 10'000'000).at(after(2'592'000)) == 2'617'920 * one_second);
  CHECK(WallClock(seconds(0), -10'000'000).at(after(100)) == 99 * one_second);
}

TEST_CASE("faults of a clock add up, and lifting one sets right what it made", "[sim][clock]") {
  WallClock clock(seconds(1), 0);
  clock.add_fault({.id = {1}, .begun = after(10), .add = seconds(100)});
  clock.add_fault({.id = {2}, .begun = after(10), .drift_ppb = 500'000'000});
  CHECK(clock.at(after(20)) == (20 + 1 + 100 + 5) * one_second);
  clock.remove_fault({1});
  CHECK(clock.at(after(20)) == (20 + 1 + 5) * one_second);
  clock.add_fault({.id = {3}, .begun = after(20), .frozen = true});
  CHECK(clock.at(after(50)) == (20 + 1 + 5) * one_second);
  clock.remove_fault({2});
  CHECK(clock.at(after(50)) == (20 + 1) * one_second);
  clock.jump(seconds(-5));
  CHECK(clock.at(after(50)) == (20 - 4) * one_second);
  clock.remove_fault({3});
  CHECK(clock.at(after(50)) == (50 - 4) * one_second);
}

}  // namespace
}  // namespace replsim::sim
