// Looking names up.
#include "harness/language/scope.h"

#include <fmt/core.h>

namespace replsim::harness {

void Usage::declare(const Node& birth, std::string_view what) {
  if (index_.emplace(&birth, rows_.size()).second)
    rows_.push_back({&birth, std::string(what), false});
}

void Usage::use(const Node* birth) {
  const auto found = index_.find(birth);
  if (found != index_.end()) rows_[found->second].used = true;
}

void Usage::warn(Report& report) const {
  for (const Row& row : rows_)
    if (!row.used)
      report.add("unused-name", row.birth->location,
                 fmt::format("the {} `{}` is never used", row.what, row.birth->text));
}

std::optional<std::string_view> reference_name(const Node& node) {
  if (!node.is_plain() || !node.text.starts_with('$')) return std::nullopt;
  const std::string_view name = std::string_view(node.text).substr(1);
  if (!is_name(name)) return std::nullopt;
  return name;
}

Cursor follow(Context& context, Cursor cursor) {
  constexpr int hops_max = 64;
  for (int hops = 0; cursor.node != nullptr && cursor.scope != nullptr && hops < hops_max; ++hops) {
    const auto name = reference_name(*cursor.node);
    if (!name) return cursor;
    const auto found = cursor.scope->names.find(*name);
    if (found == cursor.scope->names.end()) return cursor;
    context.usage.use(found->second.birth);
    if (!found->second.value) return cursor;
    cursor = found->second.value;
  }
  return cursor;
}

void report_unbound(Context& context, const Scope& scope, std::string_view name,
                    const Location& at) {
  const auto found = scope.names.find(name);
  if (found != scope.names.end()) return;  // a param not given: reported where it was to be given
  if (scope.later.contains(name)) {
    context.report.add("before-birth", at, fmt::format("`${}` is used before its birth", name));
    return;
  }
  std::vector<std::string> names;
  for (const auto& [known, binding] : scope.names) names.push_back("$" + known);
  for (const auto& known : scope.later)
    if (!scope.names.contains(known)) names.push_back("$" + known);
  const std::vector<std::string_view> words(names.begin(), names.end());
  context.report.add("unknown-name", at, fmt::format("nothing is called `${}`", name),
                     did_you_mean("$" + std::string(name), words));
}

std::string plain_text(const Node& node) {
  if (node.is_plain() && node.text.starts_with("$$")) return node.text.substr(1);
  return node.text;
}

}  // namespace replsim::harness
