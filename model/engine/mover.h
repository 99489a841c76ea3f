// The mover: brings the receiving end to the sender's content, each dirty granule once, newest data
// (data plane 5). It works while the relation is UNS, connected, and this end sends.
//   M1  The peer's tracking is merged, stably, before the first block moves (A14).
//   M2  A granule is read and sent under its range lock: no older copy overtakes a newer write.
//   M3  A bit is cleared only after the peer has the data stably (A12).
//   M4  SYN is entered only when both bitmaps are empty, stably (A11).
#pragma once

#include <cstdint>

#include "model/engine/relation.h"
#include "model/engine/wire.h"
#include "sim/task.h"

namespace replsim::engine {

struct Context;
struct Volume;

class Mover {
 public:
  explicit Mover(Context& context) : context_(context) {}

  /// Start a mover when the relation wants one and has none. Called after every change.
  void poke(Relation& relation);

 private:
  struct Run {
    Relation& relation;
    std::uint64_t epoch;
    std::uint32_t in_flight = 0;
    std::uint64_t since_persist = 0;
    std::uint32_t reported = 0;
    bool failed = false;
    sim::Signal moved;
  };
  sim::Task<void> work(sim::World& world, Relation& relation);
  sim::Task<bool> begin(sim::World& world, Run& run);
  sim::Task<bool> mark_inconsistent(sim::World& world, Run& run);
  sim::Task<bool> prepare_bitmap(sim::World& world, Run& run, const ControlReplyBody& reply);
  sim::Task<bool> move_all(sim::World& world, Run& run);
  sim::Task<void> move_one(sim::World& world, Run& run, std::uint64_t granule);
  /// Read a granule and have it stably at the peer; the caller holds its range.
  sim::Task<bool> send_granule(sim::World& world, Run& run, const Volume& volume, Extent extent);
  sim::Task<bool> finish(sim::World& world, Run& run);
  sim::Task<bool> finish_forward(sim::World& world, Run& run);
  sim::Task<bool> finish_backward(sim::World& world, Run& run);
  sim::Task<void> report(sim::World& world, Run& run);
  bool wanted(const Relation& relation) const;
  bool current(const Run& run) const;

  Context& context_;
};

}  // namespace replsim::engine
