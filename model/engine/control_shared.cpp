// An element with several relations: what one of them may not do for the sake of the others. All
// of them have it as their source; a chain of relations (a target that is a source) is not offered.
//   - An operation on any of them keeps every other call on the element waiting (R4).
//   - A copy back to the element (Failback, Restore) runs only while no other relation flows from
//     it; the others track what it brings, and copy only that when they go on.
//   - Nothing is copied from the element while a copy back to it has not ended (A31).
//   - Roles are not reversed: the element would be a target and a source.
// Source: rulings R2, R4; issue 3 (one source, several targets).
#include <algorithm>
#include <charconv>

#include "model/cim/profile_defaults.h"
#include "model/engine/context.h"

namespace replsim::engine {
namespace {

using cim::CopyState;
using cim::Operation;
using cim::ReturnCode;

CallResult forbidden(std::string id, std::string text, std::string rule) {
  return {.code = ReturnCode::Failed,
          .error = refusal(std::move(id), std::move(text), std::move(rule))};
}

/// Data goes along it, or will without being asked for.
bool moves_data(const Relation& relation) {
  const CopyState state = relation.state();
  return state == CopyState::Synchronized || state == CopyState::Unsynchronized ||
         state == CopyState::Partitioned || state == CopyState::Broken ||
         (state == CopyState::Initialized && relation.record.rest_at != CopyState::Initialized);
}

/// A copy to its source element has begun and not ended.
bool half_copied_back(const Relation& relation) {
  const RelationRecord& record = relation.record;
  return record.role == Role::Source &&
         (record.direction == CopyDirection::Backward || !record.source_image_consistent);
}

bool begins_a_copy(Operation operation) {
  return operation == Operation::Activate || operation == Operation::Resume ||
         operation == Operation::ResyncReplica;
}

}  // namespace

std::size_t Control::most_targets_here() const {
  const std::string_view text = cim::knob_value(context_.config.profile, "targets-per-source");
  std::size_t most = 1;
  std::from_chars(text.data(), text.data() + text.size(), most);
  return std::min(most, most_targets);
}

bool Control::element_busy(const Volume& volume, const Relation* except) {
  return std::ranges::any_of(volume.ends, [except](const Relation* end) {
    return end != except && (end->controlling || end->creating);
  });
}

std::optional<CallResult> Control::refuse_source(const Volume& volume) const {
  if (element_busy(volume, nullptr)) {
    return CallResult{.code = ReturnCode::InUse,
                      .error = refusal("refused:busy", "the source is under a running operation",
                                       "CreateElementReplica")};
  }
  const bool chain = std::ranges::any_of(
      volume.ends, [](const Relation* end) { return end->record.role == Role::Target; });
  const std::size_t most = most_targets_here();
  if (chain || (!volume.ends.empty() && most < 2)) {
    return CallResult{.code = ReturnCode::NotSupported,
                      .error = refusal("refused:topology",
                                       chain ? "a target can not be the source of a relation"
                                             : "a source with several targets is not offered",
                                       "CreateElementReplica")};
  }
  if (volume.ends.size() >= most) {
    return forbidden("refused:limit", "the source has as many targets as the profile allows",
                     "CreateElementReplica");
  }
  if (std::ranges::any_of(volume.ends,
                          [](const Relation* end) { return half_copied_back(*end); })) {
    return forbidden("refused:image", "a copy to the source element has not ended",
                     "CreateElementReplica");
  }
  return std::nullopt;
}

bool Control::flows_elsewhere(const Relation& relation) const {
  const Volume* volume = context_.volumes.find(relation.record.local_volume);
  return std::ranges::any_of(volume->ends, [&relation](const Relation* end) {
    return end != &relation && moves_data(*end);
  });
}

std::optional<CallResult> Control::refuse_for_others(const Relation& relation, Operation operation,
                                                     const std::string& rule) const {
  const Volume* volume = context_.volumes.find(relation.record.local_volume);
  if (volume->ends.size() < 2) return std::nullopt;
  const bool half_copied = std::ranges::any_of(volume->ends, [&relation](const Relation* end) {
    return end != &relation && half_copied_back(*end);
  });
  if (operation == Operation::ReverseRoles) {
    return forbidden("refused:topology", "the element is the source of other relations", rule);
  }
  const bool copies_back =
      operation == Operation::Failback || operation == Operation::RestoreFromReplica ||
      (begins_a_copy(operation) && relation.record.direction == CopyDirection::Backward &&
       !starts_forward(relation.record));
  if (copies_back && flows_elsewhere(relation)) {
    return forbidden("refused:topology", "another relation of the source element is not stopped",
                     rule);
  }
  if (begins_a_copy(operation) && half_copied) {
    return forbidden("refused:image", "a copy to the source element has not ended", rule);
  }
  return std::nullopt;
}

}  // namespace replsim::engine
