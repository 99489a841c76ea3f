// Faults of the hardware. A resource holds the set of faults that are active on it and folds them
// into one plain impairment: overlaps compose, the order of lifting does not matter, the pristine
// bytes stay. Each fault draws from a stream of its own; a share of 0 is the same as no fault.
// Source: fault catalogue; language.md section 12.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/chance.h"
#include "sim/time.h"

namespace replsim::sim {

struct FaultId {
  std::uint32_t value = 0;
  auto operator<=>(const FaultId&) const = default;
};

/// Field `what` of a link's fault-hit; a disk's is its DiskFaultKind.
enum class LinkHit : std::uint8_t { Cut, Loss, Latency };

/// link.cut, link.loss, link.latency: one row may carry all three.
struct LinkFault {
  FaultId id;
  bool forward = true;  ///< From the link's first end to its second.
  bool backward = true;
  bool cut = false;
  std::uint32_t loss_ppb = 0;
  Duration add{};
  Stream chance;
};

enum class DiskFaultKind : std::uint8_t { ReadError, WriteError, Latency, Hang, Full };

/// disk.read-error, disk.write-error, disk.latency, disk.hang, disk.full. Errors, latency and hang
/// strike an operation that touches `first`..`first + bytes - 1` with probability `chance_ppb`.
struct DiskFault {
  FaultId id;
  DiskFaultKind kind = DiskFaultKind::Latency;
  std::uint64_t first = 0;  ///< Byte on the disk.
  std::uint64_t bytes = UINT64_MAX;
  std::uint32_t chance_ppb = parts_per_billion;
  Duration add{};
  Stream chance;
};

}  // namespace replsim::sim
