// Arguments of calls: constants become CIM values of the parameter's type; under `raw` they are
// taken as they look.
#include <fmt/core.h>

#include <algorithm>
#include <limits>

#include "harness/language/builder.h"
#include "harness/language/enumerations.h"
#include "model/cim/datetime.h"
#include "model/cim/mof_instance.h"

namespace replsim::harness {
namespace {

std::uint64_t max_of(cim::Type type) {
  if (type == cim::Type::Uint8) return std::numeric_limits<std::uint8_t>::max();
  if (type == cim::Type::Uint16) return std::numeric_limits<std::uint16_t>::max();
  if (type == cim::Type::Uint32) return std::numeric_limits<std::uint32_t>::max();
  return std::numeric_limits<std::uint64_t>::max();
}

/// A constant as a CIM value of a simple type; nothing when it does not fit.
std::optional<cim::Value> typed(const Node& node, cim::Type type, const cim::Enumeration* scale) {
  if (type == cim::Type::String) {
    const bool other = looks_like_number(node.text) || node.text == "true" || node.text == "false";
    if (!node.quoted && other) return std::nullopt;
    return cim::Value::string(plain_text(node));
  }
  if (node.quoted) return std::nullopt;
  switch (type) {
    case cim::Type::Boolean:
      if (node.text != "true" && node.text != "false") return std::nullopt;
      return cim::Value::boolean(node.text == "true");
    case cim::Type::Uint8:
    case cim::Type::Uint16:
    case cim::Type::Uint32:
    case cim::Type::Uint64: {
      std::optional<std::uint64_t> number;
      if (scale != nullptr) {
        if (const auto value = find_enumeration_value(node, *scale)) number = value->number;
      } else if (const auto value = parse_unsigned(node.text)) {
        number = *value;
      }
      if (!number || *number > max_of(type)) return std::nullopt;
      return cim::Value::unsigned_number(type, *number);
    }
    case cim::Type::Sint64: {
      const auto number = parse_number(node.text);
      if (!number || number->billionths != 0) return std::nullopt;
      return cim::Value::signed_number(number->units);
    }
    case cim::Type::DateTime: {
      if (const auto interval = parse_duration(node.text))
        return cim::Value::datetime({sim::ns(*interval), true});
      const auto point = cim::parse_datetime(node.text);
      if (!point) return std::nullopt;
      return cim::Value::datetime(*point);
    }
    case cim::Type::Null:
    case cim::Type::String:
    case cim::Type::Reference:
    case cim::Type::Instance: return std::nullopt;
  }
  return std::nullopt;
}

std::string wanted_text(cim::Type type, const cim::Enumeration* scale) {
  return scale != nullptr ? fmt::format("a value of {}", scale->name)
                          : fmt::format("a {}", cim::name(type));
}

std::optional<Operand> constant(cim::Value value, const Node& node) {
  return Operand{std::move(value), node.location};
}

bool is_subject_text(const Node& node, const Entities& entities) {
  if (!node.is_plain()) return false;
  if (node.text.starts_with('$')) return !node.text.starts_with("$$");
  return entities.find(std::string_view(node.text).substr(0, node.text.find('.'))).has_value();
}

}  // namespace

std::optional<Operand> Builder::argument(Cursor at, const cim::ParameterInfo& info) {
  at = follow(context_, at);
  if (!at) return std::nullopt;
  if (!info.array) return argument_element(at, info);
  OperandList list;
  cim::Value::Array constants;
  for (const Cursor one : elements(context_, at)) {
    auto value = argument_element(one, info);
    if (!value) return std::nullopt;
    if (const auto* known = std::get_if<cim::Value>(&value->value)) constants.push_back(*known);
    list.values.push_back(std::move(*value));
  }
  if (constants.size() == list.values.size())
    return constant(cim::Value::array(info.type, std::move(constants)), *at.node);
  return Operand{std::move(list), at.node->location};
}

std::optional<Operand> Builder::argument_element(Cursor at, const cim::ParameterInfo& info) {
  const Node& node = *at.node;
  const Level level(*this, node.location);
  if (!level) return std::nullopt;
  const auto refuse = [&](const std::string& hint) -> std::optional<Operand> {
    context_.report.add(
        "wrong-parameter", node.location,
        fmt::format("`{}` is no value for {}, which takes {}", flow_text(node), info.name,
                    info.class_name.empty() ? wanted_text(info.type, info.enumeration)
                                            : fmt::format("a {}", info.class_name)),
        hint.empty() ? "put it under `raw` if it is meant" : hint);
    return std::nullopt;
  };
  if (node.is_list()) return refuse("");
  if (info.type == cim::Type::Reference) return reference(at, info.class_name, true);
  const bool is_embedded = info.type == cim::Type::Instance ||
                           (info.type == cim::Type::String && !info.class_name.empty());
  if (is_embedded && node.is_map())
    return embedded(at, info.class_name, info.type == cim::Type::String);
  if (node.is_plain() && node.text.starts_with('$') && !node.text.starts_with("$$")) {
    auto found = subject(at);
    if (!found) return std::nullopt;
    return Operand{std::move(found->subject), node.location};
  }
  if (is_embedded || !node.is_scalar()) return refuse("");
  if (auto value = typed(node, info.type, info.enumeration)) {
    if (info.name == "WaitForCopyState")
      check_reachable(static_cast<std::uint32_t>(value->as_unsigned()), node.location);
    return constant(*value, node);
  }
  std::vector<std::string_view> words;
  if (info.enumeration != nullptr)
    for (const auto& value : info.enumeration->values) words.push_back(value.name);
  if (info.type == cim::Type::String && !node.quoted)
    return refuse(fmt::format("a text that looks like another type is quoted: \"{}\"", node.text));
  return refuse(did_you_mean(node.text, words));
}

std::optional<Operand> Builder::embedded(Cursor at, std::string_view class_name, bool as_text) {
  const cim::ClassInfo* info = cim::find_class(class_name);
  InstanceMap map{std::string(class_name), {}};
  cim::Instance instance;
  instance.path.class_name = class_name;
  bool constants = true;
  bool fine = true;
  for (const Entry& entry : at.node->entries) {
    const cim::PropertyInfo* property =
        info == nullptr ? nullptr : info->find_property(entry.key.text);
    if (property == nullptr) {
      std::vector<std::string_view> words;
      if (info != nullptr)
        for (const auto& one : info->properties) words.push_back(one.name);
      context_.report.add("unknown-name", entry.key.location,
                          fmt::format("{} has no property `{}`", class_name, entry.key.text),
                          word_hint(entry.key.text, words));
      fine = false;
      continue;
    }
    cim::ParameterInfo like{.name = property->name,
                            .type = property->type,
                            .array = property->array,
                            .enumeration = property->enumeration,
                            .class_name = property->class_name};
    auto value = argument({&entry.value, at.scope}, like);
    if (!value) {
      fine = false;
      continue;
    }
    if (const auto* known = std::get_if<cim::Value>(&value->value))
      instance.set(property->name, *known);
    else
      constants = false;
    map.properties.emplace_back(std::string(property->name), std::move(*value));
  }
  if (!fine) return std::nullopt;
  if (!constants) return Operand{std::move(map), at.node->location};
  if (as_text) return constant(cim::Value::string(cim::to_mof(instance)), *at.node);
  return constant(cim::Value::instance(std::move(instance)), *at.node);
}

std::optional<Operand> Builder::reference(Cursor at, std::string_view class_name, bool check) {
  const Node& node = *at.node;
  if (node.is_map()) {
    const Node* name = node.find("class");
    const Node* keys = node.find("keys");
    if (name == nullptr || keys == nullptr || !name->is_scalar() || !keys->is_map() ||
        node.entries.size() != 2) {
      report_type(context_, node, "a reference",
                  "$ref, a path, or {class: Class, keys: {Key: \"text\"}}");
      return std::nullopt;
    }
    cim::ObjectPath path{name->text, {}};
    for (const Entry& entry : keys->entries) {
      const auto text = read_text(context_, {&entry.value, at.scope});
      if (!text) return std::nullopt;
      path.keys.emplace_back(entry.key.text, *text);
    }
    return constant(cim::Value::reference(std::move(path)), node);
  }
  auto found = subject(at);
  if (!found) return std::nullopt;
  const Typed& type = found->type;
  const bool is_reference = type.metric == nullptr && !type.count && !type.class_name.empty() &&
                            type.owner != Owner::Value;
  // Classes above what the parameter wants are decided by the run.
  const bool fits = is_reference && (class_name.empty() || cim::is_a(type.class_name, class_name) ||
                                     cim::is_a(class_name, type.class_name));
  if (type.list) {
    context_.report.add("list-name", node.location,
                        fmt::format("`{}` is a list; say which of it", found->subject.text));
    return std::nullopt;
  }
  if (check && !fits) {
    context_.report.add(
        "wrong-parameter", node.location,
        fmt::format("`{}` is a {} where a reference to {} belongs", found->subject.text,
                    word(type.owner), class_name.empty() ? "an instance" : class_name),
        "put it under `raw` if it is meant");
    return std::nullopt;
  }
  return Operand{std::move(found->subject), node.location};
}

std::optional<Operand> Builder::raw_argument(Cursor at, const cim::ParameterInfo* info) {
  at = follow(context_, at);
  if (!at) return std::nullopt;
  const Node& node = *at.node;
  const Level level(*this, node.location);
  if (!level) return std::nullopt;
  if (node.is_null()) return Operand{Literal{Null{}}, node.location};
  if (node.is_list()) {
    OperandList list;
    for (const Cursor one : elements(context_, at)) {
      auto value = raw_argument(one, info);
      if (!value) return std::nullopt;
      list.values.push_back(std::move(*value));
    }
    return Operand{std::move(list), node.location};
  }
  if (node.is_map() && node.find("class") != nullptr) return reference(at, {}, false);
  if (node.is_map()) {
    InstanceMap map{info != nullptr ? std::string(info->class_name) : std::string(), {}};
    for (const Entry& entry : node.entries)
      if (auto value = raw_argument({&entry.value, at.scope}, nullptr))
        map.properties.emplace_back(entry.key.text, std::move(*value));
    return Operand{std::move(map), node.location};
  }
  if (node.quoted) return constant(cim::Value::string(node.text), node);
  if (is_subject_text(node, entities_)) {
    auto found = subject(at);
    if (!found) return std::nullopt;
    return Operand{std::move(found->subject), node.location};
  }
  if (info != nullptr)
    if (auto value = typed(node, info->type, info->enumeration)) return constant(*value, node);
  if (node.text == "true" || node.text == "false")
    return constant(cim::Value::boolean(node.text == "true"), node);
  if (const auto number = parse_unsigned(node.text))
    return constant(cim::Value::unsigned_number(cim::Type::Uint64, *number), node);
  if (const auto number = parse_number(node.text); number && number->billionths == 0)
    return constant(cim::Value::signed_number(number->units), node);
  return constant(cim::Value::string(plain_text(node)), node);
}

}  // namespace replsim::harness
