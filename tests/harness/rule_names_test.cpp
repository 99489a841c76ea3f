// Which names `evidence` and `allow` may have.
// EVIDENCE: language.md/4 evidence, allow
#include "harness/rule_names.h"

#include "tests/catch.h"

namespace replsim::harness {
namespace {

std::string named(std::string_view name) {
  return evidence_rule(name).value_or("");
}

bool hints(std::string_view name, std::string_view part) {
  const auto rule = evidence_rule(name);
  return !rule && rule.error().find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("evidence names what a run can count, each in one spelling", "[harness][rules]") {
  CHECK(named("ModifyReplicaSynchronization") == "ModifyReplicaSynchronization");
  CHECK(named("ModifyReplicaSynchronization/Resync Replica") ==
        "ModifyReplicaSynchronization/Resync Replica");
  CHECK(named("ModifyReplicaSynchronization/4096") ==
        named("ModifyReplicaSynchronization/Job Started"));
  CHECK(named("ModifyReplicaSynchronization/Failed") == named("ModifyReplicaSynchronization/4"));
  CHECK(named("CreateElementReplica/Mirror") == "CreateElementReplica/Mirror");
  CHECK(named("CreateElementReplica/CIM_ERR_INVALID_PARAMETER") ==
        "CreateElementReplica/CIM_ERR_INVALID_PARAMETER");
  for (const auto* name : {"CopyState/Synchronized", "CopyState/SYN", "Synchronized", "SYN"}) {
    CHECK(named(name) == "CopyState/Synchronized");
  }
  for (const auto* name : {"SYN->FRA", "Synchronized->Fractured", "SYN -> Fractured"}) {
    CHECK(named(name) == "Synchronized->Fractured");
  }
  CHECK(named("CREATE->INI") == "CREATE->Initialized");
  CHECK(named("Synchronized->REMOVED") == "Synchronized->REMOVED");
  CHECK(named("A22") == "A22");
  CHECK(named("operator/wrong-side") == "operator/wrong-side");
}

TEST_CASE("evidence that no run could count is refused with the right name", "[harness][rules]") {
  CHECK(hints("Fracture", "`ModifyReplicaSynchronization/Fracture`"));
  CHECK(hints("4096", "`ModifyReplicaSynchronization/4096`"));
  CHECK(hints("Fracture in Synchronized", "`ModifyReplicaSynchronization/Fracture`"));
  CHECK(hints("operator/skipp", "`skip`"));
  CHECK(hints("A7", "not evaluated"));
  CHECK(hints("Foo->Synchronized", "one of"));
  CHECK(hints("Broken->Prepared", "no edge"));
  CHECK(hints("CopyState/Synchronised", "`Synchronized`"));
  CHECK(hints("ModifyReplicaSynchronization/Fractur", "`Fracture`"));
  CHECK(hints("ModifyReplicaSynchronisation/Fracture", "`ModifyReplicaSynchronization`"));
  for (const auto* name :
       {"", "A99", "fence-policy", "->", "/", "CopyState/", "Mirror/Split/SYN"}) {
    CAPTURE(name);
    CHECK_FALSE(evidence_rule(name));
  }
}

TEST_CASE("allow lifts invariants, edges and return codes", "[harness][rules]") {
  CHECK(allow_rule("A23") == "A23");
  CHECK(allow_rule("return-code") == "return-code");
  CHECK(allow_rule("SYN -> SUS") == "Synchronized->Suspended");
  CHECK(allow_rule("Broken->Prepared") == "Broken->Prepared");
  for (const auto* name : {"Foo->Bar", "A7", "SYN->SYN", "Synchronized", "B99"}) {
    CAPTURE(name);
    CHECK_FALSE(allow_rule(name));
  }
  CHECK(edge_codes("Synchronized->Suspended") == "SYN -> SUS");
  CHECK(edge_codes("A23").empty());
}

}  // namespace replsim::harness
