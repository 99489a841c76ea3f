// Arguments of calls: what the scenario says, typed by the method's table. Under `raw` and for
// parameters that the schema does not know a value goes as it stands.
#include <utility>

#include "harness/expect_match.h"
#include "harness/step_run.h"
#include "model/cim/mof_instance.h"

namespace replsim::harness {

namespace {

using Failure = std::unexpected<std::string>;
using ArgumentValue = std::expected<cim::Value, std::string>;

bool is_number(cim::Type type) {
  return type >= cim::Type::Uint8 && type <= cim::Type::Sint64;
}

cim::Value number_value(Big amount, cim::Type type) {
  if (type == cim::Type::Boolean) return cim::Value::boolean(amount != 0);
  if (type == cim::Type::Sint64 || amount < 0) {
    return cim::Value::signed_number(static_cast<std::int64_t>(amount));
  }
  if (!is_number(type)) type = amount <= UINT16_MAX ? cim::Type::Uint16 : cim::Type::Uint64;
  return cim::Value::unsigned_number(type, static_cast<std::uint64_t>(amount));
}

cim::Value value_of(const Seen& seen, cim::Type type) {
  if (const auto* truth = std::get_if<bool>(&seen.value)) return cim::Value::boolean(*truth);
  if (const auto* words = std::get_if<std::string>(&seen.value)) return cim::Value::string(*words);
  if (const auto* value = std::get_if<EnumerationValue>(&seen.value)) {
    return number_value(Big{value->number}, type);
  }
  if (const auto* path = std::get_if<cim::ObjectPath>(&seen.value)) {
    return cim::Value::reference(*path);
  }
  if (const auto* quantity = std::get_if<Quantity>(&seen.value)) {
    const Big whole = quantity->billionths / billion;
    if (quantity->unit == Unit::Nanoseconds) {
      return cim::Value::datetime({static_cast<std::int64_t>(whole), true});
    }
    return number_value(whole, type);
  }
  return {};
}

ArgumentValue subject_value(RunContext& context, const Subject& subject, cim::Type type) {
  auto reading = read(context, subject);
  if (!reading) return Failure(reading.error());
  if (reading->values.size() != 1) return Failure(subject.text + " is not one value");
  return value_of(reading->values.front(), type);
}

/// Embedded instances travel as MOF text.
ArgumentValue instance_value(RunContext& context, const InstanceMap& map) {
  cim::Instance instance;
  instance.path.class_name = map.class_name;
  const cim::ClassInfo* info = cim::find_class(map.class_name);
  for (const auto& [name, operand] : map.properties) {
    const cim::PropertyInfo* property = info == nullptr ? nullptr : info->find_property(name);
    cim::ParameterInfo typed{.name = name, .type = cim::Type::Null};
    if (property != nullptr) {
      typed.type = property->type;
      typed.array = property->array;
    }
    auto value = argument_value(context, operand, &typed);
    if (!value) return value;
    instance.set(name, std::move(*value));
  }
  return cim::Value::string(cim::to_mof(instance));
}

ArgumentValue list_value(RunContext& context, const OperandList& list,
                         const cim::ParameterInfo* parameter) {
  cim::Value::Array values;
  for (const Operand& operand : list.values) {
    auto value = argument_value(context, operand, parameter);
    if (!value) return value;
    values.push_back(std::move(*value));
  }
  cim::Type type = parameter == nullptr ? cim::Type::String : parameter->type;
  if (!values.empty()) type = values.front().type();
  return cim::Value::array(type, std::move(values));
}

}  // namespace

std::expected<cim::Value, std::string> argument_value(RunContext& context, const Operand& operand,
                                                      const cim::ParameterInfo* parameter) {
  const cim::Type type = parameter == nullptr ? cim::Type::Null : parameter->type;
  if (const auto* value = std::get_if<cim::Value>(&operand.value)) {
    // A constant instance is given as such; the method wants it embedded as text.
    if (value->type() == cim::Type::Instance && !value->is_array() && type == cim::Type::String) {
      return cim::Value::string(cim::to_mof(value->as_instance()));
    }
    return *value;
  }
  if (const auto* literal = std::get_if<Literal>(&operand.value)) {
    return value_of(seen(*literal), type);
  }
  if (const auto* subject = std::get_if<Subject>(&operand.value)) {
    return subject_value(context, *subject, type);
  }
  if (const auto* map = std::get_if<InstanceMap>(&operand.value)) {
    return instance_value(context, *map);
  }
  return list_value(context, std::get<OperandList>(operand.value), parameter);
}

}  // namespace replsim::harness
