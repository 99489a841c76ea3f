// B8: the times that an association shows beside its CopyState, against the clock of its array,
// whatever that shows. A time is taken before the record is written and the change is told.
// Source: invariants.md B8; cim_synchronized.md (When properties).
#include <fmt/format.h>

#include <map>
#include <string>
#include <utility>

#include "harness/check_family.h"

namespace replsim::harness {
namespace {

class StateTimeChecks final : public CheckFamily {
 public:
  explicit StateTimeChecks(CheckContext context) : context_(context) {}

  void observed(const sim::TraceEvent& event) override {
    if (event.kind != trace::state_change.number || event.b < 2) return;
    const PairView* pair = context_.view.pair_of(event.entity);
    const EndView* end = pair == nullptr ? nullptr : pair->find(event.entity);
    if (end != nullptr && !end->gone && end->state == event.b) shown(*pair, *end, event);
  }

 private:
  /// Between the look at the clock and the announcement lies a write of the record.
  static constexpr sim::Duration written_within = sim::seconds(1);

  static std::string property_of(const sim::TraceEvent& event) {
    if (event.a == cim::number(cim::Node::Create)) return "WhenEstablished";
    const bool resumed = event.a == cim::number(cim::CopyState::Partitioned);
    switch (static_cast<cim::CopyState>(event.b)) {
      case cim::CopyState::Synchronized: return "WhenSynced";
      case cim::CopyState::Suspended: return "WhenSuspended";
      case cim::CopyState::Unsynchronized: return resumed ? "" : "WhenActivated";
      case cim::CopyState::Initialized:
      case cim::CopyState::Prepared:
      case cim::CopyState::Broken:
      case cim::CopyState::Fractured:
      case cim::CopyState::Split:
      case cim::CopyState::Inactive:
      case cim::CopyState::Failedover:
      case cim::CopyState::Aborted:
      case cim::CopyState::Skewed:
      case cim::CopyState::Mixed:
      case cim::CopyState::NotApplicable:
      case cim::CopyState::Partitioned:
      case cim::CopyState::Invalid:
      case cim::CopyState::Restored: break;
    }
    return "";
  }

  void shown(const PairView& pair, const EndView& end, const sim::TraceEvent& event) {
    const std::string property = property_of(event);
    if (property.empty() || !written_in_time(end)) return;
    const auto instance = context_.view.testbed().peek_relation(pair.id, end.array);
    if (!instance) return;
    const cim::Value& value = instance->get(property);
    if (value.is_null() || value.type() != cim::Type::DateTime) {
      broken(pair, end, property + " is not shown");
      return;
    }
    context_.findings.evaluated(Check::B8);
    const std::int64_t time = value.as_datetime().nanoseconds;
    const std::int64_t clock = context_.view.testbed().clock(end.array);
    const std::int64_t age = clock - time;
    if (age < 0 || age > sim::ns(written_within)) {
      broken(pair, end,
             fmt::format("{} is {} ns behind the clock of the array as the state is entered",
                         property, age));
    }
    std::int64_t& last = last_[{end.endpoint, property}];
    const sim::Trace& trace = context_.view.testbed().world().trace();
    const bool set_back = context_.view.faults().clock_stepped(end.array, sim::Instant{}, trace);
    if (time < last && !set_back) {
      broken(pair, end, fmt::format("{} went back by {} ns", property, last - time));
    }
    last = time;
  }

  /// Nothing came between the look at the clock and the announcement.
  bool written_in_time(const EndView& end) const {
    const CheckFaults& faults = context_.view.faults();
    const sim::Trace& trace = context_.view.testbed().world().trace();
    const sim::Instant since = context_.view.now() - written_within;
    return !faults.disturbed(end.array, since, trace) &&
           !faults.clock_stepped(end.array, since, trace) &&
           !faults.disk_struck(end.array, sim::Instant{}, true, trace);
  }

  void broken(const PairView& pair, const EndView& end, std::string what) {
    context_.findings.broken(Check::B8, [&] {
      return Finding{.message = fmt::format("{} at {}: {}", pair.name(), end.array, what),
                     .pair = pair.id,
                     .entity = context_.view.name(end.endpoint)};
    });
  }

  CheckContext context_;
  std::map<std::pair<sim::EntityId, std::string>, std::int64_t> last_;
};

}  // namespace

std::unique_ptr<CheckFamily> make_state_time_checks(CheckContext context) {
  return std::make_unique<StateTimeChecks>(context);
}

}  // namespace replsim::harness
