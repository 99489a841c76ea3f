// The checks of CreateElementReplica.
#include "model/services/create_call.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>

#include "model/cim/operation_rules.h"
#include "model/services/instances.h"
#include "model/services/setting_checks.h"

namespace replsim::services {
namespace {

/// "east/vol1" of a path with one key.
std::string_view element_name(const cim::ObjectPath& path) {
  return path.keys.size() == 1 ? std::string_view(path.keys.front().second) : std::string_view();
}

const engine::VolumeRecord* local_volume(const CheckedCall& call, const cim::ObjectPath& path) {
  const ElementName name = split_element(element_name(path));
  return name.array == call.facts.array ? call.facts.volume(name.local) : nullptr;
}

std::string_view target_array(const CheckedCall& call) {
  const cim::ObjectPath* target = call.path("TargetElement");
  if (target == nullptr) target = call.path("TargetPool");
  if (target == nullptr) return call.facts.array;
  const std::string_view array = split_element(element_name(*target)).array;
  return array.empty() ? call.facts.array : array;
}

/// The pool that the source lies in; null when it is in none.
const engine::PoolRecord* pool_of_source(const CheckedCall& call) {
  const cim::ObjectPath* path = call.path("SourceElement");
  const engine::VolumeRecord* source = path == nullptr ? nullptr : local_volume(call, *path);
  return source != nullptr && source->pool ? call.facts.pool(*source->pool) : nullptr;
}

engine::Provisioning provisioning_of(const CheckedCall& call) {
  using Policy = cim::ThinProvisioningPolicy;
  using engine::Provisioning;
  switch (provisioning(call)) {
    case Policy::ThinToThin:
    case Policy::FullToThin: return Provisioning::Thin;
    case Policy::ThinToFull: return Provisioning::Full;
    case Policy::SameAsSource:
      return source_is_thin(call) ? Provisioning::Thin : Provisioning::Full;
    case Policy::PoolDecides:
    case Policy::ImplementationDecides: break;
  }
  return Provisioning::PoolDecides;
}

Verdict sync_type(const CheckedCall& call) {
  const auto type = static_cast<std::uint16_t>(*call.number("SyncType"));
  const bool offered = call.profile.sync_types.contains(type);
  if (offered && type == cim::number(cim::SyncType::Mirror)) return std::nullopt;
  return Objection{fmt::format("SyncType {} is not offered", type)};
}

Verdict mode(const CheckedCall& call) {
  const auto given = call.number("Mode");
  if (!given || call.profile.modes.contains(static_cast<std::uint16_t>(*given))) {
    return std::nullopt;
  }
  return Objection{fmt::format("Mode {} is not offered", *given)};
}

Verdict replication_type(const CheckedCall& call) {
  const bool remote = target_array(call) != call.facts.array;
  const bool synchronous = creation_mode(call) == cim::Mode::Synchronous;
  const auto local_type = synchronous ? cim::ReplicationType::SynchronousMirrorLocal
                                      : cim::ReplicationType::AsynchronousMirrorLocal;
  const auto remote_type = synchronous ? cim::ReplicationType::SynchronousMirrorRemote
                                       : cim::ReplicationType::AsynchronousMirrorRemote;
  const cim::ReplicationType type = remote ? remote_type : local_type;
  if (call.profile.replication_types.contains(cim::number(type))) return std::nullopt;
  return Objection{fmt::format("{} is not offered", cim::name(type))};
}

Verdict target_and_pool(const CheckedCall& call) {
  if (call.path("TargetElement") == nullptr) return std::nullopt;
  if (call.path("TargetPool") != nullptr) {
    return Objection{"TargetElement and TargetPool exclude each other"};
  }
  if (call.path("TargetSettingGoal") != nullptr) {
    return Objection{"TargetElement and TargetSettingGoal exclude each other"};
  }
  return std::nullopt;
}

Verdict element_types(const CheckedCall& call) {
  const cim::ObjectPath& source = *call.path("SourceElement");
  if (source.class_name != "CIM_StorageVolume") {
    return Objection{fmt::format("a {} cannot be replicated", source.class_name)};
  }
  const cim::ObjectPath* target = call.path("TargetElement");
  if (target != nullptr && target->class_name != source.class_name) {
    return Objection{
        fmt::format("a {} cannot hold a replica of a {}", target->class_name, source.class_name)};
  }
  const cim::ObjectPath* pool = call.path("TargetPool");
  if (pool != nullptr && pool->class_name != "CIM_StoragePool") {
    return Objection{fmt::format("no elements are made in a {}", pool->class_name)};
  }
  return std::nullopt;
}

Verdict same_element(const CheckedCall& call) {
  const cim::ObjectPath* target = call.path("TargetElement");
  if (target == nullptr || *target != *call.path("SourceElement")) return std::nullopt;
  return Objection{"source and target are the same element"};
}

Verdict too_small(const CheckedCall& call) {
  const cim::ObjectPath* path = call.path("TargetElement");
  const auto* target = path == nullptr ? nullptr : local_volume(call, *path);
  const auto* source = local_volume(call, *call.path("SourceElement"));
  if (target == nullptr || source == nullptr || target->bytes >= source->bytes) {
    return std::nullopt;
  }
  return Objection{"the target is smaller than the source"};
}

Verdict creation_wait(const CheckedCall& call) {
  const auto given = call.number("WaitForCopyState");
  if (!given) return std::nullopt;
  const auto state = static_cast<cim::CopyState>(*given);
  const auto states = cim::creation_wait_states(cim::SyncType::Mirror);
  const bool reachable = std::ranges::find(states, state) != states.end();
  const auto& offered = call.profile.wait_for_copy_state;
  if (reachable && (offered.empty() || offered.contains(cim::number(state)))) return std::nullopt;
  return Objection{fmt::format("creation cannot wait for {}", cim::name(state))};
}

constexpr std::array<CheckRow, 18> create_rows = {{
    {Stage::Values, "required-missing", missing},
    {Stage::Values, "reserved-value", reserved},
    {Stage::Values, "malformed-settings", malformed_settings},
    {Stage::Values, "wrong-class", wrong_class},
    {Stage::Values, "dead-reference", dead_reference},
    {Stage::Offered, "method", method_not_offered},
    {Stage::Offered, "vendor-value", vendor_value},
    {Stage::Offered, "sync-type", sync_type},
    {Stage::Offered, "mode", mode},
    {Stage::Offered, "replication-type", replication_type},
    {Stage::Reachable, "target-and-pool", target_and_pool},
    {Stage::Reachable, "element-type", element_types},
    {Stage::Reachable, "same-element", same_element},
    {Stage::Reachable, "target-smaller", too_small},
    {Stage::Reachable, "wait", creation_wait},
    {Stage::Reachable, "settings", vendor_setting},
    {Stage::Reachable, "settings", creation_settings},
    {Stage::Reachable, "settings", contradictory_settings},
}};
static_assert(in_order_of_stages(create_rows), "rulings R1: 5, then 1, then 5");

}  // namespace

std::span<const CheckRow> create_checks() {
  return create_rows;
}

cim::Mode creation_mode(const CheckedCall& call) {
  if (const auto given = call.number("Mode")) return static_cast<cim::Mode>(*given);
  const auto& offered = call.profile.modes;
  const bool synchronous = offered.contains(cim::number(cim::Mode::Synchronous));
  if (synchronous || offered.empty()) return cim::Mode::Synchronous;
  return static_cast<cim::Mode>(*offered.begin());
}

bool source_is_thin(const CheckedCall& call) {
  const engine::PoolRecord* pool = pool_of_source(call);
  return pool != nullptr && pool->thin;
}

std::optional<cim::ObjectPath> source_pool(const CheckedCall& call) {
  const engine::PoolRecord* pool = pool_of_source(call);
  if (pool == nullptr) return std::nullopt;
  return pool_path(call.facts.array, *pool);
}

engine::CreateRequest create_request(const CheckedCall& call) {
  engine::CreateRequest request;
  request.source_volume = split_element(element_name(*call.path("SourceElement"))).local;
  request.target_array = target_array(call);
  if (const cim::ObjectPath* target = call.path("TargetElement")) {
    request.target_volume = std::string(split_element(element_name(*target)).local);
  }
  if (const cim::ObjectPath* pool = call.path("TargetPool")) {
    request.target_pool = std::string(split_element(element_name(*pool)).local);
  }
  request.element_name = call.text("ElementName");
  request.mode = creation_mode(call);
  if (wants_pool_of_source(call)) request.target_pool = pool_of_source(call)->name;
  request.settings = relation_settings(call);
  request.provisioning = provisioning_of(call);
  if (const auto wait = call.number("WaitForCopyState")) {
    request.wait = static_cast<cim::CopyState>(*wait);
  }
  return request;
}

}  // namespace replsim::services
