// The testbed's views and the way of a host I/O into the world.
#include "model/testbed/builtin_testbed.h"
#include "model/engine/relations.h"

#include <fmt/format.h>
#include <algorithm>
#include <utility>

#include "model/engine/jobs.h"
#include "model/engine/volumes.h"
#include "model/services/queries.h"
#include "sim/check.h"

namespace replsim::testbed {
namespace {

/// `west/*` or the path itself.
bool covers(std::string_view pattern, std::string_view volume) {
  if (!pattern.ends_with("/*")) return pattern == volume;
  return volume.starts_with(pattern.substr(0, pattern.size() - 1));
}

/// A job that goes on by itself; a suspended one waits for its client.
bool has_running_job(engine::Array& array) {
  return std::ranges::any_of(array.jobs().all(), [](const auto& job) {
    return job->state == cim::JobState::New || job->state == cim::JobState::Starting ||
           job->state == cim::JobState::Running;
  });
}

bool sees(const provider::HostSpec& host, std::string_view volume) {
  return std::ranges::any_of(host.sees,
                             [&](const std::string& pattern) { return covers(pattern, volume); });
}

}  // namespace

BuiltinTestbed::BuiltinTestbed(const provider::Topology& topology, sim::WorldOptions options,
                               const DiskMade& disk_made, cim::DefectSet defects)
    : hardware_(topology, options, disk_made, defects),
      faults_(hardware_),
      volumes_(hardware_),
      relations_(hardware_),
      metadata_(hardware_) {
  for (const auto& machine : hardware_.arrays()) {
    providers_.push_back(
        std::make_unique<ArrayProvider>(hardware_.client(), hardware_.client_link(*machine)));
  }
}

BuiltinTestbed::~BuiltinTestbed() = default;

provider::Provider& BuiltinTestbed::provider(std::string_view array) {
  const ArrayMachine* machine = hardware_.array(array);
  REPLSIM_CHECK(machine != nullptr);
  for (std::size_t i = 0; i < providers_.size(); ++i) {
    if (hardware_.arrays()[i].get() == machine) return *providers_[i];
  }
  return *providers_.front();
}

const cim::Profile& BuiltinTestbed::profile(std::string_view array) const {
  const ArrayMachine* machine = hardware_.array(array);
  REPLSIM_CHECK(machine != nullptr);
  return machine->config.profile;
}

// Entities
// -----------------------------------------------------------------------------------------

std::optional<provider::VolumeInfo> BuiltinTestbed::volume(std::string_view path) const {
  const VolumeSlot* slot = volumes_.find(path);
  if (slot == nullptr) return std::nullopt;
  return slot->info();
}

std::vector<provider::VolumeInfo> BuiltinTestbed::volumes() const {
  std::vector<provider::VolumeInfo> list;
  for (const VolumeSlot* slot : volumes_.all()) list.push_back(slot->info());
  return list;
}

std::vector<std::string> BuiltinTestbed::hosts_of(std::string_view volume) const {
  std::vector<std::string> hosts;
  for (const auto& host : hardware_.hosts()) {
    if (sees(*host->spec, volume)) hosts.push_back(host->spec->name);
  }
  return hosts;
}

std::uint64_t BuiltinTestbed::utilisation(std::uint64_t bytes, std::uint64_t bandwidth) const {
  const std::int64_t elapsed = sim::ns(hardware_.world().now());
  if (elapsed <= 0 || bandwidth == 0) return 0;
  const auto busy = static_cast<std::uint64_t>(sim::ns(sim::transfer_time(bytes, bandwidth)));
  const sim::Wide share =
      static_cast<sim::Wide>(busy) * sim::parts_per_billion / static_cast<std::uint64_t>(elapsed);
  return std::min<std::uint64_t>(static_cast<std::uint64_t>(share), sim::parts_per_billion);
}

std::optional<std::uint64_t> BuiltinTestbed::pool_metric(std::string_view path,
                                                         std::string_view name) const {
  const services::ElementName element = services::split_element(path);
  const ArrayMachine* machine = hardware_.array(element.array);
  if (machine == nullptr) return std::nullopt;
  const services::ArrayFacts now = relations_.facts(*machine);
  const engine::PoolRecord* pool = now.pool(element.local);
  if (pool == nullptr) return std::nullopt;
  if (name == "size") return pool->size;
  // A pool that was made smaller than what it holds, and a thin one, can be overdrawn.
  if (name == "free") return pool->size - std::min(pool->size, pool->allocated);
  return std::nullopt;
}

std::optional<std::uint64_t> BuiltinTestbed::metric(std::string_view path,
                                                    std::string_view name) const {
  if (const sim::Link* link = hardware_.link(path)) {
    if (name == "bytes") return link->bytes_sent();
    // Both directions have the whole bandwidth.
    if (name == "utilisation") {
      return utilisation(link->bytes_sent() / 2, hardware_.bandwidth(*link));
    }
    return std::nullopt;
  }
  if (const sim::Disk* disk = hardware_.disk(path)) {
    if (name == "bytes") return disk->bytes_moved();
    if (name == "utilisation") {
      return utilisation(disk->bytes_moved(), disk->config().bandwidth);
    }
    return std::nullopt;
  }
  return pool_metric(path, name);
}

std::expected<void, std::string> BuiltinTestbed::set(std::string_view path, std::string_view name,
                                                     std::uint64_t value) {
  const services::ElementName element = services::split_element(path);
  const ArrayMachine* machine = hardware_.array(element.array);
  if (machine == nullptr || name != "size") {
    return std::unexpected(fmt::format("{}.{} cannot be set", path, name));
  }
  engine::Array* array = machine->running();
  if (array == nullptr) return std::unexpected(fmt::format("{} is down", element.array));
  return array->volumes().resize_pool(hardware_.world(), element.local, value);
}

// CIM view
// -----------------------------------------------------------------------------------------

std::optional<cim::Instance> BuiltinTestbed::peek(std::string_view array,
                                                  const cim::ObjectPath& path) const {
  const ArrayMachine* machine = hardware_.array(array);
  if (machine == nullptr) return std::nullopt;
  return services::find_instance(relations_.facts(*machine), path);
}

std::vector<cim::Instance> BuiltinTestbed::peek_all(std::string_view array,
                                                    std::string_view class_name) const {
  const ArrayMachine* machine = hardware_.array(array);
  if (machine == nullptr) return {};
  return services::enumerate(relations_.facts(*machine), class_name).instances;
}

std::optional<std::uint64_t> BuiltinTestbed::pair_of(const cim::ObjectPath& path) const {
  return relations_.pair_of(path);
}

std::optional<provider::RelationInfo> BuiltinTestbed::relation(std::uint64_t pair) const {
  return relations_.relation(pair);
}

std::optional<std::uint64_t> BuiltinTestbed::journal(std::uint64_t pair) const {
  for (const auto& machine : hardware_.arrays()) {
    engine::Array* array = machine->running();
    if (array == nullptr) continue;
    const engine::Relation* end =
        array->relations().find(engine::PairId{pair}, engine::Role::Source);
    if (end != nullptr) return end->record.journal == 0 ? 0 : end->journal.bytes();
  }
  return std::nullopt;
}

std::optional<cim::Instance> BuiltinTestbed::peek_relation(std::uint64_t pair,
                                                           std::string_view array) const {
  return relations_.instance(pair, array);
}

// Data path
// ----------------------------------------------------------------------------------------

std::expected<provider::HostVolumeId, std::string> BuiltinTestbed::open(std::string_view host,
                                                                        std::string_view volume) {
  HostMachine* machine = hardware_.host(host);
  if (machine == nullptr) return std::unexpected(fmt::format("there is no host {}", host));
  const VolumeSlot* slot = volumes_.find(volume);
  if (slot == nullptr) return std::unexpected(fmt::format("there is no volume {}", volume));
  if (!sees(*machine->spec, volume)) {
    return std::unexpected(fmt::format("{} does not see {}", host, volume));
  }
  sim::Link* link = machine->node->link_to(*slot->machine().node);
  REPLSIM_CHECK(link != nullptr);
  accesses_.push_back({machine, {link, slot->record().number.value, slot->record().block}});
  return provider::HostVolumeId{static_cast<std::uint32_t>(accesses_.size() - 1)};
}

sim::Task<provider::IoOutcome> BuiltinTestbed::io(sim::World& world, provider::HostVolumeId access,
                                                  provider::IoRequest request) {
  const Access& way = accesses_.at(access.value);
  return way.host->port->io(world, way.target, request);
}

void BuiltinTestbed::bind_data(provider::HostVolumeId access, std::string data) {
  const std::uint64_t stamp = accesses_.at(access.value).host->port->next_stamp();
  auto& kept = data_[data];
  if (!kept) kept = std::make_unique<std::string>(std::move(data));
  data_by_stamp_[stamp] = kept.get();
}

const std::string* BuiltinTestbed::data_of(std::uint64_t stamp) const {
  const auto at = data_by_stamp_.find(stamp);
  return at == data_by_stamp_.end() ? nullptr : at->second;
}

const provider::VolumeImage* BuiltinTestbed::image(sim::EntityId volume) const {
  return volumes_.image(volume);
}
void BuiltinTestbed::add_listener(provider::ImageListener& listener) {
  volumes_.add_listener(listener);
}
void BuiltinTestbed::remove_listener(provider::ImageListener& listener) {
  volumes_.remove_listener(listener);
}

// Faults
// -------------------------------------------------------------------------------------------

std::expected<sim::FaultId, std::string> BuiltinTestbed::begin_fault(
    const provider::FaultSpec& spec) {
  return faults_.begin(spec);
}
void BuiltinTestbed::end_fault(sim::FaultId id) {
  faults_.end(id);
}
provider::FaultCounts BuiltinTestbed::fault_counts(sim::FaultId id) const {
  return faults_.counts(id);
}
std::expected<void, std::string> BuiltinTestbed::power(std::string_view host,
                                                       std::string_view state) {
  return faults_.power(host, state);
}

bool BuiltinTestbed::running(std::string_view node) const {
  const sim::Node* found = hardware_.node(node);
  return found != nullptr && found->running();
}

std::int64_t BuiltinTestbed::clock(std::string_view array) const {
  const ArrayMachine* machine = hardware_.array(array);
  REPLSIM_CHECK(machine != nullptr);
  return machine->config.wall_clock->at(hardware_.world().now());
}

bool BuiltinTestbed::quiet() const {
  return faults_.quiet() && std::ranges::all_of(hardware_.arrays(), [](const auto& machine) {
           return machine->node->running();
         });
}

bool BuiltinTestbed::busy() const {
  if (hardware_.client().calls_open() != 0) return true;
  return std::ranges::any_of(hardware_.arrays(), [](const auto& machine) {
    ArrayNode* software = machine->software();
    if (software == nullptr) return false;
    return software->serving() || software->array().busy() || has_running_job(software->array());
  });
}

std::unique_ptr<provider::Testbed> make_testbed(const provider::Topology& topology,
                                                sim::WorldOptions options,
                                                const DiskMade& disk_made) {
  return std::make_unique<BuiltinTestbed>(topology, options, disk_made);
}

}  // namespace replsim::testbed
