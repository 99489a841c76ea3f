// Checks over the steps of a run.
#include "harness/language/checks.h"

#include <fmt/core.h>

#include <algorithm>

#include "harness/language/quantity.h"

namespace replsim::harness {
namespace {

using sim::Duration;

/// Walks steps in order with the time that has passed for sure.
class Checker {
 public:
  Checker(const Run& run, Report& report) : run_(run), report_(report) {}

  void walk(const Steps& steps) {
    const Step* before = nullptr;
    for (const Step& step : steps) {
      if (before != nullptr) check_wait(*before, step);
      take(step);
      before = &step;
    }
  }

  bool expects() const { return expects_; }

 private:
  /// A cut of a link whose begin is known relative to others of the same epoch.
  struct Cut {
    const FaultStep* fault;
    std::optional<SlotId> as;
    int epoch;  ///< Times are comparable within an epoch; -1: from the start of the run.
    Duration begin;
    std::optional<Duration> end;
  };

  void check_wait(const Step& before, const Step& step) {
    const auto* expect = std::get_if<ExpectStep>(&step.body);
    if (!std::holds_alternative<WaitStep>(before.body) || expect == nullptr || expect->since)
      return;
    report_.add("wait-before-expect", before.location,
                "`wait` right before `expect` hopes that something has happened by then",
                "say `within` in the expectation, or `since` the step it looks back to");
  }

  void check_length(const Step& step, const std::optional<Duration>& length) {
    if (!length || *length <= run_.limit - std::min(passed_, run_.limit)) return;
    report_.add("for-beyond-end", step.location,
                fmt::format("`for` is longer than what is left of the run ({})",
                            duration_text(run_.limit - std::min(passed_, run_.limit))));
  }

  void take(const Step& step) {
    std::visit([&](const auto& body) { visit(step, body); }, step.body);
  }

  void visit(const Step&, const WaitStep& body) {
    passed_ = std::min(passed_, run_.limit) + std::min(body.duration, run_.limit);
    in_epoch_ = std::min(in_epoch_, run_.limit) + std::min(body.duration, run_.limit);
  }
  void visit(const Step&, const CallStep& body) {
    expects_ = expects_ || body.returns.written;
    new_epoch();
  }
  void visit(const Step&, const IoStep& body) {
    expects_ = expects_ || body.returns_written;
    new_epoch();
  }
  void visit(const Step&, const ListStep&) { new_epoch(); }
  void visit(const Step& step, const ExpectStep& body) {
    expects_ = true;
    check_length(step, body.hold);
    if (body.within || body.hold) new_epoch();
  }
  void visit(const Step&, const SaveStep&) {}
  void visit(const Step& step, const WorkloadStep& body) { check_length(step, body.length); }
  void visit(const Step& step, const FaultStep& body) {
    check_length(step, body.length);
    if (body.kind == FaultKind::LinkCut) check_cut(step, body);
  }
  void visit(const Step&, const StopStep& body) {
    const auto* slot = std::get_if<SlotId>(&body.what.base);
    for (Cut& cut : cuts_)
      if (slot != nullptr && cut.as == *slot && !cut.end) {
        // From here on it is lifted; where the times cannot be compared it is forgotten.
        cut.end = cut.epoch == epoch_ ? in_epoch_ : cut.begin;
      }
  }
  void visit(const Step&, const SetStep&) {}
  void visit(const Step&, const PowerStep&) { new_epoch(); }
  void visit(const Step&, const ParallelStep& body) {
    for (const auto& branch : body.branches) {
      new_epoch();
      walk(branch.steps);
    }
    new_epoch();
  }
  void visit(const Step&, const RepeatStep& body) {
    for (const Steps& steps : body.bodies) {
      new_epoch();
      walk(steps);
    }
    new_epoch();
  }
  void visit(const Step&, const UseStep& body) {
    for (const Steps& steps : body.body) walk(steps);
  }

  void new_epoch() {
    epoch_ = ++last_epoch_;
    in_epoch_ = Duration{0};
  }

  /// Only cuts whose times are sure are compared: begun at once, after a delay, or at a time.
  void check_cut(const Step& step, const FaultStep& fault) {
    Cut cut{&fault, step.as, epoch_, in_epoch_, std::nullopt};
    if (const auto* after = std::get_if<AfterStep>(&fault.when)) {
      cut.begin += std::min(after->delay, run_.limit);
    } else if (const auto* at = std::get_if<AtTime>(&fault.when)) {
      cut.epoch = -1;
      cut.begin = std::min(at->at, run_.limit);
    } else {
      return;
    }
    if (fault.length) cut.end = cut.begin + std::min(*fault.length, run_.limit);
    if (fault.every && cut.end) {
      const auto rounds = static_cast<std::int64_t>(
          std::min(fault.times - 1, static_cast<std::uint64_t>(run_.limit / *fault.every)));
      cut.end = *cut.end + std::min(run_.limit, *fault.every * rounds);
    }
    for (const Cut& other : cuts_) {
      if (!same_subject(other.fault->target, fault.target) || !meet(*other.fault, fault)) continue;
      const bool comparable = other.epoch == cut.epoch;
      const bool endless = !other.end && !cut.end;
      const bool before = other.end && *other.end <= cut.begin;
      const bool after = cut.end && *cut.end <= other.begin;
      const bool overlap = comparable
                               ? !before && !after
                               : endless || (!other.end && other.epoch != -1 && cut.epoch != -1);
      if (!overlap) continue;
      report_.add("overlapping-cuts", step.location,
                  fmt::format("{} is cut already when this cut begins", fault.target.text),
                  "end the first by `for` or `stop`");
      break;
    }
    cuts_.push_back(cut);
  }

  static bool meet(const FaultStep& a, const FaultStep& b) {
    return a.direction == b.direction || a.direction == LinkDirection::Both ||
           b.direction == LinkDirection::Both;
  }

  const Run& run_;
  Report& report_;
  Duration passed_{0};
  Duration in_epoch_{0};
  int epoch_ = 0;
  int last_epoch_ = 0;
  std::vector<Cut> cuts_;
  bool expects_ = false;
};

}  // namespace

bool same_subject(const Subject& a, const Subject& b) {
  const auto* x = std::get_if<Subject::Entity>(&a.base);
  const auto* y = std::get_if<Subject::Entity>(&b.base);
  if (x != nullptr && y != nullptr) return x->path == y->path && a.parts.size() == b.parts.size();
  return x == nullptr && y == nullptr && std::get<SlotId>(a.base) == std::get<SlotId>(b.base) &&
         a.text == b.text;
}

void check_run(const Run& run, bool complete, Report& report) {
  Checker checker(run, report);
  checker.walk(run.steps);
  if (complete && !checker.expects() && run.always.empty())
    report.add("nothing-expected", run.location, "the scenario expects nothing",
               "say `expect`, `always` or `returns`");
}

}  // namespace replsim::harness
