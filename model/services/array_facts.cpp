// Facts from memory or from records.
#include "model/services/array_facts.h"

#include <algorithm>
#include <bit>
#include <map>

#include "model/engine/jobs.h"
#include "model/engine/record_layout.h"
#include "model/engine/relations.h"
#include "model/engine/volumes.h"
#include "model/store/record.h"

namespace replsim::services {
namespace {

template <class Record, class Match>
const Record* first(const std::vector<const Record*>& list, Match match) {
  const auto found =
      std::find_if(list.begin(), list.end(), [&](const Record* record) { return match(*record); });
  return found == list.end() ? nullptr : *found;
}

template <class Record, class Decode>
void decode_all(const store::RecordTable& records, engine::RecordKind kind, Decode decode,
                std::deque<Record>& into) {
  records.for_each(engine::number(kind), false,
                   [&](store::RecordKey, std::span<const std::uint64_t> encoded) {
                     const auto payload = store::record_payload(encoded);
                     if (!payload) return;
                     if (auto record = decode(*payload)) into.push_back(std::move(*record));
                   });
}

/// What each pool has allocated: the sum of its volumes, of thin ones the granules that have space.
void add_up_space(const engine::ArrayConfig& config, const store::RecordTable& records,
                  ArrayFacts::Decoded& decoded) {
  std::map<std::uint32_t, std::uint64_t> granules;  // by volume
  records.for_each(engine::number(engine::RecordKind::Space), false,
                   [&](store::RecordKey key, std::span<const std::uint64_t> encoded) {
                     const auto payload = store::record_payload(encoded);
                     if (!payload) return;
                     for (const std::uint64_t word : *payload) {
                       granules[key.owner] += static_cast<std::uint64_t>(std::popcount(word));
                     }
                   });
  for (const engine::VolumeRecord& volume : decoded.volumes) {
    for (engine::PoolRecord& pool : decoded.pools) {
      if (volume.pool != pool.number) continue;
      pool.allocated +=
          pool.thin ? granules[volume.number.value] * config.granule_bytes : volume.bytes;
    }
  }
}

template <class Record>
std::vector<const Record*> pointers(const std::deque<Record>& records) {
  std::vector<const Record*> list;
  list.reserve(records.size());
  for (const Record& record : records) list.push_back(&record);
  return list;
}

}  // namespace

const engine::PoolRecord* ArrayFacts::pool(std::string_view name) const {
  return first(pools, [&](const auto& record) { return record.name == name; });
}
const engine::PoolRecord* ArrayFacts::pool(engine::PoolNumber number) const {
  return first(pools, [&](const auto& record) { return record.number == number; });
}
const engine::VolumeRecord* ArrayFacts::volume(std::string_view name) const {
  return first(volumes, [&](const auto& record) { return record.name == name; });
}
const engine::VolumeRecord* ArrayFacts::volume(engine::VolumeNumber number) const {
  return first(volumes, [&](const auto& record) { return record.number == number; });
}
const engine::RelationRecord* ArrayFacts::relation(engine::EndpointNumber number) const {
  return first(relations, [&](const auto& record) { return record.number == number; });
}
const engine::RelationRecord* ArrayFacts::relation(engine::PairId pair) const {
  return first(relations, [&](const auto& record) { return record.pair == pair; });
}
const engine::JobRecord* ArrayFacts::job(engine::JobNumber number) const {
  return first(jobs, [&](const auto& record) { return record.number == number; });
}

ArrayFacts facts_of(engine::Array& array, std::int64_t now) {
  const engine::ArrayConfig& config = array.config();
  ArrayFacts facts;
  facts.array = config.name;
  facts.profile = &config.profile;
  facts.clock = config.wall_clock->at(sim::Instant{sim::Duration{now}});
  for (const engine::PoolRecord& pool : array.volumes().pools()) facts.pools.push_back(&pool);
  for (const engine::Volume* volume : array.volumes().all()) {
    facts.volumes.push_back(&volume->record);
  }
  for (const engine::Relation* relation : array.relations().instances()) {
    facts.relations.push_back(&relation->record);
  }
  for (const auto& job : array.jobs().all()) facts.jobs.push_back(job.get());
  for (const auto& aspect : array.relations().aspects()) facts.aspects.push_back(&aspect);
  return facts;
}

ArrayFacts facts_of(const engine::ArrayConfig& config, const store::RecordTable& records,
                    std::int64_t now) {
  const auto decoded = std::make_shared<ArrayFacts::Decoded>();
  decode_all(records, engine::RecordKind::Pool, engine::decode_pool, decoded->pools);
  decode_all(records, engine::RecordKind::Volume, engine::decode_volume, decoded->volumes);
  decode_all(records, engine::RecordKind::Relation, engine::decode_relation, decoded->relations);
  decode_all(records, engine::RecordKind::Job, engine::decode_job, decoded->jobs);
  decode_all(records, engine::RecordKind::Relation, engine::decode_aspect, decoded->aspects);
  add_up_space(config, records, *decoded);
  std::erase_if(decoded->relations, [](const auto& relation) { return relation.hidden; });
  ArrayFacts facts;
  facts.array = config.name;
  facts.profile = &config.profile;
  facts.clock = config.wall_clock->at(sim::Instant{sim::Duration{now}});
  facts.pools = pointers(decoded->pools);
  facts.volumes = pointers(decoded->volumes);
  facts.relations = pointers(decoded->relations);
  facts.jobs = pointers(decoded->jobs);
  facts.aspects = pointers(decoded->aspects);
  facts.decoded = decoded;
  return facts;
}

ElementName split_element(std::string_view path) {
  const std::size_t slash = path.find('/');
  if (slash == std::string_view::npos) return {};
  return {path.substr(0, slash), path.substr(slash + 1)};
}

}  // namespace replsim::services
