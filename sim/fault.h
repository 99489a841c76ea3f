// Faults of the hardware. A resource holds the set of faults that are active on it and folds them
// into one plain impairment: overlaps compose, the order of lifting does not matter, the pristine
// bytes stay. Each fault draws from a stream of its own; a share of 0 is the same as no fault.
// Source: fault catalogue; language.md section 12.
#pragma once

#include <array>
#include <cstdint>
#include <set>
#include <vector>

#include "sim/chance.h"
#include "sim/time.h"

namespace replsim::sim {

struct FaultId {
  std::uint32_t value = 0;
  auto operator<=>(const FaultId&) const = default;
};

/// Field `what` of a link's fault-hit; a disk's is its DiskFaultKind.
enum class LinkHit : std::uint8_t {
  Cut,
  Loss,
  Latency,
  Duplicate,
  Reorder,
  Burst,
  Bandwidth,
  Clog,
  Filter
};

/// Field `what` of a fault-hit on an array's management service, its jobs and indications. Apart
/// from LinkHit.
enum class ServiceHit : std::uint8_t { Away = 64, IndicationLost, IndicationLate, JobKept };

/// Of a node's clock: it is set, or begins or ends to lie. Apart from these.
enum class ClockHit : std::uint8_t { Stepped = 96 };

/// Loss in bursts: a chain of two states, in one of which every message is lost (Gilbert 1960,
/// Elliott 1963). A message may change the state before it is judged. All 0: never lossy.
struct LossBursts {
  std::uint32_t enter_ppb = 0;
  std::uint32_t leave_ppb = 0;
  std::array<bool, 2> lossy{};  ///< By direction.

  /// Bursts of `length` messages on average that lose the share `rate_ppb` in the long run.
  static LossBursts of(std::uint32_t rate_ppb, std::uint64_t length);
};

/// link.*: one row may carry several of them.
struct LinkFault {
  FaultId id;
  bool forward = true;  ///< From the link's first end to its second.
  bool backward = true;
  bool cut = false;
  bool clog = false;  ///< Nothing arrives until the last one is lifted, then all at once.
  std::uint32_t loss_ppb = 0;
  Duration add{};
  LossBursts bursts{};
  std::uint32_t duplicate_ppb = 0;
  std::uint32_t reorder_ppb = 0;  ///< Share that comes `gap` later, and holds up nothing.
  Duration gap{};
  std::uint64_t bandwidth = 0;                   ///< Bytes per second at most; 0: no limit.
  std::uint64_t filter_kinds = 0;                ///< Bit n: messages of kind n are dropped,
  std::uint32_t filter_ppb = parts_per_billion;  ///< this share of them.
  Stream chance{};
};

enum class DiskFaultKind : std::uint8_t {
  ReadError,
  WriteError,
  Latency,
  Hang,
  Full,
  LatentError,
  BitRot,
  LostWrite,
  MisdirectedWrite,
  IgnoredFlush,
  TornEpoch,
  Credit,
  StaleRead
};

/// What of the un-flushed writes survives a power loss.
enum class Survival : std::uint8_t { Random, None, All };

/// Operations that a disk grants: `size` at once, then one every `interval`.
struct IoCredit {
  std::uint64_t size = 0;
  Duration interval{};
  Instant full_at{};  ///< When the bucket is full again.
};

/// disk.*: strikes an operation that touches `first`..`first + bytes - 1` with probability
/// `chance_ppb`; a latent error and bit rot strike that share of the blocks, each until it is
/// written.
struct DiskFault {
  FaultId id;
  DiskFaultKind kind = DiskFaultKind::Latency;
  std::uint64_t first = 0;  ///< Byte on the disk.
  std::uint64_t bytes = UINT64_MAX;
  std::uint32_t chance_ppb = parts_per_billion;
  Duration add{};
  Stream chance{};
  std::uint32_t spared_area = UINT32_MAX;  ///< It is left alone.
  std::uint64_t shift = 0;                 ///< Bytes from where a misdirected write should land.
  Survival survival = Survival::Random;
  IoCredit credit{};
  std::uint64_t versions = 1;        ///< How many writes ago a stale read saw its blocks.
  std::uint64_t salt = 0;            ///< Which blocks are bad: drawn as the fault begins.
  std::set<std::uint64_t> healed{};  ///< Bad blocks that were written since: bytes on the disk.
};

}  // namespace replsim::sim
