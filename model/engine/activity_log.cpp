// Slots of the activity log; which of them the records hold.
#include "model/engine/activity_log.h"

#include <algorithm>

#include "sim/check.h"

namespace replsim::engine {
namespace {

constexpr ActivityLog::Page make_empty_page() {
  ActivityLog::Page page{};
  page.fill(ActivityLog::no_extent);
  return page;
}
constexpr ActivityLog::Page empty_page = make_empty_page();

}  // namespace

ActivityLog::ActivityLog() : ActivityLog(1024) {}

ActivityLog::ActivityLog(std::uint64_t extent_blocks) : extent_blocks_(extent_blocks) {}

std::optional<std::uint32_t> ActivityLog::find(std::uint64_t extent) const {
  const auto at = by_extent_.find(extent);
  if (at == by_extent_.end()) return std::nullopt;
  return at->second;
}

std::optional<std::uint32_t> ActivityLog::mark(std::uint64_t extent) {
  std::optional<std::uint32_t> best;
  if (slots_.size() < slots) {
    best = static_cast<std::uint32_t>(slots_.size());
    slots_.push_back({});
  } else {
    // The idle slot that was not used for the longest time.
    for (std::uint32_t i = 0; i < slots; ++i) {
      if (slots_[i].users != 0) continue;
      if (!best || slots_[i].last_use < slots_[*best].last_use) best = i;
    }
    if (!best) return std::nullopt;
    by_extent_.erase(slots_[*best].extent);
  }
  slots_[*best] = {extent, 0, false, ++uses_};
  by_extent_[extent] = *best;
  return best;
}

void ActivityLog::leave(std::uint32_t slot) {
  REPLSIM_CHECK(slots_[slot].users > 0, slot);
  --slots_[slot].users;
  slots_[slot].last_use = ++uses_;
}

ActivityLog::Page ActivityLog::page(std::uint32_t index) const {
  Page out = empty_page;
  for (std::uint32_t i = 0; i < slots_a_page; ++i) {
    const std::uint32_t slot = index * slots_a_page + i;
    if (slot < slots_.size()) out[i] = slots_[slot].extent;
  }
  return out;
}

void ActivityLog::page_is_stable(std::uint32_t index, const Page& content) {
  if (stable_.size() <= index) stable_.resize(index + 1, empty_page);
  stable_[index] = content;
  for (std::uint32_t i = 0; i < slots_a_page; ++i) {
    const std::uint32_t slot = index * slots_a_page + i;
    if (slot < slots_.size() && slots_[slot].extent == content[i]) slots_[slot].stable = true;
  }
}

void ActivityLog::clear() {
  slots_.clear();
  by_extent_.clear();
}

std::vector<std::uint32_t> ActivityLog::pages_to_write() const {
  std::vector<std::uint32_t> out;
  for (std::uint32_t i = 0; i < stable_.size(); ++i) {
    if (page(i) != stable_[i]) out.push_back(i);
  }
  return out;
}

std::vector<std::uint32_t> ActivityLog::stable_pages() const {
  std::vector<std::uint32_t> out;
  for (std::uint32_t i = 0; i < stable_.size(); ++i) out.push_back(i);
  return out;
}

std::vector<Extent> ActivityLog::stable_extents(std::uint64_t volume_blocks) const {
  std::vector<Extent> out;
  for (const Page& page : stable_) {
    for (const std::uint64_t extent : page) {
      const std::uint64_t first = extent * extent_blocks_;
      if (extent == no_extent || first >= volume_blocks) continue;
      out.push_back({first, std::min(extent_blocks_, volume_blocks - first)});
    }
  }
  std::ranges::sort(out, {}, &Extent::lba);
  return out;
}

void ActivityLog::load(std::uint32_t index, const Page& content) {
  if (stable_.size() <= index) stable_.resize(index + 1, empty_page);
  stable_[index] = content;
}

}  // namespace replsim::engine
