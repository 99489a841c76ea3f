// The volumes of all arrays, while they exist and after: paths, entities, images, listeners. It
// reads the records on the disks, so that it works whether an array runs or not.
//   V1  An image is valid for the run; after its volume was deleted it is empty.
//   V2  Numbers of volumes are never used twice, so a slot belongs to one volume for ever.
// Source: DESIGN 5, 7 (names); engine/volume.h (the number is the area on the disk).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/provider/testbed.h"
#include "model/testbed/hardware.h"

namespace replsim::testbed {

/// A volume that exists or existed.
class VolumeSlot final : public provider::VolumeImage {
 public:
  VolumeSlot(const ArrayMachine& machine, const engine::VolumeRecord& record, std::string path,
             sim::EntityId entity);

  std::uint64_t blocks() const override { return record_.blocks(); }
  std::uint32_t block_bytes() const override { return record_.block; }
  std::uint64_t at(std::uint64_t lba) const override;
  std::uint64_t stable_at(std::uint64_t lba) const override;
  std::optional<std::uint64_t> changes() const override { return content_.changes(); }
  void for_each_written(
      std::uint64_t first, std::uint64_t blocks,
      const std::function<void(std::uint64_t lba, std::uint64_t stamp)>& visit) const override;

  /// A media fault of its own disk made what is read there.
  bool struck(std::uint64_t lba) const { return content_.media().hit({area_, lba}); }
  /// Its record is still there.
  bool exists() const;
  const engine::VolumeRecord& record() const { return record_; }
  const ArrayMachine& machine() const { return machine_; }
  sim::EntityId entity() const { return entity_; }
  provider::VolumeInfo info() const;

 private:
  const ArrayMachine& machine_;
  engine::VolumeRecord record_;
  std::string path_;
  sim::EntityId entity_;
  const store::DiskContent& content_;
  sim::AreaId area_;
};

class VolumeDirectory {
 public:
  explicit VolumeDirectory(Hardware& hardware);
  VolumeDirectory(const VolumeDirectory&) = delete;
  VolumeDirectory& operator=(const VolumeDirectory&) = delete;
  ~VolumeDirectory();

  /// The volume that exists under this path now; null when there is none.
  const VolumeSlot* find(std::string_view path) const;
  /// All that exist, by array in topology order, then by number.
  std::vector<const VolumeSlot*> all() const;
  /// Also of a deleted volume; null when the entity never was one.
  const provider::VolumeImage* image(sim::EntityId entity) const;

  /// As provider::Testbed::media_fault.
  bool media_fault(sim::EntityId entity, std::uint64_t lba, std::uint64_t stamp) const;

  void add_listener(provider::ImageListener& listener) { listeners_.push_back(&listener); }
  void remove_listener(provider::ImageListener& listener) { std::erase(listeners_, &listener); }

 private:
  class DiskWatch;

  void scan(std::size_t array) const;
  const VolumeSlot* slot(std::size_t array, std::uint32_t number) const;
  void tell(std::size_t array, sim::AreaId area, std::uint64_t lba, std::uint64_t blocks,
            bool lost);

  Hardware& hardware_;
  // By array, then by volume number; filled when first asked for.
  mutable std::vector<std::vector<std::unique_ptr<VolumeSlot>>> slots_;
  mutable std::vector<const VolumeSlot*> by_entity_;
  std::vector<std::unique_ptr<DiskWatch>> watches_;
  std::vector<provider::ImageListener*> listeners_;
};

}  // namespace replsim::testbed
