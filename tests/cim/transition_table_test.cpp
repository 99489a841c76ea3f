// The Mirror matrix against fixtures/expected/operation_matrix.csv, and what the rulings add.
#include "model/cim/transition_table.h"

#include "model/cim/reasons.h"
#include "tests/cim/csv.h"

namespace replsim::cim {
namespace {

std::string expected_codes(const Transition& row) {
  const std::string code = std::to_string(number(return_code(row)));
  const bool may_be_job = row.outcome == Outcome::Path || row.outcome == Outcome::Same;
  return may_be_job ? code + "|4096" : code;
}

std::string final_text(const Transition& row) {
  switch (row.fate) {
    case Fate::Keep: return std::string(short_code(row.final_state.value()));
    case Fate::Remove: return "REMOVED";
    case Fate::RemoveLeaveAspect: return "REMOVED+ASPECT";
    case Fate::RemoveFreeTarget: return "REMOVED+TARGET_FREED";
  }
  return {};
}

std::string guard_text(Guard guard) {
  switch (guard) {
    case Guard::None: return "";
    case Guard::Image: return "image";
    case Guard::ForceIfSplitBrain: return "force if split brain";
  }
  return {};
}

}  // namespace

// EVIDENCE: operation_matrix.md, table Mirror
TEST_CASE("every Mirror cell equals the expected table", "[cim][transitions]") {
  const std::vector<CsvRow> expected = read_expected("operation_matrix.csv", "Mirror");
  REQUIRE(expected.size() == 330);
  REQUIRE(transitions(SyncType::Mirror).size() == expected.size());
  for (CsvRow row : expected) {
    const auto operation = static_cast<Operation>(std::stoi(row["op_value"]));
    const std::string& start = row["start_copystate"];
    const auto state = static_cast<CopyState>(std::stoi(start.substr(start.find('(') + 1)));
    CAPTURE(row["op_name"], start);
    const Transition* cell = find_transition(SyncType::Mirror, state, operation);
    REQUIRE(cell != nullptr);
    CHECK(cell->from == state);
    CHECK(cell->operation == operation);
    CHECK(name(operation) == row["op_name"]);
    CHECK(start.starts_with(std::string(name(state)) + "("));
    CHECK(cell_code(*cell) == row["code"]);
    CHECK((cell->via ? short_code(*cell->via) : std::string_view{}) == row["via"]);
    CHECK(final_text(*cell) == row["final"]);
    CHECK((cell->force_required ? "1" : "0") == row["force_required"]);
    CHECK(expected_codes(*cell) == row["return_code"]);
    CHECK(name(cell->confidence) == row["confidence"]);
    CHECK(cell->reason == row["reason_id"]);
    CHECK(guard_text(cell->guard) == row["guard"]);
  }
}

TEST_CASE("every cell names a reason whose kind fits its mark", "[cim][transitions]") {
  for (const Transition& row : transitions(SyncType::Mirror)) {
    CAPTURE(row_name(row));
    const Reason* reason = find_reason(row.reason);
    REQUIRE(reason != nullptr);
    CHECK_FALSE(reason->text.empty());
    if (row.confidence == Confidence::Spec) CHECK(reason->kind == ReasonKind::Specification);
    if (row.confidence == Confidence::Vendor) CHECK(reason->kind == ReasonKind::Vendor);
  }
  CHECK(reasons().size() == 91);
  CHECK(find_reason("S99") == nullptr);
}

// EVIDENCE: rulings, first lines
TEST_CASE("refusals from a sentence about something else weigh less than the schema",
          "[cim][transitions]") {
  const auto weight_of = [](CopyState state, Operation operation) {
    return weight(*find_transition(SyncType::Mirror, state, operation));
  };
  CHECK(weight_of(CopyState::Broken, Operation::Activate) == Confidence::SpecDerived);        // S2
  CHECK(weight_of(CopyState::Failedover, Operation::Split) == Confidence::SpecDerived);       // S7
  CHECK(weight_of(CopyState::Failedover, Operation::Detach) == Confidence::SpecDerived);      // S7
  CHECK(weight_of(CopyState::Synchronized, Operation::Failover) == Confidence::SpecDerived);  // S9
  CHECK(weight_of(CopyState::Partitioned, Operation::Failover) == Confidence::SpecDerived);   // S10
  CHECK(weight_of(CopyState::Restored, Operation::Resume) == Confidence::SpecDerived);        // S13
  CHECK(weight_of(CopyState::Split, Operation::ReverseRoles) == Confidence::SpecDerived);     // S18
  CHECK(weight_of(CopyState::Synchronized, Operation::Fracture) == Confidence::Spec);         // S12
  CHECK(weight_of(CopyState::Failedover, Operation::Failback) == Confidence::Spec);           // S11
  CHECK(weight_of(CopyState::Broken, Operation::Fracture) == Confidence::Vendor);
  CHECK(weight_of(CopyState::Initialized, Operation::Abort) == Confidence::Inferred);
}

// EVIDENCE: rulings R5
TEST_CASE("the target image sharpens guarded cells", "[cim][transitions]") {
  const auto effect = [](CopyState state, Operation operation, TargetImage image) {
    return guard_effect(*find_transition(SyncType::Mirror, state, operation), image);
  };
  for (const Transition& row : transitions(SyncType::Mirror)) {
    CHECK(guard_effect(row, TargetImage::Consistent) == GuardEffect::AsWritten);
  }
  CHECK(effect(CopyState::Broken, Operation::Failover, TargetImage::Inconsistent) ==
        GuardEffect::NeedsForce);
  CHECK(effect(CopyState::Broken, Operation::Failover, TargetImage::Never) == GuardEffect::Refuse);
  CHECK(effect(CopyState::Suspended, Operation::Fracture, TargetImage::Inconsistent) ==
        GuardEffect::NeedsForce);
  CHECK(effect(CopyState::Unsynchronized, Operation::Split, TargetImage::Never) ==
        GuardEffect::Refuse);
  CHECK(effect(CopyState::Fractured, Operation::RestoreFromReplica, TargetImage::Inconsistent) ==
        GuardEffect::Refuse);
  CHECK(effect(CopyState::Suspended, Operation::ReverseRoles, TargetImage::Inconsistent) ==
        GuardEffect::Refuse);
  CHECK(effect(CopyState::Split, Operation::Dissolve, TargetImage::Inconsistent) ==
        GuardEffect::NoAspect);
  CHECK(effect(CopyState::Synchronized, Operation::Failover, TargetImage::Never) ==
        GuardEffect::AsWritten);
}

TEST_CASE("what the table does not hold is not found", "[cim][transitions]") {
  CHECK(find_transition(SyncType::Mirror, CopyState::Mixed, Operation::Abort) == nullptr);
  CHECK(find_transition(SyncType::Mirror, CopyState::NotApplicable, Operation::Abort) == nullptr);
  CHECK(find_transition(SyncType::Mirror, CopyState::Prepared, Operation::Prepare) == nullptr);
  CHECK(find_transition(SyncType::Mirror, CopyState::Split, static_cast<Operation>(0)) == nullptr);
  CHECK(find_transition(SyncType::Mirror, static_cast<CopyState>(40), Operation::Abort) == nullptr);
  CHECK(find_transition(SyncType::Snapshot, CopyState::Synchronized, Operation::Abort) == nullptr);
  CHECK(matrix_states().size() == 15);
  CHECK(row_name(transitions(SyncType::Mirror).front()) == "Mirror/Abort/Initialized");
}

}  // namespace replsim::cim
