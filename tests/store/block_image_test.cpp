// The sparse image against a plain map, over random dense and sparse writes.
#include "model/store/block_image.h"

#include <map>
#include <vector>

#include "model/store/stamp.h"
#include "sim/chance.h"
#include "tests/catch.h"

using namespace replsim;
using store::BlockImage;
using store::Stamp;

namespace {

using Reference = std::map<std::uint64_t, Stamp>;

void write_both(BlockImage& image, Reference& reference, std::uint64_t lba, std::uint64_t blocks,
                Stamp stamp) {
  image.write(lba, blocks, stamp);
  for (std::uint64_t i = 0; i < blocks; ++i) {
    if (stamp == 0) {
      reference.erase(lba + i);
    } else {
      reference[lba + i] = stamp;
    }
  }
}

std::vector<std::pair<std::uint64_t, Stamp>> listed(const BlockImage& image, std::uint64_t first,
                                                    std::uint64_t blocks) {
  std::vector<std::pair<std::uint64_t, Stamp>> list;
  image.for_each_written(
      first, blocks, [&list](std::uint64_t lba, Stamp stamp) { list.emplace_back(lba, stamp); });
  return list;
}

void require_same(const BlockImage& image, const Reference& reference, sim::Stream& chance,
                  std::uint64_t space) {
  REQUIRE(image.written() == reference.size());
  REQUIRE(listed(image, 0, UINT64_MAX) ==
          std::vector<std::pair<std::uint64_t, Stamp>>(reference.begin(), reference.end()));
  for (int i = 0; i < 50; ++i) {
    const std::uint64_t first = chance.below(space);
    const std::uint64_t blocks = 1 + chance.below(i % 2 == 0 ? 600 : space);
    const auto low = reference.lower_bound(first);
    const auto high = reference.lower_bound(first + blocks);
    REQUIRE(listed(image, first, blocks) ==
            std::vector<std::pair<std::uint64_t, Stamp>>(low, high));
    REQUIRE(image.any_written(first, blocks) == (low != high));
    const auto next = image.next_written(first);
    REQUIRE(next.has_value() == (low != reference.end()));
    if (next) REQUIRE(*next == low->first);
    const auto at = reference.find(first);
    REQUIRE(image.at(first) == (at == reference.end() ? 0 : at->second));
  }
}

}  // namespace

TEST_CASE("a stamp holds the host and its write count", "[store][stamp]") {
  const Stamp stamp = store::make_stamp(7, 123456);
  CHECK(store::stamp_host(stamp) == 7);
  CHECK(store::stamp_count(stamp) == 123456);
  CHECK(store::make_stamp(0xFFFF, (std::uint64_t{1} << 48) - 1) == UINT64_MAX);
}

TEST_CASE("an image equals a map after random writes of any density", "[store][image]") {
  const std::uint64_t space = GENERATE(300u, 5'000u, 1'000'000u, std::uint64_t{1} << 40);
  const std::uint64_t longest = GENERATE(1u, 8u, 700u);
  sim::Stream chance(space, "image", "test");
  BlockImage image;
  Reference reference;
  for (int round = 0; round < 6; ++round) {
    for (int i = 0; i < 300; ++i) {
      const std::uint64_t lba = chance.below(space);
      const std::uint64_t blocks = 1 + chance.below(longest);
      const bool unwrite = chance.below(8) == 0;
      write_both(image, reference, lba, blocks, unwrite ? 0 : chance.next() | 1);
    }
    require_same(image, reference, chance, space);
  }
  const std::uint64_t half = space / 2;
  image.write(0, half, 0);
  reference.erase(reference.begin(), reference.lower_bound(half));
  require_same(image, reference, chance, space);
  image.clear();
  CHECK(image.written() == 0);
  CHECK_FALSE(image.next_written(0).has_value());
}

TEST_CASE("an image takes blocks up to the last address", "[store][image]") {
  BlockImage image;
  image.write(UINT64_MAX - 1, 2, 9);
  CHECK(image.at(UINT64_MAX) == 9);
  CHECK(image.written() == 2);
  CHECK(image.any_written(UINT64_MAX - 1, 1));
  CHECK_FALSE(image.any_written(0, UINT64_MAX - 1));
  CHECK(listed(image, 0, UINT64_MAX).size() == 1);  // [0, 2^64 - 1) leaves the last one out
  image.write(UINT64_MAX - 1, 2, 0);
  CHECK(image.written() == 0);
}

TEST_CASE("writing one stamp a block tells what was there before", "[store][image]") {
  BlockImage image;
  image.write(254, 1, 5);
  std::vector<std::vector<std::uint64_t>> seen;
  image.exchange(
      253, 4, [](std::uint64_t i) { return 10 + i; },
      [&seen](std::uint64_t lba, Stamp old, Stamp stamp) {
        seen.push_back({lba, old, stamp});
      });
  const std::vector<std::vector<std::uint64_t>> expected{
      {253, 0, 10}, {254, 5, 11}, {255, 0, 12}, {256, 0, 13}};
  CHECK(seen == expected);
  const std::vector<Stamp> stamps{21, 22};
  image.write(300, stamps);
  CHECK(image.at(300) == 21);
  CHECK(image.at(301) == 22);
}

TEST_CASE("images are equal when their blocks are, whatever they went through", "[store][image]") {
  BlockImage once;
  BlockImage often;
  for (std::uint64_t lba = 0; lba < 256; ++lba) often.write(lba, 1, lba + 1);
  often.write(1000, 1, 1);
  often.write(10, 246, 0);
  often.write(1000, 1, 0);
  for (std::uint64_t lba = 10; lba-- > 0;) once.write(lba, 1, lba + 1);
  CHECK(once == often);
  once.write(3, 1, 99);
  CHECK_FALSE(once == often);
}
