// B11, B12: which association instances exist after roles were swapped or a relation was removed,
// and whether an aspect was left. Looks at the array that was called, when it has answered.
// Source: invariants.md B11, B12; operation_matrix.md (what remains afterwards); rulings R5.
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "harness/check_family.h"
#include "model/cim/transition_table.h"

namespace replsim::harness {
namespace {

class StateRemovalChecks final : public CheckFamily {
 public:
  explicit StateRemovalChecks(CheckContext context) : context_(context) {}

  void observed(const sim::TraceEvent& event) override {
    if (event.kind == trace::call_received.number) {
      const CallView* call = call_of(event);
      if (call != nullptr && call->pair != nullptr && call->is(cim::Operation::ReverseRoles)) {
        swaps_.push_back({call->id, call->array, call->pair->source});
      }
    } else if (event.kind == trace::call_answered.number) {
      answered(event);
    } else if (event.kind == trace::job_change.number && event.b == 7 && event.a != 7) {
      const JobView* job = context_.view.calls().job(event.entity);
      if (job != nullptr && job->pair != nullptr) completed(*job);
    } else if (event.kind == trace::endpoint_gone.number) {
      removed(event);
    }
  }

  /// One end does not outlive the other, but for INV and while it is cut off (R7).
  void finished() override {
    for (const auto& pair : context_.view.pairs()) {
      const bool removed = std::any_of(pair->ends.begin(), pair->ends.end(),
                                       [](const auto& end) { return end->gone; });
      if (!removed || pair->gone || context_.view.calls().running(*pair)) continue;
      context_.findings.evaluated(Check::B12);
      for (const auto& end : pair->ends) {
        if (end->gone || end->in(cim::CopyState::Invalid) || cut_off(*end)) continue;
        broken(Check::B12, *pair, end->array,
               "the other end is removed and this one is still there");
      }
    }
  }

 private:
  struct Swap {
    std::uint64_t id;
    sim::EntityId array;
    const VolumeView* source;
  };

  const CallView* call_of(const sim::TraceEvent& event) const {
    for (const CallView& call : context_.view.calls().all()) {
      if (call.id == event.cause && call.array == event.entity) return &call;
    }
    return nullptr;
  }

  bool cut_off(const EndView& end) const {
    const sim::Trace& trace = context_.view.testbed().world().trace();
    const CheckFaults& faults = context_.view.faults();
    const auto* node = faults.node(end.array, trace);
    return end.peer_lost || end.in(cim::CopyState::Partitioned) || faults.active > 0 ||
           (node != nullptr && (node->down || node->paused || end.peer_found < node->last_up));
  }

  void completed(const JobView& job) {
    const bool swaps = job.is(cim::Operation::ReverseRoles);
    const bool removes = job.is(cim::Operation::Detach) || job.is(cim::Operation::Dissolve);
    for (const auto& end : job.pair->ends) {
      if (swaps && !end->gone) swapped(*job.pair, end->array);
      if (removes && end->gone) unlisted(*job.pair, end->array);
    }
  }

  void answered(const sim::TraceEvent& event) {
    const CallView* call = call_of(event);
    if (call == nullptr || call->pair == nullptr || call->status != 0 || call->code != 0) return;
    const std::string& array = context_.view.name(call->array);
    if (call->is(cim::Operation::ReverseRoles)) {
      for (const Swap& swap : swaps_) {
        if (swap.id != call->id || swap.array != call->array) continue;
        context_.findings.evaluated(Check::B11);
        if (swap.source == call->pair->source) {
          broken(Check::B11, *call->pair, array,
                 "Reverse Roles ended and the ends are not swapped");
        }
      }
      swapped(*call->pair, array);
    }
    if (call->is(cim::Operation::Detach) || call->is(cim::Operation::Dissolve)) {
      unlisted(*call->pair, array);
      for (const auto& end : call->pair->ends) {
        if (end->gone && end->array != array) unlisted(*call->pair, end->array);
      }
    }
  }

  void unlisted(const PairView& pair, const std::string& array) {
    context_.findings.evaluated(Check::B12);
    if (listed(pair, array) == 0) return;
    broken(Check::B12, pair, array, "the removed association is still listed");
  }

  std::size_t listed(const PairView& pair, const std::string& array) const {
    std::size_t count = 0;
    const provider::Testbed& testbed = context_.view.testbed();
    for (const auto& instance : testbed.peek_all(array, "CIM_StorageSynchronized")) {
      if (testbed.pair_of(instance.path) == pair.id) ++count;
    }
    return count;
  }

  void swapped(const PairView& pair, const std::string& array) {
    context_.findings.evaluated(Check::B11);
    const std::size_t count = listed(pair, array);
    if (count == 1) return;
    broken(Check::B11, pair, array,
           fmt::format("{} associations list the pair after the roles were swapped", count));
  }

  void removed(const sim::TraceEvent& event) {
    const PairView* pair = context_.view.pair_of(event.entity);
    const EndView* end = pair == nullptr ? nullptr : pair->find(event.entity);
    if (end == nullptr) return;
    const auto operation = cim::operation_of(end->cause);
    const std::uint16_t from = end->state == 1 ? end->previous : end->state;
    if (end->state != 1 || !operation || from < 2) return;
    const auto* row =
        cim::find_transition(cim::SyncType::Mirror, static_cast<cim::CopyState>(from), *operation);
    if (row == nullptr) return;
    context_.findings.evaluated(Check::B12);
    const bool guarded = row->guard == cim::Guard::Image && !pair->consistent();
    // The source element has it (S8); the target end leaves nothing.
    const bool aspect = end->source() && row->fate == cim::Fate::RemoveLeaveAspect && !guarded;
    if (aspect == end->aspect) return;
    broken(Check::B12, *pair, end->array,
           aspect ? "its cell leaves an aspect and there is none"
                  : "an aspect was left that its cell does not know");
  }

  void broken(Check check, const PairView& pair, const std::string& array, std::string what) {
    context_.findings.broken(check, [&] {
      return Finding{.message = fmt::format("{} at {}: {}", pair.name(), array, what),
                     .pair = pair.id,
                     .entity = array};
    });
  }

  CheckContext context_;
  std::vector<Swap> swaps_;
};

}  // namespace

std::unique_ptr<CheckFamily> make_state_removal_checks(CheckContext context) {
  return std::make_unique<StateRemovalChecks>(context);
}

}  // namespace replsim::harness
