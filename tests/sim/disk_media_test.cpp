// Media faults of a disk: what strikes which operation, what a medium is told, and the credit.
// EVIDENCE: anchors/fault_catalogue.md/Disk; sim/disk.h D9
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/sim/disk_rig.h"

namespace replsim::sim {
namespace {

/// Notes what a disk tells of media faults.
struct Told {
  std::vector<std::uint64_t> astray;  ///< Shifts.
  std::set<std::uint64_t> rotten;     ///< Blocks.
  std::uint64_t false_flushes = 0;
  std::uint64_t false_writes = 0;
  std::vector<Survival> losses;
  std::uint64_t lifted = 0;
};

class MediaMedium final : public Medium {
 public:
  explicit MediaMedium(Told& told) : told_(told) {}
  void write(const DiskWrite&, bool) override {}
  void harden() override {}
  Loss lose(Stream&, Survival survival) override {
    told_.losses.push_back(survival);
    return {.lost = 1};
  }
  void write_astray(const DiskWrite&, bool, std::span<const Astray> faults) override {
    for (const Astray& fault : faults) told_.astray.push_back(fault.shift);
  }
  void harden_falsely(std::span<const FaultId> faults) override {
    told_.false_flushes += faults.size();
  }
  void write_falsely(const DiskWrite&, std::span<const FaultId> faults) override {
    told_.false_writes += faults.size();
  }
  bool rot(FaultId, const DiskExtent& block, std::uint64_t stamp) override {
    CHECK(stamp >> 48 == UINT16_MAX);
    told_.rotten.insert(block.lba);
    return true;
  }
  void lift(FaultId) override { ++told_.lifted; }

 private:
  Told& told_;
};

struct Rig {
  Rig() { node.start(world); }
  void add(DiskFault fault) {
    fault.chance = world.stream("fault-" + std::to_string(fault.id.value), "strike");
    disk.add_fault(world, std::move(fault));
  }
  void write(std::uint64_t lba, std::uint32_t blocks = 1, std::uint32_t area = 1,
             bool fua = false) {
    DiskWrite out = DiskRig::write_of(lba, 1, blocks);
    out.extent.area = {area};
    out.fua = fua;
    node.tasks().spawn(world, wait(world, disk.write(world, out)));
  }
  void read(std::uint64_t lba, std::uint32_t blocks = 1, std::uint32_t area = 1) {
    DiskExtent extent = DiskRig::write_of(lba, 0, blocks).extent;
    extent.area = {area};
    node.tasks().spawn(world, wait(world, disk.read(world, extent)));
  }
  void flush() { node.tasks().spawn(world, wait(world, disk.flush(world))); }
  Task<> wait(World& w, DiskTicket ticket) {
    const IoResult result = co_await ticket;
    ends.push_back(ns(w.now()) / 1000);
    if (!result) ++errors;
  }
  void run() { world.run_until(world.now() + seconds(1)); }

  World world{WorldOptions{}};
  Told told;
  MediaMedium medium{told};
  Node node{world, "east", Lane{1}};
  Disk disk{world, plain_disk(), node, medium};
  std::vector<std::int64_t> ends;
  std::uint64_t errors = 0;
  ActionAt hold{world, at(1'000'000'000'000), [] {}};  // so that idle time passes
};

TEST_CASE("a latent error fails reads of its blocks until they are written", "[sim][disk]") {
  Rig rig;
  rig.add({.id = {1},
           .kind = DiskFaultKind::LatentError,
           .first = 4 * 4096,
           .bytes = 2 * 4096,
           .spared_area = 0});
  rig.read(3);
  rig.read(6);
  rig.read(4, 1, 0);  // the records are spared
  rig.run();
  CHECK(rig.errors == 0);
  rig.read(0, 5);
  rig.read(5);
  rig.run();
  CHECK(rig.errors == 2);
  rig.write(4);
  rig.run();
  rig.read(0, 5);
  rig.run();
  CHECK(rig.errors == 2);
  rig.read(5);
  rig.run();
  CHECK(rig.errors == 3);
}

TEST_CASE("bit rot strikes a share of the blocks, the same at every read", "[sim][disk]") {
  Rig rig;
  rig.add({.id = {1}, .kind = DiskFaultKind::BitRot, .chance_ppb = 100'000'000, .spared_area = 0});
  const Collector hits(rig.world, kind::fault_hit);
  rig.read(0, 2000);
  rig.read(0, 2000, 0);
  rig.run();
  const std::set<std::uint64_t> first = rig.told.rotten;
  CHECK(first.size() > 150);
  CHECK(first.size() < 250);
  CHECK(hits.events.size() == 1);
  rig.read(0, 2000);
  rig.run();
  CHECK(rig.told.rotten == first);
  rig.told.rotten.clear();
  rig.write(0, 1000);
  rig.run();
  rig.read(0, 2000);
  rig.run();
  CHECK_FALSE(rig.told.rotten.empty());
  CHECK(*rig.told.rotten.begin() >= 1000);
  CHECK(rig.errors == 0);
  rig.disk.remove_fault(rig.world, {1});
  CHECK(rig.told.lifted == 1);
}

TEST_CASE("writes of data go astray, records do not", "[sim][disk]") {
  Rig rig;
  rig.add({.id = {1}, .kind = DiskFaultKind::LostWrite, .spared_area = 0});
  rig.add({.id = {2},
           .kind = DiskFaultKind::MisdirectedWrite,
           .first = 8 * 4096,
           .bytes = 4096,
           .spared_area = 0,
           .shift = 3 * 4096});
  rig.write(1);
  rig.write(8);
  rig.write(8, 1, 0);
  rig.run();
  CHECK(rig.told.astray == std::vector<std::uint64_t>{0, 0, 3});
  CHECK(rig.errors == 0);
}

TEST_CASE("an ignored flush is acknowledged and tells the medium", "[sim][disk]") {
  Rig rig;
  rig.add({.id = {1}, .kind = DiskFaultKind::IgnoredFlush, .spared_area = 0});
  rig.flush();
  rig.run();
  CHECK(rig.ends.size() == 1);
  CHECK(rig.told.false_flushes == 1);
  rig.write(1);  // into the cache
  rig.write(2, 1, 1, true);
  rig.write(3, 1, 0, true);  // a record
  rig.run();
  CHECK(rig.told.false_writes == 1);
  rig.disk.remove_fault(rig.world, {1});
  rig.flush();
  rig.run();
  CHECK(rig.told.false_flushes == 1);
}

TEST_CASE("a torn epoch is as the fault says, and random without one", "[sim][disk]") {
  Rig rig;
  const Collector hits(rig.world, kind::fault_hit);
  rig.disk.lose_power(rig.world);
  rig.add({.id = {2}, .kind = DiskFaultKind::TornEpoch, .survival = Survival::All});
  rig.disk.lose_power(rig.world);
  rig.add({.id = {1}, .kind = DiskFaultKind::TornEpoch, .survival = Survival::None});
  rig.disk.lose_power(rig.world);
  rig.disk.remove_fault(rig.world, {1});
  rig.disk.lose_power(rig.world);
  CHECK(rig.told.losses ==
        std::vector{Survival::Random, Survival::All, Survival::None, Survival::All});
  CHECK(hits.events.size() == 3);
}

TEST_CASE("what exceeds the credit waits for the next grant", "[sim][disk]") {
  Rig rig;
  const Collector hits(rig.world, kind::fault_hit);
  rig.add({.id = {1},
           .kind = DiskFaultKind::Credit,
           .credit = {.size = 2, .interval = milliseconds(10)}});
  for (std::uint64_t lba = 0; lba < 4; ++lba) rig.write(lba);
  rig.run();
  CHECK(rig.ends == std::vector<std::int64_t>{20, 20, 10'020, 20'020});
  CHECK(hits.events.size() == 2);
  rig.write(9);  // the bucket is full again
  rig.run();
  CHECK(hits.events.size() == 2);
}

std::uint64_t hash_with(const DiskFault* fault) {
  Rig rig;
  if (fault != nullptr) rig.add(*fault);
  for (std::uint64_t lba = 0; lba < 50; ++lba) {
    rig.write(lba);
    rig.read(lba + 100);
    rig.flush();
  }
  rig.run();
  return rig.world.trace().hash();
}

TEST_CASE("a share of nothing is no fault of a disk", "[sim][disk]") {
  const std::uint64_t plain = hash_with(nullptr);
  for (const DiskFaultKind kind :
       {DiskFaultKind::ReadError, DiskFaultKind::WriteError, DiskFaultKind::Latency,
        DiskFaultKind::Hang, DiskFaultKind::Full, DiskFaultKind::LatentError, DiskFaultKind::BitRot,
        DiskFaultKind::LostWrite, DiskFaultKind::MisdirectedWrite, DiskFaultKind::IgnoredFlush,
        DiskFaultKind::Credit}) {
    CAPTURE(static_cast<int>(kind));
    DiskFault fault{.id = {1},
                    .kind = kind,
                    .chance_ppb = 0,
                    .add = milliseconds(1),
                    .shift = 4096,
                    .credit = {.size = 1, .interval = milliseconds(1)}};
    CHECK(hash_with(&fault) == plain);
    fault.chance_ppb = parts_per_billion;
    if (kind != DiskFaultKind::Hang) CHECK(hash_with(&fault) != plain);
  }
}

}  // namespace
}  // namespace replsim::sim
