// Walking along the parts of a subject.
#include "harness/expect_read.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/metric.h"
#include "model/cim/schema.h"

namespace replsim::harness {

namespace {

using Failure = std::unexpected<std::string>;

std::string slot_name(const RunContext& context, SlotId slot) {
  return "$" + context.run.slots[slot].name;
}

/// The elements that the base and its list part name; `part` moves behind the list part.
std::expected<std::vector<ReadNode>, std::string> base_nodes(RunContext& context,
                                                             const Subject& subject,
                                                             std::size_t& part,
                                                             Quantifier& quantifier,
                                                             std::optional<Seen>& count) {
  if (const auto* entity = std::get_if<Subject::Entity>(&subject.base)) {
    return std::vector<ReadNode>{*entity};
  }
  const SlotId slot = std::get<SlotId>(subject.base);
  const std::vector<BoundValue>& values = context.bindings.all(slot);
  const PartKind kind = subject.parts.empty() ? PartKind::Property : subject.parts[0].kind;
  if (kind == PartKind::Count) {
    ++part;
    count = seen_count(values.size());
    return std::vector<ReadNode>{};
  }
  if (kind == PartKind::All || kind == PartKind::Any) {
    ++part;
    quantifier = kind == PartKind::All ? Quantifier::All : Quantifier::Any;
    std::vector<ReadNode> nodes;
    for (const BoundValue& binding : values) nodes.emplace_back(binding.value);
    return nodes;
  }
  if (values.empty()) return Failure(slot_name(context, slot) + " has no value yet");
  if (kind == PartKind::Index) {
    ++part;
    const std::uint32_t index = subject.parts[0].index;
    if (index == 0 || index > values.size()) {
      return Failure(
          fmt::format("{} has {} values, not {}", slot_name(context, slot), values.size(), index));
    }
    return std::vector<ReadNode>{values[index - 1].value};
  }
  if (kind == PartKind::Last) ++part;
  return std::vector<ReadNode>{values.back().value};
}

const BoundReference* reference_in(const ReadNode& node) {
  const auto* bound = std::get_if<Bound>(&node);
  return bound == nullptr ? nullptr : std::get_if<BoundReference>(bound);
}

/// The value of a property of a thing: a reference to go on from, or a plain value.
std::expected<Bound, std::string> property_of(RunContext& context, const ReadNode& node,
                                              const Part& part, const ReadOptions& options) {
  BoundReference reference;
  if (const auto* entity = std::get_if<Subject::Entity>(&node)) {
    reference = reference_of(*entity);
  } else if (const BoundReference* known = reference_in(node)) {
    reference = *known;
  } else {
    return Failure("only an instance has the property " + part.name);
  }
  const auto instance = peek(context, reference, options.endpoint);
  if (!instance) return Failure(reference.path.text() + " is gone");
  const cim::Value& value = instance->get(part.name);
  if (!value.is_array() && value.type() == cim::Type::Reference) {
    return bind_reference(context, value.as_reference(), reference.array);
  }
  const cim::ClassInfo* info = cim::find_class(instance->path.class_name);
  const cim::PropertyInfo* property = info == nullptr ? nullptr : info->find_property(part.name);
  return seen(value, property == nullptr ? nullptr : property->enumeration);
}

/// What a node is worth when nothing follows it.
Seen value_of(RunContext& context, const ReadNode& node) {
  if (const auto* entity = std::get_if<Subject::Entity>(&node)) {
    return {reference_of(*entity).path};
  }
  const Bound& bound = std::get<Bound>(node);
  if (const auto* reference = std::get_if<BoundReference>(&bound)) {
    return {current(context, *reference).path};
  }
  if (const auto* value = std::get_if<Seen>(&bound)) return *value;
  if (const auto* write = std::get_if<BoundWrite>(&bound)) return {write->range};
  if (const auto* read = std::get_if<BoundRead>(&bound)) return {read->content};
  if (const auto* call = std::get_if<BoundCall>(&bound)) return {call->answer};
  return {Null{}};
}

struct Walk {
  ReadNode node;  ///< Base of the last part.
  Seen value;
};

std::expected<Walk, std::string> walk(RunContext& context, ReadNode node, const Subject& subject,
                                      std::size_t part, const ReadOptions& options,
                                      std::optional<std::uint64_t>& pair) {
  const auto& parts = subject.parts;
  for (; part < parts.size(); ++part) {
    const BoundReference* reference = reference_in(node);
    if (reference != nullptr && reference->pair && !pair) pair = reference->pair;
    if (parts[part].kind == PartKind::Metric) {
      std::optional<Statistic> statistic;
      if (part + 1 < parts.size()) statistic = parts[part + 1].statistic;
      auto value = read_metric(context, node, parts[part].metric, statistic, options);
      if (!value) return Failure(value.error());
      return Walk{std::move(node), std::move(*value)};
    }
    auto next = property_of(context, node, parts[part], options);
    if (!next) return Failure(next.error());
    if (part + 1 == parts.size() && std::holds_alternative<Seen>(*next)) {
      return Walk{std::move(node), std::get<Seen>(*next)};
    }
    node = std::move(*next);
  }
  const BoundReference* reference = reference_in(node);
  if (reference != nullptr && reference->pair && !pair) pair = reference->pair;
  Seen value = value_of(context, node);
  return Walk{std::move(node), std::move(value)};
}

}  // namespace

std::expected<Reading, std::string> read(RunContext& context, const Subject& subject,
                                         const ReadOptions& options) {
  Reading reading;
  std::size_t part = 0;
  std::optional<Seen> count;
  auto bases = base_nodes(context, subject, part, reading.quantifier, count);
  if (!bases) return Failure(bases.error());
  if (count) reading.values.push_back(*count);
  for (ReadNode& base : *bases) {
    auto end = walk(context, std::move(base), subject, part, options, reading.pair);
    if (!end) return Failure(end.error());
    reading.nodes.push_back(std::move(end->node));
    reading.values.push_back(std::move(end->value));
  }
  return reading;
}

namespace {

const std::vector<Change>* changes_of(const PairHistory& pair, const std::string& property,
                                      const std::string& endpoint) {
  if (property == "CopyState") return endpoint.empty() ? &pair.merged : &pair.states;
  if (property == "ProgressStatus") return &pair.progress;
  if (property == "RequestedCopyState") return &pair.requested;
  if (property == "Mode") return &pair.modes;
  return nullptr;
}

/// The endpoint whose changes count: the named array's, or the one of the merged view.
sim::EntityId endpoint_of(const PairHistory& pair, const std::string& array) {
  for (const Endpoint& end : pair.endpoints) {
    if (end.array == array) return end.entity;
  }
  return pair.merged.empty() ? sim::EntityId{} : pair.merged.back().endpoint;
}

std::vector<Seen> values_since(const std::vector<Change>& changes, const ReadOptions& options,
                               std::optional<sim::EntityId> only, const cim::Enumeration* names) {
  std::vector<Seen> values;
  for (const Change& change : changes) {
    if (only && change.endpoint != *only) continue;
    if (options.window != nullptr && change.mark <= options.window->mark) continue;
    if (change.to == 0) continue;
    const auto value = cim::Value::unsigned_number(cim::Type::Uint16, change.to);
    values.push_back(seen(value, names));
  }
  return values;
}

}  // namespace

std::expected<std::vector<Seen>, std::string> read_history(RunContext& context,
                                                           const Subject& subject,
                                                           const ReadOptions& options) {
  Subject base = subject;
  if (base.parts.empty() || base.parts.back().kind != PartKind::Property) {
    return Failure("a history is kept of properties only, not of " + subject.text);
  }
  const std::string property = base.parts.back().name;
  base.parts.pop_back();
  const auto reference = resolve_reference(context, base);
  if (!reference) return Failure(reference.error());
  const cim::Enumeration* names = cim::find_enumeration(property);
  if (!reference->pair) {
    const std::string id = element_path(reference->path);
    const std::string text = "job:" + id.substr(id.rfind(':') + 1);
    for (const JobHistory& job : context.history.jobs()) {
      const std::string& name = context.world.trace().name(job.entity);
      if (property == "JobState" && (name == id || name.ends_with(":" + text))) {
        return values_since(job.states, options, std::nullopt, names);
      }
    }
    return Failure("no history is kept of " + subject.text);
  }
  const PairHistory* pair = context.history.pair(*reference->pair);
  const std::vector<Change>* changes =
      pair == nullptr ? nullptr : changes_of(*pair, property, options.endpoint);
  if (changes == nullptr) return Failure("no history is kept of " + subject.text);
  std::optional<sim::EntityId> only;
  if (changes != &pair->merged) only = endpoint_of(*pair, options.endpoint);
  return values_since(*changes, options, only, names);
}

}  // namespace replsim::harness
