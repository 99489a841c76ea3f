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

/// Records could not be written.
constexpr sim::Duration erase_again_after = sim::seconds(5);
constexpr sim::Duration write_again_after = sim::milliseconds(500);

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
Effect effect_of(CopyState state, std::uint16_t cause, JobState now) {
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
      if (cim::event_of(cause)) return {now, {}};
      return {JobState::Terminated, superseded(cause)};
    case CopyState::Initialized:  // by Unprepare
    case CopyState::Prepared:
      if (cim::event_of(cause)) return {now, {}};
      return {JobState::Terminated, superseded(cause)};
    case CopyState::Unsynchronized:
    case CopyState::Synchronized:
    case CopyState::Mixed:
    case CopyState::NotApplicable: break;
    case CopyState::Partitioned: return {now, {}};  // it waits, or goes on waiting (R4)
  }
  return {JobState::Running, {}};
}

/// A goal that no copy and no operation is on its way to (B5): the other end did without this one
/// what the job was for, and undid it.
bool shows_what_is_over(const Relation& relation) {
  const CopyState state = relation.state();
  return relation.record.requested != CopyState::NotApplicable && !relation.controlling &&
         state != CopyState::Unsynchronized && state != CopyState::Partitioned;
}

Relations::Edit show_rest(const Relation& relation) {
  return [&relation](RelationRecord& record) {
    if (!shows_what_is_over(relation)) return false;
    record.requested = CopyState::NotApplicable;
    record.progress = progress_at_rest(record);
    return true;
  };
}

}  // namespace

void Jobs::load() {
  context_.records.for_each(number(RecordKind::Job), [this](store::RecordKey, WordSpan words) {
    auto record = decode_job(words);
    if (!record) return;
    jobs_.push_back(std::make_unique<Job>());
    static_cast<JobRecord&>(*jobs_.back()) = std::move(*record);
  });
}

Job* Jobs::find(JobNumber number) {
  const auto at =
      std::ranges::find_if(jobs_, [&](const auto& job) { return job->number == number; });
  return at == jobs_.end() ? nullptr : at->get();
}

std::vector<JobNumber> Jobs::running_jobs(PairId pair) const {
  std::vector<JobNumber> numbers;
  for (const auto& job : jobs_) {
    if (job->pair == pair && !ended(*job)) numbers.push_back(job->number);
  }
  return numbers;
}

sim::EntityId Jobs::entity_of(const JobRecord& job) const {
  return context_.world.trace().entity(
      fmt::format("replsim:{}:CIM_ConcreteJob:{}", context_.config.name, job.number.value));
}

void Jobs::announce(sim::World& world, const JobRecord& job) {
  const sim::EntityId entity = entity_of(job);
  Relation* relation = context_.relations.find(job.endpoint);
  const std::uint64_t endpoint = relation == nullptr ? 0 : relation->entity.value;
  std::map<JobNumber, JobRecord>& told = context_.config.announced->jobs;
  const auto known = told.find(job.number);
  JobState from = known == told.end() ? JobState::New : known->second.state;
  const auto step = [&](JobState to, std::uint32_t percent) {
    world.emit(trace::job_change, entity, job.operation ? cim::number(*job.operation) : 0,
               cim::number(from), cim::number(to), std::uint64_t{percent} << 32 | endpoint);
    from = to;
  };
  if (from == JobState::New) {
    step(JobState::Starting, 0);
    step(JobState::Running, 0);
  }
  // JobState goes Running -> Shutting Down -> Completed or Terminated (C2).
  const bool by_shutting_down =
      job.state == JobState::Completed || job.state == JobState::Terminated;
  if (by_shutting_down && from != job.state) {
    step(JobState::ShuttingDown, std::min(job.percent, 99u));
  }
  const bool moved = known != told.end() && known->second.percent != job.percent;
  if (from != job.state || moved) step(job.state, job.percent);
  told.insert_or_assign(job.number, job);
}

sim::Task<std::optional<JobNumber>> Jobs::start(sim::World& world, JobStart job) {
  JobRecord record{.number = {context_.counters.job++},
                   .endpoint = job.endpoint,
                   .pair = job.pair,
                   .operation = job.operation,
                   .phase = job.phase,
                   .state = JobState::Running,
                   .until = job.until,
                   .elsewhere = job.elsewhere,
                   .role_epoch = job.role_epoch,
                   .started = context_.clock(),
                   .changed = context_.clock()};
  auto counters = context_.records.put(world, counters_key(), encode(context_.counters), true);
  sim::IoResult stored = co_await counters;
  if (stored) {
    auto put = context_.records.put(world, job_key(record.number), encode(record), true);
    stored = co_await put;
  }
  if (!stored) co_return std::nullopt;
  jobs_.push_back(std::make_unique<Job>());
  static_cast<JobRecord&>(*jobs_.back()) = record;
  announce(world, record);
  co_return record.number;
}

sim::Task<void> Jobs::change(sim::World& world, JobNumber number, Edit edit) {
  Job* job = find(number);
  if (job == nullptr) co_return;
  sim::Mutex::Guard guard = co_await job->changing.lock(world);
  JobRecord next = *job;
  const bool kept_before = kept(*job);
  if ((ended(*job) && !kept_before) || !edit(next)) co_return;
  bool stored = false;
  while (!stored) {
    auto put = context_.records.put(world, job_key(number), encode(next), true);
    const sim::IoResult result = co_await put;
    stored = result.has_value();
    // Nobody is told of a state that a restart would not know (R10). Progress is not worth it.
    if (!stored && next.state == job->state && next.phase == job->phase) co_return;
    job->written_late = !stored;
    if (!stored) co_await sim::sleep_on(world, context_.node, write_again_after);
  }
  next.reached = job->reached;
  static_cast<JobRecord&>(*job) = next;
  announce(world, next);
  if (!ended(next)) co_return;
  if (kept(next)) {
    context_.config.service_faults->job_kept(world, entity_of(next));
  } else {
    context_.spawn(remove_later(world, number, time_before_removal));
  }
  Relation* relation = context_.relations.find(next.endpoint);
  const bool left = context_.defect(cim::Defect::RequestedStateKept);
  if (relation != nullptr && !left && shows_what_is_over(*relation)) {
    context_.spawn(context_.relations.change_at_last(world, *relation, 0, show_rest(*relation)));
  }
}

sim::Task<void> Jobs::set(sim::World& world, JobNumber number, JobState state, cim::Error error) {
  const std::int64_t now = context_.clock();
  const bool cut_short = context_.defect(cim::Defect::CompletedShort);
  const bool keep = state == JobState::Completed && !context_.config.service_faults->jobs_end();
  const Edit edit = [state, error, now, cut_short, keep](JobRecord& job) {
    if (job.state == state || (kept(job) && (keep || state != JobState::Completed))) return false;
    if (keep && job.state == JobState::Running) {
      job.phase = JobPhase::Ended;
      return true;
    }
    job.state = state;
    job.changed = now;
    job.message_id = error.message_id;
    job.message = error.message;
    if (state == JobState::Completed && !cut_short) job.percent = 100;
    if (state != JobState::Running && state != JobState::Suspended) {
      job.phase = JobPhase::Ended;
      job.ended = now;
    }
    return true;
  };
  co_await change(world, number, edit);
}

sim::Task<void> Jobs::control_ended(sim::World& world, JobNumber number) {
  Job* job = find(number);
  if (job == nullptr || ended(*job)) co_return;
  Relation* relation = context_.relations.find(job->endpoint);
  const bool reached = holds(*job, relation) || (relation != nullptr && job->reached);
  if (reached) {
    co_await complete(world, number);
    co_return;
  }
  // From now on what happens to the relation decides, also while the record is written.
  job->phase = JobPhase::Copy;
  job->elsewhere = false;
  const Edit copying = [](JobRecord& record) {
    record.phase = JobPhase::Copy;
    record.elsewhere = false;
    return true;
  };
  co_await change(world, number, copying);
}

sim::Task<void> Jobs::complete(sim::World& world, JobNumber number) {
  cim::Error none;
  co_await set(world, number, JobState::Completed, std::move(none));
}

sim::Task<void> Jobs::lost_sight(sim::World& world, JobNumber number) {
  const Edit waits = [](JobRecord& record) {
    if (ended(record)) return false;
    record.phase = JobPhase::Copy;
    return true;
  };
  co_await change(world, number, waits);
}

sim::Task<void> Jobs::fail(sim::World& world, JobNumber number, cim::Error error) {
  co_await set(world, number, JobState::Exception, std::move(error));
}

sim::Task<void> Jobs::relation_changed(sim::World& world, PairId pair,
                                       std::optional<CopyState> entered, std::uint16_t cause) {
  const Relation* relation = context_.relations.find(pair);
  if (relation != nullptr && relation->switching) co_return;
  for (const JobNumber number : running_jobs(pair)) {
    Job* job = find(number);
    if (job == nullptr || ended(*job)) continue;
    if (job->phase == JobPhase::Control) {
      // The end of its control phase decides: the other end has to follow first.
      if (job->until == entered) job->reached = true;
      continue;
    }
    Effect effect;
    if (entered && job->elsewhere) {
      // Its operation may not have been: see met.
      if (!holds(*job, relation)) continue;
      effect.state = JobState::Completed;
    } else if (job->until == entered) {
      if (context_.defect(cim::Defect::JobEndless)) [[unlikely]]
        continue;
      effect.state = JobState::Completed;
    } else if (!entered) {
      effect.state = JobState::Terminated;
      effect.error = superseded(cause);
    } else {
      effect = effect_of(*entered, cause, job->state);
    }
    if (effect.state == JobState::Terminated && job->killed) effect = {JobState::Killed, {}};
    co_await set(world, number, effect.state, std::move(effect.error));
  }
}

sim::Task<void> Jobs::catch_up(sim::World& world, const Relation& relation) {
  if (relation.state() == CopyState::Unsynchronized) co_return;
  co_await relation_changed(world, relation.record.pair, relation.state(),
                            relation.record.entered_by);
}

bool Jobs::holds(const JobRecord& job, const Relation* relation) {
  if (relation == nullptr) return !job.until;
  if (!job.role_epoch) return job.until == relation->state();
  // The state is kept, whatever that is by now; a copy or PAR is waited for.
  const CopyState state = relation->state();
  return relation->record.role_epoch != *job.role_epoch && state != CopyState::Unsynchronized &&
         state != CopyState::Partitioned;
}

sim::Task<void> Jobs::progress(sim::World& world, PairId pair, std::uint32_t percent) {
  const bool falls = context_.defect(cim::Defect::JobFallsBack);
  const Edit edit = [percent, falls](JobRecord& job) {
    if (job.phase != JobPhase::Copy || job.percent >= percent) return false;
    job.percent = std::min(percent, 99u);
    if (falls) [[unlikely]]
      job.percent = percent % 2;
    return true;
  };
  for (const JobNumber number : running_jobs(pair)) {
    const Job* job = find(number);
    if (job == nullptr || job->written_late) continue;  // the copy does not wait for that
    co_await change(world, number, edit);
  }
}

sim::Task<void> Jobs::remove_later(sim::World& world, JobNumber number, sim::Duration after) {
  bool erased = false;
  while (!erased) {
    co_await sim::sleep_on(world, context_.node, after);
    auto erase = context_.records.erase(world, job_key(number), true);
    const sim::IoResult result = co_await erase;
    erased = result.has_value();
    after = erase_again_after;
  }
  std::erase_if(jobs_, [&](const auto& job) { return job->number == number; });
}

sim::Task<void> Jobs::let_end(sim::World& world) {
  co_await sim::sleep_on(world, context_.node, sim::Duration{0});
  std::vector<JobNumber> numbers;
  for (const auto& job : jobs_) {
    if (kept(*job)) numbers.push_back(job->number);
  }
  for (const JobNumber number : numbers) {
    cim::Error none;
    co_await set(world, number, JobState::Completed, std::move(none));
  }
}

}  // namespace replsim::engine
