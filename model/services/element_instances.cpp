// Instances of volumes, pools, jobs, the service and errors.
// Source: CIM 2.49; cim_synchronized.md section 4 (JobState), operation_matrix.md "Indications"
// (OperationalStatus of a job).
#include <fmt/format.h>

#include "model/cim/setting_rules.h"
#include "model/services/instance_builder.h"
#include "model/services/instances.h"

namespace replsim::services {
namespace {

constexpr std::uint64_t health_ok = 5;
constexpr std::uint64_t enabled = 2;
constexpr std::uint64_t error_failed = 4;
constexpr std::int64_t kept_after_end = 300'000'000'000;  // TimeBeforeRemoval, the CIM default
constexpr std::string_view system_class = "CIM_ComputerSystem";

cim::ObjectPath with_key(std::string_view class_name, std::string_view key, std::string value) {
  cim::ObjectPath path;
  path.class_name = class_name;
  path.keys.emplace_back(std::string(key), std::move(value));
  return path;
}

bool ended(cim::JobState state) {
  return state == cim::JobState::Completed || state == cim::JobState::Terminated ||
         state == cim::JobState::Killed || state == cim::JobState::Exception;
}

std::vector<std::uint64_t> operational_status(cim::JobState state) {
  using Status = cim::OperationalStatus;
  if (state == cim::JobState::Completed) {
    return {cim::number(Status::Completed), cim::number(Status::Ok)};
  }
  if (ended(state)) return {cim::number(Status::Completed), cim::number(Status::Error)};
  if (state == cim::JobState::Suspended) return {cim::number(Status::Stopped)};
  return {cim::number(Status::Ok)};
}

std::string_view job_name(const engine::JobRecord& job) {
  return job.operation ? cim::name(*job.operation) : std::string_view("CreateElementReplica");
}

}  // namespace

cim::ObjectPath volume_path(std::string_view element) {
  return with_key("CIM_StorageVolume", "DeviceID", std::string(element));
}

cim::ObjectPath pool_path(std::string_view array, const engine::PoolRecord& pool) {
  return with_key("CIM_StoragePool", "InstanceID", fmt::format("{}/{}", array, pool.name));
}

cim::ObjectPath job_path(std::string_view array, engine::JobNumber number) {
  return with_key("CIM_ConcreteJob", "InstanceID",
                  fmt::format("replsim:{}:CIM_ConcreteJob:{}", array, number.value));
}

cim::ObjectPath service_path(std::string_view array) {
  return with_key("CIM_ReplicationService", "Name", std::string(array));
}

cim::Instance volume_instance(const ArrayFacts& facts, const engine::VolumeRecord& volume) {
  const std::string path = fmt::format("{}/{}", facts.array, volume.name);
  InstanceBuilder out(volume_path(path), facts.profile->schema);
  out.text("ElementName", volume.element_name.empty() ? volume.name : volume.element_name)
      .numbers("OperationalStatus", {cim::number(cim::OperationalStatus::Ok)})
      .number("HealthState", health_ok)
      .number("EnabledState", enabled)
      .text("DeviceID", path)
      .text("SystemCreationClassName", system_class)
      .text("SystemName", facts.array)
      .text("CreationClassName", "CIM_StorageVolume")
      .text("Name", path)
      .number("BlockSize", volume.block)
      .number("NumberOfBlocks", volume.blocks())
      .number("ConsumableBlocks", volume.blocks())
      .truth("Primordial", false);
  return out.build();
}

cim::Instance remote_volume_instance(const ArrayFacts& facts, std::string_view element) {
  InstanceBuilder out(volume_path(element), facts.profile->schema);
  out.text("DeviceID", element)
      .text("SystemCreationClassName", system_class)
      .text("SystemName", split_element(element).array)
      .text("CreationClassName", "CIM_StorageVolume")
      .text("Name", element);
  return out.build();
}

cim::Instance pool_instance(const ArrayFacts& facts, const engine::PoolRecord& pool) {
  InstanceBuilder out(pool_path(facts.array, pool), facts.profile->schema);
  out.text("ElementName", pool.name)
      .numbers("OperationalStatus", {cim::number(cim::OperationalStatus::Ok)})
      .number("HealthState", health_ok)
      .text("InstanceID", fmt::format("{}/{}", facts.array, pool.name))
      .text("PoolID", pool.name)
      .truth("Primordial", false)
      .number("TotalManagedSpace", pool.size)
      .number("RemainingManagedSpace", pool.size - pool.allocated);
  return out.build();
}

cim::Instance job_instance(const ArrayFacts& facts, const engine::JobRecord& job) {
  const bool complete = job.state == cim::JobState::Completed;
  const bool failed = ended(job.state) && !complete;
  const cim::ObjectPath path = job_path(facts.array, job.number);
  const std::string id = path.keys.front().second;
  const std::uint64_t percent = complete ? 100 : std::min<std::uint64_t>(job.percent, 99);
  const std::int64_t until = ended(job.state) ? job.ended : facts.clock;
  InstanceBuilder out(path, facts.profile->schema);
  out.text("ElementName", job_name(job))
      .numbers("OperationalStatus", operational_status(job.state))
      .number("HealthState", health_ok)
      .text("JobStatus", cim::name(job.state))
      .moment("TimeSubmitted", job.started)
      .moment("StartTime", job.started)
      .interval("ElapsedTime", std::max<std::int64_t>(until - job.started, 0))
      .number("JobRunTimes", 1)
      .text("Owner", facts.array)
      .number("PercentComplete", percent)
      .truth("DeleteOnCompletion", true)
      .number("ErrorCode", failed ? error_failed : 0)
      .text("InstanceID", id)
      .text("Name", job_name(job))
      .number("JobState", cim::number(job.state))
      .interval("TimeBeforeRemoval", kept_after_end)
      .moment("TimeOfLastStateChange", job.changed);
  if (!job.message_id.empty()) {
    out.text("ErrorDescription", fmt::format("{}: {}", job.message_id, job.message));
  }
  return out.build();
}

cim::Instance service_instance(const ArrayFacts& facts) {
  InstanceBuilder out(service_path(facts.array), facts.profile->schema);
  out.text("ElementName", facts.array)
      .numbers("OperationalStatus", {cim::number(cim::OperationalStatus::Ok)})
      .number("HealthState", health_ok)
      .number("EnabledState", enabled)
      .text("SystemCreationClassName", system_class)
      .text("SystemName", facts.array)
      .text("CreationClassName", "CIM_ReplicationService")
      .text("Name", facts.array)
      .truth("Started", true);
  return out.build();
}

cim::ObjectPath default_settings_path(std::string_view array) {
  return with_key("CIM_ReplicationSettingData", "InstanceID",
                  fmt::format("replsim:{}:CIM_ReplicationSettingData:1", array));
}

cim::Instance default_settings_instance(const ArrayFacts& facts) {
  const cim::ObjectPath path = default_settings_path(facts.array);
  const cim::ClassInfo& info = *cim::find_class(path.class_name);
  InstanceBuilder out(path, facts.profile->schema);
  out.text("InstanceID", path.keys.front().second).text("ElementName", "defaults");
  for (const cim::SettingRule& rule : cim::setting_rules()) {
    if (!rule.fallback) continue;
    if (info.find_property(rule.property)->type == cim::Type::Boolean) {
      out.truth(rule.property, *rule.fallback != 0);
    } else {
      out.number(rule.property, *rule.fallback);
    }
  }
  return out.build();
}

cim::Instance affected_instance(const ArrayFacts& facts, const cim::ObjectPath& element,
                                const engine::JobRecord& job) {
  const cim::ObjectPath affecting = job_path(facts.array, job.number);
  cim::ObjectPath path;
  path.class_name = "CIM_AffectedJobElement";
  path.keys = {{"AffectedElement", element.text()}, {"AffectingElement", affecting.text()}};
  InstanceBuilder out(path, facts.profile->schema);
  out.reference("AffectedElement", element).reference("AffectingElement", affecting);
  return out.build();
}

cim::Instance error_instance(const ArrayFacts& facts, const cim::Error& error) {
  cim::ObjectPath path;
  path.class_name = "CIM_Error";
  InstanceBuilder out(path, facts.profile->schema);
  out.text("OwningEntity", "replsim").text("MessageID", error.message_id);
  out.text("Message", error.message);
  return out.build();
}

}  // namespace replsim::services
