// Numbers, slots and what may be applied next.
#include "model/engine/journal.h"

#include <algorithm>

namespace replsim::engine {

void Journal::open(std::uint32_t epoch) {
  count(blocks_, false);
  *this = Journal(granule_blocks_, block_bytes_, *used_);
  epoch_ = epoch;
}

void Journal::count(std::uint64_t blocks, bool more) {
  const std::uint64_t bytes = blocks * block_bytes_;
  blocks_ = more ? blocks_ + blocks : blocks_ - blocks;
  *used_ = more ? *used_ + bytes : *used_ - bytes;
}

Journal::Entry* Journal::find(std::uint64_t number) {
  if (number < low_ || number > last()) return nullptr;
  return &entries_[number - low_];
}

const Journal::Entry* Journal::find(std::uint64_t number) const {
  if (number < low_ || number > last()) return nullptr;
  return &entries_[number - low_];
}

bool Journal::covers(const Extent& extent) const {
  if (touched_.empty() || extent.blocks == 0) return false;
  const std::uint64_t last_granule = (extent.lba + extent.blocks - 1) / granule_blocks_;
  for (std::uint64_t g = extent.lba / granule_blocks_; g <= last_granule; ++g) {
    if (touched_.contains(g)) return true;
  }
  return false;
}

void Journal::enter(const Entry& entry) {
  const Extent& extent = entry.record.extent;
  count(extent.blocks, true);
  if (extent.blocks == 0) return;
  const std::uint64_t last_granule = (extent.lba + extent.blocks - 1) / granule_blocks_;
  for (std::uint64_t g = extent.lba / granule_blocks_; g <= last_granule; ++g) {
    touched_[g].push_back(entry.record.number);
  }
}

void Journal::leave(const Entry& entry) {
  const Extent& extent = entry.record.extent;
  count(extent.blocks, false);
  if (extent.blocks == 0) return;
  const std::uint64_t last_granule = (extent.lba + extent.blocks - 1) / granule_blocks_;
  for (std::uint64_t g = extent.lba / granule_blocks_; g <= last_granule; ++g) {
    const auto at = touched_.find(g);
    std::erase(at->second, entry.record.number);
    if (at->second.empty()) touched_.erase(at);
  }
}

std::uint32_t Journal::take_slot() {
  if (free_.empty()) return next_slot_++;
  const std::uint32_t slot = free_.top();
  free_.pop();
  return slot;
}

Journal::Entry& Journal::append(Extent extent, std::uint64_t stamp) {
  const std::uint64_t number = last() + 1;
  Entry& entry = entries_.emplace_back();
  entry.stage = JournalStage::Writing;
  entry.slot = take_slot();
  entry.record = {
      .epoch = epoch_, .number = number, .after = acknowledged_, .extent = extent, .stamp = stamp};
  enter(entry);
  return entry;
}

void Journal::acknowledged(std::uint64_t number) {
  acknowledged_ = std::max(acknowledged_, number);
}

Journal::Entry& Journal::place(const JournalRecord& record) {
  while (last() < record.number) entries_.emplace_back();
  Entry& entry = entries_[record.number - low_];
  entry.stage = JournalStage::Writing;
  entry.slot = take_slot();
  entry.record = record;
  enter(entry);
  return entry;
}

void Journal::displace(std::uint64_t number) {
  Entry* entry = find(number);
  if (entry == nullptr) return;
  leave(*entry);
  free_.push(entry->slot);
  *entry = Entry{};
}

void Journal::done(std::uint64_t number) {
  Entry* entry = find(number);
  if (entry == nullptr || entry->stage == JournalStage::Done) return;
  if (entry->stage != JournalStage::Missing) leave(*entry);
  entry->stage = JournalStage::Done;
  forget_prefix();
}

void Journal::forget_prefix() {
  while (!entries_.empty() && entries_.front().stage == JournalStage::Done) {
    if (entries_.front().slot != 0) retired_.emplace_back(low_, entries_.front().slot);
    entries_.pop_front();
    ++low_;
  }
}

void Journal::load_head(const JournalHead& head) {
  low_ = head.low;
}

void Journal::load(const JournalRecord& record, std::uint32_t slot) {
  next_slot_ = std::max(next_slot_, slot + 1);
  if (record.number < low_) return;
  while (last() < record.number) entries_.emplace_back();
  Entry& entry = entries_[record.number - low_];
  entry.stage = JournalStage::Kept;
  entry.slot = slot;
  entry.record = record;
  enter(entry);
  acknowledged_ = std::max(acknowledged_, record.number);
}

void Journal::fill_gaps() {
  for (std::uint64_t number = low_; number <= last(); ++number) {
    Entry& entry = entries_[number - low_];
    if (entry.stage != JournalStage::Missing) continue;
    entry.stage = JournalStage::Kept;
    entry.record = {.epoch = epoch_, .number = number};
  }
}

std::uint64_t Journal::received_below() {
  received_ = std::max(received_, low_);
  while (received_ <= last()) {
    const JournalStage stage = entries_[received_ - low_].stage;
    if (stage == JournalStage::Missing || stage == JournalStage::Writing) break;
    ++received_;
  }
  return received_;
}

std::optional<std::uint64_t> Journal::next_to_apply(std::uint64_t reach) const {
  const std::uint64_t end = std::min<std::uint64_t>(entries_.size(), reach);
  for (std::uint64_t i = 0; i < end; ++i) {
    const Entry& entry = entries_[i];
    if (entry.stage != JournalStage::Kept || entry.at_work) continue;
    if (entry.record.after < low_) return low_ + i;
  }
  return std::nullopt;
}

void Journal::begin_work(Entry& entry) {
  entry.at_work = true;
  ++at_work_;
}

void Journal::end_work(Entry& entry) {
  entry.at_work = false;
  --at_work_;
}

void Journal::head_is_stable(std::uint64_t low) {
  while (!retired_.empty() && retired_.front().first < low) {
    free_.push(retired_.front().second);
    retired_.pop_front();
  }
}

std::vector<std::uint32_t> Journal::slots_covering(std::uint64_t lba) const {
  std::vector<std::uint32_t> slots;
  const auto at = touched_.find(lba / granule_blocks_);
  if (at == touched_.end()) return slots;
  for (const std::uint64_t number : at->second) {
    const Entry& entry = *find(number);
    const Extent& extent = entry.record.extent;
    if (lba >= extent.lba && lba - extent.lba < extent.blocks) slots.push_back(entry.slot);
  }
  return slots;
}

}  // namespace replsim::engine
