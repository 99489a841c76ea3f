// Each message once, in order where blocks overlap, of this session only.
#include "model/engine/receiver.h"

#include <algorithm>

#include "model/engine/context.h"

namespace replsim::engine {
namespace {

using cim::CopyState;

bool accepts_data(const Relation& relation) {
  const CopyState state = relation.state();
  return relation.connected && !relation.sends() && !relation.removed &&
         (state == CopyState::Synchronized || state == CopyState::Unsynchronized);
}

}  // namespace

void Receiver::begin_session(Relation& relation) {
  relation.applied_below = 1;
  relation.applied.clear();
  relation.applying.clear();
}

void Receiver::reply(sim::World& world, const std::string& peer, const sim::Message& message,
                     DataAnswer answer) {
  sim::Message out{.kind = number(Wire::DataReply), .bytes = 64, .request = message.request};
  out.words = {message.words[0], message.words[4], static_cast<std::uint64_t>(answer)};
  context_.peers.send(world, peer, std::move(out));
}

void Receiver::receive(sim::World& world, const std::string& peer, sim::Message message) {
  const PairId pair{message.words[0]};
  Relation* relation = nullptr;
  for (Relation* end :
       {context_.relations.find(pair, Role::Source), context_.relations.find(pair, Role::Target)}) {
    if (end != nullptr && end->record.peer == peer && !end->sends()) relation = end;
  }
  const Generation generation{message.words[6], message.words[7]};
  if (relation == nullptr || !accepts_data(*relation) || relation->flow != generation) {
    reply(world, peer, message, DataAnswer::NotConnected);
    return;
  }
  const std::uint64_t sequence = message.words[4];
  const std::uint64_t lowest_open = message.words[5];
  if (lowest_open > relation->applied_below) {
    relation->applied_below = lowest_open;
    std::erase_if(relation->applied, [&](std::uint64_t s) { return s < lowest_open; });
  }
  if (sequence < relation->applied_below) return;  // answered, and the answer was heard
  if (std::ranges::find(relation->applied, sequence) != relation->applied.end()) {
    reply(world, peer, message, DataAnswer::Ok);
    return;
  }
  if (std::ranges::find(relation->applying, sequence) != relation->applying.end()) return;
  relation->applying.push_back(sequence);
  context_.spawn(apply(world, *relation, std::move(message)));
}

sim::Task<DataAnswer> Receiver::store(sim::World& world, Relation& relation, Volume& volume,
                                      sim::Message& message) {
  const Extent extent{message.words[1], message.words[2]};
  const Generation generation{message.words[6], message.words[7]};
  if (volume.thin) {
    const bool room = co_await context_.volumes.take_space(world, volume, extent);
    if (!room) co_return DataAnswer::Full;
  }
  // The session may have ended while this waited for an older write to the same blocks.
  if (!accepts_data(relation) || relation.flow != generation) co_return DataAnswer::NotConnected;
  const bool tracked =
      co_await context_.host_path.track_for_others(world, volume, relation, extent);
  if (!tracked) co_return DataAnswer::WriteError;
  sim::DiskWrite write{.extent = context_.extent(volume.record, extent.lba, extent.blocks),
                       .fua = !context_.defect(cim::Defect::TargetUnflushed)};
  if (message.kind == number(Wire::CopyWrite)) {
    if (auto* body = dynamic_cast<StampsBody*>(message.body.get())) {
      write.words = std::move(body->stamps);
    }
  } else {
    write.stamp = message.words[3];
  }
  auto ticket = context_.port(volume.record).disk->write(world, std::move(write));
  const sim::IoResult stored = co_await ticket;
  if (stored) co_return DataAnswer::Ok;
  const bool full = stored.error().problem == sim::IoProblem::Full;
  co_return full ? DataAnswer::Full : DataAnswer::WriteError;
}

sim::Task<void> Receiver::apply(sim::World& world, Relation& relation, sim::Message message) {
  const std::uint64_t sequence = message.words[4];
  const Extent extent{message.words[1], message.words[2]};
  const Generation generation{message.words[6], message.words[7]};
  Volume* volume = context_.volumes.find(relation.record.local_volume);
  DataAnswer answer = DataAnswer::NotConnected;
  while (accepts_data(relation) && relation.journal.covers(extent)) {
    co_await relation.journal_moved.wait();  // older writes to these blocks come first (A15)
  }
  RangeLock::Guard guard = co_await volume->ranges.lock(world, extent.lba, extent.blocks);
  if (accepts_data(relation) && relation.flow == generation) {
    answer = co_await store(world, relation, *volume, message);
  }
  guard.release();
  std::erase(relation.applying, sequence);
  relation.settled.notify_all(world);
  if (answer == DataAnswer::Ok && relation.flow == generation) {
    relation.applied.push_back(sequence);
  }
  reply(world, relation.record.peer, message, answer);
}

}  // namespace replsim::engine
