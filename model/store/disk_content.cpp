// Writes take effect in the image and leave undo records; hardening forgets these.
#include "model/store/disk_content.h"

#include "sim/check.h"

namespace replsim::store {

DiskContent::Area& DiskContent::area(sim::AreaId id) const {
  if (id.value >= areas_.size()) {
    REPLSIM_CHECK(id.value < area_max, check_value(id.value));
    areas_.resize(id.value + 1);
  }
  std::unique_ptr<Area>& area = areas_[id.value];
  if (area == nullptr) area = std::make_unique<Area>();
  return *area;
}

const BlockImage& DiskContent::image(sim::AreaId id) const {
  return area(id).image;
}

Stamp DiskContent::stable_at(sim::AreaId id, std::uint64_t lba) const {
  return undo_.stable_at(id, lba, image(id).at(lba));
}

BlockImage DiskContent::stable_image(sim::AreaId id) const {
  BlockImage stable;
  image(id).for_each_written(
      [&stable](std::uint64_t lba, Stamp stamp) { stable.write(lba, 1, stamp); });
  undo_.for_each_stable(id,
                        [&stable](std::uint64_t lba, Stamp stamp) { stable.write(lba, 1, stamp); });
  return stable;
}

std::vector<sim::AreaId> DiskContent::areas() const {
  std::vector<sim::AreaId> present;
  for (std::uint32_t id = 1; id < areas_.size(); ++id) {
    if (areas_[id] != nullptr && !areas_[id]->discarded) present.push_back({id});
  }
  return present;
}

void DiskContent::write(const sim::DiskWrite& write, bool stable) {
  const sim::DiskExtent& extent = write.extent;
  if (extent.area == record_area) {
    const std::uint64_t slot = records_.write(write.words, stable, log_);
    tell_changed(record_area, slot, 1);
    return;
  }
  Area& written = area(extent.area);
  if (written.discarded) return;
  if (!media_.idle()) media_.written({extent.area, extent.lba}, extent.blocks, stable);
  if (write.words.empty()) {
    write_blocks(written, extent, stable, [&write](std::uint64_t) { return write.stamp; });
  } else {
    REPLSIM_CHECK(write.words.size() == extent.blocks, check_value(write.words.size()),
                  check_value(extent.blocks));
    write_blocks(written, extent, stable, [&write](std::uint64_t i) { return write.words[i]; });
  }
  tell_changed(extent.area, extent.lba, extent.blocks);
}

template <class StampAt>
void DiskContent::write_blocks(Area& written, const sim::DiskExtent& extent, bool stable,
                               StampAt stamp_at) {
  ++changes_;
  const bool undoable = !stable || !undo_.empty();
  HardenedRun run{extent.area, extent.lba, 0, never_written};
  const auto seen = [&](std::uint64_t lba, Stamp old, Stamp stamp) {
    if (undoable) undo_.note(extent.area, lba, old, stamp, stable, lba == extent.lba);
    if (!stable || log_ == nullptr) return;
    if (run.blocks != 0 && run.stamp != stamp) {
      log_->blocks(run.area, run.lba, run.blocks, run.stamp);
      run.lba = lba;
      run.blocks = 0;
    }
    run.stamp = stamp;
    ++run.blocks;
  };
  written.image.exchange(extent.lba, extent.blocks, stamp_at, seen);
  if (run.blocks != 0) log_->blocks(run.area, run.lba, run.blocks, run.stamp);
}

void DiskContent::harden() {
  media_.hardened();
  undo_.harden(log_);
  records_.harden(log_);
}

// What was there before stays there, and the write shows elsewhere, or nowhere.
void DiskContent::write_astray(const sim::DiskWrite& write, bool stable,
                               std::span<const Astray> faults) {
  const sim::DiskExtent& extent = write.extent;
  std::vector<Stamp> before(extent.blocks, never_written);
  for_each_read(extent.area, extent.lba, extent.blocks,
                [&](std::uint64_t lba, Stamp stamp) { before[lba - extent.lba] = stamp; });
  this->write(write, stable);
  if (area(extent.area).discarded) return;
  for (const Astray& fault : faults) {
    for (std::uint32_t i = 0; i < extent.blocks; ++i) {
      media_.show(fault.fault, {extent.area, extent.lba + i}, before[i]);
    }
    for (std::uint32_t i = 0; i < extent.blocks && fault.shift != 0; ++i) {
      const Stamp stamp = write.words.empty() ? write.stamp : write.words[i];
      media_.show(fault.fault, {extent.area, extent.lba + fault.shift + i}, stamp);
    }
  }
}

void DiskContent::harden_falsely(std::span<const sim::FaultId> faults) {
  for (const sim::AreaId id : areas()) {
    undo_.for_each_stable(id, [&](std::uint64_t lba, Stamp really) {
      const Stamp promised = image(id).at(lba);
      for (const sim::FaultId fault : faults) media_.forgo(fault, {id, lba}, really, promised);
    });
  }
  undo_.harden(log_);
  records_.harden(log_);
}

void DiskContent::write_falsely(const sim::DiskWrite& write, std::span<const sim::FaultId> faults) {
  const sim::DiskExtent& extent = write.extent;
  std::vector<Stamp> really;
  for (std::uint32_t i = 0; i < extent.blocks; ++i) {
    const BlockPlace block{extent.area, extent.lba + i};
    really.push_back(media_.really(block).value_or(stable_at(block.area, block.lba)));
  }
  this->write(write, true);
  if (area(extent.area).discarded) return;
  for (std::uint32_t i = 0; i < extent.blocks; ++i) {
    const Stamp promised = write.words.empty() ? write.stamp : write.words[i];
    for (const sim::FaultId fault : faults) {
      media_.forgo(fault, {extent.area, extent.lba + i}, really[i], promised);
    }
  }
}

bool DiskContent::rot(sim::FaultId fault, const sim::DiskExtent& block, std::uint64_t stamp) {
  if (image(block.area).at(block.lba) == never_written) return false;
  media_.show(fault, {block.area, block.lba}, stamp);
  return true;
}

void DiskContent::remember(sim::FaultId fault, const sim::DiskExtent& extent) {
  const BlockImage& now = image(extent.area);
  for (std::uint64_t lba = extent.lba; lba < extent.lba + extent.blocks; ++lba) {
    media_.remember(fault, {extent.area, lba}, now.at(lba));
  }
}

bool DiskContent::show_old(sim::FaultId fault, const sim::DiskExtent& block,
                           std::uint64_t versions) {
  const BlockPlace place{block.area, block.lba};
  const auto old = versions == 0 ? std::nullopt : media_.old(fault, place, versions);
  if (!old || *old == image(block.area).at(block.lba)) {
    media_.hush(fault, place);
    return false;
  }
  media_.show(fault, place, *old);
  return true;
}

sim::Medium::Loss DiskContent::lose(sim::Stream& tear, sim::Survival survival) {
  ++changes_;
  Loss loss;
  const std::vector<BlockFate> fates = undo_.lose(tear, survival);
  for (const BlockFate& fate : fates) {
    if (fate.lost) area(fate.area).image.write(fate.lba, 1, fate.content);
    if (log_ != nullptr) log_->blocks(fate.area, fate.lba, 1, fate.content);
    ++(fate.lost ? loss.lost : loss.survived);
  }
  const std::vector<RecordFate> record_fates = records_.lose(tear, survival, log_);
  for (const RecordFate& fate : record_fates) ++(fate.lost ? loss.lost : loss.survived);
  media_.lose([this](BlockPlace block) { return image(block.area).at(block.lba); });
  for (ContentObserver* observer : observers_) {
    for (const BlockFate& fate : fates) {
      if (fate.lost) observer->lost(fate.area, fate.lba, 1);
    }
    for (const RecordFate& fate : record_fates) {
      if (fate.lost) observer->lost(record_area, fate.slot, 1);
    }
  }
  return loss;
}

void DiskContent::discard(sim::AreaId id) {
  ++changes_;
  Area& gone = area(id);
  gone.discarded = true;
  gone.image.clear();
  undo_.discard(id);
  media_.discard(id);
  if (log_ != nullptr) log_->discard(id);
}

void DiskContent::attach(HardenedLog& log) {
  for (const sim::AreaId id : areas()) REPLSIM_CHECK(image(id).written() == 0);
  log_ = &log;
}

void DiskContent::tell_changed(sim::AreaId id, std::uint64_t lba, std::uint64_t blocks) {
  for (ContentObserver* observer : observers_) observer->changed(id, lba, blocks);
}

}  // namespace replsim::store
