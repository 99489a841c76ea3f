// Params of scenarios, runbooks and topologies.
#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "harness/language/fields.h"
#include "harness/language/topology_loader.h"

namespace replsim::harness {
namespace {

constexpr std::array<std::string_view, 23> param_types = {
    "relation", "workload", "fault", "volume",      "pool",  "array",    "host",      "link",
    "disk",     "duration", "size",  "rate",        "share", "number",   "truth",     "text",
    "job",      "code",     "state", "enumeration", "range", "instance", "reference",
};

void bind_given(Context& context, Cursor given, Binding& binding) {
  binding.value = follow(context, given);
  // A name that a step bore in the caller's scope stays that name's slot.
  const auto outer = reference_name(*binding.value.node);
  if (!outer) return;
  const auto found = binding.value.scope->names.find(*outer);
  if (found != binding.value.scope->names.end() && found->second.slot)
    binding.slot = found->second.slot;
  else
    report_unbound(context, *binding.value.scope, *outer, binding.value.node->location);
  binding.value = {};
}

}  // namespace

bool is_param_type(const Node& node) {
  return node.is_plain() && std::ranges::find(param_types, node.text) != param_types.end();
}

void bind_params(Context& context, Cursor params, Cursor with, Scope& scope, const Location& user,
                 Giver giver) {
  std::vector<std::string_view> names;
  if (params && params.node->is_map())
    for (const Entry& entry : params.node->entries) names.push_back(entry.key.text);
  with = follow(context, with);
  if (with && !with.node->is_map()) {
    report_type(context, *with.node, "a map {$param: value}");
    with = {};
  }
  if (with)
    for (const Entry& entry : with.node->entries)
      if (std::ranges::find(names, entry.key.text) == names.end())
        context.report.add("unknown-name", entry.key.location,
                           fmt::format("there is no param `{}`", entry.key.text),
                           word_hint(entry.key.text, names));
  if (!params) return;
  if (!params.node->is_map()) {
    report_type(context, *params.node, "a map {$name: default}");
    return;
  }
  std::vector<NamedValue> defaults;
  for (const Entry& entry : params.node->entries) defaults.push_back({&entry.key, &entry.value});
  const auto wrong = check_order(context, defaults);
  for (const Entry& entry : params.node->entries) {
    const auto name = reference_name(entry.key);
    if (!name || *name == "seed") {
      context.report.add("wrong-type", entry.key.location,
                         fmt::format("`{}` is no name of a param", entry.key.text),
                         "names carry a $: $mode; $seed is built in");
      continue;
    }
    Binding binding;
    binding.birth = &entry.key;
    const Node* given = with ? with.node->find(entry.key.text) : nullptr;
    if (given != nullptr) {
      bind_given(context, {given, with.scope}, binding);
    } else if (!is_param_type(entry.value)) {
      if (!wrong.contains(*name)) binding.value = {&entry.value, &scope};
    } else {
      const bool by_file = giver == Giver::File;
      context.report.add("missing-parameter", by_file ? user : entry.key.location,
                         fmt::format("the param `{}` must be given", entry.key.text),
                         by_file ? fmt::format("with: {{{}: ...}}", entry.key.text)
                                 : fmt::format("--set {}=...", *name));
    }
    scope.names[std::string(*name)] = binding;
  }
}

}  // namespace replsim::harness
