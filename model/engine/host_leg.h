// One way that a host write takes beside the volume's own disk: what one relation of the volume
// makes of it. A volume that is the source of several relations has a leg for each.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "model/engine/sender.h"

namespace replsim::engine {

/// Relations that one volume may be the source of (the knob `targets-per-source` allows fewer).
inline constexpr std::size_t most_targets = 4;

struct HostLeg {
  enum class Way : std::uint8_t {
    Alone,     ///< Tracked; a copy brings it.
    Mirrored,  ///< To the peer at the same time (synchronous, in the flow).
    Journaled  ///< Into the journal (asynchronous, in the flow).
  };
  Relation* relation = nullptr;
  Way way = Way::Alone;
  std::vector<std::uint32_t> slots;  ///< Of the activity log, held until the leg has ended.
  bool counted = false;              ///< In Relation::unsettled,
  std::uint32_t flow = 0;            ///< since this Relation::flow_count.
  std::uint64_t epoch = 0;           ///< Relation::copy_epoch when it was sent.
  std::uint32_t journal = 0;         ///< The journal that it enters,
  std::uint64_t number_of = 0;       ///< its number there,
  bool kept = false;                 ///< stably.
  std::optional<DataTicket> remote;  ///< The peer's answer.

  /// The journal that it is to enter takes writes.
  bool journal_open() const {
    return relation->record.journal == journal && relation->journaled() && !relation->folding &&
           !relation->removed;
  }
};

/// The legs of one write. No allocation: it lives in the frame of the write.
class HostLegs {
 public:
  HostLeg* begin() { return legs_.data(); }
  HostLeg* end() { return legs_.data() + count_; }
  bool empty() const { return count_ == 0; }
  void add(Relation& relation, HostLeg::Way way) {
    HostLeg& leg = legs_.at(count_++);
    leg.relation = &relation;
    leg.way = way;
  }
  void clear() {
    for (HostLeg& leg : *this) {
      leg.slots.clear();
      leg.remote.reset();
      leg.counted = false;
    }
    count_ = 0;
  }

 private:
  std::array<HostLeg, most_targets> legs_;
  std::size_t count_ = 0;
};

}  // namespace replsim::engine
