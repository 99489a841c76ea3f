// The shipped profile and the knobs.
#include "model/cim/profile_defaults.h"

#include <algorithm>

#include "model/cim/enumeration_tables.h"
#include "tests/catch.h"

namespace replsim::cim {

TEST_CASE("the shipped profile offers synchronous mirrors, local and remote", "[cim][profile]") {
  const Profile profile = default_profile();
  CHECK(profile.name == "mirror");
  CHECK(profile.schema == SchemaVersion::V2_49);
  CHECK(profile.sync_types == std::set<std::uint16_t>{6});
  CHECK(profile.modes == std::set<std::uint16_t>{2, 3});
  CHECK(profile.replication_types == std::set<std::uint16_t>{2, 3, 4, 5});
  CHECK(profile.operations ==
        std::set<std::uint16_t>{2, 4, 7, 8, 9, 10, 11, 12, 14, 15, 16, 17, 18, 20, 21, 22, 23});
  CHECK(profile.methods == std::set<std::string>{"CreateElementReplica", "GetError",
                                                 "ModifyReplicaSynchronization",
                                                 "RequestStateChange"});
  CHECK(profile.knobs.empty());
}

TEST_CASE("the shipped profile restricts no operation by a feature", "[cim][profile]") {
  const Profile profile = default_profile();
  for (const std::uint16_t feature : profile.features) {
    const EnumValue* row = feature_enumeration.find(feature);
    REQUIRE(row != nullptr);
    CAPTURE(row->name);
    CHECK(row->name.find("operation requires") == std::string_view::npos);
    CHECK(row->name.find("must remain") == std::string_view::npos);
  }
}

TEST_CASE("a knob's fallback is one of its values", "[cim][profile]") {
  for (const Knob& knob : knobs()) {
    CAPTURE(knob.name);
    CHECK(find_knob(knob.name) == &knob);
    CHECK(knob.name.find('_') == std::string_view::npos);
    CHECK_FALSE(knob.meaning.empty());
    CHECK(knob.source.starts_with("["));
    const bool by_words = knob.type == KnobType::Choice || knob.type == KnobType::Truth;
    CHECK(by_words == !knob.choices.empty());
    if (by_words) {
      CHECK(std::find(knob.choices.begin(), knob.choices.end(), knob.fallback) !=
            knob.choices.end());
    }
  }
  CHECK(find_knob("suspended_target_access") == nullptr);
}

// EVIDENCE: rulings R12, R18
TEST_CASE("a profile overrides a knob", "[cim][profile]") {
  Profile profile = default_profile();
  CHECK(knob_value(profile, "suspended-target-access") == "read-only");
  profile.knobs["suspended-target-access"] = "read-write";
  CHECK(knob_value(profile, "suspended-target-access") == "read-write");
  CHECK(knob_value(profile, "no-such-knob").empty());
}

}  // namespace replsim::cim
