// The target end: keeping what comes, applying it in order, going on after a restart.
#include <algorithm>
#include <unordered_map>

#include "model/engine/context.h"
#include "model/engine/journals.h"

namespace replsim::engine {
namespace {

constexpr std::uint32_t apply_window = 32;
/// How far behind the lowest number one is looked for that may be applied.
constexpr std::uint64_t apply_reach = 256;
constexpr std::size_t head_every = 64;

}  // namespace

bool Journals::applies(const Relation& relation) const {
  return relation.record.journal != 0 && relation.record.role == Role::Target &&
         keeps_journal(relation.record) && !relation.folding && !relation.removed;
}

void Journals::reply(sim::World& world, const std::string& peer, const sim::Message& message,
                     Relation* relation, DataAnswer answer) {
  sim::Message out{.kind = number(Wire::JournalReply), .bytes = 64, .request = message.request};
  const std::uint64_t below = relation == nullptr ? 0 : relation->journal.received_below();
  out.words = {message.words[0], message.words[4], static_cast<std::uint64_t>(answer), below};
  context_.peers.send(world, peer, std::move(out));
}

void Journals::receive(sim::World& world, const std::string& peer, const sim::Message& message) {
  Relation* relation = context_.relations.find(PairId{message.words[0]}, Role::Target);
  const auto [epoch, number_of] = JournalPlace::of(message.words[4]);
  const Generation generation{message.words[6], message.words[7]};
  const bool fits = relation != nullptr && relation->record.peer == peer && relation->connected &&
                    applies(*relation) && relation->record.journal == epoch &&
                    relation->state() != cim::CopyState::Partitioned &&
                    relation->flow == generation;
  if (!fits) {
    reply(world, peer, message, nullptr, DataAnswer::NotConnected);
    return;
  }
  const Journal::Entry* known = relation->journal.find(number_of);
  if (number_of < relation->journal.low() ||
      (known != nullptr &&
       (known->stage == JournalStage::Kept || known->stage == JournalStage::Done))) {
    reply(world, peer, message, relation, DataAnswer::Ok);
    return;
  }
  if (known != nullptr && known->stage == JournalStage::Writing) return;
  const JournalRecord record{.epoch = epoch,
                             .number = number_of,
                             .after = message.words[5],
                             .extent = {message.words[1], message.words[2]},
                             .stamp = message.words[3]};
  const Volume* volume = context_.volumes.find(relation->record.local_volume);
  // The lowest is taken in all the same: without it nothing that is here could be applied.
  if (!room(*volume, record.extent.blocks) && number_of != relation->journal.low()) {
    reply(world, peer, message, relation, DataAnswer::Full);
    return;
  }
  relation->journal.place(record);
  sim::Message header{.kind = message.kind, .bytes = message.bytes, .request = message.request};
  header.words = message.words;
  context_.spawn(take_in(world, *relation, std::move(header)));
}

sim::Task<void> Journals::take_in(sim::World& world, Relation& relation, sim::Message message) {
  const auto [epoch, number_of] = JournalPlace::of(message.words[4]);
  const std::string peer = relation.record.peer;
  const bool kept = co_await keep(world, relation, number_of);
  if (relation.removed || relation.record.journal != epoch) {
    reply(world, peer, message, nullptr, DataAnswer::NotConnected);
    co_return;
  }
  if (!kept) relation.journal.displace(number_of);
  reply(world, peer, message, &relation, kept ? DataAnswer::Ok : DataAnswer::WriteError);
}

sim::Task<void> Journals::apply(sim::World& world, Relation& relation) {
  while (applies(relation)) {
    const auto next = relation.journal.at_work() < apply_window
                          ? relation.journal.next_to_apply(apply_reach)
                          : std::nullopt;
    if (next) {
      relation.journal.begin_work(*relation.journal.find(*next));
      context_.spawn(apply_one(world, relation, *next));
      continue;
    }
    const bool idle = relation.journal.empty();
    const bool head_due =
        relation.journal.retired() >= head_every || (idle && relation.journal.retired() != 0);
    if (head_due) {
      co_await put_head(world, relation);
      continue;
    }
    if (idle) break;
    co_await relation.journal_moved.wait();
  }
  relation.journal_applying = false;
}

sim::Task<void> Journals::apply_one(sim::World& world, Relation& relation,
                                    std::uint64_t number_of) {
  Volume* volume = context_.volumes.find(relation.record.local_volume);
  const JournalRecord record = relation.journal.find(number_of)->record;
  sim::IoResult stored;
  if (record.extent.blocks != 0) {
    RangeLock::Guard guard =
        co_await volume->ranges.lock(world, record.extent.lba, record.extent.blocks);
    const bool room = co_await context_.volumes.take_space(world, *volume, record.extent);
    if (!room) stored = std::unexpected(sim::IoError{sim::IoProblem::Full, record.extent.lba});
    std::vector<Extent> parts;
    if (room) parts = parts_to_apply(relation, record);
    for (const Extent& part : parts) {
      sim::DiskWrite write{.extent = context_.extent(volume->record, part.lba, part.blocks),
                           .fua = true,
                           .stamp = record.stamp};
      auto ticket = context_.port(volume->record).disk->write(world, std::move(write));
      const sim::IoResult result = co_await ticket;
      if (!result) stored = result;
    }
    guard.release();
  }
  // The journal is not closed while this is at work (fold waits for it).
  Journal::Entry* entry = relation.journal.find(number_of);
  if (entry == nullptr || relation.record.journal != record.epoch) co_return;
  relation.journal.end_work(*entry);
  if (stored) relation.journal.done(number_of);
  stir(world, relation);
  if (!stored) co_await context_.reconcile.element_failed(world, relation, true);
}

std::vector<Extent> Journals::parts_to_apply(const Relation& relation,
                                             const JournalRecord& record) const {
  std::vector<Extent> parts;
  if (relation.applied_before.empty() || context_.defect(cim::Defect::JournalAppliedTwice)) {
    parts.push_back(record.extent);
    return parts;
  }
  const Extent& extent = record.extent;
  for (std::uint64_t lba = extent.lba; lba < extent.lba + extent.blocks; ++lba) {
    const auto seen = relation.applied_before.find(lba);
    if (seen != relation.applied_before.end() && seen->second >= record.number) continue;
    if (!parts.empty() && parts.back().lba + parts.back().blocks == lba) {
      ++parts.back().blocks;
    } else {
      parts.push_back({lba, 1});
    }
  }
  return parts;
}

void Journals::find_applied(Relation& relation) {
  const Volume* volume = context_.volumes.find(relation.record.local_volume);
  const store::BlockImage& image =
      context_.port(volume->record).content->image(sim::AreaId{volume->record.number.value});
  relation.applied_before.clear();
  relation.journal.for_each([&](const Journal::Entry& entry) {
    const JournalRecord& record = entry.record;
    image.for_each_written(record.extent.lba, record.extent.blocks,
                           [&](std::uint64_t lba, std::uint64_t stamp) {
                             if (stamp == record.stamp) {
                               relation.applied_before[lba] = record.number;
                             }
                           });
  });
}

sim::Task<bool> Journals::reached(sim::World& world, Relation& relation, std::uint64_t number_of) {
  static_cast<void>(world);
  const std::uint32_t session = relation.sessions;
  const std::uint32_t epoch = relation.record.journal;
  const auto waits = [&relation, session, epoch, number_of] {
    return relation.sessions == session && relation.record.journal == epoch && !relation.removed &&
           relation.journal.low() <= number_of;
  };
  while (waits()) co_await relation.journal_moved.wait();
  const bool same = relation.sessions == session && relation.record.journal == epoch;
  co_return same && !relation.removed;
}

sim::Task<void> Journals::apply_received(sim::World& world, Relation& relation) {
  const auto more = [this, &relation] {
    if (!applies(relation)) return false;
    return relation.journal.at_work() != 0 ||
           relation.journal.next_to_apply(apply_reach).has_value();
  };
  poke(relation);
  while (more()) co_await relation.journal_moved.wait();
  static_cast<void>(world);
}

}  // namespace replsim::engine
