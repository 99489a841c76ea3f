// How the engine's facts lie in stable records: one record a fact, encoded as words. Restart and
// Introspection read them through these functions only; a malformed record decodes to nothing.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "model/engine/activity_log.h"
#include "model/engine/dirty_bitmap.h"
#include "model/engine/job.h"
#include "model/engine/relation.h"
#include "model/engine/volume.h"
#include "model/store/records.h"

namespace replsim::engine {

/// Record kinds: RecordKey::kind.
enum class RecordKind : std::uint16_t {
  Counters = 1,  ///< owner 0, index 0
  Pool = 2,      ///< owner = pool number
  Volume = 3,    ///< owner = volume number
  Relation = 4,  ///< owner = endpoint number; a relation, a farewell or an aspect
  Bitmap = 5,    ///< owner = endpoint number, index = page
  Activity = 6,  ///< owner = endpoint number, index = page
  Job = 7,       ///< owner = job number
  Journal = 8,   ///< owner = endpoint number, index = slot; 0 = its head
  Space = 9,     ///< owner = volume number, index = page; of thin volumes
};
constexpr std::uint16_t number(RecordKind kind) {
  return static_cast<std::uint16_t>(kind);
}

/// Next numbers; never used twice.
struct Counters {
  std::uint32_t volume = 1;
  std::uint32_t endpoint = 1;
  std::uint32_t pair = 1;
  std::uint32_t job = 1;
};

using Words = std::vector<std::uint64_t>;
using WordSpan = std::span<const std::uint64_t>;

Words encode(const Counters& counters);
Words encode(const PoolRecord& pool);
Words encode(const VolumeRecord& volume);
Words encode(const RelationRecord& relation);
Words encode(const Farewell& farewell);
Words encode(const AspectRecord& aspect);
Words encode(const JobRecord& job);
Words encode(const JournalRecord& entry);
Words encode(const JournalHead& head);
std::optional<Counters> decode_counters(WordSpan words);
std::optional<PoolRecord> decode_pool(WordSpan words);
std::optional<VolumeRecord> decode_volume(WordSpan words);
/// Nothing also for a farewell or an aspect.
std::optional<RelationRecord> decode_relation(WordSpan words);
std::optional<Farewell> decode_farewell(WordSpan words);
std::optional<AspectRecord> decode_aspect(WordSpan words);
std::optional<JobRecord> decode_job(WordSpan words);
std::optional<JournalRecord> decode_journal(WordSpan words);
std::optional<JournalHead> decode_journal_head(WordSpan words);
std::optional<DirtyBitmap::Page> decode_bitmap(WordSpan words);
std::optional<ActivityLog::Page> decode_activity(WordSpan words);

inline store::RecordKey pool_key(PoolNumber n) {
  return {number(RecordKind::Pool), n.value, 0};
}
inline store::RecordKey volume_key(VolumeNumber n) {
  return {number(RecordKind::Volume), n.value, 0};
}
inline store::RecordKey relation_key(EndpointNumber n) {
  return {number(RecordKind::Relation), n.value, 0};
}
inline store::RecordKey bitmap_key(EndpointNumber n, std::uint32_t page) {
  return {number(RecordKind::Bitmap), n.value, page};
}
inline store::RecordKey activity_key(EndpointNumber n, std::uint32_t page) {
  return {number(RecordKind::Activity), n.value, page};
}
inline store::RecordKey journal_key(EndpointNumber n, std::uint32_t slot) {
  return {number(RecordKind::Journal), n.value, slot};
}
inline store::RecordKey job_key(JobNumber n) {
  return {number(RecordKind::Job), n.value, 0};
}
inline store::RecordKey space_key(VolumeNumber n, std::uint32_t page) {
  return {number(RecordKind::Space), n.value, page};
}
inline store::RecordKey counters_key() {
  return {number(RecordKind::Counters), 0, 0};
}

}  // namespace replsim::engine
