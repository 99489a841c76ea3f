// RPO as the harness sees it: the age of the oldest acknowledged write that is not on the target
// with all its predecessors, from the ledger and the images alone. A predecessor was acknowledged
// before its successor was submitted, so the oldest write that is absent is also the oldest that
// is absent or lacks one.
//   P1  A block is missing while the source shows an acknowledged write that the target lacks, by
//       the rule of the loss set (loss.h); its age is that of the first such write.
//   P2  Each acknowledgement and each change of an image costs what it touched. All blocks are
//       looked at only when a relation is born, its ends change, or hosts begin to write at both.
//   P3  The course is kept exactly where a scenario asks for statistics: between two changes the
//       age grows with time and the bytes stay.
// Source: language.md section 7, rulings R9.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "harness/language/vocabulary.h"
#include "harness/ledger.h"
#include "harness/provider/testbed.h"
#include "harness/run_history.h"

namespace replsim::harness {

/// From `time` on, until the next point: acknowledgement of the oldest absent write, or `never`.
struct RpoPoint {
  sim::Instant time{};
  sim::Instant oldest = never;
  std::uint64_t bytes = 0;
};

/// Statistics of the age, in nanoseconds, over [since, now]; by time, not by number of changes.
std::uint64_t rpo_statistic(const std::vector<RpoPoint>& course, sim::Instant since,
                            sim::Instant now, Statistic statistic);
/// The same of the bytes.
std::uint64_t rpo_bytes_statistic(const std::vector<RpoPoint>& course, sim::Instant since,
                                  sim::Instant now, Statistic statistic);

class RpoTracker final : public sim::TraceObserver, public provider::ImageListener {
 public:
  /// Observe the trace after ledger and history. `course`: some statistic is asked for.
  RpoTracker(provider::Testbed& testbed, const Ledger& ledger, const RunHistory& history,
             bool course);
  RpoTracker(const RpoTracker&) = delete;
  RpoTracker& operator=(const RpoTracker&) = delete;
  ~RpoTracker() override;

  void observe(const sim::TraceEvent& event) override;
  void changed(sim::EntityId volume, std::uint64_t lba, std::uint64_t blocks) override;
  void lost(sim::EntityId volume, std::uint64_t lba, std::uint64_t blocks) override;

  /// How a relation stands now; none when it was never seen.
  std::optional<RpoPoint> now(std::uint64_t pair);
  /// Its course until now, oldest first; null when it was never seen.
  const std::vector<RpoPoint>* course(std::uint64_t pair) const;

 private:
  struct Pair {
    sim::EntityId source;
    sim::EntityId target;
    const provider::VolumeImage* source_image = nullptr;  ///< None: no such relation now.
    const provider::VolumeImage* target_image = nullptr;
    sim::Instant apart = never;
    std::map<std::uint64_t, sim::Instant> missing;  ///< By block: P1.
    std::map<sim::Instant, std::uint64_t> ages;     ///< How many blocks have this one.
    std::vector<RpoPoint> course;
  };

  void refresh(std::uint64_t id);
  void rebuild(Pair& pair);
  void look(Pair& pair, std::uint64_t lba);
  void look(sim::EntityId volume, std::uint64_t lba, std::uint64_t blocks);
  sim::Instant oldest_absent(const Pair& pair, std::uint64_t lba) const;
  RpoPoint point(const Pair& pair) const;
  void note(Pair& pair) const;

  provider::Testbed& testbed_;
  const Ledger& ledger_;
  const RunHistory& history_;
  bool keeps_course_;
  std::map<std::uint64_t, Pair> pairs_;
};

}  // namespace replsim::harness
