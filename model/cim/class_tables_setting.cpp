// CIM_ReplicationSettingData: what a call may ask for beyond its parameters.
// Source: cim_synchronized.md section 3; what 2.28 lacks follows from PropertyName of
// GetSupportedReplicationSettingData, which ends at ReadOnly there.
#include "model/cim/class_tables.h"

namespace replsim::cim::tables {
namespace {

constexpr std::array<PropertyInfo, 14> settings_of_old = {{
    choice("Pairing", pairing_enumeration, "how members of groups pair"),
    choice("UnequalGroupsAction", unequal_groups_action_enumeration, "groups of different size"),
    choice("DesiredCopyMethodology", desired_copy_methodology_enumeration, "technique wanted"),
    choice("TargetElementSupplier", target_element_supplier_enumeration,
           "where targets come from; default 4"),
    choice("ThinProvisioningPolicy", thin_provisioning_policy_enumeration,
           "provisioning of a new target; default 7"),
    truth("ConsistentPointInTime", "one instant for the whole group; default false"),
    moment("DeltaUpdateInterval", "Delta-Update: time between snapshots"),
    plain("Multihop", Type::Uint16, "hops planned; default 1"),
    choice("OnGroupOrListError", on_group_or_list_error_enumeration,
           "after the first error; default 3"),
    choice("CopyRecoveryMode", copy_recovery_mode_enumeration, "after a repair; default 4"),
    plain("DeltaUpdateBlocks", Type::Uint64, "Delta-Update: snapshot after so many changes"),
    truth("FailedCopyStopsHostIO", "source writes stop when the copy fails; default false"),
    choice("UnequalListsAction", unequal_lists_action_enumeration,
           "lists of different length; default 2"),
    choice("ReadOnly", read_only_enumeration, "end that hosts see read-only"),
}};

constexpr std::array<PropertyInfo, 12> settings_of_2_41 = {{
    since(v2_41, choice("CopyPriority", copy_priority_enumeration, "weight of copy I/O")),
    since(v2_41, choice("StorageCompressionPolicy", storage_compression_policy_enumeration,
                        "compression of a new target; default 7")),
    since(v2_41, truth("AutoDelete", "may go when space runs low; default false")),
    since(v2_41, truth("RRCHardwareCompressionEnabled", "on the connection; default false")),
    since(v2_41, truth("RRCSoftwareCompressionEnabled", "on the connection; default false")),
    since(v2_41, choice("TargetElementGoal", target_element_goal_enumeration,
                        "goal of a new target; default 2")),
    since(v2_41, choice("TargetElementResourcePool", target_element_pool_enumeration,
                        "pool of a new target; default 2")),
    since(v2_41, moment("TimeBeforeRemoval", "how long the copy is kept")),
    since(v2_41, truth("ConsistencyExempt", "takes no part in group cuts; default false")),
    since(v2_41, truth("ConsistentAsyncCopy", "write order kept for one pair; default false")),
    since(v2_41, moment("DesiredRPO", "interval that may be lost")),
    since(v2_41, plain("MaximumSkew", Type::Uint64, "Adaptive: bytes out of sync at most")),
}};

constexpr std::array<PropertyInfo, 35> replication_setting_data =
    join(join(setting_data, settings_of_old), settings_of_2_41);

constexpr std::array<ClassInfo, 2> setting_class_list = {{
    {"CIM_SettingData", "CIM_ManagedElement", setting_data, {}},
    {"CIM_ReplicationSettingData", "CIM_SettingData", replication_setting_data, {}},
}};

}  // namespace

std::span<const ClassInfo> setting_classes() {
  return setting_class_list;
}

}  // namespace replsim::cim::tables
