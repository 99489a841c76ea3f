// What the faults of a disk do to its operations, and what a power loss does.
#include <algorithm>
#include <utility>

#include "sim/check.h"
#include "sim/disk.h"
#include "sim/node.h"
#include "sim/trace_kinds.h"

namespace replsim::sim {
namespace {

bool overlaps(const DiskFault& fault, const DiskExtent& extent) {
  const std::uint64_t length = std::max<std::uint64_t>(extent.bytes(), 1);
  if (extent.disk_offset >= fault.first) return extent.disk_offset - fault.first < fault.bytes;
  return fault.first - extent.disk_offset < length && fault.bytes != 0;
}

/// It strikes blocks, not operations.
bool by_block(DiskFaultKind kind) {
  return kind == DiskFaultKind::LatentError || kind == DiskFaultKind::BitRot;
}

/// Calls f(block of the extent, its byte on the disk) for each that the fault made bad.
template <class F>
void for_each_bad(const DiskFault& fault, const DiskExtent& extent, F f) {
  if (extent.area.value == fault.spared_area || !overlaps(fault, extent)) return;
  for (std::uint32_t block = 0; block < extent.blocks; ++block) {
    const std::uint64_t at = extent.disk_offset + std::uint64_t{block} * extent.block_bytes;
    if (at < fault.first || at - fault.first >= fault.bytes) continue;
    const std::uint64_t drawn = mix(fault.salt, at);
    if (drawn % parts_per_billion >= fault.chance_ppb || fault.healed.contains(at)) continue;
    f(block, at);
  }
}

bool holds_bad(const DiskFault& fault, const DiskExtent& extent) {
  bool bad = false;
  for_each_bad(fault, extent, [&bad](std::uint32_t, std::uint64_t) { bad = true; });
  return bad;
}

/// Written by no host: what a rotten block shows.
std::uint64_t rotten_stamp(const DiskFault& fault, std::uint64_t at) {
  constexpr std::uint64_t nobody = std::uint64_t{UINT16_MAX} << 48;
  return nobody | mix(fault.salt, ~at) >> 16;
}

}  // namespace

bool Disk::strikes(DiskFault& fault, const Operation& operation) {
  const bool flush = operation.kind == Kind::Flush;
  if (!flush && operation.write.extent.area.value == fault.spared_area) return false;
  return (flush || overlaps(fault, operation.write.extent)) &&
         fault.chance.chance(fault.chance_ppb);
}

void Disk::hit(World& world, const DiskFault& fault) {
  world.emit(kind::fault_hit, entity_, 0, fault.id.value, static_cast<std::uint64_t>(fault.kind));
}

/// Decide errors; of several the one with the least id is reported. Returns the latency added.
Duration Disk::judge(World& world, Operation& operation) {
  Duration added{0};
  const auto fail = [&](IoProblem problem) {
    if (operation.result) {
      operation.result = std::unexpected(IoError{problem, operation.write.extent.lba});
    }
  };
  for (DiskFault& fault : faults_) {
    switch (fault.kind) {
      case DiskFaultKind::ReadError:
        if (operation.kind != Kind::Read || !strikes(fault, operation)) continue;
        fail(IoProblem::ReadError);
        break;
      case DiskFaultKind::WriteError:
        if (operation.kind != Kind::Write || !strikes(fault, operation)) continue;
        fail(IoProblem::WriteError);
        break;
      case DiskFaultKind::Full:
        if (operation.kind != Kind::Write || !strikes(fault, operation)) continue;
        fail(IoProblem::Full);
        break;
      case DiskFaultKind::Latency:
        if (!strikes(fault, operation)) continue;
        added += fault.add;
        break;
      case DiskFaultKind::LatentError:
        if (operation.kind != Kind::Read || !holds_bad(fault, operation.write.extent)) continue;
        fail(IoProblem::ReadError);
        break;
      case DiskFaultKind::Credit: {
        if (!strikes(fault, operation)) continue;
        const Duration wait = spend(world, fault);
        if (wait == Duration{0}) continue;
        added += wait;
        break;
      }
      case DiskFaultKind::Hang:
      case DiskFaultKind::BitRot:
      case DiskFaultKind::LostWrite:
      case DiskFaultKind::MisdirectedWrite:
      case DiskFaultKind::IgnoredFlush:
      case DiskFaultKind::StaleRead:
      case DiskFaultKind::TornEpoch: continue;
    }
    hit(world, fault);
  }
  return added;
}

bool Disk::hangs(World& world, Operation& operation) {
  for (DiskFault& fault : faults_) {
    if (fault.kind != DiskFaultKind::Hang || !strikes(fault, operation)) continue;
    operation.hung_by.push_back(fault.id);
    hit(world, fault);
  }
  return !operation.hung_by.empty();
}

/// The time until the bucket has a credit for this operation (a leaky bucket as a meter).
Duration Disk::spend(World& world, DiskFault& fault) {
  IoCredit& credit = fault.credit;
  if (credit.size == 0) return Duration{0};
  const Duration whole = credit.interval * static_cast<std::int64_t>(credit.size - 1);
  const Instant due = std::max(credit.full_at, world.now());
  credit.full_at = due + credit.interval;
  return std::max(Duration{0}, due - world.now() - whole);
}

// Media -----------------------------------------------------------------------------------------

/// Each read is fresh or stale as a whole.
void Disk::read_stale(World& world, DiskFault& fault, const DiskExtent& extent) {
  if (extent.area.value == fault.spared_area || !overlaps(fault, extent)) return;
  const std::uint64_t versions = fault.chance.chance(fault.chance_ppb) ? fault.versions : 0;
  bool any = false;
  for (std::uint32_t block = 0; block < extent.blocks; ++block) {
    DiskExtent one = extent;
    one.lba += block;
    one.blocks = 1;
    one.disk_offset += std::uint64_t{block} * extent.block_bytes;
    if (overlaps(fault, one)) any = medium_.show_old(fault.id, one, versions) || any;
  }
  if (any) hit(world, fault);
}

void Disk::read_media(World& world, const DiskExtent& extent) {
  for (DiskFault& fault : faults_) {
    if (fault.kind == DiskFaultKind::StaleRead) read_stale(world, fault, extent);
    if (fault.kind != DiskFaultKind::BitRot) continue;
    bool any = false;
    for_each_bad(fault, extent, [&](std::uint32_t block, std::uint64_t at) {
      DiskExtent one = extent;
      one.lba += block;
      one.blocks = 1;
      any = medium_.rot(fault.id, one, rotten_stamp(fault, at)) || any;
    });
    if (any) hit(world, fault);
  }
}

void Disk::write_media(World& world, const DiskWrite& write, bool stable) {
  std::vector<Medium::Astray> astray;
  for (DiskFault& fault : faults_) {
    if (by_block(fault.kind)) {
      std::vector<std::uint64_t> healed;
      for_each_bad(fault, write.extent,
                   [&](std::uint32_t, std::uint64_t at) { healed.push_back(at); });
      fault.healed.insert(healed.begin(), healed.end());
    }
    const bool ages = fault.kind == DiskFaultKind::StaleRead &&
                      write.extent.area.value != fault.spared_area && overlaps(fault, write.extent);
    if (ages) medium_.remember(fault.id, write.extent);
    const bool lost = fault.kind == DiskFaultKind::LostWrite;
    if (!lost && fault.kind != DiskFaultKind::MisdirectedWrite) continue;
    if (write.extent.area.value == fault.spared_area || !overlaps(fault, write.extent)) continue;
    if (!fault.chance.chance(fault.chance_ppb)) continue;
    astray.push_back({fault.id, lost ? 0 : fault.shift / write.extent.block_bytes});
    hit(world, fault);
  }
  if (!astray.empty()) return medium_.write_astray(write, stable, astray);
  const std::vector<FaultId> liars =
      stable ? ignoring(world, &write.extent) : std::vector<FaultId>();
  if (!liars.empty()) return medium_.write_falsely(write, liars);
  medium_.write(write, stable);
}

void Disk::flush_media(World& world) {
  const std::vector<FaultId> liars = ignoring(world, nullptr);
  if (liars.empty()) {
    medium_.harden();
  } else {
    medium_.harden_falsely(liars);
  }
}

/// The faults that make nothing stable of a flush, or of a write with this extent.
std::vector<FaultId> Disk::ignoring(World& world, const DiskExtent* extent) {
  std::vector<FaultId> liars;
  for (DiskFault& fault : faults_) {
    if (fault.kind != DiskFaultKind::IgnoredFlush) continue;
    if (extent != nullptr && extent->area.value == fault.spared_area) continue;
    if (!fault.chance.chance(fault.chance_ppb)) continue;
    liars.push_back(fault.id);
    hit(world, fault);
  }
  return liars;
}

// Beginning, ending, power ----------------------------------------------------------------------

void Disk::add_fault(World& world, DiskFault fault) {
  const auto at = std::ranges::lower_bound(faults_, fault.id, {}, &DiskFault::id);
  REPLSIM_CHECK(at == faults_.end() || at->id != fault.id, fault.id.value);
  DiskFault& added = *faults_.insert(at, std::move(fault));
  if (by_block(added.kind)) added.salt = added.chance.next();
  if (added.kind != DiskFaultKind::Hang) return;
  for (Operation& operation : operations_) {  // what hangs already hangs for this one too
    if (operation.state != State::Hung || operation.hung_by.empty()) continue;
    if (!strikes(added, operation)) continue;
    operation.hung_by.push_back(added.id);
    hit(world, added);
  }
}

void Disk::remove_fault(World& world, FaultId id) {
  std::erase_if(faults_, [&](const DiskFault& fault) { return fault.id == id; });
  medium_.lift(id);
  std::vector<std::uint32_t> free_again;
  for (std::uint32_t slot = 0; slot < operations_.size(); ++slot) {
    Operation& operation = operations_[slot];
    if (operation.state != State::Hung || std::erase(operation.hung_by, id) == 0) continue;
    if (operation.hung_by.empty()) free_again.push_back(slot);
  }
  std::ranges::sort(free_again, {}, [&](std::uint32_t slot) { return operations_[slot].serial; });
  for (const std::uint32_t slot : free_again) {
    operations_[slot].event = world.post(Duration{0}, &Disk::released, this, slot, owner_.lane());
  }
}

void Disk::lose_power(World& world) {
  for (std::uint32_t slot = 0; slot < operations_.size(); ++slot) {
    Operation& operation = operations_[slot];
    if (operation.state == State::Free || operation.state == State::Done) continue;
    world.cancel(std::exchange(operation.event, {}));
    operation.waiter = {};
    operation.state = State::Vanished;
    if (!operation.has_ticket) free_slot(slot);
  }
  first_waiting_ = last_waiting_ = no_slot;
  in_service_ = 0;
  outstanding_ = 0;
  cached_ = 0;
  transfer_free_ = world.now();
  const auto torn = std::ranges::find(faults_, DiskFaultKind::TornEpoch, &DiskFault::kind);
  const bool tearing = torn != faults_.end();
  const Medium::Loss loss = medium_.lose(tear_, tearing ? torn->survival : Survival::Random);
  if (loss.lost + loss.survived == 0) return;
  if (tearing) hit(world, *torn);
  world.emit(kind::disk_epoch_lost, entity_, 0, loss.lost, loss.survived);
}

}  // namespace replsim::sim
