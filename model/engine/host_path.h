// Host I/O at an array. A write goes: access -> hold -> range lock -> taps (mirror, track) and the
// disk -> the mode's acknowledgement rule -> answer.
//   H1  A write is answered Ok only when it is stable here and, in a connected flow, at the peer,
//       or stably tracked after the relation durably left the flow (A1, A26, A27).
//   H2  A bit is stable before the write that it stands for takes effect alone (A12).
//   H3  A repeated request is answered again, never applied again.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "model/engine/host_leg.h"
#include "model/engine/volume.h"
#include "model/engine/wire.h"
#include "model/trace/events.h"
#include "sim/node.h"
#include "sim/task.h"

namespace replsim::engine {

struct Context;
struct Relation;
class ActivityLog;

class HostPath {
 public:
  explicit HostPath(Context& context) : context_(context) {}

  void receive(sim::World& world, sim::Node& host, sim::Message message);
  /// Rulings R12, R5, R8: what a host may do with the volume now.
  bool may_read(const Volume& volume) const;
  bool may_write(const Volume& volume) const;
  /// Keep new host writes waiting and wait until those at work are answered.
  sim::Task<void> hold(sim::World& world, Volume& volume);
  void release(sim::World& world, Volume& volume);
  /// Blocks come to the volume over `from`: its other relations are to copy them one day.
  sim::Task<bool> track_for_others(sim::World& world, const Volume& volume, const Relation& from,
                                   Extent extent);

 private:
  /// What hosts see of a volume: an element of a relation has the size of its source.
  std::uint64_t blocks_shown(const Volume& volume) const;
  struct Seen {
    std::uint64_t request = 0;
    bool answered = false;
    trace::IoAnswer answer = trace::IoAnswer::Ok;
  };
  /// What one incarnation of a host has asked for and not yet settled.
  struct Session {
    sim::Node* host = nullptr;
    std::uint32_t incarnation = 0;
    std::vector<Seen> seen;
  };

  Session& session(sim::Node& host);
  void reply(sim::World& world, sim::Node& host, std::uint64_t request, trace::IoAnswer answer,
             std::vector<std::uint64_t> stamps, std::uint32_t bytes);
  sim::Task<void> serve_write(sim::World& world, sim::Node& host, std::uint64_t request,
                              Volume& volume, Extent extent, std::uint64_t stamp);
  sim::Task<void> serve_read(sim::World& world, sim::Node& host, std::uint64_t request,
                             Volume& volume, Extent extent);
  sim::Task<void> serve_flush(sim::World& world, sim::Node& host, std::uint64_t request,
                              Volume& volume);
  sim::Task<trace::IoAnswer> write(sim::World& world, Volume& volume, Extent extent,
                                   std::uint64_t stamp);
  sim::Task<trace::IoAnswer> write_locked(sim::World& world, Volume& volume, Extent extent,
                                          std::uint64_t stamp);
  /// What preparing a leg has come to.
  enum class Prepared : std::uint8_t {
    Yes,
    Again,   ///< Not begun: look for the way that is right now.
    Failed,  ///< Not tracked: the write can not be acknowledged.
    Refused  ///< The pair can not enter Skewed now.
  };
  sim::Task<Prepared> prepare(sim::World& world, HostLeg& leg, const Volume& volume, Extent extent);
  sim::Task<Prepared> prepare_alone(sim::World& world, Relation& relation, const Volume& volume,
                                    Extent extent);
  /// A host write makes the suspended pair Skewed (R12).
  bool may_skew(const Relation& relation) const;
  /// What was prepared is still the way.
  bool stands(const HostLeg& leg, const Volume& volume, Extent extent) const;
  /// To the disk and along every leg; Ok when all of them are.
  sim::Task<trace::IoAnswer> carry(sim::World& world, HostLegs& legs, Volume& volume, Extent extent,
                                   std::uint64_t stamp);
  /// `here`: the volume's own disk has it.
  sim::Task<trace::IoAnswer> end_mirrored(sim::World& world, HostLeg& leg, const Volume& volume,
                                          Extent extent, std::uint64_t stamp, bool here);
  sim::Task<trace::IoAnswer> end_journaled(sim::World& world, HostLeg& leg, const Volume& volume,
                                           Extent extent, bool here);
  void leave(sim::World& world, HostLeg& leg);
  /// False: there was none; what the profile says for that was done.
  sim::Task<bool> make_room(sim::World& world, Relation& relation, const Volume& volume,
                            Extent extent);
  /// The peer refused a write that was sent in the flow `epoch`.
  sim::Task<void> leave_flow(sim::World& world, Relation& relation, std::uint64_t epoch);
  sim::Task<bool> settle_alone(sim::World& world, Relation& relation, Extent extent);
  /// A slot for each extent that the blocks touch; none at all when one is not to be had.
  static std::vector<std::uint32_t> enter_extents(ActivityLog& log, Extent extent);
  /// The blocks are stably marked in the activity log, in `slots`.
  sim::Task<bool> mark_active(sim::World& world, Relation& relation, Extent extent,
                              std::vector<std::uint32_t>& slots);
  sim::Task<bool> note_alone(sim::World& world, Relation& relation);
  sim::DiskTicket to_disk(sim::World& world, const Volume& volume, Extent extent,
                          std::uint64_t stamp);

  Context& context_;
  std::vector<Session> sessions_;
};

}  // namespace replsim::engine
