// One event an operation: posted when its service begins, run when it ends. Slots are pooled; a
// slot is free again when its operation has ended and its ticket is gone.
#include "sim/disk.h"

#include <algorithm>
#include <utility>

#include "sim/check.h"
#include "sim/node.h"
#include "sim/trace_kinds.h"

namespace replsim::sim {
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
  const std::uint64_t bytes = operation.kind == Kind::Flush ? 0 : operation.write.extent.bytes();
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
  const std::uint64_t bytes = extent.bytes();
  switch (operation.kind) {
    case Kind::Read:
      bytes_moved_ += bytes;
      read_media(world, extent);
      world.emit(kind::disk_read, entity_, 0, extent.area.value, extent.lba, extent.blocks);
      return;
    case Kind::Write: {
      bytes_moved_ += bytes;
      const bool stable =
          operation.write.fua || config_.cache == 0 || bytes > config_.cache - cached_;
      if (!stable) cached_ += bytes;
      write_media(world, operation.write, stable);
      world.emit(kind::disk_write, entity_, operation.write.stamp, extent.area.value, extent.lba,
                 extent.blocks);
      return;
    }
    case Kind::Flush:
      cached_ = 0;
      flush_media(world);
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

}  // namespace replsim::sim
