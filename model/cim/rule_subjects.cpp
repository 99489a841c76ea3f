// From a subject as people write it to its rules. One subject may name several things: Split is an
// operation and a state.
#include <array>
#include <charconv>

#include "model/cim/enumeration_tables.h"
#include "model/cim/profile_defaults.h"
#include "model/cim/rules.h"

namespace replsim::cim {
namespace {

using Rules = std::vector<Rule>;

void add(Rules& rules, std::optional<Rule> rule) {
  if (rule) rules.push_back(std::move(*rule));
}

std::optional<Operation> operation_named(std::string_view text) {
  const EnumValue* value = operation_enumeration.find(text);
  if (value == nullptr) return std::nullopt;
  return static_cast<Operation>(value->value);
}

std::optional<CopyState> state_named(std::string_view text) {
  const EnumValue* value = copy_state_enumeration.find(text);
  if (value == nullptr) return copy_state_of(text);
  return static_cast<CopyState>(value->value);
}

std::optional<Node> node_named(std::string_view text) {
  for (const Node end : {Node::Create, Node::Removed}) {
    if (short_code(end) == text) return end;
  }
  const auto state = state_named(text);
  if (!state) return std::nullopt;
  return node(*state);
}

std::optional<std::uint32_t> number_of(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

const MethodInfo* method_named(std::string_view text) {
  for (const ClassInfo& info : classes()) {
    if (const MethodInfo* method = info.find_method(text)) return method;
  }
  return nullptr;
}

/// A code by number or by name in the method's own set.
void add_code(Rules& rules, std::string_view method, const Enumeration& codes,
              std::string_view text) {
  if (const auto number = number_of(text)) {
    add(rules, explain_code(method, *number));
  } else if (const EnumValue* value = codes.find(text)) {
    add(rules, explain_code(method, value->value));
  }
}

void add_method(Rules& rules, std::string_view text) {
  const MethodInfo* method = method_named(text);
  if (method == nullptr) return;
  std::string parameters;
  for (const ParameterInfo& parameter : method->parameters) {
    if (!parameters.empty()) parameters += ", ";
    parameters += std::string(parameter.name) + (parameter.required ? " (required)" : "");
  }
  rules.push_back({std::string(text),
                   std::string(method->class_name) + "." + std::string(text) + ": parameters " +
                       parameters + ".",
                   std::string(method->source), Confidence::Spec, Confidence::Spec});
}

/// `Method/Operation`, `Method/Code`, `CopyState/State`.
void add_pair(Rules& rules, std::string_view left, std::string_view right) {
  if (left == "ReplicationSettingData") {
    add(rules, explain_setting(right));
    return;
  }
  if (left == copy_state_enumeration.name) {
    if (const auto state = state_named(right)) add(rules, explain_state(*state));
    return;
  }
  const MethodInfo* method = method_named(left);
  if (method == nullptr) return;
  const ParameterInfo* operation = method->find("Operation");
  if (operation != nullptr) {
    if (const auto named = operation_named(right)) add(rules, explain_operation(*named));
  }
  add_code(rules, left, *method->return_codes, right);
}

void add_knob(Rules& rules, std::string_view text) {
  const Knob* knob = find_knob(text);
  if (knob == nullptr) return;
  std::string values;
  for (const std::string_view choice : knob->choices) {
    if (!values.empty()) values += ", ";
    values += choice;
  }
  Rule rule{std::string(text),
            std::string(text) + ": " + std::string(knob->meaning) + ". " +
                (values.empty() ? std::string() : "Values: " + values + ". ") +
                "Default: " + std::string(knob->fallback) + ".",
            std::string(knob->source), Confidence::Inferred, Confidence::Inferred};
  if (knob->source.starts_with("[vendor]")) rule.confidence = rule.weight = Confidence::Vendor;
  rules.push_back(std::move(rule));
}

/// The parts beside `separator`; nothing when it does not occur.
std::optional<std::array<std::string_view, 2>> split(std::string_view text,
                                                     std::string_view separator) {
  const std::size_t place = text.find(separator);
  if (place == std::string_view::npos) return std::nullopt;
  return std::array{text.substr(0, place), text.substr(place + separator.size())};
}

}  // namespace

std::vector<Rule> explain(std::string_view subject) {
  Rules rules;
  if (const auto ends = split(subject, "->")) {
    const auto from = node_named((*ends)[0]);
    const auto to = node_named((*ends)[1]);
    if (from && to) rules = explain_edge(SyncType::Mirror, *from, *to);
    return rules;
  }
  if (const auto cell = split(subject, " in ")) {
    const auto operation = operation_named((*cell)[0]);
    const auto state = state_named((*cell)[1]);
    if (operation && state) add(rules, explain_cell(*operation, *state));
    return rules;
  }
  if (const auto pair = split(subject, "/")) {
    add_pair(rules, (*pair)[0], (*pair)[1]);
    return rules;
  }
  if (const auto operation = operation_named(subject)) add(rules, explain_operation(*operation));
  if (const auto state = state_named(subject)) add(rules, explain_state(*state));
  add_method(rules, subject);
  add_code(rules, "", return_code_enumeration, subject);
  add_knob(rules, subject);
  add(rules, explain_setting(subject));
  return rules;
}

}  // namespace replsim::cim
