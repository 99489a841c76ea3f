// Expectations and their matchers (language.md section 6).
#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "harness/language/builder.h"
#include "model/cim/state_graph.h"

namespace replsim::harness {
namespace {

std::vector<std::string_view> matcher_words() {
  std::vector<std::string_view> result;
  for (const KeyRow* row : keys_of("matcher")) result.push_back(row->key);
  return result;
}

bool is_bound(std::string_view key) {
  return key == "at-least" || key == "at-most";
}

bool can_be_ordered(const Typed& type) {
  if (type.metric != nullptr)
    return type.metric->type != ValueType::Truth && type.metric->type != ValueType::Value;
  if (type.count) return true;
  if (type.property == nullptr) return type.owner == Owner::Value;
  return type.property->enumeration == nullptr && type.property->type != cim::Type::Boolean &&
         type.property->type != cim::Type::String && type.property->type != cim::Type::Reference;
}

/// True when a history is kept: of a relation's states and of a job's.
bool has_history(const Typed& type) {
  if (type.property == nullptr || type.metric != nullptr) return false;
  static constexpr std::array<std::string_view, 4> kept = {"CopyState", "ProgressStatus",
                                                           "RequestedCopyState", "Mode"};
  if (type.holder == Owner::Job) return type.property->name == "JobState";
  return type.holder == Owner::Relation &&
         std::ranges::find(kept, type.property->name) != kept.end();
}

}  // namespace

std::optional<Expectation> Builder::expectation(Cursor map) {
  map = follow(context_, map);
  if (!map) return std::nullopt;
  if (!map.node->is_map()) {
    report_type(context_, *map.node, describe(ValueType::Expectation));
    return std::nullopt;
  }
  if (map.node->entries.empty()) {
    context_.report.add("missing-value", map.node->location, "an expectation without a line");
    return std::nullopt;
  }
  Expectation result;
  result.location = map.node->location;
  bool fine = true;
  for (const Entry& entry : map.node->entries) {
    auto found = subject_text(entry.key.text, entry.key, *map.scope);
    if (found && found->type.list) {
      context_.report.add("list-name", entry.key.location,
                          fmt::format("`{}` is a list; say which of it", entry.key.text),
                          ".1, .last, .count, .all or .any before the property");
      found.reset();
    }
    if (found && found->subject.parts.empty()) {
      const auto* slot = std::get_if<SlotId>(&found->subject.base);
      const bool value = slot != nullptr && (run_.slots[*slot].kind == SlotKind::Value ||
                                             run_.slots[*slot].kind == SlotKind::Content);
      if (!value) {
        context_.report.add(
            "wrong-kind", entry.key.location,
            fmt::format("`{}` has no value of its own; name a property or metric", entry.key.text));
        found.reset();
      }
    }
    std::optional<Matcher> test;
    if (found) test = matcher({&entry.value, map.scope}, found->type);
    if (!found || !test) {
      fine = false;
      continue;
    }
    result.conditions.push_back({std::move(found->subject), std::move(*test)});
  }
  if (!fine) return std::nullopt;
  return result;
}

std::optional<Matcher> Builder::bounds_matcher(Cursor at, Fields& fields, const Typed& type) {
  if (!can_be_ordered(type)) {
    context_.report.add("wrong-type", at.node->location, "this has no order, so it has no bounds");
    return std::nullopt;
  }
  Bounds test;
  if (fields.has("at-least")) test.at_least = operand(fields.raw("at-least"), type);
  if (fields.has("at-most")) test.at_most = operand(fields.raw("at-most"), type);
  if (fields.has("at-least") != test.at_least.has_value() ||
      fields.has("at-most") != test.at_most.has_value())
    return std::nullopt;
  return Matcher{std::move(test), at.node->location};
}

/// `excludes`: the matcher says what must not be, which may well be impossible.
std::optional<Matcher> Builder::matcher(Cursor at, const Typed& type, bool excludes) {
  at = follow(context_, at);
  if (!at) return std::nullopt;
  const Node& node = *at.node;
  const Level level(*this, node.location);
  if (!level) return std::nullopt;
  const auto one = [&](auto test) { return Matcher{std::move(test), node.location}; };
  if (node.is_plain() && node.text == "any") return one(Anything{});
  if (node.is_list()) {
    if (node.items.empty())
      context_.report.add("missing-value", node.location, "an empty list matches nothing");
    auto values = wanted(at, type, excludes);
    if (!values) return std::nullopt;
    return one(OneOf{std::move(*values)});
  }
  const bool reference_map = node.is_map() && node.find("class") != nullptr;
  if (!node.is_map() || reference_map) {
    auto value = operand(at, type);
    if (!value) return std::nullopt;
    if (!excludes) check_state(at, type, *value);
    return one(Equals{std::move(*value)});
  }
  Fields fields(context_, at, {"matcher"});
  const auto& entries = node.entries;
  const bool bounds = !entries.empty() && std::ranges::all_of(entries, [](const Entry& entry) {
    return is_bound(entry.key.text);
  });
  if (entries.empty() || (entries.size() > 1 && !bounds)) {
    context_.report.add("conflicting-keys", node.location,
                        "a matcher is one of a value, a list, bounds, not, history, passes, never",
                        one_of(matcher_words()));
    return std::nullopt;
  }
  if (bounds) return bounds_matcher(at, fields, type);
  const std::string& key = entries.front().key.text;
  const Cursor value{&entries.front().value, at.scope};
  if (key == "not") {
    auto inner = matcher(value, type, !excludes);
    if (!inner) return std::nullopt;
    return one(Not{std::make_shared<const Matcher>(std::move(*inner))});
  }
  if (find_key("matcher", key) == nullptr) return std::nullopt;
  return course_matcher(key, value, type, excludes);
}

/// `history`, `passes` and `never`.
std::optional<Matcher> Builder::course_matcher(std::string_view key, Cursor value,
                                               const Typed& type, bool excludes) {
  const Cursor list = follow(context_, value);
  if (!list) return std::nullopt;
  const Location& at = list.node->location;
  if (!has_history(type)) {
    context_.report.add("wrong-kind", at, "no history is kept of this",
                        "of a relation: CopyState, ProgressStatus, RequestedCopyState, Mode; of a "
                        "job: JobState");
    return std::nullopt;
  }
  const bool empty = list.node->is_list() && list.node->items.empty();
  if (empty && key == "history") return Matcher{History{}, at};  // nothing changed
  if (empty)
    context_.report.add("missing-value", at,
                        fmt::format("`{}` of an empty list says nothing", key));
  auto values = wanted(value, type, key == "never" ? !excludes : excludes);
  if (!values) return std::nullopt;
  if (key == "history") return Matcher{History{std::move(*values)}, at};
  if (key == "passes") return Matcher{Passes{std::move(*values)}, at};
  return Matcher{Never{std::move(*values)}, at};
}

/// All values of a list, or nothing.
std::optional<std::vector<Operand>> Builder::wanted(Cursor at, const Typed& type, bool excludes) {
  auto result = operands(at, type);
  if (!excludes)
    for (const Operand& each : result) check_state(at, type, each);
  const std::size_t count = elements(context_, at).size();
  if (result.size() != count || count == 0) return std::nullopt;
  return result;
}

void Builder::check_state(Cursor at, const Typed& type, const Operand& value) {
  if (type.property == nullptr || type.property->enumeration == nullptr) return;
  if (type.property->enumeration->name != "CopyState") return;
  const auto* literal = std::get_if<Literal>(&value.value);
  const auto* state = literal == nullptr ? nullptr : std::get_if<EnumerationValue>(literal);
  if (state == nullptr) return;
  // Not Applicable is what RequestedCopyState shows at rest.
  const bool idle = state->number == cim::number(cim::CopyState::NotApplicable);
  if (idle && type.property->name == "RequestedCopyState") return;
  check_reachable(state->number, value.location.file ? value.location : at.node->location);
}

void Builder::check_reachable(std::uint32_t state, const Location& at) {
  using cim::SyncType;
  const auto reached = static_cast<cim::CopyState>(state);
  for (const SyncType kind : {SyncType::Mirror, SyncType::Snapshot, SyncType::Clone})
    if (cim::reachable(kind, reached)) return;
  const cim::Enumeration* scale = cim::find_enumeration("CopyState");
  const auto* row = scale == nullptr ? nullptr : scale->find(state);
  context_.report.add("unreachable-state", at,
                      fmt::format("no edge of the state graph enters {}",
                                  row == nullptr ? std::to_string(state) : std::string(row->name)));
}

std::optional<Since> Builder::since(Cursor at) {
  // Not followed: `since` names a step of this scope, or a param bound to one.
  const auto name = at ? reference_name(*at.node) : std::nullopt;
  if (!name) {
    if (at) report_type(context_, *at.node, "the $name of a step");
    return std::nullopt;
  }
  const auto found = at.scope->names.find(*name);
  if (found == at.scope->names.end() || !found->second.slot) {
    if (at.scope->later.contains(*name))
      context_.report.add("since-not-before", at.node->location,
                          fmt::format("`${}` is a later step", *name), "`since` looks back");
    else
      report_unbound(context_, *at.scope, *name, at.node->location);
    return std::nullopt;
  }
  context_.usage.use(found->second.birth);
  const SlotId slot = *found->second.slot;
  if (!places_[slot].window) {
    context_.report.add("wrong-kind", at.node->location, fmt::format("`${}` is no step", *name),
                        "name a step by `as`");
    return std::nullopt;
  }
  if (!visible(places_[slot])) {
    context_.report.add("since-not-before", at.node->location,
                        fmt::format("`${}` is a step of another branch", *name));
    return std::nullopt;
  }
  const bool repeated = !places_[slot].repeats.empty();
  if (repeated && !inside_repeat_of(places_[slot])) {
    context_.report.add("list-name", at.node->location,
                        fmt::format("`${}` is a list of steps outside of its repeat", *name),
                        "name the whole repeat by `as`");
    return std::nullopt;
  }
  return Since{slot, repeated, at.node->location};
}

void Builder::check_within(Fields& fields, std::string_view key,
                           std::optional<sim::Duration> value) {
  if (!value || *value <= run_.limit) return;
  context_.report.add(
      "within-exceeds-limit", fields.get(key).node->location,
      fmt::format("`{}` is longer than the run's limit of {}", key, duration_text(run_.limit)));
}

std::optional<Builder::Body> Builder::expect(Cursor at) {
  Fields fields(context_, at, {"step", "expect"}, {"expect"});
  ExpectStep step;
  step.within = fields.span("within");
  step.hold = fields.span("for");
  check_within(fields, "within", step.within);
  if (fields.has("since")) step.since = since(fields.raw("since"));
  if (fields.has("endpoint"))
    step.endpoint = entity_name(fields.raw("endpoint"), EntityKind::Array).value_or("");
  auto found = expectation(fields.raw("expect"));
  if (!found) return std::nullopt;
  step.expectation = std::move(*found);
  return step;
}

std::vector<Condition> Builder::always(Cursor map) {
  auto found = expectation(map);
  if (!found) return {};
  return std::move(found->conditions);
}

}  // namespace replsim::harness
