// Checks over the steps of a run.
#include "harness/language/checks.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "harness/language/cuts.h"
#include "harness/language/quantity.h"

namespace replsim::harness {
namespace {

using sim::Duration;

/// Walks steps in order with the time that has passed for sure.
class Checker {
 public:
  Checker(const Run& run, Report& report) : run_(run), report_(report), cuts_(run.limit) {}

  void walk(const Steps& steps) {
    const Step* before = nullptr;
    for (const Step& step : steps) {
      ++walked_;
      if (before != nullptr) check_wait(*before, step);
      take(step);
      before = &step;
    }
  }

  void finish() {
    for (const Cut& cut : cuts_.overlapping())
      report_.add("overlapping-cuts", cut.location,
                  fmt::format("{} is cut already when this cut begins", cut.fault->target.text),
                  "end the first by `for` or `stop`");
  }

  bool expects() const { return expects_; }

 private:
  void check_wait(const Step& before, const Step& step) {
    const auto* expect = std::get_if<ExpectStep>(&step.body);
    if (!std::holds_alternative<WaitStep>(before.body) || expect == nullptr || expect->since)
      return;
    report_.add("wait-before-expect", before.location,
                "`wait` right before `expect` hopes that something has happened by then",
                "say `within` in the expectation, or `since` the step it looks back to");
  }

  void check_length(const Step& step, const std::optional<Duration>& length) {
    if (again_ || !length || *length <= run_.limit - std::min(passed_, run_.limit)) return;
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
    if (slot != nullptr) cuts_.stop(*slot, epoch_, in_epoch_);
  }
  void visit(const Step&, const SetStep&) {}
  void visit(const Step&, const PowerStep&) { new_epoch(); }
  /// Branches start together; the step ends with the last of them.
  void visit(const Step&, const ParallelStep& body) {
    const Clock start = clock();
    const int block = next_block_++;
    int number = 0;
    bool sure = true;
    Clock last = start;
    for (const auto& branch : body.branches) {
      set(start);
      branches_.emplace_back(block, number++);
      walk(branch.steps);
      branches_.pop_back();
      sure = sure && epoch_ == start.epoch;
      last.in_epoch = std::max(last.in_epoch, in_epoch_);
      last.passed = std::max(last.passed, passed_);
    }
    set(last);
    if (!sure) new_epoch();
  }
  void visit(const Step&, const RepeatStep& body) {
    if (body.bodies.size() > 1) return walk_rounds(body);
    if (body.rounds == 0 || body.bodies.empty()) return;
    const Clock start = clock();
    walk(body.bodies.front());
    constexpr std::uint64_t walked_max = 200'000;  // nested repeats multiply
    if (body.rounds == 1 || walked_ > walked_max) return;
    const Duration every = body.every.value_or(Duration{0});
    const bool sure = epoch_ == start.epoch;
    const Duration period = std::max(every, sure ? in_epoch_ - start.in_epoch : Duration{0});
    // The second round meets the first; what follows meets the last.
    const bool warned = std::exchange(again_, true);
    next_round(start, sure, period, 1);
    walk(body.bodies.front());
    if (body.rounds > 2) {
      next_round(start, sure, period, body.rounds - 1);
      walk(body.bodies.front());
    }
    again_ = warned;
    if (!sure) new_epoch();
  }
  void walk_rounds(const RepeatStep& body) {
    const Clock start = clock();
    const Duration every = body.every.value_or(Duration{0});
    for (std::size_t round = 0; round < body.bodies.size(); ++round) {
      const bool sure = epoch_ == start.epoch;
      const Duration due = start.in_epoch + rounds_of(every, round);
      if (round > 0 && sure) in_epoch_ = std::max(in_epoch_, std::min(due, run_.limit));
      if (round > 0 && !sure && every > Duration{0}) new_epoch();
      walk(body.bodies[round]);
    }
  }
  void visit(const Step&, const UseStep& body) {
    for (const Steps& steps : body.body) walk(steps);
  }

  void new_epoch() {
    epoch_ = ++last_epoch_;
    in_epoch_ = Duration{0};
  }

  struct Clock {
    int epoch;
    Duration in_epoch;
    Duration passed;
  };
  Clock clock() const { return {epoch_, in_epoch_, passed_}; }
  void set(const Clock& clock) {
    epoch_ = clock.epoch;
    in_epoch_ = clock.in_epoch;
    passed_ = clock.passed;
  }

  Duration rounds_of(Duration every, std::uint64_t rounds) const {
    if (every <= Duration{0}) return Duration{0};
    const auto most = static_cast<std::uint64_t>(run_.limit / every) + 1;
    return std::min(every * static_cast<std::int64_t>(std::min(rounds, most)), run_.limit);
  }

  void next_round(const Clock& start, bool sure, Duration period, std::uint64_t round) {
    if (!sure) return new_epoch();
    const Duration later = rounds_of(period, round);
    set({start.epoch, std::min(start.in_epoch + later, run_.limit),
         std::min(start.passed + later, run_.limit)});
  }

  /// Only cuts whose times are sure are compared: begun at once, after a delay, or at a time.
  void check_cut(const Step& step, const FaultStep& fault) {
    Cut cut{.fault = &fault, .as = step.as, .branches = branches_, .epoch = epoch_};
    cut.begin = in_epoch_;
    cut.location = step.location;
    if (const auto* after = std::get_if<AfterStep>(&fault.when)) {
      cut.begin += std::min(after->delay, run_.limit);
    } else if (const auto* at = std::get_if<AtTime>(&fault.when)) {
      cut.at = epoch_ != 0;
      cut.begin = epoch_ == 0 ? std::max(at->at, in_epoch_) : at->at;
      cut.epoch = 0;
    } else {
      return;
    }
    cuts_.add(std::move(cut));
  }

  const Run& run_;
  Report& report_;
  Duration passed_{0};
  Duration in_epoch_{0};
  int epoch_ = 0;
  int last_epoch_ = 0;
  int next_block_ = 0;
  Branches branches_;
  Cuts cuts_;
  std::uint64_t walked_ = 0;
  bool again_ = false;  ///< In a later round of the same steps: said already.
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
  checker.finish();
  if (complete && !checker.expects() && run.always.empty())
    report.add("nothing-expected", run.location, "the scenario expects nothing",
               "say `expect`, `always` or `returns`");
}

}  // namespace replsim::harness
