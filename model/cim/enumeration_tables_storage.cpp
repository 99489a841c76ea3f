// Enumeration tables: how an association holds its replica, and aspects.
// Names as the MOF spells them, meanings in own words.
// Source: CIM 2.49, 2.41 and 2.28 (each table names its property); rulings R17 for `since`.
#include "model/cim/enumeration_tables.h"

#include <array>

namespace replsim::cim {
namespace {

constexpr std::string_view copy_type_source = "[spec] CIM_StorageSynchronized.CopyType";
constexpr std::array<EnumValue, 4> copy_type_values = {{
    {2, "Async", "", v2_28, "kept up, asynchronously", copy_type_source},
    {3, "Sync", "", v2_28, "kept up, synchronously", copy_type_source},
    {4, "UnSyncAssoc", "", v2_28, "point in time, the association stays", copy_type_source},
    {5, "UnSyncUnAssoc", "", v2_28, "point in time, the association ends with the copy",
     copy_type_source},
}};

constexpr std::string_view replica_type_source = "[spec] CIM_StorageSynchronized.ReplicaType";
constexpr std::array<EnumValue, 5> replica_type_values = {{
    {0, "Not Specified", "", v2_28, "not told", replica_type_source},
    {2, "Full Copy", "", v2_28, "the replica holds all data", replica_type_source},
    {3, "Before Delta", "", v2_28, "the source is held as a difference from the replica",
     replica_type_source},
    {4, "After Delta", "", v2_28, "the replica is held as a difference from the source",
     replica_type_source},
    {5, "Log", "", v2_28, "the replica is a log of changes", replica_type_source},
}};

constexpr std::string_view sync_state_source = "[spec] CIM_StorageSynchronized.SyncState";
constexpr std::array<EnumValue, 15> sync_state_values = {{
    {0, "Unknown", "", v2_41, "not known", sync_state_source},
    {2, "Initialized", "", v2_28, "linked, the copy engine has not begun", sync_state_source},
    {3, "PrepareInProgress", "", v2_28, "preparation runs", sync_state_source},
    {4, "Prepared", "", v2_28, "ready to copy", sync_state_source},
    {5, "ResyncInProgress", "", v2_28, "the first copy or a resynchronisation runs",
     sync_state_source},
    {6, "Synchronized", "", v2_28, "the replica is a copy and kept up", sync_state_source},
    {7, "Fracture In Progress", "", v2_28, "the replica is being separated", sync_state_source},
    {8, "QuiesceInProgress", "", v2_28, "the flow is being stopped", sync_state_source},
    {9, "Quiesced", "", v2_28, "the flow is stopped", sync_state_source},
    {10, "Restore In Progress", "", v2_28, "data goes from the replica to the source",
     sync_state_source},
    {11, "Idle", "", v2_28, "nothing moves; a virtual copy at rest", sync_state_source},
    {12, "Broken", "", v2_28, "not functional", sync_state_source},
    {13, "Fractured", "", v2_28, "the replica is separated", sync_state_source},
    {14, "Frozen", "", v2_28, "a complete copy of one point in time", sync_state_source},
    {15, "Copy In Progress", "", v2_28, "a point in time copy runs", sync_state_source},
}};

constexpr std::string_view copy_methodology_source =
    "[spec] CIM_StorageSynchronized.CopyMethodology";
constexpr std::array<EnumValue, 12> copy_methodology_values = {{
    {0, "Not Specified", "", v2_28, "not told", copy_methodology_source},
    {1, "Other", "", v2_28, "none of these", copy_methodology_source},
    {2, "Implementation decides", "", v2_28, "the provider chooses", copy_methodology_source},
    {3, "Full Copy", "", v2_28, "all blocks are copied", copy_methodology_source},
    {4, "Incremental-Copy", "", v2_28, "only changed blocks since the last copy",
     copy_methodology_source},
    {5, "Differential-Copy", "", v2_28, "only blocks that differ", copy_methodology_source},
    {6, "Copy-On-Write", "", v2_28, "old data is saved before it is overwritten",
     copy_methodology_source},
    {7, "Copy-On-Access", "", v2_28, "a block is copied when it is touched",
     copy_methodology_source},
    {8, "Delta-Update", "", v2_28, "differences are sent at intervals", copy_methodology_source},
    {9, "Snap-And-Clone", "", v2_28, "a snapshot first, then a clone of it",
     copy_methodology_source},
    {10, "Copy-before-Activation", "", v2_41, "the copy is made before it is activated",
     copy_methodology_source},
    {11, "Redirect-On-Write", "", v2_49, "new data goes to a new place", copy_methodology_source},
}};

constexpr std::string_view copy_priority_source = "[spec] CIM_StorageSynchronized.CopyPriority";
constexpr std::array<EnumValue, 5> copy_priority_values = {{
    {0, "Not Managed", "", v2_28, "not weighed", copy_priority_source},
    {1, "Low", "", v2_28, "copy I/O yields to host I/O", copy_priority_source},
    {2, "Same", "", v2_28, "copy I/O and host I/O weigh the same", copy_priority_source},
    {3, "High", "", v2_28, "copy I/O goes first", copy_priority_source},
    {4, "Urgent", "", v2_28, "copy I/O goes before everything", copy_priority_source},
}};

constexpr std::string_view read_only_source = "[spec] CIM_StorageSynchronized.ReadOnly";
constexpr std::array<EnumValue, 3> read_only_values = {{
    {2, "SystemElement", "", v2_28, "hosts may not write to the source", read_only_source},
    {3, "SyncedElement", "", v2_28, "hosts may not write to the target", read_only_source},
    {4, "Both", "", v2_28, "hosts may write to neither", read_only_source},
}};

constexpr std::string_view undiscovered_element_source =
    "[spec] CIM_StorageSynchronized.UndiscoveredElement";
constexpr std::array<EnumValue, 3> undiscovered_element_values = {{
    {2, "SystemElement", "", v2_28, "the service does not model the source",
     undiscovered_element_source},
    {3, "SyncedElement", "", v2_28, "the service does not model the target",
     undiscovered_element_source},
    {4, "Both", "", v2_28, "the service models neither", undiscovered_element_source},
}};

constexpr std::string_view consistency_type_source =
    "[spec] CIM_SynchronizationAspect.ConsistencyType";
constexpr std::array<EnumValue, 1> consistency_type_values = {{
    {2, "Sequentially Consistent", "", v2_28, "the order of writes is kept over all members",
     consistency_type_source},
}};

constexpr std::string_view aspect_copy_status_source =
    "[spec] CIM_SynchronizationAspect.CopyStatus";
constexpr std::array<EnumValue, 10> aspect_copy_status_values = {{
    {2, "Not Applicable", "", v2_28, "no copy belongs to the aspect", aspect_copy_status_source},
    {3, "Operation In Progress", "", v2_28, "an operation runs", aspect_copy_status_source},
    {4, "Operation Completed", "", v2_28, "the operation is done", aspect_copy_status_source},
    {5, "Initializing", "", v2_28, "being set up", aspect_copy_status_source},
    {6, "Synchronizing", "", v2_28, "the copy runs", aspect_copy_status_source},
    {7, "Resyncing", "", v2_28, "a resynchronisation runs", aspect_copy_status_source},
    {8, "Restoring", "", v2_28, "the source is being restored", aspect_copy_status_source},
    {9, "Aborting", "", v2_28, "being given up", aspect_copy_status_source},
    {10, "Terminating", "", v2_28, "ending", aspect_copy_status_source},
    {11, "Mixed", "", v2_28, "of a group: look at each member", aspect_copy_status_source},
}};

constexpr std::string_view aspect_sync_state_source = "[spec] CIM_SynchronizationAspect.SyncState";
constexpr std::array<EnumValue, 6> aspect_sync_state_values = {{
    {2, "Initialized", "", v2_41, "linked", aspect_sync_state_source},
    {3, "Unsynchronized", "", v2_41, "not complete", aspect_sync_state_source},
    {4, "Synchronized", "", v2_41, "complete", aspect_sync_state_source},
    {5, "Error", "", v2_41, "not usable", aspect_sync_state_source},
    {6, "Invalid", "", v2_41, "status not known", aspect_sync_state_source},
    {7, "Restored", "", v2_41, "the source was restored from it", aspect_sync_state_source},
}};

constexpr std::string_view aspect_copy_methodology_source =
    "[spec] CIM_SynchronizationAspect.CopyMethodology";
constexpr std::array<EnumValue, 9> aspect_copy_methodology_values = {{
    {1, "Other", "", v2_28, "none of these", aspect_copy_methodology_source},
    {2, "Implementation decides", "", v2_28, "the provider chooses",
     aspect_copy_methodology_source},
    {3, "Full-Copy", "", v2_28, "all blocks are copied", aspect_copy_methodology_source},
    {4, "Incremental-Copy", "", v2_28, "only changed blocks since the last copy",
     aspect_copy_methodology_source},
    {5, "Differential-Copy", "", v2_28, "only blocks that differ", aspect_copy_methodology_source},
    {6, "Copy-On-Write", "", v2_28, "old data is saved before it is overwritten",
     aspect_copy_methodology_source},
    {7, "Copy-On-Access", "", v2_28, "a block is copied when it is touched",
     aspect_copy_methodology_source},
    {8, "Delta-Update", "", v2_28, "differences are sent at intervals",
     aspect_copy_methodology_source},
    {9, "Snap-And-Clone", "", v2_28, "a snapshot first, then a clone of it",
     aspect_copy_methodology_source},
}};

}  // namespace

constexpr Enumeration copy_type_enumeration{"CopyType", copy_type_values};
constexpr Enumeration replica_type_enumeration{"ReplicaType", replica_type_values};
constexpr Enumeration sync_state_enumeration{"SyncState", sync_state_values};
constexpr Enumeration copy_methodology_enumeration{"CopyMethodology", copy_methodology_values};
constexpr Enumeration copy_priority_enumeration{"CopyPriority", copy_priority_values};
constexpr Enumeration read_only_enumeration{"ReadOnly", read_only_values};
constexpr Enumeration undiscovered_element_enumeration{"UndiscoveredElement",
                                                       undiscovered_element_values};
constexpr Enumeration consistency_type_enumeration{"ConsistencyType", consistency_type_values};
constexpr Enumeration aspect_copy_status_enumeration{"CIM_SynchronizationAspect.CopyStatus",
                                                     aspect_copy_status_values};
constexpr Enumeration aspect_sync_state_enumeration{"CIM_SynchronizationAspect.SyncState",
                                                    aspect_sync_state_values};
constexpr Enumeration aspect_copy_methodology_enumeration{
    "CIM_SynchronizationAspect.CopyMethodology", aspect_copy_methodology_values};

}  // namespace replsim::cim
