// CIM instances made of records: one record, consistent properties; and reads over them.
#include "model/services/instances.h"

#include "model/cim/schema.h"
#include "model/services/queries.h"
#include "tests/catch.h"
#include "tests/services/sample.h"

namespace replsim::services::test {

// EVIDENCE: cim_synchronized.md section 3, invariant B7, rulings R12, R18
TEST_CASE("The properties of an association follow its CopyState", "[services][instance]") {
  Sample sample;
  sample.relation.settings.recovery = cim::CopyRecoveryMode::ImplementationDecides;
  sample.relation.percent = 30;
  cim::Instance one = relation_instance(sample.facts(), sample.relation);
  CHECK(one.path == synchronized_path("east/vol1", "west/vol1"));
  CHECK(one.get("SystemElement") == volume("east/vol1"));
  CHECK(one.get("SyncedElement") == volume("west/vol1"));
  CHECK(one.get("CopyState") == u16(4));
  CHECK(one.get("SyncMaintained").as_boolean());
  CHECK(one.get("PercentSynced") == u16(100));
  CHECK(one.get("SyncState") == u16(6));
  CHECK(one.get("ReadOnly") == u16(3));
  CHECK(one.get("CopyRecoveryMode") == u16(2));
  CHECK(one.get("RequestedCopyState") == u16(15));
  CHECK(one.get("CopyType") == u16(3));
  CHECK(one.get("WhenSynchronized").is_null());
  sample.relation.state = cim::CopyState::Unsynchronized;
  sample.relation.progress = cim::ProgressStatus::Resyncing;
  sample.relation.times.established = 1'000'000'000;
  one = relation_instance(sample.facts(), sample.relation);
  CHECK_FALSE(one.get("SyncMaintained").as_boolean());
  CHECK(one.get("PercentSynced") == u16(30));
  CHECK(one.get("SyncState") == u16(5));
  CHECK(one.get("ReadOnly").is_null());
  CHECK(one.get("RPO").is_null());
  CHECK(one.get("WhenEstablished").as_datetime() == cim::DateTime{1'000'000'000, false});
  sample.relation.state = cim::CopyState::Failedover;
  one = relation_instance(sample.facts(), sample.relation);
  CHECK(one.get("ReadOnly") == u16(2));
}

// EVIDENCE: rulings R18 (Reverse Roles swaps), R7
TEST_CASE("The end that is the target names its own volume second", "[services][instance]") {
  Sample sample;
  sample.relation.role = engine::Role::Target;
  CHECK(relation_path(sample.facts(), sample.relation) ==
        synchronized_path("west/vol1", "east/vol1"));
}

// EVIDENCE: cim_synchronized.md section 4 (JobState), operation_matrix.md (indications), C1, C2
TEST_CASE("In every JobState the properties of a job agree", "[services][instance]") {
  struct Row {
    cim::JobState state;
    std::vector<std::uint64_t> status;
    bool complete;
    bool failed;
  };
  using enum cim::JobState;
  const std::vector<Row> table = {
      {New, {2}, false, false},           {Starting, {2}, false, false},
      {Running, {2}, false, false},       {Suspended, {10}, false, false},
      {ShuttingDown, {2}, false, false},  {Completed, {17, 2}, true, false},
      {Terminated, {17, 6}, false, true}, {Killed, {17, 6}, false, true},
      {Exception, {17, 6}, false, true},
  };
  for (const Row& row : table) {
    Sample sample;
    sample.job.state = row.state;
    sample.job.percent = 100;
    sample.job.changed = 3'000'000'000;
    sample.job.ended = 3'000'000'000;
    if (row.failed) {
      sample.job.message_id = "failed:relation";
      sample.job.message = "why";
    }
    const cim::Instance one = job_instance(sample.facts(), sample.job);
    CAPTURE(cim::name(row.state));
    cim::Value::Array status;
    for (const std::uint64_t value : row.status) status.push_back(u16(value));
    CHECK(one.get("OperationalStatus").as_array() == status);
    CHECK(one.get("JobState") == u16(cim::number(row.state)));
    CHECK(one.get("JobStatus") == text(std::string(cim::name(row.state))));
    CHECK(one.get("PercentComplete") == u16(row.complete ? 100 : 99));
    CHECK((one.get("ErrorCode").as_unsigned() != 0) == row.failed);
    CHECK(one.get("ErrorDescription").is_null() == !row.failed);
    CHECK(one.get("DeleteOnCompletion") == cim::Value::boolean(true));
    CHECK(one.get("TimeBeforeRemoval").as_datetime() == cim::DateTime{300'000'000'000, true});
    CHECK(one.get("TimeOfLastStateChange").as_datetime() == cim::DateTime{3'000'000'000, false});
    const bool over = row.complete || row.failed;
    CHECK(one.get("ElapsedTime").as_datetime().nanoseconds ==
          (over ? 3'000'000'000 : 5'000'000'000));
  }
}

// EVIDENCE: cim_synchronized.md section 4, operation_matrix.md (indications), C1
TEST_CASE("A job's status, percentage and error agree", "[services][instance]") {
  Sample sample;
  const auto number = [](const cim::Instance& one, const char* name) {
    return one.get(name).as_unsigned();
  };
  cim::Instance one = job_instance(sample.facts(), sample.job);
  CHECK(one.path == path("CIM_ConcreteJob", "InstanceID", "replsim:east:CIM_ConcreteJob:1"));
  CHECK(number(one, "JobState") == 4);
  CHECK(number(one, "PercentComplete") == 40);
  CHECK(number(one, "ErrorCode") == 0);
  CHECK(one.get("OperationalStatus").as_array() == cim::Value::Array{u16(2)});
  CHECK(one.get("Name") == text("Resync Replica"));
  CHECK(one.get("ElapsedTime").as_datetime() == cim::DateTime{5'000'000'000, true});
  sample.job.percent = 100;  // a running job never shows it
  CHECK(number(job_instance(sample.facts(), sample.job), "PercentComplete") == 99);
  sample.job.state = cim::JobState::Completed;
  one = job_instance(sample.facts(), sample.job);
  CHECK(number(one, "PercentComplete") == 100);
  CHECK(one.get("OperationalStatus").as_array() == cim::Value::Array{u16(17), u16(2)});
  sample.job.state = cim::JobState::Exception;
  sample.job.message_id = "failed:relation";
  one = job_instance(sample.facts(), sample.job);
  CHECK(number(one, "ErrorCode") != 0);
  CHECK(number(one, "PercentComplete") == 99);
  CHECK(one.get("OperationalStatus").as_array() == cim::Value::Array{u16(17), u16(6)});
  CHECK_FALSE(one.get("ErrorDescription").is_null());
}

TEST_CASE("Every property of an instance is one of its class, of its type, in its order",
          "[services][instance]") {
  Sample sample;
  const auto schema =
      GENERATE(cim::SchemaVersion::V2_28, cim::SchemaVersion::V2_41, cim::SchemaVersion::V2_49);
  sample.profile.schema = schema;
  const ReadResult all = enumerate(sample.facts(), "CIM_ManagedElement");
  const ReadResult relations = enumerate(sample.facts(), "CIM_Synchronized");
  CHECK(all.instances.size() == 7);
  std::vector<cim::Instance> list = all.instances;
  list.insert(list.end(), relations.instances.begin(), relations.instances.end());
  for (const cim::Instance& one : list) {
    const cim::ClassInfo* info = cim::find_class(one.path.class_name);
    REQUIRE(info != nullptr);
    const cim::PropertyInfo* last = nullptr;
    for (const cim::Property& property : one.properties) {
      const cim::PropertyInfo* row = info->find_property(property.name);
      INFO(one.path.text() << "." << property.name);
      REQUIRE(row != nullptr);
      CHECK(row->type == property.value.type());
      CHECK(row->since <= schema);
      CHECK((last == nullptr || last < row));
      last = row;
    }
  }
}

// EVIDENCE: DSP0200 (GetInstance, EnumerateInstances, Associators, References)
TEST_CASE("Reads answer a status and instances in key order", "[services][query]") {
  Sample sample;
  const ArrayFacts facts = sample.facts();
  CHECK(get(facts, volume_path("east/vol1")).instances.size() == 1);
  CHECK(get(facts, volume_path("east/vol9")).status == cim::CimStatus::NotFound);
  CHECK(get(facts, volume_path("west/vol1")).status == cim::CimStatus::NotFound);
  CHECK(get(facts, path("CIM_Nothing", "A", "b")).status == cim::CimStatus::InvalidClass);
  const ReadResult volumes = enumerate(facts, "CIM_StorageExtent");
  REQUIRE(volumes.instances.size() == 3);
  CHECK(volumes.instances[0].path == volume_path("east/small"));
  CHECK(enumerate(facts, "CIM_ConcreteJob").instances.size() == 1);
  CHECK(enumerate(facts, "CIM_Nothing").status == cim::CimStatus::InvalidClass);
  CHECK(enumerate(facts, "CIM_Error").instances.empty());
}

TEST_CASE("Associations lead from jobs to what they affect, from volumes to pools and replicas",
          "[services][query]") {
  Sample sample;
  const ArrayFacts facts = sample.facts();
  const cim::ObjectPath mirror = synchronized_path("east/vol1", "west/vol1");
  const auto to = [&](const cim::ObjectPath& of, const char* class_name) {
    std::vector<std::string> keys;
    for (const auto& one : associators(facts, of, class_name).instances) {
      keys.push_back(one.path.keys.front().second);
    }
    return keys;
  };
  CHECK(to(volume_path("east/vol1"), "CIM_StorageVolume") == std::vector<std::string>{"west/vol1"});
  CHECK(to(volume_path("east/vol2"), "CIM_StoragePool") == std::vector<std::string>{"east/pool1"});
  CHECK(to(volume_path("east/vol1"), "CIM_Synchronized").size() == 1);
  CHECK(to(mirror, "CIM_ConcreteJob").size() == 1);
  CHECK(to(job_path("east", {1}), "CIM_StorageSynchronized").size() == 1);
  CHECK(to(volume_path("east/small"), "CIM_ManagedElement").empty());
  CHECK(references(facts, volume_path("east/vol1"), "CIM_Synchronized").instances.size() == 1);
  CHECK(references(facts, mirror, "CIM_AffectedJobElement").instances.size() == 1);
  CHECK(references(facts, job_path("east", {1}), "CIM_AffectedJobElement").instances.size() == 2);
  CHECK(references(facts, volume_path("east/vol9"), "CIM_Synchronized").status ==
        cim::CimStatus::NotFound);
}

TEST_CASE("An element that is not committed yet is not seen", "[services][query]") {
  Sample sample;
  sample.volumes[1].provisional = true;
  CHECK(get(sample.facts(), volume_path("east/vol2")).status == cim::CimStatus::NotFound);
  CHECK(enumerate(sample.facts(), "CIM_StorageVolume").instances.size() == 2);
}

}  // namespace replsim::services::test
