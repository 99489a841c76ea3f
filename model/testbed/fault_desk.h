// Faults and power: begins and ends the effects of language.md section 12 on the hardware, and
// counts what they met and what they changed. Overlapping faults of one node add up: it comes back
// when the last is lifted.
//   F1  Node faults strike between two events, never on the stack of what they destroy.
//   F2  A fault draws from a stream of its own name, effect and count of activations.
//   F3  A fault of a site is one of each thing that stands in it, begun and ended in one instant.
#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/provider/testbed.h"
#include "model/testbed/fault_effects.h"
#include "model/testbed/hardware.h"
#include "sim/fault.h"
#include "sim/trace.h"

namespace replsim::testbed {

class FaultDesk final : public sim::TraceObserver {
 public:
  explicit FaultDesk(Hardware& hardware);
  FaultDesk(const FaultDesk&) = delete;
  FaultDesk& operator=(const FaultDesk&) = delete;
  ~FaultDesk() override;

  /// Error: unknown effect or target.
  std::expected<sim::FaultId, std::string> begin(const provider::FaultSpec& spec);
  void end(sim::FaultId id);
  provider::FaultCounts counts(sim::FaultId id) const;
  /// "running" or "stopped" of a host.
  std::expected<void, std::string> power(std::string_view host, std::string_view state);
  /// No active fault holds, cuts or delays between or in arrays.
  bool quiet() const;

  void observe(const sim::TraceEvent& event) override;

 private:
  struct Fault {
    provider::FaultSpec spec;
    TargetKind target;
    Effect effect;
    sim::EntityId entity;
    sim::Node* node = nullptr;
    sim::Link* link = nullptr;
    sim::Disk* disk = nullptr;
    ArrayMachine* array = nullptr;  ///< Whose management service or clock it strikes.
    bool active = true;
    bool struck = false;  ///< Node faults: it is in force.
    provider::FaultCounts counts;
    std::vector<sim::FaultId> parts{};  ///< Of a site's fault: those of what stands in it.
  };
  /// Why a node is not running.
  struct Hold {
    sim::Node* node;
    std::uint32_t down = 0;
    std::uint32_t paused = 0;
    bool stopped = false;
  };

  std::expected<Fault, std::string> find_target(const provider::FaultSpec& spec) const;
  void begin_link(sim::FaultId id, Fault& fault);
  void begin_disk(sim::FaultId id, Fault& fault);
  void begin_service(sim::FaultId id, Fault& fault);
  void end_service(sim::FaultId id, Fault& fault);
  void strike_service(std::size_t index);
  void begin_clock(sim::FaultId id, Fault& fault);
  void end_clock(sim::FaultId id, const Fault& fault);
  std::vector<provider::FaultSpec> parts_of(const Fault& fault) const;
  void strike(std::size_t index);
  void lift(std::size_t index);
  Hold& hold_of(sim::Node& node);
  void settle_node(const Hold& hold);
  sim::Stream stream_of(const provider::FaultSpec& spec);
  void count_message(const sim::TraceEvent& event);
  void count_disk(const sim::TraceEvent& event);
  void count_indication(const sim::TraceEvent& event);
  bool touches(const Fault& fault, const sim::TraceEvent& event) const;

  Hardware& hardware_;
  std::vector<Fault> faults_;  // FaultId value - 1
  std::vector<Hold> holds_;
  std::uint32_t active_ = 0;
  std::map<std::string, std::uint64_t, std::less<>> activations_;
};

}  // namespace replsim::testbed
