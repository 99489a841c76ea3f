// Field order is the layout: append only, and raise the version word when it changes.
#include "model/engine/record_layout.h"

#include <algorithm>

#include "model/store/record_codec.h"

namespace replsim::engine {
namespace {

using store::WordReader;
using store::WordWriter;

constexpr std::uint64_t layout_version = 4;
/// In the place of the version: what a record of kind Relation holds is a farewell.
constexpr std::uint64_t farewell_mark = std::uint64_t{1} << 32 | layout_version;
constexpr std::uint64_t aspect_mark = std::uint64_t{2} << 32 | layout_version;

WordWriter begin() {
  WordWriter writer;
  writer.number(layout_version);
  return writer;
}

WordReader open(WordSpan words) {
  WordReader reader(words);
  if (reader.next() != layout_version) return WordReader({});
  return reader;
}

void put(WordWriter& writer, const std::optional<std::int64_t>& time) {
  writer.number(time.has_value()).number(time.value_or(0));
}

std::optional<std::int64_t> take_time(WordReader& reader) {
  const bool some = reader.number<bool>();
  const auto value = reader.number<std::int64_t>();
  if (!some) return std::nullopt;
  return value;
}

bool known(cim::CopyState state) {
  return !cim::name(state).empty();
}

}  // namespace

Words encode(const Counters& counters) {
  return begin()
      .number(counters.volume)
      .number(counters.endpoint)
      .number(counters.pair)
      .number(counters.job)
      .take();
}

std::optional<Counters> decode_counters(WordSpan words) {
  WordReader reader = open(words);
  Counters out;
  out.volume = reader.number<std::uint32_t>();
  out.endpoint = reader.number<std::uint32_t>();
  out.pair = reader.number<std::uint32_t>();
  out.job = reader.number<std::uint32_t>();
  if (!reader.complete()) return std::nullopt;
  return out;
}

Words encode(const PoolRecord& pool) {
  return begin()
      .number(pool.number.value)
      .text(pool.name)
      .number(pool.size)
      .number(pool.next_element)
      .number(pool.thin)
      .take();
}

std::optional<PoolRecord> decode_pool(WordSpan words) {
  WordReader reader = open(words);
  PoolRecord out;
  out.number = {reader.number<std::uint32_t>()};
  out.name = reader.text();
  out.size = reader.number<std::uint64_t>();
  out.next_element = reader.number<std::uint32_t>();
  out.thin = reader.number<bool>();
  if (!reader.complete()) return std::nullopt;
  return out;
}

Words encode(const VolumeRecord& volume) {
  return begin()
      .number(volume.number.value)
      .text(volume.name)
      .text(volume.element_name)
      .number(volume.bytes)
      .number(volume.block)
      .number(volume.disk)
      .number(volume.disk_offset)
      .number(volume.pool.has_value())
      .number(volume.pool.value_or(PoolNumber{}).value)
      .number(volume.provisional)
      .take();
}

std::optional<VolumeRecord> decode_volume(WordSpan words) {
  WordReader reader = open(words);
  VolumeRecord out;
  out.number = {reader.number<std::uint32_t>()};
  out.name = reader.text();
  out.element_name = reader.text();
  out.bytes = reader.number<std::uint64_t>();
  out.block = reader.number<std::uint32_t>();
  out.disk = reader.number<std::uint32_t>();
  out.disk_offset = reader.number<std::uint64_t>();
  const bool pooled = reader.number<bool>();
  const PoolNumber pool{reader.number<std::uint32_t>()};
  if (pooled) out.pool = pool;
  out.provisional = reader.number<bool>();
  if (!reader.complete() || (out.block != 512 && out.block != 4096)) return std::nullopt;
  return out;
}

Words encode(const RelationRecord& r) {
  WordWriter writer = begin();
  writer.number(r.number.value).number(r.pair.value).number(r.role).number(r.hidden).text(r.peer);
  writer.number(r.local_volume.value).number(r.blocks).text(r.remote_volume);
  writer.number(r.state)
      .number(r.entered_by)
      .number(r.before)
      .number(r.rest_at)
      .number(r.mode)
      .number(r.settings.recovery)
      .number(r.settings.priority)
      .number(r.settings.failed_copy_stops_host_io);
  writer.number(r.progress).number(r.requested).number(r.target_image);
  writer.number(r.source_image_consistent).number(r.direction).number(r.restore_from);
  writer.number(r.lineage.current.counter).number(r.lineage.current.array);
  writer.number(r.lineage.ancestors.size());
  for (const Generation& ancestor : r.lineage.ancestors) {
    writer.number(ancestor.counter).number(ancestor.array);
  }
  writer.number(r.everything_dirty).number(r.split_brain).number(r.fenced).number(r.provisional);
  writer.number(r.peer_seen)
      .number(r.wrote_alone)
      .number(r.bumped)
      .number(r.role_epoch)
      .number(r.percent)
      .number(r.journal)
      .number(r.journals);
  put(writer, r.times.established);
  put(writer, r.times.activated);
  put(writer, r.times.synchronized);
  put(writer, r.times.suspended);
  put(writer, r.times.deactivated);
  put(writer, r.times.followed);
  return writer.take();
}

std::optional<RelationRecord> decode_relation(WordSpan words) {
  WordReader in = open(words);
  RelationRecord r;
  r.number = {in.number<std::uint32_t>()};
  r.pair = {in.number<std::uint64_t>()};
  r.role = in.number<Role>();
  r.hidden = in.number<bool>();
  r.peer = in.text();
  r.local_volume = {in.number<std::uint32_t>()};
  r.blocks = in.number<std::uint64_t>();
  r.remote_volume = in.text();
  r.state = in.number<cim::CopyState>();
  r.entered_by = in.number<std::uint16_t>();
  r.before = in.number<cim::CopyState>();
  r.rest_at = in.number<cim::CopyState>();
  r.mode = in.number<cim::Mode>();
  r.settings.recovery = in.number<cim::CopyRecoveryMode>();
  r.settings.priority = in.number<cim::CopyPriority>();
  r.settings.failed_copy_stops_host_io = in.number<bool>();
  r.progress = in.number<cim::ProgressStatus>();
  r.requested = in.number<cim::CopyState>();
  r.target_image = in.number<cim::TargetImage>();
  r.source_image_consistent = in.number<bool>();
  r.direction = in.number<CopyDirection>();
  r.restore_from = in.number<cim::CopyState>();
  r.lineage.current = {in.number<std::uint64_t>(), 0};
  r.lineage.current.array = in.number<std::uint64_t>();
  const auto ancestors = in.number<std::uint64_t>();
  for (std::uint64_t i = 0; i < ancestors && !in.failed(); ++i) {
    Generation ancestor;
    ancestor.counter = in.number<std::uint64_t>();
    ancestor.array = in.number<std::uint64_t>();
    r.lineage.ancestors.push_back(ancestor);
  }
  r.everything_dirty = in.number<bool>();
  r.split_brain = in.number<bool>();
  r.fenced = in.number<bool>();
  r.provisional = in.number<bool>();
  r.peer_seen = in.number<bool>();
  r.wrote_alone = in.number<bool>();
  r.bumped = in.number<bool>();
  r.role_epoch = in.number<std::uint32_t>();
  r.percent = in.number<std::uint32_t>();
  r.journal = in.number<std::uint32_t>();
  r.journals = in.number<std::uint32_t>();
  r.times.established = take_time(in);
  r.times.activated = take_time(in);
  r.times.synchronized = take_time(in);
  r.times.suspended = take_time(in);
  r.times.deactivated = take_time(in);
  r.times.followed = take_time(in);
  if (!in.complete() || !known(r.state) || !known(r.before) || !known(r.requested)) {
    return std::nullopt;
  }
  if (r.role != Role::Source && r.role != Role::Target) return std::nullopt;
  return r;
}

Words encode(const Farewell& farewell) {
  WordWriter writer;
  writer.number(farewell_mark).number(farewell.number.value).number(farewell.pair.value);
  writer.number(farewell.state).number(farewell.cause);
  return writer.take();
}

std::optional<Farewell> decode_farewell(WordSpan words) {
  WordReader reader(words);
  if (reader.next() != farewell_mark) return std::nullopt;
  Farewell out;
  out.number = {reader.number<std::uint32_t>()};
  out.pair = {reader.number<std::uint64_t>()};
  out.state = reader.number<cim::CopyState>();
  out.cause = reader.number<std::uint16_t>();
  if (!reader.complete() || !known(out.state)) return std::nullopt;
  return out;
}

Words encode(const AspectRecord& aspect) {
  WordWriter writer;
  writer.number(aspect_mark).number(aspect.gone.number.value).number(aspect.gone.pair.value);
  writer.number(aspect.gone.state).number(aspect.gone.cause);
  writer.number(aspect.local_volume.value).text(aspect.remote_volume);
  return writer.number(aspect.point_in_time).take();
}

std::optional<AspectRecord> decode_aspect(WordSpan words) {
  WordReader reader(words);
  if (reader.next() != aspect_mark) return std::nullopt;
  AspectRecord out;
  out.gone.number = {reader.number<std::uint32_t>()};
  out.gone.pair = {reader.number<std::uint64_t>()};
  out.gone.state = reader.number<cim::CopyState>();
  out.gone.cause = reader.number<std::uint16_t>();
  out.local_volume = {reader.number<std::uint32_t>()};
  out.remote_volume = reader.text();
  out.point_in_time = reader.number<std::int64_t>();
  if (!reader.complete() || !known(out.gone.state)) return std::nullopt;
  return out;
}

Words encode(const JobRecord& job) {
  WordWriter writer = begin();
  writer.number(job.number.value).number(job.endpoint.value).number(job.pair.value);
  writer.number(job.operation.has_value());
  writer.number(job.operation.value_or(cim::Operation::Abort));
  writer.number(job.phase).number(job.state).number(job.percent);
  writer.number(job.until.has_value());
  writer.number(job.until.value_or(cim::CopyState::NotApplicable));
  writer.number(job.started).number(job.ended).text(job.message_id).text(job.message);
  writer.number(job.elsewhere).number(job.role_epoch.has_value());
  writer.number(job.role_epoch.value_or(0)).number(job.changed);
  return writer.take();
}

std::optional<JobRecord> decode_job(WordSpan words) {
  WordReader reader = open(words);
  JobRecord out;
  out.number = {reader.number<std::uint32_t>()};
  out.endpoint = {reader.number<std::uint32_t>()};
  out.pair = {reader.number<std::uint64_t>()};
  const bool has_operation = reader.number<bool>();
  const auto operation = reader.number<cim::Operation>();
  if (has_operation) out.operation = operation;
  out.phase = reader.number<JobPhase>();
  out.state = reader.number<cim::JobState>();
  out.percent = reader.number<std::uint32_t>();
  const bool has_until = reader.number<bool>();
  const auto until = reader.number<cim::CopyState>();
  if (has_until) out.until = until;
  out.started = reader.number<std::int64_t>();
  out.ended = reader.number<std::int64_t>();
  out.message_id = reader.text();
  out.message = reader.text();
  out.elsewhere = reader.number<bool>();
  const bool has_epoch = reader.number<bool>();
  const auto epoch = reader.number<std::uint32_t>();
  if (has_epoch) out.role_epoch = epoch;
  out.changed = reader.number<std::int64_t>();
  if (!reader.complete()) return std::nullopt;
  return out;
}

Words encode(const JournalRecord& entry) {
  return begin()
      .number(entry.epoch)
      .number(entry.number)
      .number(entry.after)
      .number(entry.extent.lba)
      .number(entry.extent.blocks)
      .number(entry.stamp)
      .take();
}

std::optional<JournalRecord> decode_journal(WordSpan words) {
  WordReader reader = open(words);
  JournalRecord out;
  out.epoch = reader.number<std::uint32_t>();
  out.number = reader.number<std::uint64_t>();
  out.after = reader.number<std::uint64_t>();
  out.extent.lba = reader.number<std::uint64_t>();
  out.extent.blocks = reader.number<std::uint64_t>();
  out.stamp = reader.number<std::uint64_t>();
  if (!reader.complete() || out.number == 0 || out.after >= out.number) return std::nullopt;
  return out;
}

Words encode(const JournalHead& head) {
  return begin().number(head.epoch).number(head.low).take();
}

std::optional<JournalHead> decode_journal_head(WordSpan words) {
  WordReader reader = open(words);
  JournalHead out;
  out.epoch = reader.number<std::uint32_t>();
  out.low = reader.number<std::uint64_t>();
  if (!reader.complete() || out.low == 0) return std::nullopt;
  return out;
}

std::optional<DirtyBitmap::Page> decode_bitmap(WordSpan words) {
  DirtyBitmap::Page page{};
  if (words.size() != page.size()) return std::nullopt;
  std::ranges::copy(words, page.begin());
  return page;
}

std::optional<ActivityLog::Page> decode_activity(WordSpan words) {
  ActivityLog::Page page{};
  if (words.size() != page.size()) return std::nullopt;
  std::ranges::copy(words, page.begin());
  return page;
}

}  // namespace replsim::engine
