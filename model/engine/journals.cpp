// What both ends do with a journal: from the records, into the bitmap, away.
#include "model/engine/journals.h"

#include <algorithm>
#include <vector>

#include "model/engine/context.h"

namespace replsim::engine {

void Journals::load() {
  struct Read {
    JournalRecord record;
    std::uint32_t slot;
  };
  for (Relation* relation : context_.relations.all()) {
    const std::uint32_t epoch = relation->record.journal;
    if (epoch == 0) continue;
    relation->journal.open(epoch);
    std::vector<Read> found;
    context_.records.for_each(number(RecordKind::Journal), [&](store::RecordKey key, WordSpan w) {
      if (key.owner != relation->record.number.value) return;
      if (key.index == 0) {
        const auto head = decode_journal_head(w);
        if (head && head->epoch == epoch) relation->journal.load_head(*head);
      } else if (const auto record = decode_journal(w); record && record->epoch == epoch) {
        found.push_back({*record, key.index});
      }
    });
    std::ranges::sort(found, {}, [](const Read& read) { return read.record.number; });
    for (const Read& read : found) relation->journal.load(read.record, read.slot);
    if (relation->record.role == Role::Source) {
      relation->journal.fill_gaps();
    } else {
      find_applied(*relation);
    }
  }
}

void Journals::poke(Relation& relation) {
  if (relation.removed) return;
  if (wants_open(relation) && !relation.journal_opening) {
    relation.journal_opening = true;
    context_.spawn(open(context_.world, relation));
  }
  if (sends(relation) && !relation.journal.empty() && !relation.journal_sending) {
    relation.journal_sending = true;
    context_.spawn(send(context_.world, relation));
  }
  if (applies(relation) && !relation.journal.empty() && !relation.journal_applying) {
    relation.journal_applying = true;
    context_.spawn(apply(context_.world, relation));
  }
}

void Journals::stir(sim::World& world, Relation& relation) {
  relation.journal_moved.notify_all(world);
}

bool Journals::room(const Volume& volume, std::uint64_t blocks) const {
  return used_ + blocks * volume.record.block <= context_.config.journal_bytes;
}

sim::Task<bool> Journals::keep(sim::World& world, Relation& relation, std::uint64_t number_of) {
  const std::uint32_t epoch = relation.record.journal;
  const Volume* volume = context_.volumes.find(relation.record.local_volume);
  const Journal::Entry& entry = *relation.journal.find(number_of);
  const std::uint64_t payload = entry.record.extent.blocks * volume->record.block;
  const Words words = encode(entry.record);
  const store::RecordKey key = journal_key(relation.record.number, entry.slot);
  if (!context_.defect(cim::Defect::JournalVolatile)) [[likely]] {
    auto put = context_.records.put(world, key, words, true, payload);
    ++relation.journal_puts;
    const sim::IoResult stored = co_await put;
    put_ended(world, relation);
    if (!stored) co_return false;
  }
  if (relation.record.journal != epoch || relation.removed) co_return true;
  if (Journal::Entry* kept = relation.journal.find(number_of)) kept->stage = JournalStage::Kept;
  stir(world, relation);
  poke(relation);
  co_return true;
}

void Journals::put_ended(sim::World& world, Relation& relation) {
  if (--relation.journal_puts == 0 && relation.folding) stir(world, relation);
}

sim::Task<void> Journals::put_head(sim::World& world, Relation& relation) {
  const JournalHead head{.epoch = relation.journal.epoch(), .low = relation.journal.low()};
  const Words words = encode(head);
  auto put = context_.records.put(world, journal_key(relation.record.number, 0), words, true);
  ++relation.journal_puts;
  const sim::IoResult stored = co_await put;
  put_ended(world, relation);
  if (stored && relation.journal.epoch() == head.epoch) relation.journal.head_is_stable(head.low);
}

sim::Task<bool> Journals::fold(sim::World& world, Relation& relation) {
  // A record of this journal must not reach the disk after one of the next in the same slot.
  while (relation.journal.at_work() != 0 || relation.journal_puts != 0) {
    co_await relation.journal_moved.wait();
  }
  std::vector<std::uint64_t> added;
  const std::uint64_t size = relation.bitmap.granule_blocks();
  relation.journal.for_each([&](const Journal::Entry& entry) {
    const Extent& extent = entry.record.extent;
    if (extent.blocks == 0) return;
    const std::uint64_t last = (extent.lba + extent.blocks - 1) / size;
    for (std::uint64_t granule = extent.lba / size; granule <= last; ++granule) {
      if (relation.bitmap.test(granule)) continue;
      relation.bitmap.set(granule);
      added.push_back(granule);
    }
  });
  if (context_.defect(cim::Defect::JournalNotFolded)) [[unlikely]] {
    for (const std::uint64_t granule : added) relation.bitmap.clear(granule);
    co_return true;
  }
  const bool stored = co_await context_.relations.persist_bitmap(world, relation);
  if (!stored) {
    for (const std::uint64_t granule : added) relation.bitmap.clear(granule);
  }
  co_return stored;
}

void Journals::turned(Relation& relation) {
  if (relation.journal.epoch() == relation.record.journal) return;
  relation.journal.open(relation.record.journal);
  relation.applied_before.clear();  // its numbers were those of the journal before
  relation.overflowed = false;
  relation.send_limit = 0;
  relation.send_next = 1;
  relation.on_the_way = 0;
  stir(context_.world, relation);
}

void Journals::forget(Relation& relation) {
  relation.journal.open(0);
  stir(context_.world, relation);
}

}  // namespace replsim::engine
