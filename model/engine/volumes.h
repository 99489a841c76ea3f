// Elements and pools of an array, from their records. Names are local: "vol1", "pool1".
#pragma once

#include <deque>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/cim/method.h"
#include "model/engine/config.h"
#include "model/engine/volume.h"
#include "sim/task.h"

namespace replsim::engine {

struct Context;

class Volumes {
 public:
  explicit Volumes(Context& context) : context_(context) {}

  void load();  ///< From the records.
  /// After a restart: announce what became stable and was not announced.
  void catch_up(sim::World& world);
  Volume* find(VolumeNumber number);
  Volume* find(std::string_view name);
  /// In number order.
  std::vector<const Volume*> all() const;
  PoolRecord* find_pool(std::string_view name);
  PoolRecord* find_pool(PoolNumber number);
  const std::vector<PoolRecord>& pools() const { return pools_; }

  /// Take space and make a provisional element, stably, in one epoch.
  /// Errors: refused:space when the pool lacks room.
  sim::Task<std::expected<Volume*, cim::Error>> create_in_pool(sim::World& world, PoolNumber pool,
                                                               std::uint64_t bytes,
                                                               std::uint32_t block,
                                                               std::string element_name);
  /// Space for the blocks, stably, before they are written: a thin volume takes it now. False: the
  /// pool is full, or the records could not be written.
  sim::Task<bool> take_space(sim::World& world, Volume& volume, Extent extent);
  /// The pool still lacks what the volume asked for last.
  bool lacks_space(const Volume& volume);
  /// The element stays for good.
  sim::Task<bool> commit(sim::World& world, VolumeNumber number);
  /// Delete the element and give its space back exactly once.
  sim::Task<bool> remove(sim::World& world, VolumeNumber number);
  /// Change a pool's size (a management action of the harness): never below what is allocated.
  std::expected<void, std::string> resize_pool(sim::World& world, std::string_view name,
                                               std::uint64_t bytes);

 private:
  /// Disk and first byte for a new volume of a pool; nothing when none of its disks has room.
  std::optional<std::pair<std::uint32_t, std::uint64_t>> place(const PoolConfig& pool,
                                                               std::uint64_t bytes) const;
  /// Bytes of its pool that a volume takes.
  std::uint64_t taken(const Volume& volume) const;
  void load_space();
  /// Pages of a volume that is gone; a crash in between leaves them to the next start.
  void clear_space(sim::World& world, VolumeNumber gone);
  /// That the volume exists now, or no more, and what it takes, when that is not known outside.
  void announce(sim::World& world, const VolumeRecord& record, bool exists);
  void emit_pool(sim::World& world, PoolNumber number, std::int64_t change);

  Context& context_;
  std::deque<std::unique_ptr<Volume>> volumes_;  // stable addresses
  std::vector<PoolRecord> pools_;
};

}  // namespace replsim::engine
