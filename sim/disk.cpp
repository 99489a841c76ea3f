// One event an operation: posted when its service begins, run when it ends. Slots are pooled; a
// slot is free again when its operation has ended and its ticket is gone.
#include "sim/disk.h"

#include <algorithm>
#include <utility>

#include "sim/check.h"
#include "sim/node.h"
#include "sim/trace_kinds.h"

namespace replsim::sim {
namespace {

std::uint64_t bytes_of(const DiskExtent& extent) {
  return std::uint64_t{extent.blocks} * extent.block_bytes;
}

bool overlaps(const DiskFault& fault, const DiskExtent& extent) {
  const std::uint64_t length = std::max<std::uint64_t>(bytes_of(extent), 1);
  if (extent.disk_offset >= fault.first) return extent.disk_offset - fault.first < fault.bytes;
  return fault.first - extent.disk_offset < length && fault.bytes != 0;
}

}  // namespace

// Tickets --------------------------------------------------------------------------------------

DiskTicket::DiskTicket(DiskTicket&& other) noexcept
    : disk_(std::exchange(other.disk_, nullptr)), slot_(other.slot_) {}

DiskTicket::~DiskTicket() {
  if (disk_ == nullptr) return;
  Disk::Operation& operation = disk_->operations_[slot_];
  operation.has_ticket = false;
  operation.waiter = {};
  if (operation.state == Disk::State::Done || operation.state == Disk::State::Vanished) {
    disk_->free_slot(slot_);
  }
}

bool DiskTicket::await_ready() const {
  return disk_->operations_[slot_].state == Disk::State::Done;
}

void DiskTicket::await_suspend(std::coroutine_handle<> handle) {
  disk_->operations_[slot_].waiter = handle;
}

IoResult DiskTicket::await_resume() {
  return disk_->operations_[slot_].result;
}

// Submission -----------------------------------------------------------------------------------

Disk::Disk(World& world, DiskConfig config, Node& owner, Medium& medium)
    : world_(world),
      config_(std::move(config)),
      entity_(world.trace().entity(config_.name)),
      owner_(owner),
      medium_(medium),
      read_latency_(world.stream(config_.name, "read-latency")),
      write_latency_(world.stream(config_.name, "write-latency")),
      flush_latency_(world.stream(config_.name, "flush-latency")),
      tear_(world.stream(config_.name, "tear")) {
  REPLSIM_CHECK(config_.queue_depth > 0);
  owner.attach(*this);
}

Disk::~Disk() {
  owner_.detach(*this);
  for (const Operation& operation : operations_) world_.cancel(operation.event);
}

DiskTicket Disk::write(World& world, DiskWrite write) {
  return submit(world, Kind::Write, std::move(write));
}

DiskTicket Disk::read(World& world, DiskExtent extent) {
  DiskWrite only_extent;
  only_extent.extent = extent;
  return submit(world, Kind::Read, std::move(only_extent));
}

DiskTicket Disk::flush(World& world) {
  return submit(world, Kind::Flush, DiskWrite{});
}

DiskTicket Disk::submit(World& world, Kind kind, DiskWrite write) {
  std::uint32_t slot = first_free_;
  if (slot == no_slot) {
    slot = static_cast<std::uint32_t>(operations_.size());
    operations_.emplace_back();
  } else {
    first_free_ = operations_[slot].next;
  }
  Operation& operation = operations_[slot];
  operation.write = std::move(write);
  operation.kind = kind;
  operation.has_ticket = true;
  operation.result = {};
  operation.serial = ++serial_;
  operation.next = no_slot;
  ++outstanding_;
  if (in_service_ < config_.queue_depth) {
    begin(world, slot);
  } else {
    operation.state = State::Waiting;
    if (first_waiting_ == no_slot) {
      first_waiting_ = slot;
    } else {
      operations_[last_waiting_].next = slot;
    }
    last_waiting_ = slot;
  }
  return {*this, slot};
}

// Service --------------------------------------------------------------------------------------

void Disk::begin(World& world, std::uint32_t slot) {
  Operation& operation = operations_[slot];
  ++in_service_;
  operation.state = State::InService;
  const Duration added = judge(world, operation);
  const Duration service = service_time(world, operation);
  operation.event = world.post(service + added, &Disk::served, this, slot, owner_.lane());
}

Duration Disk::service_time(World& world, Operation& operation) {
  const std::uint64_t bytes = operation.kind == Kind::Flush ? 0 : bytes_of(operation.write.extent);
  const Instant begins = std::max(world.now(), transfer_free_);
  Duration latency{};
  switch (operation.kind) {
    case Kind::Read: latency = read_latency_.draw(config_.read); break;
    case Kind::Write: latency = write_latency_.draw(config_.write); break;
    case Kind::Flush: return flush_latency_.draw(config_.write);
  }
  transfer_free_ = begins + transfer_time(bytes, config_.bandwidth);
  return transfer_free_ - world.now() + latency;
}

bool Disk::strikes(DiskFault& fault, const Operation& operation) {
  const bool flush = operation.kind == Kind::Flush;
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
      case DiskFaultKind::Hang: continue;
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

void Disk::served(void* context, std::uint64_t argument) {
  Disk& disk = *static_cast<Disk*>(context);
  const auto slot = static_cast<std::uint32_t>(argument);
  Operation& operation = disk.operations_[slot];
  operation.event = {};
  if (disk.hangs(disk.world_, operation)) {
    operation.state = State::Hung;
    return;
  }
  disk.end(disk.world_, slot);
}

void Disk::released(void* context, std::uint64_t argument) {
  Disk& disk = *static_cast<Disk*>(context);
  const auto slot = static_cast<std::uint32_t>(argument);
  disk.operations_[slot].event = {};
  disk.end(disk.world_, slot);
}

// The end of an operation: effect, then the next of the line, then the report (whose Task may
// submit more).
void Disk::end(World& world, std::uint32_t slot) {
  take_effect(world, operations_[slot]);
  operations_[slot].state = State::Done;
  --in_service_;
  --outstanding_;
  begin_waiting(world);
  report(world, slot);
}

void Disk::take_effect(World& world, Operation& operation) {
  if (!operation.result) return;
  const DiskExtent& extent = operation.write.extent;
  const std::uint64_t bytes = bytes_of(extent);
  switch (operation.kind) {
    case Kind::Read:
      bytes_moved_ += bytes;
      world.emit(kind::disk_read, entity_, 0, extent.area.value, extent.lba, extent.blocks);
      return;
    case Kind::Write: {
      bytes_moved_ += bytes;
      const bool stable =
          operation.write.fua || config_.cache == 0 || bytes > config_.cache - cached_;
      if (!stable) cached_ += bytes;
      medium_.write(operation.write, stable);
      world.emit(kind::disk_write, entity_, operation.write.stamp, extent.area.value, extent.lba,
                 extent.blocks);
      return;
    }
    case Kind::Flush:
      cached_ = 0;
      medium_.harden();
      world.emit(kind::disk_flush, entity_, 0, ++flushes_);
      return;
  }
}

void Disk::report(World& world, std::uint32_t slot) {
  Operation& operation = operations_[slot];
  if (!operation.has_ticket) return free_slot(slot);
  if (!operation.waiter) return;  // its Task finds it done
  if (owner_.ready() || owner_.state() == NodeState::Down) {
    std::exchange(operation.waiter, {}).resume();
    return;
  }
  owner_.when_running(world, owner_.incarnation(), [this, slot, serial = operation.serial] {
    Operation& waiting = operations_[slot];
    if (waiting.serial == serial && waiting.waiter) std::exchange(waiting.waiter, {}).resume();
  });
}

void Disk::begin_waiting(World& world) {
  while (first_waiting_ != no_slot && in_service_ < config_.queue_depth) {
    const std::uint32_t slot = first_waiting_;
    first_waiting_ = operations_[slot].next;
    begin(world, slot);
  }
}

void Disk::free_slot(std::uint32_t slot) {
  Operation& operation = operations_[slot];
  operation.state = State::Free;
  operation.serial = 0;
  operation.write.words.clear();
  operation.hung_by.clear();
  operation.next = first_free_;
  first_free_ = slot;
}

// Faults and power -----------------------------------------------------------------------------

void Disk::add_fault(World& world, DiskFault fault) {
  const auto at = std::ranges::lower_bound(faults_, fault.id, {}, &DiskFault::id);
  REPLSIM_CHECK(at == faults_.end() || at->id != fault.id, fault.id.value);
  DiskFault& added = *faults_.insert(at, std::move(fault));
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
  const Medium::Loss loss = medium_.lose(tear_);
  if (loss.lost + loss.survived == 0) return;
  world.emit(kind::disk_epoch_lost, entity_, 0, loss.lost, loss.survived);
}

}  // namespace replsim::sim
