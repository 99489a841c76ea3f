// The reasons behind the cells of the matrix: S specification text, V vendor behaviour,
// R inferred rule. A row of transition_table.h names one of them.
// Source: operation_matrix.md, reason codes.
#pragma once

#include <span>
#include <string_view>

#include "model/cim/enumerations.h"

namespace replsim::cim {

/// Where a reason comes from.
enum class ReasonKind : std::uint8_t { Specification, Vendor, Inferred };

struct Reason {
  std::string_view id;  ///< "S1", "V3", "R20"
  ReasonKind kind;
  std::string_view text;
};

/// All reasons, S then V then R, by number.
std::span<const Reason> reasons();
/// Null when unknown.
const Reason* find_reason(std::string_view id);

}  // namespace replsim::cim
