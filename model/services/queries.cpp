// Everything is answered from one list of instances and one list of links between them.
#include "model/services/queries.h"

#include <fmt/format.h>
#include <algorithm>

#include "model/cim/schema.h"
#include "model/services/instances.h"

namespace replsim::services {
namespace {

bool in_key_order(const cim::Instance& first, const cim::Instance& second) {
  if (first.path.class_name != second.path.class_name) {
    return first.path.class_name < second.path.class_name;
  }
  return first.path.keys < second.path.keys;
}

ReadResult sorted(std::vector<cim::Instance> instances) {
  std::sort(instances.begin(), instances.end(), in_key_order);
  const auto same = [](const cim::Instance& a, const cim::Instance& b) { return a.path == b.path; };
  instances.erase(std::unique(instances.begin(), instances.end(), same), instances.end());
  return {cim::CimStatus::Ok, std::move(instances)};
}

/// The value of the only key, when the path is of this class and has this key alone.
std::optional<std::string_view> sole_key(const cim::ObjectPath& path, std::string_view class_name,
                                         std::string_view key) {
  if (path.class_name != class_name || path.keys.size() != 1) return std::nullopt;
  if (path.keys.front().first != key) return std::nullopt;
  return path.keys.front().second;
}

std::optional<std::string_view> local_name(const ArrayFacts& facts, std::string_view element) {
  const ElementName name = split_element(element);
  if (name.array != facts.array) return std::nullopt;
  return name.local;
}

const engine::VolumeRecord* find_volume(const ArrayFacts& facts, const cim::ObjectPath& path) {
  const auto key = sole_key(path, "CIM_StorageVolume", "DeviceID");
  const auto name = key ? local_name(facts, *key) : std::nullopt;
  const engine::VolumeRecord* volume = name ? facts.volume(*name) : nullptr;
  return volume == nullptr || volume->provisional ? nullptr : volume;
}

const engine::PoolRecord* find_pool(const ArrayFacts& facts, const cim::ObjectPath& path) {
  const auto key = sole_key(path, "CIM_StoragePool", "InstanceID");
  const auto name = key ? local_name(facts, *key) : std::nullopt;
  return name ? facts.pool(*name) : nullptr;
}

const engine::JobRecord* find_job(const ArrayFacts& facts, const cim::ObjectPath& path) {
  for (const engine::JobRecord* job : facts.jobs) {
    if (job_path(facts.array, job->number) == path) return job;
  }
  return nullptr;
}

const engine::AspectRecord* find_aspect(const ArrayFacts& facts, const cim::ObjectPath& path) {
  for (const engine::AspectRecord* aspect : facts.aspects) {
    if (aspect_path(facts.array, aspect->gone.number) == path) return aspect;
  }
  return nullptr;
}

const engine::AspectRecord* find_define_state(const ArrayFacts& facts,
                                              const cim::ObjectPath& path) {
  for (const engine::AspectRecord* aspect : facts.aspects) {
    const cim::ObjectPath known =
        define_state_path(facts, aspect->local_volume, aspect->gone.number);
    if (known == path) return aspect;
  }
  return nullptr;
}

/// An association of two instances; `association` is the instance that stands for it, if any.
struct Bond {
  cim::Instance first;
  cim::Instance second;
  std::optional<cim::Instance> association;
};

cim::Instance element_instance(const ArrayFacts& facts, const std::string& element) {
  const auto name = local_name(facts, element);
  const engine::VolumeRecord* volume = name ? facts.volume(*name) : nullptr;
  return volume == nullptr ? remote_volume_instance(facts, element)
                           : volume_instance(facts, *volume);
}

void add_relation(const ArrayFacts& facts, const engine::RelationRecord& relation,
                  std::vector<Bond>& bonds) {
  const PairElements elements = elements_of(facts, relation);
  const cim::Instance association = relation_instance(facts, relation);
  const cim::Instance source = element_instance(facts, elements.source);
  const cim::Instance target = element_instance(facts, elements.target);
  bonds.push_back({source, target, association});
  bonds.push_back({source, association, std::nullopt});
  bonds.push_back({target, association, std::nullopt});
}

void add_job(const ArrayFacts& facts, const engine::JobRecord& job, std::vector<Bond>& bonds) {
  const engine::RelationRecord* relation = facts.relation(job.endpoint);
  if (relation == nullptr) return;
  const cim::Instance one = job_instance(facts, job);
  const cim::Instance association = relation_instance(facts, *relation);
  bonds.push_back({one, association, affected_instance(facts, association.path, job)});
  if (const engine::VolumeRecord* volume = facts.volume(relation->local_volume)) {
    const cim::Instance element = volume_instance(facts, *volume);
    bonds.push_back({one, element, affected_instance(facts, element.path, job)});
  }
}

std::vector<Bond> all_bonds(const ArrayFacts& facts) {
  std::vector<Bond> bonds;
  for (const engine::RelationRecord* relation : facts.relations) {
    add_relation(facts, *relation, bonds);
  }
  for (const engine::JobRecord* job : facts.jobs) add_job(facts, *job, bonds);
  for (const engine::AspectRecord* aspect : facts.aspects) {
    const engine::VolumeRecord* source = facts.volume(aspect->local_volume);
    if (source == nullptr) continue;
    bonds.push_back({volume_instance(facts, *source), aspect_instance(facts, *aspect),
                     define_state_instance(facts, *aspect)});
  }
  for (const engine::VolumeRecord* volume : facts.volumes) {
    const engine::PoolRecord* pool = volume->pool ? facts.pool(*volume->pool) : nullptr;
    if (pool == nullptr || volume->provisional) continue;
    bonds.push_back({volume_instance(facts, *volume), pool_instance(facts, *pool), std::nullopt});
  }
  return bonds;
}

}  // namespace

const engine::RelationRecord* find_relation(const ArrayFacts& facts, const cim::ObjectPath& path) {
  if (path.class_name != "CIM_StorageSynchronized") return nullptr;
  for (const engine::RelationRecord* relation : facts.relations) {
    if (relation_path(facts, *relation) == path) return relation;
  }
  return nullptr;
}

std::optional<cim::Instance> find_instance(const ArrayFacts& facts, const cim::ObjectPath& path) {
  if (const auto* relation = find_relation(facts, path)) {
    return relation_instance(facts, *relation);
  }
  if (const auto* volume = find_volume(facts, path)) return volume_instance(facts, *volume);
  if (const auto* pool = find_pool(facts, path)) return pool_instance(facts, *pool);
  if (const auto* job = find_job(facts, path)) return job_instance(facts, *job);
  if (const auto* aspect = find_aspect(facts, path)) return aspect_instance(facts, *aspect);
  if (const auto* state = find_define_state(facts, path)) {
    return define_state_instance(facts, *state);
  }
  if (path == service_path(facts.array)) return service_instance(facts);
  if (path == default_settings_path(facts.array)) return default_settings_instance(facts);
  return std::nullopt;
}

bool exists(const ArrayFacts& facts, const cim::ObjectPath& path) {
  return find_relation(facts, path) != nullptr || find_volume(facts, path) != nullptr ||
         find_pool(facts, path) != nullptr || find_job(facts, path) != nullptr ||
         find_aspect(facts, path) != nullptr || find_define_state(facts, path) != nullptr ||
         path == service_path(facts.array) || path == default_settings_path(facts.array);
}

ReadResult get(const ArrayFacts& facts, const cim::ObjectPath& path) {
  if (cim::find_class(path.class_name) == nullptr) return {cim::CimStatus::InvalidClass, {}};
  auto instance = find_instance(facts, path);
  if (!instance) return {cim::CimStatus::NotFound, {}};
  ReadResult result;
  result.instances.push_back(std::move(*instance));
  return result;
}

ReadResult enumerate(const ArrayFacts& facts, std::string_view class_name) {
  if (cim::find_class(class_name) == nullptr) return {cim::CimStatus::InvalidClass, {}};
  std::vector<cim::Instance> found;
  const auto wanted = [class_name](std::string_view name) { return cim::is_a(name, class_name); };
  if (wanted("CIM_StorageVolume")) {
    for (const auto* volume : facts.volumes) {
      if (!volume->provisional) found.push_back(volume_instance(facts, *volume));
    }
  }
  if (wanted("CIM_StoragePool")) {
    for (const auto* pool : facts.pools) found.push_back(pool_instance(facts, *pool));
  }
  if (wanted("CIM_StorageSynchronized")) {
    for (const auto* one : facts.relations) found.push_back(relation_instance(facts, *one));
  }
  if (wanted("CIM_ConcreteJob")) {
    for (const auto* job : facts.jobs) found.push_back(job_instance(facts, *job));
  }
  for (const auto* aspect : facts.aspects) {
    if (wanted("CIM_SynchronizationAspect")) found.push_back(aspect_instance(facts, *aspect));
    if (wanted("CIM_SettingsDefineState")) found.push_back(define_state_instance(facts, *aspect));
  }
  if (wanted("CIM_ReplicationService")) found.push_back(service_instance(facts));
  if (wanted("CIM_ReplicationSettingData")) found.push_back(default_settings_instance(facts));
  if (wanted("CIM_AffectedJobElement")) {
    std::vector<Bond> bonds;
    for (const auto* job : facts.jobs) add_job(facts, *job, bonds);
    for (Bond& bond : bonds) found.push_back(std::move(*bond.association));
  }
  return sorted(std::move(found));
}

ReadResult associators(const ArrayFacts& facts, const cim::ObjectPath& of,
                       std::string_view class_name) {
  if (cim::find_class(class_name) == nullptr) return {cim::CimStatus::InvalidClass, {}};
  if (!exists(facts, of)) return {cim::CimStatus::NotFound, {}};
  std::vector<cim::Instance> found;
  for (const Bond& bond : all_bonds(facts)) {
    const cim::Instance* other = nullptr;
    if (bond.first.path == of) other = &bond.second;
    if (bond.second.path == of) other = &bond.first;
    if (other != nullptr && cim::is_a(other->path.class_name, class_name)) {
      found.push_back(*other);
    }
  }
  return sorted(std::move(found));
}

ReadResult references(const ArrayFacts& facts, const cim::ObjectPath& of,
                      std::string_view class_name) {
  if (cim::find_class(class_name) == nullptr) return {cim::CimStatus::InvalidClass, {}};
  if (!exists(facts, of)) return {cim::CimStatus::NotFound, {}};
  std::vector<cim::Instance> found;
  for (const Bond& bond : all_bonds(facts)) {
    if (!bond.association || (bond.first.path != of && bond.second.path != of)) continue;
    if (cim::is_a(bond.association->path.class_name, class_name)) {
      found.push_back(*bond.association);
    }
  }
  return sorted(std::move(found));
}

}  // namespace replsim::services
