// The journal of one end of an asynchronous relation: host writes in their order (data plane 4a).
// The source end numbers each write, keeps it stably and sends it; the target end keeps what comes,
// stably, and applies it. What was applied is down-closed (A3): a write waits until every one that
// was acknowledged before it came has been applied. This class is the memory of it; journals.h
// moves the data.
//   J1  Numbers count from 1 in each journal. The lowest that is needed still is `low`.
//   J2  A record's slot is used again only when a stable head says that it is not needed.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <queue>
#include <unordered_map>
#include <utility>
#include <vector>

#include "model/engine/types.h"
#include "sim/time.h"

namespace replsim::engine {

enum class JournalStage : std::uint8_t {
  Missing,  ///< Target: not here yet.
  Writing,  ///< Its record is on its way to the disk.
  Kept,     ///< Stable here.
  Done,     ///< Source: stable at the other end. Target: applied.
};

/// Stable record of one write in a journal.
struct JournalRecord {
  std::uint32_t epoch = 0;   ///< RelationRecord::journal.
  std::uint64_t number = 0;  ///< From 1.
  std::uint64_t after = 0;   ///< All up to this one come first; 0: none.
  Extent extent;             ///< Of no blocks: a number that stands for nothing.
  std::uint64_t stamp = 0;
  bool operator==(const JournalRecord&) const = default;
};

/// Stable record of how far a journal is.
struct JournalHead {
  std::uint32_t epoch = 0;
  std::uint64_t low = 1;
  bool operator==(const JournalHead&) const = default;
};

class Journal {
 public:
  struct Entry {
    JournalStage stage = JournalStage::Missing;
    bool at_work = false;  ///< Target: being applied.
    std::uint32_t slot = 0;
    std::uint32_t sent_in = 0;  ///< Source: Relation::sessions when it was sent; 0: not yet.
    sim::Instant sent{};
    bool repeated = false;  ///< Source: sent more than once in this session.
    JournalRecord record;
  };

  Journal() = default;
  /// `used`: bytes in all journals of the array, kept up by each.
  Journal(std::uint64_t granule_blocks, std::uint32_t block_bytes, std::uint64_t& used)
      : granule_blocks_(granule_blocks), block_bytes_(block_bytes), used_(&used) {}

  /// A new, empty one.
  void open(std::uint32_t epoch);
  std::uint32_t epoch() const { return epoch_; }

  std::uint64_t low() const { return low_; }
  std::uint64_t last() const { return low_ + entries_.size() - 1; }
  bool empty() const { return entries_.empty(); }
  /// Data in entries that are not Done.
  std::uint64_t bytes() const { return blocks_ * block_bytes_; }
  /// Null when it is Done and forgotten, or was never here.
  Entry* find(std::uint64_t number);
  const Entry* find(std::uint64_t number) const;
  /// An entry that is not Done touches the blocks.
  bool covers(const Extent& extent) const;
  /// f(entry) of each that is not Done and not Missing, ascending.
  template <class F>
  void for_each(F f) const {
    for (const Entry& entry : entries_) {
      if (entry.stage == JournalStage::Writing || entry.stage == JournalStage::Kept) f(entry);
    }
  }

  /// Source end: the next number. It comes after all that were acknowledged so far.
  Entry& append(Extent extent, std::uint64_t stamp);
  /// Source end: its host write is acknowledged.
  void acknowledged(std::uint64_t number);
  /// Target end: what came from the source end.
  Entry& place(const JournalRecord& record);
  /// Target end: it could not be kept.
  void displace(std::uint64_t number);
  void done(std::uint64_t number);
  /// Restart: as read from the records. In ascending order of numbers, then `loaded`.
  void load(const JournalRecord& record, std::uint32_t slot);
  void load_head(const JournalHead& head);
  /// Source end: numbers that were never kept stand for nothing.
  void fill_gaps();

  /// Target end: every number below is here.
  std::uint64_t received_below();
  /// Target end: one that may be applied now, among the first `reach`.
  std::optional<std::uint64_t> next_to_apply(std::uint64_t reach) const;
  std::uint32_t at_work() const { return at_work_; }
  void begin_work(Entry& entry);
  void end_work(Entry& entry);

  /// Slots that a stable head at `low` would free.
  std::size_t retired() const { return retired_.size(); }
  /// A head with this `low` is stable.
  void head_is_stable(std::uint64_t low);
  /// Slots of the entries that cover a block.
  std::vector<std::uint32_t> slots_covering(std::uint64_t lba) const;

 private:
  std::uint32_t take_slot();
  void count(std::uint64_t blocks, bool more);
  void enter(const Entry& entry);
  void leave(const Entry& entry);
  void forget_prefix();

  std::uint64_t granule_blocks_ = 16;
  std::uint32_t block_bytes_ = 4096;
  std::uint64_t* used_ = nullptr;
  std::uint32_t epoch_ = 0;
  std::uint64_t low_ = 1;
  std::uint64_t acknowledged_ = 0;
  std::uint64_t received_ = 1;  ///< All below are Kept or Done.
  std::uint64_t blocks_ = 0;
  std::uint32_t at_work_ = 0;
  std::deque<Entry> entries_;  ///< From low_.
  /// Numbers by granule; look-up only.
  std::unordered_map<std::uint64_t, std::vector<std::uint64_t>> touched_;
  std::uint32_t next_slot_ = 1;  ///< Slot 0 holds the head.
  std::priority_queue<std::uint32_t, std::vector<std::uint32_t>, std::greater<>> free_;
  std::deque<std::pair<std::uint64_t, std::uint32_t>> retired_;  ///< Number, slot.
};

}  // namespace replsim::engine
