// Jobs of an array: stable records, started by calls, ended by what happens to their relation
// (rulings R4, R10). A job has a control phase and, when data must be copied, a copy phase.
//   J1  PercentComplete never decreases; 100 only with Completed (C1).
//   J2  The change of the association comes first, then the job's (operation_matrix, Indications).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/cim/method.h"
#include "model/engine/job.h"
#include "model/engine/relation.h"
#include "sim/task.h"

namespace replsim::engine {

struct Context;

/// What a new job does.
struct JobStart {
  EndpointNumber endpoint;
  PairId pair;
  std::optional<cim::Operation> operation;  ///< None = CreateElementReplica.
  JobPhase phase = JobPhase::Control;
  std::optional<cim::CopyState> until;  ///< None = the association is gone.
  bool elsewhere = false;               ///< The other end drives the operation.
  std::optional<std::uint32_t> role_epoch;
};

/// A job while its array runs.
struct Job final : JobRecord {
  sim::Mutex changing;        ///< One change of the record at a time.
  bool written_late = false;  ///< Its last change can not be written and is tried again.
  bool killed = false;        ///< A client said Kill: the Abort that comes ends it so.
};

/// CIM_Job.TimeBeforeRemoval, default.
inline constexpr sim::Duration time_before_removal = sim::minutes(5);

class Jobs {
 public:
  explicit Jobs(Context& context) : context_(context) {}

  void load();
  /// In number order.
  const std::vector<std::unique_ptr<Job>>& all() const { return jobs_; }
  Job* find(JobNumber number);

  /// A new job, Running, stable before this returns. None: the metadata write failed.
  sim::Task<std::optional<JobNumber>> start(sim::World& world, JobStart job);
  /// The control phase ended well; a job without a copy to wait for ends with its state.
  sim::Task<void> control_ended(sim::World& world, JobNumber number);
  /// What it was made for is done.
  sim::Task<void> complete(sim::World& world, JobNumber number);
  /// Contact was lost while the other end drove the operation: what became of it is known when the
  /// ends have met.
  sim::Task<void> lost_sight(sim::World& world, JobNumber number);
  /// The operation failed after it was accepted: Exception.
  sim::Task<void> fail(sim::World& world, JobNumber number, cim::Error error);
  /// The relation entered a state (or is gone) by `cause`: end, suspend or resume its jobs.
  sim::Task<void> relation_changed(sim::World& world, PairId pair,
                                   std::optional<cim::CopyState> entered, std::uint16_t cause);
  /// What the relation is in now, for jobs that began while it got there.
  sim::Task<void> catch_up(sim::World& world, const Relation& relation);
  /// The ends have met, the other one in `theirs`: what it did for jobs of operations that it drove
  /// when this array went down is known now.
  sim::Task<void> met(sim::World& world, const Relation& relation, cim::CopyState theirs);
  /// A job of the pair has not ended.
  bool any_waits(PairId pair) const { return !running_jobs(pair).empty(); }
  /// PercentComplete of the pair's copy jobs.
  sim::Task<void> progress(sim::World& world, PairId pair, std::uint32_t percent);
  /// Restart: jobs in their control phase end as their relation shows, copies go on (R10). What the
  /// other end drove is known when the ends have met.
  sim::Task<void> recover(sim::World& world);
  /// Nothing keeps jobs from ending any more: those whose work is done are Completed.
  sim::Task<void> let_end(sim::World& world);

 private:
  static bool ended(const JobRecord& job) { return job.phase == JobPhase::Ended; }
  /// Its work is done and it may not show so yet (service_faults.h).
  static bool kept(const JobRecord& job) {
    return ended(job) && job.state == cim::JobState::Running;
  }
  /// What the job is for holds at this end.
  static bool holds(const JobRecord& job, const Relation* relation);
  /// Changes a record; false = leave everything as it is.
  using Edit = std::function<bool(JobRecord&)>;

  /// Apply `edit` to a job that has not ended: record stable, then memory, then announced.
  sim::Task<void> change(sim::World& world, JobNumber number, Edit edit);
  sim::Task<void> set(sim::World& world, JobNumber number, cim::JobState state, cim::Error error);
  sim::EntityId entity_of(const JobRecord& job) const;
  /// What differs from what is known outside.
  void announce(sim::World& world, const JobRecord& job);
  std::vector<JobNumber> running_jobs(PairId pair) const;
  sim::Task<void> remove_later(sim::World& world, JobNumber number, sim::Duration after);

  Context& context_;
  std::vector<std::unique_ptr<Job>> jobs_;
};

}  // namespace replsim::engine
