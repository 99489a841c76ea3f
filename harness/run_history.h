// What happened in a run, gathered from the trace as it is made: the changes of each relation at
// each endpoint and in the merged view of rulings R7, jobs, indications, copied bytes, failovers.
// Steps look back by marks (the trace's event count), so that one instant keeps its order.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/ledger.h"
#include "harness/loss.h"
#include "harness/provider/testbed.h"
#include "harness/record/run_record.h"
#include "model/trace/events.h"
#include "sim/trace.h"

namespace replsim::harness {

/// A property that took a new value. `mark` is the number of trace events before it.
struct Change {
  std::uint64_t mark = 0;
  sim::Instant time{};
  std::uint16_t from = 0;  ///< 0: birth.
  std::uint16_t to = 0;    ///< 0: removal. Else the value as CIM numbers it.
  std::uint64_t cause = 0;
  sim::EntityId endpoint;
};

/// One association instance.
struct Endpoint {
  sim::EntityId entity;
  std::string array;
  std::uint64_t role = 0;  ///< 1 source, 2 target, 3 both; 0 not told yet.
  std::uint64_t generation = 0;
  std::uint16_t state = 0;
  std::uint32_t block = 4096;  ///< Bytes of a block of its volume.
  bool exists = true;
};

/// A failover and what it left behind.
struct FailoverLoss {
  sim::Instant time{};
  Loss loss;
};

/// One relation.
struct PairHistory {
  std::uint64_t pair = 0;
  std::string name;  ///< "east/vol1->west/pool1-1"; empty until the relation can be asked.
  std::vector<Endpoint> endpoints;
  std::vector<Change> states;    ///< Of all endpoints.
  std::vector<Change> merged;    ///< Of the merged view.
  std::vector<Change> progress;  ///< ProgressStatus of all endpoints.
  std::vector<Change> modes;
  std::vector<Change> requested;  ///< RequestedCopyState.
  std::uint64_t copied_bytes = 0;
  std::uint64_t indications = 0;  ///< Sent.
  std::uint64_t received = 0;     ///< By their subscribers.
  std::vector<FailoverLoss> failovers;
  LossWindow losing;

  /// CopyState of the merged view now; 0 when there is none.
  std::uint16_t merged_state() const { return merged.empty() ? 0 : merged.back().to; }
};

struct JobHistory {
  sim::EntityId entity;
  sim::Instant begun{};
  std::uint64_t operation = 0;  ///< 0: creation.
  std::uint64_t state = 0;
  std::uint64_t endpoint = 0;
  std::optional<sim::Instant> ended;
  std::vector<Change> states;
};

/// Job states that never change again.
bool final_job_state(std::uint64_t state);

class RunHistory final : public sim::TraceObserver {
 public:
  RunHistory(const sim::World& world, const provider::Testbed& testbed, const Ledger& ledger)
      : world_(world), testbed_(testbed), ledger_(ledger) {}

  void observe(const sim::TraceEvent& event) override;

  const std::map<std::uint64_t, PairHistory>& pairs() const { return pairs_; }
  /// Null when the pair was never seen.
  const PairHistory* pair(std::uint64_t id) const;
  /// By the name of its trace entity; null when unknown.
  const JobHistory* job(sim::EntityId entity) const;
  const std::vector<JobHistory>& jobs() const { return jobs_; }
  /// Some job of the pair, or of any pair, has not ended.
  bool job_running(std::optional<std::uint64_t> pair = {}) const;
  /// Asks the testbed for names that are not known yet; call it between events.
  void learn_names();
  /// Name of a pair for people, also when it was never learnt.
  std::string name(std::uint64_t pair) const;

  /// Last lines of a relation's history, oldest first.
  std::vector<std::string> lines(std::uint64_t pair, std::size_t most = 16) const;
  std::vector<record::Transition> transitions() const;
  std::vector<record::Job> job_records() const;
  std::vector<record::LossSet> losses() const;

  /// A kept event, an I/O event, came since the flags were cleared.
  bool dirty() const { return dirty_; }
  bool dirty_io() const { return dirty_io_; }
  void clean() { dirty_ = dirty_io_ = false; }
  void touch() { dirty_ = true; }
  void touch_io() { dirty_io_ = true; }

 private:
  void state_changed(const sim::TraceEvent& event);
  void born(const sim::TraceEvent& event);
  void property_changed(const sim::TraceEvent& event);
  void job_changed(const sim::TraceEvent& event);
  void indicated(const sim::TraceEvent& event);
  void failed_over(PairHistory& pair, sim::Instant time);
  Change change_of(const sim::TraceEvent& event, std::uint64_t from, std::uint64_t to) const;
  Endpoint& endpoint(PairHistory& pair, sim::EntityId entity);
  PairHistory* pair_of_endpoint(sim::EntityId entity);
  /// The association instance of the end says Mode Asynchronous.
  bool asynchronous(const PairHistory& pair, const Endpoint& end) const;
  void merge(PairHistory& pair, Change change);

  const sim::World& world_;
  const provider::Testbed& testbed_;
  const Ledger& ledger_;
  std::map<std::uint64_t, PairHistory> pairs_;
  std::vector<std::uint64_t> pair_by_entity_;  ///< By entity number; 0 = none.
  std::vector<JobHistory> jobs_;
  std::vector<std::uint32_t> job_by_entity_;  ///< Index + 1.
  bool dirty_ = true;
  bool dirty_io_ = true;
};

/// CopyState by name, "-" for 0.
std::string state_name(std::uint64_t state);
/// "2.503 s" for timelines and messages.
std::string time_text(std::int64_t ns);

}  // namespace replsim::harness
