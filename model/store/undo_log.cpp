// Undo records: runs as they were written; sorted block by block only when power is lost.
#include "model/store/undo_log.h"

#include <algorithm>
#include <tuple>

namespace replsim::store {

void UndoLog::note(sim::AreaId area, std::uint64_t lba, Stamp old, Stamp stamp, bool stable,
                   bool first) {
  if (first && blocks_ >= fold_at_) fold();
  ++blocks_;
  if (!first && !runs_.empty()) {
    UndoRun& last = runs_.back();
    if (last.area == area && last.lba + last.blocks == lba && last.old == old &&
        last.stamp == stamp && last.blocks < UINT32_MAX) {
      ++last.blocks;
      return;
    }
  }
  runs_.push_back({area, 1, lba, old, stamp, stable});
}

void UndoLog::harden(HardenedLog* log) {
  if (log != nullptr) {
    for (const UndoRun& run : runs_) log->blocks(run.area, run.lba, run.blocks, run.stamp);
  }
  runs_.clear();
  blocks_ = 0;
  fold_at_ = fold_from;
}

std::vector<UndoLog::Write> UndoLog::sorted() const {
  std::vector<Write> writes;
  writes.reserve(blocks_);
  for (std::size_t i = 0; i < runs_.size(); ++i) {
    const UndoRun& run = runs_[i];
    for (std::uint64_t b = 0; b < run.blocks; ++b) {
      writes.push_back({run.area, run.stable, run.lba + b, i, run.old, run.stamp});
    }
  }
  std::sort(writes.begin(), writes.end(), [](const Write& a, const Write& b) {
    return std::tie(a.area, a.lba, a.order) < std::tie(b.area, b.lba, b.order);
  });
  return writes;
}

std::size_t UndoLog::end_of_block(const std::vector<Write>& writes, std::size_t begin) {
  std::size_t end = begin + 1;
  while (end < writes.size() && writes[end].area == writes[begin].area &&
         writes[end].lba == writes[begin].lba) {
    ++end;
  }
  return end;
}

UndoLog::Oldest UndoLog::oldest(const std::vector<Write>& writes, std::size_t begin,
                                std::size_t end) {
  for (std::size_t i = end; i > begin; --i) {
    if (writes[i - 1].stable) return {writes[i - 1].stamp, i};
  }
  return {writes[begin].old, begin};
}

std::uint64_t survivors(sim::Stream& tear, std::uint64_t undoable, sim::Survival survival) {
  const std::uint64_t drawn = tear.below(undoable + 1);
  switch (survival) {
    case sim::Survival::Random: return drawn;
    case sim::Survival::None: return 0;
    case sim::Survival::All: return undoable;
  }
  return drawn;
}

std::vector<BlockFate> UndoLog::lose(sim::Stream& tear, sim::Survival survival) {
  const std::vector<Write> writes = sorted();
  std::vector<BlockFate> fates;
  for (std::size_t begin = 0, end = 0; begin < writes.size(); begin = end) {
    end = end_of_block(writes, begin);
    const Oldest base = oldest(writes, begin, end);
    const std::size_t undoable = end - base.undoable;
    if (undoable == 0) continue;
    const std::uint64_t survive = survivors(tear, undoable, survival);
    const Stamp content = survive == 0 ? base.content : writes[base.undoable + survive - 1].stamp;
    fates.push_back({writes[begin].area, writes[begin].lba, content, survive != undoable});
  }
  harden(nullptr);
  return fates;
}

void UndoLog::fold() {
  const std::vector<Write> writes = sorted();
  runs_.clear();
  blocks_ = 0;
  for (std::size_t begin = 0, end = 0; begin < writes.size(); begin = end) {
    end = end_of_block(writes, begin);
    const Oldest base = oldest(writes, begin, end);
    if (base.undoable == end) continue;
    note(writes[begin].area, writes[begin].lba, base.content, writes[end - 1].stamp, false, false);
  }
  fold_at_ = std::max(fold_from, blocks_ * 2);
}

void UndoLog::discard(sim::AreaId area) {
  std::erase_if(runs_, [area](const UndoRun& run) { return run.area == area; });
  blocks_ = 0;
  for (const UndoRun& run : runs_) blocks_ += run.blocks;
}

Stamp UndoLog::stable_at(sim::AreaId area, std::uint64_t lba, Stamp now) const {
  for (auto run = runs_.rbegin(); run != runs_.rend(); ++run) {
    if (run->area != area || lba < run->lba || lba - run->lba >= run->blocks) continue;
    if (run->stable) return run->stamp;
    now = run->old;
  }
  return now;
}

}  // namespace replsim::store
