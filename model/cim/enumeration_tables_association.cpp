// Enumeration tables: what an association is and in which state.
// Names as the MOF spells them, meanings in own words.
// Source: CIM 2.49, 2.41 and 2.28 (each table names its property); rulings R17 for `since`.
#include "model/cim/enumeration_tables.h"

#include <array>

namespace replsim::cim {
namespace {

constexpr std::string_view sync_type_source = "[spec] CIM_Synchronized.SyncType";
constexpr std::array<EnumValue, 4> sync_type_values = {{
    {6, "Mirror", "", v2_28, "copy that is kept up: every change of the source reaches the target",
     sync_type_source},
    {7, "Snapshot", "", v2_28, "virtual copy of one point in time", sync_type_source},
    {8, "Clone", "", v2_28, "full copy of one point in time", sync_type_source},
    {9, "TokenizedClone", "", v2_41, "full copy made by handing over a token", sync_type_source},
}};

constexpr std::string_view mode_source = "[spec] CIM_ReplicationService, parameter Mode";
constexpr std::array<EnumValue, 3> mode_values = {{
    {2, "Synchronous", "", v2_28, "a host write is acknowledged when both ends have it",
     mode_source},
    {3, "Asynchronous", "", v2_28, "a host write is acknowledged when the source has it",
     mode_source},
    {4, "Adaptive", "", v2_41, "may switch between the two", mode_source},
}};

constexpr std::string_view association_mode_source = "[spec] CIM_Synchronized.Mode";
constexpr std::array<EnumValue, 5> association_mode_values = {{
    {0, "Unknown", "", v2_28, "not known", association_mode_source},
    {2, "Synchronous", "", v2_28, "a host write is acknowledged when both ends have it",
     association_mode_source},
    {3, "Asynchronous", "", v2_28, "a host write is acknowledged when the source has it",
     association_mode_source},
    {4, "Adaptive", "", v2_41, "may switch between the two", association_mode_source},
    {5, "Active", "", v2_49, "both ends serve hosts", association_mode_source},
}};

constexpr std::string_view copy_state_source = "[spec] CIM_Synchronized.CopyState";
constexpr std::array<EnumValue, 17> copy_state_values = {{
    {2, "Initialized", "", v2_28, "the elements are linked, no data has flowed yet",
     copy_state_source},
    {3, "Unsynchronized", "", v2_28, "a part of the source is not yet on the target; the copy runs",
     copy_state_source},
    {4, "Synchronized", "", v2_28, "the target is a copy of the source", copy_state_source},
    {5, "Broken", "", v2_28, "not functional: an error of source, target, path or space",
     copy_state_source},
    {6, "Fractured", "", v2_28,
     "the target is separated, changes are remembered; no promise of consistency",
     copy_state_source},
    {7, "Split", "", v2_28, "the target was separated in an orderly way and is consistent",
     copy_state_source},
    {8, "Inactive", "", v2_28, "the data flow is stopped; source writes are not sent",
     copy_state_source},
    {9, "Suspended", "", v2_28,
     "the data flow is stopped; source writes are kept for the target until Resume",
     copy_state_source},
    {10, "Failedover", "", v2_28, "the target serves hosts in place of the source",
     copy_state_source},
    {11, "Prepared", "", v2_28, "initialised and ready; the data flow has not begun",
     copy_state_source},
    {12, "Aborted", "", v2_28, "stopped by Abort; Resync Replica starts it again",
     copy_state_source},
    {13, "Skewed", "", v2_28,
     "a host changed the target, which no longer equals the source or its point in time",
     copy_state_source},
    {14, "Mixed", "", v2_28, "of a group: the members are in different states", copy_state_source},
    {15, "Not Applicable", "", v2_28,
     "no replication state; the resting value of RequestedCopyState", copy_state_source},
    {16, "Partitioned", "", v2_28,
     "the state cannot be read, for example because the connection is lost", copy_state_source},
    {17, "Invalid", "", v2_28, "the connection is back but the status of an element is not known",
     copy_state_source},
    {18, "Restored", "", v2_41, "the source was restored from the target", copy_state_source},
}};

constexpr std::string_view progress_status_source = "[spec] CIM_Synchronized.ProgressStatus";
constexpr std::array<EnumValue, 25> progress_status_values = {{
    {0, "Unknown", "", v2_28, "not known", progress_status_source},
    {2, "Completed", "", v2_28, "the request is done and nothing moves", progress_status_source},
    {3, "Dormant", "", v2_28, "the data flow is inactive, suspended or quiesced",
     progress_status_source},
    {4, "Initializing", "", v2_28, "the association is being set up", progress_status_source},
    {5, "Preparing", "", v2_28, "preparation runs", progress_status_source},
    {6, "Synchronizing", "", v2_28, "the first copy runs", progress_status_source},
    {7, "Resyncing", "", v2_28, "a resynchronisation runs", progress_status_source},
    {8, "Restoring", "", v2_28, "data goes from target to source", progress_status_source},
    {9, "Fracturing", "", v2_28, "the target is being separated", progress_status_source},
    {10, "Splitting", "", v2_28, "the target is being separated in an orderly way",
     progress_status_source},
    {11, "Failing over", "", v2_28, "the roles are being switched", progress_status_source},
    {12, "Failing back", "", v2_28, "a failover is being undone", progress_status_source},
    {13, "Aborting", "", v2_28, "the copy is being given up", progress_status_source},
    {14, "Mixed", "", v2_28, "of a group: look at each member", progress_status_source},
    {15, "Not Applicable", "", v2_28, "there is nothing to tell", progress_status_source},
    {16, "Suspending", "", v2_28, "the data flow is being stopped", progress_status_source},
    {17, "Requires fracture", "", v2_28, "finished; Fracture must come first",
     progress_status_source},
    {18, "Requires resync", "", v2_28, "finished; Resync Replica must come first",
     progress_status_source},
    {19, "Requires activate", "", v2_28, "finished; Activate must come first",
     progress_status_source},
    {20, "Pending", "", v2_28, "the flow is held for a moment", progress_status_source},
    {21, "Detaching", "", v2_28, "the association is being removed", progress_status_source},
    {22, "Requires detach", "", v2_41, "finished; Detach must come first", progress_status_source},
    {23, "Terminating", "", v2_41, "the association is ending", progress_status_source},
    {24, "Requires split", "", v2_41, "finished; Split must come first", progress_status_source},
    {25, "Requires resume", "", v2_41, "finished; Resume must come first", progress_status_source},
}};

constexpr std::string_view copy_recovery_mode_source =
    "[spec] CIM_ReplicationSettingData.CopyRecoveryMode";
constexpr std::array<EnumValue, 4> copy_recovery_mode_values = {{
    {0, "Unknown", "", v2_28, "not known", copy_recovery_mode_source},
    {2, "Automatic", "", v2_28, "after a repair the copy goes on by itself",
     copy_recovery_mode_source},
    {3, "Manual", "", v2_28, "after a repair the relation is Suspended until Resume",
     copy_recovery_mode_source},
    {4, "Implementation decides", "", v2_28, "replsim takes Automatic (rulings R18)",
     copy_recovery_mode_source},
}};

constexpr std::string_view association_recovery_mode_source =
    "[spec] CIM_Synchronized.CopyRecoveryMode";
constexpr std::array<EnumValue, 3> association_recovery_mode_values = {{
    {0, "Unknown", "", v2_28, "not known", association_recovery_mode_source},
    {2, "Automatic", "", v2_28, "after a repair the copy goes on by itself",
     association_recovery_mode_source},
    {3, "Manual", "", v2_28, "after a repair the relation is Suspended until Resume",
     association_recovery_mode_source},
}};

}  // namespace

constexpr Enumeration sync_type_enumeration{"SyncType", sync_type_values};
constexpr Enumeration mode_enumeration{"Mode", mode_values};
constexpr Enumeration association_mode_enumeration{"CIM_Synchronized.Mode",
                                                   association_mode_values};
constexpr Enumeration copy_state_enumeration{"CopyState", copy_state_values};
constexpr Enumeration progress_status_enumeration{"ProgressStatus", progress_status_values};
constexpr Enumeration copy_recovery_mode_enumeration{"CopyRecoveryMode", copy_recovery_mode_values};
constexpr Enumeration association_recovery_mode_enumeration{"CIM_Synchronized.CopyRecoveryMode",
                                                            association_recovery_mode_values};

}  // namespace replsim::cim
