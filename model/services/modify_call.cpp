// The checks of ModifyReplicaSynchronization.
#include "model/services/modify_call.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>

#include "model/cim/operation_rules.h"
#include "model/services/queries.h"
#include "model/services/setting_checks.h"

namespace replsim::services {
namespace {

cim::Operation operation_of(const CheckedCall& call) {
  return static_cast<cim::Operation>(*call.number("Operation"));
}

const engine::RelationRecord& relation_of(const CheckedCall& call) {
  return *find_relation(call.facts, *call.path("Synchronization"));
}

/// The cell of the matrix; null for a state outside of it.
const cim::Transition* cell_of(const CheckedCall& call) {
  return cim::find_transition(cim::SyncType::Mirror, relation_of(call).state, operation_of(call));
}

bool cell_is(const CheckedCall& call, cim::Outcome outcome) {
  const cim::Transition* cell = cell_of(call);
  return cell != nullptr && cell->outcome == outcome;
}

/// An instance of another class than the one that relations have.
Verdict no_relation(const CheckedCall& call) {
  if (find_relation(call.facts, *call.path("Synchronization")) != nullptr) return std::nullopt;
  return Objection{"Synchronization is no association of this array"};
}

Verdict operation_not_offered(const CheckedCall& call) {
  const cim::Operation operation = operation_of(call);
  const cim::Transition* cell = cell_of(call);
  if (cell != nullptr && cell->outcome == cim::Outcome::NotSupported) {
    return Objection{
        fmt::format("{} is not offered for a mirror of elements", cim::name(operation)),
        cim::row_name(*cell)};
  }
  // On an element pair the operations of group pairs are wrong parameters, offered or not.
  if (cell_is(call, cim::Outcome::InvalidParameter)) return std::nullopt;
  if (cell != nullptr && call.profile.operations.contains(cim::number(operation))) {
    return std::nullopt;
  }
  return Objection{fmt::format("the provider does not offer {}", cim::name(operation))};
}

Verdict invalid_cell(const CheckedCall& call) {
  if (!cell_is(call, cim::Outcome::InvalidParameter)) return std::nullopt;
  return Objection{
      fmt::format("{} takes groups, not a pair of elements", cim::name(operation_of(call))),
      cim::row_name(*cell_of(call))};
}

Verdict sync_pair(const CheckedCall& call) {
  if (call.get("SyncPair").is_null()) return std::nullopt;
  return Objection{fmt::format("{} takes no SyncPair", cim::name(operation_of(call)))};
}

/// The operation sets the mode that is at work: nothing is to be done (R9).
bool mode_holds(const CheckedCall& call) {
  const cim::Operation operation = operation_of(call);
  const cim::Mode mode = relation_of(call).mode;
  return (operation == cim::Operation::ResetToSync && mode == cim::Mode::Synchronous) ||
         (operation == cim::Operation::ResetToAsync && mode == cim::Mode::Asynchronous);
}

/// The cell as it is for this relation.
cim::Transition sharpened(const CheckedCall& call) {
  cim::Transition cell = *cell_of(call);
  if (!cell.accepted()) return cell;
  if (mode_holds(call)) cell.outcome = cim::Outcome::Accept;
  if (cell.operation == cim::Operation::Abort && cell.final_state) {
    cell.final_state = engine::end_of_abort(relation_of(call));
  }
  return cell;
}

/// True when the operation could reach the state from some CopyState.
bool ever_reached(cim::Operation operation, cim::CopyState wait) {
  for (const cim::CopyState from : cim::matrix_states()) {
    const cim::Transition* row = cim::find_transition(cim::SyncType::Mirror, from, operation);
    if (row == nullptr || row->outcome != cim::Outcome::Path) continue;
    if (cim::judge_wait(*row, wait).kind != cim::WaitKind::Invalid) return true;
  }
  return false;
}

Verdict operation_wait(const CheckedCall& call) {
  const auto given = call.number("WaitForCopyState");
  if (!given) return std::nullopt;
  const auto state = static_cast<cim::CopyState>(*given);
  const cim::Transition cell = sharpened(call);
  // A cell that refuses anyway cannot be waited for; then only what the operation can never reach
  // counts, and the refusal for the state comes after it.
  const bool reachable = cell.accepted()
                             ? cim::judge_wait(cell, state).kind != cim::WaitKind::Invalid
                             : ever_reached(operation_of(call), state);
  const auto& offered = call.profile.wait_for_copy_state;
  if (reachable && (offered.empty() || offered.contains(cim::number(state)))) return std::nullopt;
  return Objection{
      fmt::format("{} cannot reach {}", cim::name(operation_of(call)), cim::name(state))};
}

Verdict other_settings(const CheckedCall& call) {
  return changed_settings(call, relation_of(call));
}

constexpr std::array<CheckRow, 15> modify_rows = {{
    {Stage::Values, "required-missing", missing},
    {Stage::Values, "reserved-value", reserved},
    {Stage::Values, "malformed-settings", malformed_settings},
    {Stage::Values, "wrong-class", wrong_class},
    {Stage::Values, "dead-reference", dead_reference},
    {Stage::Values, "dead-reference", no_relation},
    {Stage::Offered, "method", method_not_offered},
    {Stage::Offered, "vendor-value", vendor_value},
    {Stage::Offered, "operation", operation_not_offered},
    {Stage::Reachable, "cell", invalid_cell},
    {Stage::Reachable, "sync-pair", sync_pair},
    {Stage::Reachable, "wait", operation_wait},
    {Stage::Reachable, "settings", vendor_setting},
    {Stage::Reachable, "settings", later_settings},
    {Stage::Reachable, "settings", other_settings},
}};
static_assert(in_order_of_stages(modify_rows), "rulings R1: 5, then 1, then 5");

}  // namespace

std::span<const CheckRow> modify_checks() {
  return modify_rows;
}

engine::ModifyRequest modify_request(const CheckedCall& call) {
  engine::ModifyRequest request;
  request.endpoint = relation_of(call).number;
  request.operation = operation_of(call);
  request.force = call.truth("Force");
  if (const auto wait = call.number("WaitForCopyState")) {
    request.wait = static_cast<cim::CopyState>(*wait);
  }
  return request;
}

}  // namespace replsim::services
