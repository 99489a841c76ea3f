// The life of a job and what its relation does to it.
#include "model/engine/jobs.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/cim/state_graph.h"
#include "model/engine/context.h"
#include "model/trace/events.h"

namespace replsim::engine {
namespace {

using cim::CopyState;
using cim::JobState;

/// CIM_Job.TimeBeforeRemoval, default.
constexpr sim::Duration time_before_removal = sim::minutes(5);

/// What entering a state does to a running job of the relation.
struct Effect {
  JobState state = JobState::Running;
  cim::Error error;
};

cim::Error superseded(std::uint16_t cause) {
  return {.message_id = "failed:superseded",
          .message = fmt::format("superseded by {}", cim::cause_name(cause)),
          .rule = "R4"};
}

/// The job's fate when its relation enters `state` without having reached its goal (R4, C8).
Effect effect_of(CopyState state, std::uint16_t cause) {
  switch (state) {
    case CopyState::Broken:
    case CopyState::Invalid:
      return {JobState::Exception,
              {.message_id = "failed:relation",
               .message = fmt::format("the relation is {}", cim::name(state)),
               .rule = "C8"}};
    case CopyState::Suspended: return {JobState::Suspended, {}};
    case CopyState::Aborted: return {JobState::Terminated, superseded(cause)};
    case CopyState::Fractured:
    case CopyState::Split:
    case CopyState::Inactive:
    case CopyState::Failedover:
    case CopyState::Skewed:
    case CopyState::Restored:
      // Back from a partition into the state held before: nothing was decided for the job.
      if (cim::event_of(cause)) return {JobState::Running, {}};
      return {JobState::Terminated, superseded(cause)};
    case CopyState::Initialized:
    case CopyState::Unsynchronized:
    case CopyState::Synchronized:
    case CopyState::Prepared:
    case CopyState::Partitioned:
    case CopyState::Mixed:
    case CopyState::NotApplicable: break;
  }
  return {JobState::Running, {}};
}

}  // namespace

void Jobs::load() {
  context_.records.for_each(number(RecordKind::Job), [this](store::RecordKey, WordSpan words) {
    if (auto job = decode_job(words)) jobs_.push_back(std::make_unique<JobRecord>(*job));
  });
}

JobRecord* Jobs::find(JobNumber number) {
  const auto at =
      std::ranges::find_if(jobs_, [&](const auto& job) { return job->number == number; });
  return at == jobs_.end() ? nullptr : at->get();
}

bool Jobs::running(PairId pair) const {
  return std::ranges::any_of(jobs_,
                             [&](const auto& job) { return job->pair == pair && !ended(*job); });
}

void Jobs::emit(sim::World& world, const JobRecord& job, JobState from) {
  const sim::EntityId entity = world.trace().entity(
      fmt::format("replsim:{}:CIM_ConcreteJob:{}", context_.config.name, job.number.value));
  Relation* relation = context_.relations.find(job.endpoint);
  const std::uint64_t endpoint = relation == nullptr ? 0 : relation->entity.value;
  world.emit(trace::job_change, entity, job.operation ? cim::number(*job.operation) : 0,
             cim::number(from), cim::number(job.state),
             std::uint64_t{job.percent} << 32 | endpoint);
}

sim::Task<std::optional<JobNumber>> Jobs::start(sim::World& world, JobStart job) {
  JobRecord record{.number = {context_.counters.job++},
                   .endpoint = job.endpoint,
                   .pair = job.pair,
                   .operation = job.operation,
                   .phase = job.phase,
                   .state = JobState::Running,
                   .until = job.until,
                   .started = context_.clock()};
  auto counters = context_.records.put(world, counters_key(), encode(context_.counters), true);
  sim::IoResult stored = co_await counters;
  if (stored) {
    auto put = context_.records.put(world, job_key(record.number), encode(record), true);
    stored = co_await put;
  }
  if (!stored) co_return std::nullopt;
  jobs_.push_back(std::make_unique<JobRecord>(record));
  JobRecord starting = record;
  starting.state = JobState::Starting;
  emit(world, starting, JobState::New);
  emit(world, record, JobState::Starting);
  co_return record.number;
}

sim::Task<void> Jobs::set(sim::World& world, JobNumber number, JobState state, cim::Error error) {
  JobRecord* job = find(number);
  if (job == nullptr || ended(*job) || job->state == state) co_return;
  JobRecord next = *job;
  const JobState from = next.state;
  next.state = state;
  next.message_id = std::move(error.message_id);
  next.message = std::move(error.message);
  if (state == JobState::Completed) next.percent = 100;
  if (state != JobState::Running && state != JobState::Suspended) {
    next.phase = JobPhase::Ended;
    next.ended = context_.clock();
  }
  *job = next;  // decided now; what a second event does to it finds it ended
  auto put = context_.records.put(world, job_key(number), encode(next), true);
  co_await put;
  if (next.phase == JobPhase::Ended) {
    // JobState goes Running -> Shutting Down -> Completed or Terminated (C2).
    if (state == JobState::Completed || state == JobState::Terminated) {
      JobRecord ending = next;
      ending.state = JobState::ShuttingDown;
      ending.percent = job->percent == 100 ? 99 : job->percent;
      emit(world, ending, from);
      emit(world, next, JobState::ShuttingDown);
    } else {
      emit(world, next, from);
    }
    context_.spawn(remove_later(world, number, time_before_removal));
  } else {
    emit(world, next, from);
  }
}

sim::Task<void> Jobs::control_ended(sim::World& world, JobNumber number) {
  JobRecord* job = find(number);
  if (job == nullptr || ended(*job)) co_return;
  Relation* relation = context_.relations.find(job->endpoint);
  const bool reached =
      relation == nullptr ? !job->until : job->reached || job->until == relation->state();
  if (reached) {
    cim::Error none;
    co_await set(world, number, JobState::Completed, std::move(none));
    co_return;
  }
  job->phase = JobPhase::Copy;
  auto put = context_.records.put(world, job_key(number), encode(*job), true);
  co_await put;
}

sim::Task<void> Jobs::fail(sim::World& world, JobNumber number, cim::Error error) {
  co_await set(world, number, JobState::Exception, std::move(error));
}

sim::Task<void> Jobs::relation_changed(sim::World& world, PairId pair,
                                       std::optional<CopyState> entered, std::uint16_t cause) {
  const Relation* relation = context_.relations.find(pair);
  if (relation != nullptr && relation->switching) co_return;
  std::vector<JobNumber> numbers;
  for (const auto& job : jobs_) {
    if (job->pair == pair && !ended(*job)) numbers.push_back(job->number);
  }
  for (const JobNumber number : numbers) {
    JobRecord* job = find(number);
    if (job == nullptr || ended(*job)) continue;
    if (job->phase == JobPhase::Control) {
      // The end of its control phase decides: the other end has to follow first.
      if (job->until == entered) job->reached = true;
      continue;
    }
    Effect effect;
    if (job->until == entered) {
      effect.state = JobState::Completed;
    } else if (!entered) {
      effect.state = JobState::Terminated;
      effect.error = superseded(cause);
    } else {
      effect = effect_of(*entered, cause);
    }
    co_await set(world, number, effect.state, std::move(effect.error));
  }
}

sim::Task<void> Jobs::progress(sim::World& world, PairId pair, std::uint32_t percent) {
  for (std::size_t i = 0; i < jobs_.size(); ++i) {
    JobRecord& job = *jobs_[i];
    if (job.pair != pair || job.phase != JobPhase::Copy || job.percent >= percent) continue;
    job.percent = std::min(percent, 99u);
    emit(world, job, job.state);
    auto put = context_.records.put(world, job_key(job.number), encode(job), true);
    co_await put;
  }
}

sim::Task<void> Jobs::remove_later(sim::World& world, JobNumber number, sim::Duration after) {
  co_await sim::sleep_on(world, context_.node, after);
  auto erase = context_.records.erase(world, job_key(number), true);
  co_await erase;
  std::erase_if(jobs_, [&](const auto& job) { return job->number == number; });
}

sim::Task<void> Jobs::recover(sim::World& world) {
  std::vector<JobNumber> numbers;
  for (const auto& job : jobs_) numbers.push_back(job->number);
  for (const JobNumber number : numbers) {
    const JobRecord job = *find(number);
    if (ended(job)) {
      const auto left = sim::Duration{job.ended - context_.clock()} + time_before_removal;
      context_.spawn(remove_later(world, number, std::max(left, sim::Duration{0})));
      continue;
    }
    Relation* relation = context_.relations.find(job.endpoint);
    const bool reached = relation == nullptr ? !job.until : job.until == relation->state();
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
      cim::Error none;
      co_await set(world, number, JobState::Completed, std::move(none));
    } else if (job.phase == JobPhase::Control) {
      const bool copying = relation != nullptr &&
                           relation->effective_state() == CopyState::Unsynchronized &&
                           job.until == CopyState::Synchronized;
      if (copying) {
        co_await control_ended(world, number);
      } else {
        cim::Error error{.message_id = "failed:restart",
                         .message = "the array restarted; the operation was rolled back",
                         .rule = "R10"};
        co_await fail(world, number, std::move(error));
      }
    }
  }
}

}  // namespace replsim::engine
