// Forgetting what nothing needs: the rules L1 and L2 of ledger.h.
#include <algorithm>

#include "harness/ledger.h"

namespace replsim::harness {

/// The images on which a block's versions may be visible, and scratch space.
struct Ledger::Sight {
  std::vector<const provider::VolumeImage*> images;
  std::vector<std::uint32_t> list;            // version indices, newest submission first
  std::vector<sim::Instant> first_acked;      // earliest acknowledgement among list[0..i]
  std::vector<std::uint32_t> first_acked_at;  // the version that has it
  std::vector<std::uint64_t> visible;
};

Ledger::Sight Ledger::sight_of(std::uint32_t entity) const {
  Sight sight;
  const std::uint32_t group = root(entity);
  for (std::uint32_t other = 0; other < volumes_.size(); ++other) {
    if (root(other) != group) continue;
    const provider::VolumeImage* image = testbed_.image(sim::EntityId{other});
    if (image != nullptr) sight.images.push_back(image);
  }
  return sight;
}

void Ledger::sweep(sim::Instant now) {
  std::vector<Sight> sights(volumes_.size());
  std::vector<bool> known(volumes_.size(), false);
  for (const auto& page : pages_) {
    const std::uint32_t group = root(page->volume);
    if (!known[group]) {
      known[group] = true;
      sights[group] = sight_of(group);
    }
    for (std::uint64_t i = 0; i < page_blocks; ++i) {
      Block& block = page->blocks[i];
      if (block.depth > 1) {
        sweep_block(block, page->number * page_blocks + i, now, sights[group]);
      }
    }
  }
  sweep_at_ = std::max(sweep_least_, 2 * versions_kept());
}

void Ledger::sweep_one(Block& block, std::uint32_t entity, std::uint64_t lba, sim::Instant now) {
  Sight sight = sight_of(entity);
  sweep_block(block, lba, now, sight);
}

void Ledger::sweep_block(Block& block, std::uint64_t lba, sim::Instant now, Sight& sight) {
  sight.list.clear();
  sight.first_acked.clear();
  sight.first_acked_at.clear();
  sight.visible.assign(1, 0);
  for (const provider::VolumeImage* image : sight.images) {
    if (lba >= image->blocks()) continue;
    sight.visible.push_back(image->at(lba));
    sight.visible.push_back(image->stable_at(lba));
  }
  for (std::uint32_t at = block.head; at != none; at = versions_[at].next) {
    const WriteInfo& write = writes_[versions_[at].write].info;
    sight.list.push_back(at);
    const bool earlier = sight.first_acked.empty() || write.acked < sight.first_acked.back();
    sight.first_acked.push_back(earlier ? write.acked : sight.first_acked.back());
    sight.first_acked_at.push_back(earlier ? at : sight.first_acked_at.back());
  }
  // The versions submitted at or after an instant are the first ones of the list.
  const auto submitted_since = [&](sim::Instant since) {
    const auto end =
        std::partition_point(sight.list.begin(), sight.list.end(), [&](std::uint32_t version) {
          return writes_[versions_[version].write].info.submitted >= since;
        });
    return static_cast<std::size_t>(end - sight.list.begin());
  };
  std::vector<std::uint32_t> successors;
  for (const std::uint64_t stamp : sight.visible) {
    const std::size_t newer = submitted_since(stamp == 0 ? before_all : acked_of(stamp));
    if (newer > 0) successors.push_back(sight.first_acked_at[newer - 1]);
  }
  block.head = none;
  block.depth = 0;
  std::uint32_t* tail = &block.head;
  for (const std::uint32_t version : sight.list) {
    const WriteInfo& write = writes_[versions_[version].write].info;
    bool keep = write.fate == WriteFate::Pending;
    if (write.fate == WriteFate::Acknowledged) {
      const bool at_once = write.acked == write.submitted;  // it does not supersede itself
      const std::size_t newer = submitted_since(write.acked + sim::Duration{at_once ? 1 : 0});
      const sim::Instant superseded = newer == 0 ? never : sight.first_acked[newer - 1];
      keep = superseded == never || now - superseded < grace;
    } else {
      keep = keep || now - write.submitted < grace;
    }
    keep = keep || std::find(sight.visible.begin(), sight.visible.end(), write.stamp) !=
                       sight.visible.end();
    keep = keep || std::find(successors.begin(), successors.end(), version) != successors.end();
    if (!keep) {
      drop(version);
      continue;
    }
    *tail = version;
    tail = &versions_[version].next;
    ++block.depth;
  }
  *tail = none;
  block.limit = std::max(first_limit, 2 * block.depth);
}

void Ledger::drop(std::uint32_t version) {
  const std::uint32_t index = versions_[version].write;
  versions_[version].next = free_version_;
  free_version_ = version;
  ++free_versions_;
  Write& write = writes_[index];
  if (--write.references > 0) return;
  table_.erase(write.info.stamp);
  free_writes_.push_back(index);
}

}  // namespace replsim::harness
