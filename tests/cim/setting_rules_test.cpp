// EVIDENCE: cim_synchronized.md section 3, CIM_ReplicationSettingData; rulings R18
#include "model/cim/setting_rules.h"

#include "model/cim/rules.h"
#include "model/cim/schema.h"
#include "tests/catch.h"

namespace replsim::cim {

TEST_CASE("every property of the setting data has one row, in the order of the class",
          "[cim][settings]") {
  const ClassInfo* info = find_class("CIM_ReplicationSettingData");
  REQUIRE(info != nullptr);
  REQUIRE(setting_rules().size() == info->properties.size());
  for (std::size_t i = 0; i < info->properties.size(); ++i) {
    CHECK(setting_rules()[i].property == info->properties[i].name);
  }
}

TEST_CASE("what a row names is on the property's scale, its default among what it takes",
          "[cim][settings]") {
  const ClassInfo* info = find_class("CIM_ReplicationSettingData");
  for (const SettingRule& row : setting_rules()) {
    CAPTURE(row.property);
    CHECK_FALSE(row.text.empty());
    CHECK_FALSE(row.source.empty());
    const PropertyInfo& property = *info->find_property(row.property);
    for (const SettingValues& taken : {row.at_creation, row.afterwards}) {
      for (const std::uint64_t value : taken.values) {
        if (property.enumeration == nullptr) continue;
        CHECK(property.enumeration->find(static_cast<std::uint32_t>(value)) != nullptr);
      }
      if (row.fallback) CHECK(taken.take(*row.fallback));
    }
  }
}

TEST_CASE("explain tells a setting by its name, alone or behind its parameter", "[cim][settings]") {
  const auto rules = explain("ReplicationSettingData/FailedCopyStopsHostIO");
  REQUIRE(rules.size() == 1);
  CHECK(rules.front().confidence == Confidence::Spec);
  CHECK(rules.front().text.find("boolean, since schema 2.28") != std::string::npos);
  CHECK(explain("MaximumSkew").front().text.find("nothing but NULL") != std::string::npos);
  CHECK(explain("CopyRecoveryMode").front().text.find("Automatic, Manual") != std::string::npos);
  CHECK(explain("ReplicationSettingData/Colour").empty());
}

}  // namespace replsim::cim
