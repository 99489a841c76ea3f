// Reading values of ValueMaps.
#include "harness/language/enumerations.h"

#include <fmt/core.h>

#include <limits>

namespace replsim::harness {

std::optional<EnumerationValue> find_enumeration_value(const Node& node,
                                                       const cim::Enumeration& scale) {
  if (!node.is_scalar()) return std::nullopt;
  if (const auto* value = scale.find(std::string_view(node.text)))
    return EnumerationValue{value->value, std::string(value->name)};
  const auto number = parse_unsigned(node.text);
  if (!number || *number > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
  const auto code = static_cast<std::uint32_t>(*number);
  const auto* value = scale.find(code);
  return EnumerationValue{code, value == nullptr ? std::to_string(code) : std::string(value->name)};
}

std::optional<EnumerationValue> read_enumeration(Context& context, Cursor at,
                                                 const cim::Enumeration& scale) {
  const Node* node = read_scalar(context, at, fmt::format("a value of {}", scale.name));
  if (node == nullptr) return std::nullopt;
  if (node->quoted) {
    report_type(context, *node, fmt::format("a value of {}", scale.name),
                "a quoted value is text; leave the quotes out");
    return std::nullopt;
  }
  if (auto value = find_enumeration_value(*node, scale)) return value;
  std::vector<std::string_view> words;
  for (const auto& value : scale.values) words.push_back(value.name);
  context.report.add(looks_like_number(node->text) ? "out-of-range" : "unknown-name",
                     node->location, fmt::format("`{}` is no value of {}", node->text, scale.name),
                     word_hint(node->text, words));
  return std::nullopt;
}

}  // namespace replsim::harness
