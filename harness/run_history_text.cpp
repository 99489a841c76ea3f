// The history in words: for failures, and for the run record.
#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "harness/run_history.h"
#include "model/cim/state_graph.h"
#include "sim/world.h"

namespace replsim::harness {

namespace {

constexpr std::uint64_t creation_cause = 200;

std::string cause_text(std::uint64_t cause) {
  if (cause == creation_cause) return "creation";
  const auto name = cim::cause_name(static_cast<cim::CauseCode>(cause));
  return name.empty() ? fmt::format("cause {}", cause) : std::string(name);
}

std::string job_state_name(std::uint64_t state) {
  const auto name = cim::name(static_cast<cim::JobState>(state));
  return name.empty() ? fmt::to_string(state) : std::string(name);
}

}  // namespace

std::string state_name(std::uint64_t state) {
  if (state == 0) return "-";
  const auto name = cim::name(static_cast<cim::CopyState>(state));
  return name.empty() ? fmt::to_string(state) : std::string(name);
}

std::string time_text(std::int64_t ns) {
  std::string text = fmt::format("{}.{:09}", ns / 1'000'000'000, ns % 1'000'000'000);
  const std::size_t digits = text.find_last_not_of('0');
  const std::size_t least = text.find('.') + 3;
  text.erase(std::max(digits, least) + 1);
  return text + " s";
}

void RunHistory::learn_names() {
  for (auto& [id, pair] : pairs_) {
    if (!pair.name.empty()) continue;
    const auto relation = testbed_.relation(id);
    if (!relation || relation->source_volume.empty()) continue;
    pair.name = relation->source_volume + "->" + relation->target_volume;
  }
}

std::string RunHistory::name(std::uint64_t id) const {
  const PairHistory* known = pair(id);
  return known != nullptr && !known->name.empty() ? known->name : fmt::format("relation {}", id);
}

std::vector<std::string> RunHistory::lines(std::uint64_t id, std::size_t most) const {
  std::vector<std::string> lines;
  const PairHistory* known = pair(id);
  if (known == nullptr) return lines;
  const std::size_t count = known->states.size();
  for (std::size_t i = count > most ? count - most : 0; i < count; ++i) {
    const Change& change = known->states[i];
    const std::string& entity = world_.trace().name(change.endpoint);
    lines.push_back(fmt::format("{:>14}  {:<10} {} -> {}  ({})", time_text(sim::ns(change.time)),
                                entity, state_name(change.from), state_name(change.to),
                                cause_text(change.cause)));
  }
  return lines;
}

std::vector<record::Transition> RunHistory::transitions() const {
  std::vector<std::pair<std::uint64_t, record::Transition>> ordered;
  for (const auto& [id, pair] : pairs_) {
    for (const Change& change : pair.states) {
      const std::string& entity = world_.trace().name(change.endpoint);
      record::Transition transition{.at_ns = sim::ns(change.time),
                                    .relation = name(id),
                                    .endpoint = entity.substr(0, entity.find(':')),
                                    .from = state_name(change.from),
                                    .to = state_name(change.to),
                                    .cause = cause_text(change.cause)};
      ordered.emplace_back(change.mark, std::move(transition));
    }
  }
  std::ranges::sort(ordered, {}, [](const auto& entry) { return entry.first; });
  std::vector<record::Transition> transitions;
  transitions.reserve(ordered.size());
  for (auto& [mark, transition] : ordered) transitions.push_back(std::move(transition));
  return transitions;
}

std::vector<record::Job> RunHistory::job_records() const {
  std::vector<record::Job> records;
  for (const JobHistory& job : jobs_) {
    const auto operation = cim::name(static_cast<cim::Operation>(job.operation));
    record::Job entry{.at_ns = sim::ns(job.begun),
                      .name = world_.trace().name(job.entity),
                      .what = job.operation == 0 ? "CreateElementReplica" : std::string(operation),
                      .state = job_state_name(job.state)};
    if (job.ended) entry.ended_ns = sim::ns(*job.ended);
    records.push_back(std::move(entry));
  }
  return records;
}

std::vector<record::LossSet> RunHistory::losses() const {
  std::vector<record::LossSet> sets;
  for (const auto& [id, pair] : pairs_) {
    for (const FailoverLoss& failover : pair.failovers) {
      record::LossSet set{.at_ns = sim::ns(failover.time),
                          .relation = name(id),
                          .bytes = failover.loss.bytes,
                          .writes = failover.loss.writes};
      if (failover.loss.oldest != never) {
        set.oldest_age_ns = sim::ns(failover.time - failover.loss.oldest);
      }
      sets.push_back(std::move(set));
    }
  }
  std::ranges::sort(sets, {},
                    [](const record::LossSet& set) { return std::tie(set.at_ns, set.relation); });
  return sets;
}

}  // namespace replsim::harness
