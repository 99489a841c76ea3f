// What `explain` says: one rule per cell with the expected confidence, subjects as people write.
#include "model/cim/rules.h"

#include <set>

#include "model/cim/enumeration_tables.h"
#include "model/cim/transition_table.h"
#include "tests/cim/csv.h"

namespace replsim::cim {
namespace {

std::string only_text(std::string_view subject) {
  const std::vector<Rule> rules = explain(subject);
  REQUIRE(rules.size() == 1);
  return rules.front().text;
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

// EVIDENCE: operation_matrix.md, table Mirror
TEST_CASE("every Mirror cell is explained with the expected confidence", "[cim][rules]") {
  const std::vector<CsvRow> expected = read_expected("operation_matrix.csv", "Mirror");
  REQUIRE(expected.size() == 330);
  for (CsvRow row : expected) {
    const std::string state = row["start_copystate"].substr(0, row["start_copystate"].find('('));
    const std::vector<Rule> rules = explain(row["op_name"] + " in " + state);
    CAPTURE(row["op_name"], state);
    REQUIRE(rules.size() == 1);
    CHECK(name(rules.front().confidence) == row["confidence"]);
    CHECK(rules.front().subject == row["op_name"] + " in " + state);
    CHECK(contains(rules.front().source, "cell " + row["code"] + ", " + row["reason_id"]));
  }
}

TEST_CASE("a cell's sentence follows from its row", "[cim][rules]") {
  CHECK(only_text("Fracture in Unsynchronized") ==
        "Fracture in Unsynchronized goes to Fractured, only with Force, else refused (4). With an "
        "Inconsistent target image it needs Force; with none it is refused (4). Target would be an "
        "inconsistent mix; Hitachi accepts it without force, DRBD would call it Inconsistent.");
  CHECK(contains(only_text("Resync Replica in FRA"), "goes over Unsynchronized to Synchronized."));
  CHECK(contains(only_text("Resync Replica in Invalid"), "After a split brain it needs Force."));
  CHECK(
      contains(only_text("Dissolve in Split"), "leaves an aspect of the point in time. No aspect"));
  CHECK(contains(only_text("Detach in Broken"), "removes the association; both elements stay"));
  CHECK(contains(only_text("Failover in Failedover"), "is accepted, returns 0 and does nothing."));
  CHECK(contains(only_text("Reset To Sync in Split"), "is accepted and keeps the state."));
  CHECK(contains(only_text("Return To ResourcePool in Split"), "not supported for Mirror (1)."));
  CHECK(contains(only_text("AddSyncPair in Split"), "is an invalid parameter (5)."));
}

// EVIDENCE: rulings, first lines
TEST_CASE("a rule carries mark and weight", "[cim][rules]") {
  const Rule rule = explain_cell(Operation::Activate, CopyState::Broken).value();
  CHECK(rule.confidence == Confidence::Spec);
  CHECK(rule.weight == Confidence::SpecDerived);
  CHECK_FALSE(explain_cell(Operation::Prepare, CopyState::Broken).has_value());
  CHECK_FALSE(explain_cell(SyncType::Clone, Operation::Abort, CopyState::Broken).has_value());
}

TEST_CASE("operations, states, codes and methods are explained", "[cim][rules]") {
  CHECK(contains(only_text("Failback"), "For a Mirror accepted in: Failedover."));
  CHECK(contains(only_text("Suspend"),
                 "Unsynchronized, Synchronized, Suspended, Partitioned (Force)."));
  CHECK(contains(only_text("Synchronized"), "Hosts at the target of a Mirror: read only"));
  CHECK(contains(only_text("CopyState/Fractured"), "Fractured (6):"));
  CHECK(contains(only_text("4096"), "4096 Method Parameters Checked - Job Started"));
  CHECK(only_text("Job Started") == only_text("4096"));
  CHECK(contains(only_text("CreateElementReplica"), "SyncType (required), Mode, SourceElement"));
  CHECK(contains(only_text("ModifyReplicaSynchronization/Fracture"), "Fracture (12):"));
  CHECK(contains(only_text("ModifyReplicaSynchronization/2"), "2 Unspecified Error:"));
  CHECK(contains(only_text("CreateElementReplica/In Use"), "6 In Use:"));
  CHECK(contains(only_text("RequestStateChange/4097"), "Invalid State Transition"));
  CHECK(contains(only_text("suspended-target-access"), "Values: read-only, read-write. Default"));
  CHECK(explain("Split").size() == 2);
}

// EVIDENCE: state_graph.md, Mirror
TEST_CASE("an edge is explained by each of its causes", "[cim][rules]") {
  CHECK(explain("Synchronized->Split").size() == 1);
  CHECK(explain("SYN->UNS").size() == 2);
  CHECK(contains(only_text("Unsynchronized->RES"), "event \"Restore finished"));
  CHECK(contains(only_text("SYN->FRA"), "operation Fracture."));
  CHECK(explain("CREATE->SYN").size() == 1);
  CHECK(explain("Split->Fractured").empty());
}

TEST_CASE("what nobody knows has no rule", "[cim][rules]") {
  for (const std::string_view subject :
       {"", "Frature", "Fracture in Nowhere", "Fly in Split", "->", "Split->", "A/B",
        "CreateElementReplica/Fracture", "CreateElementReplica/77", "4095", "CopyState/None",
        "99999999999999999999"}) {
    CAPTURE(subject);
    CHECK(explain(subject).empty());
  }
}

}  // namespace replsim::cim
