// The scripted testbed.
#include "tests/harness/fake_testbed.h"

#include <fmt/format.h>

#include <stdexcept>

#include "harness/run_history.h"
#include "sim/trace_kinds.h"

namespace replsim::harness {

namespace {

constexpr std::uint64_t the_pair = 1;
const std::string source_volume = "east/vol1";
const std::string target_volume = "west/pool1-1";

cim::ObjectPath volume_path(const std::string& name) {
  return {"CIM_StorageVolume", {{"DeviceID", name}}};
}

cim::Value number16(std::uint64_t value) {
  return cim::Value::unsigned_number(cim::Type::Uint16, value);
}

}  // namespace

std::uint64_t FakeImage::at(std::uint64_t lba) const {
  const auto found = stamps.find(lba);
  return found == stamps.end() ? 0 : found->second;
}

void FakeImage::for_each_written(
    std::uint64_t first, std::uint64_t blocks,
    const std::function<void(std::uint64_t lba, std::uint64_t stamp)>& visit) const {
  for (const auto& [lba, stamp] : stamps) {
    if (lba >= first && lba - first < blocks) visit(lba, stamp);
  }
}

FakeTestbed::FakeTestbed(const Run& run) : world_({.seed = run.seed}), topology_(run.topology) {
  for (const auto& array : topology_.arrays) {
    for (const auto& volume : array.volumes) {
      add_volume(array.name + "/" + volume.name, volume.size / 4096);
    }
  }
}

void FakeTestbed::add_volume(const std::string& path, std::uint64_t blocks) {
  volumes_[path] = {world_.trace().entity(path), std::make_shared<FakeImage>(blocks)};
}

void FakeTestbed::answer(const std::string& method, FakeAnswer answer) {
  answers_[method].push_back(std::move(answer));
}

void FakeTestbed::at(sim::Duration when, std::function<void()> action) {
  actions_.push_back(std::move(action));
  world_.post_at(
      sim::Instant{when},
      [](void* context, std::uint64_t) { (*static_cast<std::function<void()>*>(context))(); },
      &actions_.back());
}

cim::ObjectPath FakeTestbed::relation_path() {
  return {"CIM_StorageSynchronized",
          {{"SystemElement", volume_path(source_volume).text()},
           {"SyncedElement", volume_path(target_volume).text()}}};
}

void FakeTestbed::make_relation(cim::CopyState state) {
  if (!volumes_.contains(target_volume)) {
    add_volume(target_volume, volumes_.at(source_volume).image->blocks());
  }
  known_relation_ = true;
  relation_.emplace();
  relation_->path = relation_path();
  relation_->set("SystemElement", cim::Value::reference(volume_path(source_volume)));
  relation_->set("SyncedElement", cim::Value::reference(volume_path(target_volume)));
  relation_->set("CopyState", number16(cim::number(state)));
  relation_->set("PercentSynced", number16(0));
  const auto east = world_.trace().entity("east:1");
  const auto west = world_.trace().entity("west:1");
  world_.emit(trace::endpoint_born, east, 0, the_pair, 1, volumes_.at(source_volume).entity.value);
  world_.emit(trace::endpoint_born, west, 0, the_pair, 2, volumes_.at(target_volume).entity.value);
  for (const auto entity : {east, west}) {
    world_.emit(trace::state_change, entity, 200, 0, cim::number(state), the_pair);
  }
  endpoint_states_ = {{"east", cim::number(state)}, {"west", cim::number(state)}};
}

void FakeTestbed::change_endpoint(const std::string& array, cim::CopyState to,
                                  std::uint64_t cause) {
  const auto entity = world_.trace().entity(array + ":1");
  const std::uint64_t from = endpoint_states_[array];
  endpoint_states_[array] = cim::number(to);
  if (array == "east") relation_->set("CopyState", number16(cim::number(to)));
  world_.emit(trace::state_change, entity, cause, from, cim::number(to), the_pair);
  world_.emit(trace::indication, entity, 0, 2, from, cim::number(to));
}

void FakeTestbed::change_state(cim::CopyState to, std::uint64_t cause) {
  change_endpoint("east", to, cause);
  change_endpoint("west", to, cause);
}

void FakeTestbed::remove_relation() {
  relation_.reset();
  for (const char* array : {"east", "west"}) {
    const auto entity = world_.trace().entity(std::string(array) + ":1");
    world_.emit(trace::state_change, entity, cim::number(cim::Operation::Detach),
                endpoint_states_[array], 1, the_pair);
    world_.emit(trace::endpoint_gone, entity, 0, the_pair);
  }
}

cim::ObjectPath FakeTestbed::job(std::uint64_t number, cim::JobState state,
                                 std::uint64_t operation) {
  const std::string id = fmt::format("replsim:east:CIM_ConcreteJob:{}", number);
  cim::Instance& job = jobs_[id];
  job.path = {"CIM_ConcreteJob", {{"InstanceID", id}}};
  const cim::Value& before = job.get("JobState");
  const std::uint64_t from = before.is_null() ? 2 : before.as_unsigned();
  job.set("JobState", number16(cim::number(state)));
  const std::uint64_t endpoint = world_.trace().entity("east:1").value;
  world_.emit(trace::job_change, world_.trace().entity(id), operation, from, cim::number(state),
              endpoint);
  return job.path;
}

void FakeTestbed::copied(std::uint64_t blocks, trace::CopyReason reason) {
  world_.emit(trace::copied, world_.trace().entity("east:1"), 1, 0, blocks,
              static_cast<std::uint64_t>(reason));
}

void FakeTestbed::set_property(const std::string& name, cim::Value value) {
  relation_->set(name, std::move(value));
}

// Testbed --------------------------------------------------------------------------------------

const cim::Profile& FakeTestbed::profile(std::string_view array) const {
  for (const auto& spec : topology_.arrays) {
    if (spec.name == array) return spec.profile;
  }
  throw std::logic_error("no such array");
}

std::optional<provider::VolumeInfo> FakeTestbed::volume(std::string_view path) const {
  const auto found = volumes_.find(path);
  if (found == volumes_.end()) return std::nullopt;
  const std::string& name = found->first;
  return provider::VolumeInfo{found->second.entity, name, name.substr(0, name.find('/')),
                              found->second.image->blocks() * 4096, 4096};
}

std::vector<provider::VolumeInfo> FakeTestbed::volumes() const {
  std::vector<provider::VolumeInfo> all;
  for (const auto& [path, volume] : volumes_) all.push_back(*this->volume(path));
  return all;
}

std::vector<std::string> FakeTestbed::hosts_of(std::string_view volume) const {
  if (volume.starts_with("east/")) return {"h1"};
  return {"h2"};
}

std::optional<std::uint64_t> FakeTestbed::metric(std::string_view path,
                                                 std::string_view name) const {
  const auto found = metrics.find(std::string(path) + " " + std::string(name));
  if (found == metrics.end()) return std::nullopt;
  return found->second;
}

std::optional<std::uint64_t> FakeTestbed::journal(std::uint64_t) const {
  return metric("pair", "journal");
}

std::expected<void, std::string> FakeTestbed::set(std::string_view path, std::string_view name,
                                                  std::uint64_t value) {
  if (value == 0) return std::unexpected("a pool cannot be empty");
  metrics[std::string(path) + " " + std::string(name)] = value;
  return {};
}

std::optional<cim::Instance> FakeTestbed::peek(std::string_view,
                                               const cim::ObjectPath& path) const {
  if (path == relation_path()) return relation_;
  if (path.keys.size() != 1) return std::nullopt;
  const auto job = jobs_.find(path.keys.front().second);
  if (job != jobs_.end()) return job->second;
  if (!volumes_.contains(path.keys.front().second)) return std::nullopt;
  cim::Instance instance{path, {}};
  instance.set("DeviceID", cim::Value::string(path.keys.front().second));
  return instance;
}

std::vector<cim::Instance> FakeTestbed::peek_all(std::string_view array,
                                                 std::string_view class_name) const {
  std::vector<cim::Instance> all;
  if (class_name == "CIM_StorageSynchronized" && relation_) all.push_back(*relation_);
  if (class_name == "CIM_ConcreteJob" && array == "east") {
    for (const auto& [id, job] : jobs_) all.push_back(job);
  }
  return all;
}

std::optional<std::uint64_t> FakeTestbed::pair_of(const cim::ObjectPath& path) const {
  if (known_relation_ && path == relation_path()) return the_pair;
  return std::nullopt;
}

std::optional<provider::RelationInfo> FakeTestbed::relation(std::uint64_t pair) const {
  if (pair != the_pair || !known_relation_) return std::nullopt;
  provider::RelationInfo info{.pair = pair,
                              .exists = relation_.has_value(),
                              .path = relation_path(),
                              .source_volume = source_volume,
                              .target_volume = target_volume};
  if (relation_) info.arrays = {"east", "west"};
  return info;
}

std::optional<cim::Instance> FakeTestbed::peek_relation(std::uint64_t,
                                                        std::string_view array) const {
  auto instance = relation_;
  const auto state = endpoint_states_.find(std::string(array));
  if (instance && state != endpoint_states_.end()) {
    instance->set("CopyState", number16(state->second));
  }
  return instance;
}

std::expected<provider::HostVolumeId, std::string> FakeTestbed::open(std::string_view host,
                                                                     std::string_view volume) {
  if (!volumes_.contains(volume)) return std::unexpected("no such volume");
  accesses_.push_back({std::string(host), std::string(volume)});
  return provider::HostVolumeId{static_cast<std::uint32_t>(accesses_.size() - 1)};
}

void FakeTestbed::take_effect(const Access& access, provider::IoRequest request,
                              std::uint64_t stamp) {
  for (std::uint64_t lba = request.lba; lba < request.lba + request.blocks; ++lba) {
    volumes_.at(access.volume).image->stamps[lba] = stamp;
    if (mirrored && access.volume == source_volume) {
      volumes_.at(target_volume).image->stamps[lba] = stamp;
    }
  }
}

sim::Task<provider::IoOutcome> FakeTestbed::io(sim::World& world, provider::HostVolumeId access,
                                               provider::IoRequest request) {
  const Access used = accesses_.at(access.value);
  const char* verb = request.kind == provider::IoKind::Write  ? "write"
                     : request.kind == provider::IoKind::Read ? "read"
                                                              : "flush";
  ios.emplace_back(sim::ns(world.now()), fmt::format("{} {} {} {}+{}", used.host, verb, used.volume,
                                                     request.lba, request.blocks));
  const auto time = io_times.find(used.volume);
  const sim::Duration half = (time == io_times.end() ? sim::milliseconds(1) : time->second) / 2;
  co_await sim::sleep(world, half);
  provider::IoOutcome outcome;
  const auto answer = io_answers.find(used.volume);
  if (answer != io_answers.end()) outcome.answer = answer->second;
  const sim::EntityId entity = volumes_.at(used.volume).entity;
  if (request.kind == provider::IoKind::Write) {
    const std::uint64_t host = used.host == "h1" ? 1 : 2;
    outcome.stamp = host << 48 | ++host_writes_[used.host];
    world.emit(trace::host_write, entity, outcome.stamp, request.lba, request.blocks);
    if (outcome.answer == trace::IoAnswer::Ok) take_effect(used, request, outcome.stamp);
    world.emit(trace::host_ack, entity, outcome.stamp, request.lba, request.blocks,
               static_cast<std::uint64_t>(outcome.answer));
  }
  if (request.kind == provider::IoKind::Read) {
    for (std::uint64_t lba = request.lba; lba < request.lba + request.blocks; ++lba) {
      outcome.stamps.push_back(volumes_.at(used.volume).image->at(lba));
    }
  }
  co_await sim::sleep(world, half);
  co_return outcome;
}

void FakeTestbed::bind_data(provider::HostVolumeId access, std::string data) {
  bound_data[accesses_.at(access.value).volume] = std::move(data);
}

const provider::VolumeImage* FakeTestbed::image(sim::EntityId entity) const {
  for (const auto& [path, volume] : volumes_) {
    if (volume.entity == entity) return volume.image.get();
  }
  return nullptr;
}

std::expected<sim::FaultId, std::string> FakeTestbed::begin_fault(const provider::FaultSpec& spec) {
  if (spec.target == "west/d0") return std::unexpected("west/d0 is not modelled");
  const std::uint32_t id = ++faults_;
  active_faults_.insert(id);
  fault_names_[id] = spec.effect + " " + spec.target;
  log.push_back(fmt::format("begin {} @{}", fault_names_[id], time_text(sim::ns(world_.now()))));
  world_.emit(sim::kind::fault_begun, world_.trace().entity(spec.target), 0, id);
  return sim::FaultId{id};
}

void FakeTestbed::end_fault(sim::FaultId id) {
  if (active_faults_.erase(id.value) == 0) return;
  log.push_back(
      fmt::format("end {} @{}", fault_names_[id.value], time_text(sim::ns(world_.now()))));
}

provider::FaultCounts FakeTestbed::fault_counts(sim::FaultId) const {
  return {fault_met, fault_hits};
}

std::expected<void, std::string> FakeTestbed::power(std::string_view host, std::string_view state) {
  log.push_back(fmt::format("power {} {}", host, state));
  if (state == "stopped") {
    down_.insert(std::string(host));
  } else {
    down_.erase(std::string(host));
  }
  return {};
}

}  // namespace replsim::harness
