// Look-up in the matrix: the rows of a SyncType lie in matrix order, so a row's place is computed.
// The order itself, and with it uniqueness and completeness, is proved at compile time.
#include "model/cim/transition_table.h"

#include <array>

#include "model/cim/transition_rows_mirror_first.h"
#include "model/cim/transition_rows_mirror_second.h"

namespace replsim::cim {
namespace {

using namespace rows;

constexpr std::array<CopyState, 15> states = {INI, UNS, SYN, BRK, FRA, SPL, INA, SUS,
                                              FO,  PRE, ABO, SKW, PAR, INV, RES};
constexpr std::size_t operation_count = 22;
constexpr std::uint16_t operation_first = number(Operation::Abort);
constexpr std::size_t row_count = operation_count * states.size();

/// Column of a state in the matrix; the number of columns when it has none.
constexpr std::size_t column_of(CopyState state) {
  for (std::size_t column = 0; column < states.size(); ++column) {
    if (states[column] == state) return column;
  }
  return states.size();
}

constexpr std::size_t copy_state_numbers = 19;
constexpr std::array<std::size_t, copy_state_numbers> make_columns() {
  std::array<std::size_t, copy_state_numbers> columns{};
  for (std::size_t value = 0; value < columns.size(); ++value) {
    columns[value] = column_of(static_cast<CopyState>(value));
  }
  return columns;
}
constexpr std::array<std::size_t, copy_state_numbers> columns = make_columns();

constexpr std::array<Transition, row_count> make_mirror() {
  std::array<Transition, row_count> all{};
  std::size_t place = 0;
  for (const Transition& row : mirror_rows_first) all[place++] = row;
  for (const Transition& row : mirror_rows_second) all[place++] = row;
  return all;
}
constexpr std::array<Transition, row_count> mirror = make_mirror();

/// Every cell once, in its place.
constexpr bool complete(const std::array<Transition, row_count>& table, SyncType sync_type) {
  for (std::size_t place = 0; place < table.size(); ++place) {
    const Transition& row = table[place];
    const std::size_t operation = operation_first + place / states.size();
    if (row.sync_type != sync_type || number(row.operation) != operation) return false;
    if (row.from != states[place % states.size()]) return false;
  }
  return true;
}

/// A cell that is not a path keeps state and association; a removal has no final state.
constexpr bool consistent(const std::array<Transition, row_count>& table) {
  for (const Transition& row : table) {
    const bool keeps = row.fate == Fate::Keep;
    if (keeps != row.final_state.has_value()) return false;
    if (row.outcome != Outcome::Path && (!keeps || row.final_state != row.from)) return false;
    if (row.outcome != Outcome::Path && (row.force_required || row.via)) return false;
    if (row.outcome != Outcome::Path && row.guard != Guard::None) return false;
    if (row.reason.empty()) return false;
  }
  return true;
}

static_assert(mirror_rows_first.size() + mirror_rows_second.size() == row_count);
static_assert(complete(mirror, SyncType::Mirror), "each Mirror cell exactly once, in order");
static_assert(consistent(mirror));

/// Reasons that rest on a sentence about something else (rulings, first lines).
constexpr std::array<std::string_view, 5> derived_reasons = {"S7", "S9", "S10", "S13", "S18"};

}  // namespace

std::span<const Transition> transitions(SyncType sync_type) {
  switch (sync_type) {
    case SyncType::Mirror: return mirror;
    case SyncType::Snapshot:
    case SyncType::Clone:
    case SyncType::TokenizedClone: return {};
  }
  return {};
}

const Transition* find_transition(SyncType sync_type, CopyState from, Operation operation) {
  const std::span<const Transition> table = transitions(sync_type);
  const std::size_t line = static_cast<std::size_t>(number(operation)) - operation_first;
  if (table.empty() || number(operation) < operation_first || line >= operation_count) {
    return nullptr;
  }
  if (number(from) >= columns.size() || columns[number(from)] >= states.size()) return nullptr;
  return &table[line * states.size() + columns[number(from)]];
}

std::span<const CopyState> matrix_states() {
  return states;
}

GuardEffect guard_effect(const Transition& row, TargetImage image) {
  if (row.guard != Guard::Image || image == TargetImage::Consistent) return GuardEffect::AsWritten;
  if (row.fate == Fate::RemoveLeaveAspect) return GuardEffect::NoAspect;
  const bool copies_from_target =
      row.operation == Operation::RestoreFromReplica || row.operation == Operation::ReverseRoles;
  if (copies_from_target || image == TargetImage::Never) return GuardEffect::Refuse;
  return GuardEffect::NeedsForce;
}

Confidence weight(const Transition& row) {
  for (const std::string_view reason : derived_reasons) {
    if (row.reason == reason) return Confidence::SpecDerived;
  }
  const bool refusal = row.outcome == Outcome::RefuseState || row.outcome == Outcome::NotSupported;
  if (row.confidence == Confidence::Spec && refusal) return Confidence::SpecDerived;
  return row.confidence;
}

std::string cell_code(const Transition& row) {
  std::string code = row.force_required ? "F" : "";
  switch (row.outcome) {
    case Outcome::Accept: return "=";
    case Outcome::Same: return ">same";
    case Outcome::RefuseState: return "E4";
    case Outcome::InvalidParameter: return "E5";
    case Outcome::InUse: return "E6";
    case Outcome::NotSupported: return "N1";
    case Outcome::Path: break;
  }
  switch (row.fate) {
    case Fate::Remove: return code + "x";
    case Fate::RemoveLeaveAspect: return code + "xA";
    case Fate::RemoveFreeTarget: return code + "xR";
    case Fate::Keep: break;
  }
  if (row.via) code.append(">").append(short_code(*row.via));
  return code.append(">").append(short_code(*row.final_state));
}

std::string row_name(const Transition& row) {
  std::string text(name(row.sync_type));
  text.append("/").append(name(row.operation));
  return text.append("/").append(name(row.from));
}

ReturnCode return_code(const Transition& row) {
  switch (row.outcome) {
    case Outcome::Path:
    case Outcome::Accept:
    case Outcome::Same: return ReturnCode::Completed;
    case Outcome::RefuseState: return ReturnCode::Failed;
    case Outcome::InvalidParameter: return ReturnCode::InvalidParameter;
    case Outcome::InUse: return ReturnCode::InUse;
    case Outcome::NotSupported: return ReturnCode::NotSupported;
  }
  return ReturnCode::Unknown;
}

}  // namespace replsim::cim
