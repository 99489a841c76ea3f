// Merges the lists of a run record into one list by time.
#include "reports/timeline.h"

#include <fmt/format.h>

#include <algorithm>

#include "reports/text.h"

namespace replsim::reports {
namespace {

using record::ScenarioRecord;

/// The end of a fault also says what it met; only the record of the fault knows.
std::string moment_text(const ScenarioRecord& scenario, const record::Moment& moment) {
  if (moment.kind != "fault") return moment.text;
  for (const auto& fault : scenario.faults) {
    if (fault.ended_ns != moment.at_ns || fault.name + " ends" != moment.text) continue;
    return fmt::format("{}, met {}", moment.text, count_text(fault.hits, "event"));
  }
  return moment.text;
}

void add_moments(const ScenarioRecord& scenario, std::vector<TimelineEntry>& entries) {
  for (const auto& moment : scenario.moments) {
    entries.push_back({moment.at_ns, moment.kind, moment_text(scenario, moment)});
  }
}

void add_calls(const ScenarioRecord& scenario, std::vector<TimelineEntry>& entries) {
  for (const auto& call : scenario.calls) {
    const std::string took =
        call.duration_ns > 0 ? " after " + duration_text(call.duration_ns) : std::string{};
    entries.push_back(
        {call.at_ns, "call",
         fmt::format("{}: {} {}-> {}{}", call.provider, call.method,
                     call.summary.empty() ? "" : call.summary + ' ', call.answer, took)});
  }
}

void add_states(const ScenarioRecord& scenario, std::vector<TimelineEntry>& entries) {
  for (const auto& change : scenario.transitions) {
    entries.push_back(
        {change.at_ns, "state",
         fmt::format("{} at {}: {} -> {}{}", change.relation, change.endpoint, change.from,
                     change.to, change.cause.empty() ? "" : " (" + change.cause + ')')});
  }
}

void add_jobs(const ScenarioRecord& scenario, std::vector<TimelineEntry>& entries) {
  for (const auto& job : scenario.jobs) {
    entries.push_back({job.at_ns, "job", fmt::format("{} starts: {}", job.name, job.what)});
    if (!job.ended_ns) continue;
    entries.push_back({*job.ended_ns, "job",
                       fmt::format("{} {} after {}", job.name, job.state,
                                   duration_text(*job.ended_ns - job.at_ns))});
  }
}

void add_losses(const ScenarioRecord& scenario, std::vector<TimelineEntry>& entries) {
  for (const auto& loss : scenario.losses) {
    const std::string what =
        loss.writes == 0 ? std::string{"lost nothing"}
                         : fmt::format("lost {} ({}), the oldest {} old",
                                       count_text(loss.writes, "acknowledged write"),
                                       bytes_text(loss.bytes), duration_text(loss.oldest_age_ns));
    entries.push_back({loss.at_ns, "loss", fmt::format("{}: failover {}", loss.relation, what)});
  }
}

}  // namespace

std::vector<TimelineEntry> timeline(const ScenarioRecord& scenario) {
  std::vector<TimelineEntry> entries;
  add_moments(scenario, entries);
  add_calls(scenario, entries);
  add_states(scenario, entries);
  add_jobs(scenario, entries);
  add_losses(scenario, entries);
  std::ranges::stable_sort(entries, {}, &TimelineEntry::at_ns);
  return entries;
}

std::string timeline_text(const ScenarioRecord& scenario) {
  const auto entries = timeline(scenario);
  std::size_t kind_width = 0;
  std::size_t time_width = 0;
  for (const auto& entry : entries) {
    kind_width = std::max(kind_width, entry.kind.size());
    time_width = std::max(time_width, time_text(entry.at_ns).size());
  }
  std::string text;
  for (const auto& entry : entries) {
    text += fmt::format("  {:>{}} s  {:<{}}  {}\n", time_text(entry.at_ns), time_width,
                        printable(entry.kind), kind_width, printable(entry.text));
  }
  return text;
}

}  // namespace replsim::reports
