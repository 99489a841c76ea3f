// `measure`: numbers of a run.
// Source: language.md section 4.
#include <fmt/core.h>

#include "harness/language/builder.h"

namespace replsim::harness {
namespace {

bool is_number_type(ValueType type) {
  return type == ValueType::Duration || type == ValueType::Size || type == ValueType::Rate ||
         type == ValueType::Share || type == ValueType::Count;
}

}  // namespace

std::vector<Measure> Builder::measures(Cursor map) {
  map = follow(context_, map);
  std::vector<Measure> result;
  if (!map) return result;
  if (!map.node->is_map() || map.node->entries.empty()) {
    report_type(context_, *map.node, "a map {name: {of, since, until}}");
    return result;
  }
  for (const Entry& entry : map.node->entries)
    if (auto one = measure(entry, *map.scope)) result.push_back(std::move(*one));
  return result;
}

std::optional<Measure> Builder::measure(const Entry& entry, Scope& scope) {
  if (!is_name(entry.key.text))
    context_.report.add("wrong-type", entry.key.location,
                        fmt::format("`{}` is no name", entry.key.text),
                        "letters, digits, - and _, beginning with a letter");
  Fields fields(context_, {&entry.value, &scope}, {"measure"});
  if (!fields.valid() || !fields.has("of")) return std::nullopt;
  auto found = subject(fields.raw("of"));
  if (!found) return std::nullopt;
  const Location at = found->subject.location;
  if (found->type.list || is_many(found->subject)) {
    context_.report.add("list-name", at,
                        fmt::format("`{}` is a list; say which of it", found->subject.text));
    return std::nullopt;
  }
  const bool number = found->type.count ||
                      (found->type.metric != nullptr && is_number_type(found->type.metric->type));
  if (!number) {
    context_.report.add("wrong-kind", at, fmt::format("`{}` is no number", found->subject.text),
                        "a metric or a statistic of it");
    return std::nullopt;
  }
  Measure result{.name = entry.key.text, .of = std::move(found->subject), .location = at};
  if (fields.has("since")) result.since = since(fields.raw("since"));
  if (fields.has("until")) {
    const auto end = since(fields.raw("until"));
    if (end) result.until = end->slot;
    if (end && result.since && end->slot < result.since->slot)
      context_.report.add("since-not-before", end->location,
                          "the step that ends the window comes before the one that begins it");
  }
  return result;
}

}  // namespace replsim::harness
