// What exists in a world, as plain data. The language reads it from a file (language.md
// section 11); the testbed builds it. Every entity has a path: `east`, `east/vol1`, `east-west`.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/cim/profile.h"
#include "sim/latency.h"
#include "sim/time.h"

namespace replsim::provider {

struct ClockSpec {
  sim::Duration offset{};
  std::int64_t drift_ppb = 0;
};

struct HostSpec {
  std::string name;
  std::string site;
  std::vector<std::string> sees;  ///< `east/vol1` or `west/*` (includes what is created later).
  ClockSpec clock;
  std::int64_t speed_ppb = 1'000'000'000;
};

/// `kind` fills what is not given: nvme, ssd, hdd.
struct DiskSpec {
  std::string name;
  std::uint64_t size = 0;  ///< Bytes.
  sim::Latency read;
  sim::Latency write;
  std::uint64_t bandwidth = 0;  ///< Bytes per second, 0 = unlimited.
  std::uint32_t queue_depth = 32;
  std::uint64_t cache = 0;  ///< Bytes of volatile write cache; 0 = write-through.
};

struct PoolSpec {
  std::string name;
  std::uint64_t size = 0;          ///< Bytes.
  std::vector<std::string> disks;  ///< Empty = all disks of the array.
  bool thin = false;
};

struct VolumeSpec {
  std::string name;
  std::uint64_t size = 0;           ///< Bytes.
  std::uint32_t block = 4096;       ///< 512 or 4096.
  std::optional<std::string> pool;  ///< None = space of its own.
};

struct ArraySpec {
  std::string name;
  std::string site;
  std::optional<std::string>
      profile_name;  ///< As written; the loader puts the profile itself below.
  cim::Profile profile;
  std::vector<DiskSpec> disks;
  std::vector<PoolSpec> pools;
  std::vector<VolumeSpec> volumes;
  std::uint64_t journal = 0;  ///< Bytes.
  sim::Duration peer_timeout = sim::seconds(10);
  sim::Duration fence_timeout = sim::seconds(5);
  std::optional<sim::Duration> call_limit;  ///< Overrides the profile's.
  ClockSpec clock;
  std::map<std::string, std::string> knobs;  ///< Override the profile's.
};

/// Directed twice: both directions have the same figures.
struct LinkSpec {
  std::string name;
  std::string from;
  std::string to;
  sim::Latency latency;  ///< One way.
  sim::Duration jitter{};
  std::uint64_t bandwidth = 0;  ///< Bytes per second, 0 = unlimited.
  std::uint32_t loss_ppb = 0;
  std::uint64_t queue = 0;  ///< Bytes that may wait; 0 = unlimited.
  bool management = false;  ///< Carries calls only.
};

struct Topology {
  std::string name;
  std::vector<std::string> sites;
  std::vector<HostSpec> hosts;
  std::vector<ArraySpec> arrays;
  std::vector<LinkSpec> links;
};

}  // namespace replsim::provider
