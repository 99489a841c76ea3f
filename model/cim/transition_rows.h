// Words in which the rows of the matrix are written: short codes of the states and one builder per
// kind of cell. Only the files with rows and transition_table.cpp include this.
// The short codes are capital as in the matrix, so that a row reads like its cell.
#pragma once

#include "model/cim/transition_table.h"

namespace replsim::cim::rows {

using Op = Operation;

inline constexpr CopyState INI = CopyState::Initialized;
inline constexpr CopyState UNS = CopyState::Unsynchronized;
inline constexpr CopyState SYN = CopyState::Synchronized;
inline constexpr CopyState BRK = CopyState::Broken;
inline constexpr CopyState FRA = CopyState::Fractured;
inline constexpr CopyState SPL = CopyState::Split;
inline constexpr CopyState INA = CopyState::Inactive;
inline constexpr CopyState SUS = CopyState::Suspended;
inline constexpr CopyState FO = CopyState::Failedover;
inline constexpr CopyState PRE = CopyState::Prepared;
inline constexpr CopyState ABO = CopyState::Aborted;
inline constexpr CopyState SKW = CopyState::Skewed;
inline constexpr CopyState PAR = CopyState::Partitioned;
inline constexpr CopyState INV = CopyState::Invalid;
inline constexpr CopyState RES = CopyState::Restored;

inline constexpr Confidence spec = Confidence::Spec;
inline constexpr Confidence vendor = Confidence::Vendor;
inline constexpr Confidence inferred = Confidence::Inferred;

/// A cell that keeps the state: refused, or accepted without a change.
constexpr Transition keep(Op operation, CopyState from, Outcome outcome, Confidence confidence,
                          std::string_view reason) {
  return {.operation = operation,
          .from = from,
          .outcome = outcome,
          .via = std::nullopt,
          .final_state = from,
          .confidence = confidence,
          .reason = reason};
}

/// `E4`
constexpr Transition refused(Op operation, CopyState from, Confidence confidence,
                             std::string_view reason) {
  return keep(operation, from, Outcome::RefuseState, confidence, reason);
}

/// `E5`
constexpr Transition bad_parameter(Op operation, CopyState from, Confidence confidence,
                                   std::string_view reason) {
  return keep(operation, from, Outcome::InvalidParameter, confidence, reason);
}

/// `N1`
constexpr Transition unsupported(Op operation, CopyState from, Confidence confidence,
                                 std::string_view reason) {
  return keep(operation, from, Outcome::NotSupported, confidence, reason);
}

/// `=`
constexpr Transition accepted(Op operation, CopyState from, Confidence confidence,
                              std::string_view reason) {
  return keep(operation, from, Outcome::Accept, confidence, reason);
}

/// `>same`
constexpr Transition same(Op operation, CopyState from, Confidence confidence,
                          std::string_view reason) {
  return keep(operation, from, Outcome::Same, confidence, reason);
}

/// `>A`
constexpr Transition path(Op operation, CopyState from, CopyState final_state,
                          Confidence confidence, std::string_view reason) {
  Transition row = keep(operation, from, Outcome::Path, confidence, reason);
  row.final_state = final_state;
  return row;
}

/// `>A>B`
constexpr Transition path_via(Op operation, CopyState from, CopyState via, CopyState final_state,
                              Confidence confidence, std::string_view reason) {
  Transition row = path(operation, from, final_state, confidence, reason);
  row.via = via;
  return row;
}

/// `x`, `xA`, `xR`
constexpr Transition removed(Op operation, CopyState from, Fate fate, Confidence confidence,
                             std::string_view reason) {
  return {.operation = operation,
          .from = from,
          .outcome = Outcome::Path,
          .via = std::nullopt,
          .final_state = std::nullopt,
          .fate = fate,
          .confidence = confidence,
          .reason = reason};
}

}  // namespace replsim::cim::rows
