// Records by slot, found through an open-addressing index; undo keeps the words written over.
#include "model/store/record_table.h"

#include <algorithm>
#include <functional>
#include <tuple>
#include <utility>

#include "model/store/undo_log.h"
#include "sim/check.h"
#include "sim/hash.h"

namespace replsim::store {
namespace {

std::uint64_t hash_of(RecordKey key) {
  return sim::mix(key.kind, static_cast<std::uint64_t>(key.owner) << 32 | key.index);
}

}  // namespace

// The key's place, or the free place where it belongs.
std::size_t RecordTable::place_of(RecordKey key) const {
  const std::size_t mask = index_.size() - 1;
  for (std::size_t at = hash_of(key) & mask;; at = (at + 1) & mask) {
    if (index_[at] == 0 || records_[index_[at] - 1].key == key) return at;
  }
}

void RecordTable::grow() {
  index_.assign(index_.empty() ? 16 : index_.size() * 2, 0);
  for (std::uint32_t slot = 0; slot < records_.size(); ++slot) {
    if (records_[slot].used) index_[place_of(records_[slot].key)] = slot + 1;
  }
}

std::uint64_t RecordTable::slot_for(RecordKey key) {
  if ((live_ + 1) * 4 > index_.size() * 3) grow();
  const std::size_t place = place_of(key);
  if (index_[place] != 0) return index_[place] - 1;
  std::uint32_t slot = 0;
  if (free_.empty()) {
    slot = static_cast<std::uint32_t>(records_.size());
    records_.emplace_back();
  } else {
    std::pop_heap(free_.begin(), free_.end(), std::greater<>());
    slot = free_.back();
    free_.pop_back();
  }
  records_[slot].key = key;
  records_[slot].used = true;
  index_[place] = slot + 1;
  ++live_;
  return slot;
}

RecordWords RecordTable::spare() {
  if (spares_.empty()) return {};
  RecordWords words = std::move(spares_.back());
  spares_.pop_back();
  words.clear();
  return words;
}

std::uint64_t RecordTable::write(std::span<const std::uint64_t> encoded, bool stable,
                                 HardenedLog* log) {
  ++changes_;
  REPLSIM_CHECK(record_well_formed(encoded), check_value(encoded.size()));
  if (undo_.size() >= fold_at_) fold();
  const auto slot = static_cast<std::uint32_t>(slot_for(record_key(encoded)));
  Record& record = records_[slot];
  RecordWords words = spare();
  if (!record_is_erasure(encoded)) words.assign(encoded.begin(), encoded.end());
  std::swap(record.words, words);
  if (stable && log != nullptr) log->record(encoded);
  if (!stable || !undo_.empty()) {
    undo_.push_back({slot, stable, std::move(words)});
  } else {
    spares_.push_back(std::move(words));
    if (record.words.empty()) release(slot);
  }
  return slot;
}

void RecordTable::harden(HardenedLog* log) {
  ++changes_;
  std::vector<std::uint32_t> slots;
  for (Undo& undo : undo_) {
    slots.push_back(undo.slot);
    spares_.push_back(std::move(undo.old));
  }
  undo_.clear();
  if (slots.empty()) return;
  std::sort(slots.begin(), slots.end());
  slots.erase(std::unique(slots.begin(), slots.end()), slots.end());
  fold_at_ = fold_from;
  for (const std::uint32_t slot : slots) {
    const Record& record = records_[slot];
    if (record.words.empty()) {
      if (log != nullptr) log->record(encode_erasure(record.key));
      release(slot);
    } else if (log != nullptr) {
      log->record(record.words);
    }
  }
}

// The record is gone for good: its slot is free again. Closes the gap in the probe sequence.
void RecordTable::release(std::uint32_t slot) {
  const std::size_t mask = index_.size() - 1;
  std::size_t gap = place_of(records_[slot].key);
  for (std::size_t at = (gap + 1) & mask; index_[at] != 0; at = (at + 1) & mask) {
    const std::size_t home = hash_of(records_[index_[at] - 1].key) & mask;
    if (((at - home) & mask) < ((at - gap) & mask)) continue;
    index_[gap] = index_[at];
    gap = at;
  }
  index_[gap] = 0;
  records_[slot].used = false;
  free_.push_back(slot);
  std::push_heap(free_.begin(), free_.end(), std::greater<>());
  --live_;
}

// Keeps of each record only what would survive now; the steps between are given up.
void RecordTable::fold() {
  std::vector<std::size_t> first(records_.size(), undo_.size());  // that can be undone
  std::vector<bool> sealed(records_.size());
  for (std::size_t i = undo_.size(); i-- > 0;) {
    const std::uint32_t slot = undo_[i].slot;
    if (undo_[i].stable) sealed[slot] = true;
    if (!sealed[slot]) first[slot] = i;
  }
  std::vector<Undo> kept;
  for (std::size_t i = 0; i < undo_.size(); ++i) {
    if (first[undo_[i].slot] == i) kept.push_back(std::move(undo_[i]));
  }
  for (std::uint32_t slot = 0; slot < records_.size(); ++slot) {
    const bool settled = sealed[slot] && first[slot] == undo_.size();
    if (settled && records_[slot].words.empty()) release(slot);
  }
  undo_ = std::move(kept);
  fold_at_ = std::max(fold_from, undo_.size() * 2);
}

std::vector<RecordFate> RecordTable::lose(sim::Stream& tear, sim::Survival survival,
                                          HardenedLog* log) {
  ++changes_;
  std::vector<std::uint32_t> order(undo_.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [this](std::uint32_t a, std::uint32_t b) {
    const RecordKey& first = records_[undo_[a].slot].key;
    const RecordKey& second = records_[undo_[b].slot].key;
    return std::tie(first, a) < std::tie(second, b);
  });
  std::vector<RecordFate> fates;
  for (std::size_t begin = 0, end = 0; begin < order.size(); begin = end) {
    const std::uint32_t slot = undo_[order[begin]].slot;
    std::size_t first = begin;  // first write that can be undone
    for (end = begin; end < order.size() && undo_[order[end]].slot == slot; ++end) {
      if (undo_[order[end]].stable) first = end + 1;
    }
    const std::size_t undoable = end - first;
    if (undoable == 0) continue;
    const std::uint64_t survive = survivors(tear, undoable, survival);
    Record& record = records_[slot];
    // What the write after the last surviving one wrote over is what survives.
    if (survive != undoable) record.words = std::move(undo_[order[first + survive]].old);
    if (survive != 0 && log != nullptr) {
      log->record(record.words.empty() ? encode_erasure(record.key) : record.words);
    }
    fates.push_back({slot, survive != undoable});
  }
  for (const Undo& undo : undo_) {
    if (records_[undo.slot].used && records_[undo.slot].words.empty()) release(undo.slot);
  }
  undo_.clear();
  fold_at_ = fold_from;
  return fates;
}

std::span<const std::uint64_t> RecordTable::find(RecordKey key) const {
  if (index_.empty()) return {};
  const std::uint32_t place = index_[place_of(key)];
  if (place == 0) return {};
  return records_[place - 1].words;
}

std::vector<RecordTable::Row> RecordTable::rows(std::uint16_t first_kind, std::uint16_t last_kind,
                                                bool stable) const {
  std::vector<std::span<const std::uint64_t>> words;
  for (const Record& record : records_) words.emplace_back(record.words);
  if (stable) {
    std::vector<bool> settled(records_.size());
    for (auto undo = undo_.rbegin(); undo != undo_.rend(); ++undo) {
      if (undo->stable) settled[undo->slot] = true;
      if (!settled[undo->slot]) words[undo->slot] = undo->old;
    }
  }
  std::vector<Row> rows;
  for (std::size_t slot = 0; slot < records_.size(); ++slot) {
    const Record& record = records_[slot];
    if (!record.used || words[slot].empty()) continue;
    if (record.key.kind < first_kind || record.key.kind > last_kind) continue;
    rows.push_back({record.key, words[slot]});
  }
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.key < b.key; });
  return rows;
}

}  // namespace replsim::store
