// The calls, jobs and hardware events of a run, as the trace tells them: what may explain a change.
// call_received: a = operation (0 = no operation), b = entity of the endpoint it names (0 = none),
//   c = 1 with Force | WaitForCopyState << 8. call_answered: a = code, b = CIM status,
//   c = operation. The call id is the cause of both.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/cim/enumerations.h"
#include "model/trace/events.h"
#include "sim/time.h"
#include "sim/trace.h"

namespace replsim::harness {

struct PairView;

/// One management call on a relation, or a creation.
struct CallView {
  std::uint64_t id = 0;
  sim::EntityId array;
  std::uint16_t operation = 0;  ///< 0: CreateElementReplica or another method.
  sim::EntityId endpoint;       ///< As the call named it; 0 when it did not.
  PairView* pair = nullptr;
  bool force = false;
  bool through_job = false;  ///< Asked of a copy job (R4).
  std::uint16_t wait = 0;    ///< WaitForCopyState; 0 = NULL.
  sim::Instant received{};
  std::uint16_t state = 0;         ///< CopyState of the endpoint when received.
  std::uint16_t target_image = 2;  ///< When received.
  std::uint16_t progress = UINT16_MAX;
  bool calm = false;  ///< Nothing else ran on the relation, no fault was or had been active.
  bool answered = false;
  sim::Instant returned{};
  std::uint32_t code = 0;
  std::uint32_t status = 0;
  bool done = false;      ///< Answered 3, and done by the event at hand,
  bool followed = false;  ///< or by an earlier one, or overtaken.
  /// What the relation said when received, for the case that the call is refused.
  struct Before {
    bool forced = false;
    bool source_trusted = false;
    sim::Instant called_to_target{};
    sim::Instant called_to_source{};
  } before = {};

  bool accepted() const { return answered && status == 0 && (code == 0 || code == 4096); }
  bool timed_out() const { return answered && status == 0 && code == 3; }
  /// Not answered, or answered 3: accepted and going on (R1).
  bool under_way() const { return !answered || (timed_out() && !followed); }
  /// Answered without any effect (R1): not accepted, and neither 2 nor 3.
  bool refused() const {
    return answered && !accepted() && (status != 0 || (code != 2 && code != 3));
  }
  bool is(cim::Operation value) const { return operation == cim::number(value); }
  /// With Force it may promote an image that is not Consistent (R5).
  bool promotes() const {
    using Op = cim::Operation;
    return force && (is(Op::Failover) || is(Op::Fracture) || is(Op::Split));
  }
  /// With Force: the source element is a copy source, whatever a Backward copy left in it.
  bool trusts_the_source() const {
    using Op = cim::Operation;
    return force &&
           (is(Op::Fracture) || is(Op::Split) || is(Op::ResyncReplica) || is(Op::Unprepare));
  }
};

struct CheckFaults;

/// One job.
struct JobView {
  sim::EntityId job;
  std::uint16_t operation = 0;
  sim::EntityId endpoint;
  PairView* pair = nullptr;
  std::uint16_t state = 0;
  std::uint32_t percent = 0;
  sim::Instant begun{};
  sim::Instant ended{};
  bool copied = false;  ///< A copy job, and it ran while the relation was in UNS.
  bool kept = false;    ///< Its work is done; a fault keeps it from showing so.
  bool final() const { return state >= 7 && state <= 10; }
  bool at_work() const { return !final() && !kept; }
  bool is(cim::Operation value) const { return operation == cim::number(value); }
  /// Its operation has a copy phase (R4); Reverse Roles only from FO, which alone leads to UNS.
  bool copies() const;
};

class CheckCalls {
 public:
  /// Adds a call; the caller fills what the event does not tell.
  CallView& received(const sim::TraceEvent& event);
  /// The call answered by the event; null when it is unknown.
  CallView* answered(const sim::TraceEvent& event);
  JobView& job_changed(const sim::TraceEvent& event);
  /// The relation entered UNS, because of `cause`: its jobs are in their copy phase.
  void copying(const PairView& pair, std::uint16_t cause);
  /// A new event is at hand: what the last one brought to its end is under way no more.
  void settle();
  /// An end of the relation entered `state` because of `cause`: what was answered 3 may be done.
  void entered(const PairView& pair, std::uint16_t state, std::uint16_t cause);
  /// A fault kept the job from ending.
  void job_kept(sim::EntityId job);
  /// The array went down: its open calls will never be answered.
  void array_down(sim::EntityId array);

  const std::vector<CallView>& all() const { return calls_; }
  const std::vector<JobView>& jobs() const { return jobs_; }
  const JobView* job(sim::EntityId entity) const;
  /// A call or job of the relation is not finished; `except` is left out.
  bool running(const PairView& pair, const CallView* except = nullptr) const;
  /// A call is open or a job in its control phase (R4).
  bool in_control(const PairView& pair) const;
  /// A job of this operation ended in Exception while something kept its order from the array of
  /// the other end: a fault there or on the way since it began.
  bool given_up_unheard(const PairView& pair, std::uint16_t operation, std::string_view array,
                        const CheckFaults& faults, const sim::Trace& trace) const;
  /// A call under way or a job that is not final with this operation.
  bool running_operation(const PairView& pair, std::uint16_t operation) const;
  /// Some call of any kind is open.
  bool open() const;
  /// Force was said in the call behind what goes on now with this operation: the last one that is
  /// not refused. Nothing when there is no such call.
  std::optional<bool> forced(const PairView& pair, std::uint16_t operation) const;
  /// The last call on the relation with this operation; null without one.
  const CallView* last(const PairView& pair, std::uint16_t operation) const;

 private:
  /// A later call on its relation was accepted: earlier ones that were answered 3 are over.
  void overtake(const CallView& later);

  static constexpr std::size_t limit = 512;
  std::vector<CallView> calls_;  ///< In order of receipt; old answered ones are dropped.
  std::vector<JobView> jobs_;    ///< In order of birth.
  bool settles_ = false;         ///< Some call is done and not followed.
};

/// Hardware: what an event cause may refer to.
struct CheckFaults {
  struct Node {
    sim::EntityId entity;
    bool down = false;
    bool paused = false;
    sim::Instant last_down = sim::Instant::min();
    sim::Instant last_up = sim::Instant::min();
  };
  std::vector<Node> nodes;
  /// A fault that struck an entity, by its `what`: sim::DiskFaultKind, sim::LinkHit or
  /// sim::ServiceHit.
  struct Hit {
    sim::EntityId entity;
    std::uint64_t what = 0;
    sim::Instant last = sim::Instant::min();
    std::uint64_t fault = 0;                   ///< The last one that struck so,
    bool active = false;                       ///< which has not ended, or
    sim::Instant ended = sim::Instant::min();  ///< has then.
  };
  std::vector<Hit> hits;               ///< One row an entity and `what`.
  std::uint64_t active = 0;            ///< Faults begun and not ended:
  std::vector<std::uint64_t> running;  ///< their numbers.
  std::uint64_t begun = 0;
  std::uint64_t dropped = 0;  ///< Messages.
  sim::Instant last_drop = sim::Instant::min();
  sim::Instant last_end = sim::Instant::min();
  std::uint64_t outages = 0;  ///< Nodes that went down or were paused.

  void observe(const sim::TraceEvent& event);
  const Node* node(std::string_view name, const sim::Trace& trace) const;
  /// The node is down or paused, or went down or came up since then.
  bool disturbed(std::string_view name, sim::Instant since, const sim::Trace& trace) const;
  /// A fault dropped or delayed a message on a link since then.
  bool link_struck(sim::Instant since, const sim::Trace& trace) const;
  /// A fault made a message on a link come twice, or behind later ones, since then.
  bool link_disordered(sim::Instant since, const sim::Trace& trace) const;
  /// A fault struck a disk of the array since then; `slow`: one that delays or holds operations,
  /// and does until it ends, else one that fails them.
  bool disk_struck(std::string_view array, sim::Instant since, bool slow,
                   const sim::Trace& trace) const;
  /// The wall clock of the array was set, or began or ceased to lie, since then.
  bool clock_stepped(std::string_view array, sim::Instant since, const sim::Trace& trace) const;
  bool node_is_down() const;  ///< Down or paused now.
  /// Nothing ever went wrong.
  bool calm() const { return begun == 0 && outages == 0 && dropped == 0; }

 private:
  void hit(const sim::TraceEvent& event);
};

}  // namespace replsim::harness
