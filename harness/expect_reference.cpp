// References: which instance a path means now, and what a subject without a metric names.
#include <fmt/format.h>

#include "harness/expect_read.h"
#include "model/cim/object_path.h"
#include "model/cim/schema.h"

namespace replsim::harness {

namespace {

constexpr std::string_view relation_class = "CIM_Synchronized";

/// The array that an element's path or an InstanceID `replsim:<array>:...` names.
std::string array_of(const std::string& element) {
  if (element.starts_with("replsim:")) {
    const std::size_t begin = element.find(':') + 1;
    return element.substr(begin, element.find(':', begin) - begin);
  }
  return element.substr(0, element.find('/'));
}

}  // namespace

std::string element_path(const cim::ObjectPath& path) {
  if (path.keys.size() == 1) return path.keys.front().second;
  for (const auto& [name, text] : path.keys) {
    if (name == "DeviceID" || name == "InstanceID") return text;
  }
  return path.text();
}

BoundReference reference_of(const Subject::Entity& entity) {
  BoundReference reference;
  reference.array = array_of(entity.path);
  switch (entity.kind) {
    case EntityKind::Volume:
      reference.path = {"CIM_StorageVolume", {{"DeviceID", entity.path}}};
      break;
    case EntityKind::Pool:
      reference.path = {"CIM_StoragePool", {{"InstanceID", entity.path}}};
      break;
    case EntityKind::Site:
    case EntityKind::Host:
    case EntityKind::Array:
    case EntityKind::Disk:
    case EntityKind::Link: reference.path = {"CIM_ComputerSystem", {{"Name", entity.path}}}; break;
  }
  return reference;
}

BoundReference bind_reference(RunContext& context, const cim::ObjectPath& path, std::string array) {
  BoundReference reference{path, std::move(array), std::nullopt};
  if (cim::is_a(path.class_name, relation_class)) reference.pair = context.testbed.pair_of(path);
  return reference;
}

BoundReference current(RunContext& context, const BoundReference& reference) {
  if (!reference.pair) return reference;
  const auto relation = context.testbed.relation(*reference.pair);
  if (!relation || !relation->exists) return reference;
  return {relation->path, reference.array, reference.pair};
}

std::optional<cim::Instance> peek(RunContext& context, const BoundReference& reference,
                                  const std::string& endpoint) {
  if (reference.pair) return context.testbed.peek_relation(*reference.pair, endpoint);
  const std::string named = array_of(element_path(reference.path));
  for (const auto& array : context.testbed.topology().arrays) {
    if (array.name == named) return context.testbed.peek(named, reference.path);
  }
  if (reference.array.empty()) return std::nullopt;
  return context.testbed.peek(reference.array, reference.path);
}

std::expected<std::vector<ReadNode>, std::string> resolve(RunContext& context,
                                                          const Subject& subject) {
  auto reading = read(context, subject);
  if (!reading) return std::unexpected(reading.error());
  return std::move(reading->nodes);
}

std::expected<BoundReference, std::string> resolve_reference(RunContext& context,
                                                             const Subject& subject) {
  const auto nodes = resolve(context, subject);
  if (!nodes) return std::unexpected(nodes.error());
  if (nodes->size() != 1) {
    return std::unexpected(fmt::format("{} names {} things", subject.text, nodes->size()));
  }
  if (const auto* entity = std::get_if<Subject::Entity>(&nodes->front())) {
    return reference_of(*entity);
  }
  const Bound& bound = std::get<Bound>(nodes->front());
  if (const auto* reference = std::get_if<BoundReference>(&bound)) {
    return current(context, *reference);
  }
  if (const auto* value = std::get_if<Seen>(&bound)) {
    if (const auto* path = std::get_if<cim::ObjectPath>(&value->value)) {
      return bind_reference(context, *path, {});
    }
  }
  return std::unexpected(subject.text + " is not a reference");
}

std::expected<std::string, std::string> resolve_path(RunContext& context, const Subject& subject) {
  if (const auto* entity = std::get_if<Subject::Entity>(&subject.base)) {
    if (subject.parts.empty()) return entity->path;
  }
  auto reference = resolve_reference(context, subject);
  if (!reference) return std::unexpected(reference.error());
  return element_path(reference->path);
}

bool reads_io(const Subject& subject) {
  for (const Part& part : subject.parts) {
    if (part.kind == PartKind::Property && part.name.starts_with("Percent")) return true;
    if (part.kind != PartKind::Metric) continue;
    if (part.metric != Metric::Exists && part.metric != Metric::Code &&
        part.metric != Metric::Duration && part.metric != Metric::Indications &&
        part.metric != Metric::IndicationsReceived) {
      return true;
    }
  }
  return false;
}

}  // namespace replsim::harness
