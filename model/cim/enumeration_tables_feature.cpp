// Enumeration tables: features of a replication type.
// Names as the MOF spells them, meanings in own words. The names of features are sentences.
// Source: CIM 2.49, 2.41 and 2.28 (each table names its property); rulings R17 for `since`.
#include "model/cim/enumeration_tables.h"

#include <array>

namespace replsim::cim {
namespace {

constexpr std::string_view feature_source =
    "[spec] CIM_ReplicationServiceCapabilities.GetSupportedFeatures";
constexpr std::array<EnumValue, 63> feature_values = {{
    {2, "Replication groups", "", v2_28, "", feature_source},
    {3, "Multi-hop element replication", "", v2_28, "", feature_source},
    {4, "Multi-hop elements must have same SyncType", "", v2_28, "", feature_source},
    {5, "Multi-hop requires advance notice", "", v2_28, "", feature_source},
    {6, "Requires full discovery of target ComputerSystem", "", v2_28, "", feature_source},
    {7, "Service suspends source I/O when necessary", "", v2_28, "", feature_source},
    {8, "Targets allocated from Any storage pool", "", v2_28, "", feature_source},
    {9, "Targets allocated from Shared storage pool", "", v2_28, "", feature_source},
    {10, "Targets allocated from Exclusive storage pool", "", v2_28, "", feature_source},
    {11, "Targets allocated from Multiple storage pools", "", v2_28, "", feature_source},
    {12, "Targets require reserved elements", "", v2_28, "", feature_source},
    {13, "Target is associated to SynchronizationAspect", "", v2_28, "", feature_source},
    {14, "Source is associated to SynchronizationAspect", "", v2_28, "", feature_source},
    {15, "Error recovery from Broken state Automatic", "", v2_28, "", feature_source},
    {16, "Target must remain associated to source", "", v2_28, "", feature_source},
    {17, "Remote resource requires remote CIMOM", "", v2_28, "", feature_source},
    {18, "Synchronized clone target detaches automatically", "", v2_28, "", feature_source},
    {19, "Reverse Roles operation requires Read Only source", "", v2_28, "", feature_source},
    {20, "Reverse Roles operation requires subsequent resync", "", v2_28, "", feature_source},
    {21, "Restore operation requires subsequent fracture", "", v2_28, "", feature_source},
    {22, "Resync operation requires subsequent activate", "", v2_28, "", feature_source},
    {23, "Copy operation requires offline source", "", v2_28, "", feature_source},
    {24, "Adjustable CopyPriority", "", v2_28, "", feature_source},
    {25, "Source requires reserved element", "", v2_28, "", feature_source},
    {26, "Supports undiscovered resources", "", v2_28, "", feature_source},
    {27, "Restore operation requires subsequent detach", "", v2_41, "", feature_source},
    {28, "Target element can be added to collections", "", v2_41, "", feature_source},
    {29, "Reverse Roles operation requires Synchronized state", "", v2_41, "", feature_source},
    {30, "Reverse Roles operation requires Fractured state", "", v2_41, "", feature_source},
    {31, "Reverse Roles operation requires Split state", "", v2_41, "", feature_source},
    {32, "Reverse Roles operation requires FailedOver state", "", v2_41, "", feature_source},
    {33, "Reverse Roles operation requires Suspended state", "", v2_41, "", feature_source},
    {34, "Provider can manage remote source", "", v2_41, "", feature_source},
    {35, "Provider can manage remote target", "", v2_41, "", feature_source},
    {36, "Supports temporary ReplicationEntity", "", v2_41, "", feature_source},
    {37, "Supports persistent ReplicationEntity", "", v2_41, "", feature_source},
    {38, "ReplicationEntity supports embedded instance", "", v2_41, "", feature_source},
    {39, "TargetElement shall not be supplied", "", v2_41, "", feature_source},
    {40, "TargetPool shall not be supplied", "", v2_41, "", feature_source},
    {41, "TargetGoal shall not be supplied", "", v2_41, "", feature_source},
    {42, "Provider can create remote elements", "", v2_41, "", feature_source},
    {43, "Creating remote elements requires TargetPool", "", v2_41, "", feature_source},
    {44, "Local targets allocated from sources resource pool", "", v2_41, "", feature_source},
    {45, "Supports SynchronizationAspect", "", v2_41, "", feature_source},
    {46, "Accepts foreign object paths", "", v2_41, "", feature_source},
    {47, "Failover operation requires subsequent fracture", "", v2_41, "", feature_source},
    {48, "Failover operation requires subsequent split", "", v2_41, "", feature_source},
    {49, "Restore operation requires subsequent resume", "", v2_41, "", feature_source},
    {50, "GetPeerSystems can return access points", "", v2_41, "", feature_source},
    {51, "Client can supply target ElementName", "", v2_41, "", feature_source},
    {52, "Reverse Roles operation does not change CopyState", "", v2_41, "", feature_source},
    {53, "Failover operation requires subsequent failback", "", v2_41, "", feature_source},
    {54, "Planned Failover operation requires fractured state", "", v2_41, "", feature_source},
    {55, "Target element requires resource pool reserved for replication", "", v2_41, "",
     feature_source},
    {56, "Uses Reverse Roles for Failover and Failback", "", v2_49, "", feature_source},
    {57, "Create Replication requests should be sent to target service", "", v2_49, "",
     feature_source},
    {58, "Create Replication requests should be sent to source service", "", v2_49, "",
     feature_source},
    {59, "All Modify operations should be sent to target service", "", v2_49, "", feature_source},
    {60, "All Modify operations should be sent to source service", "", v2_49, "", feature_source},
    {61, "Supports multiple target elements per SynchronizationAspect", "", v2_49, "",
     feature_source},
    {62, "Can delete source in a copy relationship", "", v2_49, "", feature_source},
    {63, "Detach a snapshot makes snapshot an independent volume", "", v2_49, "", feature_source},
    {64, "Target always in a system generated group", "", v2_49, "", feature_source},
}};

}  // namespace

constexpr Enumeration feature_enumeration{"Feature", feature_values};

}  // namespace replsim::cim
