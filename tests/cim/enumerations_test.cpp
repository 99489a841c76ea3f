// Names and numbers of the enumerations, short codes, versions.
#include "model/cim/enumerations.h"

#include <set>

#include "model/cim/enumeration_tables.h"
#include "model/cim/features.h"
#include "tests/catch.h"

namespace replsim::cim {

// EVIDENCE: cim_synchronized.md section 1
TEST_CASE("CopyState has the values 2 to 18 with the names of the MOF", "[cim][enumerations]") {
  CHECK(copy_state_enumeration.values.size() == 17);
  CHECK(copy_state_enumeration.find(0U) == nullptr);
  CHECK(copy_state_enumeration.find(1U) == nullptr);
  CHECK(name(CopyState::Failedover) == "Failedover");
  CHECK(name(CopyState::NotApplicable) == "Not Applicable");
  CHECK(name(static_cast<CopyState>(99)).empty());
  CHECK(copy_state_enumeration.find("Restored")->value == 18);
}

// EVIDENCE: rulings R17
TEST_CASE("the schema of 2.28 ends where the ruling says", "[cim][enumerations]") {
  const auto last_of = [](const Enumeration& table, SchemaVersion schema) {
    std::uint32_t last = 0;
    for (const EnumValue& row : table.values) {
      if (row.since <= schema) last = std::max(last, row.value);
    }
    return last;
  };
  CHECK(last_of(copy_state_enumeration, SchemaVersion::V2_28) == 17);
  CHECK(last_of(operation_enumeration, SchemaVersion::V2_28) == 23);
  CHECK(last_of(progress_status_enumeration, SchemaVersion::V2_28) == 21);
  CHECK(last_of(feature_enumeration, SchemaVersion::V2_28) == 26);
  CHECK(last_of(copy_state_enumeration, SchemaVersion::V2_41) == 18);
  CHECK(last_of(operation_enumeration, SchemaVersion::V2_41) == 25);
  CHECK(last_of(operation_enumeration, SchemaVersion::V2_49) == 27);
  CHECK(last_of(progress_status_enumeration, SchemaVersion::V2_49) == 25);
  CHECK(last_of(feature_enumeration, SchemaVersion::V2_49) == 64);
  CHECK(last_of(replication_type_enumeration, SchemaVersion::V2_49) == 27);
}

TEST_CASE("names come from the tables", "[cim][enumerations]") {
  CHECK(name(Operation::ResyncReplica) == "Resync Replica");
  CHECK(name(Operation::ReturnToResourcePool) == "Return To ResourcePool");
  CHECK(name(Operation::ResetToSync) == "Reset To Sync");
  CHECK(name(Operation::ResetToAdaptive) == "Reset to Adaptive");
  CHECK(name(ProgressStatus::FailingOver) == "Failing over");
  CHECK(name(ProgressStatus::RequiresResync) == "Requires resync");
  CHECK(name(SyncType::Mirror) == "Mirror");
  CHECK(name(Mode::Active) == "Active");
  CHECK(name(CopyRecoveryMode::Manual) == "Manual");
  CHECK(name(JobState::ShuttingDown) == "Shutting Down");
  CHECK(name(JobRequest::Kill) == "Kill");
  CHECK(name(OperationalStatus::Ok) == "OK");
  CHECK(name(ReplicationType::SynchronousMirrorRemote) == "Synchronous Mirror Remote");
  CHECK(name(ReplicationType::AsynchronousCloneRemote) == "Asynchronous Clone Remote");
  CHECK(name(Consistency::NoConsistency) == "No Consistency");
  CHECK(name(Feature::FailoverRequiresFailback) ==
        "Failover operation requires subsequent failback");
  CHECK(name(Feature::RecoveryFromBrokenAutomatic) == "Error recovery from Broken state Automatic");
  CHECK(name(Confidence::SpecDerived) == "spec-derived");
}

// EVIDENCE: cim_replication_service.md section A
TEST_CASE("a return code is found by name, short name and number", "[cim][enumerations]") {
  CHECK(return_code_enumeration.find("Job Started")->value == 4096);
  CHECK(return_code_enumeration.find("Method Parameters Checked - Job Started")->value == 4096);
  CHECK(create_code_enumeration.find(2U)->name == "Unknown");
  CHECK(modify_code_enumeration.find(2U)->name == "Unspecified Error");
  CHECK(request_state_change_code_enumeration.find("Invalid State Transition")->value == 4097);
  CHECK(return_code_enumeration.find("job started") == nullptr);
  CHECK(return_code_enumeration.find("") == nullptr);
  CHECK(name(ReturnCode::InUse) == "In Use");
}

TEST_CASE("short codes and states belong together", "[cim][enumerations]") {
  std::set<std::string_view> codes;
  for (const EnumValue& row : copy_state_enumeration.values) {
    const auto state = static_cast<CopyState>(row.value);
    CHECK(copy_state_of(short_code(state)) == state);
    codes.insert(short_code(state));
  }
  CHECK(codes.size() == 17);
  CHECK(short_code(CopyState::Synchronized) == "SYN");
  CHECK_FALSE(copy_state_of("syn").has_value());
}

}  // namespace replsim::cim
