// The built-in testbed: a world made of a topology, with the arrays of model/engine in it. What the
// harness sees of it are the two interfaces Provider and Testbed.
// Source: DESIGN 2, 4, 7; language.md sections 11 and 12.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/provider/testbed.h"
#include "harness/provider/topology.h"
#include "model/testbed/fault_desk.h"
#include "model/testbed/hardware.h"
#include "model/testbed/metadata.h"
#include "model/testbed/relation_directory.h"
#include "model/testbed/volume_directory.h"
#include "sim/world.h"

namespace replsim::testbed {

class BuiltinTestbed final : public provider::Testbed {
 public:
  /// The topology was checked by its loader. `disk_made` may be empty. The defects are planted in
  /// every array.
  BuiltinTestbed(const provider::Topology& topology, sim::WorldOptions options,
                 const DiskMade& disk_made = {}, cim::DefectSet defects = {});
  ~BuiltinTestbed() override;

  sim::World& world() override { return hardware_.world(); }
  const provider::Topology& topology() const override { return hardware_.topology(); }
  provider::Provider& provider(std::string_view array) override;
  const cim::Profile& profile(std::string_view array) const override;

  std::optional<provider::VolumeInfo> volume(std::string_view path) const override;
  std::vector<provider::VolumeInfo> volumes() const override;
  std::vector<std::string> hosts_of(std::string_view volume) const override;
  std::optional<std::uint64_t> metric(std::string_view path, std::string_view name) const override;
  std::expected<void, std::string> set(std::string_view path, std::string_view name,
                                       std::uint64_t value) override;

  std::optional<cim::Instance> peek(std::string_view array,
                                    const cim::ObjectPath& path) const override;
  std::vector<cim::Instance> peek_all(std::string_view array,
                                      std::string_view class_name) const override;
  std::optional<std::uint64_t> pair_of(const cim::ObjectPath& path) const override;
  std::optional<provider::RelationInfo> relation(std::uint64_t pair) const override;
  std::optional<std::uint64_t> journal(std::uint64_t pair) const override;
  std::optional<cim::Instance> peek_relation(std::uint64_t pair,
                                             std::string_view array) const override;

  std::expected<provider::HostVolumeId, std::string> open(std::string_view host,
                                                          std::string_view volume) override;
  sim::Task<provider::IoOutcome> io(sim::World& world, provider::HostVolumeId access,
                                    provider::IoRequest request) override;
  void bind_data(provider::HostVolumeId access, std::string data) override;
  /// Real bytes of a write; null when it was made of stamps.
  const std::string* data_of(std::uint64_t stamp) const;

  const provider::VolumeImage* image(sim::EntityId volume) const override;
  bool media_fault(sim::EntityId volume, std::uint64_t lba, std::uint64_t stamp) const override {
    return volumes_.media_fault(volume, lba, stamp);
  }
  void add_listener(provider::ImageListener& listener) override;
  void remove_listener(provider::ImageListener& listener) override;

  std::expected<sim::FaultId, std::string> begin_fault(const provider::FaultSpec& spec) override;
  void end_fault(sim::FaultId id) override;
  provider::FaultCounts fault_counts(sim::FaultId id) const override;
  std::expected<void, std::string> power(std::string_view host, std::string_view state) override;
  bool running(std::string_view node) const override;
  std::int64_t clock(std::string_view array) const override;
  bool quiet() const override;

  const provider::Introspection* introspection() const override { return &metadata_; }
  /// The volumes that exist, with their places on the disks.
  std::vector<const VolumeSlot*> volume_slots() const { return volumes_.all(); }
  bool busy() const override;

 private:
  /// A host's access to a volume.
  struct Access {
    HostMachine* host;
    HostTarget target;
  };
  std::optional<std::uint64_t> pool_metric(std::string_view path, std::string_view name) const;
  std::uint64_t utilisation(std::uint64_t bytes, std::uint64_t bandwidth) const;

  Hardware hardware_;
  FaultDesk faults_;
  VolumeDirectory volumes_;
  RelationDirectory relations_;
  Metadata metadata_;
  std::vector<std::unique_ptr<ArrayProvider>> providers_;  // in the order of the arrays
  std::vector<Access> accesses_;
  std::map<std::uint64_t, const std::string*> data_by_stamp_;
  std::map<std::string, std::unique_ptr<std::string>, std::less<>> data_;  // once by content
};

/// A testbed behind its interface.
std::unique_ptr<provider::Testbed> make_testbed(const provider::Topology& topology,
                                                sim::WorldOptions options,
                                                const DiskMade& disk_made = {});

}  // namespace replsim::testbed
