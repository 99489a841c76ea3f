// Values typed by what they are compared with: a metric's or a property's type decides how a
// constant is written.
#include <fmt/core.h>

#include <limits>

#include "harness/language/builder.h"
#include "harness/language/enumerations.h"

namespace replsim::harness {
namespace {

template <typename T>
std::optional<Operand> made(const std::optional<T>& value, const Node& at) {
  if (!value) return std::nullopt;
  return Operand{Literal{*value}, at.location};
}

std::optional<Operand> made_number(const std::optional<std::uint64_t>& value, const Node& at,
                                   Report& report) {
  if (!value) return std::nullopt;
  if (*value <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
    return Operand{Literal{Number{static_cast<std::int64_t>(*value), 0}}, at.location};
  report.add("out-of-range", at.location, "the number is too large");
  return std::nullopt;
}

/// A constant whose looks tell its type, where nothing else does.
Literal guessed(const Node& node) {
  if (node.quoted) return node.text;
  if (node.text == "true" || node.text == "false") return node.text == "true";
  if (const auto value = parse_number(node.text)) return *value;
  if (const auto value = parse_duration(node.text)) return *value;
  if (const auto value = parse_size(node.text)) return *value;
  if (const auto value = parse_share(node.text)) return Share{value->ppb};
  if (const auto value = parse_rate(node.text)) return *value;
  return plain_text(node);
}

bool is_content(const Typed& type) {
  return type.owner == Owner::Content ||
         (type.metric != nullptr && type.metric->metric == Metric::Content);
}

enum class Measure : std::uint8_t { Unknown, Plain, Time, Bytes, Rate, Share, Truth, Text, Named };

/// What kind of value it shows; Unknown: only the run tells.
Measure measure(const Typed& type) {
  if (type.count) return Measure::Plain;
  if (type.metric != nullptr) {
    if (type.metric->type == ValueType::Duration) return Measure::Time;
    if (type.metric->type == ValueType::Size) return Measure::Bytes;
    if (type.metric->type == ValueType::Rate) return Measure::Rate;
    if (type.metric->type == ValueType::Share) return Measure::Share;
    if (type.metric->type == ValueType::Truth) return Measure::Truth;
    const bool plain =
        type.metric->type == ValueType::Count || type.metric->type == ValueType::Number;
    return plain ? Measure::Plain : Measure::Unknown;
  }
  if (type.property == nullptr || type.property->array) return Measure::Unknown;
  if (type.property->enumeration != nullptr) return Measure::Named;
  if (type.property->type == cim::Type::Boolean) return Measure::Truth;
  if (type.property->type == cim::Type::DateTime) return Measure::Time;
  if (type.property->type == cim::Type::String) return Measure::Text;
  const bool plain =
      type.property->type == cim::Type::Uint8 || type.property->type == cim::Type::Uint16 ||
      type.property->type == cim::Type::Uint32 || type.property->type == cim::Type::Uint64 ||
      type.property->type == cim::Type::Sint64;
  return plain ? Measure::Plain : Measure::Unknown;
}

/// True when two values can never be equal nor have an order.
bool unlike(const Typed& a, const Typed& b) {
  const Measure x = measure(a);
  const Measure y = measure(b);
  if (x == Measure::Named && y == Measure::Named)
    return a.property->enumeration != b.property->enumeration;
  if (x == y || x == Measure::Unknown || y == Measure::Unknown) return false;
  // A plain number goes with every unit and with a name's number.
  const auto apart = [](Measure value) {
    return value == Measure::Truth || value == Measure::Text;
  };
  if (x == Measure::Plain || y == Measure::Plain) return apart(x) || apart(y);
  return true;
}

}  // namespace

std::optional<Operand> Builder::code_literal(Cursor at, const Typed& type) {
  const Node* node = read_scalar(context_, at, "a return code");
  if (node == nullptr) return std::nullopt;
  if (node->quoted || looks_like_number(node->text))
    return made_number(read_count(context_, at), *node, context_.report);
  const cim::Enumeration* scale =
      type.method == nullptr ? cim::find_enumeration("ReturnCode") : type.method->return_codes;
  const auto* known = scale == nullptr ? nullptr : scale->find(std::string_view(node->text));
  if (known != nullptr) return Operand{Literal{Number{known->value, 0}}, node->location};
  std::vector<std::string_view> words;
  if (scale != nullptr)
    for (const auto& one : scale->values) words.push_back(one.name);
  for (const auto& array : run_.topology.arrays)
    for (const auto& [code, name] : array.profile.vendor_codes) {
      if (name == node->text) return Operand{Literal{Number{code, 0}}, node->location};
      words.push_back(name);
    }
  context_.report.add("unknown-name", node->location,
                      fmt::format("`{}` is no return code", node->text),
                      word_hint(node->text, words));
  return std::nullopt;
}

std::optional<std::optional<Operand>> Builder::property_literal(Cursor at,
                                                                const cim::PropertyInfo& property) {
  const Node& node = *at.node;
  if (property.enumeration != nullptr)
    return made(read_enumeration(context_, at, *property.enumeration), node);
  switch (property.type) {
    case cim::Type::Boolean: return made(read_truth(context_, at), node);
    case cim::Type::Uint8:
    case cim::Type::Uint16:
    case cim::Type::Uint32:
    case cim::Type::Uint64:
    case cim::Type::Sint64: return made(read_number(context_, at), node);
    case cim::Type::String: return made(read_text(context_, at), node);
    case cim::Type::Reference: return reference(at, property.class_name, true);
    case cim::Type::Null:
    case cim::Type::DateTime:
    case cim::Type::Instance: break;
  }
  return std::nullopt;
}

std::optional<Operand> Builder::literal(Cursor at, const Typed& type) {
  const Node& node = *at.node;
  if (type.count) return made_number(read_count(context_, at), node, context_.report);
  if (type.metric != nullptr && type.metric->metric == Metric::Code) return code_literal(at, type);
  if (type.metric != nullptr) {
    switch (type.metric->type) {
      case ValueType::Duration: return made(read_duration(context_, at), node);
      case ValueType::Size: {
        const auto size = read_size(context_, at);
        return size ? made(std::optional(ByteSize{*size}), node) : std::nullopt;
      }
      case ValueType::Rate: return made(read_rate(context_, at), node);
      case ValueType::Share: {
        const auto share = read_share(context_, at);
        return share ? made(std::optional(Share{*share}), node) : std::nullopt;
      }
      case ValueType::Count: return made_number(read_count(context_, at), node, context_.report);
      case ValueType::Number: return made(read_number(context_, at), node);
      case ValueType::Truth: return made(read_truth(context_, at), node);
      case ValueType::Text:
      case ValueType::Name:
      case ValueType::Word:
      case ValueType::SizeRange:
      case ValueType::Entity:
      case ValueType::Subject:
      case ValueType::Reference:
      case ValueType::Birth:
      case ValueType::File:
      case ValueType::Latency:
      case ValueType::Value:
      case ValueType::Map:
      case ValueType::StepList:
      case ValueType::Expectation:
      case ValueType::ByteRate: break;
    }
    report_type(context_, node,
                type.metric->metric == Metric::Holds ? "the $name of a write step"
                                                     : "a content (path.content or a saved one)");
    return std::nullopt;
  }
  if (type.property != nullptr) {
    if (auto value = property_literal(at, *type.property)) return *value;
  }
  if (type.owner == Owner::Value) {
    const Node* scalar = read_scalar(context_, at, describe(ValueType::Value));
    if (scalar == nullptr) return std::nullopt;
    return Operand{guessed(*scalar), scalar->location};
  }
  if (type.owner != Owner::Content) return reference(at, type.class_name, true);
  report_type(context_, node, "a content (path.content or a saved one)");
  return std::nullopt;
}

std::optional<Operand> Builder::operand(Cursor at, const Typed& type) {
  at = follow(context_, at);
  if (!at) return std::nullopt;
  const Node& node = *at.node;
  bool is_subject = false;
  if (node.is_plain()) {
    const std::string_view text = node.text;
    const std::string_view base = text.substr(0, text.find('.'));
    is_subject = (text.starts_with('$') && !text.starts_with("$$")) ||
                 (text.find_first_of("./") != text.npos && entities_.find(base)) ||
                 (is_content(type) && !looks_like_number(text));
  }
  if (!is_subject) return literal(at, type);
  auto found = subject(at);
  if (!found) return std::nullopt;
  const Typed& other = found->type;
  const auto refuse = [&](std::string_view wanted) -> std::optional<Operand> {
    context_.report.add("wrong-kind", node.location,
                        fmt::format("`{}` where {} belongs", found->subject.text, wanted));
    return std::nullopt;
  };
  if (other.list || is_many(found->subject)) {
    context_.report.add("list-name", node.location,
                        fmt::format("`{}` is a list; say which of it", found->subject.text));
    return std::nullopt;
  }
  const bool holds = type.metric != nullptr && type.metric->metric == Metric::Holds;
  if (holds && other.owner != Owner::Write) return refuse("a write step");
  if (is_content(type) != is_content(other))
    return refuse(is_content(type) ? "a content" : "another value than a content");
  if (unlike(type, other)) return refuse("a value of another type");
  return Operand{std::move(found->subject), node.location};
}

std::vector<Operand> Builder::operands(Cursor at, const Typed& type) {
  std::vector<Operand> result;
  for (const Cursor one : elements(context_, at))
    if (auto value = operand(one, type)) result.push_back(std::move(*value));
  return result;
}

}  // namespace replsim::harness
