// What an operation may do in a CopyState: one row per (SyncType, CopyState, Operation).
// The engine obeys these rows, the capabilities answer from them, the checkers read them.
// Mirror is complete: 22 operations in 15 states, 330 rows. Other SyncTypes add files of rows.
// Source: operation_matrix.md, sharpened by rulings R3 and R5, which win.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "model/cim/enumerations.h"

namespace replsim::cim {

/// What a cell of the matrix says.
enum class Outcome : std::uint8_t {
  Path,              ///< `>A>B` or `x`: passes `via`, ends in `final_state` or removes.
  Accept,            ///< `=`: the goal holds already; accepted, nothing done, 0.
  Same,              ///< `>same`: accepted, a setting may change, the CopyState is kept.
  RefuseState,       ///< `E4`: refused for the state.
  InvalidParameter,  ///< `E5`.
  InUse,             ///< `E6`.
  NotSupported,      ///< `N1`: not offered for this SyncType.
};

/// What becomes of the association.
enum class Fate : std::uint8_t {
  Keep,
  Remove,             ///< `x`: both elements stay, independent.
  RemoveLeaveAspect,  ///< `xA`: a SettingsDefineState to a SynchronizationAspect is left.
  RemoveFreeTarget,   ///< `xR`: the target's space returns to its pool.
};

/// What the cell asks of the relation besides its CopyState (rulings R5, R7).
enum class Guard : std::uint8_t { None, Image, ForceIfSplitBrain };

/// Quality of the target, durable (rulings R5).
enum class TargetImage : std::uint8_t { Never, Inconsistent, Consistent };

/// One cell of the matrix.
struct Transition {
  SyncType sync_type = SyncType::Mirror;
  Operation operation = Operation::Abort;
  CopyState from = CopyState::Initialized;
  Outcome outcome = Outcome::RefuseState;
  std::optional<CopyState> via;          ///< State passed on the way, if any.
  std::optional<CopyState> final_state;  ///< Nothing when the association is removed.
  bool force_required = false;
  Fate fate = Fate::Keep;
  Guard guard = Guard::None;
  Confidence confidence = Confidence::Inferred;  ///< As the matrix marks the cell.
  std::string_view reason;                       ///< Id in reasons.h: "S1".

  /// The same cell, legal only with Force.
  constexpr Transition forced() const {
    Transition row = *this;
    row.force_required = true;
    return row;
  }
  /// The same cell under a guard.
  constexpr Transition guarded(Guard value) const {
    Transition row = *this;
    row.guard = value;
    return row;
  }
  /// True when the operation does something or is accepted as done.
  constexpr bool accepted() const {
    return outcome == Outcome::Path || outcome == Outcome::Accept || outcome == Outcome::Same;
  }
};

/// What the guard of a cell makes of it for a target image.
enum class GuardEffect : std::uint8_t { AsWritten, NeedsForce, Refuse, NoAspect };

/// All rows of a SyncType, by operation, then by state; empty when it has none yet.
std::span<const Transition> transitions(SyncType sync_type);

/// The row, in constant time; null for an operation or state that the table does not hold.
const Transition* find_transition(SyncType sync_type, CopyState from, Operation operation);

/// The 15 states of the matrix in its order: INI UNS SYN BRK FRA SPL INA SUS FO PRE ABO SKW PAR
/// INV RES.
std::span<const CopyState> matrix_states();

/// What a cell with Guard::Image asks for `image` (rulings R5); AsWritten for the other guards.
GuardEffect guard_effect(const Transition& row, TargetImage image);

/// The cell's confidence sharpened by the rulings: a refusal that follows from a sentence about
/// another operation or state is SpecDerived, and so are S7, S9, S10, S13 and S18.
Confidence weight(const Transition& row);

/// The cell as the matrix writes it: `>UNS>SYN`, `F>FO`, `=`, `>same`, `xA`, `E4`, `N1`.
std::string cell_code(const Transition& row);

/// `Mirror/Failback/Synchronized`: how an error names the row that decided.
std::string row_name(const Transition& row);

/// The return code of a cell when nothing else refuses: 0, 1, 4, 5 or 6; for a path 0 stands for
/// "0 or 4096".
ReturnCode return_code(const Transition& row);

}  // namespace replsim::cim
