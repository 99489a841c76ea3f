// Keeping the missing blocks of each relation.
#include "harness/rpo.h"

#include "sim/world.h"

namespace replsim::harness {

RpoTracker::RpoTracker(provider::Testbed& testbed, const Ledger& ledger, const RunHistory& history,
                       bool course)
    : testbed_(testbed), ledger_(ledger), history_(history), keeps_course_(course) {
  testbed_.add_listener(*this);
  testbed_.world().trace().add_observer(*this);
}

RpoTracker::~RpoTracker() {
  testbed_.world().trace().remove_observer(*this);
  testbed_.remove_listener(*this);
}

void RpoTracker::observe(const sim::TraceEvent& event) {
  if (event.kind == trace::host_ack.number) return look(event.entity, event.a, event.b);
  const bool ends =
      event.kind == trace::state_change.number || event.kind == trace::endpoint_born.number ||
      event.kind == trace::endpoint_gone.number || event.kind == trace::property_change.number ||
      event.kind == trace::generation.number;
  if (!ends) return;
  for (const auto& [id, pair] : history_.pairs()) refresh(id);
}

void RpoTracker::changed(sim::EntityId volume, std::uint64_t lba, std::uint64_t blocks) {
  look(volume, lba, blocks);
}

void RpoTracker::lost(sim::EntityId volume, std::uint64_t lba, std::uint64_t blocks) {
  look(volume, lba, blocks);
}

void RpoTracker::refresh(std::uint64_t id) {
  Pair& pair = pairs_[id];
  const PairHistory* history = history_.pair(id);
  const sim::Instant apart = history == nullptr ? never : history->losing.apart();
  const auto relation = testbed_.relation(id);
  const bool there = relation && relation->exists;
  const auto source = there ? testbed_.volume(relation->source_volume) : std::nullopt;
  const auto target = there ? testbed_.volume(relation->target_volume) : std::nullopt;
  if (!source || !target) {
    if (pair.source_image == nullptr) return;
    pair.source_image = pair.target_image = nullptr;
    return rebuild(pair);
  }
  const bool same = pair.source_image != nullptr && pair.source.value == source->entity.value &&
                    pair.target.value == target->entity.value && pair.apart == apart;
  if (same) return;
  pair.source = source->entity;
  pair.target = target->entity;
  pair.source_image = testbed_.image(pair.source);
  pair.target_image = testbed_.image(pair.target);
  if (pair.target_image == nullptr) pair.source_image = nullptr;
  pair.apart = apart;
  rebuild(pair);
}

void RpoTracker::rebuild(Pair& pair) {
  pair.missing.clear();
  pair.ages.clear();
  if (pair.source_image != nullptr) {
    ledger_.for_each_block(pair.source, [&](std::uint64_t lba) { look(pair, lba); });
  }
  note(pair);
}

void RpoTracker::look(sim::EntityId volume, std::uint64_t lba, std::uint64_t blocks) {
  for (auto& [id, pair] : pairs_) {
    if (pair.source_image == nullptr) continue;
    if (pair.source.value != volume.value && pair.target.value != volume.value) continue;
    for (std::uint64_t i = 0; i < blocks; ++i) look(pair, lba + i);
    note(pair);
  }
}

void RpoTracker::look(Pair& pair, std::uint64_t lba) {
  const sim::Instant oldest = oldest_absent(pair, lba);
  const auto known = pair.missing.find(lba);
  if (known != pair.missing.end()) {
    if (known->second == oldest) return;
    const auto age = pair.ages.find(known->second);
    if (--age->second == 0) pair.ages.erase(age);
    pair.missing.erase(known);
  }
  if (oldest == never) return;
  pair.missing.emplace(lba, oldest);
  ++pair.ages[oldest];
}

sim::Instant RpoTracker::oldest_absent(const Pair& pair, std::uint64_t lba) const {
  const auto shown_by = [lba](const provider::VolumeImage& image) {
    return lba < image.blocks() ? image.at(lba) : std::uint64_t{0};
  };
  const std::uint64_t here = shown_by(*pair.source_image);
  const std::uint64_t there = shown_by(*pair.target_image);
  if (here == there) return never;
  const bool blank = there == 0 || !ledger_.issued(there);
  const WriteInfo* info = blank ? nullptr : ledger_.find(there);
  const bool own = info != nullptr && info->volume.value == pair.target.value;
  sim::Instant oldest = never;
  ledger_.for_each_version(pair.source, lba, [&](const WriteInfo& write) {
    if (write.acked == never || write.acked >= oldest) return;
    // What the source itself does not show any more, a copy against the direction took.
    if (write.stamp != here && ledger_.happens_before(here, write.stamp)) return;
    const bool absent = blank || (own && write.submitted >= pair.apart) ||
                        ledger_.happens_before(there, write.stamp);
    if (absent) oldest = write.acked;
  });
  return oldest;
}

RpoPoint RpoTracker::point(const Pair& pair) const {
  RpoPoint point{.time = testbed_.world().now()};
  if (!pair.ages.empty()) point.oldest = pair.ages.begin()->first;
  if (pair.target_image != nullptr) {
    point.bytes = pair.missing.size() * pair.target_image->block_bytes();
  }
  return point;
}

void RpoTracker::note(Pair& pair) const {
  if (!keeps_course_) return;
  const RpoPoint now = point(pair);
  if (!pair.course.empty()) {
    RpoPoint& last = pair.course.back();
    if (last.oldest == now.oldest && last.bytes == now.bytes) return;
    if (last.time == now.time) {
      last = now;
      return;
    }
  }
  pair.course.push_back(now);
}

std::optional<RpoPoint> RpoTracker::now(std::uint64_t id) {
  if (history_.pair(id) == nullptr) return std::nullopt;
  refresh(id);
  return point(pairs_[id]);
}

const std::vector<RpoPoint>* RpoTracker::course(std::uint64_t id) const {
  const auto found = pairs_.find(id);
  return found == pairs_.end() ? nullptr : &found->second.course;
}

}  // namespace replsim::harness
