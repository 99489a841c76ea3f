// Following relations.
#include "model/testbed/relation_directory.h"

#include <algorithm>
#include <utility>

#include "model/services/instances.h"
#include "model/services/queries.h"
#include "model/trace/events.h"

namespace replsim::testbed {

RelationDirectory::RelationDirectory(Hardware& hardware) : hardware_(hardware) {
  hardware_.world().trace().add_observer(*this);
}

RelationDirectory::~RelationDirectory() {
  hardware_.world().trace().remove_observer(*this);
}

services::ArrayFacts RelationDirectory::facts(const ArrayMachine& machine) const {
  const std::int64_t now = sim::ns(hardware_.world().now());
  if (engine::Array* array = machine.running()) return services::facts_of(*array, now);
  return services::facts_of(machine.config, machine.records(), now);
}

void RelationDirectory::remember(const services::ArrayFacts& facts,
                                 const engine::RelationRecord& record) const {
  const services::PairElements elements = services::elements_of(facts, record);
  if (elements.source.empty() || elements.target.empty()) return;
  const cim::ObjectPath path = services::synchronized_path(elements.source, elements.target);
  pairs_[path.text()] = record.pair.value;
  pairs_[services::synchronized_path(elements.target, elements.source).text()] = record.pair.value;
  provider::RelationInfo& info = known_[record.pair.value];
  info.pair = record.pair.value;
  if (!info.source_volume.empty()) return;
  info.path = path;
  info.source_volume = elements.source;
  info.target_volume = elements.target;
}

void RelationDirectory::learn(const ArrayMachine& machine) const {
  const services::ArrayFacts now = facts(machine);
  for (const engine::RelationRecord* record : now.relations) remember(now, *record);
}

void RelationDirectory::observe(const sim::TraceEvent& event) {
  if (event.kind != trace::endpoint_born.number) return;
  // The record is stable before the birth is announced; the software may be in between.
  const std::string_view name = hardware_.world().trace().name(event.entity);
  const ArrayMachine* machine = hardware_.array(name.substr(0, name.rfind(':')));
  if (machine == nullptr) return;
  const services::ArrayFacts now =
      services::facts_of(machine->config, machine->records(), sim::ns(hardware_.world().now()));
  for (const engine::RelationRecord* record : now.relations) remember(now, *record);
}

std::vector<RelationDirectory::End> RelationDirectory::ends_of(std::uint64_t pair) const {
  std::vector<End> ends;
  for (const auto& machine : hardware_.arrays()) {
    services::ArrayFacts now = facts(*machine);
    const engine::RelationRecord* record = now.relation(engine::PairId{pair});
    if (record != nullptr) ends.push_back({machine.get(), std::move(now), record});
  }
  return ends;
}

const RelationDirectory::End* RelationDirectory::merged(const std::vector<End>& ends) const {
  if (ends.empty()) return nullptr;
  const auto source = std::ranges::find_if(
      ends, [](const End& end) { return end.record->role == engine::Role::Source; });
  const End* chosen = source == ends.end() ? &ends.front() : &*source;
  for (const End& end : ends) {
    const engine::Kinship kin = engine::kinship(end.record->lineage, chosen->record->lineage);
    if (kin == engine::Kinship::Newer) chosen = &end;
  }
  return chosen;
}

std::optional<std::uint64_t> RelationDirectory::pair_of(const cim::ObjectPath& path) const {
  for (const auto& machine : hardware_.arrays()) {
    const services::ArrayFacts now = facts(*machine);
    const engine::RelationRecord* record = services::find_relation(now, path);
    if (record == nullptr) continue;
    remember(now, *record);
    return record->pair.value;
  }
  const auto at = pairs_.find(path.text());
  if (at == pairs_.end()) return std::nullopt;
  return at->second;
}

std::optional<provider::RelationInfo> RelationDirectory::relation(std::uint64_t pair) const {
  const std::vector<End> ends = ends_of(pair);
  const End* end = merged(ends);
  if (end == nullptr) {
    const auto at = known_.find(pair);
    if (at == known_.end()) return std::nullopt;
    provider::RelationInfo gone = at->second;
    gone.exists = false;
    gone.arrays.clear();
    return gone;
  }
  const services::PairElements elements = services::elements_of(end->facts, *end->record);
  provider::RelationInfo& info = known_[pair];
  info.pair = pair;
  info.exists = true;
  info.path = services::synchronized_path(elements.source, elements.target);
  info.source_volume = elements.source;
  info.target_volume = elements.target;
  info.arrays.clear();
  for (const End& one : ends) info.arrays.push_back(one.machine->config.name);
  return info;
}

std::optional<cim::Instance> RelationDirectory::instance(std::uint64_t pair,
                                                         std::string_view array) const {
  const std::vector<End> ends = ends_of(pair);
  const End* end = nullptr;
  if (array.empty()) {
    end = merged(ends);
  } else {
    const auto at = std::ranges::find_if(
        ends, [&](const End& one) { return one.machine->config.name == array; });
    if (at != ends.end()) end = &*at;
  }
  if (end == nullptr) return std::nullopt;
  return services::relation_instance(end->facts, *end->record);
}

}  // namespace replsim::testbed
