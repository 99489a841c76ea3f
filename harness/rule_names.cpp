// One reader per form of a name.
#include "harness/rule_names.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <optional>
#include <vector>

#include "harness/check_table.h"
#include "harness/language/report.h"
#include "harness/mistake_table.h"
#include "model/cim/enumeration_tables.h"
#include "model/cim/method.h"
#include "model/cim/schema.h"
#include "model/cim/state_graph.h"

namespace replsim::harness {

namespace {

using Answer = std::expected<std::string, std::string>;

constexpr std::string_view modify = "ModifyReplicaSynchronization";

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

std::optional<std::array<std::string_view, 2>> split(std::string_view text,
                                                     std::string_view separator) {
  const std::size_t place = text.find(separator);
  if (place == std::string_view::npos) return std::nullopt;
  return std::array{trimmed(text.substr(0, place)), trimmed(text.substr(place + separator.size()))};
}

std::optional<cim::Node> node_named(std::string_view text) {
  for (const cim::Node end : {cim::Node::Create, cim::Node::Removed}) {
    if (cim::short_code(end) == text) return end;
  }
  if (const auto* value = cim::copy_state_enumeration.find(text)) {
    return static_cast<cim::Node>(value->value);
  }
  const auto state = cim::copy_state_of(text);
  return state ? std::optional(cim::node(*state)) : std::nullopt;
}

std::string node_text(cim::Node node) {
  const auto state = cim::state_of(node);
  return std::string(state ? cim::name(*state) : cim::short_code(node));
}

std::vector<std::string_view> names_of(const cim::Enumeration& enumeration) {
  std::vector<std::string_view> names;
  for (const auto& value : enumeration.values) names.push_back(value.name);
  return names;
}

std::string state_hint(std::string_view wrong) {
  return word_hint(wrong, names_of(cim::copy_state_enumeration));
}

struct EdgeName {
  cim::Node from;
  cim::Node to;
};

std::expected<EdgeName, std::string> edge_named(std::string_view left, std::string_view right) {
  const auto from = node_named(left);
  const auto to = node_named(right);
  if (!from || !to) return std::unexpected(state_hint(from ? right : left));
  if (*from == *to) return std::unexpected("an edge leads from one state to another");
  return EdgeName{*from, *to};
}

std::string edge_text(const EdgeName& edge) {
  return node_text(edge.from) + "->" + node_text(edge.to);
}

const cim::MethodInfo* method_named(std::string_view name) {
  for (const cim::ClassInfo& info : cim::classes()) {
    if (const cim::MethodInfo* method = info.find_method(name)) return method;
  }
  return nullptr;
}

std::vector<std::string_view> method_names() {
  std::vector<std::string_view> names;
  for (const cim::ClassInfo& info : cim::classes()) {
    for (const cim::MethodInfo& method : info.methods) names.push_back(method.name);
  }
  return names;
}

bool is_status(std::string_view text) {
  using enum cim::CimStatus;
  for (const auto status :
       {Failed, InvalidParameter, InvalidClass, NotFound, NotSupported, MethodNotFound}) {
    if (cim::name(status) == text) return true;
  }
  return false;
}

const cim::EnumValue* code_named(const cim::Enumeration& codes, std::string_view text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc{} && end == text.data() + text.size()) return codes.find(number);
  return codes.find(text);
}

/// `Method/what`: an operation, a SyncType, a code of the method or a CIM status.
Answer method_rule(const cim::MethodInfo& method, std::string_view what) {
  const std::string prefix = std::string(method.name) + "/";
  std::vector<std::string_view> known;
  const auto take = [&](const char* parameter, const cim::Enumeration& values) {
    if (method.find(parameter) == nullptr) return false;
    for (const auto name : names_of(values)) known.push_back(name);
    return values.find(what) != nullptr;
  };
  if (take("Operation", cim::operation_enumeration)) return prefix + std::string(what);
  if (take("SyncType", cim::sync_type_enumeration)) return prefix + std::string(what);
  if (method.return_codes != nullptr) {
    for (const auto name : names_of(*method.return_codes)) known.push_back(name);
    if (const auto* code = code_named(*method.return_codes, what)) {
      return prefix + std::string(code->name);
    }
  }
  if (is_status(what)) return prefix + std::string(what);
  return std::unexpected(word_hint(what, known));
}

Answer invariant_rule(std::string_view name) {
  const CheckRow* row = find_check(name);
  if (row != nullptr && row->now) return std::string(name);
  if (row != nullptr) {
    return std::unexpected(fmt::format("{} is not evaluated in this version", name));
  }
  return std::unexpected(std::string());
}

Answer pair_rule(std::string_view left, std::string_view right) {
  if (left == "operator") {
    if (find_mistake(right) != nullptr) return "operator/" + std::string(right);
    std::vector<std::string_view> known;
    for (const MistakeRow& row : mistake_table) known.push_back(row.name);
    return std::unexpected(word_hint(right, known));
  }
  if (left == "CopyState") {
    const auto state = node_named(right);
    if (state && cim::state_of(*state)) return "CopyState/" + node_text(*state);
    return std::unexpected(state_hint(right));
  }
  if (const cim::MethodInfo* method = method_named(left)) return method_rule(*method, right);
  return std::unexpected(word_hint(left, method_names()));
}

/// The hint for a name of one word that is none of the forms.
std::string word_of_another_form(std::string_view name) {
  if (cim::operation_enumeration.find(name) != nullptr) {
    return fmt::format("an operation counts with its method: `{}/{}`", modify, name);
  }
  if (code_named(cim::return_code_enumeration, name) != nullptr) {
    return fmt::format("a code counts with its method: `{}/{}`", modify, name);
  }
  std::vector<std::string_view> words = method_names();
  for (const auto state : names_of(cim::copy_state_enumeration)) words.push_back(state);
  const std::string near = did_you_mean(name, words);
  if (!near.empty()) return near;
  return "Method, Method/Operation, Method/Code, CopyState/State, From->To, or an invariant: A1";
}

}  // namespace

Answer evidence_rule(std::string_view name) {
  if (const auto ends = split(name, "->")) {
    const auto edge = edge_named((*ends)[0], (*ends)[1]);
    if (!edge) return std::unexpected(edge.error());
    if (!cim::edges(cim::SyncType::Mirror, edge->from, edge->to).empty()) return edge_text(*edge);
    return std::unexpected(fmt::format("the state graph has no edge from {} to {}",
                                       node_text(edge->from), node_text(edge->to)));
  }
  if (const auto cell = split(name, " in ")) {
    return std::unexpected(
        fmt::format("no run counts a cell; the operation is `{}/{}`", modify, (*cell)[0]));
  }
  if (const auto pair = split(name, "/")) return pair_rule((*pair)[0], (*pair)[1]);
  if (method_named(name) != nullptr) return std::string(name);
  const auto state = node_named(name);
  if (state && cim::state_of(*state)) return "CopyState/" + node_text(*state);
  auto invariant = invariant_rule(name);
  if (!invariant && invariant.error().empty()) return std::unexpected(word_of_another_form(name));
  return invariant;
}

Answer allow_rule(std::string_view name) {
  if (name == "return-code") return std::string(name);
  if (const auto ends = split(name, "->")) {
    const auto edge = edge_named((*ends)[0], (*ends)[1]);
    if (!edge) return std::unexpected(edge.error());
    return edge_text(*edge);
  }
  auto invariant = invariant_rule(name);
  if (!invariant && invariant.error().empty()) {
    return std::unexpected("`allow` lifts an invariant (A23), an edge (From->To) or return-code");
  }
  return invariant;
}

std::string edge_codes(std::string_view name) {
  const auto ends = split(name, "->");
  if (!ends) return {};
  const auto edge = edge_named((*ends)[0], (*ends)[1]);
  if (!edge) return {};
  return fmt::format("{} -> {}", cim::short_code(edge->from), cim::short_code(edge->to));
}

}  // namespace replsim::harness
