// The parts of the table, one per file, and the words in which their rows are written: only the
// files of the table use this.
#pragma once

#include <span>

#include "harness/language/table.h"

namespace replsim::harness {

std::span<const KeyRow> scenario_keys();
std::span<const KeyRow> step_keys();
std::span<const KeyRow> fault_keys();
std::span<const KeyRow> effect_keys();
std::span<const KeyRow> topology_keys();
std::span<const KeyRow> profile_keys();

/// True when no section has a key twice: each part asserts it when it is compiled.
constexpr bool unique_keys(std::span<const KeyRow> rows) {
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (std::size_t j = i + 1; j < rows.size(); ++j)
      if (rows[i].section == rows[j].section && rows[i].key == rows[j].key) return false;
  return true;
}

/// Where rows stand: there Duration, Size and the like mean the type of a value.
namespace tables {
using enum ValueType;
}

}  // namespace replsim::harness
