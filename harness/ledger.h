// The ledger: every host write by its stamp, as the arrays' trace tells it. What the oracles judge
// by: when a write reached its array, when the array acknowledged it, and which versions of each
// block are still needed. Order: w1 happens before w2 iff acked(w1) <= submitted(w2).
//   L1  A version of a block is kept while it is not finally answered, or not superseded (an
//       acknowledged write to the block that it happens before), or visible on an image of the
//       volume or of one related to it, or the first successor of a stamp visible there.
//   L2  What L1 does not need is forgotten at the first sweep at least `grace` later (transfers
//       still in flight may show it). A sweep comes when the versions have doubled, or those of one
//       block, so that memory follows what is visible and not the number of writes, at constant
//       cost a write.
//   L3  No allocation by node, no ordered map: records, versions and pages lie in flat vectors.
// Source: DESIGN 2 and 9, invariants.md (notation).
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

#include "harness/provider/testbed.h"
#include "harness/stamp_table.h"
#include "model/trace/events.h"
#include "sim/time.h"
#include "sim/trace.h"

namespace replsim::harness {

/// How a write stands at its array.
enum class WriteFate : std::uint8_t { Pending, Acknowledged, Refused, Failed };

/// Later and earlier than whatever happens in a run.
inline constexpr sim::Instant never = sim::Instant::max();
inline constexpr sim::Instant before_all = sim::Instant::min();

/// One host write. `blocks` of the volume's block size, all with this stamp.
struct WriteInfo {
  std::uint64_t stamp = 0;
  std::uint64_t lba = 0;
  std::uint64_t blocks = 0;
  sim::Instant submitted{};    ///< First time that it reached the array.
  sim::Instant acked = never;  ///< First acknowledgement by the array; `never` without one.
  sim::EntityId volume;
  WriteFate fate = WriteFate::Pending;
};

class Ledger final : public sim::TraceObserver {
 public:
  /// Versions that nothing needs are forgotten this long after they were superseded.
  static constexpr sim::Duration grace = sim::seconds(60);

  /// Reads the images of `testbed` at sweeps. The caller adds it to the trace, before all checkers.
  explicit Ledger(const provider::Testbed& testbed, std::size_t sweep_from = 1 << 16);

  void observe(const sim::TraceEvent& event) override;

  // Writes -------------------------------------------------------------------------------------
  /// Null when the stamp was never issued or is forgotten (L2). Valid until the next write.
  const WriteInfo* find(std::uint64_t stamp) const;
  /// True when an array has seen this stamp, also when it is forgotten by now.
  bool issued(std::uint64_t stamp) const;
  /// acked(first) <= submitted(second). Stamp 0 is before every other; unknown ones are not.
  bool happens_before(std::uint64_t first, std::uint64_t second) const;

  // Blocks -------------------------------------------------------------------------------------
  /// Calls visit(const WriteInfo&) for the kept versions of a block, newest submission first.
  template <class Visit>
  void for_each_version(sim::EntityId volume, std::uint64_t lba, Visit&& visit) const;
  /// The versions that `stamp` happens before (all of them for stamp 0), newest first.
  template <class Visit>
  void for_each_newer(sim::EntityId volume, std::uint64_t lba, std::uint64_t stamp,
                      Visit&& visit) const;
  /// The acknowledged versions that happen before no other acknowledged version, newest first.
  template <class Visit>
  void for_each_latest_acked(sim::EntityId volume, std::uint64_t lba, Visit&& visit) const;
  /// The acknowledged version with the latest acknowledgement; null without one.
  const WriteInfo* last_acked(sim::EntityId volume, std::uint64_t lba) const;
  /// Of the versions that `stamp` happens before, the one acknowledged first; null without one.
  const WriteInfo* first_successor(sim::EntityId volume, std::uint64_t lba,
                                   std::uint64_t stamp) const;
  /// Calls visit(lba) for every block of the volume with a kept version, ascending.
  template <class Visit>
  void for_each_block(sim::EntityId volume, Visit&& visit) const;

  // Counters -----------------------------------------------------------------------------------
  /// Writes that the array acknowledged on this volume since the start.
  std::uint64_t acknowledged(sim::EntityId volume) const;
  /// Writes that reached the array of this volume since the start, each once.
  std::uint64_t asked(sim::EntityId volume) const;
  /// Writes not yet answered by their array, anywhere.
  std::uint64_t pending() const { return pending_; }
  /// Writes whose record is kept, for tests of L2.
  std::size_t writes_kept() const { return table_.size(); }
  std::size_t versions_kept() const { return versions_.size() - free_versions_; }

 private:
  static constexpr std::uint32_t none = UINT32_MAX;
  static constexpr std::uint64_t page_blocks = 256;
  struct Version {
    std::uint32_t write;
    std::uint32_t next;
  };
  static constexpr std::uint32_t first_limit = 64;
  struct Block {
    std::uint32_t head = none;
    std::uint32_t depth = 0;            ///< Versions in the list.
    std::uint32_t limit = first_limit;  ///< Depth at which this block is swept alone.
  };
  struct Page {
    std::uint32_t volume = 0;
    std::uint64_t number = 0;
    std::array<Block, page_blocks> blocks;
  };
  struct Write {
    WriteInfo info;
    std::uint32_t references = 0;
  };
  struct Volume {
    std::uint64_t acknowledged = 0;
    std::uint64_t asked = 0;
    std::uint32_t group = 0;  ///< Union-find parent of related volumes.
  };
  struct PairVolume {
    std::uint64_t pair;
    std::uint32_t volume;
  };

  void submitted(const sim::TraceEvent& event);
  void answered(const sim::TraceEvent& event);
  void related(const sim::TraceEvent& event);
  std::uint32_t head(sim::EntityId volume, std::uint64_t lba) const;
  Page& page(std::uint32_t volume, std::uint64_t number);
  Volume& volume(std::uint32_t entity);
  std::uint32_t root(std::uint32_t entity) const;
  sim::Instant acked_of(std::uint64_t stamp) const;
  std::vector<const Page*> pages_of(sim::EntityId volume) const;

  // Sweeping (ledger_sweep.cpp)
  struct Sight;
  void sweep(sim::Instant now);
  void sweep_block(Block& block, std::uint64_t lba, sim::Instant now, Sight& sight);
  void sweep_one(Block& block, std::uint32_t volume, std::uint64_t lba, sim::Instant now);
  Sight sight_of(std::uint32_t volume) const;
  void drop(std::uint32_t version);

  const provider::Testbed& testbed_;
  StampTable table_;  ///< Stamp -> index into writes_.
  std::vector<Write> writes_;
  std::vector<std::uint32_t> free_writes_;
  std::vector<Version> versions_;
  std::uint32_t free_version_ = none;
  std::size_t free_versions_ = 0;
  StampTable page_table_;  ///< volume and page number -> index into pages_.
  std::vector<std::unique_ptr<Page>> pages_;
  std::vector<Volume> volumes_;       ///< By entity number.
  std::vector<PairVolume> pairs_;     ///< One volume of each pair seen.
  std::vector<std::uint64_t> hosts_;  ///< Highest write count seen, by host number.
  std::uint64_t pending_ = 0;
  std::size_t sweep_least_;
  std::size_t sweep_at_;
};

template <class Visit>
void Ledger::for_each_version(sim::EntityId volume, std::uint64_t lba, Visit&& visit) const {
  for (std::uint32_t at = head(volume, lba); at != none; at = versions_[at].next) {
    visit(writes_[versions_[at].write].info);
  }
}

template <class Visit>
void Ledger::for_each_newer(sim::EntityId volume, std::uint64_t lba, std::uint64_t stamp,
                            Visit&& visit) const {
  const sim::Instant acked = acked_of(stamp);
  for_each_version(volume, lba, [&](const WriteInfo& write) {
    if (write.stamp != stamp && acked <= write.submitted) visit(write);
  });
}

template <class Visit>
void Ledger::for_each_latest_acked(sim::EntityId volume, std::uint64_t lba, Visit&& visit) const {
  // Newest submission first: a version is superseded iff one seen so far was acknowledged and
  // submitted at or after its acknowledgement; the latest such submission decides.
  sim::Instant latest = before_all;
  for_each_version(volume, lba, [&](const WriteInfo& write) {
    if (write.fate != WriteFate::Acknowledged) return;
    if (write.acked > latest) visit(write);
    if (write.submitted > latest) latest = write.submitted;
  });
}

template <class Visit>
void Ledger::for_each_block(sim::EntityId volume, Visit&& visit) const {
  for (const Page* page : pages_of(volume)) {
    for (std::uint64_t i = 0; i < page_blocks; ++i) {
      if (page->blocks[i].head != none) visit(page->number * page_blocks + i);
    }
  }
}

}  // namespace replsim::harness
