// A scripted testbed for tests of the runner: volumes in memory, calls that answer what a test says
// after a delay, one relation whose CopyState the test moves. No engine: nothing moves by itself.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "harness/language/scenario.h"
#include "harness/provider/testbed.h"
#include "model/cim/enumerations.h"
#include "sim/world.h"

namespace replsim::harness {

class FakeImage final : public provider::VolumeImage {
 public:
  explicit FakeImage(std::uint64_t blocks) : blocks_(blocks) {}
  std::uint64_t blocks() const override { return blocks_; }
  std::uint32_t block_bytes() const override { return 4096; }
  std::uint64_t at(std::uint64_t lba) const override;
  std::uint64_t stable_at(std::uint64_t lba) const override { return at(lba); }
  void for_each_written(
      std::uint64_t first, std::uint64_t blocks,
      const std::function<void(std::uint64_t lba, std::uint64_t stamp)>& visit) const override;

  std::map<std::uint64_t, std::uint64_t> stamps;

 private:
  std::uint64_t blocks_;
};

/// What one call answers, and what happens besides.
struct FakeAnswer {
  sim::Duration delay = sim::milliseconds(1);
  bool silent = false;  ///< No answer at all.
  cim::MethodOutcome outcome;
  std::function<void()> effect;  ///< Runs right before the answer.
};

class FakeTestbed final : public provider::Testbed, public provider::Provider {
 public:
  explicit FakeTestbed(const Run& run);

  // The test's hands ---------------------------------------------------------------------------
  sim::World& world() override { return world_; }
  /// Answers of the next calls of a method, in order; without one: 0 after 1 ms.
  void answer(const std::string& method, FakeAnswer answer);
  /// Does `action` at an instant of the run.
  void at(sim::Duration when, std::function<void()> action);
  /// Makes relation 1 from east/vol1 to west/pool1-1, with its target volume, in `state`.
  void make_relation(cim::CopyState state);
  /// Both endpoints change; `cause` as in trace::state_change.
  void change_state(cim::CopyState to, std::uint64_t cause);
  void change_endpoint(const std::string& array, cim::CopyState to, std::uint64_t cause);
  void remove_relation();
  /// Makes or changes a job; gives its reference.
  cim::ObjectPath job(std::uint64_t number, cim::JobState state, std::uint64_t operation = 0);
  void copied(std::uint64_t blocks, trace::CopyReason reason);
  void set_property(const std::string& name, cim::Value value);

  std::map<std::string, trace::IoAnswer> io_answers;  ///< By volume; default Ok.
  std::map<std::string, sim::Duration> io_times;      ///< By volume; default 1 ms.
  std::map<std::string, std::uint64_t> metrics;       ///< "east-west bytes" -> value.
  std::uint64_t fault_met = 1;                        ///< fault_counts of every fault.
  std::uint64_t fault_hits = 3;
  bool mirrored = false;  ///< Writes to east/vol1 show on west/pool1-1 too.
  bool is_busy = false;
  std::vector<cim::MethodCall> calls;  ///< All that were made.
  std::vector<std::string> log;        ///< "begin link.cut east-west @1.000 s", ...
  std::map<std::string, std::string> bound_data;
  std::vector<std::pair<std::int64_t, std::string>> ios;  ///< Time and "h1 write east/vol1 3+1".

  // Testbed ------------------------------------------------------------------------------------
  const provider::Topology& topology() const override { return topology_; }
  provider::Provider& provider(std::string_view) override { return *this; }
  const cim::Profile& profile(std::string_view array) const override;
  std::optional<provider::VolumeInfo> volume(std::string_view path) const override;
  std::vector<provider::VolumeInfo> volumes() const override;
  std::vector<std::string> hosts_of(std::string_view volume) const override;
  std::optional<std::uint64_t> metric(std::string_view path, std::string_view name) const override;
  std::optional<std::uint64_t> journal(std::uint64_t pair) const override;
  std::expected<void, std::string> set(std::string_view path, std::string_view name,
                                       std::uint64_t value) override;
  std::optional<cim::Instance> peek(std::string_view array,
                                    const cim::ObjectPath& path) const override;
  std::vector<cim::Instance> peek_all(std::string_view array,
                                      std::string_view class_name) const override;
  std::optional<std::uint64_t> pair_of(const cim::ObjectPath& path) const override;
  std::optional<provider::RelationInfo> relation(std::uint64_t pair) const override;
  std::optional<cim::Instance> peek_relation(std::uint64_t pair,
                                             std::string_view array) const override;
  std::expected<provider::HostVolumeId, std::string> open(std::string_view host,
                                                          std::string_view volume) override;
  sim::Task<provider::IoOutcome> io(sim::World& world, provider::HostVolumeId access,
                                    provider::IoRequest request) override;
  void bind_data(provider::HostVolumeId access, std::string data) override;
  const provider::VolumeImage* image(sim::EntityId volume) const override;
  std::int64_t clock(std::string_view) const override { return sim::ns(world_.now()); }
  bool media_fault(sim::EntityId, std::uint64_t, std::uint64_t) const override { return false; }
  void add_listener(provider::ImageListener&) override {}
  void remove_listener(provider::ImageListener&) override {}
  std::expected<sim::FaultId, std::string> begin_fault(const provider::FaultSpec& spec) override;
  void end_fault(sim::FaultId id) override;
  provider::FaultCounts fault_counts(sim::FaultId) const override;
  std::expected<void, std::string> power(std::string_view host, std::string_view state) override;
  bool running(std::string_view node) const override { return !down_.contains(std::string(node)); }
  bool quiet() const override { return active_faults_.empty(); }
  const provider::Introspection* introspection() const override { return nullptr; }
  bool busy() const override { return is_busy; }

  // Provider -----------------------------------------------------------------------------------
  sim::Task<provider::Answer<cim::MethodOutcome>> invoke(sim::World& world, cim::MethodCall call,
                                                         sim::Duration give_up) override;
  sim::Task<provider::Answer<provider::ReadOutcome>> get(sim::World& world, cim::ObjectPath path,
                                                         sim::Duration give_up) override;
  sim::Task<provider::Answer<provider::ReadOutcome>> enumerate(sim::World& world,
                                                               std::string class_name,
                                                               sim::Duration give_up) override;
  sim::Task<provider::Answer<provider::ReadOutcome>> associators(sim::World& world,
                                                                 cim::ObjectPath of,
                                                                 std::string class_name,
                                                                 sim::Duration give_up) override;
  sim::Task<provider::Answer<provider::ReadOutcome>> references(sim::World& world,
                                                                cim::ObjectPath of,
                                                                std::string class_name,
                                                                sim::Duration give_up) override;

  FakeImage& image_of(const std::string& path) { return *volumes_.at(path).image; }
  static cim::ObjectPath relation_path();

 private:
  struct Volume {
    sim::EntityId entity;
    std::shared_ptr<FakeImage> image;
  };
  struct Access {
    std::string host;
    std::string volume;
  };
  void add_volume(const std::string& path, std::uint64_t blocks);
  void take_effect(const Access& access, provider::IoRequest request, std::uint64_t stamp);

  sim::World world_;
  provider::Topology topology_;
  std::map<std::string, Volume, std::less<>> volumes_;
  std::map<std::string, std::deque<FakeAnswer>> answers_;
  std::optional<cim::Instance> relation_;
  std::map<std::string, std::uint16_t> endpoint_states_;
  bool known_relation_ = false;
  std::map<std::string, cim::Instance> jobs_;
  std::vector<Access> accesses_;
  std::map<std::string, std::uint64_t> host_writes_;
  std::uint32_t faults_ = 0;
  std::set<std::uint32_t> active_faults_;
  std::map<std::uint32_t, std::string> fault_names_;
  std::set<std::string> down_;
  std::deque<std::function<void()>> actions_;
};

/// Loads a scenario text (topology std:two-arrays unless it says so) into its runs; a diagnostic
/// of level error fails the test. The folders are the project's fixtures.
std::vector<Run> runs_of(const std::string& text);
/// The only run of a text made of `version`, `scenario`, topology, provider and these lines.
Run run_of(const std::string& lines);

}  // namespace replsim::harness
