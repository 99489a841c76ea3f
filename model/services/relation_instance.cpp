// The instance of CIM_StorageSynchronized of one array: all its properties follow from one record.
// Source: cim_synchronized.md section 3; rulings R7, R12, R18; invariant B7.
#include <fmt/format.h>

#include <array>
#include <optional>

#include "model/cim/operation_rules.h"
#include "model/services/instance_builder.h"
#include "model/services/instances.h"
#include "sim/check.h"

namespace replsim::services {
namespace {

using cim::CopyState;
using cim::SyncState;

struct OlderState {
  CopyState state;
  SyncState shown;
};

// SyncState, the enumeration of the older Copy Services, by CopyState. [inferred]: the documents
// give no mapping; PAR and INV cannot be expressed there.
constexpr std::array<OlderState, 15> older_states = {{
    {CopyState::Initialized, SyncState::Initialized},
    {CopyState::Unsynchronized, SyncState::ResyncInProgress},
    {CopyState::Synchronized, SyncState::Synchronized},
    {CopyState::Broken, SyncState::Broken},
    {CopyState::Fractured, SyncState::Fractured},
    {CopyState::Split, SyncState::Fractured},
    {CopyState::Inactive, SyncState::Idle},
    {CopyState::Suspended, SyncState::Quiesced},
    {CopyState::Failedover, SyncState::Frozen},
    {CopyState::Prepared, SyncState::Prepared},
    {CopyState::Aborted, SyncState::Idle},
    {CopyState::Skewed, SyncState::Idle},
    {CopyState::Partitioned, SyncState::Unknown},
    {CopyState::Invalid, SyncState::Unknown},
    {CopyState::Restored, SyncState::Idle},
}};

SyncState older_state(const engine::RelationRecord& relation) {
  if (relation.state == CopyState::Unsynchronized) {
    if (relation.direction == engine::CopyDirection::Backward) return SyncState::RestoreInProgress;
    if (relation.progress == cim::ProgressStatus::Synchronizing) return SyncState::CopyInProgress;
  }
  for (const OlderState& row : older_states) {
    if (row.state == relation.state) return row.shown;
  }
  return SyncState::Unknown;
}

CopyState effective_state(const engine::RelationRecord& relation) {
  return relation.state == CopyState::Partitioned ? relation.before : relation.state;
}

/// The end that hosts see read-only; nothing when neither or when it is refused altogether.
std::optional<cim::ReadOnly> read_only(const engine::RelationRecord& relation) {
  const CopyState state = effective_state(relation);
  const bool source = cim::source_access(state) == cim::HostAccess::ReadOnly;
  const bool target = cim::target_access(state) == cim::HostAccess::ReadOnly;
  if (source && target) return cim::ReadOnly::Both;
  if (source) return cim::ReadOnly::SystemElement;
  if (target) return cim::ReadOnly::SyncedElement;
  return std::nullopt;
}

std::uint64_t percent_synced(const engine::RelationRecord& relation) {
  if (relation.state == CopyState::Synchronized) return 100;
  return std::min<std::uint64_t>(relation.percent, 100);
}

void set_times(InstanceBuilder& out, const engine::RelationTimes& times) {
  const auto moment = [&out](std::string_view property, const std::optional<std::int64_t>& when) {
    if (when) out.moment(property, *when);
  };
  moment("WhenSynced", times.synchronized);
  moment("WhenActivated", times.activated);
  moment("WhenEstablished", times.established);
  moment("WhenSuspended", times.suspended);
  moment("WhenSynchronized", times.synchronized);
}

}  // namespace

cim::ObjectPath synchronized_path(std::string_view source, std::string_view target) {
  cim::ObjectPath path;
  path.class_name = "CIM_StorageSynchronized";
  path.keys = {{"SystemElement", volume_path(source).text()},
               {"SyncedElement", volume_path(target).text()}};
  return path;
}

PairElements elements_of(const ArrayFacts& facts, const engine::RelationRecord& relation) {
  const engine::VolumeRecord* volume = facts.volume(relation.local_volume);
  const std::string local =
      volume == nullptr ? std::string() : fmt::format("{}/{}", facts.array, volume->name);
  if (relation.role == engine::Role::Source) return {local, relation.remote_volume};
  return {relation.remote_volume, local};
}

cim::ObjectPath relation_path(const ArrayFacts& facts, const engine::RelationRecord& relation) {
  const PairElements elements = elements_of(facts, relation);
  return synchronized_path(elements.source, elements.target);
}

cim::Instance relation_instance(const ArrayFacts& facts, const engine::RelationRecord& relation) {
  const PairElements elements = elements_of(facts, relation);
  const bool in_sync = relation.state == CopyState::Synchronized;
  const bool synchronous = relation.mode == cim::Mode::Synchronous;
  const auto recovery = relation.settings.recovery == cim::CopyRecoveryMode::ImplementationDecides
                            ? cim::CopyRecoveryMode::Automatic
                            : relation.settings.recovery;
  InstanceBuilder out(relation_path(facts, relation), facts.profile->schema);
  out.reference("SystemElement", volume_path(elements.source))
      .reference("SyncedElement", volume_path(elements.target))
      .truth("SyncMaintained", in_sync)
      .number("CopyRecoveryMode", cim::number(recovery))
      .number("CopyState", cim::number(relation.state))
      .truth("FailedCopyStopsHostIO", relation.settings.failed_copy_stops_host_io)
      .number("Mode", cim::number(relation.mode))
      .number("ProgressStatus", cim::number(relation.progress))
      .number("RequestedCopyState", cim::number(relation.requested))
      .number("SyncType", cim::number(cim::SyncType::Mirror))
      .number("CopyType", cim::number(synchronous ? cim::CopyType::Sync : cim::CopyType::Async))
      .number("ReplicaType", cim::number(cim::ReplicaType::FullCopy))
      .number("SyncState", cim::number(older_state(relation)))
      .number("CopyMethodology", cim::number(cim::CopyMethodology::FullCopy))
      .number("CopyPriority", cim::number(relation.settings.priority));
  // NULL while nothing was ever copied, also after Unprepare (C6).
  if (relation.target_image != cim::TargetImage::Never) {
    out.number("PercentSynced", percent_synced(relation));
  }
  if (in_sync && synchronous) out.interval("RPO", 0);
  if (const auto end = read_only(relation)) out.number("ReadOnly", cim::number(*end));
  set_times(out, relation.times);
  return out.build();
}

}  // namespace replsim::services
