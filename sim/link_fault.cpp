// What the faults of a link do to a message, and to the path.
#include <algorithm>
#include <utility>

#include "sim/check.h"
#include "sim/link.h"
#include "sim/trace_kinds.h"
#include "sim/wide.h"

namespace replsim::sim {

LossBursts LossBursts::of(std::uint32_t rate_ppb, std::uint64_t length) {
  REPLSIM_CHECK(length > 0);
  LossBursts bursts;
  if (rate_ppb == 0) return bursts;
  const std::uint64_t kept = parts_per_billion - std::min(rate_ppb, parts_per_billion);
  // Lossy for `length` messages, then not for length * kept / rate.
  const std::uint64_t enter =
      kept == 0 ? parts_per_billion
                : scale(parts_per_billion, rate_ppb, std::max<std::uint64_t>(kept, 1)) / length;
  bursts.enter_ppb = static_cast<std::uint32_t>(std::min<std::uint64_t>(enter, parts_per_billion));
  bursts.leave_ppb = kept == 0 ? 0 : static_cast<std::uint32_t>(parts_per_billion / length);
  return bursts;
}

void Link::hit(World& world, const LinkFault& fault, std::uint64_t number, LinkHit what) {
  world.emit(kind::fault_hit, entity_, number, fault.id.value, static_cast<std::uint64_t>(what));
}

// Dropped ---------------------------------------------------------------------------------------

bool Link::cut(World& world, const Direction& direction, std::uint64_t number) {
  bool any = false;
  for (const LinkFault& fault : faults_) {
    if (!fault.cut || !strikes(fault, direction)) continue;
    any = true;
    hit(world, fault, number, LinkHit::Cut);
  }
  return any;
}

bool Link::filtered(World& world, const Direction& direction, std::uint64_t number,
                    std::uint16_t kind) {
  bool any = false;
  for (LinkFault& fault : faults_) {
    const bool named = kind < 64 && (fault.filter_kinds >> kind & 1) != 0;
    if (!named || !strikes(fault, direction) || !fault.chance.chance(fault.filter_ppb)) continue;
    any = true;
    hit(world, fault, number, LinkHit::Filter);
  }
  return any;
}

bool Link::lost(World& world, Direction& direction, std::uint64_t number) {
  bool any = direction.loss.chance(config_.loss_ppb);
  for (LinkFault& fault : faults_) {
    if (!strikes(fault, direction) || !fault.chance.chance(fault.loss_ppb)) continue;
    any = true;
    hit(world, fault, number, LinkHit::Loss);
  }
  for (LinkFault& fault : faults_) {
    if (fault.bursts.enter_ppb == 0 || !strikes(fault, direction)) continue;
    bool& lossy = fault.bursts.lossy[direction.forward ? 0 : 1];
    const std::uint32_t turn = lossy ? fault.bursts.leave_ppb : fault.bursts.enter_ppb;
    if (fault.chance.chance(turn)) lossy = !lossy;
    if (!lossy) continue;
    any = true;
    hit(world, fault, number, LinkHit::Burst);
  }
  return any;
}

// Changed ---------------------------------------------------------------------------------------

Duration Link::added(World& world, const Direction& direction, std::uint64_t number) {
  Duration sum{0};
  for (const LinkFault& fault : faults_) {
    if (fault.add == Duration{0} || !strikes(fault, direction)) continue;
    sum += fault.add;
    hit(world, fault, number, LinkHit::Latency);
  }
  return sum;
}

bool Link::duplicated(World& world, const Direction& direction, std::uint64_t number) {
  bool any = false;
  for (LinkFault& fault : faults_) {
    if (fault.duplicate_ppb == 0 || !strikes(fault, direction)) continue;
    if (!fault.chance.chance(fault.duplicate_ppb)) continue;
    any = true;
    hit(world, fault, number, LinkHit::Duplicate);
  }
  return any;
}

Duration Link::late(World& world, const Direction& direction, std::uint64_t number) {
  Duration sum{0};
  for (LinkFault& fault : faults_) {
    if (fault.reorder_ppb == 0 || !strikes(fault, direction)) continue;
    if (!fault.chance.chance(fault.reorder_ppb)) continue;
    sum += fault.gap;
    hit(world, fault, number, LinkHit::Reorder);
  }
  return sum;
}

std::uint64_t Link::bandwidth(const Direction& direction) const {
  std::uint64_t least = config_.bandwidth;
  for (const LinkFault& fault : faults_) {
    if (fault.bandwidth == 0 || !strikes(fault, direction)) continue;
    least = least == 0 ? fault.bandwidth : std::min(least, fault.bandwidth);
  }
  return least;
}

void Link::slowed(World& world, const Direction& direction, std::uint64_t number,
                  std::uint32_t bytes) {
  const Duration plain = transfer_time(bytes, config_.bandwidth);
  for (const LinkFault& fault : faults_) {
    if (fault.bandwidth == 0 || !strikes(fault, direction)) continue;
    if (transfer_time(bytes, fault.bandwidth) > plain) {
      hit(world, fault, number, LinkHit::Bandwidth);
    }
  }
}

bool Link::clogged(const Direction& direction) const {
  return std::ranges::any_of(
      faults_, [&](const LinkFault& fault) { return fault.clog && strikes(fault, direction); });
}

void Link::clog_hit(World& world, const Direction& direction, std::uint64_t number) {
  for (const LinkFault& fault : faults_) {
    if (fault.clog && strikes(fault, direction)) hit(world, fault, number, LinkHit::Clog);
  }
}

// Beginning and ending --------------------------------------------------------------------------

void Link::add_fault(World& world, LinkFault fault) {
  const auto at = std::ranges::lower_bound(faults_, fault.id, {}, &LinkFault::id);
  REPLSIM_CHECK(at == faults_.end() || at->id != fault.id, fault.id.value);
  faults_.insert(at, std::move(fault));
  evaluate_watches(world);
}

void Link::remove_fault(World& world, FaultId id) {
  std::erase_if(faults_, [&](const LinkFault& fault) { return fault.id == id; });
  release_clogged(world);
  evaluate_watches(world);
}

// The path --------------------------------------------------------------------------------------

namespace {

bool closes(const LinkFault& fault) {
  return (fault.forward || fault.backward) &&
         (fault.cut || fault.clog || fault.loss_ppb >= parts_per_billion);
}

}  // namespace

void Link::missed_probe(World& world) {
  for (const LinkFault& fault : faults_) {
    if (!closes(fault)) continue;
    hit(world, fault, 0, fault.cut ? LinkHit::Cut : fault.clog ? LinkHit::Clog : LinkHit::Loss);
  }
}

bool Link::open() const {
  if (!ends_[0]->running() || !ends_[1]->running()) return false;
  if (config_.loss_ppb >= parts_per_billion) return false;
  return std::ranges::none_of(faults_, closes);
}

Duration Link::round_trip() const {
  Duration sum = 2 * config_.latency.mean + config_.jitter;
  for (const LinkFault& fault : faults_) {
    sum += fault.add * ((fault.forward ? 1 : 0) + (fault.backward ? 1 : 0));
  }
  return sum;
}

}  // namespace replsim::sim
