// Associations of a replica, the aspect that Dissolve leaves, and what hangs on an array.
// Source: cim_synchronized.md section 3 (CIM 2.49), section 5 for what 2.28 lacks.
#include "model/cim/class_tables.h"

namespace replsim::cim::tables {
namespace {

constexpr std::array<PropertyInfo, 19> synchronized_association = {{
    key(reference("SystemElement", "CIM_ManagedElement", "source")),
    key(reference("SyncedElement", "CIM_ManagedElement", "target")),
    moment("WhenSynced", "when the elements were equal"),
    truth("SyncMaintained", "true while synchronisation is kept up"),
    choice("CopyRecoveryMode", association_recovery_mode_enumeration,
           "what happens after a repair"),
    choice("CopyState", copy_state_enumeration, "state of the association"),
    truth("FailedCopyStopsHostIO", "true: source writes stop when the remote copy fails"),
    choice("Mode", association_mode_enumeration, "when host writes are acknowledged"),
    plain("PercentSynced", Type::Uint16, "share of the work that is done"),
    choice("ProgressStatus", progress_status_enumeration, "what goes on now"),
    since(v2_41, moment("RPO", "interval that may be lost; 0 when synchronous")),
    choice("RequestedCopyState", copy_state_enumeration, "goal of the running operation, else 15"),
    since(v2_41,
          plain("Skew", Type::Uint64, "bytes out of sync before Adaptive turns synchronous")),
    choice("SyncType", sync_type_enumeration, "mirror, snapshot or clone"),
    moment("WhenActivated", "when the flow was started or the point in time taken"),
    moment("WhenDeactivated", "when the flow was stopped by Deactivate"),
    moment("WhenEstablished", "when the association was made"),
    moment("WhenSuspended", "when it was suspended"),
    moment("WhenSynchronized", "when CopyState became Synchronized"),
}};

constexpr std::array<PropertyInfo, 26> storage_synchronized = join(
    synchronized_association,
    std::array<PropertyInfo, 7>{{
        choice("CopyType", copy_type_enumeration, "older word for type and mode"),
        choice("ReplicaType", replica_type_enumeration, "how the replica is held"),
        choice("SyncState", sync_state_enumeration, "older state, of Copy Services"),
        choice("CopyMethodology", copy_methodology_enumeration, "technique of the copy"),
        choice("CopyPriority", copy_priority_enumeration, "weight of copy I/O"),
        choice("ReadOnly", read_only_enumeration, "end that hosts see read-only"),
        choice("UndiscoveredElement", undiscovered_element_enumeration, "end not modelled here"),
    }});

constexpr std::array<PropertyInfo, 2> settings_define_state = {{
    key(reference("ManagedElement", "CIM_ManagedElement", "source, or target by feature")),
    key(reference("SettingData", "CIM_SettingData", "the aspect")),
}};

constexpr std::array<PropertyInfo, 19> synchronization_aspect = join(
    setting_data,
    std::array<PropertyInfo, 10>{{
        choice("SyncType", sync_type_enumeration, "type of the copy that was"),
        truth("ConsistencyEnabled", "true when cut consistently over a group"),
        choice("ConsistencyType", consistency_type_enumeration, "kind of consistency"),
        choice("CopyStatus", aspect_copy_status_enumeration, "what goes on now"),
        choice("CopyMethodology", aspect_copy_methodology_enumeration, "technique of the copy"),
        moment("WhenPointInTime", "the instant that the target shows"),
        text("SourceElement", "path of the source as text"),
        truth("AutoDelete", "may go when space runs low"),
        since(v2_41, moment("TimeBeforeRemoval", "how long it is kept")),
        since(v2_41, choice("SyncState", aspect_sync_state_enumeration, "state of the copy")),
    }});

constexpr std::array<PropertyInfo, 2> element_capabilities = {{
    key(reference("ManagedElement", "CIM_ManagedElement", "whose capabilities")),
    key(reference("Capabilities", "CIM_Capabilities", "the capabilities")),
}};

constexpr std::array<PropertyInfo, 2> hosted_service = {{
    key(reference("Antecedent", "CIM_System", "the array")),
    key(reference("Dependent", "CIM_Service", "the service")),
}};

constexpr std::array<PropertyInfo, 2> system_device = {{
    key(reference("GroupComponent", "CIM_System", "the array")),
    key(reference("PartComponent", "CIM_LogicalDevice", "the volume")),
}};

constexpr std::array<PropertyInfo, 2> hosted_pool = {{
    key(reference("GroupComponent", "CIM_System", "the array")),
    key(reference("PartComponent", "CIM_StoragePool", "the pool")),
}};

constexpr std::array<PropertyInfo, 3> allocated_from_pool = {{
    key(reference("Antecedent", "CIM_StoragePool", "the pool")),
    key(reference("Dependent", "CIM_LogicalElement", "the volume")),
    plain("SpaceConsumed", Type::Uint64, "bytes taken from the pool"),
}};

constexpr std::array<ClassInfo, 9> association_class_list = {{
    {"CIM_Synchronized", "", synchronized_association, {}},
    {"CIM_StorageSynchronized", "CIM_Synchronized", storage_synchronized, {}},
    {"CIM_SettingsDefineState", "", settings_define_state, {}},
    {"CIM_SynchronizationAspect", "CIM_SettingData", synchronization_aspect, {}},
    {"CIM_ElementCapabilities", "", element_capabilities, {}},
    {"CIM_HostedService", "", hosted_service, {}},
    {"CIM_SystemDevice", "", system_device, {}},
    {"CIM_HostedStoragePool", "", hosted_pool, {}},
    {"CIM_AllocatedFromStoragePool", "", allocated_from_pool, {}},
}};

}  // namespace

std::span<const ClassInfo> association_classes() {
  return association_class_list;
}

}  // namespace replsim::cim::tables
