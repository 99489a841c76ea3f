// Calls, jobs and hardware events, as the trace tells them.
#include "harness/check_calls.h"

#include <algorithm>

#include "harness/check_view.h"
#include "model/cim/state_graph.h"
#include "sim/fault.h"
#include "sim/trace_kinds.h"

namespace replsim::harness {

CallView& CheckCalls::received(const sim::TraceEvent& event) {
  if (calls_.size() >= limit) {
    const auto old = std::find_if(calls_.begin(), calls_.end(),
                                  [](const CallView& call) { return call.answered; });
    if (old != calls_.end()) calls_.erase(old);
  }
  CallView call;
  call.id = event.cause;
  call.array = event.entity;
  call.operation = static_cast<std::uint16_t>(event.a);
  call.endpoint = {static_cast<std::uint32_t>(event.b)};
  call.force = (event.c & 1) != 0;
  call.through_job = (event.c & 2) != 0;
  call.wait = static_cast<std::uint16_t>(event.c >> 8);
  call.received = event.time;
  calls_.push_back(call);
  return calls_.back();
}

CallView* CheckCalls::answered(const sim::TraceEvent& event) {
  for (auto call = calls_.rbegin(); call != calls_.rend(); ++call) {
    if (call->id != event.cause || call->array != event.entity || call->answered) continue;
    call->answered = true;
    call->returned = event.time;
    call->code = static_cast<std::uint32_t>(event.a);
    call->status = static_cast<std::uint32_t>(event.b);
    if (call->accepted() || call->timed_out()) overtake(*call);
    return &*call;
  }
  return nullptr;
}

void CheckCalls::overtake(const CallView& later) {
  for (CallView& call : calls_) {
    const bool earlier = call.id != later.id && call.pair != nullptr && call.pair == later.pair;
    if (earlier && call.timed_out()) call.followed = true;
  }
}

void CheckCalls::entered(const PairView& pair, std::uint16_t state, std::uint16_t cause) {
  for (CallView& call : calls_) {
    if (!call.timed_out() || call.followed) continue;
    if (call.operation == 0) {  // the relation that it made comes to its rest
      const std::uint16_t rest =
          call.wait != 0 ? call.wait : cim::number(cim::CopyState::Synchronized);
      call.done = state == rest;
      settles_ = settles_ || call.done;
      continue;
    }
    if (call.pair != &pair || call.operation != cause) continue;
    call.done = std::all_of(pair.ends.begin(), pair.ends.end(), [&](const auto& end) {
      return end->gone || (end->cause == cause && end->entered >= call.received);
    });
    settles_ = settles_ || call.done;
  }
}

void CheckCalls::settle() {
  if (!settles_) return;
  settles_ = false;
  for (CallView& call : calls_) call.followed = call.followed || call.done;
}

JobView& CheckCalls::job_changed(const sim::TraceEvent& event) {
  auto found = std::find_if(jobs_.begin(), jobs_.end(),
                            [&](const JobView& job) { return job.job == event.entity; });
  if (found == jobs_.end()) {
    JobView job;
    job.job = event.entity;
    job.operation = static_cast<std::uint16_t>(event.cause);
    job.begun = event.time;
    found = jobs_.insert(jobs_.end(), job);
  }
  const sim::EntityId endpoint{static_cast<std::uint32_t>(event.c)};
  if (endpoint.value != 0) found->endpoint = endpoint;  // 0 once the relation is gone
  found->state = static_cast<std::uint16_t>(event.b);
  found->percent = static_cast<std::uint32_t>(event.c >> 32);
  if (found->final() && event.a != event.b) found->ended = event.time;
  return *found;
}

bool JobView::copies() const {
  using Op = cim::Operation;
  return operation == 0 || is(Op::Activate) || is(Op::ResyncReplica) || is(Op::Resume) ||
         is(Op::Failback) || is(Op::RestoreFromReplica) || is(Op::ReverseRoles);
}

void CheckCalls::copying(const PairView& pair, std::uint16_t cause) {
  for (JobView& job : jobs_) {
    if (job.pair != &pair || job.final() || !job.copies()) continue;
    // The copy of another operation, or a mirror that falls behind while its roles are about to be
    // reversed, is none of the job's.
    const bool own = cause == job.operation;
    const bool other = cim::operation_of(cause) || job.is(cim::Operation::ReverseRoles);
    if (own || !other) job.copied = true;
  }
}

void CheckCalls::job_kept(sim::EntityId entity) {
  for (JobView& job : jobs_) {
    if (job.job == entity) job.kept = true;
  }
}

void CheckCalls::array_down(sim::EntityId array) {
  for (CallView& call : calls_) {
    if (call.array != array || call.answered) continue;
    call.answered = true;  // with no code: the client sees no answer
    call.status = UINT32_MAX;
  }
}

const JobView* CheckCalls::job(sim::EntityId entity) const {
  const auto found =
      std::find_if(jobs_.begin(), jobs_.end(), [&](auto& job) { return job.job == entity; });
  return found == jobs_.end() ? nullptr : &*found;
}

bool CheckCalls::running(const PairView& pair, const CallView* except) const {
  return std::any_of(calls_.begin(), calls_.end(),
                     [&](const CallView& call) {
                       return call.pair == &pair && call.under_way() && &call != except;
                     }) ||
         std::any_of(jobs_.begin(), jobs_.end(),
                     [&](const JobView& job) { return job.pair == &pair && job.at_work(); });
}

bool CheckCalls::in_control(const PairView& pair) const {
  return std::any_of(
             calls_.begin(), calls_.end(),
             [&](const CallView& call) { return call.pair == &pair && call.under_way(); }) ||
         std::any_of(jobs_.begin(), jobs_.end(), [&](const JobView& job) {
           return job.pair == &pair && job.at_work() && !job.copied;
         });
}

bool CheckCalls::running_operation(const PairView& pair, std::uint16_t operation) const {
  return std::any_of(calls_.begin(), calls_.end(),
                     [&](const CallView& call) {
                       return call.operation == operation && call.under_way() &&
                              (call.pair == &pair || call.pair == nullptr);
                     }) ||
         std::any_of(jobs_.begin(), jobs_.end(), [&](const JobView& job) {
           return job.operation == operation && job.at_work() &&
                  (job.pair == &pair || job.pair == nullptr);
         });
}

bool CheckCalls::given_up_unheard(const PairView& pair, std::uint16_t operation,
                                  std::string_view array, const CheckFaults& faults,
                                  const sim::Trace& trace) const {
  return std::any_of(jobs_.begin(), jobs_.end(), [&](const JobView& job) {
    const bool given_up = job.pair == &pair && job.operation == operation &&
                          job.state == cim::number(cim::JobState::Exception);
    return given_up &&
           (faults.disturbed(array, job.begun, trace) || faults.link_struck(job.begun, trace));
  });
}

bool CheckCalls::open() const {
  return std::any_of(calls_.begin(), calls_.end(),
                     [](const CallView& call) { return !call.answered; });
}

std::optional<bool> CheckCalls::forced(const PairView& pair, std::uint16_t operation) const {
  for (auto call = calls_.rbegin(); call != calls_.rend(); ++call) {
    if (call->pair == &pair && call->operation == operation && !call->refused()) return call->force;
  }
  return std::nullopt;
}

const CallView* CheckCalls::last(const PairView& pair, std::uint16_t operation) const {
  for (auto call = calls_.rbegin(); call != calls_.rend(); ++call) {
    if (call->operation == operation && (call->pair == &pair || call->pair == nullptr)) {
      return &*call;
    }
  }
  return nullptr;
}

void CheckFaults::observe(const sim::TraceEvent& event) {
  const auto is = [&](const sim::TraceKind& kind) { return event.kind == kind.number; };
  if (is(sim::kind::message_dropped)) {
    ++dropped;
    last_drop = event.time;
  }
  if (is(sim::kind::fault_hit)) hit(event);
  if (is(sim::kind::fault_begun)) {
    ++active;
    ++begun;
    running.push_back(event.a);
  }
  if (is(sim::kind::fault_ended)) {
    if (active > 0) --active;
    std::erase(running, event.a);
    for (Hit& known : hits) {
      if (known.entity != event.entity || known.fault != event.a) continue;
      known.active = false;
      known.ended = event.time;
    }
    last_end = event.time;
  }
  const bool down = is(sim::kind::node_down);
  const bool up = is(sim::kind::node_up);
  const bool paused = is(sim::kind::node_paused);
  if (!down && !up && !paused && !is(sim::kind::node_resumed)) return;
  auto node = std::find_if(nodes.begin(), nodes.end(),
                           [&](const Node& known) { return known.entity == event.entity; });
  if (node == nodes.end()) {
    node = nodes.insert(nodes.end(), Node{});
    node->entity = event.entity;
  }
  if (down || paused) {
    ++outages;
    node->last_down = event.time;
  } else {
    node->last_up = event.time;
  }
  node->down = down || (node->down && !up);
  node->paused = paused;
}

void CheckFaults::hit(const sim::TraceEvent& event) {
  const bool runs = std::find(running.begin(), running.end(), event.a) != running.end();
  for (Hit& known : hits) {
    if (known.entity != event.entity || known.what != event.b) continue;
    known.last = event.time;
    known.fault = event.a;
    known.active = runs;
    return;
  }
  hits.push_back({.entity = event.entity,
                  .what = event.b,
                  .last = event.time,
                  .fault = event.a,
                  .active = runs});
}

bool CheckFaults::disturbed(std::string_view name, sim::Instant since,
                            const sim::Trace& trace) const {
  const Node* known = node(name, trace);
  if (known == nullptr) return false;
  return known->down || known->paused || known->last_down >= since || known->last_up >= since;
}

bool CheckFaults::link_struck(sim::Instant since, const sim::Trace& trace) const {
  return std::any_of(hits.begin(), hits.end(), [&](const Hit& known) {
    if (known.what >= static_cast<std::uint64_t>(sim::ServiceHit::Away)) return false;
    const bool disk = trace.name(known.entity).find('/') != std::string_view::npos;
    return !disk && known.last >= since;
  });
}

bool CheckFaults::link_disordered(sim::Instant since, const sim::Trace& trace) const {
  return std::any_of(hits.begin(), hits.end(), [&](const Hit& known) {
    const auto what = static_cast<sim::LinkHit>(known.what);
    const bool disorder = what == sim::LinkHit::Duplicate || what == sim::LinkHit::Reorder;
    const bool disk = trace.name(known.entity).find('/') != std::string_view::npos;
    return disorder && !disk && known.last >= since;
  });
}

bool CheckFaults::disk_struck(std::string_view array, sim::Instant since, bool slow,
                              const sim::Trace& trace) const {
  return std::any_of(hits.begin(), hits.end(), [&](const Hit& known) {
    const bool holds = slow && (known.active || known.ended >= since);
    if (known.last < since && !holds) return false;
    const auto kind = static_cast<sim::DiskFaultKind>(known.what);
    const bool slows = kind == sim::DiskFaultKind::Latency || kind == sim::DiskFaultKind::Hang ||
                       kind == sim::DiskFaultKind::Credit;
    const std::string_view name = trace.name(known.entity);
    const bool here = name.size() > array.size() && name.starts_with(array) &&
                      name[array.size()] == '/';  // a disk, `array/disk`; a link has no slash
    return slows == slow && here;
  });
}

bool CheckFaults::clock_stepped(std::string_view array, sim::Instant since,
                                const sim::Trace& trace) const {
  return std::any_of(hits.begin(), hits.end(), [&](const Hit& known) {
    return known.what == static_cast<std::uint64_t>(sim::ClockHit::Stepped) &&
           known.last >= since && trace.name(known.entity) == array;
  });
}

bool CheckFaults::node_is_down() const {
  return std::any_of(nodes.begin(), nodes.end(),
                     [](const Node& known) { return known.down || known.paused; });
}

const CheckFaults::Node* CheckFaults::node(std::string_view name, const sim::Trace& trace) const {
  for (const Node& known : nodes) {
    if (trace.name(known.entity) == name) return &known;
  }
  return nullptr;
}

}  // namespace replsim::harness
