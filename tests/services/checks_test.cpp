// Every parameter of CreateElementReplica and ModifyReplicaSynchronization, wrong in each way that
// the rulings name: its code or CIM status, its MessageID, and nothing changed.
#include <array>

#include "model/cim/profile_defaults.h"
#include "model/services/call_checks.h"
#include "model/services/create_call.h"
#include "model/services/instances.h"
#include "model/services/modify_call.h"
#include "tests/catch.h"
#include "tests/services/sample.h"

namespace replsim::services::test {
namespace {

/// An argument in place of the good one; NULL takes it away.
struct Wrong {
  std::string why;
  std::string parameter;
  cim::Value value;
  std::uint32_t code;  ///< 0: refused by the object manager.
  std::string rule = {};
};

std::string settings(const std::string& body) {
  return "instance of CIM_ReplicationSettingData { " + body + " };";
}

void judge(Sample& sample, const std::string& method, Arguments arguments, const Wrong& wrong) {
  INFO(method << ": " << wrong.why);
  std::erase_if(arguments, [&](const auto& one) { return one.first == wrong.parameter; });
  if (!wrong.value.is_null()) arguments.emplace_back(wrong.parameter, wrong.value);
  const auto refusal = sample.refusal(method, arguments);
  REQUIRE(refusal.has_value());
  CHECK(refusal->out.empty());
  REQUIRE(refusal->error.has_value());
  if (wrong.code == 0) {
    CHECK(refusal->status == cim::CimStatus::InvalidParameter);
    return;
  }
  CHECK(refusal->status == cim::CimStatus::Ok);
  CHECK(refusal->code == wrong.code);
  CHECK(refusal->error->message_id ==
        (wrong.code == 1 ? "refused:unsupported" : "invalid:parameter"));
  if (!wrong.rule.empty()) CHECK(refusal->error->rule == wrong.rule);
}

cim::Value reference(const std::string& class_name, const std::string& key,
                     const std::string& value) {
  return cim::Value::reference(path(class_name, key, value));
}
const std::string volume_class = "CIM_StorageVolume";

}  // namespace

// EVIDENCE: rulings R1 (0) to (3), R2
TEST_CASE("Each wrong parameter of CreateElementReplica has its documented refusal",
          "[services][create]") {
  Sample sample;
  const auto array_of_texts = cim::Value::array(cim::Type::String, {text("x")});
  const std::vector<Wrong> table = {
      {"not a parameter", "Colour", text("blue"), 0},
      {"a parameter in another case", "synctype", u16(6), 0},
      {"a text in place of a number", "SyncType", text("Mirror"), 0},
      {"a number of another width", "SyncType", cim::Value::unsigned_number(cim::Type::Uint32, 6),
       0},
      {"an array in place of a scalar", "ElementName", array_of_texts, 0},
      {"a text in place of a reference", "SourceElement", text("east/vol1"), 0},
      {"a scalar in place of an array", "Collections", pool("east/pool1"), 0},
      {"an out parameter as input", "Job", reference("CIM_ConcreteJob", "InstanceID", "x"), 0},
      {"type missing", "SyncType", {}, 5, "CreateElementReplica/required-missing"},
      {"source missing", "SourceElement", {}, 5, "CreateElementReplica/required-missing"},
      {"reserved type", "SyncType", u16(1), 5, "CreateElementReplica/reserved-value"},
      {"type out of range", "SyncType", u16(500), 5, "CreateElementReplica/reserved-value"},
      {"reserved mode", "Mode", u16(0), 5, "CreateElementReplica/reserved-value"},
      {"mode of associations only", "Mode", u16(5), 5, "CreateElementReplica/reserved-value"},
      {"reserved state", "WaitForCopyState", u16(1), 5, "CreateElementReplica/reserved-value"},
      {"source of a wrong class", "SourceElement", reference("CIM_Error", "MessageID", "x"), 5,
       "CreateElementReplica/wrong-class"},
      {"source of no class", "SourceElement", reference("CIM_Nothing", "DeviceID", "x"), 5,
       "CreateElementReplica/wrong-class"},
      {"dead source", "SourceElement", volume("east/vol9"), 5,
       "CreateElementReplica/dead-reference"},
      {"source of another array", "SourceElement", volume("west/vol1"), 5,
       "CreateElementReplica/dead-reference"},
      {"source by another key", "SourceElement", reference(volume_class, "Name", "east/vol1"), 5,
       "CreateElementReplica/dead-reference"},
      {"dead local target", "TargetElement", volume("east/vol9"), 5,
       "CreateElementReplica/dead-reference"},
      {"target without array", "TargetElement", volume("vol9"), 5,
       "CreateElementReplica/dead-reference"},
      {"unknown local pool", "TargetPool", pool("east/pool9"), 5,
       "CreateElementReplica/dead-reference"},
      {"pool of a wrong class", "TargetPool", volume("east/vol2"), 5,
       "CreateElementReplica/wrong-class"},
      {"dead goal", "TargetSettingGoal", reference("CIM_SettingData", "InstanceID", "x"), 5,
       "CreateElementReplica/dead-reference"},
      {"dead access point", "SourceAccessPoint", reference("CIM_ServiceAccessPoint", "Name", "x"),
       5, "CreateElementReplica/dead-reference"},
      {"dead connection", "ConnectivityCollection",
       reference("CIM_ConnectivityCollection", "InstanceID", "x"), 5,
       "CreateElementReplica/dead-reference"},
  };
  for (const Wrong& wrong : table) judge(sample, "CreateElementReplica", good_create(), wrong);
}

// EVIDENCE: rulings R1 (1) to (3)
TEST_CASE("Settings, vendor values and contradictions of CreateElementReplica are refused",
          "[services][create]") {
  Sample sample;
  const std::vector<Wrong> table = {
      {"settings are garbage", "ReplicationSettingData", text("instance of CIM_Repl"), 5,
       "CreateElementReplica/malformed-settings"},
      {"settings are empty", "ReplicationSettingData", text(""), 5,
       "CreateElementReplica/malformed-settings"},
      {"settings of another class", "ReplicationSettingData",
       text("instance of CIM_StorageVolume { };"), 5, "CreateElementReplica/malformed-settings"},
      {"reserved recovery mode", "ReplicationSettingData", text(settings("CopyRecoveryMode = 1;")),
       5, "CreateElementReplica/malformed-settings"},
      {"type of the vendor", "SyncType", u16(0x8000), 1, "CreateElementReplica/vendor-value"},
      {"mode of the vendor", "Mode", u16(0xFFFF), 1, "CreateElementReplica/vendor-value"},
      {"type not offered", "SyncType", u16(7), 1, "CreateElementReplica/sync-type"},
      {"mode not offered", "Mode", u16(4), 1, "CreateElementReplica/mode"},
      {"target and pool", "TargetElement", volume("west/vol1"), 5,
       "CreateElementReplica/target-and-pool"},
      {"a pool as source", "SourceElement", pool("east/pool1"), 5,
       "CreateElementReplica/element-type"},
      {"state that creation cannot reach", "WaitForCopyState", u16(6), 5,
       "CreateElementReplica/wait"},
      {"setting not supported", "ReplicationSettingData", text(settings("ReadOnly = 2;")), 5,
       "ReplicationSettingData/ReadOnly"},
  };
  for (const Wrong& wrong : table) judge(sample, "CreateElementReplica", good_create(), wrong);
}

// EVIDENCE: rulings R2
TEST_CASE("A given target must be another element, of the same type and not smaller",
          "[services][create]") {
  Sample sample;
  const Arguments arguments = {{"SyncType", u16(6)}, {"SourceElement", volume("east/vol1")}};
  const std::vector<Wrong> table = {
      {"the source itself", "TargetElement", volume("east/vol1"), 5,
       "CreateElementReplica/same-element"},
      {"smaller", "TargetElement", volume("east/small"), 5, "CreateElementReplica/target-smaller"},
      {"a pool", "TargetElement", pool("east/pool1"), 5, "CreateElementReplica/element-type"},
  };
  for (const Wrong& wrong : table) judge(sample, "CreateElementReplica", arguments, wrong);
  Arguments fine = arguments;
  fine.emplace_back("TargetElement", volume("east/vol2"));
  CHECK_FALSE(sample.refusal("CreateElementReplica", fine).has_value());
  fine.back().second = volume("west/vol7");  // whether it exists is for the other array to say
  CHECK_FALSE(sample.refusal("CreateElementReplica", fine).has_value());
}

// EVIDENCE: rulings R1 (0) to (3), B2
TEST_CASE("Each wrong parameter of ModifyReplicaSynchronization has its documented refusal",
          "[services][modify]") {
  Sample sample;
  const auto pairs = cim::Value::array(cim::Type::Reference, {sample.mirror()});
  const auto nothing = cim::Value::reference(synchronized_path("east/vol1", "north/vol1"));
  const std::vector<Wrong> table = {
      {"not a parameter", "Colour", text("blue"), 0},
      {"operation is a text", "Operation", text("Fracture"), 0},
      {"force is a number", "Force", u16(1), 0},
      {"force is a text", "Force", text("true"), 0},
      {"relation is a text", "Synchronization", text("x"), 0},
      {"settings are a number", "ReplicationSettingData", u16(3), 0},
      {"out parameter as input", "UpdatedSynchronization", sample.mirror(), 0},
      {"operation missing", "Operation", {}, 5, "ModifyReplicaSynchronization/required-missing"},
      {"relation missing",
       "Synchronization",
       {},
       5,
       "ModifyReplicaSynchronization/required-missing"},
      {"reserved operation", "Operation", u16(1), 5, "ModifyReplicaSynchronization/reserved-value"},
      {"operation out of range", "Operation", u16(999), 5,
       "ModifyReplicaSynchronization/reserved-value"},
      {"reserved state", "WaitForCopyState", u16(0), 5,
       "ModifyReplicaSynchronization/reserved-value"},
      {"relation of a wrong class", "Synchronization", volume("east/vol1"), 5,
       "ModifyReplicaSynchronization/wrong-class"},
      {"relation to nothing", "Synchronization", nothing, 5,
       "ModifyReplicaSynchronization/dead-reference"},
      {"the ends in the wrong order", "Synchronization",
       cim::Value::reference(synchronized_path("west/vol1", "east/vol1")), 5,
       "ModifyReplicaSynchronization/dead-reference"},
      {"settings cut short", "ReplicationSettingData", text("instance of CIM_Repl"), 5,
       "ModifyReplicaSynchronization/malformed-settings"},
      {"operation of the vendor", "Operation", u16(0x8000), 1,
       "ModifyReplicaSynchronization/vendor-value"},
      {"operation not in the profile", "Operation", u16(9), 1,
       "ModifyReplicaSynchronization/operation"},
      {"consistency of a lone pair", "Operation", u16(3), 1,
       "Mirror/Activate Consistency/Synchronized"},
      {"pair operation on a lone pair", "Operation", u16(5), 5, "Mirror/AddSyncPair/Synchronized"},
      {"the other pair operation", "Operation", u16(13), 5, "Mirror/RemoveSyncPair/Synchronized"},
      {"pairs where none belong", "SyncPair", pairs, 5, "ModifyReplicaSynchronization/sync-pair"},
      {"state that cannot come", "WaitForCopyState", u16(11), 5,
       "ModifyReplicaSynchronization/wait"},
      {"setting not supported", "ReplicationSettingData", text(settings("Multihop = 2;")), 5,
       "ReplicationSettingData/Multihop"},
      {"another recovery mode", "ReplicationSettingData", text(settings("CopyRecoveryMode = 3;")),
       5, "ReplicationSettingData/CopyRecoveryMode"},
  };
  sample.profile.operations.erase(cim::number(cim::Operation::Dissolve));
  for (const Wrong& wrong : table) {
    judge(sample, "ModifyReplicaSynchronization", sample.good_modify(), wrong);
  }
}

TEST_CASE("What is allowed passes every check", "[services][checks]") {
  Sample sample;
  CHECK_FALSE(sample.refusal("CreateElementReplica", good_create()).has_value());
  CHECK_FALSE(sample.refusal("ModifyReplicaSynchronization", sample.good_modify()).has_value());
  Arguments arguments = sample.good_modify();
  arguments.emplace_back("WaitForCopyState", u16(6));
  arguments.emplace_back("Force", cim::Value::boolean(true));
  arguments.emplace_back("SyncPair", cim::Value{});  // NULL is the same as missing
  arguments.emplace_back("ReplicationSettingData",
                         text(settings("CopyRecoveryMode = 4; InstanceID = \"a\";")));
  CHECK_FALSE(sample.refusal("ModifyReplicaSynchronization", arguments).has_value());
}

// EVIDENCE: rulings R1: first hit wins
TEST_CASE("The first stage that objects decides", "[services][checks]") {
  Sample sample;
  sample.profile.operations.erase(9);
  Arguments arguments = sample.good_modify();
  arguments[0].second = u16(9);                         // (2) not offered
  arguments.emplace_back("WaitForCopyState", u16(11));  // (3) unreachable
  CHECK(sample.refusal("ModifyReplicaSynchronization", arguments)->code == 1);
  arguments[1].second = volume("east/vol1");  // (1) wrong class
  CHECK(sample.refusal("ModifyReplicaSynchronization", arguments)->code == 5);
  arguments.emplace_back("Colour", text("blue"));  // (0)
  CHECK(sample.refusal("ModifyReplicaSynchronization", arguments)->status ==
        cim::CimStatus::InvalidParameter);
}

// EVIDENCE: rulings R1 (state and resources come last), operation_matrix.md (legal waits)
TEST_CASE("A wait that the operation could reach from another state is left to the engine",
          "[services][checks]") {
  Sample sample;
  sample.relation.state = cim::CopyState::Initialized;  // Fracture is refused for the state here
  Arguments arguments = sample.good_modify();
  arguments.emplace_back("WaitForCopyState", u16(6));
  CHECK_FALSE(sample.refusal("ModifyReplicaSynchronization", arguments).has_value());
  arguments.back().second = u16(11);
  CHECK(sample.refusal("ModifyReplicaSynchronization", arguments)->code == 5);
}

// EVIDENCE: rulings R1 (0), R14, R17; language.md 13
TEST_CASE("The profile decides what exists and what is offered", "[services][profile]") {
  Sample sample;
  SECTION("an older schema has fewer parameters and values") {
    sample.profile.schema = cim::SchemaVersion::V2_28;
    Arguments arguments = good_create();
    arguments.emplace_back("Collections", cim::Value::array(cim::Type::Reference, {}));
    CHECK(sample.refusal("CreateElementReplica", arguments)->status ==
          cim::CimStatus::InvalidParameter);
    Arguments prepare = sample.good_modify();
    prepare[0].second = u16(24);
    CHECK(sample.refusal("ModifyReplicaSynchronization", prepare)->code == 5);
  }
  SECTION("an extra parameter of the vendor is ignored") {
    sample.profile.extra_parameters = {"Colour"};
    Arguments arguments = good_create();
    arguments.emplace_back("Colour", text("blue"));
    CHECK_FALSE(sample.refusal("CreateElementReplica", arguments).has_value());
  }
  SECTION("a method that is not offered") {
    sample.profile.methods.erase("CreateElementReplica");
    const auto refusal = sample.refusal("CreateElementReplica", good_create());
    CHECK(refusal->code == 1);
    CHECK(refusal->error->rule == "CreateElementReplica/method");
  }
  SECTION("local mirrors only") {
    sample.profile.replication_types.erase(4);
    CHECK(sample.refusal("CreateElementReplica", good_create())->error->rule ==
          "CreateElementReplica/replication-type");
  }
  SECTION("waits that the profile names") {
    sample.profile.wait_for_copy_state = {3};
    CHECK(sample.refusal("CreateElementReplica", good_create())->code == 5);
  }
}

// EVIDENCE: rulings R1 (0)
TEST_CASE("The object manager refuses unknown classes, methods and instances",
          "[services][manager]") {
  Sample sample;
  const auto status = [&](const std::string& class_name, const std::string& method,
                          std::optional<cim::ObjectPath> object = {}) {
    cim::MethodCall call;
    call.class_name = class_name;
    call.method = method;
    call.object = std::move(object);
    return find_method(sample.facts(), call).status;
  };
  CHECK(status("CIM_ReplicationService", "CreateElementReplica") == cim::CimStatus::Ok);
  CHECK(status("CIM_ReplicationService", "CreateElementReplica", service_path("east")) ==
        cim::CimStatus::Ok);
  CHECK(status("CIM_ReplicationService", "CreateElementReplica", service_path("north")) ==
        cim::CimStatus::NotFound);
  CHECK(status("CIM_Nothing", "CreateElementReplica") == cim::CimStatus::InvalidClass);
  CHECK(status("CIM_ReplicationService", "Melt") == cim::CimStatus::MethodNotFound);
  CHECK(status("CIM_StorageVolume", "CreateElementReplica", volume_path("east/vol1")) ==
        cim::CimStatus::MethodNotFound);
  CHECK(status("CIM_ConcreteJob", "RequestStateChange") == cim::CimStatus::NotFound);
  CHECK(status("CIM_ConcreteJob", "RequestStateChange", job_path("east", {7})) ==
        cim::CimStatus::NotFound);
  CHECK(status("CIM_ConcreteJob", "RequestStateChange", job_path("east", {1})) ==
        cim::CimStatus::Ok);
}

}  // namespace replsim::services::test
