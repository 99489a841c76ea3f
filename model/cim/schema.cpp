// Look-up in the schema. The tables lie in several files; here they become one list each.
#include "model/cim/schema.h"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "model/cim/class_tables.h"

namespace replsim::cim {
namespace {

constexpr std::array<const Enumeration*, 48> enumeration_list = {
    &sync_type_enumeration,
    &mode_enumeration,
    &association_mode_enumeration,
    &copy_state_enumeration,
    &progress_status_enumeration,
    &copy_recovery_mode_enumeration,
    &association_recovery_mode_enumeration,
    &copy_type_enumeration,
    &replica_type_enumeration,
    &sync_state_enumeration,
    &copy_methodology_enumeration,
    &copy_priority_enumeration,
    &read_only_enumeration,
    &undiscovered_element_enumeration,
    &consistency_type_enumeration,
    &aspect_copy_status_enumeration,
    &aspect_sync_state_enumeration,
    &aspect_copy_methodology_enumeration,
    &pairing_enumeration,
    &unequal_groups_action_enumeration,
    &unequal_lists_action_enumeration,
    &desired_copy_methodology_enumeration,
    &target_element_supplier_enumeration,
    &thin_provisioning_policy_enumeration,
    &on_group_or_list_error_enumeration,
    &storage_compression_policy_enumeration,
    &target_element_goal_enumeration,
    &target_element_pool_enumeration,
    &changeable_type_enumeration,
    &operation_enumeration,
    &replication_type_enumeration,
    &locality_enumeration,
    &consistency_enumeration,
    &storage_object_enumeration,
    &action_enumeration,
    &feature_enumeration,
    &create_code_enumeration,
    &modify_code_enumeration,
    &request_state_change_code_enumeration,
    &get_error_code_enumeration,
    &return_code_enumeration,
    &job_state_enumeration,
    &job_request_enumeration,
    &recovery_action_enumeration,
    &local_or_utc_enumeration,
    &operational_status_enumeration,
    &health_state_enumeration,
    &enabled_state_enumeration,
};

template <typename Table>
auto find_named(const Table& table, std::string_view name) -> decltype(table.data()) {
  const auto found = std::find_if(table.begin(), table.end(),
                                  [name](const auto& row) { return row.name == name; });
  return found == table.end() ? nullptr : &*found;
}

constexpr std::size_t class_count = 37;

std::array<ClassInfo, class_count> collect_classes() {
  const std::array<std::span<const ClassInfo>, 5> parts = {
      tables::element_classes(), tables::setting_classes(), tables::association_classes(),
      tables::job_classes(), tables::service_classes()};
  std::array<ClassInfo, class_count> all{};
  std::size_t place = 0;
  for (const std::span<const ClassInfo> part : parts) {
    for (const ClassInfo& row : part) all.at(place++) = row;
  }
  if (place != class_count) throw std::logic_error("class_count differs from the class tables");
  return all;
}

}  // namespace

const EnumValue* Enumeration::find(std::uint32_t value) const {
  const auto found = std::find_if(values.begin(), values.end(),
                                  [value](const EnumValue& row) { return row.value == value; });
  return found == values.end() ? nullptr : &*found;
}

const EnumValue* Enumeration::find(std::string_view name_or_short_name) const {
  if (name_or_short_name.empty()) return nullptr;
  const auto found =
      std::find_if(values.begin(), values.end(), [name_or_short_name](const EnumValue& row) {
        return row.name == name_or_short_name || row.short_name == name_or_short_name;
      });
  return found == values.end() ? nullptr : &*found;
}

const ParameterInfo* MethodInfo::find(std::string_view parameter) const {
  return find_named(parameters, parameter);
}

const PropertyInfo* ClassInfo::find_property(std::string_view property) const {
  return find_named(properties, property);
}

const MethodInfo* ClassInfo::find_method(std::string_view method) const {
  return find_named(methods, method);
}

std::span<const ClassInfo> classes() {
  static const std::array<ClassInfo, class_count> all = collect_classes();
  return all;
}

std::span<const Enumeration* const> enumerations() {
  return enumeration_list;
}

const ClassInfo* find_class(std::string_view name) {
  return find_named(classes(), name);
}

const Enumeration* find_enumeration(std::string_view name) {
  const auto found = std::find_if(enumeration_list.begin(), enumeration_list.end(),
                                  [name](const Enumeration* table) { return table->name == name; });
  return found == enumeration_list.end() ? nullptr : *found;
}

std::vector<std::string_view> method_names() {
  std::vector<std::string_view> names;
  for (const ClassInfo& info : classes()) {
    for (const MethodInfo& method : info.methods) {
      if (std::ranges::find(names, method.name) == names.end()) names.push_back(method.name);
    }
  }
  return names;
}

bool is_a(std::string_view name, std::string_view base) {
  for (const ClassInfo* info = find_class(name); info != nullptr;
       info = find_class(info->superclass)) {
    if (info->name == base) return true;
  }
  return false;
}

}  // namespace replsim::cim
