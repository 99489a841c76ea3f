// Each property of ReplicationSettingData in both methods, as MOF and as CIM-XML.
// EVIDENCE: rulings R1 (1) to (3), R18; cim_synchronized.md section 3
#include "model/cim/setting_rules.h"
#include "tests/catch.h"
#include "tests/services/sample.h"

namespace replsim::services::test {
namespace {

constexpr std::string_view create = "CreateElementReplica";
constexpr std::string_view modify = "ModifyReplicaSynchronization";

std::string type_of(const std::string& property) {
  const auto* info = cim::find_class("CIM_ReplicationSettingData")->find_property(property);
  return std::string(info == nullptr ? "uint16" : cim::name(info->type));
}

std::string as_mof(const std::string& property, const std::string& value) {
  const bool quoted = type_of(property) == "datetime" || type_of(property) == "string";
  const std::string quote = quoted ? "\"" : "";
  return "instance of CIM_ReplicationSettingData { " + property + " = " + quote + value + quote +
         "; };";
}

std::string as_xml(const std::string& property, const std::string& value) {
  return "<INSTANCE CLASSNAME=\"CIM_ReplicationSettingData\"><PROPERTY NAME=\"" + property +
         "\" TYPE=\"" + type_of(property) + "\"><VALUE>" + value + "</VALUE></PROPERTY></INSTANCE>";
}

/// Codes of the refusal in both methods; 0 = the checks let it pass.
struct Row {
  std::string property;
  std::string value;
  std::uint32_t creating;
  std::uint32_t modifying;
};

std::uint32_t code_of(const Sample& sample, std::string_view method, const std::string& setting) {
  Arguments arguments = method == create ? good_create() : sample.good_modify();
  arguments.emplace_back("ReplicationSettingData", text(setting));
  const auto refusal = sample.refusal(std::string(method), arguments);
  if (!refusal) return 0;
  CHECK(refusal->status == cim::CimStatus::Ok);
  CHECK_FALSE(refusal->error->message.empty());
  return refusal->code;
}

const std::vector<Row> table = {
    {"InstanceID", "x", 0, 0},
    {"ElementName", "x", 0, 0},
    {"ChangeableType", "2", 0, 0},
    {"ChangeableType", "9", 5, 5},
    {"Colour", "2", 5, 5},
    {"Pairing", "3", 0, 0},
    {"Pairing", "7", 5, 5},
    {"Pairing", "40000", 5, 5},
    {"UnequalGroupsAction", "3", 0, 0},
    {"DesiredCopyMethodology", "2", 0, 0},
    {"DesiredCopyMethodology", "3", 0, 0},
    {"DesiredCopyMethodology", "8", 5, 5},
    {"DesiredCopyMethodology", "32768", 5, 5},
    {"TargetElementSupplier", "4", 0, 0},
    {"TargetElementSupplier", "3", 0, 5},
    {"TargetElementSupplier", "2", 0, 5},
    {"TargetElementSupplier", "1", 5, 5},
    {"TargetElementSupplier", "5", 5, 5},
    {"ThinProvisioningPolicy", "7", 0, 0},
    {"ThinProvisioningPolicy", "6", 0, 5},
    {"ThinProvisioningPolicy", "5", 0, 5},
    {"ThinProvisioningPolicy", "4", 0, 5},
    {"ThinProvisioningPolicy", "3", 5, 5},
    {"ThinProvisioningPolicy", "2", 5, 5},
    {"ConsistentPointInTime", "true", 0, 0},
    {"DeltaUpdateInterval", "00000000000000.000000:000", 0, 0},
    {"DeltaUpdateInterval", "00000000000500.000000:000", 5, 5},
    {"DeltaUpdateInterval", "20000101000000.000000+000", 5, 5},
    {"Multihop", "1", 0, 0},
    {"Multihop", "2", 5, 5},
    {"OnGroupOrListError", "2", 0, 0},
    {"CopyRecoveryMode", "2", 0, 0},
    {"CopyRecoveryMode", "4", 0, 0},
    {"CopyRecoveryMode", "3", 0, 5},
    {"CopyRecoveryMode", "0", 5, 5},
    {"CopyRecoveryMode", "true", 5, 5},
    {"DeltaUpdateBlocks", "0", 0, 0},
    {"DeltaUpdateBlocks", "9", 5, 5},
    {"FailedCopyStopsHostIO", "false", 0, 0},
    {"FailedCopyStopsHostIO", "true", 0, 5},
    {"UnequalListsAction", "4", 0, 0},
    {"ReadOnly", "3", 0, 0},
    {"ReadOnly", "2", 5, 5},
    {"CopyPriority", "0", 0, 0},
    {"CopyPriority", "4", 0, 5},
    {"CopyPriority", "5", 5, 5},
    {"StorageCompressionPolicy", "5", 0, 0},
    {"StorageCompressionPolicy", "2", 5, 5},
    {"AutoDelete", "true", 5, 5},
    {"RRCHardwareCompressionEnabled", "true", 5, 5},
    {"RRCSoftwareCompressionEnabled", "false", 0, 0},
    {"TargetElementGoal", "3", 0, 5},
    {"TargetElementResourcePool", "2", 0, 0},
    {"TargetElementResourcePool", "3", 5, 5},
    {"TimeBeforeRemoval", "00000000000500.000000:000", 5, 5},
    {"ConsistencyExempt", "true", 0, 0},
    {"ConsistentAsyncCopy", "true", 5, 0},
    {"DesiredRPO", "00000000000500.000000:000", 0, 0},
    {"DesiredRPO", "20000101000000.000000+000", 5, 5},
    {"MaximumSkew", "1", 5, 5},
};

}  // namespace

TEST_CASE("Each setting has its code in both methods and in both forms", "[services][settings]") {
  const Sample sample;
  for (const Row& row : table) {
    INFO(row.property << " = " << row.value);
    for (const std::string& setting :
         {as_mof(row.property, row.value), as_xml(row.property, row.value)}) {
      CHECK(code_of(sample, create, setting) == row.creating);
      CHECK(code_of(sample, modify, setting) == row.modifying);
    }
  }
  for (const cim::SettingRule& rule : cim::setting_rules()) {
    if (rule.use == cim::SettingUse::Identity || rule.property == "ComponentSetting") continue;
    const auto named = [&](const Row& row) { return row.property == rule.property; };
    INFO(rule.property);
    CHECK(std::ranges::any_of(table, named));
  }
}

TEST_CASE("Parts of a setting are refused, none and NULL are not", "[services][settings]") {
  const Sample sample;
  const auto setting = [](const std::string& parts) {
    return "instance of CIM_ReplicationSettingData { ComponentSetting = " + parts + "; };";
  };
  CHECK(code_of(sample, create, setting("{ }")) == 0);
  CHECK(code_of(sample, create, setting("NULL")) == 0);
  CHECK(code_of(sample, create, setting("{ instance of CIM_SettingData { } }")) == 5);
}

TEST_CASE("A property of a newer schema is malformed in an older one", "[services][settings]") {
  Sample sample;
  sample.profile.schema = cim::SchemaVersion::V2_28;
  CHECK(code_of(sample, create, as_mof("CopyPriority", "3")) == 5);
  CHECK(code_of(sample, create, as_mof("CopyRecoveryMode", "3")) == 0);
}

TEST_CASE("Settings that contradict the call are refused by their own name",
          "[services][settings]") {
  Sample sample;
  const auto judge = [&](const std::string& property, const std::string& value,
                         Arguments arguments) {
    arguments.emplace_back("ReplicationSettingData", text(as_mof(property, value)));
    const auto refusal = sample.refusal("CreateElementReplica", arguments);
    if (!refusal) return std::string();
    CHECK(refusal->code == 5);
    return refusal->error->rule;
  };
  const Arguments onto = {{"SyncType", u16(6)},
                          {"SourceElement", volume("east/vol1")},
                          {"TargetElement", volume("east/vol2")}};
  const Arguments local = {{"SyncType", u16(6)}, {"SourceElement", volume("east/vol2")}};
  const std::string supplier = "ReplicationSettingData/TargetElementSupplier";
  CHECK(judge("TargetElementSupplier", "1", onto).empty());
  CHECK(judge("TargetElementSupplier", "5", onto).empty());
  CHECK(judge("TargetElementSupplier", "2", onto) == supplier);
  CHECK(judge("TargetElementSupplier", "1", local) == supplier);
  const std::string source_pool = "ReplicationSettingData/TargetElementResourcePool";
  CHECK(judge("TargetElementResourcePool", "3", local).empty());
  CHECK(judge("TargetElementResourcePool", "3", onto) == source_pool);
  Arguments elsewhere = local;
  elsewhere.emplace_back("TargetPool", pool("west/pool1"));
  CHECK(judge("TargetElementResourcePool", "3", elsewhere) == source_pool);
  const std::string policy = "ReplicationSettingData/ThinProvisioningPolicy";
  CHECK(judge("ThinProvisioningPolicy", "2", local) == policy);
  CHECK(judge("ThinProvisioningPolicy", "4", onto) == policy);
  sample.pool_one.thin = true;  // vol2 lies in it
  CHECK(judge("ThinProvisioningPolicy", "2", local).empty());
  CHECK(judge("ThinProvisioningPolicy", "4", local) == policy);
  sample.profile.modes.insert(3);
  sample.profile.replication_types.insert(3);
  Arguments later = local;
  later.emplace_back("Mode", u16(3));
  CHECK(judge("ConsistentAsyncCopy", "true", later).empty());
  CHECK(judge("DesiredRPO", "00000000000500.000000:000", later) ==
        "ReplicationSettingData/DesiredRPO");
}

TEST_CASE("What the settings ask for reaches the engine", "[services][settings]") {
  Sample sample;
  sample.pool_one.thin = true;
  cim::MethodCall call;
  call.method = "CreateElementReplica";
  call.class_name = "CIM_ReplicationService";
  call.arguments = {{"SyncType", u16(6)},
                    {"SourceElement", volume("east/vol2")},
                    {"ReplicationSettingData",
                     text("instance of CIM_ReplicationSettingData { CopyRecoveryMode = 3; "
                          "CopyPriority = 3; FailedCopyStopsHostIO = true; "
                          "ThinProvisioningPolicy = 3; TargetElementResourcePool = 3; };")}};
  const ArrayFacts now = sample.facts();
  const FoundMethod found = find_method(now, call);
  CheckedCall checked{call, *found.method, sample.profile, now, std::nullopt};
  checked.settings = read_settings(checked);
  const engine::CreateRequest request = create_request(checked);
  CHECK(request.settings.recovery == cim::CopyRecoveryMode::Manual);
  CHECK(request.settings.priority == cim::CopyPriority::High);
  CHECK(request.settings.failed_copy_stops_host_io);
  CHECK(request.provisioning == engine::Provisioning::Full);
  CHECK(request.target_pool == "pool1");
}

// EVIDENCE: cim_replication_service.md, CreateElementReplica: TargetSettingGoal
TEST_CASE("A goal that exists is taken, unless a target is given", "[services][settings]") {
  const Sample sample;
  const cim::Value goal = cim::Value::reference(default_settings_path("east"));
  Arguments arguments = good_create();
  arguments.emplace_back("TargetSettingGoal", goal);
  CHECK_FALSE(sample.refusal("CreateElementReplica", arguments).has_value());
  Arguments onto = {{"SyncType", u16(6)},
                    {"SourceElement", volume("east/vol1")},
                    {"TargetElement", volume("east/vol2")},
                    {"TargetSettingGoal", goal}};
  const auto refusal = sample.refusal("CreateElementReplica", onto);
  REQUIRE(refusal.has_value());
  CHECK(refusal->code == 5);
  CHECK(refusal->error->rule == "CreateElementReplica/target-and-pool");
}

}  // namespace replsim::services::test
