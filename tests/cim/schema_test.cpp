// The schema tables: complete in themselves, and equal to the documents where they matter.
#include "model/cim/schema.h"

#include <set>
#include <string>

#include "model/cim/enumeration_tables.h"
#include "tests/catch.h"

namespace replsim::cim {
namespace {

std::vector<std::string> parameter_names(std::string_view class_name, std::string_view method,
                                         SchemaVersion schema) {
  std::vector<std::string> names;
  for (const ParameterInfo& row : find_class(class_name)->find_method(method)->parameters) {
    if (row.since <= schema) names.emplace_back(row.name);
  }
  return names;
}

}  // namespace

TEST_CASE("enumerations are named once and hold each value and name once", "[cim][schema]") {
  std::set<std::string_view> names;
  for (const Enumeration* table : enumerations()) {
    CAPTURE(table->name);
    CHECK(names.insert(table->name).second);
    CHECK(find_enumeration(table->name) == table);
    std::set<std::uint32_t> values;
    std::set<std::string_view> words;
    for (const EnumValue& row : table->values) {
      CAPTURE(row.name);
      CHECK(values.insert(row.value).second);
      CHECK(words.insert(row.name).second);
      if (!row.short_name.empty()) CHECK(words.insert(row.short_name).second);
      CHECK(row.source.starts_with("[spec] "));
      if (table != &feature_enumeration) CHECK_FALSE(row.meaning.empty());
    }
    CHECK(table->values.size() > 0);
  }
  CHECK(find_enumeration("Nonsense") == nullptr);
}

TEST_CASE("classes derive from known classes and keep what they inherit", "[cim][schema]") {
  std::set<std::string_view> names;
  for (const ClassInfo& info : classes()) {
    CAPTURE(info.name);
    CHECK(names.insert(info.name).second);
    const ClassInfo* base = info.superclass.empty() ? nullptr : find_class(info.superclass);
    CHECK((info.superclass.empty() || base != nullptr));
    if (base != nullptr) {
      for (const PropertyInfo& row : base->properties) {
        CAPTURE(row.name);
        CHECK(info.find_property(row.name) != nullptr);
      }
    }
  }
}

TEST_CASE("properties are unique, explained, and refer to known classes", "[cim][schema]") {
  for (const ClassInfo& info : classes()) {
    std::set<std::string_view> names;
    for (const PropertyInfo& row : info.properties) {
      CAPTURE(info.name, row.name);
      CHECK(names.insert(row.name).second);
      CHECK_FALSE(row.meaning.empty());
      if (!row.class_name.empty()) CHECK(find_class(row.class_name) != nullptr);
      if (row.type == Type::Reference) CHECK_FALSE(row.class_name.empty());
      if (row.enumeration != nullptr) CHECK(row.type == Type::Uint16);
    }
  }
}

TEST_CASE("methods refer to known classes and have return codes", "[cim][schema]") {
  for (const ClassInfo& info : classes()) {
    for (const MethodInfo& method : info.methods) {
      CAPTURE(info.name, method.name);
      CHECK(method.class_name == info.name);
      REQUIRE(method.return_codes != nullptr);
      CHECK((method.return_codes->find(4096U) != nullptr) ==
            (method.may_start_job || method.name == "RequestStateChange"));
      for (const ParameterInfo& row : method.parameters) {
        CAPTURE(row.name);
        if (!row.class_name.empty()) CHECK(find_class(row.class_name) != nullptr);
      }
    }
  }
}

// EVIDENCE: cim_replication_service.md, CreateElementReplica
TEST_CASE("CreateElementReplica has the documents' parameters in their order", "[cim][schema]") {
  const std::vector<std::string> of_2_28 = {"ElementName",
                                            "SyncType",
                                            "Mode",
                                            "SourceElement",
                                            "SourceAccessPoint",
                                            "TargetElement",
                                            "TargetAccessPoint",
                                            "ReplicationSettingData",
                                            "Job",
                                            "Synchronization",
                                            "TargetSettingGoal",
                                            "TargetPool",
                                            "WaitForCopyState"};
  std::vector<std::string> of_2_49 = of_2_28;
  of_2_49.insert(of_2_49.end(), {"ConnectivityCollection", "Collections"});
  for (const std::string_view service :
       {"CIM_ReplicationService", "MSISCSITARGET_ReplicationService"}) {
    CHECK(parameter_names(service, "CreateElementReplica", SchemaVersion::V2_28) == of_2_28);
    CHECK(parameter_names(service, "CreateElementReplica", SchemaVersion::V2_49) == of_2_49);
  }
  const MethodInfo& method =
      *find_class("CIM_ReplicationService")->find_method("CreateElementReplica");
  std::set<std::string_view> required;
  for (const ParameterInfo& row : method.parameters) {
    if (row.required) required.insert(row.name);
  }
  CHECK(required == std::set<std::string_view>{"SyncType", "SourceElement"});
  CHECK(method.find("TargetElement")->direction == Direction::InOut);
  CHECK(method.find("Mode")->enumeration == &mode_enumeration);
  CHECK(method.find("ReplicationSettingData")->class_name == "CIM_ReplicationSettingData");
}

// EVIDENCE: cim_replication_service.md, ModifyReplicaSynchronization
TEST_CASE("ModifyReplicaSynchronization has the documents' parameters in their order",
          "[cim][schema]") {
  const std::vector<std::string> of_2_28 = {
      "Operation",     "Synchronization", "ReplicationSettingData", "SyncPair", "Job",
      "SettingsState", "Force",           "WaitForCopyState"};
  std::vector<std::string> of_2_41 = of_2_28;
  of_2_41.emplace_back("UpdatedSynchronization");
  const std::string_view service = "CIM_ReplicationService";
  const std::string_view method = "ModifyReplicaSynchronization";
  CHECK(parameter_names(service, method, SchemaVersion::V2_28) == of_2_28);
  CHECK(parameter_names(service, method, SchemaVersion::V2_41) == of_2_41);
  CHECK(find_class(service)->find_method(method)->find("SyncPair")->array);
}

// EVIDENCE: cim_synchronized.md sections 3 and 5
TEST_CASE("the association has its two ends as keys and gained RPO and Skew", "[cim][schema]") {
  const ClassInfo& info = *find_class("CIM_StorageSynchronized");
  std::vector<std::string_view> keys;
  for (const PropertyInfo& row : info.properties) {
    if (row.key) keys.push_back(row.name);
  }
  CHECK(keys == std::vector<std::string_view>{"SystemElement", "SyncedElement"});
  CHECK(info.find_property("RPO")->since == SchemaVersion::V2_41);
  CHECK(info.find_property("Skew")->since == SchemaVersion::V2_41);
  CHECK(info.find_property("CopyState")->enumeration == &copy_state_enumeration);
  CHECK(info.find_property("WhenSynchronized")->type == Type::DateTime);
  CHECK(info.properties.size() == 26);
}

TEST_CASE("derivation is followed to the root", "[cim][schema]") {
  CHECK(is_a("MSISCSITARGET_StorageVolume", "CIM_StorageVolume"));
  CHECK(is_a("MSISCSITARGET_StorageVolume", "CIM_LogicalElement"));
  CHECK(is_a("MSISCSITARGET_ReplicationService", "CIM_ReplicationService"));
  CHECK(is_a("CIM_StoragePool", "CIM_ResourcePool"));
  CHECK(is_a("CIM_StorageSynchronized", "CIM_Synchronized"));
  CHECK_FALSE(is_a("CIM_StorageVolume", "MSISCSITARGET_StorageVolume"));
  CHECK_FALSE(is_a("CIM_StoragePool", "CIM_Synchronized"));
  CHECK_FALSE(is_a("Nonsense", "Nonsense"));
}

}  // namespace replsim::cim
