// The source end: opening a journal with the other end, sending what is in it, hearing that it is
// kept there.
#include <algorithm>

#include "model/cim/state_graph.h"
#include "model/engine/context.h"
#include "model/engine/control_answers.h"
#include "model/engine/journals.h"
#include "model/engine/peers.h"
#include "model/trace/events.h"

namespace replsim::engine {
namespace {

using cim::CopyState;

constexpr sim::Duration look_again = sim::milliseconds(500);
constexpr sim::Duration open_again_after = sim::seconds(1);
constexpr sim::Duration while_in_contact = sim::hours(24 * 365);
constexpr std::uint32_t message_header_bytes = 64;
/// A head is written at the latest when so many records could be used again.
constexpr std::size_t retired_most = 256;

}  // namespace

bool Journals::sends(const Relation& relation) const {
  return relation.journaled() && relation.connected && relation.mirrors && !relation.folding &&
         !relation.removed;
}

bool Journals::wants_open(const Relation& relation) const {
  const CopyState state = relation.state();
  const bool flow = state == CopyState::Synchronized || state == CopyState::Unsynchronized;
  return flow && relation.record.mode == cim::Mode::Asynchronous && relation.record.journal == 0 &&
         relation.record.role == Role::Source && relation.connected && relation.mirrors &&
         relation.record.direction == CopyDirection::Forward && !relation.record.fenced &&
         !relation.removed;
}

sim::Task<void> Journals::open(sim::World& world, Relation& relation) {
  // Until both ends have it, host writes are mirrored: later acknowledged, but no less safe.
  while (wants_open(relation)) {
    const std::uint32_t epoch = relation.record.journals + 1;
    const std::uint32_t session = relation.sessions;
    ControlBody body = address(relation, Verb::Journal);
    body.journal = epoch;
    const auto reply = co_await context_.peers.ask(world, relation.record.peer, std::move(body),
                                                   context_.config.peer_timeout);
    if (reply && reply->code == cim::ReturnCode::Completed && relation.sessions == session) {
      const Relations::Edit edit = [this, &relation, epoch, session](RelationRecord& record) {
        if (!wants_open(relation) || relation.sessions != session) return false;
        record.journal = epoch;
        record.journals = epoch;
        return true;
      };
      co_await context_.relations.change(world, relation, 0, edit);
    }
    if (wants_open(relation)) co_await sim::sleep_on(world, context_.node, open_again_after);
  }
  relation.journal_opening = false;
}

std::uint64_t Journals::append(Relation& relation, Extent extent, std::uint64_t stamp) {
  Journal::Entry& entry = relation.journal.append(extent, stamp);
  if (context_.defect(cim::Defect::JournalUnordered)) [[unlikely]]
    entry.record.after = 0;
  return entry.record.number;
}

sim::Task<void> Journals::send(sim::World& world, Relation& relation) {
  while (sends(relation)) {
    const bool sent = send_next(world, relation);
    if (sent) continue;
    const bool head_due = relation.journal.retired() >= retired_most ||
                          (relation.journal.empty() && relation.journal.retired() != 0);
    if (head_due) {
      co_await put_head(world, relation);
      continue;
    }
    if (relation.journal.empty()) break;
    const Alarm alarm(world, relation.journal_moved, look_again);
    co_await relation.journal_moved.wait();
    co_await sim::Awake(world, context_.node);
    if (sends(relation)) send_again(world, relation);
  }
  relation.journal_sending = false;
}

bool Journals::send_next(sim::World& world, Relation& relation) {
  const Volume* volume = context_.volumes.find(relation.record.local_volume);
  if (relation.sent_in != relation.sessions) {
    relation.sent_in = relation.sessions;
    relation.send_next = relation.journal.low();
    relation.on_the_way = 0;
  }
  relation.send_next = std::max(relation.send_next, relation.journal.low());
  const bool limited = relation.send_limit != 0 && relation.send_next >= relation.send_limit;
  if (limited) return false;
  Journal::Entry* entry = relation.journal.find(relation.send_next);
  if (entry == nullptr || entry->stage == JournalStage::Writing) return false;
  const std::uint64_t bytes = entry->record.extent.blocks * volume->record.block;
  if (entry->stage == JournalStage::Kept) {
    const bool fits = relation.on_the_way + bytes <= relation.send_rate.window();
    if (relation.on_the_way != 0 && !fits) return false;
    relation.on_the_way += bytes;
    entry->repeated = false;
    transmit(world, relation, *entry);
  }
  ++relation.send_next;
  return true;
}

void Journals::send_again(sim::World& world, Relation& relation) {
  if (world.now() - relation.looked < look_again) return;
  relation.looked = world.now();
  for (std::uint64_t n = relation.journal.low(); n < relation.send_next; ++n) {
    Journal::Entry* entry = relation.journal.find(n);
    if (entry == nullptr || entry->stage != JournalStage::Kept) continue;
    if (entry->sent_in != relation.sessions) continue;
    if (world.now() - entry->sent < relation.send_rate.patience()) continue;
    transmit(world, relation, *entry);
    entry->repeated = true;
  }
}

void Journals::transmit(sim::World& world, Relation& relation, Journal::Entry& entry) {
  const Volume* volume = context_.volumes.find(relation.record.local_volume);
  const JournalRecord& record = entry.record;
  const Generation& generation = relation.record.lineage.current;
  entry.sent = world.now();
  entry.sent_in = relation.sessions;
  sim::Message message;
  message.kind = number(Wire::JournalWrite);
  const std::uint64_t data = record.extent.blocks * volume->record.block;
  message.bytes = message_header_bytes + static_cast<std::uint32_t>(data);
  message.request = relation.sessions;
  message.words = {relation.record.pair.value,
                   record.extent.lba,
                   record.extent.blocks,
                   record.stamp,
                   JournalPlace{record.epoch, record.number}.word(),
                   record.after,
                   generation.counter,
                   generation.array};
  context_.peers.send(world, relation.record.peer, std::move(message));
}

void Journals::answered(sim::World& world, const std::string& peer, const sim::Message& reply) {
  Relation* relation = context_.relations.find(PairId{reply.words[0]}, Role::Source);
  if (relation == nullptr || relation->record.peer != peer) return;
  const auto [epoch, number_of] = JournalPlace::of(reply.words[1]);
  if (epoch == 0 || epoch != relation->record.journal || reply.request != relation->sessions) {
    return;
  }
  switch (static_cast<DataAnswer>(reply.words[2])) {
    case DataAnswer::Ok: {
      received_there(world, *relation, number_of);
      const std::uint64_t below = std::min(reply.words[3], relation->send_next);
      while (relation->journal.low() < below && !relation->journal.empty()) {
        const std::uint64_t lowest = relation->journal.low();
        received_there(world, *relation, lowest);
        if (relation->journal.low() == lowest) break;
      }
      stir(world, *relation);
      relation->settled.notify_all(world);
      return;
    }
    case DataAnswer::NotConnected:
      context_.spawn(refused(world, relation->record.number, epoch));
      return;
    case DataAnswer::WriteError:
      context_.spawn(element_failed_there(world, relation->record.number));
      return;
    case DataAnswer::Full: return;  // sent again when it had time to make room
  }
}

void Journals::received_there(sim::World& world, Relation& relation, std::uint64_t number_of) {
  const Journal::Entry* entry = relation.journal.find(number_of);
  if (entry == nullptr || entry->stage != JournalStage::Kept) return;
  const JournalRecord record = entry->record;
  const Volume* volume = context_.volumes.find(relation.record.local_volume);
  if (entry->sent_in == relation.sessions) {
    const std::uint64_t bytes = record.extent.blocks * volume->record.block;
    relation.on_the_way -= std::min(bytes, relation.on_the_way);
    if (!entry->repeated) relation.send_rate.answered(bytes, world.now() - entry->sent);
  }
  relation.journal.done(number_of);
  if (record.extent.blocks == 0) return;
  world.emit(trace::copied, relation.entity, record.stamp, record.extent.lba, record.extent.blocks,
             static_cast<std::uint64_t>(trace::CopyReason::Mirror));
}

sim::Task<void> Journals::element_failed_there(sim::World& world, EndpointNumber number_of) {
  Relation* relation = context_.relations.find(number_of);
  if (relation != nullptr) co_await context_.reconcile.element_failed(world, *relation, false);
}

sim::Task<void> Journals::refused(sim::World& world, EndpointNumber number_of,
                                  std::uint32_t epoch) {
  // The peer is there and does not take it: it is not in this flow (any more). A new copy finds
  // out; what it is told decides (a peer that has taken over refuses).
  Relation* relation = context_.relations.find(number_of);
  if (relation == nullptr || !relation->connected || relation->record.journal != epoch) co_return;
  relation->mirrors = false;
  relation->doubted = true;
  ++relation->copy_epoch;
  const Relations::Edit behind = [epoch](RelationRecord& record) {
    if (record.journal != epoch) return false;
    record.journal = 0;
    if (record.state == CopyState::Synchronized) {
      record.state = CopyState::Unsynchronized;
      record.target_image = cim::TargetImage::Inconsistent;
    }
    return true;
  };
  const auto fell_behind = cim::cause_code(cim::EventCause::FellBehind);
  co_await context_.relations.change(world, *relation, fell_behind, behind);
}

std::uint64_t Journals::sent(const Relation& relation) const {
  const std::uint64_t done = relation.journal.low() - 1;
  if (relation.sent_in != relation.sessions) return done;
  return std::max(done, relation.send_next - 1);
}

sim::Task<bool> Journals::drain(sim::World& world, Relation& relation, std::uint64_t marker) {
  if (!relation.journaled()) co_return true;
  const std::uint32_t session = relation.sessions;
  const std::uint32_t epoch = relation.record.journal;
  ControlBody body = address(relation, Verb::Drain);
  body.journal = epoch;
  body.marker = marker;
  const auto reply =
      co_await context_.peers.ask(world, relation.record.peer, std::move(body), while_in_contact);
  const bool there = reply && reply->code == cim::ReturnCode::Completed;
  const bool same = relation.sessions == session && relation.record.journal == epoch;
  if (!there || !same) co_return false;
  // Answers to single entries may be lost: what the target has is not to become bits (A1, A12).
  for (std::uint64_t number_of = relation.journal.low(); number_of <= marker; ++number_of) {
    received_there(world, relation, number_of);
  }
  stir(world, relation);
  co_return true;
}

}  // namespace replsim::engine
