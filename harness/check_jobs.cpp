// C1 to C4 and C8: jobs, as their changes tell. The graph of job states is a table.
// Source: invariants.md C1-C4, C8; rulings R1, R4, R10; cim_replication_service.md (job methods).
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "harness/check_family.h"

namespace replsim::harness {
namespace {

using Job = cim::JobState;
struct JobEdge {
  Job from;
  Job to;
};

// clang-format off
constexpr std::array<JobEdge, 19> job_edges = {{
    {Job::New, Job::Starting}, {Job::New, Job::Terminated}, {Job::New, Job::Killed},
    {Job::New, Job::Exception},
    {Job::Starting, Job::Running}, {Job::Starting, Job::ShuttingDown},
    {Job::Starting, Job::Exception},
    {Job::Running, Job::Suspended}, {Job::Suspended, Job::Running},
    {Job::Running, Job::ShuttingDown}, {Job::Running, Job::Killed},
    {Job::Running, Job::Exception},
    {Job::Suspended, Job::ShuttingDown}, {Job::Suspended, Job::Killed},
    {Job::Suspended, Job::Exception},
    {Job::ShuttingDown, Job::Completed}, {Job::ShuttingDown, Job::Terminated},
    {Job::ShuttingDown, Job::Killed}, {Job::ShuttingDown, Job::Exception},
}};
// clang-format on

bool legal_edge(std::uint64_t from, std::uint64_t to) {
  if (from == to) return true;
  if (from == 0) return to == cim::number(Job::New) || to == cim::number(Job::Starting);
  return std::any_of(job_edges.begin(), job_edges.end(), [&](const JobEdge& edge) {
    return cim::number(edge.from) == from && cim::number(edge.to) == to;
  });
}

class JobChecks final : public CheckFamily {
 public:
  explicit JobChecks(CheckContext context) : context_(context) {}

  void observed(const sim::TraceEvent& event) override {
    if (event.kind == trace::job_change.number) {
      job_changed(event);
    } else if (event.kind == trace::call_answered.number) {
      answered(event);
    }
  }

  void settled() override {
    std::erase_if(crossing_, [&](const Crossing& one) { return crossed_in_time(one); });
    while (!crossing_.empty() && context_.view.now() - crossing_.front().at > refused_within) {
      crossed(crossing_.front());
      crossing_.erase(crossing_.begin());
    }
  }

  void finished() override {
    for (const Crossing& crossing : crossing_) crossed(crossing);
    kept();
  }

 private:
  struct Known {
    sim::EntityId job;
    std::uint64_t state = 0;
    std::uint64_t percent = 0;
  };
  /// A job that began while one of the other array was in its control phase.
  struct Crossing {
    const EndView* mine;
    JobView job;
    JobView other;
    sim::Instant at;
  };
  /// The other array's order was on its way, and is written.
  static constexpr sim::Duration crosses_within = sim::milliseconds(1);
  /// The other array answers In Use, and the job that asked it ends.
  static constexpr sim::Duration refused_within = sim::milliseconds(100);
  static constexpr sim::Duration resent = sim::seconds(2);
  static constexpr sim::Duration kept_for = sim::minutes(5);  ///< TimeBeforeRemoval's default.

  void job_changed(const sim::TraceEvent& event) {
    const JobView* job = context_.view.calls().job(event.entity);
    if (job == nullptr) return;
    auto known = std::find_if(known_.begin(), known_.end(),
                              [&](const Known& one) { return one.job == event.entity; });
    const bool fresh = known == known_.end();
    if (fresh) known = known_.insert(known_.end(), Known{.job = event.entity, .state = event.a});
    const std::uint64_t percent = event.c >> 32;
    context_.findings.evaluated(Check::C1);
    if (percent < known->percent) {
      broken(Check::C1, *job, fmt::format("fell from {} to {} %", known->percent, percent));
    }
    const bool completed = event.b == cim::number(Job::Completed);
    if ((percent == 100) != completed) {
      broken(Check::C1, *job,
             fmt::format("shows {} % in {}", percent, cim::name(static_cast<Job>(event.b))));
    }
    context_.findings.evaluated(Check::C2);
    if (known->state != event.a) {
      broken(Check::C2, *job, fmt::format("was in {}, not in {}", known->state, event.a));
    }
    const bool ended =
        event.a >= cim::number(Job::Completed) && event.a <= cim::number(Job::Exception);
    if (ended || !legal_edge(event.a, event.b)) {
      broken(Check::C2, *job,
             fmt::format("went from {} to {}", cim::name(static_cast<Job>(event.a)),
                         cim::name(static_cast<Job>(event.b))));
    }
    known->state = event.b;
    known->percent = percent;
    if (fresh) control_phases(*job);
    if (event.a != event.b && job->final()) copy_ended(*job);
  }

  /// C3: another job of the relation that never copied is still at work when a new one begins.
  /// Arrays that do not hear of each other cannot know of each other's.
  void control_phases(const JobView& job) {
    if (job.pair == nullptr || job.copied) return;
    const EndView* mine = job.pair->find(job.endpoint);
    for (const JobView& other : context_.view.calls().jobs()) {
      if (other.pair != job.pair || other.job == job.job || !other.at_work()) continue;
      const bool here = job.pair->find(other.endpoint) == mine;
      if (here && cut_off_since(other)) continue;  // it only waits to hear what became of it
      if (unwritable_since(other)) continue;       // its end could not be recorded
      if (!here && !heard(*job.pair, other.begun)) continue;
      context_.findings.evaluated(Check::C3);
      if (!in_control(other)) continue;
      if (!here && mine != nullptr) {
        crossing_.push_back({mine, job, other, context_.view.now()});
      } else {
        both_in_control(job, other);
      }
    }
  }

  static bool crossed_in_time(const Crossing& crossing) {
    return done_at(*crossing.mine, crossing.other, crossing.at + crosses_within);
  }

  void crossed(const Crossing& crossing) {
    const JobView* job = context_.view.calls().job(crossing.job.job);
    if (job != nullptr && job->state == cim::number(Job::Exception)) return;
    if (crossed_in_time(crossing)) return;
    both_in_control(crossing.job, crossing.other);
  }

  void both_in_control(const JobView& job, const JobView& other) {
    broken(Check::C3, job,
           fmt::format("begins its control phase while {} is in its own",
                       context_.view.name(other.job)));
  }

  bool cut_off_since(const JobView& job) const {
    const EndView* end = job.pair->find(job.endpoint);
    const sim::Trace& trace = context_.view.testbed().world().trace();
    return end != nullptr && (end->peer_lost || end->peer_went >= job.begun ||
                              context_.view.faults().disturbed(end->array, job.begun, trace));
  }

  /// The records of its array could not be written, or not in time.
  bool unwritable_since(const JobView& job) const {
    const EndView* end = job.pair->find(job.endpoint);
    const sim::Trace& trace = context_.view.testbed().world().trace();
    const CheckFaults& faults = context_.view.faults();
    return end != nullptr && (faults.disk_struck(end->array, job.begun, false, trace) ||
                              faults.disk_struck(end->array, job.begun, true, trace));
  }

  /// This end did what the other array's job wants of it, until then; the news of that is under
  /// way.
  static bool done_at(const EndView& end, const JobView& job, sim::Instant until) {
    const auto in_time = [&](sim::Instant at) { return at >= job.begun && at <= until; };
    if (job.is(cim::Operation::ReverseRoles) && in_time(end.access_changed)) return true;
    return end.cause == job.operation && in_time(end.entered);
  }

  static bool in_control(const JobView& job) {
    const bool swapped = job.is(cim::Operation::ReverseRoles) && job.pair->swapped >= job.begun;
    return job.at_work() && !job.copied && job.operation != 0 && !swapped && !waits_for_copy(job);
  }

  /// C3: a call turned away because a job is in its control phase.
  void turned_away(const CallView& call) {
    const auto& jobs = context_.view.calls().jobs();
    const bool busy = std::any_of(jobs.begin(), jobs.end(), [&](const JobView& job) {
      return job.pair == call.pair && in_control(job);
    });
    if (call.code == 6 && busy) context_.findings.evaluated(Check::C3);
  }

  /// Nothing kept the arrays of the relation from hearing of each other since then.
  bool heard(const PairView& pair, sim::Instant since) const {
    const CheckFaults& faults = context_.view.faults();
    const sim::Trace& trace = context_.view.testbed().world().trace();
    // What was dropped is sent again after a while, what was delayed comes late.
    if (faults.last_drop != sim::Instant::min() && faults.last_drop + resent >= since) return false;
    if (faults.link_struck(since - resent, trace)) return false;
    return std::none_of(pair.ends.begin(), pair.ends.end(), [&](const auto& end) {
      const auto* node = faults.node(end->array, trace);
      const bool met = node == nullptr || node->last_up <= end->peer_found;  // since its restart
      return end->gone || end->peer_lost || !met || faults.disturbed(end->array, since, trace);
    });
  }

  /// Split in UNS lets the copy end first (R4).
  static bool waits_for_copy(const JobView& job) {
    return job.is(cim::Operation::Split) &&
           std::any_of(job.pair->ends.begin(), job.pair->ends.end(), [](const auto& end) {
             return !end->gone && end->holds(cim::CopyState::Unsynchronized);
           });
  }

  /// C8: what a copy job that did not complete leaves.
  void copy_ended(const JobView& job) {
    if (!job.copied || job.pair == nullptr || job.state == cim::number(Job::Completed)) return;
    context_.findings.evaluated(Check::C8);
    const bool failed = job.state == cim::number(Job::Exception);
    for (const auto& end : job.pair->ends) {
      const bool removed = end->gone || end->state == cim::number(cim::Node::Removed);
      if (removed && !failed) return;  // REMOVED is the state of what superseded it
      if (removed || end->state == 0) continue;
      const bool lies_broken = end->in(cim::CopyState::Broken) || end->in(cim::CopyState::Invalid);
      const bool aborted = end->in(cim::CopyState::Aborted);
      const auto operation = cim::operation_of(end->cause);
      const bool superseded = operation && cim::number(*operation) != job.operation;
      if (failed ? lies_broken : (aborted || superseded)) return;
    }
    if (job.pair->gone || superseded_by_call(job) || goes_on_as_another(job)) return;
    if (std::all_of(job.pair->ends.begin(), job.pair->ends.end(),
                    [](const auto& end) { return end->gone || end->state < 2; })) {
      return;
    }
    broken(Check::C8, job,
           fmt::format("ended {} and the relation is in {}", cim::name(static_cast<Job>(job.state)),
                       states(*job.pair)));
  }

  /// The copy is or was another job's.
  bool goes_on_as_another(const JobView& job) const {
    const auto& jobs = context_.view.calls().jobs();
    return std::any_of(jobs.begin(), jobs.end(), [&](const JobView& other) {
      const bool completed = other.state == cim::number(Job::Completed) && other.ended >= job.begun;
      return other.pair == job.pair && other.operation == job.operation &&
             (!other.final() || completed);
    });
  }

  bool superseded_by_call(const JobView& job) const {
    if (job.state == cim::number(Job::Exception)) return false;
    const auto& calls = context_.view.calls().all();
    return std::any_of(calls.begin(), calls.end(), [&](const CallView& call) {
      return call.pair == job.pair && !call.answered && call.operation != job.operation;
    });
  }

  static std::string states(const PairView& pair) {
    std::string text;
    for (const auto& end : pair.ends) {
      if (end->gone) continue;
      if (!text.empty()) text += "/";
      text += cim::short_code(static_cast<cim::Node>(end->state));
    }
    return text;
  }

  /// C4: a job beside 4096, none beside 0 and the refusals.
  void answered(const sim::TraceEvent& event) {
    for (const CallView& call : context_.view.calls().all()) {
      if (call.id != event.cause || call.array != event.entity) continue;
      if (call.operation == 0 || call.status != 0 || call.pair == nullptr) return;
      context_.findings.evaluated(Check::C4);
      turned_away(call);
      const JobView* made = nullptr;
      for (const JobView& job : context_.view.calls().jobs()) {
        const EndView* end = call.pair->find(job.endpoint);
        const bool here = end == nullptr || end->array == context_.view.name(call.array);
        if (job.pair == call.pair && job.operation == call.operation && here &&
            job.begun >= call.received) {
          made = &job;
        }
      }
      const bool expects_job = call.code == 4096;
      const bool forbids_job = call.code == 0 || call.code == 1 || call.code >= 5;
      const bool alone = std::count_if(context_.view.calls().all().begin(),
                                       context_.view.calls().all().end(), [&](const auto& other) {
                                         return other.pair == call.pair &&
                                                other.operation == call.operation &&
                                                (!other.answered || &other == &call ||
                                                 other.returned >= call.received);
                                       }) == 1;
      if (expects_job ? made != nullptr : (made == nullptr || !forbids_job || !alone)) return;
      context_.findings.broken(Check::C4, [&] {
        return Finding{.message = fmt::format(
                           "{}: {} answered {} and {}", call.pair->name(),
                           cim::name(static_cast<cim::Operation>(call.operation)), call.code,
                           expects_job ? std::string("made no job")
                                       : "made job " + context_.view.name(made->job)),
                       .pair = call.pair->id,
                       .entity = context_.view.name(call.array)};
      });
      return;
    }
  }

  /// C2: a job that has ended stays for TimeBeforeRemoval.
  void kept() {
    const provider::Testbed& testbed = context_.view.testbed();
    for (const provider::ArraySpec& array : testbed.topology().arrays) {
      std::size_t young = 0;
      for (const JobView& job : context_.view.calls().jobs()) {
        const EndView* end = job.pair == nullptr ? nullptr : job.pair->find(job.endpoint);
        if (end == nullptr || end->array != array.name || !job.final()) continue;
        if (context_.view.now() - job.ended >= kept_for) continue;
        // By the array's own clock it may have been longer.
        const sim::Trace& trace = context_.view.testbed().world().trace();
        if (!context_.view.faults().clock_stepped(array.name, job.ended, trace)) ++young;
      }
      if (young == 0) continue;
      context_.findings.evaluated(Check::C2);
      const std::size_t listed = testbed.peek_all(array.name, "CIM_ConcreteJob").size();
      if (listed >= young) continue;
      context_.findings.broken(Check::C2, [&] {
        return Finding{
            .message = fmt::format("{} lists {} jobs; {} ended less than {} s ago", array.name,
                                   listed, young, sim::ns(kept_for) / 1'000'000'000),
            .entity = array.name};
      });
    }
  }

  void broken(Check check, const JobView& job, std::string what) {
    context_.findings.broken(check, [&] {
      Finding finding{.message = fmt::format("job {} {}", context_.view.name(job.job), what),
                      .entity = context_.view.name(job.job)};
      if (job.pair != nullptr) finding.pair = job.pair->id;
      return finding;
    });
  }

  CheckContext context_;
  std::vector<Crossing> crossing_;  ///< In order of time.
  std::vector<Known> known_;
};

}  // namespace

std::unique_ptr<CheckFamily> make_job_checks(CheckContext context) {
  return std::make_unique<JobChecks>(context);
}

}  // namespace replsim::harness
