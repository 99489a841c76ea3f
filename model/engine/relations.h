// The relations of an array. A change of state goes: legal? -> forced consequences -> stable record
// -> announce "A -> B" (one trace event, one indication). Nobody else writes a RelationRecord.
#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "model/engine/relation.h"
#include "sim/task.h"

namespace replsim::engine {

struct Context;

/// ProgressStatus when no operation shows another one.
cim::ProgressStatus progress_at_rest(const RelationRecord& record);

class Relations {
 public:
  /// Changes a record; false = leave everything as it is.
  using Edit = std::function<bool(RelationRecord&)>;

  explicit Relations(Context& context) : context_(context) {}

  void load();
  /// After a restart: announce what became stable and was not announced.
  void catch_up(sim::World& world);
  Relation* find(EndpointNumber number);
  /// The end of a pair that has the role (a local pair has both here).
  Relation* find(PairId pair, Role role);
  /// Any end of the pair here, the source end first.
  Relation* find(PairId pair);
  /// All that have an association instance, in number order (hidden ends left out).
  std::vector<Relation*> instances();
  /// All ends, in number order.
  std::vector<Relation*> all();

  /// Make a relation: record stable, then announced as CREATE -> record.state by `cause`.
  sim::Task<Relation*> add(sim::World& world, RelationRecord record, std::uint16_t cause);
  /// Apply `edit` to the record, make it stable, announce what changed. False when the metadata
  /// write failed (nothing changed) or the relation is gone.
  sim::Task<bool> change(sim::World& world, Relation& relation, std::uint16_t cause, Edit edit);
  /// As change, again until it is written or `edit` has nothing to change any more.
  sim::Task<void> change_at_last(sim::World& world, Relation& relation, std::uint16_t cause,
                                 Edit edit);
  /// As change, for a caller that holds relation.changing.
  sim::Task<bool> change_locked(sim::World& world, Relation& relation, std::uint16_t cause,
                                Edit edit);
  /// Delete record, bitmap and log stably; announce -> REMOVED. An aspect may stay (Dissolve).
  sim::Task<bool> remove(sim::World& world, Relation& relation, std::uint16_t cause,
                         bool aspect_stays = false);
  /// What Dissolve has left here, in number order.
  const std::vector<AspectRecord>& aspects() const { return aspects_; }

  /// The peer has confirmed the present flow: host writes may be mirrored from now on.
  void peer_takes_writes(sim::World& world, Relation& relation);

  // Tracking, stably.
  /// Set the blocks' bits; stable before this returns.
  sim::Task<bool> track(sim::World& world, Relation& relation, std::uint64_t lba,
                        std::uint64_t blocks);
  /// Write every bitmap page whose record differs from memory.
  sim::Task<bool> persist_bitmap(sim::World& world, Relation& relation);
  /// Write one page of the activity log.
  sim::Task<bool> put_activity(sim::World& world, Relation& relation, std::uint32_t index);
  /// Write every page of the activity log whose record differs from memory.
  sim::Task<bool> persist_activity(sim::World& world, Relation& relation);

 private:
  sim::EntityId entity_of(EndpointNumber number);
  /// It has an association instance.
  static bool instance(const RelationRecord& record);
  /// The journal has become bits, or it goes on.
  static void end_folding(sim::World& world, Relation& relation);
  sim::Task<bool> put_page(sim::World& world, Relation& relation, std::uint32_t index);
  /// What differs from what subscribers know.
  void announce(sim::World& world, const Relation& relation, std::uint16_t cause);
  void announce(sim::World& world, const Farewell& farewell, bool aspect);
  void announce_birth(sim::World& world, const Relation& relation);
  void announce_change(sim::World& world, const Relation& relation, const RelationRecord& old,
                       std::uint16_t cause);
  /// Of a relation that is gone: its tracking pages and its farewell; an aspect stays.
  void clear_records(sim::World& world, EndpointNumber gone, bool aspect);
  void keep_aspect(AspectRecord aspect);
  void forget(Relation& relation);

  Context& context_;
  std::vector<std::unique_ptr<Relation>> relations_;  // in number order
  std::vector<std::unique_ptr<Relation>> removed_;    // Tasks may still hold them
  std::vector<AspectRecord> aspects_;                 // in number order
};

}  // namespace replsim::engine
