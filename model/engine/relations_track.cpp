// Tracking, stably: bitmap pages and pages of the activity log.
#include <algorithm>

#include "model/engine/context.h"

namespace replsim::engine {

sim::Task<bool> Relations::track(sim::World& world, Relation& relation, std::uint64_t lba,
                                 std::uint64_t blocks) {
  if (relation.record.everything_dirty || relation.bitmap.stably_set(lba, blocks)) co_return true;
  relation.bitmap.set_blocks(lba, blocks);
  if (context_.defect(cim::Defect::BitmapVolatile)) [[unlikely]]
    co_return true;
  for (const std::uint32_t index : relation.bitmap.pages_lacking(lba, blocks)) {
    const bool stored = co_await put_page(world, relation, index);
    if (!stored) co_return false;
  }
  co_return true;
}

sim::Task<bool> Relations::put_page(sim::World& world, Relation& relation, std::uint32_t index) {
  const DirtyBitmap::Page content = relation.bitmap.page(index);
  const EndpointNumber number_of = relation.record.number;
  // A page only ever loses bits through persist_bitmap, which runs in the mover alone; writes of
  // one page are ordered by the lock so that an older content never follows a newer one.
  sim::Mutex::Guard guard = co_await relation.paging.lock(world);
  const DirtyBitmap::Page latest = relation.removed ? content : relation.bitmap.page(index);
  relation.bitmap.page_is_written(index, latest);
  auto put = context_.records.put(world, bitmap_key(number_of, index), latest, true);
  const sim::IoResult stored = co_await put;
  if (stored) relation.bitmap.page_is_stable(index, latest);
  co_return stored.has_value();
}

sim::Task<bool> Relations::persist_bitmap(sim::World& world, Relation& relation) {
  for (const std::uint32_t index : relation.bitmap.pages_to_write()) {
    const bool stored = co_await put_page(world, relation, index);
    if (!stored) co_return false;
  }
  co_return true;
}

sim::Task<bool> Relations::put_activity(sim::World& world, Relation& relation,
                                        std::uint32_t index) {
  const EndpointNumber number_of = relation.record.number;
  sim::Mutex::Guard guard = co_await relation.paging.lock(world);
  const ActivityLog::Page content = relation.activity.page(index);
  auto put = context_.records.put(world, activity_key(number_of, index), content, true);
  const sim::IoResult stored = co_await put;
  if (stored) relation.activity.page_is_stable(index, content);
  co_return stored.has_value();
}

sim::Task<bool> Relations::persist_activity(sim::World& world, Relation& relation) {
  for (const std::uint32_t index : relation.activity.pages_to_write()) {
    const bool stored = co_await put_activity(world, relation, index);
    if (!stored) co_return false;
  }
  co_return true;
}

}  // namespace replsim::engine
