// ProgressStatus, WaitForCopyState and host access around the matrix.
#include "model/cim/operation_rules.h"

#include <algorithm>

#include "model/cim/enumeration_tables.h"
#include "tests/catch.h"

namespace replsim::cim {
namespace {

WaitVerdict wait_in(CopyState state, Operation operation, std::optional<CopyState> wait) {
  return judge_wait(*find_transition(SyncType::Mirror, state, operation), wait);
}

bool shows(Operation operation, SchemaVersion schema, std::initializer_list<ProgressStatus> list) {
  const auto shown = progress_while_running(operation, schema);
  return std::vector(shown.begin(), shown.end()) == std::vector(list);
}

}  // namespace

// EVIDENCE: operation_matrix.md, column "Progress while running"; rulings R17
TEST_CASE("an operation shows its ProgressStatus", "[cim][progress]") {
  CHECK(shows(Operation::Fracture, v2_49, {ProgressStatus::Fracturing}));
  CHECK(shows(Operation::ResyncReplica, v2_49, {ProgressStatus::Resyncing}));
  CHECK(shows(Operation::ReverseRoles, v2_49, {ProgressStatus::FailingOver}));
  CHECK(shows(Operation::Failback, v2_49, {ProgressStatus::FailingBack}));
  CHECK(shows(Operation::Deactivate, v2_49, {ProgressStatus::Suspending}));
  CHECK(shows(Operation::Unprepare, v2_49,
              {ProgressStatus::Initializing, ProgressStatus::Preparing}));
  CHECK(shows(Operation::ResetToAsync, v2_49, {}));
  CHECK(
      shows(Operation::Dissolve, v2_49, {ProgressStatus::Terminating, ProgressStatus::Detaching}));
  CHECK(shows(Operation::Dissolve, v2_28, {ProgressStatus::Detaching}));
}

// EVIDENCE: operation_matrix.md, "ProgressStatus x CopyState"; rulings R8
TEST_CASE("a state allows its ProgressStatus values and no others", "[cim][progress]") {
  for (const CopyState state : matrix_states()) {
    CAPTURE(short_code(state));
    REQUIRE_FALSE(resting_progress(state).empty());
    CHECK(progress_is_legal(state, resting_progress(state).front()));
  }
  CHECK(resting_progress(CopyState::Suspended).front() == ProgressStatus::Dormant);
  CHECK(resting_progress(CopyState::Broken).front() == ProgressStatus::NotApplicable);
  CHECK(resting_progress(CopyState::Partitioned).front() == ProgressStatus::Unknown);
  CHECK(progress_is_legal(CopyState::Unsynchronized, ProgressStatus::Synchronizing));
  CHECK(progress_is_legal(CopyState::Synchronized, ProgressStatus::Fracturing));
  CHECK(progress_is_legal(CopyState::Failedover, ProgressStatus::FailingBack));
  CHECK_FALSE(progress_is_legal(CopyState::Synchronized, ProgressStatus::Dormant));
  CHECK_FALSE(progress_is_legal(CopyState::Unsynchronized, ProgressStatus::Completed));
  CHECK_FALSE(progress_is_legal(CopyState::Suspended, ProgressStatus::Completed));
  CHECK_FALSE(progress_is_legal(CopyState::Fractured, ProgressStatus::Mixed));
}

// EVIDENCE: rulings R8
TEST_CASE("a required operation blocks the others", "[cim][progress]") {
  const auto resync = ProgressStatus::RequiresResync;
  CHECK(required_operation(resync) == Operation::ResyncReplica);
  CHECK_FALSE(required_operation(ProgressStatus::Completed).has_value());
  CHECK_FALSE(blocked_by(resync, Operation::ResyncReplica, false));
  CHECK_FALSE(blocked_by(resync, Operation::Detach, false));
  CHECK_FALSE(blocked_by(resync, Operation::Dissolve, false));
  CHECK(blocked_by(resync, Operation::Suspend, false));
  CHECK(blocked_by(resync, Operation::Failover, false));
  CHECK_FALSE(blocked_by(resync, Operation::Failover, true));
  CHECK_FALSE(blocked_by(ProgressStatus::Completed, Operation::Suspend, false));
}

// EVIDENCE: rulings R18
TEST_CASE("a recovery call is accepted in the state that it heals", "[cim][progress]") {
  int recovered = 0;
  for (const CopyState state : matrix_states()) {
    const auto operation = recovery_operation(state);
    if (!operation) continue;
    CAPTURE(short_code(state));
    CHECK(find_transition(SyncType::Mirror, state, *operation)->accepted());
    ++recovered;
  }
  CHECK(recovered == 5);
  CHECK_FALSE(recovery_operation(CopyState::Fractured).has_value());
  CHECK_FALSE(recovery_operation(CopyState::Inactive).has_value());
}

// EVIDENCE: operation_matrix.md, table "Legal WaitForCopyState"; rulings R2
TEST_CASE("creation may wait for a subset of the states", "[cim][wait]") {
  const auto waits = creation_wait_states(SyncType::Mirror);
  CHECK(waits.size() == 5);
  CHECK(std::find(waits.begin(), waits.end(), CopyState::Fractured) == waits.end());
  CHECK(creation_wait_states(SyncType::Snapshot).size() == 4);
  CHECK(default_creation_wait(SyncType::Mirror) == CopyState::Unsynchronized);
  CHECK(default_creation_wait(SyncType::Snapshot) == CopyState::Synchronized);
  CHECK(creation_stops_in(CopyState::Initialized));
  CHECK(creation_stops_in(CopyState::Inactive));
  CHECK(creation_stops_in(CopyState::Prepared));
  CHECK_FALSE(creation_stops_in(CopyState::Synchronized));
}

// EVIDENCE: operation_matrix.md, table "Legal WaitForCopyState"
TEST_CASE("a path is waited for at its states only", "[cim][wait]") {
  using enum CopyState;
  const WaitVerdict invalid{};
  CHECK(wait_in(Fractured, Operation::ResyncReplica, {}) ==
        WaitVerdict{WaitKind::UntilEntered, Synchronized});
  CHECK(wait_in(Fractured, Operation::ResyncReplica, Unsynchronized) ==
        WaitVerdict{WaitKind::UntilEntered, Unsynchronized});
  CHECK(wait_in(Fractured, Operation::ResyncReplica, Split) == invalid);
  CHECK(wait_in(Synchronized, Operation::Fracture, Fractured) ==
        WaitVerdict{WaitKind::UntilEntered, Fractured});
  CHECK(wait_in(Synchronized, Operation::Fracture, Synchronized) == invalid);
  CHECK(wait_in(Unsynchronized, Operation::Split, Synchronized) == invalid);
  CHECK(wait_in(Unsynchronized, Operation::Split, Split) ==
        WaitVerdict{WaitKind::UntilEntered, Split});
  CHECK(wait_in(Broken, Operation::Unprepare, Initialized) ==
        WaitVerdict{WaitKind::UntilEntered, Initialized});
  CHECK(wait_in(Suspended, Operation::ReverseRoles, Suspended) ==
        WaitVerdict{WaitKind::UntilEntered, Suspended});
  CHECK(wait_in(Synchronized, Operation::Detach, {}) == WaitVerdict{WaitKind::UntilRemoved, {}});
  CHECK(wait_in(Synchronized, Operation::Detach, NotApplicable) ==
        WaitVerdict{WaitKind::UntilRemoved, {}});
  CHECK(wait_in(Synchronized, Operation::Detach, Synchronized) == invalid);
  CHECK(wait_in(Synchronized, Operation::ResetToSync, Synchronized) == invalid);
}

// EVIDENCE: rulings R3
TEST_CASE("an accepted cell without a path is judged by the state that holds", "[cim][wait]") {
  using enum CopyState;
  const WaitVerdict holds{WaitKind::HoldsNow, {}};
  CHECK(wait_in(Synchronized, Operation::ResyncReplica, {}) == holds);
  CHECK(wait_in(Synchronized, Operation::ResyncReplica, Synchronized) == holds);
  CHECK(wait_in(Synchronized, Operation::ResyncReplica, Unsynchronized) == WaitVerdict{});
  CHECK(wait_in(Unsynchronized, Operation::ResyncReplica, Synchronized) ==
        WaitVerdict{WaitKind::AttachToCopy, Synchronized});
  CHECK(wait_in(Fractured, Operation::ResetToSync, Fractured) == holds);
  CHECK(wait_in(Fractured, Operation::ResetToSync, Split) == WaitVerdict{});
}

// EVIDENCE: rulings R12
TEST_CASE("host access follows the state", "[cim][access]") {
  CHECK(target_access(CopyState::Synchronized) == HostAccess::ReadOnly);
  CHECK(target_access(CopyState::Suspended) == HostAccess::ReadOnly);
  CHECK(target_access(CopyState::Inactive) == HostAccess::ReadOnly);
  for (const CopyState state :
       {CopyState::Fractured, CopyState::Split, CopyState::Failedover, CopyState::Skewed}) {
    CHECK(target_access(state) == HostAccess::ReadWrite);
  }
  for (const CopyState state :
       {CopyState::Unsynchronized, CopyState::Initialized, CopyState::Prepared, CopyState::Aborted,
        CopyState::Broken, CopyState::Invalid}) {
    CHECK(target_access(state) == HostAccess::Refused);
  }
  CHECK(target_access(CopyState::Partitioned) == HostAccess::Unchanged);
  CHECK(source_access(CopyState::Failedover) == HostAccess::ReadOnly);
  CHECK(source_access(CopyState::Fractured) == HostAccess::ReadWrite);
}

}  // namespace replsim::cim
