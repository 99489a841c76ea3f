// What a client asks of a copy job is done to its relation, and makes no job of its own. Source:
// rulings R4; invariants C2, C8.
#include "model/engine/context.h"
#include "model/engine/control_answers.h"

namespace replsim::engine {
namespace {

using cim::JobState;
using cim::Operation;
using cim::ReturnCode;

CallResult no_transition(std::string why) {
  return {.code = ReturnCode::InvalidStateTransition,
          .error = refusal("refused:transition", std::move(why), "R4")};
}

/// The state that is asked for is the job's already.
bool holds(JobRequest asked, JobState state) {
  return (asked == JobRequest::Start && state == JobState::Running) ||
         (asked == JobRequest::Suspend && state == JobState::Suspended);
}

}  // namespace

Operation operation_of(JobRequest asked) {
  switch (asked) {
    case JobRequest::Start: return Operation::Resume;
    case JobRequest::Suspend: return Operation::Suspend;
    case JobRequest::Terminate:
    case JobRequest::Kill: break;
  }
  return Operation::Abort;
}

sim::Task<CallResult> Control::request_job_state(sim::World& world, JobNumber number,
                                                 JobRequest asked) {
  Job* job = context_.jobs.find(number);
  if (job == nullptr || job->phase == JobPhase::Ended) {
    co_return no_transition("the job has ended");
  }
  if (job->phase == JobPhase::Control || job->elsewhere) {
    co_return no_transition("the job is not in its copy phase");
  }
  if (holds(asked, job->state)) co_return CallResult{};
  job->killed = asked == JobRequest::Kill;
  const ModifyRequest request{
      .endpoint = job->endpoint, .operation = operation_of(asked), .through_job = true};
  CallResult result = co_await modify(world, request);
  if (!result.error) co_return result;
  job = context_.jobs.find(number);
  if (job != nullptr) job->killed = false;
  // The copy ended just now (C8), or another operation is at work on the relation.
  const bool too_late = job == nullptr || job->phase == JobPhase::Ended;
  if (too_late || result.code == ReturnCode::InUse || result.error->message_id == "refused:state") {
    co_return no_transition(result.error->message);
  }
  co_return result;
}

}  // namespace replsim::engine
