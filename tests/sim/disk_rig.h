// A disk with its owner and its medium, for the disk tests: what is submitted is noted at its end.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/disk.h"
#include "tests/catch.h"
#include "tests/sim/hardware.h"

namespace replsim::sim {

inline DiskConfig plain_disk() {
  return {.name = "east/d0",
          .size = 1 << 30,
          .read = {.mean = microseconds(80)},
          .write = {.mean = microseconds(20)},
          .queue_depth = 4,
          .cache = 1 << 20};
}

/// The ends of operations in order: "name@microseconds" or "name!problem".
using Ends = std::vector<std::string>;

struct DiskRig {
  /// Time goes on at least to `until`, even when nothing happens.
  explicit DiskRig(DiskConfig config = plain_disk(), WorldOptions options = {}, Instant until = {})
      : world(options), disk(world, std::move(config), node, medium) {
    if (until != Instant{}) hold.emplace(world, until, [] {});
    node.start(world);
  }
  static DiskWrite write_of(std::uint64_t lba, std::uint64_t stamp, std::uint32_t blocks = 1) {
    return {.extent = {.lba = lba, .blocks = blocks, .disk_offset = lba * 4096}, .stamp = stamp};
  }
  void write(std::string name, DiskWrite write) {
    const std::uint64_t lba = write.extent.lba;
    node.tasks().spawn(world,
                       wait(world, disk.write(world, std::move(write)), std::move(name), lba));
  }
  void read(std::string name, std::uint64_t lba) {
    const DiskExtent extent = write_of(lba, 0).extent;
    node.tasks().spawn(world, wait(world, disk.read(world, extent), std::move(name), lba));
  }
  void flush(std::string name) {
    node.tasks().spawn(world, wait(world, disk.flush(world), std::move(name), 0));
  }
  // The same, named by the block: "w9", "r9", "f0".
  void write(std::uint64_t lba, std::uint64_t stamp = 1) {
    write("w" + std::to_string(lba), write_of(lba, stamp));
  }
  void read(std::uint64_t lba) { read("r" + std::to_string(lba), lba); }
  void flush() { flush("f0"); }
  /// Notes the end of an operation at `lba`; that of a flush is 0.
  Task<> wait(World& w, DiskTicket ticket, std::string name, std::uint64_t lba) {
    const IoResult result = co_await ticket;
    if (result) {
      name += "@" + std::to_string(ns(w.now()) / 1000);
    } else {
      CHECK(result.error().lba == lba);
      name += "!" + std::to_string(static_cast<int>(result.error().problem));
    }
    ends.push_back(std::move(name));
  }
  void fault(std::uint32_t id, DiskFaultKind kind, std::uint32_t share = parts_per_billion,
             Duration add = {}, std::uint64_t first = 0, std::uint64_t bytes = UINT64_MAX) {
    DiskFault out{
        .id = {id}, .kind = kind, .first = first, .bytes = bytes, .chance_ppb = share, .add = add};
    out.chance = world.stream("fault-" + std::to_string(id), "strike");
    disk.add_fault(world, out);
  }
  void run(std::int64_t microseconds_since_epoch) {
    world.run_until(at(1000 * microseconds_since_epoch));
  }
  World world;
  Ends ends;
  TestMedium medium;
  Node node{world, "east", Lane{1}};
  Disk disk;
  std::optional<ActionAt> hold;
};

}  // namespace replsim::sim
