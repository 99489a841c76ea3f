// The graph of JobState. Service and Query Pending are reserved (rulings R14): no edge enters them.
#include "model/cim/job_rules.h"

#include <algorithm>
#include <array>

namespace replsim::cim {
namespace {

constexpr std::array<JobChange, 19> change_table = {{
    {JobState::New, JobState::Starting},
    {JobState::New, JobState::Terminated},
    {JobState::New, JobState::Killed},
    {JobState::New, JobState::Exception},
    {JobState::Starting, JobState::Running},
    {JobState::Starting, JobState::ShuttingDown},
    {JobState::Starting, JobState::Exception},
    {JobState::Running, JobState::Suspended},
    {JobState::Running, JobState::ShuttingDown},
    {JobState::Running, JobState::Killed},
    {JobState::Running, JobState::Exception},
    {JobState::Suspended, JobState::Running},
    {JobState::Suspended, JobState::ShuttingDown},
    {JobState::Suspended, JobState::Killed},
    {JobState::Suspended, JobState::Exception},
    {JobState::ShuttingDown, JobState::Completed},
    {JobState::ShuttingDown, JobState::Terminated},
    {JobState::ShuttingDown, JobState::Killed},
    {JobState::ShuttingDown, JobState::Exception},
}};

constexpr std::size_t job_state_numbers = 13;

}  // namespace

std::span<const JobChange> job_changes() {
  return change_table;
}

bool job_change_is_legal(JobState from, JobState to) {
  return std::find(change_table.begin(), change_table.end(), JobChange{from, to}) !=
         change_table.end();
}

bool job_path_is_legal(JobState from, JobState to) {
  std::array<bool, job_state_numbers> reached{};
  if (number(from) >= job_state_numbers || number(to) >= job_state_numbers) return false;
  bool grew = true;
  while (grew) {
    grew = false;
    for (const JobChange& change : change_table) {
      const bool starts = change.from == from || reached[number(change.from)];
      if (!starts || reached[number(change.to)]) continue;
      reached[number(change.to)] = true;
      grew = true;
    }
  }
  return reached[number(to)];
}

bool job_has_ended(JobState state) {
  return state == JobState::Completed || state == JobState::Terminated ||
         state == JobState::Killed || state == JobState::Exception;
}

}  // namespace replsim::cim
