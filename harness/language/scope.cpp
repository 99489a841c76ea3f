// Looking names up.
#include "harness/language/scope.h"

#include <fmt/core.h>

namespace replsim::harness {
namespace {

/// The name that a scalar begins with: `b` of `$b` and of `$b.CopyState`.
std::string_view name_in(const Node& node) {
  if (!node.is_plain() || !node.text.starts_with('$')) return {};
  const std::string_view text = std::string_view(node.text).substr(1);
  return text.substr(0, text.find('.'));
}

/// Calls `visit` for every scalar of a tree, keys too.
template <typename Visit>
void each_scalar(const Node& node, const Visit& visit) {
  if (node.is_scalar()) visit(node);
  for (const Node& item : node.items) each_scalar(item, visit);
  for (const Entry& entry : node.entries) {
    visit(entry.key);
    each_scalar(entry.value, visit);
  }
}

}  // namespace

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
  // Only a ring is longer: check_order() reports it.
  constexpr int hops_max = 100'000;
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
  if (found != scope.names.end()) {
    // A param not given, a value that uses itself: reported where they stand.
    if (!context.report.has_errors())
      context.report.add("before-birth", at, fmt::format("`${}` has no value here", name));
    return;
  }
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

std::set<std::string, std::less<>> check_order(Context& context,
                                               const std::vector<NamedValue>& values) {
  std::map<std::string_view, std::size_t> order;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (const auto name = reference_name(*values[i].name)) order.emplace(*name, i);
  std::set<std::string, std::less<>> wrong;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto check = [&](const Node& scalar) {
      const auto used = order.find(name_in(scalar));
      if (used == order.end() || used->second < i) return;
      wrong.insert(values[i].name->text.substr(1));
      context.report.add(
          "before-birth", scalar.location,
          used->second == i
              ? fmt::format("the value of `${}` uses `${}` itself", used->first, used->first)
              : fmt::format("`${}` is used before its birth", used->first));
    };
    each_scalar(*values[i].value, check);
  }
  return wrong;
}

std::string plain_text(const Node& node) {
  if (node.is_plain() && node.text.starts_with("$$")) return node.text.substr(1);
  return node.text;
}

}  // namespace replsim::harness
