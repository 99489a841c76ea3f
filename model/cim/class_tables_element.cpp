// Managed elements: systems, pools, volumes, and the roots that references name.
// Source: CIM 2.49; MSISCSITARGET_StorageVolume: Windows Server 2012 R2 iSCSI Target
// (cim_replication_service.md E1).
#include "model/cim/class_tables.h"

namespace replsim::cim::tables {
namespace {

constexpr std::array<PropertyInfo, 18> computer_system =
    join(enabled_element, std::array<PropertyInfo, 5>{{
                              key(text("Name", "name of the array or host")),
                              text("CreationClassName", "class of the instance"),
                              text("NameFormat", "how Name is made"),
                              text("PrimaryOwnerName", "whose it is"),
                              list(plain("Dedicated", Type::Uint16, "what it is for")),
                          }});

constexpr std::array<PropertyInfo, 11> resource_pool =
    join(logical_element, std::array<PropertyInfo, 3>{{
                              key(text("InstanceID", "path of the pool, `east/pool1`")),
                              text("PoolID", "name within the array"),
                              truth("Primordial", "true for raw space"),
                          }});

constexpr std::array<PropertyInfo, 13> storage_pool =
    join(resource_pool, std::array<PropertyInfo, 2>{{
                            plain("TotalManagedSpace", Type::Uint64, "size in bytes"),
                            plain("RemainingManagedSpace", Type::Uint64, "free bytes"),
                        }});

constexpr std::array<PropertyInfo, 17> logical_device =
    join(enabled_element, std::array<PropertyInfo, 4>{{
                              key(text("DeviceID", "path of the element, `east/vol1`")),
                              text("SystemCreationClassName", "class of the array"),
                              text("SystemName", "name of the array"),
                              text("CreationClassName", "class of the instance"),
                          }});

constexpr std::array<PropertyInfo, 31> storage_extent =
    join(logical_device,
         std::array<PropertyInfo, 14>{{
             text("Name", "name that hosts can read"),
             plain("DataOrganization", Type::Uint16, "kind of blocks"),
             text("Purpose", "what it is used for"),
             plain("Access", Type::Uint16, "read, write or both"),
             plain("BlockSize", Type::Uint64, "bytes in a block"),
             plain("NumberOfBlocks", Type::Uint64, "blocks in all"),
             plain("ConsumableBlocks", Type::Uint64, "blocks that hosts can use"),
             truth("IsBasedOnUnderlyingRedundancy", "true when something below keeps copies"),
             truth("SequentialAccess", "true for tapes and the like"),
             list(plain("ExtentStatus", Type::Uint16, "more about the extent")),
             truth("NoSinglePointOfFailure", "true when any one part may fail"),
             plain("DataRedundancy", Type::Uint16, "complete copies kept"),
             plain("PackageRedundancy", Type::Uint16, "disks that may fail"),
             truth("Primordial", "true for raw space"),
         }});

constexpr std::array<PropertyInfo, 36> storage_volume =
    join(storage_extent, std::array<PropertyInfo, 5>{{
                             plain("DeltaReservation", Type::Uint8, "percent kept for differences"),
                             plain("NameFormat", Type::Uint16, "how Name is made"),
                             plain("NameNamespace", Type::Uint16, "where Name is unique"),
                             text("OtherNameNamespace", "when NameNamespace is Other"),
                             text("OtherNameFormat", "when NameFormat is Other"),
                         }});

constexpr std::array<PropertyInfo, 40> microsoft_volume =
    join(storage_volume, std::array<PropertyInfo, 4>{{
                             plain("MSWTD", Type::Uint32, "device number at the iSCSI target"),
                             text("MSDevicePath", "path of the device"),
                             text("MSParentPath", "path of the parent disk"),
                             plain("MSParentWTD", Type::Uint32, "device number of the parent"),
                         }});

constexpr std::array<PropertyInfo, 4> collection =
    join(managed_element,
         std::array<PropertyInfo, 1>{{key(text("InstanceID", "identifier of the instance"))}});

constexpr std::array<PropertyInfo, 14> access_point = join(
    enabled_element, std::array<PropertyInfo, 1>{{key(text("Name", "name of the access point"))}});

constexpr std::array<ClassInfo, 17> element_class_list = {{
    {"CIM_ManagedElement", "", managed_element, {}},
    {"CIM_ManagedSystemElement", "CIM_ManagedElement", logical_element, {}},
    {"CIM_LogicalElement", "CIM_ManagedSystemElement", logical_element, {}},
    {"CIM_EnabledLogicalElement", "CIM_LogicalElement", enabled_element, {}},
    {"CIM_System", "CIM_EnabledLogicalElement", computer_system, {}},
    {"CIM_ComputerSystem", "CIM_System", computer_system, {}},
    {"CIM_ResourcePool", "CIM_LogicalElement", resource_pool, {}},
    {"CIM_StoragePool", "CIM_ResourcePool", storage_pool, {}},
    {"CIM_LogicalDevice", "CIM_EnabledLogicalElement", logical_device, {}},
    {"CIM_StorageExtent", "CIM_LogicalDevice", storage_extent, {}},
    {"CIM_StorageVolume", "CIM_StorageExtent", storage_volume, {}},
    {"MSISCSITARGET_StorageVolume", "CIM_StorageVolume", microsoft_volume, {}},
    {"CIM_ServiceAccessPoint", "CIM_EnabledLogicalElement", access_point, {}},
    {"CIM_Collection", "CIM_ManagedElement", managed_element, {}},
    {"CIM_SystemSpecificCollection", "CIM_Collection", collection, {}},
    {"CIM_ConnectivityCollection", "CIM_SystemSpecificCollection", collection, {}},
    {"CIM_Capabilities", "CIM_ManagedElement", collection, {}},
}};

}  // namespace

std::span<const ClassInfo> element_classes() {
  return element_class_list;
}

}  // namespace replsim::cim::tables
