// The journaled leg of a host write: into the volume and into the journal, both stably, and
// acknowledged (rulings R9). What a full journal means is the profile's knob `journal-full`.
#include "model/cim/profile_defaults.h"
#include "model/cim/state_graph.h"
#include "model/engine/context.h"

namespace replsim::engine {
namespace {

using cim::CopyState;
using trace::IoAnswer;

constexpr sim::Duration keep_again_after = sim::milliseconds(500);

}  // namespace

sim::Task<bool> HostPath::make_room(sim::World& world, Relation& relation, const Volume& volume,
                                    Extent extent) {
  const bool waits = relation.room_turn.held();
  if (!waits && context_.journals.room(volume, extent.blocks)) co_return true;
  const std::string_view policy = cim::knob_value(context_.config.profile, "journal-full");
  if (!relation.overflowed && !waits) {
    world.emit(trace::journal_full, relation.entity, 0, context_.journals.used(),
               context_.config.journal_bytes);
  }
  if (policy == "throttle" && relation.connected) {
    // One write at a time waits for room, the others for their turn.
    sim::Mutex::Guard turn = co_await relation.room_turn.lock(world);
    while (!context_.journals.room(volume, extent.blocks) && relation.journaled() &&
           relation.connected && !relation.folding && !relation.removed) {
      co_await relation.journal_moved.wait();
    }
    co_return context_.journals.room(volume, extent.blocks);
  }
  if (policy == "break") {
    co_await context_.reconcile.element_failed(world, relation, true);
    co_return false;
  }
  const bool cut_off = relation.state() == CopyState::Partitioned;
  const Relations::Edit behind = [cut_off](RelationRecord& record) {
    if (cut_off && record.state == CopyState::Partitioned) {
      record.journal = 0;  // nobody empties it: everything is tracked from now on
      return true;
    }
    if (record.state != CopyState::Synchronized) return false;
    record.state = CopyState::Unsynchronized;
    return true;
  };
  const auto fell_behind = cim::cause_code(cim::EventCause::FellBehind);
  co_await context_.relations.change(world, relation, fell_behind, behind);
  // Tracked until it is empty, but only in a copy that brings what was tracked.
  if (relation.state() == CopyState::Unsynchronized) relation.overflowed = true;
  co_return false;
}

sim::Task<IoAnswer> HostPath::end_journaled(sim::World& world, HostLeg& leg, const Volume& volume,
                                            Extent extent, bool here) {
  Relation& relation = *leg.relation;
  bool kept = leg.kept;
  const auto open = [&relation, &leg] {
    return relation.record.journal == leg.journal && !relation.removed;
  };
  while (!kept && open()) {
    // The journal ends with this, or the records can not be written at all: then once more.
    co_await context_.reconcile.element_failed(world, relation, true);
    if (!open()) break;
    co_await sim::sleep_on(world, context_.node, keep_again_after);
    if (open() && !relation.folding) {
      kept = co_await context_.journals.keep(world, relation, leg.number_of);
    }
  }
  if (!here) co_await context_.reconcile.element_failed(world, relation, true);
  // Alone since contact was lost: noted before the first such acknowledgement (R7).
  bool noted = true;
  if (relation.state() == CopyState::Partitioned) noted = co_await note_alone(world, relation);
  while (relation.folding) co_await relation.changed.wait();
  if (here && kept && noted && open()) {
    relation.journal.acknowledged(leg.number_of);
    // Kept, but the flow has failed while it was under way: the host is told (A26).
    co_return relation.stops_host_io() ? IoAnswer::Error : IoAnswer::Ok;
  }
  // The journal has become bits.
  const bool tracked = co_await settle_alone(world, relation, extent);
  const bool alone_is_enough = !relation.record.settings.failed_copy_stops_host_io;
  const bool good = here && tracked && alone_is_enough && may_write(volume);
  co_return good ? IoAnswer::Ok : IoAnswer::Error;
}

}  // namespace replsim::engine
