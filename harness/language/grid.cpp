// `matrix`, `exclude` and `cases`: which runs there are.
#include <fmt/core.h>

#include <algorithm>

#include "harness/language/fields.h"
#include "harness/language/scenario_documents.h"

namespace replsim::harness {
namespace {

enum class Range : std::uint8_t { None, Whole, Wrong };

/// `1..20` as nodes. A range of durations or sizes is continuous: it has no cells.
Range expand_range(Context& context, const Node& node, std::vector<Node>& made) {
  if (!node.is_plain()) return Range::None;
  const auto ends = split_range(node.text);
  if (!ends) return Range::None;
  const auto begin = parse_unsigned(ends->first);
  const auto end = parse_unsigned(ends->second);
  if (!begin || !end || *end < *begin || *end - *begin >= cells_max) {
    const bool numbers = begin && end;
    context.report.add(
        numbers ? "out-of-range" : "wrong-type", node.location,
        numbers ? "an axis takes a range of at most 10,000 whole numbers, from low to high: 1..20"
                : fmt::format("`{}` has no cells; an axis takes a range of whole numbers only: "
                              "1..20",
                              node.text),
        numbers ? std::string() : "write the values as a list: [1 ms, 5 ms, 20 ms]");
    return Range::Wrong;
  }
  for (std::uint64_t value = *begin; value <= *end; ++value) {
    Node one = node;
    one.text = std::to_string(value);
    made.push_back(std::move(one));
  }
  return Range::Whole;
}

/// A value that stands twice would make two runs of one name.
void check_repeated(Context& context, const Axis& axis) {
  std::set<std::string> seen;
  for (const Node* value : axis.values)
    if (!seen.insert(full_text(*value)).second)
      context.report.add(
          "name-twice", value->location,
          fmt::format("`{}` has the value `{}` twice", axis.name->text, flow_text(*value)));
}

void read_axes(Context& context, const Node& matrix, ScenarioDocuments& documents) {
  if (!matrix.is_map()) return report_type(context, matrix, "a map {$axis: [values]}");
  std::vector<std::pair<std::size_t, std::vector<Node>>> ranges;
  for (const Entry& entry : matrix.entries) {
    if (!reference_name(entry.key)) {
      context.report.add("wrong-type", entry.key.location,
                         fmt::format("`{}` is no name of an axis", entry.key.text),
                         "names carry a $: $mode");
      continue;
    }
    Axis axis{&entry.key, {}};
    std::vector<Node> made;
    const Range range = expand_range(context, entry.value, made);
    if (range == Range::Wrong) continue;
    if (range == Range::Whole) {
      ranges.emplace_back(documents.axes.size(), std::move(made));
    } else if (!entry.value.is_list() || entry.value.items.empty()) {
      report_type(context, entry.value, "a list of values, not empty");
      continue;
    } else {
      for (const Node& value : entry.value.items) axis.values.push_back(&value);
      check_repeated(context, axis);
    }
    documents.axes.push_back(std::move(axis));
  }
  std::size_t total = 0;
  for (const auto& [axis, nodes] : ranges) total += nodes.size();
  documents.made.reserve(total);  // the axes point into it
  for (auto& [axis, nodes] : ranges)
    for (Node& node : nodes) {
      documents.made.push_back(std::move(node));
      documents.axes[axis].values.push_back(&documents.made.back());
    }
  std::uint64_t cells = 1;
  for (const Axis& axis : documents.axes) {
    cells *= std::max<std::uint64_t>(1, axis.values.size());
    if (cells <= cells_max) continue;
    context.report.add("matrix-too-large", matrix.location,
                       "the matrix has more than 10,000 cells");
    documents.axes.clear();
    return;
  }
}

void read_excluded(Context& context, const Node& list, ScenarioDocuments& documents) {
  for (const Cursor one : elements(context, {&list, nullptr})) {
    if (!one.node->is_map() || one.node->entries.empty()) {
      report_type(context, *one.node, "a map {$axis: value}");
      continue;
    }
    bool fine = true;
    for (const Entry& entry : one.node->entries) {
      const auto axis = std::ranges::find_if(
          documents.axes, [&](const Axis& each) { return each.name->text == entry.key.text; });
      std::vector<std::string_view> words;
      if (axis == documents.axes.end()) {
        for (const Axis& each : documents.axes) words.push_back(each.name->text);
        context.report.add("unknown-name", entry.key.location,
                           fmt::format("there is no axis `{}`", entry.key.text),
                           word_hint(entry.key.text, words));
        fine = false;
        continue;
      }
      std::vector<std::string> texts;
      for (const Node* value : axis->values) texts.push_back(full_text(*value));
      if (std::ranges::find(texts, full_text(entry.value)) != texts.end()) continue;
      words.assign(texts.begin(), texts.end());
      context.report.add(
          "unknown-name", entry.value.location,
          fmt::format("`{}` is no value of `{}`", flow_text(entry.value), entry.key.text),
          word_hint(flow_text(entry.value), words));
      fine = false;
    }
    if (fine) documents.excluded.push_back(one.node);
  }
}

std::vector<std::string> columns_of(const Node& row) {
  std::vector<std::string> result;
  for (const Entry& entry : row.entries)
    if (entry.key.text != "name") result.push_back(entry.key.text);
  std::ranges::sort(result);
  return result;
}

void check_columns(Context& context, const Node& row, const std::vector<std::string>& all,
                   const ScenarioDocuments& documents) {
  const Node* params = documents.root().find("params");
  const auto columns = columns_of(row);
  for (const std::string& column : all) {
    if (std::ranges::binary_search(columns, column)) continue;
    if (params != nullptr && params->find(column) != nullptr) continue;
    context.report.add("uneven-cases", row.location,
                       fmt::format("this row has no column `{}`", column),
                       "give it in every row, or a default in `params`");
  }
}

void read_cases(Context& context, const Node& list, ScenarioDocuments& documents) {
  if (!list.is_list() || list.items.empty())
    return report_type(context, list, "a list of rows {name, $column: value}");
  std::set<std::string> names;
  std::set<std::string> all;
  for (const Node& row : list.items) {
    if (!row.is_map()) {
      report_type(context, row, "a row {name, $column: value}");
      continue;
    }
    const Node* name = row.find("name");
    if (name == nullptr || !name->is_scalar()) {
      context.report.add("missing-key", row.location, "a case has a `name`");
      continue;
    }
    if (!names.insert(name->text).second)
      context.report.add("name-twice", name->location,
                         fmt::format("two cases are called {}", name->text));
    for (const Entry& entry : row.entries) {
      if (entry.key.text == "name") continue;
      if (!reference_name(entry.key) || entry.key.text == "$seed")
        context.report.add("unknown-key", entry.key.location,
                           fmt::format("`{}` is no column", entry.key.text),
                           "columns carry a $: $code; $seed is built in");
      else
        all.insert(entry.key.text);
    }
    documents.cases.push_back({&row, name->text});
  }
  const std::vector<std::string> columns(all.begin(), all.end());
  for (const Case& one : documents.cases) check_columns(context, *one.row, columns, documents);
}

}  // namespace

void read_grid(Context& context, ScenarioDocuments& documents) {
  const Node& root = documents.root();
  const std::size_t before = context.report.errors();
  if (const Node* matrix = root.find("matrix")) read_axes(context, *matrix, documents);
  // Of an axis that is wrong nothing can be excluded.
  const bool sound = context.report.errors() == before;
  if (const Node* excluded = root.find("exclude"); excluded != nullptr && sound)
    read_excluded(context, *excluded, documents);
  if (const Node* cases = root.find("cases")) read_cases(context, *cases, documents);
  std::uint64_t runs = std::max<std::uint64_t>(1, documents.cases.size());
  for (const Axis& axis : documents.axes) runs *= std::max<std::uint64_t>(1, axis.values.size());
  if (runs > runs_max) {
    context.report.add("matrix-too-large", root.location,
                       "matrix times cases make more than 100,000 runs");
    documents.axes.clear();
    documents.cases.clear();
  }
}

}  // namespace replsim::harness
