// The shipped profile and the table of knobs.
#include "model/cim/profile_defaults.h"

#include <algorithm>
#include <array>

#include "model/cim/enumerations.h"
#include "model/cim/features.h"

namespace replsim::cim {
namespace {

using Words = std::span<const std::string_view>;

constexpr std::array<std::string_view, 2> truth_words = {"false", "true"};
constexpr std::array<std::string_view, 2> access_words = {"read-only", "read-write"};
constexpr std::array<std::string_view, 3> journal_words = {"track", "break", "throttle"};
constexpr std::array<std::string_view, 3> restore_words = {"default", "inactive", "split"};
constexpr std::array<std::string_view, 2> abort_words = {"aborted", "removed"};
constexpr std::array<std::string_view, 2> write_words = {"newest", "each"};
constexpr std::array<std::string_view, 4> target_words = {"1", "2", "3", "4"};

// Sorted by name.
constexpr std::array<Knob, 13> knob_table = {{
    {"abort-result", KnobType::Choice, abort_words, "aborted",
     "what Abort leaves: an Aborted relation, or none", "[vendor] operation_matrix.md V10"},
    {"detach-requires-stopped", KnobType::Truth, truth_words, "false",
     "Detach of a Synchronized mirror is refused until it is suspended or fractured",
     "[vendor] operation_matrix.md V2"},
    {"journal-full", KnobType::Choice, journal_words, "track",
     "a full journal: go on with a bitmap, break the relation, or let host writes wait",
     "[inferred] rulings R9"},
    {"pit-prepare",
     KnobType::Duration,
     {},
     "50 ms",
     "time that creation and Resync of a snapshot stay in Unsynchronized",
     "[inferred] rulings R11"},
    {"protect-target-during-resync", KnobType::Truth, truth_words, "false",
     "a rollback image of the target is kept while a resync overwrites it",
     "[inferred] rulings R5"},
    {"restore-allows-source-io", KnobType::Truth, truth_words, "false",
     "hosts may write to the source while it is being restored", "[inferred] rulings R6"},
    {"restore-final-state", KnobType::Choice, restore_words, "default",
     "where a finished Restore ends when not in the state of the matrix",
     "[vendor] operation_matrix.md V9, V13"},
    {"restored-state", KnobType::Truth, truth_words, "false",
     "a finished Restore ends in Restored; schema 2.41 or newer",
     "[inferred] state_graph.md, rulings R17"},
    {"snapshot-old-data", KnobType::Choice, write_words, "each",
     "old data goes to the newest snapshot of a chain, or to each snapshot",
     "[inferred] data_plane.md 9"},
    {"suspended-target-access", KnobType::Choice, access_words, "read-only",
     "what hosts may do with the target of a suspended mirror; a write makes it Skewed",
     "[inferred] rulings R12"},
    {"synchronized-means-usable", KnobType::Truth, truth_words, "false",
     "Synchronized is shown once the replica can be written, the copy goes on behind it",
     "[vendor] operation_matrix.md, WaitForCopyState"},
    {"targets-per-source", KnobType::Choice, target_words, "1",
     "how many relations may have one element as their source", "[inferred] rulings R2"},
    {"wrong-state-code",
     KnobType::Number,
     {},
     "4",
     "return code of an operation refused for the state; vendors use their own",
     "[inferred] operation_matrix.md, errors"},
}};

constexpr bool sorted_by_name() {
  for (std::size_t place = 1; place < knob_table.size(); ++place) {
    if (!(knob_table[place - 1].name < knob_table[place].name)) return false;
  }
  return true;
}
static_assert(sorted_by_name(), "knobs are sorted and unique");

}  // namespace

std::span<const Knob> knobs() {
  return knob_table;
}

const Knob* find_knob(std::string_view name) {
  const auto found =
      std::lower_bound(knob_table.begin(), knob_table.end(), name,
                       [](const Knob& row, std::string_view wanted) { return row.name < wanted; });
  return found == knob_table.end() || found->name != name ? nullptr : &*found;
}

std::string_view knob_value(const Profile& profile, std::string_view name) {
  if (const auto set = profile.knobs.find(std::string(name)); set != profile.knobs.end()) {
    return set->second;
  }
  const Knob* knob = find_knob(name);
  return knob == nullptr ? std::string_view{} : knob->fallback;
}

Profile default_profile() {
  Profile profile;
  profile.name = "mirror";
  profile.schema = SchemaVersion::V2_49;
  profile.sync_types = {number(SyncType::Mirror)};
  profile.modes = {number(Mode::Synchronous), number(Mode::Asynchronous)};
  profile.replication_types = {number(ReplicationType::SynchronousMirrorLocal),
                               number(ReplicationType::AsynchronousMirrorLocal),
                               number(ReplicationType::SynchronousMirrorRemote),
                               number(ReplicationType::AsynchronousMirrorRemote)};
  for (const Operation operation :
       {Operation::Abort, Operation::Activate, Operation::Deactivate, Operation::Detach,
        Operation::Dissolve, Operation::Failover, Operation::Failback, Operation::Fracture,
        Operation::ResetToSync, Operation::ResetToAsync, Operation::RestoreFromReplica,
        Operation::ResyncReplica, Operation::Resume, Operation::ReverseRoles, Operation::Split,
        Operation::Suspend, Operation::Unprepare}) {
    profile.operations.insert(number(operation));
  }
  profile.methods = {"CreateElementReplica", "GetError", "ModifyReplicaSynchronization",
                     "RequestStateChange"};
  for (const Feature feature :
       {Feature::RecoveryFromBrokenAutomatic, Feature::ManagesRemoteTarget,
        Feature::CreatesRemoteElements, Feature::RemoteElementsRequireTargetPool,
        Feature::ClientSuppliesElementName, Feature::ReverseRolesKeepsCopyState}) {
    profile.features.insert(number(feature));
  }
  return profile;
}

}  // namespace replsim::cim
