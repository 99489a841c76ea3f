// What the checkers know of a run: volumes, relations with both ends, calls, jobs and faults, kept
// from trace events and image changes. Per relation it holds the blocks in which the images differ
// (visible and stable), so that a check at any instant costs only what differs.
// One writer (CheckView); the families of checkers read. Source: DESIGN 9.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/check_blocks.h"
#include "harness/check_calls.h"
#include "harness/ledger.h"
#include "harness/loss.h"
#include "harness/provider/testbed.h"
#include "model/cim/state_graph.h"

namespace replsim::harness {

constexpr bool is(const sim::TraceEvent& event, const sim::TraceKind& kind) {
  return event.kind == kind.number;
}

struct PairView;

/// The node that a state_change enters: the trace writes 0 for both CREATE and REMOVED.
constexpr cim::Node entered_node(const sim::TraceEvent& event) {
  return event.b == 0 ? cim::Node::Removed : static_cast<cim::Node>(event.b);
}

/// A host write that reached its array and is not answered; forgotten when the array goes down.
struct InFlight {
  std::uint64_t stamp;
  std::uint64_t lba;
  std::uint64_t blocks;
};

/// A volume that hosts wrote to or that is in a relation.
struct VolumeView {
  sim::EntityId entity;
  std::string path;
  std::string array;
  const provider::VolumeImage* image = nullptr;  ///< None before it is in a relation.
  StampPages seen;                               ///< The visible stamps as last told.
  BlockSet unstable;                             ///< Blocks whose visible stamp is not stable.
  std::vector<InFlight> in_flight;
  std::vector<InFlight> outlived;  ///< In flight when the array went down: its disk may take them.
  std::vector<PairView*> pairs;
  std::uint32_t family = 0;  ///< Volumes ever related have one number.

  /// Some write in flight touches blocks lba .. lba + blocks - 1.
  bool writing(std::uint64_t lba, std::uint64_t blocks = 1) const;
  /// The write with this stamp is in flight, or outlived its array.
  bool writes(std::uint64_t stamp) const;
  /// The stable stamp of a block; 0 where the image has none.
  std::uint64_t stable_at(std::uint64_t lba) const {
    return image == nullptr || lba >= image->blocks() ? 0 : image->stable_at(lba);
  }
};

/// One association instance.
struct EndView {
  sim::EntityId endpoint;
  std::string array;
  provider::EndRole role = provider::EndRole::Source;      ///< In the merged view.
  provider::EndRole own_role = provider::EndRole::Source;  ///< As its own array said last.
  std::uint16_t state = 0;     ///< CopyState; 0 before it was announced.
  std::uint16_t previous = 0;  ///< The state before it.
  std::uint16_t held = 0;      ///< What PAR hides; else the state.
  std::uint16_t left = 0;      ///< `held` of the state before.
  cim::CauseCode cause = 0;
  sim::Instant entered{};         ///< The present state.
  sim::Instant held_entered{};    ///< `held`.
  sim::Instant left_entered{};    ///< `left`, so that a cut and its end count as one.
  sim::Instant access_changed{};  ///< Last change of anything that host access depends on.
  bool gone = false;
  bool aspect = false;  ///< It left an aspect.
  bool peer_lost = false;
  sim::Instant peer_found = sim::Instant::min();
  sim::Instant peer_went = sim::Instant::min();  ///< Last time that contact was lost.
  bool called = false;  ///< The copy under way here, also through a cut, began by an operation.
  bool fenced = false;
  bool backward = false;
  std::uint16_t progress = unknown;
  std::uint16_t requested = unknown;

  static constexpr std::uint16_t unknown = UINT16_MAX;
  bool source() const { return role != provider::EndRole::Target; }
  bool target() const { return role != provider::EndRole::Source; }
  bool in(cim::CopyState value) const { return state == cim::number(value); }
  bool holds(cim::CopyState value) const { return held == cim::number(value); }
};

/// The last cut instant of a relation.
struct CutView {
  std::uint16_t operation = 0;
  sim::Instant at = sim::Instant::min();
};

/// One relation, alive or gone.
struct PairView {
  std::uint64_t id = 0;
  std::size_t index = 0;  ///< In CheckView::pairs(): families keep their own by it.
  VolumeView* source = nullptr;
  VolumeView* target = nullptr;
  std::vector<std::unique_ptr<EndView>> ends;
  bool remote = false;
  bool complete = false;  ///< Both ends (or the one of a local pair) were born.
  bool gone = false;      ///< No end is left.
  BlockSet diff;          ///< Blocks whose visible stamps differ.
  BlockSet stable_diff;   ///< Blocks whose stable stamps differ.
  std::uint16_t mode = cim::number(cim::Mode::Synchronous);
  std::uint16_t target_image = 0;  ///< 0 Never, 1 Inconsistent, 2 Consistent
  std::uint16_t source_image = 2;
  bool source_trusted = false;  ///< A client said Force: it may be copied from (A31).
  bool backward = false;
  CutView cut;
  /// Operation behind the copy under way or the last one since SYN; a Resume is never it. 0: the
  /// creation, or an event.
  std::uint16_t copy_operation = 0;
  std::uint16_t copy_from = 0;  ///< State that it began in.
  std::uint16_t fence = 0;      ///< Last fence of a failover: 1 answered, 2 not.
  bool unfenced = false;        ///< A failover without an answered fence since SYN.
  std::uint64_t epoch = 0;      ///< Counts changes of state at either end, and of roles.
  sim::Instant synced = sim::Instant::min();         ///< Last time the source end entered SYN,
  sim::Instant synced_before = sim::Instant::min();  ///< and the time before.
  sim::Instant separated = sim::Instant::min();      ///< Last time it left SYN.
  sim::Instant swapped = sim::Instant::min();        ///< Last end of a copy against the direction.
  /// When an operation with that direction was last called or, if later, took effect.
  sim::Instant called_to_target = sim::Instant::min();
  sim::Instant called_to_source = sim::Instant::min();
  sim::Instant journal_full = sim::Instant::min();  ///< Last time that a write found no room.
  sim::Instant space_full = sim::Instant::min();    ///< Last time that an element got no space.
  LossWindow losing;
  bool forced = false;  ///< A forced call since the image was last Consistent.

  EndView* source_end() const;
  EndView* target_end() const;
  EndView* end_at(std::string_view array) const;
  EndView* find(sim::EntityId endpoint) const;
  /// A copy to that element may be under way.
  bool brings_to(const VolumeView& volume) const {
    return &volume == target ? !backward : backward || source_image == 1;
  }
  bool synchronous() const { return mode == cim::number(cim::Mode::Synchronous); }
  /// Each end's own word on its role is the merged view's; false while a swap is under way.
  bool roles_agree() const;
  bool consistent() const { return target_image == 2; }
  std::string name() const;  ///< "east/vol1->west/vol1"
  /// Both ends' word on the direction; a turn to Forward ends a copy against it.
  void set_backward(EndView& end, bool value, sim::Instant now);
  /// Where Abort of its Backward copy ends (R6), which is no cell of the table.
  std::optional<std::uint16_t> abort_end() const;
};

/// One block of one relation's volume changed or was written again.
struct BlockChange {
  PairView& pair;
  VolumeView& volume;
  bool at_target;
  std::uint64_t lba;
  std::uint64_t before;
  std::uint64_t now;
  const WriteInfo* write;  ///< Of `now`; null when unknown or 0.
  bool by_peer;            ///< Not a host's write in flight here, nor brought by another relation.
};

class CheckView {
 public:
  using OnChange = std::function<void(const BlockChange&)>;

  CheckView(provider::Testbed& testbed, const Ledger& ledger)
      : testbed_(testbed), ledger_(ledger) {}

  /// Takes the event in. Call before the families see it.
  void observe(const sim::TraceEvent& event);
  /// Takes an image change in; tells `told` of each block and relation.
  void changed(sim::EntityId volume, std::uint64_t lba, std::uint64_t blocks, const OnChange& told);
  /// A power loss: as changed, without blame.
  void lost(sim::EntityId volume, std::uint64_t lba, std::uint64_t blocks);

  provider::Testbed& testbed() const { return testbed_; }
  const Ledger& ledger() const { return ledger_; }
  const std::vector<std::unique_ptr<PairView>>& pairs() const { return pairs_; }
  PairView* pair(std::uint64_t id) const;
  /// The relation of an endpoint; null when unknown.
  PairView* pair_of(sim::EntityId endpoint) const;
  /// The view of a volume; null when no event named it.
  VolumeView* volume(sim::EntityId entity) const;
  const CheckCalls& calls() const { return calls_; }
  const CheckFaults& faults() const { return faults_; }
  const std::string& name(sim::EntityId entity) const;
  sim::Instant now() const { return testbed_.world().now(); }
  /// The stable facts of an end, when the provider offers them.
  std::optional<provider::EndpointFacts> facts(const EndView& end) const;

 private:
  VolumeView& volume_of(sim::EntityId entity);
  PairView& pair_with(std::uint64_t id);
  void born(const sim::TraceEvent& event);
  void state_changed(const sim::TraceEvent& event);
  void directed(PairView& pair, const EndView& end);
  void copy_begun(PairView& pair, const EndView& end);
  void space_lacked(const sim::TraceEvent& event);
  void property_changed(const sim::TraceEvent& event);
  void removed(const sim::TraceEvent& event);
  void host_event(const sim::TraceEvent& event);
  void node_event(const sim::TraceEvent& event);
  void job_event(const sim::TraceEvent& event);
  void call_event(const sim::TraceEvent& event);
  void call_taken_back(const CallView& call);
  void refresh(PairView& pair);
  void read_facts(PairView& pair);
  void attach(VolumeView& volume, PairView& pair);
  void compare_all(PairView& pair);
  void compare(PairView& pair, std::uint64_t lba);
  void compare_stable(PairView& pair, std::uint64_t lba);
  void settle_unstable();

  provider::Testbed& testbed_;
  const Ledger& ledger_;
  std::vector<std::unique_ptr<VolumeView>> volumes_;  ///< By entity number.
  std::vector<std::unique_ptr<PairView>> pairs_;
  std::vector<PairView*> by_endpoint_;  ///< By entity number.
  CheckCalls calls_;
  CheckFaults faults_;
  std::size_t unstable_ = 0;  ///< Blocks in all `unstable` sets.
  int flushes_ = 0;  ///< A flush may have hardened blocks: look at this and the next event.
};

}  // namespace replsim::harness
