// Enumeration tables: operations and replication types.
// Names as the MOF spells them, meanings in own words.
// Source: CIM 2.49, 2.41 and 2.28 (each table names its property); rulings R17 for `since`.
#include "model/cim/enumeration_tables.h"

#include <array>

namespace replsim::cim {
namespace {

constexpr std::string_view operation_source =
    "[spec] CIM_ReplicationService.ModifyReplicaSynchronization, Operation";
constexpr std::array<EnumValue, 26> operation_values = {{
    {2, "Abort", "", v2_28, "give up the copy where possible; Resync Replica starts it again",
     operation_source},
    {3, "Activate Consistency", "", v2_28,
     "turn the consistency of a group on; no effect when it is on", operation_source},
    {4, "Activate", "", v2_28, "start an inactive or prepared association", operation_source},
    {5, "AddSyncPair", "", v2_28, "put pairs that are associated already into the two groups",
     operation_source},
    {6, "Deactivate Consistency", "", v2_28,
     "turn the consistency of a group off; no effect when it is off", operation_source},
    {7, "Deactivate", "", v2_28,
     "stop the data flow; source writes are no longer sent; a snapshot loses its target writes",
     operation_source},
    {8, "Detach", "", v2_28, "forget the association; both elements become independent",
     operation_source},
    {9, "Dissolve", "", v2_28,
     "end the association, keep the target; may leave an aspect of the point in time",
     operation_source},
    {10, "Failover", "", v2_28, "use the target as the source", operation_source},
    {11, "Failback", "", v2_28, "undo a failover", operation_source},
    {12, "Fracture", "", v2_28,
     "separate target from source and remember changes for a quick resync", operation_source},
    {13, "RemoveSyncPair", "", v2_28, "take a pair out of both groups; the pair itself stays",
     operation_source},
    {14, "Resync Replica", "", v2_28,
     "bring the target up again: undo Fracture or Split, take a new point in time, or restart "
     "Broken and Aborted",
     operation_source},
    {15, "Restore from Replica", "", v2_28, "copy the content of the replica back to the source",
     operation_source},
    {16, "Resume", "", v2_28, "continue a suspended copy", operation_source},
    {17, "Reset To Sync", "", v2_28, "change the mode to Synchronous", operation_source},
    {18, "Reset To Async", "", v2_28, "change the mode to Asynchronous", operation_source},
    {19, "Return To ResourcePool", "", v2_28, "end a snapshot and give its space back to the pool",
     operation_source},
    {20, "Reverse Roles", "", v2_28, "swap source and target", operation_source},
    {21, "Split", "", v2_28, "separate the target at one consistent instant: hold, drain, cut",
     operation_source},
    {22, "Suspend", "", v2_28, "stop the background copy so that it can continue",
     operation_source},
    {23, "Unprepare", "", v2_28, "reinitialise the synchronization; newer schemas call it Prepare",
     operation_source},
    {24, "Prepare", "", v2_41, "reinitialise the synchronization", operation_source},
    {25, "Reset to Adaptive", "", v2_41, "change the mode to Adaptive", operation_source},
    {26, "Reset to Active", "", v2_49, "change the mode to Active", operation_source},
    {27, "Reset Replica", "", v2_49, "the replica goes back to its own point in time",
     operation_source},
}};

constexpr std::string_view replication_type_source =
    "[spec] CIM_ReplicationServiceCapabilities.SupportedReplicationTypes";
constexpr std::array<EnumValue, 26> replication_type_values = {{
    {2, "Synchronous Mirror Local", "", v2_28, "mirror, synchronous, within an array",
     replication_type_source},
    {3, "Asynchronous Mirror Local", "", v2_28, "mirror, asynchronous, within an array",
     replication_type_source},
    {4, "Synchronous Mirror Remote", "", v2_28, "mirror, synchronous, between arrays",
     replication_type_source},
    {5, "Asynchronous Mirror Remote", "", v2_28, "mirror, asynchronous, between arrays",
     replication_type_source},
    {6, "Synchronous Snapshot Local", "", v2_28, "snapshot, synchronous, within an array",
     replication_type_source},
    {7, "Asynchronous Snapshot Local", "", v2_28, "snapshot, asynchronous, within an array",
     replication_type_source},
    {8, "Synchronous Snapshot Remote", "", v2_28, "snapshot, synchronous, between arrays",
     replication_type_source},
    {9, "Asynchronous Snapshot Remote", "", v2_28, "snapshot, asynchronous, between arrays",
     replication_type_source},
    {10, "Synchronous Clone Local", "", v2_28, "clone, synchronous, within an array",
     replication_type_source},
    {11, "Asynchronous Clone Local", "", v2_28, "clone, asynchronous, within an array",
     replication_type_source},
    {12, "Synchronous Clone Remote", "", v2_28, "clone, synchronous, between arrays",
     replication_type_source},
    {13, "Asynchronous Clone Remote", "", v2_28, "clone, asynchronous, between arrays",
     replication_type_source},
    {14, "Synchronous TokenizedClone Local", "", v2_41,
     "tokenized clone, synchronous, within an array", replication_type_source},
    {15, "Asynchronous TokenizedClone Local", "", v2_41,
     "tokenized clone, asynchronous, within an array", replication_type_source},
    {16, "Synchronous TokenizedClone Remote", "", v2_41,
     "tokenized clone, synchronous, between arrays", replication_type_source},
    {17, "Asynchronous TokenizedClone Remote", "", v2_41,
     "tokenized clone, asynchronous, between arrays", replication_type_source},
    {18, "Adaptive Mirror Local", "", v2_41, "mirror, adaptive, within an array",
     replication_type_source},
    {19, "Adaptive Mirror Remote", "", v2_41, "mirror, adaptive, between arrays",
     replication_type_source},
    {20, "Adaptive Snapshot Local", "", v2_41, "snapshot, adaptive, within an array",
     replication_type_source},
    {21, "Adaptive Snapshot Remote", "", v2_41, "snapshot, adaptive, between arrays",
     replication_type_source},
    {22, "Adaptive Clone Local", "", v2_41, "clone, adaptive, within an array",
     replication_type_source},
    {23, "Adaptive Clone Remote", "", v2_41, "clone, adaptive, between arrays",
     replication_type_source},
    {24, "Adaptive TokenizedClone Local", "", v2_41, "tokenized clone, adaptive, within an array",
     replication_type_source},
    {25, "Adaptive TokenizedClone Remote", "", v2_41, "tokenized clone, adaptive, between arrays",
     replication_type_source},
    {26, "Active Mirror Local", "", v2_49, "mirror with both ends in use, within an array",
     replication_type_source},
    {27, "Active Mirror Remote", "", v2_49, "mirror with both ends in use, between arrays",
     replication_type_source},
}};

constexpr std::string_view locality_source =
    "[spec] CIM_ReplicationServiceCapabilities.ConvertSyncTypeToReplicationType";
constexpr std::array<EnumValue, 2> locality_values = {{
    {2, "Local", "", v2_28, "within an array", locality_source},
    {3, "Remote", "", v2_28, "between arrays", locality_source},
}};

constexpr std::string_view consistency_source =
    "[spec] CIM_ReplicationService, parameter Consistency";
constexpr std::array<EnumValue, 2> consistency_values = {{
    {2, "No Consistency", "", v2_28, "members are cut one by one", consistency_source},
    {3, "Sequential Consistency", "", v2_28, "members are cut at one instant", consistency_source},
}};

constexpr std::string_view storage_object_source =
    "[spec] CIM_ReplicationServiceCapabilities.SupportedStorageObjects";
constexpr std::array<EnumValue, 3> storage_object_values = {{
    {2, "StorageVolume", "", v2_28, "volumes of an array", storage_object_source},
    {3, "LogicalDisk", "", v2_28, "logical disks of a host", storage_object_source},
    {4, "ReplicationEntity", "", v2_28, "elements known only by an identifier",
     storage_object_source},
}};

constexpr std::string_view action_source =
    "[spec] CIM_ReplicationServiceCapabilities.SupportedSynchronousActions";
constexpr std::array<EnumValue, 30> action_values = {{
    {2, "CreateElementReplica", "", v2_28, "a method of the service", action_source},
    {3, "CreateGroupReplica", "", v2_28, "a method of the service", action_source},
    {4, "CreateSynchronizationAspect", "", v2_28, "a method of the service", action_source},
    {5, "ModifyReplicaSynchronization", "", v2_28, "a method of the service", action_source},
    {6, "ModifyListSynchronization", "", v2_28, "a method of the service", action_source},
    {7, "ModifySettingsDefineState", "", v2_28, "a method of the service", action_source},
    {8, "GetAvailableTargetElements", "", v2_28, "a method of the service", action_source},
    {9, "GetPeerSystems", "", v2_28, "a method of the service", action_source},
    {10, "GetReplicationRelationships", "", v2_28, "a method of the service", action_source},
    {11, "GetServiceAccessPoints", "", v2_28, "a method of the service", action_source},
    {12, "CreateGroup", "", v2_28, "a method of the service; never runs as a job", action_source},
    {13, "DeleteGroup", "", v2_28, "a method of the service; never runs as a job", action_source},
    {14, "AddMembers", "", v2_28, "a method of the service; never runs as a job", action_source},
    {15, "RemoveMembers", "", v2_28, "a method of the service; never runs as a job", action_source},
    {16, "AddReplicationEntity", "", v2_28, "a method of the service; never runs as a job",
     action_source},
    {17, "AddServiceAccessPoint", "", v2_28, "a method of the service; never runs as a job",
     action_source},
    {18, "AddSharedSecret", "", v2_28, "a method of the service; never runs as a job",
     action_source},
    {19, "CreateListReplica", "", v2_28, "a method of the service", action_source},
    {20, "CreateGroupReplicaFromElements", "", v2_28, "a method of the service", action_source},
    {21, "GetReplicationRelationshipInstances", "", v2_28, "a method of the service",
     action_source},
    {22, "ModifyListSettingsDefineState", "", v2_28, "a method of the service", action_source},
    {23, "CreateRemoteReplicationCollection", "", v2_28, "a method of the service", action_source},
    {24, "AddToRemoteReplicationCollection", "", v2_28, "a method of the service", action_source},
    {25, "RemoveFromRemoteReplicationCollection", "", v2_28, "a method of the service",
     action_source},
    {26, "GetSynchronizationAspects", "", v2_41, "a method of the service", action_source},
    {27, "GetSynchronizationAspectInstances", "", v2_41, "a method of the service", action_source},
    {28, "CreateGroupReplicaFromElementSynchronizations", "", v2_41, "a method of the service",
     action_source},
    {29, "AddElementsToGroupSynchronized", "", v2_41, "a method of the service", action_source},
    {30, "ConfirmTargetData", "", v2_41, "a method of the service", action_source},
    {31, "CreateListSynchronizationAspect", "", v2_49, "a method of the service", action_source},
}};

}  // namespace

constexpr Enumeration operation_enumeration{"Operation", operation_values};
constexpr Enumeration replication_type_enumeration{"ReplicationType", replication_type_values};
constexpr Enumeration locality_enumeration{"LocalOrRemote", locality_values};
constexpr Enumeration consistency_enumeration{"Consistency", consistency_values};
constexpr Enumeration storage_object_enumeration{"SupportedStorageObjects", storage_object_values};
constexpr Enumeration action_enumeration{"SupportedActions", action_values};

}  // namespace replsim::cim
