// Dirty tracking: bits, extents, and what of it is stable.
#include "model/engine/dirty_bitmap.h"

#include <algorithm>
#include <set>

#include "sim/chance.h"
#include "tests/catch.h"

namespace replsim::engine {
namespace {

constexpr std::uint64_t none = UINT64_MAX;

TEST_CASE("a bit stands for a granule: blocks set every granule they touch", "[engine][bitmap]") {
  DirtyBitmap bitmap(16);
  CHECK(bitmap.empty());
  bitmap.set_blocks(15, 2);
  CHECK(bitmap.count() == 2);
  CHECK(bitmap.test(0));
  CHECK(bitmap.test(1));
  CHECK_FALSE(bitmap.test(2));
  CHECK(bitmap.any(31, 1));
  CHECK_FALSE(bitmap.any(32, 16));
  CHECK(bitmap.any(0, 1000));
  bitmap.set_blocks(3, 1);
  CHECK(bitmap.count() == 2);
  bitmap.clear(0);
  bitmap.clear(0);
  CHECK(bitmap.count() == 1);
  CHECK(bitmap.next(0) == 1);
  CHECK(bitmap.next(2) == none);
  bitmap.clear_all();
  CHECK(bitmap.empty());
  CHECK(bitmap.next(0) == none);
  bitmap.set_blocks(5, 0);
  CHECK(bitmap.empty());
}

TEST_CASE("extents join neighbours and end with the volume", "[engine][bitmap]") {
  DirtyBitmap bitmap(16);
  for (const std::uint64_t granule : {0u, 1u, 3u, 6u, 9u}) bitmap.set(granule);
  CHECK(bitmap.extents(100) ==
        std::vector<Extent>{{0, 32}, {48, 16}, {96, 4}});  // granule 9 lies behind the end
}

TEST_CASE("bits of distant places cost two pages, not a volume", "[engine][bitmap]") {
  DirtyBitmap bitmap(16);
  bitmap.set(0);
  bitmap.set(std::uint64_t{1} << 40);
  CHECK(bitmap.pages_to_write().size() == 2);
  CHECK(bitmap.next(1) == std::uint64_t{1} << 40);
}

TEST_CASE("a bit is stable only when its page was written with it", "[engine][bitmap]") {
  // EVIDENCE: invariants/A12: the stable bitmaps cover every difference at every crash instant
  DirtyBitmap bitmap(1);
  const std::uint64_t far = DirtyBitmap::bits_a_page + 5;
  bitmap.set(3);
  bitmap.set(far);
  CHECK_FALSE(bitmap.stably_set(3, 1));
  CHECK(bitmap.pages_lacking(3, 1) == std::vector<std::uint32_t>{0});
  CHECK(bitmap.pages_lacking(3, far - 2) == std::vector<std::uint32_t>{0, 1});
  const DirtyBitmap::Page written = bitmap.page(0);
  bitmap.set(4);  // after the page was handed to the disk
  bitmap.page_is_stable(0, written);
  CHECK(bitmap.stably_set(3, 1));
  CHECK_FALSE(bitmap.stably_set(4, 1));
  CHECK_FALSE(bitmap.stably_set(3, 2));
  CHECK(bitmap.pages_lacking(3, 2) == std::vector<std::uint32_t>{0});
  CHECK(bitmap.pages_to_write() == std::vector<std::uint32_t>{0, 1});
}

TEST_CASE("a cleared bit stays in the records until its page is written again",
          "[engine][bitmap]") {
  // EVIDENCE: data_plane/5: clear a bit only after the target acked that block stably
  DirtyBitmap bitmap(1);
  bitmap.set(3);
  bitmap.page_is_stable(0, bitmap.page(0));
  CHECK(bitmap.pages_to_write().empty());
  bitmap.clear(3);
  CHECK_FALSE(bitmap.stably_set(3, 1));
  CHECK(bitmap.pages_to_write() == std::vector<std::uint32_t>{0});
  CHECK(bitmap.stable_pages() == std::vector<std::uint32_t>{0});
  bitmap.page_is_stable(0, bitmap.page(0));
  CHECK(bitmap.pages_to_write().empty());
}

TEST_CASE("a restart finds the bits of the pages, and nothing to write", "[engine][bitmap]") {
  DirtyBitmap before(16);
  for (const std::uint64_t granule : {0u, 63u, 64u, 2047u, 2048u, 9000u}) before.set(granule);
  DirtyBitmap after(16);
  for (const std::uint32_t page : before.pages_to_write()) after.load(page, before.page(page));
  CHECK(after.count() == 6);
  CHECK(after.extents(none) == before.extents(none));
  CHECK(after.pages_to_write().empty());
  CHECK(after.stably_set(9000 * 16, 16));
}

TEST_CASE("the bitmap behaves as a set of granules, in memory and on the disk",
          "[engine][bitmap]") {
  sim::Stream stream(7, "bitmap", "random");
  DirtyBitmap bitmap(4);
  std::set<std::uint64_t> model;
  std::set<std::uint64_t> stable;
  const std::uint64_t granules = DirtyBitmap::bits_a_page * 3;
  for (int step = 0; step < 4000; ++step) {
    const std::uint64_t granule = stream.below(granules);
    const std::uint64_t action = stream.below(10);
    if (action < 5) {
      const std::uint64_t blocks = stream.below(40) + 1;
      bitmap.set_blocks(granule * 4 + 1, blocks);
      for (std::uint64_t g = granule; g <= (granule * 4 + blocks) / 4; ++g) model.insert(g);
    } else if (action < 9) {
      bitmap.clear(granule);
      model.erase(granule);
    } else {
      const auto page = static_cast<std::uint32_t>(stream.below(4));
      const std::uint64_t first = page * DirtyBitmap::bits_a_page;
      bitmap.page_is_stable(page, bitmap.page(page));
      std::erase_if(stable, [&](std::uint64_t g) {
        return g >= first && g < first + DirtyBitmap::bits_a_page;
      });
      for (const std::uint64_t g : model) {
        if (g >= first && g < first + DirtyBitmap::bits_a_page) stable.insert(g);
      }
    }
    const auto next = model.lower_bound(granule);
    REQUIRE(bitmap.count() == model.size());
    REQUIRE(bitmap.test(granule) == model.contains(granule));
    REQUIRE(bitmap.next(granule) == (next == model.end() ? none : *next));
    REQUIRE(bitmap.stably_set(granule * 4, 4) ==
            (model.contains(granule) && stable.contains(granule)));
    const bool lacks = model.contains(granule) && !stable.contains(granule);
    REQUIRE(bitmap.pages_lacking(granule * 4, 4).size() == (lacks ? 1u : 0u));
  }
}

}  // namespace
}  // namespace replsim::engine
