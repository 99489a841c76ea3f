// The facts of an array as a test sets them: two volumes and a small one, a pool, one Synchronized
// mirror to west/vol1, one running job. No simulation.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "model/cim/profile_defaults.h"
#include "model/services/call_checks.h"
#include "model/services/create_call.h"
#include "model/services/instances.h"
#include "model/services/modify_call.h"
#include "model/services/setting_checks.h"

namespace replsim::services::test {

using Arguments = std::vector<std::pair<std::string, cim::Value>>;

inline cim::Value u16(std::uint64_t value) {
  return cim::Value::unsigned_number(cim::Type::Uint16, value);
}
inline cim::Value text(std::string value) {
  return cim::Value::string(std::move(value));
}
inline cim::ObjectPath path(std::string class_name, std::string key, std::string value) {
  cim::ObjectPath out;
  out.class_name = std::move(class_name);
  out.keys.emplace_back(std::move(key), std::move(value));
  return out;
}
inline cim::Value volume(const std::string& element) {
  return cim::Value::reference(volume_path(element));
}
inline cim::Value pool(const std::string& element) {
  return cim::Value::reference(path("CIM_StoragePool", "InstanceID", element));
}

inline Arguments good_create() {
  return {{"SyncType", u16(6)},
          {"SourceElement", volume("east/vol1")},
          {"TargetPool", pool("west/pool1")},
          {"WaitForCopyState", u16(4)}};
}

class Sample {
 public:
  Sample() {
    pool_one.number = {1};
    pool_one.name = "pool1";
    pool_one.size = 1000;
    pool_one.allocated = 400;
    for (std::uint32_t i = 0; i < 3; ++i) {
      volumes[i].number = {i + 1};
      volumes[i].name = i == 2 ? "small" : "vol" + std::to_string(i + 1);
      volumes[i].bytes = i == 2 ? 4096 : 65536;
    }
    volumes[1].pool = engine::PoolNumber{1};
    relation.number = {1};
    relation.pair = {77};
    relation.peer = "west";
    relation.local_volume = {1};
    relation.remote_volume = "west/vol1";
    relation.state = cim::CopyState::Synchronized;
    relation.target_image = cim::TargetImage::Consistent;
    job.number = {1};
    job.endpoint = {1};
    job.pair = {77};
    job.operation = cim::Operation::ResyncReplica;
    job.state = cim::JobState::Running;
    job.percent = 40;
  }

  cim::Profile profile = cim::default_profile();
  engine::PoolRecord pool_one;
  engine::VolumeRecord volumes[3];
  engine::RelationRecord relation;
  engine::JobRecord job;

  ArrayFacts facts() const {
    ArrayFacts out;
    out.array = "east";
    out.profile = &profile;
    out.clock = 5'000'000'000;
    out.pools = {&pool_one};
    out.volumes = {&volumes[0], &volumes[1], &volumes[2]};
    out.relations = {&relation};
    out.jobs = {&job};
    return out;
  }
  cim::Value mirror() const {
    return cim::Value::reference(synchronized_path("east/vol1", "west/vol1"));
  }
  /// Fracture of the mirror.
  Arguments good_modify() const { return {{"Operation", u16(12)}, {"Synchronization", mirror()}}; }

  /// What the checks say to a call; nothing when all are content.
  std::optional<cim::MethodOutcome> refusal(const std::string& method,
                                            const Arguments& arguments) const {
    cim::MethodCall call;
    call.class_name = "CIM_ReplicationService";
    call.method = method;
    call.arguments = arguments;
    const ArrayFacts now = facts();
    const FoundMethod found = find_method(now, call);
    CheckedCall checked{call, *found.method, profile, now, std::nullopt};
    if (auto wrong = check_types(checked)) return wrong;
    checked.settings = read_settings(checked);
    const bool create = method == "CreateElementReplica";
    return run_checks(checked, create ? create_checks() : modify_checks());
  }
};

}  // namespace replsim::services::test
