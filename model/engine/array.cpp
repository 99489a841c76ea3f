// An array from its records to its first message.
#include "model/engine/array.h"

#include "model/engine/context.h"
#include "model/store/record.h"
#include "sim/check.h"

namespace replsim::engine {
namespace {

/// How often a restart looks whether the disks have ended what came before it.
constexpr sim::Duration drain_poll = sim::milliseconds(1);

/// A record of a new array: on the disk before the first start.
void engrave(const DiskPort& port, store::RecordKey key, WordSpan words) {
  sim::DiskWrite write{.extent = {.area = store::record_area, .blocks = 1}, .fua = true};
  write.words = store::encode_record(key, words);
  port.content->write(write, true);
}

/// An operation in its control phase is over with a crash; a copy goes on (R10).
void roll_back(RelationRecord& record) {
  const bool copying = record.state == cim::CopyState::Unsynchronized ||
                       (record.state == cim::CopyState::Partitioned &&
                        record.before == cim::CopyState::Unsynchronized);
  if (copying && record.requested == cim::CopyState::Synchronized) return;
  record.requested = cim::CopyState::NotApplicable;
  record.progress = progress_at_rest(record);
}

}  // namespace

struct Array::Parts : Context {
  using Context::Context;
  sim::Task<void> recover(sim::World& world_now);
  void merge_activity(Relation& relation);
  sim::Task<void> drop_orphan(sim::World& world_now, VolumeNumber number);
};

Array::Array(sim::World& world, sim::Node& node, const ArrayConfig& config)
    : parts_(std::make_unique<Parts>(world, node, config)) {}
Array::~Array() = default;

void Array::format(sim::World& world, const ArrayConfig& config) {
  static_cast<void>(world);
  const DiskPort& first = config.disks.at(0);
  Counters counters;
  std::vector<PoolRecord> pools;
  for (const PoolConfig& pool : config.pools) {
    pools.push_back({.number = {static_cast<std::uint32_t>(pools.size() + 1)},
                     .name = pool.name,
                     .size = pool.bytes,
                     .thin = pool.thin});
    engrave(first, pool_key(pools.back().number), encode(pools.back()));
  }
  std::vector<std::uint64_t> used(config.disks.size(), 0);
  used[0] = store::record_region_bytes;
  for (const VolumeConfig& volume : config.volumes) {
    VolumeRecord record{.number = {counters.volume++},
                        .name = volume.name,
                        .element_name = volume.name,
                        .bytes = volume.bytes,
                        .block = volume.block};
    const PoolConfig* pool_of = volume.pool ? config.pool(*volume.pool) : nullptr;
    const auto fits = [&](std::uint32_t disk) {
      return (pool_of == nullptr || pool_of->lies_on(disk)) &&
             used[disk] + volume.bytes <= config.disks[disk].disk->config().size;
    };
    while (record.disk + 1 < used.size() && !fits(record.disk)) ++record.disk;
    record.disk_offset = used[record.disk];
    used[record.disk] += volume.bytes;
    for (const PoolRecord& pool : pools) {
      if (volume.pool == pool.name) record.pool = pool.number;
    }
    engrave(first, volume_key(record.number), encode(record));
    config.announced->volumes.emplace(record.number, record);
    const bool thin = pool_of != nullptr && pool_of->thin;
    config.announced->space.emplace(record.number, thin ? 0 : record.bytes);
  }
  engrave(first, counters_key(), encode(counters));
}

void Array::start(sim::World& world) {
  parts_->spawn(parts_->recover(world));
}

void Array::Parts::merge_activity(Relation& relation) {
  if (defect(cim::Defect::MarkedExtentsForgotten)) [[unlikely]]
    return;
  // A write was in flight there when the array stopped: the ends may differ (A12).
  // Also blocks never written here: the write may be at the peer alone.
  const Volume* volume = volumes.find(relation.record.local_volume);
  for (const Extent& extent : relation.activity.stable_extents(volume->record.blocks())) {
    relation.bitmap.set_blocks(extent.lba, extent.blocks);
  }
}

sim::Task<void> Array::Parts::drop_orphan(sim::World& world_now, VolumeNumber number_of) {
  co_await volumes.remove(world_now, number_of);
}

sim::Task<void> Array::Parts::recover(sim::World& world_now) {
  // What the disks still have under way from before must be over first: an old write must not
  // follow a new one. Then the records are read.
  for (const DiskPort& port_of : config.disks) {
    while (port_of.disk->outstanding() != 0) co_await sim::sleep_on(world_now, node, drain_poll);
    auto barrier = port_of.disk->flush(world_now);
    const sim::IoResult flushed = co_await barrier;
    static_cast<void>(flushed);
  }
  records.for_each(number(RecordKind::Counters), [this](store::RecordKey, WordSpan words) {
    if (const auto read = decode_counters(words)) counters = *read;
  });
  volumes.load();
  relations.load();
  journals.load();
  jobs.load();
  volumes.catch_up(world_now);
  relations.catch_up(world_now);
  for (Relation* relation : relations.all()) {
    merge_activity(*relation);
    bool stored = co_await relations.persist_bitmap(world_now, *relation);
    if (stored) stored = co_await relations.persist_activity(world_now, *relation);
    const Relations::Edit edit = [](RelationRecord& record) {
      const cim::CopyState was = record.requested;
      if (was != cim::CopyState::NotApplicable) roll_back(record);
      return record.requested != was;
    };
    co_await relations.change(world_now, *relation, 0, edit);
  }
  for (const Volume* volume : volumes.all()) {
    // Made for a relation that was never formed: its space goes back (R10).
    const bool orphan = volume->record.provisional && volume->ends.empty();
    if (orphan) spawn(drop_orphan(world_now, volume->record.number));
  }
  recovering = false;
  co_await jobs.recover(world_now);
  peers.start(world_now);
  reconcile.start(world_now);
}

void Array::receive(sim::World& world, sim::Node& from, sim::Message message) {
  const auto kind = static_cast<Wire>(message.kind);
  if (kind == Wire::HostRead || kind == Wire::HostWrite || kind == Wire::HostFlush) {
    parts_->host_path.receive(world, from, std::move(message));
  } else if (!parts_->recovering) {
    parts_->peers.receive(world, from, std::move(message));
  }
}

sim::Task<CallResult> Array::create_mirror(sim::World& world, CreateRequest request) {
  co_return co_await parts_->control.create_mirror(world, std::move(request));
}

sim::Task<CallResult> Array::request_job_state(sim::World& world, JobNumber number,
                                               JobRequest asked) {
  co_return co_await parts_->control.request_job_state(world, number, asked);
}

sim::Task<CallResult> Array::modify(sim::World& world, ModifyRequest request) {
  co_return co_await parts_->control.modify(world, request);
}

bool Array::ready() const {
  return !parts_->recovering;
}
const ArrayConfig& Array::config() const {
  return parts_->config;
}
Volumes& Array::volumes() {
  return parts_->volumes;
}
Relations& Array::relations() {
  return parts_->relations;
}
Jobs& Array::jobs() {
  return parts_->jobs;
}

bool Array::busy() const {
  if (parts_->control.busy() || parts_->recovering) return true;
  for (const Relation* relation : parts_->relations.all()) {
    if (relation->copying || relation->meeting || !relation->journal.empty()) return true;
  }
  return false;
}

}  // namespace replsim::engine
