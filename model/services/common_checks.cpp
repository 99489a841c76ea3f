// Checks that every method shares: they follow the method's own parameter table.
// Source: rulings R1 (1), (2); language.md section 9 (what `raw` lets through).
#include <fmt/format.h>
#include <algorithm>
#include <array>

#include "model/services/call_checks.h"
#include "model/services/queries.h"

namespace replsim::services {
namespace {

/// Calls judge(parameter, value) for every argument that is given, arrays item by item.
template <class Judge>
Verdict each_value(const CheckedCall& call, Judge judge) {
  for (const cim::ParameterInfo& parameter : call.method.parameters) {
    const cim::Value& value = call.get(parameter.name);
    if (value.is_null()) continue;
    if (!value.is_array()) {
      if (Verdict verdict = judge(parameter, value)) return verdict;
      continue;
    }
    for (const cim::Value& item : value.as_array()) {
      if (Verdict verdict = judge(parameter, item)) return verdict;
    }
  }
  return std::nullopt;
}

bool offered_elsewhere(const CheckedCall& call, const cim::ParameterInfo& parameter,
                       const cim::ObjectPath& path) {
  const bool target = parameter.name == "TargetElement" || parameter.name == "TargetPool";
  if (!target || path.keys.size() != 1) return false;
  const bool element =
      path.class_name == "CIM_StorageVolume" && path.keys.front().first == "DeviceID";
  const bool pool = path.class_name == "CIM_StoragePool" && path.keys.front().first == "InstanceID";
  const ElementName name = split_element(path.keys.front().second);
  return (element || pool) && !name.array.empty() && !name.local.empty() &&
         name.array != call.facts.array;
}

}  // namespace

Verdict missing(const CheckedCall& call) {
  for (const cim::ParameterInfo& parameter : call.method.parameters) {
    if (!parameter.required || !call.get(parameter.name).is_null()) continue;
    return Objection{fmt::format("{} is required", parameter.name)};
  }
  return std::nullopt;
}

Verdict reserved(const CheckedCall& call) {
  const auto judge = [&](const cim::ParameterInfo& parameter, const cim::Value& value) -> Verdict {
    if (parameter.enumeration == nullptr || value.is_null()) return std::nullopt;
    const std::uint64_t number = value.as_unsigned();
    if (number >= first_vendor_value) return std::nullopt;
    const cim::EnumValue* row = parameter.enumeration->find(static_cast<std::uint32_t>(number));
    if (row != nullptr && row->since <= call.profile.schema) return std::nullopt;
    return Objection{fmt::format("{} has no value {}", parameter.name, number)};
  };
  return each_value(call, judge);
}

Verdict wrong_class(const CheckedCall& call) {
  const auto judge = [](const cim::ParameterInfo& parameter, const cim::Value& value) -> Verdict {
    if (parameter.type != cim::Type::Reference || value.is_null()) return std::nullopt;
    const std::string& given = value.as_reference().class_name;
    if (cim::is_a(given, parameter.class_name)) return std::nullopt;
    return Objection{fmt::format("{} takes a {}, not a {}", parameter.name, parameter.class_name,
                                 given.empty() ? "path without class" : given)};
  };
  return each_value(call, judge);
}

Verdict dead_reference(const CheckedCall& call) {
  const auto judge = [&](const cim::ParameterInfo& parameter, const cim::Value& value) -> Verdict {
    if (parameter.type != cim::Type::Reference) return std::nullopt;
    if (value.is_null()) return Objection{fmt::format("an item of {} is NULL", parameter.name)};
    const cim::ObjectPath& path = value.as_reference();
    if (exists(call.facts, path) || offered_elsewhere(call, parameter, path)) return std::nullopt;
    return Objection{fmt::format("{} names nothing: {}", parameter.name, path.text())};
  };
  return each_value(call, judge);
}

Verdict method_not_offered(const CheckedCall& call) {
  if (call.profile.methods.contains(std::string(call.method.name))) return std::nullopt;
  return Objection{fmt::format("the provider does not offer {}", call.method.name)};
}

Verdict vendor_value(const CheckedCall& call) {
  const auto judge = [](const cim::ParameterInfo& parameter, const cim::Value& value) -> Verdict {
    if (parameter.enumeration == nullptr || value.is_null()) return std::nullopt;
    if (value.as_unsigned() < first_vendor_value) return std::nullopt;
    return Objection{fmt::format("{}: no vendor-specific values are offered", parameter.name)};
  };
  return each_value(call, judge);
}

}  // namespace replsim::services
