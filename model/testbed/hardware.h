// The machines of a world, built from a topology: nodes, disks with their contents, links. Software
// comes and goes on them; they stay for the run.
// Undeclared links: host - array that it sees: 100 us, 16 Gbit/s; client - array: 1 ms. Two arrays
// without a declared link have no path.
// Source: language.md section 11; DESIGN 4.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/provider/topology.h"
#include "model/engine/array.h"
#include "model/engine/config.h"
#include "model/store/disk_content.h"
#include "model/testbed/array_node.h"
#include "model/testbed/host_port.h"
#include "model/testbed/management_client.h"
#include "sim/disk.h"
#include "sim/link.h"
#include "sim/node.h"
#include "sim/world.h"

namespace replsim::testbed {

struct HostMachine {
  const provider::HostSpec* spec = nullptr;
  std::unique_ptr<sim::Node> node;
  std::unique_ptr<HostPort> port;
};

struct ArrayMachine {
  const provider::ArraySpec* spec = nullptr;
  engine::ArrayConfig config;
  std::unique_ptr<sim::Node> node;
  std::vector<std::unique_ptr<store::DiskContent>> contents;
  std::vector<std::unique_ptr<sim::Disk>> disks;  // after the contents and the node

  /// Its records; valid also while it is down.
  const store::RecordTable& records() const { return contents.front()->records(); }
  /// Null while it is down or still reads its records.
  engine::Array* running() const;
  /// Null while it is down.
  ArrayNode* software() const;
};

/// Called for every disk before anything is written to it; the sink attaches here.
using DiskMade = std::function<void(const std::string& path, store::DiskContent& content)>;

class Hardware {
 public:
  Hardware(const provider::Topology& topology, sim::WorldOptions options, const DiskMade& disk_made,
           cim::DefectSet defects);
  Hardware(const Hardware&) = delete;
  Hardware& operator=(const Hardware&) = delete;
  ~Hardware();

  sim::World& world() { return world_; }
  const sim::World& world() const { return world_; }
  const provider::Topology& topology() const { return topology_; }
  std::vector<std::unique_ptr<HostMachine>>& hosts() { return hosts_; }
  const std::vector<std::unique_ptr<HostMachine>>& hosts() const { return hosts_; }
  std::vector<std::unique_ptr<ArrayMachine>>& arrays() { return arrays_; }
  const std::vector<std::unique_ptr<ArrayMachine>>& arrays() const { return arrays_; }
  const std::vector<std::unique_ptr<sim::Link>>& links() const { return links_; }
  ManagementClient& client() { return *client_; }
  const ManagementClient& client() const { return *client_; }

  // Null when there is none.
  HostMachine* host(std::string_view name) const;
  ArrayMachine* array(std::string_view name) const;
  sim::Node* node(std::string_view name) const;
  sim::Link* link(std::string_view name) const;
  sim::Disk* disk(std::string_view path) const;
  sim::Link& client_link(const ArrayMachine& array) const;
  /// Link between two arrays.
  bool between_arrays(sim::Link& link) const;

 private:
  void make_hosts();
  void make_array(const provider::ArraySpec& spec, const DiskMade& disk_made);
  void make_links();
  void make_link(const provider::LinkSpec& spec);
  void make_default(const std::string& from, const std::string& to, sim::Duration latency,
                    std::uint64_t bandwidth);
  void boot();

  provider::Topology topology_;
  sim::World world_;
  std::uint32_t next_lane_ = 1;
  std::unique_ptr<sim::Node> client_node_;
  std::unique_ptr<ManagementClient> client_;
  std::vector<std::unique_ptr<HostMachine>> hosts_;
  std::vector<std::unique_ptr<ArrayMachine>> arrays_;
  std::vector<std::unique_ptr<sim::Link>> links_;  // go first
  std::map<std::string, std::uint64_t, std::less<>> bandwidths_;

 public:
  /// Bytes per second of a link; 0 = unlimited.
  std::uint64_t bandwidth(const sim::Link& link) const { return bandwidths_.at(link.name()); }
};

}  // namespace replsim::testbed
