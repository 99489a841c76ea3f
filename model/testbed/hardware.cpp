// Building the machines of a topology.
#include "model/testbed/hardware.h"

#include <algorithm>
#include <utility>

#include "sim/check.h"

namespace replsim::testbed {
namespace {

constexpr std::string_view client_name = "client";
constexpr sim::Duration host_latency = sim::microseconds(100);
constexpr std::uint64_t host_bandwidth = 2'000'000'000;  // 16 Gbit/s
constexpr sim::Duration client_latency = sim::milliseconds(1);

engine::ArrayConfig config_of(const provider::ArraySpec& spec) {
  engine::ArrayConfig config;
  config.name = spec.name;
  config.profile = spec.profile;
  for (const auto& [name, value] : spec.knobs) config.profile.knobs[name] = value;
  config.peer_timeout = spec.peer_timeout;
  config.fence_timeout = spec.fence_timeout;
  config.call_limit = spec.call_limit.value_or(sim::Duration{spec.profile.call_limit_ns});
  *config.wall_clock = sim::WallClock(spec.clock.offset, spec.clock.drift_ppb);
  config.journal_bytes = spec.journal;
  for (const provider::PoolSpec& pool : spec.pools) {
    std::vector<std::uint32_t> disks;
    for (std::uint32_t i = 0; i < spec.disks.size(); ++i) {
      if (std::ranges::find(pool.disks, spec.disks[i].name) != pool.disks.end()) disks.push_back(i);
    }
    config.pools.push_back({pool.name, pool.size, std::move(disks), pool.thin});
  }
  for (const provider::VolumeSpec& volume : spec.volumes) {
    config.volumes.push_back({volume.name, volume.size, volume.block, volume.pool});
  }
  return config;
}

sim::DiskConfig disk_config(const provider::ArraySpec& array, const provider::DiskSpec& spec) {
  sim::DiskConfig config;
  config.name = array.name + "/" + spec.name;
  config.size = spec.size;
  config.read = spec.read;
  config.write = spec.write;
  config.bandwidth = spec.bandwidth;
  config.queue_depth = spec.queue_depth;
  config.cache = spec.cache;
  return config;
}

/// The array of a path like "east/vol1" or "east/*".
std::string array_of(const std::string& path) {
  return path.substr(0, path.find('/'));
}

}  // namespace

ArrayNode* ArrayMachine::software() const {
  return static_cast<ArrayNode*>(node->software());
}

engine::Array* ArrayMachine::running() const {
  ArrayNode* software_now = software();
  const bool there = software_now != nullptr && software_now->array().ready();
  return there ? &software_now->array() : nullptr;
}

Hardware::Hardware(const provider::Topology& topology, sim::WorldOptions options,
                   const DiskMade& disk_made, cim::DefectSet defects)
    : topology_(topology), world_(options) {
  client_node_ =
      std::make_unique<sim::Node>(world_, std::string(client_name), sim::Lane{next_lane_++});
  client_ = std::make_unique<ManagementClient>(*client_node_);
  make_hosts();
  for (const provider::ArraySpec& spec : topology_.arrays) make_array(spec, disk_made);
  for (const auto& array : arrays_) array->config.defects = defects;
  make_links();
  boot();
}

Hardware::~Hardware() = default;

void Hardware::make_hosts() {
  std::uint16_t number = 1;
  for (const provider::HostSpec& spec : topology_.hosts) {
    auto host = std::make_unique<HostMachine>();
    host->spec = &spec;
    host->node = std::make_unique<sim::Node>(world_, spec.name, sim::Lane{next_lane_++});
    host->node->set_speed(spec.speed_ppb);
    host->port = std::make_unique<HostPort>(world_, *host->node, number++);
    hosts_.push_back(std::move(host));
  }
}

void Hardware::make_array(const provider::ArraySpec& spec, const DiskMade& disk_made) {
  auto array = std::make_unique<ArrayMachine>();
  array->spec = &spec;
  array->config = config_of(spec);
  array->node = std::make_unique<sim::Node>(world_, spec.name, sim::Lane{next_lane_++});
  REPLSIM_CHECK(!spec.disks.empty());
  for (const provider::DiskSpec& disk : spec.disks) {
    array->contents.push_back(std::make_unique<store::DiskContent>());
    array->disks.push_back(std::make_unique<sim::Disk>(world_, disk_config(spec, disk),
                                                       *array->node, *array->contents.back()));
    array->config.disks.push_back({array->disks.back().get(), array->contents.back().get()});
    if (disk_made) disk_made(array->disks.back()->config().name, *array->contents.back());
  }
  arrays_.push_back(std::move(array));
}

void Hardware::make_link(const provider::LinkSpec& spec) {
  sim::Node* from = node(spec.from);
  sim::Node* to = node(spec.to);
  REPLSIM_CHECK(from != nullptr && to != nullptr && link(spec.name) == nullptr);
  sim::LinkConfig config;
  config.name = spec.name;
  config.latency = spec.latency;
  config.jitter = spec.jitter;
  config.bandwidth = spec.bandwidth;
  config.loss_ppb = spec.loss_ppb;
  config.queue = spec.queue;
  links_.push_back(std::make_unique<sim::Link>(world_, std::move(config), *from, *to));
  bandwidths_.emplace(spec.name, spec.bandwidth);
  ArrayMachine* first = array(spec.from);
  ArrayMachine* second = array(spec.to);
  if (first == nullptr || second == nullptr || spec.management) return;
  first->config.peers.push_back(spec.to);
  second->config.peers.push_back(spec.from);
}

void Hardware::make_default(const std::string& from, const std::string& to, sim::Duration latency,
                            std::uint64_t bandwidth) {
  if (node(from)->link_to(*node(to)) != nullptr) return;
  provider::LinkSpec spec;
  spec.name = from + "-" + to;
  spec.from = from;
  spec.to = to;
  spec.latency.mean = latency;
  spec.bandwidth = bandwidth;
  make_link(spec);
}

void Hardware::make_links() {
  // Between two nodes the first link counts; one that carries calls only does so for the client.
  for (const provider::LinkSpec& spec : topology_.links) {
    const bool client = spec.from == client_name || spec.to == client_name;
    if (!spec.management || client) make_link(spec);
  }
  for (const auto& host : hosts_) {
    for (const std::string& path : host->spec->sees) {
      make_default(host->spec->name, array_of(path), host_latency, host_bandwidth);
    }
  }
  for (const auto& machine : arrays_) {
    make_default(std::string(client_name), machine->spec->name, client_latency, 0);
  }
}

void Hardware::boot() {
  for (const auto& machine : arrays_) {
    engine::Array::format(world_, machine->config);
    machine->node->set_boot([&config = machine->config](sim::World& world, sim::Node& node) {
      auto software = std::make_unique<ArrayNode>(world, node, config);
      software->start(world);
      return software;
    });
  }
  client_node_->start(world_);
  for (const auto& host : hosts_) host->node->start(world_);
  for (const auto& machine : arrays_) machine->node->start(world_);
}

HostMachine* Hardware::host(std::string_view name) const {
  const auto at =
      std::ranges::find_if(hosts_, [&](const auto& host) { return host->spec->name == name; });
  return at == hosts_.end() ? nullptr : at->get();
}

ArrayMachine* Hardware::array(std::string_view name) const {
  const auto at =
      std::ranges::find_if(arrays_, [&](const auto& array) { return array->spec->name == name; });
  return at == arrays_.end() ? nullptr : at->get();
}

sim::Node* Hardware::node(std::string_view name) const {
  if (name == client_name) return client_node_.get();
  if (const HostMachine* found = host(name)) return found->node.get();
  if (const ArrayMachine* found = array(name)) return found->node.get();
  return nullptr;
}

sim::Link* Hardware::link(std::string_view name) const {
  const auto at =
      std::ranges::find_if(links_, [&](const auto& link) { return link->name() == name; });
  return at == links_.end() ? nullptr : at->get();
}

sim::Disk* Hardware::disk(std::string_view path) const {
  for (const auto& array : arrays_) {
    for (const auto& disk : array->disks) {
      if (disk->config().name == path) return disk.get();
    }
  }
  return nullptr;
}

sim::Link& Hardware::client_link(const ArrayMachine& array) const {
  sim::Link* found = client_node_->link_to(*array.node);
  REPLSIM_CHECK(found != nullptr);
  return *found;
}

bool Hardware::between_arrays(sim::Link& link) const {
  return array(link.first().name()) != nullptr && array(link.second().name()) != nullptr;
}

}  // namespace replsim::testbed
