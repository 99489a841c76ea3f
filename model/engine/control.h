// Operations of clients, and what the other end asks for on their behalf. Order of durable steps:
//   stop or track: the source end changes first, then the target end follows; a crash in between
//     leaves the source end's truth, and the target end follows at the next contact;
//   take over (Failover): fence at the source end, then the target end, then the source end's
//   state; give back (Failback): the mover's switch, the target end first.
// So no instant lets both ends accept host writes (A23), and no operation is ever half (R10).
#pragma once

#include <expected>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "model/cim/transition_table.h"
#include "model/engine/array.h"
#include "model/engine/relation.h"
#include "model/engine/wire.h"
#include "sim/task.h"

namespace replsim::engine {

struct Context;
struct PoolRecord;
struct Volume;

class Control {
 public:
  explicit Control(Context& context) : context_(context) {}

  sim::Task<CallResult> create_mirror(sim::World& world, CreateRequest request);
  sim::Task<CallResult> modify(sim::World& world, ModifyRequest request);
  sim::Task<CallResult> request_job_state(sim::World& world, JobNumber number, JobRequest asked);
  /// A request of the other end.
  sim::Task<ControlReplyBody> serve(sim::World& world, std::string peer,
                                    std::unique_ptr<ControlBody> body);

  /// Give back what a creation that was never committed took.
  sim::Task<void> undo_create(sim::World& world, Relation& relation);
  /// The receiving end of a copy: everything is here.
  sim::Task<bool> end_of_copy_here(sim::World& world, Relation& relation, Lineage lineage,
                                   std::uint16_t cause);
  /// From INI to where creation rests (R2), when the target end is committed.
  sim::Task<void> leave_initialized(sim::World& world, Relation& relation);
  /// Reads and writes of the local element work, also in the blocks named (a repair probe).
  sim::Task<bool> element_works(sim::World& world, Relation& relation,
                                std::vector<Extent> suspects);
  /// Ask until the other end has done it, is lost, or says that it can not be.
  sim::Task<void> insist(sim::World& world, std::string peer, ControlBody body);
  /// Before the first host write to the target of a suspended pair: both ends enter Skewed, the
  /// source end first. False: not now.
  sim::Task<bool> skew(sim::World& world, Relation& relation);
  bool busy() const { return at_work_ != 0; }

 private:
  using Done = std::expected<void, cim::Error>;
  /// An accepted operation; lives until its control phase ends.
  struct Work {
    EndpointNumber endpoint;
    cim::Operation operation = cim::Operation::Abort;
    bool force = false;
    bool asked = false;        ///< By the other end, for a call there.
    bool through_job = false;  ///< Of a copy job: its answer does not wait for the copy.
    cim::Transition row;
    cim::CopyState goal = cim::CopyState::NotApplicable;
    std::optional<JobNumber> job;
    bool ended = false;
    bool unknown = false;  ///< The other end may have done it, or still do it.
    Done result;
    sim::Signal signal;
  };

  /// A creation up to the answer that says whether there is a relation.
  struct Making {
    bool ended = false;
    CallResult result;
    sim::Signal signal;
  };

  // Admission (rulings R1 (4), (5)).
  std::optional<CallResult> refuse(const Relation& relation, const ModifyRequest& request,
                                   const cim::Transition& row) const;
  bool needs_peer(const Relation& relation, cim::Operation operation, bool force) const;
  bool drives(const Relation& relation, cim::Operation operation) const;
  /// Where the operation ends: its cell, but Abort of a Backward copy where that began (R6).
  static cim::CopyState goal_of(const Relation& relation, const cim::Transition& row);
  static bool makes_a_source_of_a_part(const Relation& relation, cim::Operation operation);
  // Of an element with several relations.
  std::size_t most_targets_here() const;
  /// An operation other than one on `except` is in its control phase on the element.
  static bool element_busy(const Volume& volume, const Relation* except);
  std::optional<CallResult> refuse_source(const Volume& volume) const;
  std::optional<CallResult> refuse_for_others(const Relation& relation, cim::Operation operation,
                                              const std::string& rule) const;
  /// Another relation of its element moves data.
  bool flows_elsewhere(const Relation& relation) const;
  sim::Task<CallResult> attach_to_copy(sim::World& world, Relation& relation,
                                       cim::Operation operation);
  sim::Task<CallResult> accept(sim::World& world, Relation& relation, ModifyRequest request,
                               cim::Transition row);
  sim::Task<void> run(sim::World& world, std::shared_ptr<Work> work);
  sim::Task<Done> perform(sim::World& world, Relation& relation, Work& work);
  sim::Task<void> await_end(sim::World& world, const Work& work, sim::Instant deadline);

  // Operations, at the end that drives them.
  sim::Task<Done> start_copy(sim::World& world, Relation& relation, Work& work);
  sim::Task<Done> stop_flow(sim::World& world, Relation& relation, Work& work);
  /// The target of an asynchronous pair holds the journal up to `marker` and nothing after it.
  /// Called and left with host writes held.
  sim::Task<bool> come_up_to_cut(sim::World& world, Relation& relation, Volume& volume,
                                 std::uint64_t marker);
  sim::Task<Done> split_when_copied(sim::World& world, Relation& relation, Work& work);
  sim::Task<Done> abort_copy(sim::World& world, Relation& relation, Work& work);
  sim::Task<Done> fail_over(sim::World& world, Relation& relation, Work& work);
  /// What became of the fence that a Failover asks for (R8).
  struct Fence {
    bool answered = false;  ///< The Failover is a planned one.
    Lineage theirs;         ///< Of the source end, as far as it is known.
  };
  sim::Task<std::expected<Fence, cim::Error>> fence_the_source(sim::World& world,
                                                               Relation& relation,
                                                               const Work& work);
  sim::Task<Done> fail_back(sim::World& world, Relation& relation, Work& work);
  sim::Task<Done> restore(sim::World& world, Relation& relation, Work& work);
  sim::Task<Done> unprepare(sim::World& world, Relation& relation, Work& work);
  sim::Task<Done> reverse_roles(sim::World& world, Relation& relation, Work& work);
  sim::Task<Done> reset_to_sync(sim::World& world, Relation& relation, Work& work);
  sim::Task<Done> reset_to_async(sim::World& world, Relation& relation, Work& work);
  sim::Task<Done> detach(sim::World& world, Relation& relation, Work& work);
  sim::Task<Done> operate_at_peer(sim::World& world, Relation& relation, Work& work);
  sim::Task<Done> ask_ready(sim::World& world, Relation& relation, const Work& work);
  sim::Task<void> tell_follow(sim::World& world, Relation& relation, cim::CopyState state,
                              std::uint16_t cause, bool force);
  /// Stop the mover and wait for what it has at work; go_on lets it start again.
  sim::Task<void> quiesce(sim::World& world, Relation& relation);
  void go_on(Relation& relation);
  sim::Task<void> clear_activity(sim::World& world, Relation& relation);
  ControlBody body_for(const Relation& relation, Verb verb, const Work& work) const;

  // Requests of the other end.
  sim::Task<ControlReplyBody> serve_create(sim::World& world, const std::string& peer,
                                           const ControlBody& body);
  sim::Task<ControlReplyBody> make_target(sim::World& world, const std::string& peer,
                                          const ControlBody& body);
  sim::Task<ControlReplyBody> serve_commit(sim::World& world, Relation& relation,
                                           const ControlBody& body);
  sim::Task<ControlReplyBody> serve_check(sim::World& world, Relation& relation,
                                          const ControlBody& body);
  sim::Task<ControlReplyBody> serve_meet(sim::World& world, Relation& relation,
                                         const ControlBody& body);
  sim::Task<bool> adopt(sim::World& world, Relation& relation, const ControlBody& body);
  sim::Task<ControlReplyBody> serve_journal(sim::World& world, Relation& relation,
                                            const ControlBody& body);
  sim::Task<ControlReplyBody> serve_follow(sim::World& world, Relation& relation,
                                           const ControlBody& body);
  sim::Task<ControlReplyBody> serve_copy_begin(sim::World& world, Relation& relation,
                                               const ControlBody& body);
  sim::Task<void> fence_for(sim::World& world, Relation& relation, const ControlBody& body);
  /// The change of this end's record when a copy to it begins.
  sim::Task<bool> begin_copy_here(sim::World& world, Relation& relation, const ControlBody& body,
                                  std::uint32_t session);
  sim::Task<ControlReplyBody> serve_copy_end(sim::World& world, Relation& relation,
                                             const ControlBody& body);
  sim::Task<ControlReplyBody> serve_fence(sim::World& world, Relation& relation,
                                          const ControlBody& body);
  sim::Task<ControlReplyBody> serve_swap(sim::World& world, Relation& relation,
                                         const ControlBody& body);
  sim::Task<ControlReplyBody> serve_skew(sim::World& world, Relation& relation);
  sim::Task<ControlReplyBody> serve_operate(sim::World& world, Relation& relation,
                                            const ControlBody& body);
  Relation* addressed(const std::string& peer, const ControlBody& body);

  // Creation.
  std::optional<CallResult> refuse_create(const CreateRequest& request, Volume*& source);
  std::optional<CallResult> refuse_target(const ControlBody& body, const Volume* volume);
  /// The pool named, or the first one, that makes elements as they are wanted; null when none does.
  const PoolRecord* pool_for(const ControlBody& body);
  sim::Task<CallResult> create_checked(sim::World& world, CreateRequest request, Volume& source);
  /// A creation outlives the call that asked for it when that reaches its limit.
  sim::Task<void> make(sim::World& world, CreateRequest request, Volume& source,
                       std::shared_ptr<Making> making);
  /// Its job, where the profile makes some; and on to where the creation rests.
  sim::Task<CallResult> begin_its_job(sim::World& world, Relation& relation, cim::CopyState wait,
                                      CallResult result);
  /// Have the peer give up the target end of a creation that failed here.
  sim::Task<void> take_back(sim::World& world, std::string peer, PairId pair);
  static std::uint64_t peers_half(std::uint64_t name_hash);
  sim::Task<void> go_on_creating(sim::World& world, EndpointNumber number,
                                 std::optional<JobNumber> job);

  Context& context_;
  std::uint32_t at_work_ = 0;
  std::map<PairId, bool> being_made_;  ///< Target ends at work; false: the asker gave up.
};

/// CIM_Error of a refusal, with the row that decided.
cim::Error refusal(std::string message_id, std::string message, std::string rule);

}  // namespace replsim::engine
