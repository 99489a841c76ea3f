// The trace: what happened, as 48 bytes of plain data an event. A rolling XXH3-64 hash takes the
// fields one by one, little-endian, never struct bytes, pointers or sequence numbers; an entity
// enters by the hash of its name. Observers may read; they can not change a run.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/time.h"

namespace replsim::sim {

/// Index of a named entity of one World; 0 is the world itself.
struct EntityId {
  std::uint32_t value = 0;
  auto operator<=>(const EntityId&) const = default;
};

/// One row of a layer's table of trace kinds. `number` is stable for ever: 1..99 are sim's.
struct TraceKind {
  std::uint16_t number;
  std::string_view name;
  std::array<std::string_view, 3> fields;  ///< Names of a, b, c; empty = not used.
  bool hashed;                             ///< Enters the rolling hash.
  bool kept;                               ///< Kept for the whole run; others pass through a ring.
};

struct TraceEvent {
  Instant time;
  std::uint64_t cause;  ///< Kind-specific: id of the call, write or message behind it.
  std::uint64_t a, b, c;
  EntityId entity;
  std::uint16_t kind;
  std::uint16_t reserved = 0;
};
static_assert(sizeof(TraceEvent) == 48);

/// Reads the trace as it is made. Must not post, draw, send or throw.
class TraceObserver {
 public:
  virtual ~TraceObserver() = default;
  virtual void observe(const TraceEvent& event) = 0;
};

/// Collects events, hashes them and hands them on.
class Trace {
 public:
  explicit Trace(std::size_t ring = 4096) : ring_(std::max<std::size_t>(ring, 1)) {}

  /// Name -> id; the same name gives the same id. An id's name never changes.
  EntityId entity(std::string_view name);
  const std::string& name(EntityId id) const { return names_[id.value]; }

  void add(const TraceKind& kind, const TraceEvent& event) {
    if (kind.hashed) fold(event);
    if (kind.kept || keep_all_) {
      kept_.push_back(event);
    } else {
      if (ring_next_ == ring_.size()) ring_next_ = 0;
      ring_[ring_next_++] = event;
      ++ring_count_;
    }
    ++count_;
    for (TraceObserver* observer : observers_) observer->observe(event);
  }

  void add_observer(TraceObserver& observer) { observers_.push_back(&observer); }
  void remove_observer(TraceObserver& observer);
  /// Keep I/O events too (`--trace`). Changes no hash.
  void keep_all() { keep_all_ = true; }

  std::uint64_t hash() const;  ///< Of everything hashed so far.
  std::uint64_t count() const { return count_; }
  const std::vector<TraceEvent>& kept() const { return kept_; }
  /// The last events that are not kept, oldest first.
  std::vector<TraceEvent> recent() const;

 private:
  void fold(const TraceEvent& event) {
    if (block_used_ == block_words) [[unlikely]]
      close_block();
    std::uint64_t* const words = block_.data() + block_used_;
    words[0] = static_cast<std::uint64_t>(ns(event.time));
    words[1] = name_hashes_[event.entity.value] ^ event.kind;
    words[2] = event.cause;
    words[3] = event.a;
    words[4] = event.b;
    words[5] = event.c;
    block_used_ += event_words;
  }
  void close_block();

  static constexpr std::size_t event_words = 6;
  static constexpr std::size_t block_words = event_words * 64;
  std::vector<std::string> names_{"world"};
  std::vector<std::uint64_t> name_hashes_{0};
  std::vector<std::pair<std::uint64_t, std::uint32_t>> by_hash_;  // sorted by name hash
  std::vector<TraceObserver*> observers_;
  std::vector<TraceEvent> kept_;
  std::vector<TraceEvent> ring_;
  std::size_t ring_next_ = 0;
  std::uint64_t ring_count_ = 0;
  std::uint64_t count_ = 0;
  bool keep_all_ = false;
  // Words wait in a block; the hash of a full block seeds the next one. hash() folds the rest.
  std::array<std::uint64_t, block_words> block_;
  std::size_t block_used_ = 0;
  std::uint64_t rolling_ = 0;
};

}  // namespace replsim::sim
