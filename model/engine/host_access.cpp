// Who may touch a volume now. Source: rulings R12 (states), R5 (Backward copy), R8 (fence).
#include <algorithm>

#include "model/cim/operation_rules.h"
#include "model/cim/profile_defaults.h"
#include "model/engine/context.h"

namespace replsim::engine {
namespace {

cim::HostAccess access_of(const Relation& relation) {
  const RelationRecord& record = relation.record;
  const cim::CopyState state = relation.effective_state();
  if (record.provisional) return cim::HostAccess::Refused;
  if (record.role == Role::Source) {
    if (!record.source_image_consistent) return cim::HostAccess::Refused;
    if (record.fenced) return cim::HostAccess::ReadOnly;
    return cim::source_access(state);
  }
  // During Failback I/O stays at SyncedElement until the switch; a Restore refuses it (R6).
  if (state == cim::CopyState::Unsynchronized && record.direction == CopyDirection::Backward &&
      !relation.restoring()) {
    return cim::HostAccess::ReadWrite;
  }
  return cim::target_access(state);
}

}  // namespace

bool HostPath::may_skew(const Relation& relation) const {
  // Not in a partition, for no edge leads on from there; not during a copy back, for the target's
  // element is the source of that (R6).
  const RelationRecord& record = relation.record;
  return record.role == Role::Target && record.state == cim::CopyState::Suspended &&
         record.direction == CopyDirection::Forward && relation.connected &&
         cim::knob_value(context_.config.profile, "suspended-target-access") == "read-write";
}

bool HostPath::may_read(const Volume& volume) const {
  if (volume.ends.empty()) return !volume.record.provisional;
  return std::ranges::all_of(
      volume.ends, [](const Relation* end) { return access_of(*end) != cim::HostAccess::Refused; });
}

bool HostPath::may_write(const Volume& volume) const {
  if (volume.ends.empty()) return !volume.record.provisional;
  const auto writable = [this](const Relation* end) {
    const RelationRecord& record = end->record;
    const bool target = record.role == Role::Target && record.state == cim::CopyState::Synchronized;
    if (target && context_.defect(cim::Defect::TargetWritable)) [[unlikely]]
      return true;
    if (record.fenced && context_.defect(cim::Defect::FenceIgnored)) [[unlikely]]
      return true;
    return access_of(*end) == cim::HostAccess::ReadWrite || may_skew(*end);
  };
  return std::ranges::all_of(volume.ends, writable);
}

}  // namespace replsim::engine
