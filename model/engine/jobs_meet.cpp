// What a restart, or a meeting with the other end, makes of jobs. Source: rulings R4, R10.
#include <algorithm>

#include "model/engine/context.h"

namespace replsim::engine {
namespace {

using cim::CopyState;
using cim::JobState;

cim::Error rolled_back() {
  return {.message_id = "failed:restart",
          .message = "the array restarted or lost contact; the operation was rolled back",
          .rule = "R10"};
}

}  // namespace

sim::Task<void> Jobs::met(sim::World& world, const Relation& relation, CopyState theirs) {
  const bool copies =
      relation.state() == CopyState::Unsynchronized || theirs == CopyState::Unsynchronized;
  for (const JobNumber number : running_jobs(relation.record.pair)) {
    Job* job = find(number);
    if (job == nullptr || ended(*job) || !job->elsewhere || job->phase == JobPhase::Control) {
      continue;
    }
    if (holds(*job, &relation)) {
      co_await complete(world, number);
    } else if (!copies || job->until != CopyState::Synchronized) {
      cim::Error error = rolled_back();
      co_await fail(world, number, std::move(error));
    } else if (relation.state() == CopyState::Unsynchronized) {
      co_await control_ended(world, number);
    }
  }
  co_await catch_up(world, relation);
}

sim::Task<void> Jobs::recover(sim::World& world) {
  std::vector<JobNumber> numbers;
  for (const auto& job : jobs_) numbers.push_back(job->number);
  for (const JobNumber number : numbers) {
    const JobRecord job = *find(number);
    announce(world, job);
    if (kept(job)) {
      cim::Error none;
      co_await set(world, number, JobState::Completed, std::move(none));
      continue;
    }
    if (ended(job)) {
      // By the array's clock, which may have been set meanwhile: at once at the least, the whole
      // time at the most.
      const auto age = sim::Duration{context_.clock() - job.ended};
      const auto left =
          time_before_removal - std::clamp(age, sim::Duration{0}, time_before_removal);
      context_.spawn(remove_later(world, number, left));
      continue;
    }
    Relation* relation = context_.relations.find(job.endpoint);
    const bool reached = holds(job, relation);
    if (!reached && job.elsewhere && relation != nullptr) {
      co_await lost_sight(world, number);
      continue;
    }
    if (!reached && job.phase == JobPhase::Copy) {
      // What the relation did before the crash reached its record, not the job's.
      if (relation == nullptr) {
        co_await relation_changed(world, job.pair, std::nullopt, 0);
      } else {
        co_await relation_changed(world, job.pair, relation->state(), 0);
      }
      continue;
    }
    if (reached) {
      co_await complete(world, number);
    } else if (job.phase == JobPhase::Control) {
      const bool copying = relation != nullptr &&
                           relation->effective_state() == CopyState::Unsynchronized &&
                           job.until == CopyState::Synchronized;
      if (copying) {
        co_await control_ended(world, number);
      } else {
        cim::Error error = rolled_back();
        co_await fail(world, number, std::move(error));
      }
    }
  }
}

}  // namespace replsim::engine
