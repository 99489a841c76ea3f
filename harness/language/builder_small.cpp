// `save`, `wait`, `stop`, `set` and `power`.
#include <fmt/core.h>

#include <algorithm>

#include "harness/language/builder.h"

namespace replsim::harness {

std::optional<Builder::Body> Builder::save(Cursor at) {
  Fields fields(context_, at, {"step"}, {"save"});
  const Cursor map = fields.get("save");
  if (!map) return std::nullopt;
  if (!map.node->is_map() || map.node->entries.empty()) {
    report_type(context_, *map.node, "a map {subject: $name}");
    return std::nullopt;
  }
  SaveStep step;
  for (const Entry& entry : map.node->entries) {
    auto found = subject_text(entry.key.text, entry.key, *map.scope);
    if (!found) continue;
    if (found->type.list || is_many(found->subject)) {
      context_.report.add("list-name", entry.key.location,
                          fmt::format("`{}` is a list; say which of it", entry.key.text));
      continue;
    }
    SlotKind kind = SlotKind::Value;
    Typed type;
    const Typed& seen = found->type;
    const bool content = seen.owner == Owner::Content ||
                         (seen.metric != nullptr && seen.metric->metric == Metric::Content);
    if (content) {
      kind = SlotKind::Content;
      type.owner = Owner::Content;
    } else if (seen.metric == nullptr && !seen.count && !seen.class_name.empty()) {
      kind = SlotKind::Reference;
      type = reference_type(seen.class_name);
    } else if (found->subject.parts.empty()) {
      context_.report.add(
          "wrong-kind", entry.key.location,
          fmt::format("`{}` has no value of its own; name a property or metric", entry.key.text));
      continue;
    } else {
      type = seen;
    }
    const auto slot = birth({&entry.value, map.scope}, kind, type, false);
    if (!slot) continue;
    context_.usage.declare(entry.value, "saved name");
    step.saves.emplace_back(std::move(found->subject), *slot);
  }
  return step;
}

std::optional<Builder::Body> Builder::wait(Cursor at) {
  Fields fields(context_, at, {"step"}, {"wait"});
  const auto duration = read_duration(context_, fields.raw("wait"));
  if (!duration) return std::nullopt;
  if (*duration < sim::Duration{0}) {
    context_.report.add("out-of-range", fields.get("wait").node->location,
                        "time does not run backwards");
    return std::nullopt;
  }
  check_within(fields, "wait", duration);
  return WaitStep{*duration};
}

std::optional<Builder::Body> Builder::stop(Cursor at) {
  Fields fields(context_, at, {"step"}, {"stop"});
  auto found = subject(fields.raw("stop"));
  if (!found) return std::nullopt;
  const bool fits = found->type.metric == nullptr && !found->type.list &&
                    (found->type.owner == Owner::Workload || found->type.owner == Owner::Fault);
  if (!fits) {
    context_.report.add(found->type.list ? "list-name" : "wrong-kind", found->subject.location,
                        fmt::format("`{}` is no workload and no fault", found->subject.text));
    return std::nullopt;
  }
  return StopStep{std::move(found->subject)};
}

std::optional<Builder::Body> Builder::set(Cursor at) {
  Fields fields(context_, at, {"step"}, {"set"});
  const Cursor map = fields.get("set");
  if (!map) return std::nullopt;
  if (!map.node->is_map() || map.node->entries.empty()) {
    report_type(context_, *map.node, "a map {subject: value}");
    return std::nullopt;
  }
  SetStep step;
  for (const Entry& entry : map.node->entries) {
    const std::string& text = entry.key.text;
    const std::size_t dot = text.rfind('.');
    const auto kind = entities_.find(std::string_view(text).substr(0, dot));
    const KeyRow* row = kind && dot != std::string::npos
                            ? find_key(word(*kind), std::string_view(text).substr(dot + 1))
                            : nullptr;
    if (row == nullptr || !row->settable) {
      std::string known;
      for (const auto& table : key_tables())
        for (const KeyRow& one : table)
          if (one.settable) known += fmt::format("{} of a {}; ", one.key, one.section);
      context_.report.add("unsettable", entry.key.location, fmt::format("`{}` cannot be set", text),
                          "settable: " + known);
      continue;
    }
    auto found = subject_text(text, entry.key, *map.scope);
    if (!found) continue;
    if (auto value = literal(follow(context_, {&entry.value, map.scope}), found->type))
      step.values.emplace_back(std::move(found->subject), std::move(*value));
  }
  return step;
}

std::optional<Builder::Body> Builder::power(Cursor at) {
  Fields fields(context_, at, {"step", "power"}, {"power"});
  auto target = entity(fields.raw("power"), {EntityKind::Host});
  const auto state = fields.word("state");
  if (!target || !state) return std::nullopt;
  const WordRow* row = find_word("power", *state);
  if (row->status == Status::Later) {
    report_later(context_, fields.get("state").node->location, fmt::format("`{}`", *state));
    return std::nullopt;
  }
  return PowerStep{std::move(target->subject), static_cast<PowerState>(row->number)};
}

}  // namespace replsim::harness
