// The content of one disk: images of its areas and, in area 0, the records of an array. What reads
// see is kept in place; undo records say what of it a power loss can take back. It outlives
// crashes of the node; a hardened write is appended to the sink's log without any I/O.
//   C1  stable_at() is what a power loss leaves at the least; every lost block went back to that,
//       or to a later value that some write gave it.
//   C2  A discarded area is gone for ever: writes still on their way to it have no effect.
// Source: DESIGN 5; sim/disk.h D2-D5.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "model/store/block_image.h"
#include "model/store/hardened_log.h"
#include "model/store/media_faults.h"
#include "model/store/record_table.h"
#include "model/store/undo_log.h"
#include "sim/disk.h"

namespace replsim::store {

/// The area of the records; volumes have areas from 1.
inline constexpr sim::AreaId record_area{0};

/// Told of changes of content. Must not write, post, draw or throw. In area 0 the lba is the
/// record's slot.
struct ContentObserver {
  virtual ~ContentObserver() = default;
  /// The write of these blocks took effect.
  virtual void changed(sim::AreaId area, std::uint64_t lba, std::uint64_t blocks) = 0;
  /// A power loss took back the newest write of these blocks; told after the whole loss.
  virtual void lost(sim::AreaId area, std::uint64_t lba, std::uint64_t blocks) = 0;
};

class DiskContent final : public sim::Medium {
 public:
  DiskContent() = default;
  DiskContent(const DiskContent&) = delete;
  DiskContent& operator=(const DiskContent&) = delete;

  /// What reads see. The reference lives as long as the DiskContent.
  const BlockImage& image(sim::AreaId area) const;
  /// f(lba, stamp) for what a read of these blocks sees, ascending; what was never written is left
  /// out. The image itself has no lies of media faults (media_faults.h).
  template <class F>
  void for_each_read(sim::AreaId area, std::uint64_t lba, std::uint64_t blocks, F f) const;
  const MediaFaults& media() const { return media_; }
  /// What would survive if all unhardened writes were lost now.
  Stamp stable_at(sim::AreaId area, std::uint64_t lba) const;
  BlockImage stable_image(sim::AreaId area) const;
  /// Areas that hold blocks or held them and were not discarded, ascending.
  std::vector<sim::AreaId> areas() const;
  /// Moves with every change of some area's content.
  std::uint64_t changes() const { return changes_; }
  RecordTable& records() { return records_; }
  const RecordTable& records() const { return records_; }

  // sim::Medium
  void write(const sim::DiskWrite& write, bool stable) override;
  void harden() override;
  Loss lose(sim::Stream& tear, sim::Survival survival = sim::Survival::Random) override;
  void write_astray(const sim::DiskWrite& write, bool stable,
                    std::span<const Astray> faults) override;
  void harden_falsely(std::span<const sim::FaultId> faults) override;
  void write_falsely(const sim::DiskWrite& write, std::span<const sim::FaultId> faults) override;
  bool rot(sim::FaultId fault, const sim::DiskExtent& block, std::uint64_t stamp) override;
  void remember(sim::FaultId fault, const sim::DiskExtent& extent) override;
  bool show_old(sim::FaultId fault, const sim::DiskExtent& block, std::uint64_t versions) override;
  void lift(sim::FaultId fault) override { media_.lift(fault); }

  /// Drop an area for ever (stably, at once).
  void discard(sim::AreaId area);

  void add_observer(ContentObserver& observer) { observers_.push_back(&observer); }
  void remove_observer(ContentObserver& observer) { std::erase(observers_, &observer); }
  /// From now on what becomes stable is appended to the log. Attach before anything was written.
  void attach(HardenedLog& log);

 private:
  struct Area {
    BlockImage image;
    bool discarded = false;
  };

  static constexpr std::uint32_t area_max = 1u << 24;

  Area& area(sim::AreaId id) const;
  template <class StampAt>
  void write_blocks(Area& area, const sim::DiskExtent& extent, bool stable, StampAt stamp_at);
  void tell_changed(sim::AreaId area, std::uint64_t lba, std::uint64_t blocks);

  mutable std::vector<std::unique_ptr<Area>> areas_;  ///< By id; made on first use.
  std::uint64_t changes_ = 0;
  UndoLog undo_;
  RecordTable records_;
  MediaFaults media_;
  HardenedLog* log_ = nullptr;
  std::vector<ContentObserver*> observers_;
};

template <class F>
void DiskContent::for_each_read(sim::AreaId id, std::uint64_t lba, std::uint64_t blocks,
                                F f) const {
  const BlockImage& written = image(id);
  if (media_.silent()) {
    written.for_each_written(lba, blocks, f);
    return;
  }
  for (std::uint64_t at = lba; at < lba + blocks; ++at) {
    const Stamp stamp = media_.shown({id, at}).value_or(written.at(at));
    if (stamp != never_written) f(at, stamp);
  }
}

}  // namespace replsim::store
