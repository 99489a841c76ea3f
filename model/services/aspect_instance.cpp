// What Dissolve leaves: the aspect and its association with the source element.
// Source: cim_synchronized.md section 3; operation_matrix.md, "What remains afterwards", S8.
#include <fmt/format.h>

#include "model/services/instance_builder.h"
#include "model/services/instances.h"

namespace replsim::services {
namespace {

constexpr std::uint64_t operation_completed = 4;  // CopyStatus
constexpr std::uint64_t full_copy = 3;            // CopyMethodology
constexpr std::uint64_t synchronized = 4;         // SyncState

std::string source_of(const ArrayFacts& facts, engine::VolumeNumber number) {
  const engine::VolumeRecord* volume = facts.volume(number);
  return volume == nullptr ? std::string() : fmt::format("{}/{}", facts.array, volume->name);
}

}  // namespace

cim::ObjectPath aspect_path(std::string_view array, engine::EndpointNumber number) {
  cim::ObjectPath path;
  path.class_name = "CIM_SynchronizationAspect";
  path.keys.emplace_back(
      "InstanceID", fmt::format("replsim:{}:CIM_SynchronizationAspect:{}", array, number.value));
  return path;
}

cim::ObjectPath define_state_path(const ArrayFacts& facts, engine::VolumeNumber source,
                                  engine::EndpointNumber aspect) {
  cim::ObjectPath path;
  path.class_name = "CIM_SettingsDefineState";
  path.keys = {{"ManagedElement", volume_path(source_of(facts, source)).text()},
               {"SettingData", aspect_path(facts.array, aspect).text()}};
  return path;
}

cim::Instance aspect_instance(const ArrayFacts& facts, const engine::AspectRecord& aspect) {
  const cim::ObjectPath path = aspect_path(facts.array, aspect.gone.number);
  InstanceBuilder out(path, facts.profile->schema);
  out.text("InstanceID", path.keys.front().second)
      .text("ElementName", aspect.remote_volume)
      .number("SyncType", cim::number(cim::SyncType::Mirror))
      .truth("ConsistencyEnabled", false)
      .number("CopyStatus", operation_completed)
      .number("CopyMethodology", full_copy)
      .moment("WhenPointInTime", aspect.point_in_time)
      .text("SourceElement", volume_path(source_of(facts, aspect.local_volume)).text())
      .truth("AutoDelete", false)
      .number("SyncState", synchronized);
  return out.build();
}

cim::Instance define_state_instance(const ArrayFacts& facts, const engine::AspectRecord& aspect) {
  InstanceBuilder out(define_state_path(facts, aspect.local_volume, aspect.gone.number),
                      facts.profile->schema);
  out.reference("ManagedElement", volume_path(source_of(facts, aspect.local_volume)))
      .reference("SettingData", aspect_path(facts.array, aspect.gone.number));
  return out.build();
}

}  // namespace replsim::services
