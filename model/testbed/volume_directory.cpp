// Slots, found in the records.
#include "model/testbed/volume_directory.h"

#include <algorithm>
#include <utility>

#include "model/engine/record_layout.h"
#include "model/store/record.h"

namespace replsim::testbed {

// VolumeSlot
// ---------------------------------------------------------------------------------------

VolumeSlot::VolumeSlot(const ArrayMachine& machine, const engine::VolumeRecord& record,
                       std::string path, sim::EntityId entity)
    : machine_(machine),
      record_(record),
      path_(std::move(path)),
      entity_(entity),
      content_(*machine.contents.at(record.disk)),
      area_{record.number.value} {}

std::uint64_t VolumeSlot::at(std::uint64_t lba) const {
  return content_.image(area_).at(lba);
}

std::uint64_t VolumeSlot::stable_at(std::uint64_t lba) const {
  return content_.stable_at(area_, lba);
}

void VolumeSlot::for_each_written(
    std::uint64_t first, std::uint64_t blocks,
    const std::function<void(std::uint64_t lba, std::uint64_t stamp)>& visit) const {
  content_.image(area_).for_each_written(first, blocks, visit);
}

bool VolumeSlot::exists() const {
  return !machine_.records().find(engine::volume_key(record_.number)).empty();
}

provider::VolumeInfo VolumeSlot::info() const {
  return {entity_, path_, machine_.config.name, record_.bytes, record_.block};
}

// VolumeDirectory
// ----------------------------------------------------------------------------------

/// Hears one disk.
class VolumeDirectory::DiskWatch final : public store::ContentObserver {
 public:
  DiskWatch(VolumeDirectory& directory, store::DiskContent& content, std::size_t array)
      : directory_(directory), content_(content), array_(array) {
    content_.add_observer(*this);
  }
  DiskWatch(const DiskWatch&) = delete;
  DiskWatch& operator=(const DiskWatch&) = delete;
  ~DiskWatch() { content_.remove_observer(*this); }

  void changed(sim::AreaId area, std::uint64_t lba, std::uint64_t blocks) override {
    directory_.tell(array_, area, lba, blocks, false);
  }
  void lost(sim::AreaId area, std::uint64_t lba, std::uint64_t blocks) override {
    directory_.tell(array_, area, lba, blocks, true);
  }

 private:
  VolumeDirectory& directory_;
  store::DiskContent& content_;
  std::size_t array_;
};

VolumeDirectory::VolumeDirectory(Hardware& hardware)
    : hardware_(hardware), slots_(hardware.arrays().size()) {
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    for (const auto& content : hardware.arrays()[i]->contents) {
      watches_.push_back(std::make_unique<DiskWatch>(*this, *content, i));
    }
    scan(i);
  }
}

VolumeDirectory::~VolumeDirectory() = default;

void VolumeDirectory::scan(std::size_t array) const {
  const ArrayMachine& machine = *hardware_.arrays()[array];
  auto& slots = slots_[array];
  const auto enter = [&](store::RecordKey, std::span<const std::uint64_t> encoded) {
    const auto payload = store::record_payload(encoded);
    const auto record = payload ? engine::decode_volume(*payload) : std::nullopt;
    if (!record || record->disk >= machine.contents.size()) return;
    const std::uint32_t number = record->number.value;
    if (number >= slots.size()) slots.resize(number + 1);
    if (slots[number]) return;
    std::string path = machine.config.name + "/" + record->name;
    const sim::EntityId entity = hardware_.world().trace().entity(path);
    slots[number] = std::make_unique<VolumeSlot>(machine, *record, std::move(path), entity);
    if (entity.value >= by_entity_.size()) by_entity_.resize(entity.value + 1);
    by_entity_[entity.value] = slots[number].get();
  };
  machine.records().for_each(engine::number(engine::RecordKind::Volume), false, enter);
}

const VolumeSlot* VolumeDirectory::slot(std::size_t array, std::uint32_t number) const {
  const auto known = [&] { return number < slots_[array].size() && slots_[array][number]; };
  if (!known()) scan(array);
  return known() ? slots_[array][number].get() : nullptr;
}

const VolumeSlot* VolumeDirectory::find(std::string_view path) const {
  const std::string_view name = path.substr(0, path.find('/'));
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    if (hardware_.arrays()[i]->config.name != name) continue;
    for (int attempt = 0; attempt < 2; ++attempt) {
      for (const auto& slot : slots_[i]) {
        if (slot && slot->info().path == path && slot->exists()) return slot.get();
      }
      if (attempt == 0) scan(i);
    }
  }
  return nullptr;
}

std::vector<const VolumeSlot*> VolumeDirectory::all() const {
  std::vector<const VolumeSlot*> list;
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    scan(i);
    for (const auto& slot : slots_[i]) {
      if (slot && slot->exists()) list.push_back(slot.get());
    }
  }
  return list;
}

const provider::VolumeImage* VolumeDirectory::image(sim::EntityId entity) const {
  const auto known = [&] {
    return entity.value < by_entity_.size() ? by_entity_[entity.value] : nullptr;
  };
  if (const VolumeSlot* slot = known()) return slot;
  for (std::size_t i = 0; i < slots_.size(); ++i) scan(i);
  return known();
}

bool VolumeDirectory::media_fault(sim::EntityId entity, std::uint64_t lba,
                                  std::uint64_t stamp) const {
  if (image(entity) == nullptr) return false;
  const VolumeSlot& volume = *by_entity_[entity.value];
  if (volume.struck(lba)) return true;
  return std::ranges::any_of(hardware_.arrays(), [&](const auto& machine) {
    return std::ranges::any_of(
        machine->contents, [&](const auto& content) { return content->media().told(lba, stamp); });
  });
}

void VolumeDirectory::tell(std::size_t array, sim::AreaId area, std::uint64_t lba,
                           std::uint64_t blocks, bool lost) {
  if (area == store::record_area || listeners_.empty()) return;
  const VolumeSlot* volume = slot(array, area.value);
  if (volume == nullptr) return;
  for (provider::ImageListener* listener : listeners_) {
    if (lost) {
      listener->lost(volume->entity(), lba, blocks);
    } else {
      listener->changed(volume->entity(), lba, blocks);
    }
  }
}

}  // namespace replsim::testbed
