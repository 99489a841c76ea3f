// Asynchronous flow (rulings R9, data plane 4a). Host writes are kept in the source end's journal
// and acknowledged; a Task sends them; the target end keeps them in its own journal, and a Task
// applies them.
//   N1  A write is in one of the two journals, stably, or in a bitmap, from before its
//       acknowledgement until the target has it (A12).
//   N2  When the flow ends (any state but SYN, UNS and their PAR) the journal is folded: the blocks
//       of what is in it become bits, stably, before the record that ends it (A12).
//   N3  A copy and the journal never carry the same blocks at once: the mover waits at the source
//       end, the receiver at the target end (A15).
//   N4  After a restart what was applied already is not applied over what came later (A5).
#pragma once

#include <cstdint>
#include <string>

#include "model/engine/relation.h"
#include "model/engine/wire.h"
#include "sim/task.h"

namespace replsim::engine {

struct Context;
struct Volume;

class Journals {
 public:
  explicit Journals(Context& context) : context_(context) {}

  /// An empty journal of a relation whose blocks have that size.
  Journal make(std::uint64_t granule_blocks, std::uint32_t block_bytes) {
    return Journal(granule_blocks, block_bytes, used_);
  }
  /// Restart: the journals that were open, from the records.
  void load();
  /// Start what there is to do: opening, sending, applying. Called after every change.
  void poke(Relation& relation);
  /// Something that a Task of this part waits for may have happened.
  static void stir(sim::World& world, Relation& relation);

  /// Bytes of the array's space for journals in use.
  std::uint64_t used() const { return used_; }

  // Source end ---------------------------------------------------------------------------------
  /// There is room for so many blocks.
  bool room(const Volume& volume, std::uint64_t blocks) const;
  std::uint64_t append(Relation& relation, Extent extent, std::uint64_t stamp);
  /// Make the record of a number stable; false when it could not be written.
  sim::Task<bool> keep(sim::World& world, Relation& relation, std::uint64_t number);
  /// The last number that was sent in this session.
  std::uint64_t sent(const Relation& relation) const;
  /// Everything up to `marker` is applied at the other end; false when contact or the flow ended.
  /// At once when host writes go into no journal.
  sim::Task<bool> drain(sim::World& world, Relation& relation, std::uint64_t marker);
  void answered(sim::World& world, const std::string& peer, const sim::Message& reply);

  // Target end ---------------------------------------------------------------------------------
  void receive(sim::World& world, const std::string& peer, const sim::Message& message);
  /// Everything up to the number is applied; false when contact or the flow ended first.
  sim::Task<bool> reached(sim::World& world, Relation& relation, std::uint64_t number);
  /// What is here and may be applied is applied.
  sim::Task<void> apply_received(sim::World& world, Relation& relation);

  // Both ----------------------------------------------------------------------------------------
  /// The blocks of what is in the journal become bits, stably (N2).
  sim::Task<bool> fold(sim::World& world, Relation& relation);
  /// The journal of `relation.record` is at work from now on, or none.
  void turned(Relation& relation);
  /// The relation is gone.
  void forget(Relation& relation);

 private:
  bool sends(const Relation& relation) const;
  bool applies(const Relation& relation) const;
  bool wants_open(const Relation& relation) const;
  sim::Task<void> open(sim::World& world, Relation& relation);
  sim::Task<void> send(sim::World& world, Relation& relation);
  bool send_next(sim::World& world, Relation& relation);
  void send_again(sim::World& world, Relation& relation);
  void transmit(sim::World& world, Relation& relation, Journal::Entry& entry);
  void received_there(sim::World& world, Relation& relation, std::uint64_t number);
  sim::Task<void> refused(sim::World& world, EndpointNumber number, std::uint32_t epoch);
  sim::Task<void> element_failed_there(sim::World& world, EndpointNumber number);
  sim::Task<void> take_in(sim::World& world, Relation& relation, sim::Message message);
  void reply(sim::World& world, const std::string& peer, const sim::Message& message,
             Relation* relation, DataAnswer answer);
  sim::Task<void> apply(sim::World& world, Relation& relation);
  sim::Task<void> apply_one(sim::World& world, Relation& relation, std::uint64_t number);
  /// Parts of an entry that no later entry was applied over before the restart (N4).
  std::vector<Extent> parts_to_apply(const Relation& relation, const JournalRecord& record) const;
  void find_applied(Relation& relation);
  static void put_ended(sim::World& world, Relation& relation);
  sim::Task<void> put_head(sim::World& world, Relation& relation);

  Context& context_;
  std::uint64_t used_ = 0;
};

}  // namespace replsim::engine
