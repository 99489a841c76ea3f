// The object manager's checks, and how a row becomes a refusal.
#include "model/services/call_checks.h"

#include <fmt/format.h>
#include <algorithm>

#include "model/services/instances.h"
#include "model/services/queries.h"

namespace replsim::services {
namespace {

cim::ReturnCode code_of(Stage stage) {
  switch (stage) {
    case Stage::Values:
    case Stage::Reachable: return cim::ReturnCode::InvalidParameter;
    case Stage::Offered: return cim::ReturnCode::NotSupported;
  }
  return cim::ReturnCode::InvalidParameter;
}

std::string_view message_id_of(Stage stage) {
  return stage == Stage::Offered ? "refused:unsupported" : "invalid:parameter";
}

const cim::MethodInfo* method_of(std::string_view class_name, std::string_view method) {
  for (const cim::ClassInfo* info = cim::find_class(class_name); info != nullptr;
       info = cim::find_class(info->superclass)) {
    if (const cim::MethodInfo* found = info->find_method(method)) return found;
  }
  return nullptr;
}

bool is_extra(const cim::Profile& profile, std::string_view parameter) {
  return std::ranges::find(profile.extra_parameters, parameter) != profile.extra_parameters.end();
}

std::optional<std::string> judge_argument(const CheckedCall& call, std::string_view name,
                                          const cim::Value& value) {
  const cim::ParameterInfo* parameter = call.method.find(name);
  if (parameter == nullptr || parameter->since > call.profile.schema) {
    if (is_extra(call.profile, name)) return std::nullopt;
    return fmt::format("the method has no parameter {}", name);
  }
  if (value.is_null()) return std::nullopt;
  if (parameter->direction == cim::Direction::Out) {
    return fmt::format("{} is an out parameter", name);
  }
  if (value.type() != parameter->type || value.is_array() != parameter->array) {
    return fmt::format("{} is of type {}{}, not {}{}", name, cim::name(parameter->type),
                       parameter->array ? "[]" : "", cim::name(value.type()),
                       value.is_array() ? "[]" : "");
  }
  return std::nullopt;
}

}  // namespace

const cim::Value& CheckedCall::get(std::string_view parameter) const {
  static const cim::Value null;
  for (const auto& [name, value] : call.arguments) {
    if (name == parameter) return value;
  }
  return null;
}

const cim::ObjectPath* CheckedCall::path(std::string_view parameter) const {
  const cim::Value& value = get(parameter);
  return value.is_null() ? nullptr : &value.as_reference();
}

std::optional<std::uint64_t> CheckedCall::number(std::string_view parameter) const {
  const cim::Value& value = get(parameter);
  if (value.is_null()) return std::nullopt;
  return value.as_unsigned();
}

std::string CheckedCall::text(std::string_view parameter) const {
  const cim::Value& value = get(parameter);
  return value.is_null() ? std::string() : value.as_string();
}

bool CheckedCall::truth(std::string_view parameter) const {
  const cim::Value& value = get(parameter);
  return !value.is_null() && value.as_boolean();
}

const cim::Value& CheckedCall::setting(std::string_view property) const {
  static const cim::Value null;
  return settings && *settings ? (*settings)->get(property) : null;
}

cim::MethodOutcome refuse(cim::ReturnCode code, cim::Error error) {
  cim::MethodOutcome outcome;
  outcome.code = cim::number(code);
  outcome.error = std::move(error);
  return outcome;
}

cim::MethodOutcome refuse(cim::CimStatus status, std::string message) {
  cim::MethodOutcome outcome;
  outcome.status = status;
  outcome.error = cim::Error{std::string(cim::name(status)), std::move(message), "rulings R1 (0)"};
  return outcome;
}

std::optional<cim::MethodOutcome> run_checks(const CheckedCall& call,
                                             std::span<const CheckRow> rows) {
  for (const CheckRow& row : rows) {
    Verdict verdict = row.judge(call);
    if (!verdict) continue;
    cim::Error error;
    error.message_id = message_id_of(row.stage);
    error.message = std::move(verdict->message);
    error.rule = verdict->rule.empty() ? fmt::format("{}/{}", call.method.name, row.rule)
                                       : std::move(verdict->rule);
    return refuse(code_of(row.stage), std::move(error));
  }
  return std::nullopt;
}

FoundMethod find_method(const ArrayFacts& facts, const cim::MethodCall& call) {
  FoundMethod found;
  const std::string& class_name = call.object ? call.object->class_name : call.class_name;
  if (cim::find_class(class_name) == nullptr) {
    found.status = cim::CimStatus::InvalidClass;
    found.message = fmt::format("there is no class {}", class_name);
    return found;
  }
  const cim::MethodInfo* method = method_of(class_name, call.method);
  if (method == nullptr || method->since > facts.profile->schema) {
    found.status = cim::CimStatus::MethodNotFound;
    found.message = fmt::format("{} has no method {}", class_name, call.method);
    return found;
  }
  // Without an instance the one service of the array is meant; nothing else is unique.
  const bool there =
      call.object ? exists(facts, *call.object) : cim::is_a(class_name, "CIM_ReplicationService");
  if (!there) {
    found.status = cim::CimStatus::NotFound;
    found.message = call.object ? fmt::format("there is no {}", call.object->text())
                                : fmt::format("an instance of {} must be named", class_name);
    return found;
  }
  found.method = method;
  return found;
}

std::optional<cim::MethodOutcome> check_types(const CheckedCall& call) {
  std::vector<std::string_view> seen;
  for (const auto& [name, value] : call.call.arguments) {
    if (std::ranges::find(seen, name) != seen.end()) {
      return refuse(cim::CimStatus::InvalidParameter, fmt::format("{} is given twice", name));
    }
    seen.push_back(name);
    if (auto wrong = judge_argument(call, name, value)) {
      return refuse(cim::CimStatus::InvalidParameter, std::move(*wrong));
    }
  }
  return std::nullopt;
}

}  // namespace replsim::services
