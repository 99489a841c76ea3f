// Gathering from the trace. Maps and names are touched only by kept events; I/O events cost an
// index and an addition.
#include "harness/run_history.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/cim/enumerations.h"
#include "model/cim/state_graph.h"
#include "sim/trace_kinds.h"
#include "sim/world.h"

namespace replsim::harness {

namespace {

bool is_io(std::uint16_t kind) {
  return (kind >= sim::kind::message_sent.number && kind <= sim::kind::disk_flush.number) ||
         kind == sim::kind::fault_hit.number ||
         (kind >= trace::host_write.number && kind <= trace::copied.number);
}

}  // namespace

bool final_job_state(std::uint64_t state) {
  const auto value = static_cast<cim::JobState>(state);
  return value == cim::JobState::Completed || value == cim::JobState::Terminated ||
         value == cim::JobState::Killed || value == cim::JobState::Exception;
}

void RunHistory::observe(const sim::TraceEvent& event) {
  if (is_io(event.kind)) {
    dirty_io_ = true;
    if (event.kind != trace::copied.number) return;
    if (event.c == static_cast<std::uint64_t>(trace::CopyReason::Mirror)) return;
    PairHistory* pair = pair_of_endpoint(event.entity);
    if (pair == nullptr) return;
    for (const Endpoint& end : pair->endpoints) {
      if (end.entity == event.entity) pair->copied_bytes += event.b * end.block;
    }
    return;
  }
  dirty_ = true;
  if (event.kind == trace::state_change.number) {
    state_changed(event);
  } else if (event.kind == trace::endpoint_born.number) {
    born(event);
  } else if (event.kind == trace::endpoint_gone.number) {
    if (PairHistory* pair = pair_of_endpoint(event.entity)) {
      endpoint(*pair, event.entity).exists = false;
    }
  } else if (event.kind == trace::property_change.number) {
    property_changed(event);
  } else if (event.kind == trace::job_change.number) {
    job_changed(event);
  } else if (event.kind == trace::indication.number ||
             event.kind == trace::indication_strayed.number ||
             event.kind == trace::indication_late.number) {
    indicated(event);
  } else if (event.kind == trace::generation.number) {
    if (PairHistory* pair = pair_of_endpoint(event.entity)) {
      endpoint(*pair, event.entity).generation = event.a;
      merge(*pair, change_of(event, 0, 0));
    }
  }
}

Change RunHistory::change_of(const sim::TraceEvent& event, std::uint64_t from,
                             std::uint64_t to) const {
  return {world_.trace().count(),         event.time,  static_cast<std::uint16_t>(from),
          static_cast<std::uint16_t>(to), event.cause, event.entity};
}

Endpoint& RunHistory::endpoint(PairHistory& pair, sim::EntityId entity) {
  for (Endpoint& known : pair.endpoints) {
    if (known.entity == entity) return known;
  }
  if (pair_by_entity_.size() <= entity.value) pair_by_entity_.resize(entity.value + 1, 0);
  pair_by_entity_[entity.value] = pair.pair;
  const std::string& name = world_.trace().name(entity);
  pair.endpoints.push_back({.entity = entity, .array = name.substr(0, name.find(':'))});
  return pair.endpoints.back();
}

PairHistory* RunHistory::pair_of_endpoint(sim::EntityId entity) {
  if (entity.value >= pair_by_entity_.size() || pair_by_entity_[entity.value] == 0) return nullptr;
  return &pairs_.at(pair_by_entity_[entity.value]);
}

void RunHistory::born(const sim::TraceEvent& event) {
  PairHistory& pair = pairs_[event.a];
  pair.pair = event.a;
  Endpoint& end = endpoint(pair, event.entity);
  if (end.role == 2 && event.b == 1) pair.losing.swapped();
  end.role = event.b;
  end.exists = true;
  for (const provider::VolumeInfo& volume : testbed_.volumes()) {
    if (volume.entity.value == event.c) end.block = volume.block;
  }
  merge(pair, change_of(event, 0, 0));
}

void RunHistory::state_changed(const sim::TraceEvent& event) {
  PairHistory& pair = pairs_[event.c];
  pair.pair = event.c;
  const auto to = event.b == cim::number(cim::Node::Removed) ? 0 : event.b;
  Endpoint& end = endpoint(pair, event.entity);
  const bool was_over = pair.merged_state() == cim::number(cim::CopyState::Failedover);
  end.state = static_cast<std::uint16_t>(to);
  end.exists = to != 0;
  Change change = change_of(event, event.a, to);
  pair.states.push_back(change);
  merge(pair, change);
  pair.losing.entered(static_cast<cim::CopyState>(to), end.role != 2, event.time,
                      static_cast<cim::CauseCode>(event.cause), asynchronous(pair, end));
  const bool is_over = to == cim::number(cim::CopyState::Failedover);
  if (is_over && !was_over && end.role != 1) failed_over(pair, event.time);
}

bool RunHistory::asynchronous(const PairHistory& pair, const Endpoint& end) const {
  const auto instance = testbed_.peek_relation(pair.pair, end.array);
  if (!instance) return false;
  const cim::Value& mode = instance->get("Mode");
  return mode.is_number() && mode.as_unsigned() == cim::number(cim::Mode::Asynchronous);
}

void RunHistory::merge(PairHistory& pair, Change change) {
  const Endpoint* best = nullptr;
  for (const Endpoint& end : pair.endpoints) {
    if (!end.exists || end.state == 0) continue;
    const bool newer = best != nullptr && end.generation > best->generation;
    const bool source =
        best != nullptr && end.generation == best->generation && best->role == 2 && end.role != 2;
    if (best == nullptr || newer || source) best = &end;
  }
  const std::uint16_t now = best == nullptr ? 0 : best->state;
  const std::uint16_t before = pair.merged_state();
  if (now == before) return;
  change.from = before;
  change.to = now;
  if (best != nullptr) change.endpoint = best->entity;
  pair.merged.push_back(change);
}

void RunHistory::failed_over(PairHistory& pair, sim::Instant time) {
  const auto relation = testbed_.relation(pair.pair);
  if (!relation) return;
  const auto source = testbed_.volume(relation->source_volume);
  const auto target = testbed_.volume(relation->target_volume);
  if (!source || !target) return;
  const provider::VolumeImage* image = testbed_.image(target->entity);
  if (image == nullptr) return;
  const LossEnds ends{source->entity, target->entity, *image};
  pair.failovers.push_back({time, loss_set(ledger_, ends, pair.losing)});
}

void RunHistory::property_changed(const sim::TraceEvent& event) {
  PairHistory* pair = pair_of_endpoint(event.entity);
  if (pair == nullptr) return;
  const Change change = change_of(event, event.b, event.c);
  switch (static_cast<trace::Property>(event.a)) {
    case trace::Property::ProgressStatus: pair->progress.push_back(change); break;
    case trace::Property::RequestedCopyState: pair->requested.push_back(change); break;
    case trace::Property::Mode: pair->modes.push_back(change); break;
    case trace::Property::TargetImage:
    case trace::Property::SourceImage:
    case trace::Property::CopyDirection:
    case trace::Property::SourceFenced: break;
  }
}

void RunHistory::job_changed(const sim::TraceEvent& event) {
  if (job_by_entity_.size() <= event.entity.value) job_by_entity_.resize(event.entity.value + 1, 0);
  std::uint32_t& index = job_by_entity_[event.entity.value];
  if (index == 0) {
    jobs_.push_back({.entity = event.entity,
                     .begun = event.time,
                     .operation = event.cause,
                     .endpoint = event.c & UINT32_MAX});
    index = static_cast<std::uint32_t>(jobs_.size());
  }
  JobHistory& job = jobs_[index - 1];
  if (job.state != event.b) job.states.push_back(change_of(event, event.a, event.b));
  job.state = event.b;
  if (final_job_state(job.state) && !job.ended) job.ended = event.time;
}

/// Sent is received, unless the event behind it says otherwise.
void RunHistory::indicated(const sim::TraceEvent& event) {
  PairHistory* pair = pair_of_endpoint(event.entity);
  if (pair == nullptr) return;
  if (event.kind == trace::indication_strayed.number) {
    --pair->received;
    return;
  }
  if (event.kind == trace::indication.number) ++pair->indications;
  ++pair->received;
}

const PairHistory* RunHistory::pair(std::uint64_t id) const {
  const auto found = pairs_.find(id);
  return found == pairs_.end() ? nullptr : &found->second;
}

const JobHistory* RunHistory::job(sim::EntityId entity) const {
  if (entity.value >= job_by_entity_.size() || job_by_entity_[entity.value] == 0) return nullptr;
  return &jobs_[job_by_entity_[entity.value] - 1];
}

bool RunHistory::job_running(std::optional<std::uint64_t> pair) const {
  return std::ranges::any_of(jobs_, [&](const JobHistory& job) {
    if (job.ended) return false;
    const bool known = job.endpoint < pair_by_entity_.size();
    return !pair || !known || pair_by_entity_[job.endpoint] == *pair;
  });
}

}  // namespace replsim::harness
