// Slots of messages in flight; one repeating Task for all of them.
#include "model/engine/sender.h"

#include <utility>

#include "model/engine/context.h"

namespace replsim::engine {
namespace {

constexpr sim::Duration repeat_after = sim::milliseconds(500);
constexpr std::uint32_t header_bytes = 64;

}  // namespace

Sender::~Sender() {
  // A crash in the very instant in which contact was lost.
  for (const Slot& slot : slots_) {
    if (slot.waking) context_.world.cancel(*slot.waking);
  }
}

DataTicket::~DataTicket() {
  if (sender_ == nullptr) return;
  Sender::Slot& slot = sender_->slots_[slot_];
  if (slot.request != request_) return;
  slot.held = false;
  slot.waiter = {};
  if (slot.answer) sender_->release(slot_);
}

bool DataTicket::await_ready() const {
  return sender_->slots_[slot_].answer.has_value();
}

void DataTicket::await_suspend(std::coroutine_handle<> handle) {
  sender_->slots_[slot_].waiter = handle;
}

DataAnswer DataTicket::await_resume() {
  const DataAnswer answer = *sender_->slots_[slot_].answer;
  sender_->release(slot_);
  sender_ = nullptr;
  return answer;
}

std::uint32_t Sender::take() {
  if (!free_.empty()) {
    const std::uint32_t slot = free_.back();
    free_.pop_back();
    return slot;
  }
  slots_.emplace_back();
  return static_cast<std::uint32_t>(slots_.size() - 1);
}

void Sender::release(std::uint32_t slot) {
  slots_[slot].relation = nullptr;
  slots_[slot].request = 0;
  slots_[slot].answer.reset();
  free_.push_back(slot);
}

DataTicket Sender::mirror(sim::World& world, Relation& relation, Extent extent,
                          std::uint64_t stamp) {
  const std::uint32_t index = take();
  Slot& slot = slots_[index];
  slot.extent = extent;
  slot.stamp_or_reason = stamp;
  slot.copy = false;
  slot.stamps.clear();
  return post(world, relation, index);
}

DataTicket Sender::copy(sim::World& world, Relation& relation, Extent extent,
                        std::vector<std::uint64_t> stamps, std::uint64_t reason) {
  const std::uint32_t index = take();
  Slot& slot = slots_[index];
  slot.extent = extent;
  slot.stamp_or_reason = reason;
  slot.copy = true;
  slot.stamps = std::move(stamps);
  return post(world, relation, index);
}

DataTicket Sender::post(sim::World& world, Relation& relation, std::uint32_t index) {
  Slot& slot = slots_[index];
  slot.relation = &relation;
  slot.sequence = relation.window.open();
  slot.session = relation.sessions;
  slot.request = std::uint64_t{context_.node.incarnation()} << 32 | ++requests_;
  slot.answer.reset();
  slot.held = true;
  slot.waiter = {};
  ++open_;
  transmit(world, slot);
  if (!repeating_) {
    repeating_ = true;
    context_.spawn(repeat(world));
  }
  return DataTicket(*this, index, slots_[index].request);
}

void Sender::close(Slot& slot, DataAnswer answer) {
  slot.answer = answer;
  --open_;
  if (slot.session == slot.relation->sessions) slot.relation->window.close(slot.sequence);
}

void Sender::transmit(sim::World& world, Slot& slot) {
  slot.sent = world.now();
  const Relation& relation = *slot.relation;
  const Volume* volume = context_.volumes.find(relation.record.local_volume);
  const Generation& generation = relation.record.lineage.current;
  sim::Message message;
  message.kind = number(slot.copy ? Wire::CopyWrite : Wire::MirrorWrite);
  message.bytes =
      header_bytes + static_cast<std::uint32_t>(slot.extent.blocks * volume->record.block);
  // The slot finds its answer without a search.
  message.request = slot.request << 20 | static_cast<std::uint64_t>(&slot - slots_.data());
  message.words = {relation.record.pair.value, slot.extent.lba, slot.extent.blocks,
                   slot.stamp_or_reason,       slot.sequence,   relation.window.lowest_open(),
                   generation.counter,         generation.array};
  if (slot.copy) {
    auto body = std::make_unique<StampsBody>();
    body->stamps = slot.stamps;
    message.body = std::move(body);
  }
  context_.peers.send(world, relation.record.peer, std::move(message));
}

void Sender::settle(std::uint32_t index, DataAnswer answer) {
  Slot& slot = slots_[index];
  close(slot, answer);
  if (!slot.held) {
    release(index);
  } else if (slot.waiter) {
    std::exchange(slot.waiter, {}).resume();
  }
}

void Sender::answered(sim::World&, const sim::Message& reply) {
  const std::uint64_t index = reply.request & 0xFFFFF;
  if (index >= slots_.size()) return;
  const Slot& slot = slots_[index];
  if (slot.relation == nullptr || slot.answer || slot.request != reply.request >> 20) return;
  settle(static_cast<std::uint32_t>(index), static_cast<DataAnswer>(reply.words[2]));
}

void Sender::drop_all(Relation& relation) {
  // Waiters are woken one event each: they may post again, and the loop must not see that.
  for (std::uint32_t i = 0; i < slots_.size(); ++i) {
    Slot& slot = slots_[i];
    if (slot.relation != &relation || slot.answer) continue;
    close(slot, DataAnswer::NotConnected);
    if (!slot.held) {
      release(i);
    } else if (slot.waiter) {
      slot.waking = context_.world.post(sim::Duration{0}, &Sender::wake, this, i);
    }
  }
}

void Sender::wake(void* sender, std::uint64_t index) {
  Slot& slot = static_cast<Sender*>(sender)->slots_[index];
  slot.waking.reset();
  if (slot.waiter && slot.answer) std::exchange(slot.waiter, {}).resume();
}

sim::Task<void> Sender::repeat(sim::World& world) {
  while (open_ != 0) {
    co_await sim::sleep_on(world, context_.node, repeat_after);
    for (std::size_t i = 0; i < slots_.size(); ++i) {
      Slot& slot = slots_[i];
      if (slot.relation == nullptr || slot.answer) continue;
      if (world.now() - slot.sent >= repeat_after) transmit(world, slot);
    }
  }
  repeating_ = false;
}

}  // namespace replsim::engine
