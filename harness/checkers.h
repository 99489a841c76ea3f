// The checkers of a run: one view, one family of checkers for each kind of rule, the findings.
// They read the trace, the ledger, the images and stable metadata; they change nothing.
// Source: DESIGN 9, invariants.md.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "harness/check_family.h"
#include "harness/oracle.h"
#include "harness/provider/testbed.h"

namespace replsim::harness {

class Checkers final : public OracleSet, public sim::TraceObserver, public provider::ImageListener {
 public:
  /// Observes trace and images until it is destroyed. The ledger must observe before it.
  Checkers(provider::Testbed& testbed, const Ledger& ledger);
  Checkers(const Checkers&) = delete;
  Checkers& operator=(const Checkers&) = delete;
  ~Checkers() override;

  // OracleSet
  void finish() override;
  std::vector<Violation> violations() const override { return findings_.list(); }
  std::map<std::string, std::uint64_t> evaluations() const override {
    return findings_.by_number();
  }

  // TraceObserver, ImageListener
  void observe(const sim::TraceEvent& event) override;
  void changed(sim::EntityId volume, std::uint64_t lba, std::uint64_t blocks) override;
  void lost(sim::EntityId volume, std::uint64_t lba, std::uint64_t blocks) override;

 private:
  void settle(sim::Instant now);

  provider::Testbed& testbed_;
  CheckFindings findings_;
  CheckView view_;
  std::vector<std::unique_ptr<CheckFamily>> families_;
  CheckView::OnChange told_;
  sim::Instant instant_ = sim::Instant::min();
  bool finished_ = false;
};

/// For the runner: the checkers as its oracles.
std::unique_ptr<OracleSet> make_checkers(provider::Testbed& testbed, const Ledger& ledger);

}  // namespace replsim::harness
