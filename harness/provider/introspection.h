// What oracles read besides the trace: images, and the stable metadata of the built-in provider.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/time.h"
#include "sim/trace.h"

namespace replsim::provider {

/// A volume's content as stamps (0 = never written).
class VolumeImage {
 public:
  virtual ~VolumeImage() = default;
  virtual std::uint64_t blocks() const = 0;
  virtual std::uint32_t block_bytes() const = 0;
  /// What a read would see: stable content and the disk's cache.
  virtual std::uint64_t at(std::uint64_t lba) const = 0;
  /// What a power loss now would leave at least: the last stable stamp.
  virtual std::uint64_t stable_at(std::uint64_t lba) const = 0;
  /// A count that moves with every change of the content (it may move without one); none when
  /// nobody counts.
  virtual std::optional<std::uint64_t> changes() const { return std::nullopt; }
  virtual void for_each_written(
      std::uint64_t first, std::uint64_t blocks,
      const std::function<void(std::uint64_t lba, std::uint64_t stamp)>& visit) const = 0;
};

/// Told after each change of an image. Must not post, draw, send or throw.
class ImageListener {
 public:
  virtual ~ImageListener() = default;
  /// A write took effect.
  virtual void changed(sim::EntityId volume, std::uint64_t lba, std::uint64_t blocks) = 0;
  /// A power loss took the content back, or not (look at the image).
  virtual void lost(sim::EntityId volume, std::uint64_t lba, std::uint64_t blocks) = 0;
};

/// Generation identifier (rulings R7).
struct Generation {
  std::uint64_t counter = 0;
  std::uint64_t array = 0;  ///< Hash of the array's name.
  auto operator<=>(const Generation&) const = default;
};

enum class EndRole : std::uint8_t { Source = 1, Target = 2, Both = 3 };

/// The durable facts of one association instance, from the array's stable records.
struct EndpointFacts {
  sim::EntityId endpoint;
  std::uint64_t pair = 0;
  EndRole role = EndRole::Source;
  std::string array;
  std::string peer;  ///< Same as array for a local pair.
  sim::EntityId source_volume;
  sim::EntityId target_volume;
  std::uint16_t copy_state = 0;
  std::uint16_t mode = 0;
  std::uint16_t target_image = 0;  ///< 0 Never, 1 Inconsistent, 2 Consistent
  std::uint16_t source_image = 0;
  bool backward = false;
  bool split_brain = false;
  bool failed_copy_stops_host_io = false;
  Generation generation;
  std::vector<Generation> ancestors;
  std::uint64_t granule_blocks = 0;  ///< Blocks a bitmap bit stands for.
  bool everything_dirty = false;     ///< "all": before the first copy or after metadata loss.
};

/// Stable metadata of the arrays, readable at any instant, also while an array is down.
class Introspection {
 public:
  virtual ~Introspection() = default;
  virtual std::vector<EndpointFacts> endpoints() const = 0;
  /// The stable bitmap, activity log or journal of this instance covers the block, or everything is
  /// dirty.
  virtual bool covered(sim::EntityId endpoint, std::uint64_t lba) const = 0;
  /// Bits set in the stable bitmap (blocks of whole granules), ascending.
  virtual void for_each_dirty(
      sim::EntityId endpoint,
      const std::function<void(std::uint64_t lba, std::uint64_t blocks)>& visit) const = 0;
  /// Extents marked in the stable activity log.
  virtual void for_each_active(
      sim::EntityId endpoint,
      const std::function<void(std::uint64_t lba, std::uint64_t blocks)>& visit) const = 0;
  /// Writes in the stable journal that the other end does not hold, or that this one has not
  /// applied.
  virtual void for_each_journaled(
      sim::EntityId endpoint,
      const std::function<void(std::uint64_t lba, std::uint64_t blocks)>& visit) const = 0;
  /// Bits set in the running array's memory; empty while it is down.
  virtual void for_each_volatile_dirty(
      sim::EntityId endpoint,
      const std::function<void(std::uint64_t lba, std::uint64_t blocks)>& visit) const = 0;
};

}  // namespace replsim::provider
