// Triggers of faults by events of the trace: the nth event of a kind at an entity, by chance or
// not. The trace is only watched; what a trigger starts runs as a kernel action between two events.
//   phase before: trace events are made when they take effect. A delivery is foreseen from the
//   sending of its message (deliveries of a direction keep their order); no other kind is foreseen,
//   so the loader refuses `before` for them.
//   A host's I/O is an event of the volume; its stamp tells the host.
// Source: language.md section 5, `when`.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "harness/language/vocabulary.h"
#include "sim/chance.h"
#include "sim/trace.h"
#include "sim/world.h"

namespace replsim::harness {

/// Which events count.
struct EventFilter {
  EventKind kind = EventKind::MessageSent;
  std::string entity;                 ///< Path, or empty = any; `east` covers `east/d0`, `east:3`.
  std::optional<std::uint64_t> pair;  ///< state-change of this relation.
  std::uint16_t host = 0;             ///< host-write, host-ack: of this host, from 1; 0 = any.
  std::uint64_t nth = 1;
  bool before = false;
  std::uint32_t chance_ppb = sim::parts_per_billion;
  sim::Stream chance;
};

class TriggerBoard final : public sim::TraceObserver {
 public:
  explicit TriggerBoard(sim::World& world);
  TriggerBoard(const TriggerBoard&) = delete;
  TriggerBoard& operator=(const TriggerBoard&) = delete;
  ~TriggerBoard() override;

  using Handle = std::uint64_t;
  /// `action` runs once, between two events, after the event that was waited for.
  Handle arm(EventFilter filter, std::function<void()> action);
  /// Nothing happens when it has fired or was disarmed.
  void disarm(Handle handle);

  void observe(const sim::TraceEvent& event) override;

 private:
  struct Armed {
    Handle handle = 0;
    EventFilter filter;
    std::uint16_t kind = 0;
    std::uint64_t count = 0;
    std::vector<std::int8_t> matches;  ///< By entity number: 0 not known, 1 yes, -1 no.
    std::function<void()> action;
  };
  bool matches(Armed& armed, const sim::TraceEvent& event) const;

  sim::World& world_;
  std::vector<Armed> armed_;
  Handle next_ = 1;
};

}  // namespace replsim::harness
