// A family of checkers: reads the view, tells the findings. Families never post, draw or throw,
// and never change what they look at.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "harness/check_findings.h"
#include "harness/check_view.h"

namespace replsim::harness {

/// What every family works with.
struct CheckContext {
  CheckView& view;
  CheckFindings& findings;

  const Ledger& ledger() const { return view.ledger(); }
};

class CheckFamily {
 public:
  virtual ~CheckFamily() = default;
  /// An event, after the view has taken it in.
  virtual void observed(const sim::TraceEvent&) {}
  /// A block of a relation's volume was written.
  virtual void changed(const BlockChange&) {}
  /// A power loss took or kept blocks of a relation's volume.
  virtual void lost(PairView&) {}
  /// Every event of an instant was seen.
  virtual void settled() {}
  /// The run has ended.
  virtual void finished() {}
};

/// A family's own facts of each relation, made when first asked for.
template <class T>
class PerPair {
 public:
  T& operator[](const PairView& pair) {
    if (facts_.size() <= pair.index) facts_.resize(pair.index + 1);
    return facts_[pair.index];
  }

 private:
  std::vector<T> facts_;
};

/// "write 1:7 (blocks 4+2, submitted 1.5 s, acknowledged 1.6 s)".
std::string describe(const CheckContext& context, std::uint64_t stamp);
/// "12.034 s".
std::string at_text(sim::Instant time);
/// Finding about one block of a relation.
Finding block_finding(const CheckContext& context, const PairView& pair, std::uint64_t lba,
                      std::string message, std::uint64_t expected, std::uint64_t seen);
/// What is on its way through the stable journals of an asynchronous pair.
BlockSet journaled_blocks(const CheckContext& context, const PairView& pair);
/// A media fault, not the provider, made what the block is at one of the ends (invariants.md).
bool spoilt(const CheckContext& context, const PairView& pair, std::uint64_t lba);
/// As findings.broken(), of one block, unless it is spoilt.
template <class Make>
void block_broken(const CheckContext& context, Check check, const PairView& pair, std::uint64_t lba,
                  Make&& make) {
  if (!spoilt(context, pair, lba)) context.findings.broken(check, make);
}
/// The weight of a rule of the vocabulary's tables.
record::Confidence confidence_of(cim::Confidence confidence);
/// `write` is a version that `shown` happens before (all are for stamp 0).
bool before(const CheckContext& context, std::uint64_t shown, const WriteInfo& write);

std::unique_ptr<CheckFamily> make_data_sync_checks(CheckContext context);
std::unique_ptr<CheckFamily> make_data_image_checks(CheckContext context);
std::unique_ptr<CheckFamily> make_data_prefix_checks(CheckContext context);
std::unique_ptr<CheckFamily> make_data_copy_checks(CheckContext context);
std::unique_ptr<CheckFamily> make_data_tracking_checks(CheckContext context);
std::unique_ptr<CheckFamily> make_data_tightness_checks(CheckContext context);
std::unique_ptr<CheckFamily> make_data_failover_checks(CheckContext context);
std::unique_ptr<CheckFamily> make_data_mode_checks(CheckContext context);
std::unique_ptr<CheckFamily> make_data_access_checks(CheckContext context);
std::unique_ptr<CheckFamily> make_data_guard_checks(CheckContext context);
std::unique_ptr<CheckFamily> make_state_edge_checks(CheckContext context);
std::unique_ptr<CheckFamily> make_state_call_checks(CheckContext context);
std::unique_ptr<CheckFamily> make_state_property_checks(CheckContext context);
std::unique_ptr<CheckFamily> make_state_removal_checks(CheckContext context);
std::unique_ptr<CheckFamily> make_state_time_checks(CheckContext context);
std::unique_ptr<CheckFamily> make_job_checks(CheckContext context);
std::unique_ptr<CheckFamily> make_indication_checks(CheckContext context);

}  // namespace replsim::harness
