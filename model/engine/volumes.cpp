// What a pool has allocated is the sum of its volumes: a volume's record is the one stable fact, so
// that a crash can neither lose space nor give it back twice (B12). A thin volume takes its
// granules: which ones are pages of bits, stable before the first write of a granule takes effect.
#include "model/engine/volumes.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/engine/context.h"
#include "model/trace/events.h"

namespace replsim::engine {
namespace {

/// First-fit place for `bytes` on a disk, or nothing.
std::optional<std::uint64_t> free_place(std::vector<std::pair<std::uint64_t, std::uint64_t>> used,
                                        std::uint64_t from, std::uint64_t size,
                                        std::uint64_t bytes) {
  std::ranges::sort(used);
  std::uint64_t at = from;
  for (const auto& [first, length] : used) {
    if (first >= at + bytes) break;
    at = std::max(at, first + length);
  }
  if (at + bytes > size) return std::nullopt;
  return at;
}

}  // namespace

void Volumes::load() {
  context_.records.for_each(number(RecordKind::Pool), [this](store::RecordKey, WordSpan words) {
    if (auto pool = decode_pool(words)) pools_.push_back(std::move(*pool));
  });
  context_.records.for_each(number(RecordKind::Volume), [this](store::RecordKey, WordSpan words) {
    auto record = decode_volume(words);
    if (!record) return;
    auto volume = std::make_unique<Volume>();
    volume->entity = context_.world.trace().entity(context_.path(record->name));
    volume->record = std::move(*record);
    const PoolRecord* pool = volume->record.pool ? find_pool(*volume->record.pool) : nullptr;
    volume->thin = pool != nullptr && pool->thin;
    volume->space = DirtyBitmap(context_.config.granule_bytes / volume->record.block);
    volumes_.push_back(std::move(volume));
  });
  load_space();
  for (const auto& volume : volumes_) {
    if (!volume->record.pool) continue;
    if (PoolRecord* pool = find_pool(*volume->record.pool)) pool->allocated += taken(*volume);
  }
}

void Volumes::load_space() {
  context_.records.for_each(number(RecordKind::Space),
                            [this](store::RecordKey key, WordSpan words) {
                              Volume* volume = find(VolumeNumber{key.owner});
                              const auto page = decode_bitmap(words);
                              if (volume != nullptr && page) volume->space.load(key.index, *page);
                            });
}

std::uint64_t Volumes::taken(const Volume& volume) const {
  return volume.thin ? volume.space.count() * context_.config.granule_bytes : volume.record.bytes;
}

Volume* Volumes::find(VolumeNumber number) {
  for (const auto& volume : volumes_) {
    if (volume->record.number == number) return volume.get();
  }
  return nullptr;
}

Volume* Volumes::find(std::string_view name) {
  for (const auto& volume : volumes_) {
    if (volume->record.name == name) return volume.get();
  }
  return nullptr;
}

std::vector<const Volume*> Volumes::all() const {
  std::vector<const Volume*> out;
  for (const auto& volume : volumes_) out.push_back(volume.get());
  return out;
}

PoolRecord* Volumes::find_pool(std::string_view name) {
  const auto at = std::ranges::find(pools_, name, &PoolRecord::name);
  return at == pools_.end() ? nullptr : &*at;
}

PoolRecord* Volumes::find_pool(PoolNumber number) {
  const auto at = std::ranges::find(pools_, number, &PoolRecord::number);
  return at == pools_.end() ? nullptr : &*at;
}

std::optional<std::pair<std::uint32_t, std::uint64_t>> Volumes::place(const PoolConfig& pool,
                                                                      std::uint64_t bytes) const {
  for (std::uint32_t disk = 0; disk < context_.config.disks.size(); ++disk) {
    if (!pool.lies_on(disk)) continue;
    std::vector<std::pair<std::uint64_t, std::uint64_t>> used;
    for (const auto& volume : volumes_) {
      if (volume->record.disk == disk) {
        used.emplace_back(volume->record.disk_offset, volume->record.bytes);
      }
    }
    const std::uint64_t from = disk == 0 ? store::record_region_bytes : 0;
    const std::uint64_t size = context_.config.disks[disk].disk->config().size;
    if (const auto at = free_place(std::move(used), from, size, bytes)) return {{disk, *at}};
  }
  if (!pool.thin) return std::nullopt;
  // More is promised than the disks have: it lies over others, and is bounded by its pool.
  std::uint32_t first = 0;
  while (!pool.lies_on(first)) ++first;
  return {{first, first == 0 ? store::record_region_bytes : 0}};
}

sim::Task<std::expected<Volume*, cim::Error>> Volumes::create_in_pool(sim::World& world,
                                                                      PoolNumber pool_number,
                                                                      std::uint64_t bytes,
                                                                      std::uint32_t block,
                                                                      std::string element_name) {
  PoolRecord* pool = find_pool(pool_number);
  const PoolConfig* made_of = pool == nullptr ? nullptr : context_.config.pool(pool->name);
  const auto at = made_of == nullptr ? std::nullopt : place(*made_of, bytes);
  const bool thin = made_of != nullptr && made_of->thin;
  // A thin element takes nothing yet, but an empty pool makes none.
  const std::uint64_t needed = thin ? context_.config.granule_bytes : bytes;
  if (!at || pool->size - pool->allocated < needed) {
    co_return std::unexpected(cim::Error{
        .message_id = "refused:space",
        .message = fmt::format("the pool has no room for {} bytes", bytes),
        .rule = "CreateElementReplica/space",
    });
  }
  auto made = std::make_unique<Volume>();
  Volume& volume = *made;
  volume.record = {.number = {context_.counters.volume++},
                   .name = fmt::format("{}-{}", pool->name, pool->next_element++),
                   .element_name = std::move(element_name),
                   .bytes = bytes,
                   .block = block,
                   .disk = at->first,
                   .disk_offset = at->second,
                   .pool = pool_number,
                   .provisional = true};
  if (volume.record.element_name.empty()) volume.record.element_name = volume.record.name;
  volume.entity = world.trace().entity(context_.path(volume.record.name));
  volume.thin = thin;
  volume.space = DirtyBitmap(context_.config.granule_bytes / block);
  pool->allocated += taken(volume);
  volumes_.push_back(std::move(made));
  // Numbers first: a crash in between may waste one, never give it twice.
  auto counters = context_.records.put(world, counters_key(), encode(context_.counters), true);
  auto numbered = context_.records.put(world, pool_key(pool_number), encode(*pool), true);
  const sim::IoResult counted = co_await counters;
  const sim::IoResult named = co_await numbered;
  sim::IoResult stored = counted ? named : counted;
  if (stored) {
    auto put =
        context_.records.put(world, volume_key(volume.record.number), encode(volume.record), true);
    stored = co_await put;
  }
  if (!stored) {
    pool = find_pool(pool_number);
    pool->allocated -= taken(volume);
    std::erase_if(volumes_, [&](const auto& v) { return v.get() == &volume; });
    co_return std::unexpected(cim::Error{.message_id = "failed:metadata",
                                         .message = "the array could not write its records",
                                         .rule = "CreateElementReplica/metadata"});
  }
  announce(world, volume.record, true);
  co_return &volume;
}

sim::Task<bool> Volumes::take_space(sim::World& world, Volume& volume, Extent extent) {
  if (!volume.thin || volume.space.stably_set(extent.lba, extent.blocks)) co_return true;
  sim::Mutex::Guard guard = co_await volume.taking.lock(world);
  const std::uint64_t granule = context_.config.granule_bytes;
  const std::uint64_t first = volume.space.granule_of(extent.lba);
  const std::uint64_t last = volume.space.granule_of(extent.lba + extent.blocks - 1);
  std::uint64_t bytes = 0;
  for (std::uint64_t at = first; at <= last; ++at) {
    if (!volume.space.test(at)) bytes += granule;
  }
  PoolRecord& pool = *find_pool(*volume.record.pool);
  volume.short_of = pool.size - pool.allocated < bytes ? bytes : 0;
  if (volume.short_of != 0) {
    world.emit(trace::pool_full, volume.entity, 0, bytes, pool.size - pool.allocated);
    co_return false;
  }
  volume.space.set_blocks(extent.lba, extent.blocks);
  pool.allocated += bytes;
  for (const std::uint32_t index : volume.space.pages_lacking(extent.lba, extent.blocks)) {
    const DirtyBitmap::Page content = volume.space.page(index);
    volume.space.page_is_written(index, content);
    auto put = context_.records.put(world, space_key(volume.record.number, index), content, true);
    const sim::IoResult stored = co_await put;
    if (!stored) co_return false;
    volume.space.page_is_stable(index, content);
  }
  announce(world, volume.record, true);
  co_return true;
}

bool Volumes::lacks_space(const Volume& volume) {
  if (volume.short_of == 0) return false;
  const PoolRecord& pool = *find_pool(*volume.record.pool);
  return pool.size - pool.allocated < volume.short_of;
}

void Volumes::clear_space(sim::World& world, VolumeNumber gone) {
  std::vector<store::RecordKey> keys;
  context_.records.for_each(number(RecordKind::Space), [&](store::RecordKey key, WordSpan) {
    if (key.owner == gone.value) keys.push_back(key);
  });
  for (const store::RecordKey key : keys) {
    const auto cleared = context_.records.erase(world, key, false);
  }
}

void Volumes::announce(sim::World& world, const VolumeRecord& record, bool exists) {
  Announced& told = *context_.config.announced;
  const bool known = told.volumes.contains(record.number);
  const Volume* volume = exists ? find(record.number) : nullptr;
  const std::uint64_t space = volume == nullptr ? 0 : taken(*volume);
  const std::uint64_t before = known ? told.space[record.number] : 0;
  if (exists) {
    told.volumes.emplace(record.number, record);
    told.space[record.number] = space;
  } else {
    told.volumes.erase(record.number);
    told.space.erase(record.number);
  }
  if (exists != known) {
    const sim::EntityId entity = world.trace().entity(context_.path(record.name));
    world.emit(trace::volume, entity, 0, exists ? 1 : 0, record.bytes);
  }
  if (!record.pool || (exists == known && space == before)) return;
  emit_pool(world, *record.pool,
            static_cast<std::int64_t>(space) - static_cast<std::int64_t>(before));
}

void Volumes::catch_up(sim::World& world) {
  const std::map<VolumeNumber, VolumeRecord> told = context_.config.announced->volumes;
  for (const auto& [number, record] : told) {
    if (find(number) != nullptr) continue;
    context_.port(record).content->discard(sim::AreaId{number.value});
    clear_space(world, number);
    announce(world, record, false);
  }
  for (const auto& volume : volumes_) announce(world, volume->record, true);
}

void Volumes::emit_pool(sim::World& world, PoolNumber number, std::int64_t change) {
  const PoolRecord& pool = *find_pool(number);
  world.emit(trace::pool, world.trace().entity(context_.path(pool.name)), 0, pool.allocated,
             pool.size, static_cast<std::uint64_t>(change));
}

sim::Task<bool> Volumes::commit(sim::World& world, VolumeNumber number) {
  Volume* volume = find(number);
  if (volume == nullptr || !volume->record.provisional) co_return volume != nullptr;
  VolumeRecord committed = volume->record;
  committed.provisional = false;
  auto put = context_.records.put(world, volume_key(number), encode(committed), true);
  const sim::IoResult stored = co_await put;
  if (stored) volume->record.provisional = false;
  co_return stored.has_value();
}

sim::Task<bool> Volumes::remove(sim::World& world, VolumeNumber number) {
  auto erase = context_.records.erase(world, volume_key(number), true);
  const sim::IoResult erased = co_await erase;
  Volume* volume = find(number);
  if (!erased || volume == nullptr) co_return false;
  const VolumeRecord record = volume->record;
  const std::uint64_t space = taken(*volume);
  context_.port(record).content->discard(sim::AreaId{number.value});
  std::erase_if(volumes_, [&](const auto& v) { return v.get() == volume; });
  if (record.pool) find_pool(*record.pool)->allocated -= space;
  clear_space(world, number);
  announce(world, record, false);
  co_return true;
}

std::expected<void, std::string> Volumes::resize_pool(sim::World& world, std::string_view name,
                                                      std::uint64_t bytes) {
  PoolRecord* pool = find_pool(name);
  if (pool == nullptr) return std::unexpected(fmt::format("there is no pool {}", name));
  if (bytes < pool->allocated) {
    return std::unexpected(fmt::format("{} bytes of the pool are allocated", pool->allocated));
  }
  const auto change = static_cast<std::int64_t>(bytes) - static_cast<std::int64_t>(pool->size);
  pool->size = bytes;
  const auto ticket = context_.records.put(world, pool_key(pool->number), encode(*pool), true);
  emit_pool(world, pool->number, change);
  return {};
}

}  // namespace replsim::engine
