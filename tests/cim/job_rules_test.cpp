// The graph of JobState.
#include "model/cim/job_rules.h"

#include "model/cim/enumeration_tables.h"
#include "tests/catch.h"

namespace replsim::cim {

// EVIDENCE: invariants.md C2
TEST_CASE("a job goes only along the edges of its graph", "[cim][job]") {
  CHECK(job_change_is_legal(JobState::New, JobState::Starting));
  CHECK(job_change_is_legal(JobState::Running, JobState::Suspended));
  CHECK(job_change_is_legal(JobState::Suspended, JobState::Running));
  CHECK(job_change_is_legal(JobState::ShuttingDown, JobState::Completed));
  CHECK_FALSE(job_change_is_legal(JobState::New, JobState::Running));
  CHECK_FALSE(job_change_is_legal(JobState::Running, JobState::Completed));
  CHECK_FALSE(job_change_is_legal(JobState::Running, JobState::Running));
  CHECK_FALSE(job_change_is_legal(JobState::Starting, JobState::Killed));
}

TEST_CASE("nothing follows the end of a job", "[cim][job]") {
  int ends = 0;
  for (const EnumValue& row : job_state_enumeration.values) {
    const auto state = static_cast<JobState>(row.value);
    if (!job_has_ended(state)) continue;
    ++ends;
    for (const JobChange& change : job_changes()) CHECK_FALSE(change.from == state);
  }
  CHECK(ends == 4);
}

TEST_CASE("a poll may skip states but not go back", "[cim][job]") {
  CHECK(job_path_is_legal(JobState::New, JobState::Completed));
  CHECK(job_path_is_legal(JobState::Running, JobState::Completed));
  CHECK(job_path_is_legal(JobState::Running, JobState::Running));
  CHECK_FALSE(job_path_is_legal(JobState::Running, JobState::New));
  CHECK_FALSE(job_path_is_legal(JobState::Completed, JobState::Running));
  CHECK_FALSE(job_path_is_legal(JobState::New, JobState::Service));
  CHECK_FALSE(job_path_is_legal(static_cast<JobState>(99), JobState::New));
}

}  // namespace replsim::cim
