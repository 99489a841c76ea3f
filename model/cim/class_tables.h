// Words in which the classes are written, and what the files with classes give to schema.cpp.
// A class lists the inherited properties too: tables are joined at compile time.
// Keys: the path of an instance has one key here (InstanceID, DeviceID or Name), of an association
// its two ends. SystemName and the like are kept as properties; signed types below 64 bits and the
// schedule of CIM_Job are left out, nothing in replsim carries them.
#pragma once

#include <array>

#include "model/cim/enumeration_tables.h"
#include "model/cim/schema.h"

namespace replsim::cim::tables {

using Properties = std::span<const PropertyInfo>;

/// Two lists of properties behind each other.
template <std::size_t First, std::size_t Second>
constexpr std::array<PropertyInfo, First + Second> join(
    const std::array<PropertyInfo, First>& first, const std::array<PropertyInfo, Second>& second) {
  std::array<PropertyInfo, First + Second> all{};
  for (std::size_t i = 0; i < First; ++i) all[i] = first[i];
  for (std::size_t i = 0; i < Second; ++i) all[First + i] = second[i];
  return all;
}

constexpr PropertyInfo plain(std::string_view name, Type type, std::string_view meaning) {
  return {.name = name, .type = type, .meaning = meaning};
}
constexpr PropertyInfo text(std::string_view name, std::string_view meaning) {
  return plain(name, Type::String, meaning);
}
constexpr PropertyInfo truth(std::string_view name, std::string_view meaning) {
  return plain(name, Type::Boolean, meaning);
}
constexpr PropertyInfo moment(std::string_view name, std::string_view meaning) {
  return plain(name, Type::DateTime, meaning);
}
/// A uint16 with a scale.
constexpr PropertyInfo choice(std::string_view name, const Enumeration& scale,
                              std::string_view meaning) {
  PropertyInfo property = plain(name, Type::Uint16, meaning);
  property.enumeration = &scale;
  return property;
}
constexpr PropertyInfo reference(std::string_view name, std::string_view class_name,
                                 std::string_view meaning) {
  PropertyInfo property = plain(name, Type::Reference, meaning);
  property.class_name = class_name;
  return property;
}
/// An EmbeddedObject.
constexpr PropertyInfo embedded(std::string_view name, std::string_view class_name,
                                std::string_view meaning) {
  PropertyInfo property = plain(name, Type::Instance, meaning);
  property.class_name = class_name;
  return property;
}
constexpr PropertyInfo key(PropertyInfo property) {
  property.key = true;
  return property;
}
constexpr PropertyInfo list(PropertyInfo property) {
  property.array = true;
  return property;
}
constexpr PropertyInfo since(SchemaVersion version, PropertyInfo property) {
  property.since = version;
  return property;
}

/// CIM_ManagedElement.
inline constexpr std::array<PropertyInfo, 3> managed_element = {{
    text("Caption", "short text for people"),
    text("Description", "longer text for people"),
    text("ElementName", "name given by a person"),
}};

/// CIM_ManagedSystemElement and CIM_LogicalElement.
inline constexpr std::array<PropertyInfo, 8> logical_element =
    join(managed_element,
         std::array<PropertyInfo, 5>{{
             moment("InstallDate", "when it was installed"),
             list(choice("OperationalStatus", operational_status_enumeration, "how it works now")),
             list(text("StatusDescriptions", "words beside OperationalStatus")),
             text("Status", "older status word"),
             choice("HealthState", health_state_enumeration, "how sound it is"),
         }});

/// CIM_EnabledLogicalElement.
inline constexpr std::array<PropertyInfo, 13> enabled_element =
    join(logical_element,
         std::array<PropertyInfo, 5>{{
             choice("EnabledState", enabled_state_enumeration, "whether it takes requests"),
             text("OtherEnabledState", "when EnabledState is Other"),
             plain("RequestedState", Type::Uint16, "state asked for last"),
             plain("EnabledDefault", Type::Uint16, "state after start"),
             moment("TimeOfLastStateChange", "when EnabledState changed last"),
         }});

/// CIM_SettingData.
inline constexpr std::array<PropertyInfo, 9> setting_data =
    join(managed_element,
         std::array<PropertyInfo, 6>{{
             key(text("InstanceID", "identifier of the instance")),
             choice("ChangeableType", changeable_type_enumeration, "who may change it"),
             text("ConfigurationName", "name of a set of settings"),
             list(embedded("ComponentSetting", "CIM_SettingData", "parts of the setting")),
             text("SoID", "identifier given by a schema owner"),
             text("SoOrgID", "organisation behind SoID"),
         }});

/// The classes of each file, superclasses first.
std::span<const ClassInfo> element_classes();
std::span<const ClassInfo> association_classes();
std::span<const ClassInfo> setting_classes();
std::span<const ClassInfo> job_classes();
std::span<const ClassInfo> service_classes();

}  // namespace replsim::cim::tables
