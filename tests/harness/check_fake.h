// A world made of wishes: two arrays, a volume each, one remote pair. Nothing replicates here; a
// test says what arrays announce and what images hold, and the checkers must notice what is wrong.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "harness/checkers.h"
#include "harness/ledger.h"
#include "harness/provider/testbed.h"
#include "model/cim/state_graph.h"
#include "sim/fault.h"
#include "sim/trace_kinds.h"

namespace replsim::harness::fake {

/// Stamps by block, visible and stable.
class Image final : public provider::VolumeImage {
 public:
  std::uint64_t blocks() const override { return visible.size(); }
  std::uint32_t block_bytes() const override { return 4096; }
  std::uint64_t at(std::uint64_t lba) const override { return visible[lba]; }
  std::uint64_t stable_at(std::uint64_t lba) const override { return stable[lba]; }
  void for_each_written(
      std::uint64_t first, std::uint64_t count,
      const std::function<void(std::uint64_t lba, std::uint64_t stamp)>& visit) const override;

  std::vector<std::uint64_t> visible = std::vector<std::uint64_t>(64, 0);
  std::vector<std::uint64_t> stable = std::vector<std::uint64_t>(64, 0);
};

/// Facts and bits as the test sets them.
class Records final : public provider::Introspection {
 public:
  using Visit = std::function<void(std::uint64_t lba, std::uint64_t blocks)>;
  std::vector<provider::EndpointFacts> endpoints() const override { return facts; }
  bool covered(sim::EntityId endpoint, std::uint64_t lba) const override;
  void for_each_dirty(sim::EntityId, const Visit&) const override {}
  void for_each_active(sim::EntityId, const Visit&) const override {}
  void for_each_journaled(sim::EntityId, const Visit& visit) const override {
    for (const std::uint64_t lba : journaled) visit(lba, 1);
  }
  void for_each_volatile_dirty(sim::EntityId, const Visit& visit) const override {
    for (const std::uint64_t lba : volatile_dirty) visit(lba, 1);
  }

  std::vector<provider::EndpointFacts> facts;
  std::set<std::uint64_t> dirty;  ///< Blocks covered by either end.
  std::set<std::uint64_t> volatile_dirty;
  std::set<std::uint64_t> journaled;
};

enum class Durable { Yes, No };

class FakeWorld final : public provider::Testbed {
 public:
  FakeWorld();

  // Driving ------------------------------------------------------------------------------------
  void wait(sim::Duration duration = sim::milliseconds(1));
  /// The stamp of host 1's n-th write.
  static std::uint64_t stamp(std::uint64_t count) { return (std::uint64_t{1} << 48) | count; }
  void submit(sim::EntityId volume, std::uint64_t stamp, std::uint64_t lba,
              std::uint64_t blocks = 1);
  void apply(sim::EntityId volume, std::uint64_t stamp, std::uint64_t lba, std::uint64_t blocks = 1,
             Durable durable = Durable::Yes);
  void acknowledge(sim::EntityId volume, std::uint64_t stamp, std::uint64_t lba,
                   std::uint64_t blocks = 1, trace::IoAnswer answer = trace::IoAnswer::Ok);
  /// A write at the source that both ends have before its acknowledgement.
  void replicated(std::uint64_t stamp, std::uint64_t lba);
  /// A write that only this volume has.
  void local(sim::EntityId volume, std::uint64_t stamp, std::uint64_t lba);
  /// What was not stable is gone.
  void lose_power(sim::EntityId volume);

  void create(cim::CopyState first = cim::CopyState::Unsynchronized);
  void announce(sim::EntityId endpoint, cim::CopyState to, cim::CauseCode cause);
  void announce(sim::EntityId endpoint, cim::CopyState to, cim::Operation cause) {
    announce(endpoint, to, cim::cause_code(cause));
  }
  void announce(sim::EntityId endpoint, cim::CopyState to, cim::EventCause cause) {
    announce(endpoint, to, cim::cause_code(cause));
  }
  /// The source end, then the target end.
  template <class Cause>
  void both(cim::CopyState to, Cause cause) {
    announce(east_end, to, cause);
    announce(west_end, to, cause);
  }
  /// A created pair, copied once: in SYN.
  void synchronize();
  /// Each end loses the other.
  void cut();
  /// Called and done at both ends; the call's id.
  std::uint64_t fracture();
  /// Called and begun at both ends; the call's id.
  std::uint64_t resync();
  /// Failover while the source answers the fence: both ends follow.
  void fenced_failover();
  /// Failover without an answer of the source: only the target follows.
  void unfenced_failover();
  /// CopyDirection of both ends.
  void copy_backward(bool backward);
  /// The copy back to the source begins.
  void failback();
  void suspend_and_resume();
  void remove(sim::EntityId endpoint, cim::CauseCode cause, bool aspect);
  void property(sim::EntityId endpoint, trace::Property property, std::uint64_t value);
  void target_image(std::uint16_t value);
  /// The features of both arrays' profile.
  void offer(std::set<std::uint16_t> features) { profile_.features = std::move(features); }
  /// Returns the call's id.
  std::uint64_t call(sim::EntityId endpoint, cim::Operation operation, bool force = false,
                     std::uint16_t wait = 0);
  void answer(std::uint64_t id, std::uint32_t code);
  void job(sim::EntityId job, cim::Operation operation, std::uint64_t from, std::uint64_t to,
           std::uint64_t percent, sim::EntityId endpoint);
  /// From New to Running.
  void run_job(sim::EntityId job, cim::Operation operation, sim::EntityId endpoint);
  /// From Running to Completed.
  void complete_job(sim::EntityId job, cim::Operation operation, sim::EntityId endpoint);
  void emit(const sim::TraceKind& kind, sim::EntityId entity, std::uint64_t cause,
            std::uint64_t a = 0, std::uint64_t b = 0, std::uint64_t c = 0);
  /// A fault strikes an operation of a disk.
  void hit(std::string_view disk, sim::DiskFaultKind kind) {
    emit(sim::kind::fault_hit, entity(disk), 0, 1, static_cast<std::uint64_t>(kind));
  }
  sim::EntityId entity(std::string_view name) { return world_.trace().entity(name); }

  // Judging ------------------------------------------------------------------------------------
  std::uint64_t evaluations(const std::string& number) const {
    return checkers->evaluations().at(number);
  }
  /// Numbers of the violations, each once, in the order found.
  std::vector<std::string> broken() const;
  bool broke(const std::string& number) const;

  // Testbed ------------------------------------------------------------------------------------
  sim::World& world() override { return world_; }
  const provider::Topology& topology() const override { return topology_; }
  provider::Provider& provider(std::string_view) override;
  const cim::Profile& profile(std::string_view) const override { return profile_; }
  std::optional<provider::VolumeInfo> volume(std::string_view path) const override;
  std::vector<provider::VolumeInfo> volumes() const override { return {}; }
  std::vector<std::string> hosts_of(std::string_view) const override { return {}; }
  std::optional<std::uint64_t> journal(std::uint64_t) const override { return std::nullopt; }
  std::optional<std::uint64_t> metric(std::string_view, std::string_view) const override {
    return std::nullopt;
  }
  std::expected<void, std::string> set(std::string_view, std::string_view, std::uint64_t) override {
    return {};
  }
  std::optional<cim::Instance> peek(std::string_view, const cim::ObjectPath&) const override {
    return std::nullopt;
  }
  std::vector<cim::Instance> peek_all(std::string_view array,
                                      std::string_view class_name) const override;
  std::optional<std::uint64_t> pair_of(const cim::ObjectPath& path) const override;
  std::optional<provider::RelationInfo> relation(std::uint64_t pair) const override;
  std::optional<cim::Instance> peek_relation(std::uint64_t pair,
                                             std::string_view array) const override;
  std::expected<provider::HostVolumeId, std::string> open(std::string_view,
                                                          std::string_view) override {
    return provider::HostVolumeId{};
  }
  sim::Task<provider::IoOutcome> io(sim::World&, provider::HostVolumeId,
                                    provider::IoRequest) override;
  void bind_data(provider::HostVolumeId, std::string) override {}
  const provider::VolumeImage* image(sim::EntityId volume) const override;
  std::int64_t clock(std::string_view) const override { return sim::ns(world_.now()); }
  bool media_fault(sim::EntityId volume, std::uint64_t lba, std::uint64_t) const override {
    return spoilt.contains({volume.value, lba});
  }
  void add_listener(provider::ImageListener& listener) override { listener_ = &listener; }
  void remove_listener(provider::ImageListener&) override { listener_ = nullptr; }
  std::expected<sim::FaultId, std::string> begin_fault(const provider::FaultSpec&) override {
    return sim::FaultId{};
  }
  void end_fault(sim::FaultId) override {}
  provider::FaultCounts fault_counts(sim::FaultId) const override { return {}; }
  std::expected<void, std::string> power(std::string_view, std::string_view) override { return {}; }
  bool running(std::string_view) const override { return true; }
  bool quiet() const override { return true; }
  const provider::Introspection* introspection() const override { return &records; }
  bool busy() const override { return false; }

 private:
  sim::World world_{sim::WorldOptions{}};
  provider::Topology topology_;
  cim::Profile profile_;
  std::map<std::uint32_t, Image> images_;
  provider::ImageListener* listener_ = nullptr;
  std::uint64_t calls_ = 0;

 public:
  static constexpr std::uint64_t pair = 7;
  sim::EntityId east, west;          ///< Arrays.
  sim::EntityId source, target;      ///< Volumes.
  sim::EntityId east_end, west_end;  ///< Endpoints.
  Records records;
  bool swapped = false;
  bool exists = false;
  std::map<std::string, std::size_t> listed;  ///< Associations that an array lists.
  std::size_t jobs_listed = 0;
  std::int64_t time_error = 0;           ///< Of the times that both ends show, ns.
  std::optional<std::uint64_t> percent;  ///< PercentSynced of both ends.
  std::set<std::pair<std::uint32_t, std::uint64_t>> spoilt;  ///< Volume and block, by a disk.
  std::uint64_t recovery = 2;                                ///< CopyRecoveryMode.
  std::map<std::uint32_t, std::uint16_t> states;
  std::unique_ptr<Ledger> ledger;
  std::unique_ptr<Checkers> checkers;
};

/// The stamp of host 1's n-th write, for short.
inline std::uint64_t w(std::uint64_t count) {
  return FakeWorld::stamp(count);
}

/// Numbers of invariants, as broken() gives them.
using Numbers = std::vector<std::string>;

}  // namespace replsim::harness::fake
