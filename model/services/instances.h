// CIM instances of what an array holds. Properties stand in the order of the class; those that the
// profile's schema lacks are left out.
// Source: cim_synchronized.md sections 3 and 4; rulings R7, R12, R18; invariants B7, C1.
#pragma once

#include "model/cim/value.h"
#include "model/services/array_facts.h"

namespace replsim::services {

// Paths ------------------------------------------------------------------------------------------
/// `CIM_StorageVolume.DeviceID="east/vol1"`.
cim::ObjectPath volume_path(std::string_view element);
cim::ObjectPath pool_path(std::string_view array, const engine::PoolRecord& pool);
/// `CIM_ConcreteJob.InstanceID="replsim:east:CIM_ConcreteJob:1"`.
cim::ObjectPath job_path(std::string_view array, engine::JobNumber number);
/// `CIM_ReplicationService.Name="east"`.
cim::ObjectPath service_path(std::string_view array);
/// `CIM_ReplicationSettingData.InstanceID="replsim:east:CIM_ReplicationSettingData:1"`.
cim::ObjectPath default_settings_path(std::string_view array);
/// `CIM_StorageSynchronized` with the paths of its two volumes as keys.
cim::ObjectPath synchronized_path(std::string_view source, std::string_view target);

/// `CIM_SynchronizationAspect.InstanceID="replsim:east:CIM_SynchronizationAspect:1"`, and the
/// association of the source element with it.
cim::ObjectPath aspect_path(std::string_view array, engine::EndpointNumber number);
cim::ObjectPath define_state_path(const ArrayFacts& facts, engine::VolumeNumber source,
                                  engine::EndpointNumber aspect);

/// Paths ("east/vol1") of the two elements of a relation; they swap at Reverse Roles.
struct PairElements {
  std::string source;
  std::string target;
};
PairElements elements_of(const ArrayFacts& facts, const engine::RelationRecord& relation);
cim::ObjectPath relation_path(const ArrayFacts& facts, const engine::RelationRecord& relation);

// Instances
// ----------------------------------------------------------------------------------------
cim::Instance volume_instance(const ArrayFacts& facts, const engine::VolumeRecord& volume);
/// An element of another array: what is known of it here is its name.
cim::Instance remote_volume_instance(const ArrayFacts& facts, std::string_view element);
cim::Instance pool_instance(const ArrayFacts& facts, const engine::PoolRecord& pool);
cim::Instance job_instance(const ArrayFacts& facts, const engine::JobRecord& job);
cim::Instance service_instance(const ArrayFacts& facts);
/// CIM_ReplicationSettingData with the defaults: what a call without settings means.
cim::Instance default_settings_instance(const ArrayFacts& facts);
cim::Instance relation_instance(const ArrayFacts& facts, const engine::RelationRecord& relation);
/// The point in time that Dissolve left, and its association with the source element.
cim::Instance aspect_instance(const ArrayFacts& facts, const engine::AspectRecord& aspect);
cim::Instance define_state_instance(const ArrayFacts& facts, const engine::AspectRecord& aspect);
/// The association of a job with what it works on.
cim::Instance affected_instance(const ArrayFacts& facts, const cim::ObjectPath& element,
                                const engine::JobRecord& job);
/// CIM_Error, for GetError.
cim::Instance error_instance(const ArrayFacts& facts, const cim::Error& error);

}  // namespace replsim::services
