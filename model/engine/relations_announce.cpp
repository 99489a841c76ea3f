// What subscribers are told of relations: one trace event and one indication a change of state. The
// difference between what they know and a record is told; after a restart that may be a change
// whose record became stable while the software crashed (C7, B1).
#include "model/cim/state_graph.h"
#include "model/engine/context.h"
#include "model/engine/relations.h"
#include "model/trace/events.h"

namespace replsim::engine {
namespace {

/// Kinds of trace::indication.
constexpr std::uint64_t creation = 1;
constexpr std::uint64_t modification = 2;
constexpr std::uint64_t deletion = 3;

}  // namespace

bool Relations::instance(const RelationRecord& record) {
  return !record.hidden && !record.provisional;
}

void Relations::announce(sim::World& world, const Relation& relation, std::uint16_t cause) {
  const RelationRecord& now = relation.record;
  if (!instance(now)) return;
  std::map<EndpointNumber, RelationRecord>& told = context_.config.announced->relations;
  const auto known = told.find(now.number);
  if (known == told.end()) {
    announce_birth(world, relation);
  } else {
    announce_change(world, relation, known->second, cause);
  }
  told.insert_or_assign(now.number, now);
}

void Relations::announce_birth(sim::World& world, const Relation& relation) {
  const RelationRecord& record = relation.record;
  const bool both = record.peer == context_.config.name;
  const auto role = both ? std::uint64_t{3} : static_cast<std::uint64_t>(record.role);
  const std::uint16_t cause = record.entered_by;
  const sim::EntityId element = context_.volumes.find(record.local_volume)->entity;
  world.emit(trace::endpoint_born, relation.entity, cause, record.pair.value, role, element.value);
  world.emit(trace::state_change, relation.entity, cause, 0, cim::number(record.state),
             record.pair.value);
  context_.config.service_faults->indicate(
      world, {relation.entity, cause, creation, 0, cim::number(record.state)});
}

void Relations::announce_change(sim::World& world, const Relation& relation,
                                const RelationRecord& old, std::uint16_t cause) {
  const RelationRecord& now = relation.record;
  const auto property = [&](trace::Property which, std::uint64_t from, std::uint64_t to) {
    if (from == to) return;
    world.emit(trace::property_change, relation.entity, cause, static_cast<std::uint64_t>(which),
               from, to);
  };
  using trace::Property;
  property(Property::TargetImage, static_cast<std::uint64_t>(old.target_image),
           static_cast<std::uint64_t>(now.target_image));
  property(Property::SourceImage, old.source_image_consistent ? 2 : 1,
           now.source_image_consistent ? 2 : 1);
  property(Property::CopyDirection, static_cast<std::uint64_t>(old.direction),
           static_cast<std::uint64_t>(now.direction));
  property(Property::Mode, cim::number(old.mode), cim::number(now.mode));
  property(Property::SourceFenced, old.fenced ? 1 : 0, now.fenced ? 1 : 0);
  property(Property::ProgressStatus, cim::number(old.progress), cim::number(now.progress));
  property(Property::RequestedCopyState, cim::number(old.requested), cim::number(now.requested));
  if (old.lineage.current != now.lineage.current) {
    world.emit(trace::generation, relation.entity, cause, now.lineage.current.counter,
               now.lineage.current.array, now.lineage.ancestors.size());
  }
  if (old.role != now.role) {
    const Volume* volume = context_.volumes.find(now.local_volume);
    context_.config.service_faults->indicate(
        world, {relation.entity, cause, deletion, cim::number(old.state), 0});
    world.emit(trace::endpoint_born, relation.entity, cause, now.pair.value,
               static_cast<std::uint64_t>(now.role), volume->entity.value);
    context_.config.service_faults->indicate(
        world, {relation.entity, cause, creation, 0, cim::number(now.state)});
  }
  if (old.state == now.state) return;
  world.emit(trace::state_change, relation.entity, cause, cim::number(old.state),
             cim::number(now.state), now.pair.value);
  if (old.role != now.role) return;
  if (context_.defect(cim::Defect::IndicationLost)) [[unlikely]]
    return;
  const auto indicate = [&] {
    context_.config.service_faults->indicate(
        world,
        {relation.entity, cause, modification, cim::number(old.state), cim::number(now.state)});
  };
  indicate();
  if (context_.defect(cim::Defect::IndicationTwice)) [[unlikely]]
    indicate();
}

void Relations::announce(sim::World& world, const Farewell& farewell, bool aspect) {
  if (context_.config.announced->relations.erase(farewell.number) == 0) return;
  const sim::EntityId entity = entity_of(farewell.number);
  const std::uint64_t state = cim::number(farewell.state);
  world.emit(trace::state_change, entity, farewell.cause, state, 0, farewell.pair.value);
  context_.config.service_faults->indicate(world, {entity, farewell.cause, deletion, state, 0});
  world.emit(trace::endpoint_gone, entity, farewell.cause, farewell.pair.value, 0, aspect ? 1 : 0);
}

void Relations::clear_records(sim::World& world, EndpointNumber gone, bool aspect) {
  std::vector<store::RecordKey> keys;
  if (!aspect) keys.push_back(relation_key(gone));
  for (const RecordKind kind : {RecordKind::Bitmap, RecordKind::Activity, RecordKind::Journal}) {
    context_.records.for_each(number(kind), [&](store::RecordKey key, WordSpan) {
      if (key.owner == gone.value) keys.push_back(key);
    });
  }
  for (const store::RecordKey key : keys) {
    const auto cleared = context_.records.erase(world, key, false);
  }
}

void Relations::catch_up(sim::World& world) {
  for (const auto& relation : relations_) {
    announce(world, *relation, relation->record.entered_by);
  }
  std::vector<Farewell> farewells;
  context_.records.for_each(number(RecordKind::Relation), [&](store::RecordKey, WordSpan words) {
    if (const auto farewell = decode_farewell(words)) farewells.push_back(*farewell);
  });
  for (const Farewell& farewell : farewells) {
    announce(world, farewell, false);
    clear_records(world, farewell.number, false);
  }
  for (const AspectRecord& aspect : aspects_) {
    announce(world, aspect.gone, true);
    clear_records(world, aspect.gone.number, true);
  }
}

}  // namespace replsim::engine
