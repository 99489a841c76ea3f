// A workload: host I/O in the background. Open loop (`rate`: I/O n is due at start + n / rate,
// whatever the answers do) or closed loop (`depth` I/Os are always under way). Of `dependent`, each
// I/O waits for the acknowledgement of the one before, also with a rate, and a failed one is
// submitted again: the chain of a database's log and its tables. Its draws come from a stream of
// the step's own name. Stopping drains: it ends when its last I/O is answered.
// Source: language.md section 5.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/language/step.h"
#include "harness/ledger.h"
#include "harness/metric_histogram.h"
#include "harness/provider/testbed.h"
#include "sim/chance.h"
#include "sim/sync.h"
#include "sim/task.h"

namespace replsim::harness {

/// One volume of a workload, opened.
struct WorkloadTarget {
  provider::HostVolumeId access;
  std::string path;
  std::uint64_t first_slot = 0;  ///< Range in units of the I/O size.
  std::uint64_t slots = 0;
  std::uint64_t blocks_per_io = 1;
};

/// Counters of a workload; a window is the difference of two.
struct WorkloadCounters {
  std::uint64_t acknowledged = 0;  ///< Reads and writes answered ok.
  std::uint64_t errors = 0;        ///< Answered refused, error or time-out.
  std::uint64_t skipped = 0;       ///< Due, but too many were under way.
  Histogram latency;               ///< Nanoseconds of acknowledged I/Os.
};

class Workload {
 public:
  /// I/Os of an open loop that may be under way before further ones are skipped.
  static constexpr std::uint32_t outstanding_most = 4096;

  Workload(sim::World& world, provider::Testbed& testbed, WorkloadStep step, std::string name,
           std::vector<WorkloadTarget> targets);
  Workload(const Workload&) = delete;
  Workload& operator=(const Workload&) = delete;

  /// The workload itself: ends when it was stopped, or its length is over, and all is answered.
  sim::Task<void> run(sim::World& world);
  void stop(sim::World& world);
  bool ended() const { return ended_; }
  /// Notified when the workload ends, and at its acknowledgements.
  sim::Signal& changed() { return changed_; }

  const std::string& name() const { return name_; }
  bool uses(std::string_view volume) const;
  sim::Instant started() const { return started_; }
  sim::Instant ended_at() const { return ended_at_; }
  std::uint32_t outstanding() const { return outstanding_; }
  std::uint64_t io_bytes() const { return step_.size; }
  const WorkloadCounters& counters() const { return counters_; }
  /// Acknowledged I/Os in each second since the start.
  const std::vector<std::uint32_t>& per_second() const { return per_second_; }
  /// A window starts now: remember its first acknowledged write.
  void mark(sim::Instant now);
  /// First acknowledged write at or after `since`, the start or a marked instant; `never` when
  /// there was none yet.
  sim::Instant first_ack(sim::Instant since) const;

 private:
  struct Choice {
    std::size_t target = 0;
    provider::IoRequest request;
  };
  struct Mark {
    sim::Instant since{};
    sim::Instant first_ack = never;
  };
  Choice choose();
  Choice choose_of(std::size_t target);
  std::uint64_t choose_slot(const WorkloadTarget& target);
  sim::Task<void> open_loop(sim::World& world);
  sim::Task<void> closed_loop(sim::World& world);
  sim::Task<void> one_of_depth(sim::World& world);
  sim::Task<void> chain(sim::World& world);
  sim::Task<void> chain_at_rate(sim::World& world);
  sim::Task<void> link_of_chain(sim::World& world, std::uint64_t number);
  sim::Task<void> one(sim::World& world, Choice choice);
  void answered(sim::World& world, const Choice& choice, sim::Instant begun,
                trace::IoAnswer answer);
  bool over(const sim::World& world) const;

  provider::Testbed& testbed_;
  WorkloadStep step_;
  std::string name_;
  std::vector<WorkloadTarget> targets_;
  sim::Stream chance_;
  std::vector<std::uint64_t> next_;  ///< Sequential: next slot of each target.
  std::size_t next_target_ = 0;
  sim::Instant started_{};
  sim::Instant ended_at_{};
  sim::Instant until_{};
  bool stopping_ = false;
  bool ended_ = false;
  std::uint32_t outstanding_ = 0;
  WorkloadCounters counters_;
  std::vector<std::uint32_t> per_second_;
  std::vector<Mark> marks_;  ///< In order of time; the first is the start.
  std::size_t marks_filled_ = 0;
  sim::Signal changed_;
  sim::TaskGroup group_;  ///< Last: its Tasks go first.
};

/// Instant at which I/O `number` of an open loop is due, from the start.
sim::Duration due(const Rate& rate, std::uint64_t io_bytes, std::uint64_t number);

}  // namespace replsim::harness
