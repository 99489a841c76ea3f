// The replication services with the methods that replsim has, and their capabilities.
// Parameters stand in the order of the documents.
// Source: cim_replication_service.md sections A, C and E (CIM 2.49; `since`: its column In),
// cim_capabilities.md; MSISCSITARGET_ReplicationService: Windows Server 2012 R2 iSCSI Target.
#include "model/cim/class_tables.h"

namespace replsim::cim::tables {
namespace {

constexpr std::array<PropertyInfo, 20> service =
    join(enabled_element, std::array<PropertyInfo, 7>{{
                              text("SystemCreationClassName", "class of the array"),
                              text("SystemName", "name of the array"),
                              text("CreationClassName", "class of the instance"),
                              key(text("Name", "path of the service, `east`")),
                              text("PrimaryOwnerName", "whose it is"),
                              text("StartMode", "how it is started"),
                              truth("Started", "true while it runs"),
                          }});

constexpr std::array<PropertyInfo, 8> capabilities = join(
    managed_element,
    std::array<PropertyInfo, 5>{{
        key(text("InstanceID", "identifier of the instance")),
        list(choice("SupportedReplicationTypes", replication_type_enumeration, "types offered")),
        list(choice("SupportedStorageObjects", storage_object_enumeration, "elements it copies")),
        list(choice("SupportedAsynchronousActions", action_enumeration, "methods that make jobs")),
        list(choice("SupportedSynchronousActions", action_enumeration, "methods without a job")),
    }});

constexpr ParameterInfo input(std::string_view name, Type type) {
  return {.name = name, .type = type};
}
constexpr ParameterInfo scaled(std::string_view name, const Enumeration& scale) {
  return {.name = name, .type = Type::Uint16, .enumeration = &scale};
}
constexpr ParameterInfo pointer(std::string_view name, std::string_view class_name,
                                Direction direction = Direction::In) {
  return {.name = name, .type = Type::Reference, .direction = direction, .class_name = class_name};
}
/// An embedded instance travels as text.
constexpr ParameterInfo embedded(std::string_view name, std::string_view class_name) {
  return {.name = name, .type = Type::String, .class_name = class_name};
}
constexpr ParameterInfo required(ParameterInfo parameter) {
  parameter.required = true;
  return parameter;
}
constexpr ParameterInfo many(ParameterInfo parameter) {
  parameter.array = true;
  return parameter;
}
constexpr ParameterInfo from_2_41(ParameterInfo parameter) {
  parameter.since = SchemaVersion::V2_41;
  return parameter;
}

constexpr std::array<ParameterInfo, 15> create_element_replica = {{
    input("ElementName", Type::String),
    required(scaled("SyncType", sync_type_enumeration)),
    scaled("Mode", mode_enumeration),
    required(pointer("SourceElement", "CIM_LogicalElement")),
    pointer("SourceAccessPoint", "CIM_ServiceAccessPoint"),
    pointer("TargetElement", "CIM_LogicalElement", Direction::InOut),
    pointer("TargetAccessPoint", "CIM_ServiceAccessPoint"),
    embedded("ReplicationSettingData", "CIM_ReplicationSettingData"),
    pointer("Job", "CIM_ConcreteJob", Direction::Out),
    pointer("Synchronization", "CIM_Synchronized", Direction::Out),
    pointer("TargetSettingGoal", "CIM_SettingData"),
    pointer("TargetPool", "CIM_ResourcePool"),
    scaled("WaitForCopyState", copy_state_enumeration),
    from_2_41(pointer("ConnectivityCollection", "CIM_ConnectivityCollection")),
    from_2_41(many(pointer("Collections", "CIM_Collection"))),
}};

constexpr std::array<ParameterInfo, 9> modify_replica_synchronization = {{
    required(scaled("Operation", operation_enumeration)),
    required(pointer("Synchronization", "CIM_Synchronized")),
    embedded("ReplicationSettingData", "CIM_ReplicationSettingData"),
    many(pointer("SyncPair", "CIM_Synchronized")),
    pointer("Job", "CIM_ConcreteJob", Direction::Out),
    pointer("SettingsState", "CIM_SettingsDefineState", Direction::Out),
    input("Force", Type::Boolean),
    scaled("WaitForCopyState", copy_state_enumeration),
    from_2_41(pointer("UpdatedSynchronization", "CIM_Synchronized", Direction::Out)),
}};

/// The methods as `class_name` offers them; both services have the same ones.
constexpr std::array<MethodInfo, 2> methods_of(std::string_view class_name) {
  return {{
      {.class_name = class_name,
       .name = "CreateElementReplica",
       .parameters = create_element_replica,
       .return_codes = &create_code_enumeration,
       .may_start_job = true,
       .source = "[spec] CIM_ReplicationService.CreateElementReplica"},
      {.class_name = class_name,
       .name = "ModifyReplicaSynchronization",
       .parameters = modify_replica_synchronization,
       .return_codes = &modify_code_enumeration,
       .may_start_job = true,
       .source = "[spec] CIM_ReplicationService.ModifyReplicaSynchronization"},
  }};
}
constexpr auto cim_methods = methods_of("CIM_ReplicationService");
constexpr auto microsoft_methods = methods_of("MSISCSITARGET_ReplicationService");

constexpr std::array<ClassInfo, 4> service_class_list = {{
    {"CIM_Service", "CIM_EnabledLogicalElement", service, {}},
    {"CIM_ReplicationService", "CIM_Service", service, cim_methods},
    {"MSISCSITARGET_ReplicationService", "CIM_ReplicationService", service, microsoft_methods},
    {"CIM_ReplicationServiceCapabilities", "CIM_Capabilities", capabilities, {}},
}};

}  // namespace

std::span<const ClassInfo> service_classes() {
  return service_class_list;
}

}  // namespace replsim::cim::tables
