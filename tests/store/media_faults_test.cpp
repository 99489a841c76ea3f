// Media faults over a disk's content: what reads see, what stays, and what heals.
// EVIDENCE: model/store/media_faults.h F1-F3; DESIGN.md/2 (the pristine bytes stay)
#include "model/store/media_faults.h"

#include <cstdint>
#include <vector>

#include "model/store/disk_content.h"
#include "tests/catch.h"
#include "tests/store/tear.h"

namespace replsim::store {
namespace {

constexpr sim::AreaId media_area{1};
constexpr sim::FaultId first{1};
constexpr sim::FaultId second{2};

sim::DiskWrite write_of(std::uint64_t lba, Stamp stamp, std::uint32_t blocks = 1) {
  return {.extent = {.area = media_area, .lba = lba, .blocks = blocks}, .stamp = stamp};
}

/// What a read of eight blocks sees.
std::vector<Stamp> seen(const DiskContent& content) {
  std::vector<Stamp> out(8, never_written);
  content.for_each_read(media_area, 0, out.size(),
                        [&](std::uint64_t lba, Stamp stamp) { out[lba] = stamp; });
  return out;
}

bool hit(const DiskContent& content, std::uint64_t lba) {
  return content.media().hit({media_area, lba});
}

void lost(DiskContent& content, sim::FaultId fault, const sim::DiskWrite& write,
          std::uint64_t shift = 0) {
  const std::vector<sim::Medium::Astray> astray{{fault, shift}};
  content.write_astray(write, true, astray);
}

TEST_CASE("A lost write is known and not seen, until the block is written again",
          "[store][media]") {
  DiskContent content;
  content.write(write_of(1, 11, 3), true);
  lost(content, first, write_of(2, 22, 2));
  CHECK(seen(content) == std::vector<Stamp>{0, 11, 11, 11, 0, 0, 0, 0});
  CHECK(content.image(media_area).at(2) == 22);
  CHECK(content.stable_at(media_area, 2) == 22);
  CHECK(hit(content, 2));
  CHECK_FALSE(hit(content, 1));
  CHECK(content.media().told(2, 11));
  content.write(write_of(2, 33), true);
  CHECK(seen(content) == std::vector<Stamp>{0, 11, 33, 11, 0, 0, 0, 0});
  CHECK_FALSE(hit(content, 2));
  CHECK(hit(content, 3));
}

TEST_CASE("A misdirected write shows where it landed", "[store][media]") {
  DiskContent content;
  content.write(write_of(1, 11), true);
  lost(content, first, write_of(1, 22), 4);
  CHECK(seen(content) == std::vector<Stamp>{0, 11, 0, 0, 0, 22, 0, 0});
  CHECK(hit(content, 5));
  CHECK(content.image(media_area).at(5) == never_written);
}

TEST_CASE("The last of several lies is shown; the order of lifting does not matter",
          "[store][media]") {
  const bool turned = GENERATE(false, true);
  DiskContent content;
  content.write(write_of(1, 11), true);
  lost(content, first, write_of(1, 22));
  CHECK(content.rot(second, write_of(1, 0).extent, 99));
  CHECK(seen(content)[1] == 99);
  content.lift(turned ? first : second);
  CHECK(seen(content)[1] == (turned ? 99 : 11));
  content.lift(turned ? second : first);
  CHECK(seen(content)[1] == 22);
  CHECK(hit(content, 1));  // what was copied from it is still wrong
  CHECK_FALSE(content.rot(second, write_of(7, 0).extent, 99));  // never written
}

TEST_CASE("A power loss finds out the flush that hardened nothing", "[store][media]") {
  DiskContent content;
  const std::vector<sim::FaultId> both{first, second};
  content.write(write_of(1, 11), false);
  content.harden();
  content.write(write_of(1, 22, 2), false);
  content.harden_falsely(both);
  CHECK(content.stable_at(media_area, 1) == 22);  // what it was promised
  CHECK_FALSE(hit(content, 1));
  auto stream = tear(1);
  SECTION("it shows what was hardened before") {
    content.lose(stream);
    CHECK(seen(content) == std::vector<Stamp>{0, 11, 0, 0, 0, 0, 0, 0});
    CHECK(content.image(media_area).at(1) == 22);
    CHECK(hit(content, 1));
    content.lift(first);
    CHECK(seen(content)[1] == 11);
    content.lift(second);
    CHECK(seen(content)[1] == 22);
  }
  SECTION("a real flush makes good for it") {
    content.harden();
    content.lose(stream);
    CHECK(seen(content)[1] == 22);
  }
  SECTION("so does a stable write of the block, of that one alone") {
    content.write(write_of(1, 33), true);
    content.lose(stream);
    CHECK(seen(content) == std::vector<Stamp>{0, 33, 0, 0, 0, 0, 0, 0});
    CHECK(hit(content, 2));
  }
  SECTION("lifted before, it did no harm") {
    content.lift(first);
    content.lift(second);
    content.lose(stream);
    CHECK(seen(content)[1] == 22);
  }
}

TEST_CASE("A stable write that was none is found out too, back to what was really hardened",
          "[store][media]") {
  DiskContent content;
  const std::vector<sim::FaultId> one{first};
  content.write(write_of(1, 11), true);
  content.write_falsely(write_of(1, 22, 2), one);
  content.write_falsely(write_of(1, 33), one);
  CHECK(content.stable_at(media_area, 1) == 33);
  CHECK(seen(content) == std::vector<Stamp>{0, 33, 22, 0, 0, 0, 0, 0});
  auto stream = tear(1);
  content.lose(stream);
  CHECK(seen(content) == std::vector<Stamp>{0, 11, 0, 0, 0, 0, 0, 0});
  CHECK(hit(content, 2));
  content.lift(first);
  CHECK(seen(content) == std::vector<Stamp>{0, 33, 22, 0, 0, 0, 0, 0});
}

TEST_CASE("A torn epoch keeps all or nothing, and shifts no later draw", "[store][media]") {
  for (const sim::Survival survival : {sim::Survival::None, sim::Survival::All}) {
    DiskContent content;
    content.write(write_of(0, 5, 8), true);
    for (std::uint64_t lba = 0; lba < 8; ++lba) content.write(write_of(lba, 6), false);
    auto stream = tear(1);
    auto plain = tear(1);
    content.lose(stream, survival);
    const Stamp left = survival == sim::Survival::All ? 6 : 5;
    CHECK(seen(content) == std::vector<Stamp>(8, left));
    for (int i = 0; i < 8; ++i) plain.below(2);
    CHECK(stream.count() == plain.count());
  }
}

TEST_CASE("A deleted volume has no lies", "[store][media]") {
  DiskContent content;
  content.write(write_of(1, 11), true);
  lost(content, first, write_of(1, 22));
  content.discard(media_area);
  CHECK(seen(content) == std::vector<Stamp>(8, never_written));
  CHECK_FALSE(hit(content, 1));
}

}  // namespace
}  // namespace replsim::store
