// What a call of an operation must do in a situation, told from the documents alone: the rows of
// fixtures/expected/operation_matrix.csv, the table of waits of operation_matrix.md, and the
// rulings that sharpen them. Nothing of the engine's own table is asked.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tests/cim/csv.h"
#include "tests/testbed/drive_to_state.h"

namespace replsim::testbed::test {

/// A call as it is made.
struct Asked {
  cim::Operation operation;
  bool force = false;
  std::optional<std::uint16_t> wait;
  bool at_source = true;
};

struct Expected {
  bool accepted = false;
  std::uint32_t code = 0;                ///< Of a refusal.
  std::vector<std::string> message_ids;  ///< One of these.
  bool done_at_once = false;             ///< 0, and nothing happens.
  bool job = false;                      ///< 4096 and nothing else.
  bool removed = false;
  bool aspect = false;                  ///< A SettingsDefineState is left at the source.
  std::vector<cim::CopyState> entered;  ///< At both ends, in order.
  cim::CopyState ends_in = cim::CopyState::NotApplicable;
  std::string evidence;
};

/// All cells of the matrix for mirrors, by operation and state.
const cim::CsvRow& cell(cim::Operation operation, cim::CopyState state);

Expected expected(const Way& way, cim::Mode mode, const Asked& asked);

/// WaitForCopyState values worth a try: each of the enumeration, reserved ones, one of a vendor.
const std::vector<std::uint16_t>& waits();

}  // namespace replsim::testbed::test
