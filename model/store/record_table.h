// The records on a disk: key -> encoded words, what reads see, with the same undo rules as blocks
// (undo_log.h, U1 and U2): after a power loss each record is the stable one or that of one of its
// unhardened writes; whole, because it lies in one block.
//   R1  A key keeps its slot (its block in area 0) as long as it is there, stably or not.
//   R2  Iteration is ascending by key.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "model/store/hardened_log.h"
#include "model/store/record.h"
#include "sim/chance.h"

namespace replsim::store {

/// What a power loss made of one record.
struct RecordFate {
  std::uint64_t slot = 0;
  bool lost = false;  ///< Its newest write is gone.
};

class RecordTable {
 public:
  /// The slot of a key; a new key gets the lowest free one.
  std::uint64_t slot_for(RecordKey key);
  /// The record is written, or erased. Returns its slot.
  std::uint64_t write(std::span<const std::uint64_t> encoded, bool stable, HardenedLog* log);
  void harden(HardenedLog* log);
  /// Decide the fate of each record, in order of keys, and tell `log` (may be null) what survived.
  std::vector<RecordFate> lose(sim::Stream& tear, sim::Survival survival, HardenedLog* log);

  /// Counts changes of what is held or is stable.
  std::uint64_t changes() const { return changes_; }

  /// The encoded words; empty when there is no such record.
  std::span<const std::uint64_t> find(RecordKey key) const;
  /// f(key, encoded words) for each record of the kind, ascending. `stable`: what would survive
  /// now.
  template <class F>
  void for_each(std::uint16_t kind, bool stable, F f) const {
    for (const Row& row : rows(kind, kind, stable)) f(row.key, row.words);
  }
  /// f(key, encoded words) for all records, ascending.
  template <class F>
  void for_each(bool stable, F f) const {
    for (const Row& row : rows(0, UINT16_MAX, stable)) f(row.key, row.words);
  }

 private:
  struct Record {
    RecordKey key;
    bool used = false;  ///< The slot belongs to the key.
    RecordWords words;  ///< Empty: there is none.
  };
  struct Undo {
    std::uint32_t slot;
    bool stable;  ///< Cannot be undone, nor anything before it.
    RecordWords old;
  };
  struct Row {
    RecordKey key;
    std::span<const std::uint64_t> words;
  };

  std::size_t place_of(RecordKey key) const;
  void grow();
  void release(std::uint32_t slot);
  void fold();
  std::vector<Row> rows(std::uint16_t first_kind, std::uint16_t last_kind, bool stable) const;
  RecordWords spare();

  static constexpr std::size_t fold_from = 1 << 14;

  std::deque<Record> records_;        ///< By slot.
  std::vector<std::uint32_t> index_;  ///< Open addressing: slot + 1, 0 = free place.
  std::uint64_t changes_ = 0;
  std::size_t live_ = 0;
  std::vector<std::uint32_t> free_;  ///< Slots, a min-heap.
  std::vector<Undo> undo_;
  std::size_t fold_at_ = fold_from;
  std::vector<RecordWords> spares_;  ///< Buffers to use again.
};

}  // namespace replsim::store
