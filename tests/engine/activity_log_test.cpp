// The activity log: marks, their stability, eviction, restart.
#include "model/engine/activity_log.h"

#include <algorithm>

#include "tests/catch.h"

namespace replsim::engine {
namespace {

constexpr std::uint64_t everything = UINT64_MAX / 2;

std::vector<std::uint64_t> marked(const ActivityLog& log) {
  std::vector<std::uint64_t> out;
  for (const Extent& extent : log.stable_extents(everything)) {
    out.push_back(extent.lba / log.extent_blocks());
  }
  return out;
}

TEST_CASE("a mark is stable only when its page was written with it", "[engine][activity]") {
  // EVIDENCE: data_plane/2: extents are stably marked before the write starts
  ActivityLog log(1024);
  CHECK(log.extent_of(1023) == 0);
  CHECK(log.extent_of(1024) == 1);
  CHECK_FALSE(log.find(7));
  const auto slot = log.mark(7);
  REQUIRE(slot);
  CHECK(log.find(7) == slot);
  CHECK_FALSE(log.stable(*slot));
  CHECK(log.stable_extents(everything).empty());
  const ActivityLog::Page page = log.page(0);
  const auto second = log.mark(9);  // after the page was handed to the disk
  REQUIRE(second);
  log.page_is_stable(0, page);
  CHECK(log.stable(*slot));
  CHECK_FALSE(log.stable(*second));
  CHECK(marked(log) == std::vector<std::uint64_t>{7});
  CHECK(log.pages_to_write() == std::vector<std::uint32_t>{0});
  log.page_is_stable(0, log.page(0));
  CHECK(log.stable(*second));
  CHECK(log.pages_to_write().empty());
}

TEST_CASE("an idle extent stays marked: the next write to it needs no metadata write",
          "[engine][activity]") {
  ActivityLog log(1024);
  const auto slot = log.mark(7);
  REQUIRE(slot);
  log.enter(*slot);
  log.page_is_stable(0, log.page(0));
  log.leave(*slot);
  CHECK(log.find(7) == slot);
  CHECK(log.stable(*slot));
}

TEST_CASE("a full log gives up the idle extent of longest ago, never a busy one",
          "[engine][activity]") {
  ActivityLog log(1024);
  for (std::uint64_t extent = 0; extent < ActivityLog::slots; ++extent) {
    const auto slot = log.mark(extent);
    REQUIRE(slot);
    log.enter(*slot);
  }
  CHECK_FALSE(log.mark(5000));  // all are busy
  for (std::uint32_t page = 0; page < ActivityLog::pages; ++page) {
    log.page_is_stable(page, log.page(page));
  }
  for (const std::uint64_t extent : {300u, 20u, 1000u}) log.leave(*log.find(extent));
  const std::uint32_t place = *log.find(300);
  const auto taken = log.mark(5000);
  REQUIRE(taken);
  CHECK(*taken == place);
  CHECK_FALSE(log.find(300));
  CHECK_FALSE(log.stable(*taken));  // the page still says 300
  log.enter(*taken);
  const auto next = log.mark(5001);
  REQUIRE(next);
  CHECK_FALSE(log.find(20));
  CHECK(log.find(1000));
}

TEST_CASE("a mark that came into a place while its page was written is not stable",
          "[engine][activity]") {
  ActivityLog log(1024);
  for (std::uint64_t extent = 0; extent < ActivityLog::slots; ++extent) log.mark(extent);
  const ActivityLog::Page old = log.page(0);
  const auto slot = log.mark(5000);  // in the place of extent 0
  REQUIRE(slot == 0u);
  log.page_is_stable(0, old);
  CHECK_FALSE(log.stable(*slot));
  CHECK(log.stable(1));
  log.page_is_stable(0, log.page(0));
  CHECK(log.stable(*slot));
}

TEST_CASE("a restart knows the stable marks, and empties the records once they are merged",
          "[engine][activity]") {
  // EVIDENCE: data_plane/2: after a crash only marked extents are resynced
  ActivityLog before(1024);
  for (std::uint64_t extent = 0; extent < 200; ++extent) before.mark(3 * extent);
  ActivityLog after(1024);
  for (std::uint32_t page = 0; page < 2; ++page) after.load(page, before.page(page));
  const std::vector<std::uint64_t> known = marked(after);
  REQUIRE(known.size() == 200);
  CHECK(known[199] == 597);
  CHECK_FALSE(after.find(0));  // nothing is in flight now
  CHECK(after.pages_to_write() == std::vector<std::uint32_t>{0, 1});
  CHECK(after.stable_pages() == std::vector<std::uint32_t>{0, 1});
  for (const std::uint32_t page : after.pages_to_write()) {
    after.page_is_stable(page, after.page(page));
  }
  CHECK(after.stable_extents(everything).empty());
  CHECK(after.pages_to_write().empty());
}

TEST_CASE("the marked extents end with the volume", "[engine][activity]") {
  ActivityLog log(1024);
  log.mark(0);
  log.mark(2);
  log.mark(9);
  log.page_is_stable(0, log.page(0));
  CHECK(log.stable_extents(2100) == std::vector<Extent>{{0, 1024}, {2048, 52}});
}

TEST_CASE("a cleared log still knows what its records hold", "[engine][activity]") {
  ActivityLog log(1024);
  log.mark(4);
  log.page_is_stable(0, log.page(0));
  log.clear();
  CHECK_FALSE(log.find(4));
  CHECK(marked(log) == std::vector<std::uint64_t>{4});
  CHECK(log.pages_to_write() == std::vector<std::uint32_t>{0});
}

}  // namespace
}  // namespace replsim::engine
