// Every change of a relation passes here: record first, then the announcement.
#include "model/engine/relations.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/cim/operation_rules.h"
#include "model/cim/state_graph.h"
#include "model/engine/context.h"
#include "model/trace/events.h"
#include "sim/check.h"

namespace replsim::engine {
namespace {

constexpr sim::Duration change_again_after = sim::milliseconds(500);  ///< Not written.

using cim::CopyState;

/// Ancestors kept: an end that is further behind than so many outages is unrelated (INV).
constexpr std::size_t ancestors_most = 64;

/// What a copy shows that no operation has named.
cim::ProgressStatus progress_of_copy(const RelationRecord& record) {
  if (record.direction == CopyDirection::Backward) {
    const bool restoring = record.restore_from != CopyState::NotApplicable;
    return restoring ? cim::ProgressStatus::Restoring : cim::ProgressStatus::FailingBack;
  }
  return record.times.synchronized ? cim::ProgressStatus::Resyncing
                                   : cim::ProgressStatus::Synchronizing;
}

/// Consequences that every change of state has.
void settle_record(RelationRecord& next, const RelationRecord& old, std::uint16_t cause,
                   std::int64_t now) {
  if (next.lineage.ancestors.size() > ancestors_most) {
    const auto surplus = next.lineage.ancestors.size() - ancestors_most;
    next.lineage.ancestors.erase(
        next.lineage.ancestors.begin(),
        next.lineage.ancestors.begin() + static_cast<std::ptrdiff_t>(surplus));
  }
  const bool rests_in_part =
      next.state == next.restore_from || next.state == CopyState::Partitioned;
  if (next.direction == CopyDirection::Forward && !rests_in_part) {
    next.restore_from = CopyState::NotApplicable;
  }
  if (next.state == old.state) return;
  if (next.progress == old.progress) next.progress = progress_at_rest(next);
  // Its operation has ended: here, or in an exception (R4).
  const bool ended = next.state == next.requested || next.state == CopyState::Broken ||
                     next.state == CopyState::Invalid;
  if (ended) next.requested = CopyState::NotApplicable;
  if (old.state == CopyState::Synchronized) next.times.followed = now;
  switch (next.state) {
    case CopyState::Synchronized:
      next.percent = 100;
      next.wrote_alone = false;
      next.bumped = false;
      next.times.synchronized = now;
      break;
    case CopyState::Unsynchronized:
      if (old.state != CopyState::Partitioned || old.before != CopyState::Unsynchronized) {
        next.percent = 0;
        next.times.activated = now;
      }
      break;
    case CopyState::Suspended: next.times.suspended = now; break;
    case CopyState::Restored: next.times.followed = now; break;
    case CopyState::Inactive:
      if (cause == cim::cause_code(cim::Operation::Deactivate)) next.times.deactivated = now;
      break;
    case CopyState::Partitioned: next.before = old.state; break;
    case CopyState::Initialized:  // by Unprepare: as if it had never been copied
      next.percent = 0;
      next.target_image = cim::TargetImage::Never;
      next.times.synchronized.reset();
      break;
    case CopyState::Broken:
    case CopyState::Fractured:
    case CopyState::Split:
    case CopyState::Failedover:
    case CopyState::Prepared:
    case CopyState::Aborted:
    case CopyState::Skewed:
    case CopyState::Mixed:
    case CopyState::NotApplicable:
    case CopyState::Invalid: break;
  }
}

/// The open journal ends with this change: what is in it becomes bits first (N2 of journals.h).
bool ends_journal(const RelationRecord& next, const RelationRecord& old) {
  return old.journal != 0 &&
         (next.journal != old.journal || next.role != old.role || !keeps_journal(next));
}

}  // namespace

bool leaves_aspect(const RelationRecord& record) {
  const cim::Transition* row =
      cim::find_transition(cim::SyncType::Mirror, record.state, cim::Operation::Dissolve);
  return row != nullptr && row->fate == cim::Fate::RemoveLeaveAspect &&
         record.role == Role::Source &&
         cim::guard_effect(*row, record.target_image) != cim::GuardEffect::NoAspect;
}

cim::ProgressStatus progress_at_rest(const RelationRecord& record) {
  if (record.state == CopyState::Unsynchronized) return progress_of_copy(record);
  return cim::resting_progress(record.state)[0];
}

void Relations::load() {
  const std::uint64_t granule = context_.config.granule_bytes;
  const std::uint64_t extent = context_.config.extent_bytes;
  context_.records.for_each(number(RecordKind::Relation), [&](store::RecordKey, WordSpan words) {
    if (auto aspect = decode_aspect(words)) keep_aspect(std::move(*aspect));
    auto record = decode_relation(words);
    if (!record) return;  // a farewell, or an aspect
    Volume* volume = context_.volumes.find(record->local_volume);
    if (volume == nullptr) return;
    auto relation = std::make_unique<Relation>();
    relation->entity = entity_of(record->number);
    relation->bitmap = DirtyBitmap(granule / volume->record.block);
    relation->activity = ActivityLog(extent / volume->record.block);
    relation->journal =
        context_.journals.make(granule / volume->record.block, volume->record.block);
    relation->record = std::move(*record);
    volume->ends.push_back(relation.get());
    relations_.push_back(std::move(relation));
  });
  context_.records.for_each(number(RecordKind::Bitmap), [&](store::RecordKey key, WordSpan words) {
    Relation* relation = find(EndpointNumber{key.owner});
    const auto page = decode_bitmap(words);
    if (relation && page) relation->bitmap.load(key.index, *page);
  });
  context_.records.for_each(number(RecordKind::Activity),
                            [&](store::RecordKey key, WordSpan words) {
                              Relation* relation = find(EndpointNumber{key.owner});
                              const auto page = decode_activity(words);
                              if (relation && page) relation->activity.load(key.index, *page);
                            });
}

sim::EntityId Relations::entity_of(EndpointNumber number) {
  return context_.world.trace().entity(fmt::format("{}:{}", context_.config.name, number.value));
}

Relation* Relations::find(EndpointNumber number) {
  const auto at = std::ranges::lower_bound(relations_, number, {},
                                           [](const auto& r) { return r->record.number; });
  return at != relations_.end() && (*at)->record.number == number ? at->get() : nullptr;
}

Relation* Relations::find(PairId pair, Role role) {
  for (const auto& relation : relations_) {
    if (relation->record.pair == pair && relation->record.role == role) return relation.get();
  }
  return nullptr;
}

Relation* Relations::find(PairId pair) {
  Relation* source = find(pair, Role::Source);
  return source != nullptr ? source : find(pair, Role::Target);
}

std::vector<Relation*> Relations::instances() {
  std::vector<Relation*> out;
  for (const auto& relation : relations_) {
    if (instance(relation->record)) out.push_back(relation.get());
  }
  return out;
}

std::vector<Relation*> Relations::all() {
  std::vector<Relation*> out;
  for (const auto& relation : relations_) out.push_back(relation.get());
  return out;
}

sim::Task<Relation*> Relations::add(sim::World& world, RelationRecord record, std::uint16_t cause) {
  Volume* volume = context_.volumes.find(record.local_volume);
  REPLSIM_CHECK(volume != nullptr, record.local_volume.value);
  auto made = std::make_unique<Relation>();
  Relation& relation = *made;
  record.times.established = context_.clock();
  record.entered_by = cause;
  relation.entity = entity_of(record.number);
  relation.bitmap = DirtyBitmap(context_.config.granule_bytes / volume->record.block);
  relation.activity = ActivityLog(context_.config.extent_bytes / volume->record.block);
  relation.journal = context_.journals.make(context_.config.granule_bytes / volume->record.block,
                                            volume->record.block);
  relation.record = std::move(record);
  const auto at = std::ranges::lower_bound(relations_, relation.record.number, {},
                                           [](const auto& other) { return other->record.number; });
  relations_.insert(at, std::move(made));
  volume->ends.push_back(&relation);
  auto counters = context_.records.put(world, counters_key(), encode(context_.counters), true);
  sim::IoResult stored = co_await counters;
  if (stored) {
    auto put = context_.records.put(world, relation_key(relation.record.number),
                                    encode(relation.record), true);
    stored = co_await put;
  }
  if (!stored) {
    forget(relation);
    co_return nullptr;
  }
  announce(world, relation, cause);
  co_return &relation;
}

void Relations::forget(Relation& relation) {
  relation.removed = true;
  std::erase(context_.volumes.find(relation.record.local_volume)->ends, &relation);
  context_.journals.forget(relation);
  relation.changed.notify_all(context_.world);
  const auto at =
      std::ranges::find_if(relations_, [&](const auto& other) { return other.get() == &relation; });
  removed_.push_back(std::move(*at));
  relations_.erase(at);
}

sim::Task<void> Relations::change_at_last(sim::World& world, Relation& relation,
                                          std::uint16_t cause, Edit edit) {
  while (!relation.removed) {
    RelationRecord wanted = relation.record;
    if (!edit(wanted)) co_return;
    const bool done = co_await change(world, relation, cause, edit);
    if (!done) co_await sim::sleep_on(world, context_.node, change_again_after);
  }
}

sim::Task<bool> Relations::change(sim::World& world, Relation& relation, std::uint16_t cause,
                                  Edit edit) {
  sim::Mutex::Guard guard = co_await relation.changing.lock(world);
  const bool done = co_await change_locked(world, relation, cause, std::move(edit));
  co_return done;
}

void Relations::end_folding(sim::World& world, Relation& relation) {
  relation.folding = false;
  relation.changed.notify_all(world);
  Journals::stir(world, relation);
}

sim::Task<bool> Relations::change_locked(sim::World& world, Relation& relation, std::uint16_t cause,
                                         Edit edit) {
  if (relation.removed) co_return false;
  RelationRecord next = relation.record;
  if (!edit(next)) co_return false;
  settle_record(next, relation.record, cause, context_.clock());
  if (next.state != relation.record.state) next.entered_by = cause;
  if (next.state != relation.record.state && !next.hidden && !relation.record.provisional) {
    REPLSIM_CHECK(cim::find_edge(cim::SyncType::Mirror, cim::node(relation.record.state),
                                 cim::node(next.state), cause, true) != nullptr,
                  cim::number(relation.record.state), cim::number(next.state), cause);
  }
  const bool folds = ends_journal(next, relation.record);
  if (folds) {
    if (next.journal == relation.record.journal) next.journal = 0;
    relation.folding = true;
    const bool folded = co_await context_.journals.fold(world, relation);
    if (!folded) {
      end_folding(world, relation);
      co_return false;
    }
  }
  auto put = context_.records.put(world, relation_key(next.number), encode(next), true);
  const sim::IoResult stored = co_await put;
  if (folds && (!stored || relation.removed)) end_folding(world, relation);
  if (!stored || relation.removed) co_return false;
  const RelationRecord old = std::move(relation.record);
  relation.record = std::move(next);
  const bool flowed =
      old.state == CopyState::Synchronized || old.state == CopyState::Unsynchronized;
  const bool turned =
      old.role != relation.record.role || old.direction != relation.record.direction;
  if (!flowed || turned) relation.mirrors = relation.doubted = false;
  const CopyState rested = old.state == CopyState::Partitioned ? old.before : old.state;
  if (rested != relation.effective_state()) ++relation.turns;
  context_.journals.turned(relation);
  if (folds) end_folding(world, relation);
  announce(world, relation, cause);
  if (old.state != relation.record.state && instance(relation.record)) {
    context_.spawn(
        context_.jobs.relation_changed(world, relation.record.pair, relation.state(), cause));
  }
  relation.changed.notify_all(world);
  Journals::stir(world, relation);
  context_.mover.poke(relation);
  context_.journals.poke(relation);
  context_.reconcile.poke(relation);
  co_return true;
}

void Relations::peer_takes_writes(sim::World& world, Relation& relation) {
  if (relation.mirrors) return;
  relation.mirrors = true;
  relation.doubted = false;
  ++relation.flow_count;
  relation.older = relation.unsettled;
  relation.changed.notify_all(world);
  context_.journals.poke(relation);
}

void Relations::keep_aspect(AspectRecord aspect) {
  const auto at = std::ranges::lower_bound(aspects_, aspect.gone.number, {},
                                           [](const auto& other) { return other.gone.number; });
  aspects_.insert(at, std::move(aspect));
}

sim::Task<bool> Relations::remove(sim::World& world, Relation& relation, std::uint16_t cause,
                                  bool aspect_stays) {
  sim::Mutex::Guard guard = co_await relation.changing.lock(world);
  if (relation.removed) co_return false;
  // A farewell takes the record's place until the removal is announced, or an aspect for good. Then
  // record and tracking pages are rubbish that is cleared behind it (or by the next start).
  const RelationRecord old = relation.record;
  const Farewell farewell{
      .number = old.number, .pair = old.pair, .state = old.state, .cause = cause};
  AspectRecord aspect{.gone = farewell,
                      .local_volume = old.local_volume,
                      .remote_volume = old.remote_volume,
                      .point_in_time = context_.clock()};
  if (old.state != CopyState::Synchronized && old.times.followed) {
    aspect.point_in_time = *old.times.followed;
  }
  Words words = aspect_stays ? encode(aspect) : encode(farewell);
  auto put = context_.records.put(world, relation_key(old.number), std::move(words), true);
  const sim::IoResult parted = co_await put;
  if (!parted) co_return false;
  if (aspect_stays) keep_aspect(std::move(aspect));
  announce(world, farewell, aspect_stays);
  clear_records(world, old.number, aspect_stays);
  context_.sender.drop_all(relation);
  forget(relation);
  if (!old.hidden) {
    context_.spawn(context_.jobs.relation_changed(world, old.pair, std::nullopt, cause));
  }
  co_return true;
}

}  // namespace replsim::engine
