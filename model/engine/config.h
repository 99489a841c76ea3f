// What an array is made of: fixed over the run. What it must remember lives in its records.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/cim/defects.h"
#include "model/cim/profile.h"
#include "model/engine/announced.h"
#include "model/engine/service_faults.h"
#include "model/store/disk_content.h"
#include "sim/disk.h"
#include "sim/time.h"
#include "sim/wall_clock.h"

namespace replsim::engine {

struct DiskPort {
  sim::Disk* disk = nullptr;
  store::DiskContent* content = nullptr;
};

struct PoolConfig {
  std::string name;
  std::uint64_t bytes = 0;
  std::vector<std::uint32_t> disks = {};  ///< Indices of ArrayConfig::disks; empty = all.
  bool thin = false;
  bool lies_on(std::uint32_t disk) const {
    return disks.empty() || std::find(disks.begin(), disks.end(), disk) != disks.end();
  }
};

struct VolumeConfig {
  std::string name;
  std::uint64_t bytes = 0;
  std::uint32_t block = 4096;
  std::optional<std::string> pool;
};

struct ArrayConfig {
  std::string name;
  cim::Profile profile;
  sim::Duration peer_timeout = sim::seconds(10);
  sim::Duration fence_timeout = sim::seconds(5);
  sim::Duration call_limit = sim::seconds(30);
  /// The array's own clock: what it writes into When* properties.
  std::unique_ptr<sim::WallClock> wall_clock = std::make_unique<sim::WallClock>();
  std::vector<DiskPort> disks;  ///< The first one holds the records.
  std::vector<PoolConfig> pools;
  std::vector<VolumeConfig> volumes;
  std::vector<std::string> peers;        ///< Names of arrays that a data link leads to.
  std::uint64_t granule_bytes = 65536;   ///< What a bitmap bit stands for.
  std::uint64_t extent_bytes = 4194304;  ///< What an activity log entry stands for.
  std::uint64_t journal_bytes = std::uint64_t{64} << 30;  ///< Space for journals.
  std::uint32_t copy_window = 8;                          ///< Granules in flight of one copy.
  cim::DefectSet defects;  ///< Planted on purpose; empty unless a user asked.
  /// Null when there is none; a volume without a pool may lie on any disk.
  const PoolConfig* pool(const std::string& pool_name) const {
    const auto at = std::ranges::find(pools, pool_name, &PoolConfig::name);
    return at == pools.end() ? nullptr : &*at;
  }
  std::unique_ptr<Announced> announced = std::make_unique<Announced>();
  std::unique_ptr<ServiceFaults> service_faults = std::make_unique<ServiceFaults>();
};

}  // namespace replsim::engine
