// What a power loss leaves of unhardened writes: exhaustively for small cases, by many seeds.
// EVIDENCE: sim/disk.h D2-D5; DESIGN 4 (power loss loses or tears the un-flushed epoch block by
// block)
#include <array>
#include <set>
#include <vector>

#include "model/store/disk_content.h"
#include "tests/catch.h"
#include "tests/store/tear.h"

using namespace replsim;
using sim::AreaId;
using store::DiskContent;
using store::Stamp;
using store::tear;

namespace {

constexpr AreaId area{1};

void write(DiskContent& content, std::uint64_t lba, std::uint32_t blocks, Stamp stamp,
           bool stable = false) {
  sim::DiskWrite write;
  write.extent.area = area;
  write.extent.lba = lba;
  write.extent.blocks = blocks;
  write.stamp = stamp;
  content.write(write, stable);
}

/// All outcomes for the blocks 0..2 over many seeds.
template <class Build>
std::set<std::array<Stamp, 3>> outcomes(Build build) {
  std::set<std::array<Stamp, 3>> seen;
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    DiskContent content;
    build(content);
    sim::Stream stream = tear(seed);
    content.lose(stream);
    const auto& image = content.image(area);
    seen.insert({image.at(0), image.at(1), image.at(2)});
  }
  return seen;
}

class Watch final : public store::ContentObserver {
 public:
  std::vector<std::array<std::uint64_t, 3>> changes;
  std::vector<std::array<std::uint64_t, 3>> losses;
  void changed(AreaId where, std::uint64_t lba, std::uint64_t blocks) override {
    changes.push_back({where.value, lba, blocks});
  }
  void lost(AreaId where, std::uint64_t lba, std::uint64_t blocks) override {
    losses.push_back({where.value, lba, blocks});
  }
};

}  // namespace

TEST_CASE("a torn write leaves any subset of its blocks", "[store][power-loss]") {
  const auto seen = outcomes([](DiskContent& content) {
    write(content, 0, 3, 1, true);
    write(content, 0, 3, 2);
  });
  CHECK(seen.size() == 8);
  for (const auto& blocks : seen) {
    for (const Stamp stamp : blocks) CHECK((stamp == 1 || stamp == 2));
  }
}

TEST_CASE("a block written twice holds the old, the first or the second content",
          "[store][power-loss]") {
  const auto seen = outcomes([](DiskContent& content) {
    write(content, 1, 1, 5);
    write(content, 0, 3, 6);
  });
  std::set<Stamp> middle;
  for (const auto& blocks : seen) {
    CHECK((blocks[0] == 0 || blocks[0] == 6));
    middle.insert(blocks[1]);
  }
  CHECK(middle == std::set<Stamp>{0, 5, 6});
  CHECK(seen.size() == 12);
}

TEST_CASE("what was hardened, or written with FUA, is never lost", "[store][power-loss]") {
  const auto hardened = outcomes([](DiskContent& content) {
    write(content, 0, 3, 1);
    content.harden();
    write(content, 1, 1, 2);
  });
  CHECK(hardened == std::set<std::array<Stamp, 3>>{{1, 1, 1}, {1, 2, 1}});

  const auto forced = outcomes([](DiskContent& content) {
    write(content, 0, 2, 1);        // unhardened
    write(content, 1, 1, 2, true);  // FUA over it
    write(content, 1, 2, 3);
  });
  for (const auto& blocks : forced) {
    CHECK((blocks[0] == 0 || blocks[0] == 1));
    CHECK((blocks[1] == 2 || blocks[1] == 3));  // never back to 0 or 1
  }
  CHECK(forced.size() == 8);
}

TEST_CASE("the stable view says what a loss can take back", "[store][power-loss]") {
  DiskContent content;
  write(content, 0, 300, 1);
  content.harden();
  write(content, 10, 5, 2);
  write(content, 12, 1, 3, true);
  write(content, 12, 1, 4);
  CHECK(content.image(area).at(10) == 2);
  CHECK(content.stable_at(area, 10) == 1);
  CHECK(content.image(area).at(12) == 4);
  CHECK(content.stable_at(area, 12) == 3);
  const store::BlockImage stable = content.stable_image(area);
  for (std::uint64_t lba = 0; lba < 310; ++lba) {
    CHECK(stable.at(lba) == content.stable_at(area, lba));
  }
}

TEST_CASE("a loss counts and names the blocks that went back", "[store][power-loss]") {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    DiskContent content;
    Watch watch;
    content.add_observer(watch);
    write(content, 4, 20, 1);
    CHECK(watch.changes == std::vector<std::array<std::uint64_t, 3>>{{1, 4, 20}});
    sim::Stream stream = tear(seed);
    const auto loss = content.lose(stream);
    CHECK(loss.lost + loss.survived == 20);
    CHECK(watch.losses.size() == loss.lost);
    for (const auto& block : watch.losses) CHECK(content.image(area).at(block[1]) == 0);
    CHECK(content.image(area).written() == loss.survived);
    // The survivors are stable now.
    const auto again = content.lose(stream);
    CHECK(again.lost + again.survived == 0);
    content.remove_observer(watch);
  }
}

TEST_CASE("the same stream gives the same loss", "[store][power-loss]") {
  std::vector<store::BlockImage> images;
  for (int run = 0; run < 2; ++run) {
    DiskContent content;
    for (std::uint64_t i = 0; i < 500; ++i) write(content, i * 37 % 256, 3, i + 1);
    sim::Stream stream = tear(3);
    content.lose(stream);
    images.push_back(content.stable_image(area));
  }
  CHECK(images[0] == images[1]);
}

TEST_CASE("a discarded area stays empty", "[store][content]") {
  DiskContent content;
  write(content, 0, 4, 1);
  write(content, 0, 4, 2, true);
  content.discard(area);
  CHECK(content.image(area).written() == 0);
  write(content, 0, 4, 3);  // was on its way
  CHECK(content.image(area).written() == 0);
  sim::Stream stream = tear(1);
  const auto loss = content.lose(stream);
  CHECK(loss.lost + loss.survived == 0);
  CHECK(content.areas().empty());
}

TEST_CASE("a long epoch keeps the first content of each block", "[store][power-loss]") {
  DiskContent content;
  write(content, 0, 64, 1, true);
  // More than 2^18 block writes without a flush: the undo records are folded.
  for (std::uint64_t i = 0; i < 6000; ++i) write(content, 0, 64, 2 + i);
  CHECK(content.stable_at(area, 5) == 1);
  write(content, 7, 1, 77, true);
  for (std::uint64_t i = 0; i < 6000; ++i) write(content, 0, 64, 10'000 + i);
  CHECK(content.stable_at(area, 7) == 77);
  sim::Stream stream = tear(2);
  const auto loss = content.lose(stream);
  CHECK(loss.lost + loss.survived == 64);
  for (std::uint64_t lba = 0; lba < 64; ++lba) {
    const Stamp stamp = content.image(area).at(lba);
    CHECK((stamp == (lba == 7 ? 77 : 1) || stamp >= 2));
  }
}
