// From a row of the matrix and the rulings to what a call must do.
#include "tests/testbed/expected_cell.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace replsim::testbed::test {
namespace {

using cim::CopyState;
using cim::Operation;
using cim::TargetImage;

constexpr std::uint16_t vendor_value = 0x8000;

/// WaitForCopyState that an operation takes. Source: operation_matrix.md, "RequestedCopyState,
/// WaitForCopyState, jobs"; NULL is always taken.
struct Waits {
  std::vector<Operation> operations;
  std::vector<std::uint16_t> taken;
};
const std::vector<Waits>& table_of_waits() {
  using Op = Operation;
  static const std::vector<Waits> table = {
      {{Op::Activate, Op::Resume, Op::ResyncReplica, Op::RestoreFromReplica, Op::Failback}, {3, 4}},
      {{Op::Fracture}, {6}},
      {{Op::Split}, {7}},
      {{Op::Suspend}, {9}},
      {{Op::Deactivate}, {8}},
      {{Op::Abort}, {12}},
      {{Op::Failover}, {10}},
      {{Op::Unprepare}, {2, 11}},
      // "state kept, or 3/4 from FO"; kept are SYN, FRA, SPL, SUS.
      {{Op::ReverseRoles}, {3, 4, 6, 7, 9}},
      {{Op::Detach, Op::Dissolve, Op::ReturnToResourcePool}, {15}},
  };
  return table;
}

bool takes(Operation operation, std::uint16_t wait) {
  for (const Waits& row : table_of_waits()) {
    if (std::ranges::find(row.operations, operation) == row.operations.end()) continue;
    return std::ranges::find(row.taken, wait) != row.taken.end();
  }
  return false;  // "NULL only"
}

CopyState state_of(std::string_view code) {
  for (const CopyState state : cim::matrix_states()) {
    if (cim::short_code(state) == code) return state;
  }
  FAIL("the table names the state " << code);
  return CopyState::NotApplicable;
}

Expected refusal(std::uint32_t code, std::vector<std::string> ids, std::string evidence) {
  Expected out;
  out.code = code;
  out.message_ids = std::move(ids);
  out.evidence = std::move(evidence);
  return out;
}

Expected nothing_done(const Way& way, const Asked& asked, std::string evidence) {
  Expected out;
  out.accepted = true;
  out.evidence = std::move(evidence);
  const bool attaches = way.state == CopyState::Unsynchronized && asked.wait == 4;
  out.job = attaches;
  out.done_at_once = !attaches;
  out.ends_in = way.state;
  return out;
}

/// The goal holds already, or the state is kept (R3): a given value holds now, or is waited for
/// with the copy that runs.
bool holds(const Way& way, const Asked& asked) {
  if (!asked.wait || *asked.wait == cim::number(way.state)) return true;
  return way.state == CopyState::Unsynchronized && *asked.wait == 4;
}

bool mode_holds(cim::Mode mode, Operation operation) {
  return (operation == Operation::ResetToSync && mode == cim::Mode::Synchronous) ||
         (operation == Operation::ResetToAsync && mode == cim::Mode::Asynchronous);
}

/// A ruling that decides otherwise than the cell, for a pair or call that the matrix does not know.
struct Ruling {
  Operation operation;
  CopyState state;
  Twist twist;
  const char* end;  ///< "source", "target" or "any".
  const char* message_id;
  const char* evidence;
};
constexpr auto any_twist = Twist::None;
constexpr std::array rulings = {
    Ruling{Operation::Failover, CopyState::Partitioned, any_twist, "source", "refused:peer",
           "R8: must be called at the target when the other end is out of reach"},
    Ruling{Operation::Fracture, CopyState::Partitioned, any_twist, "target", "refused:peer",
           "matrix R25: the source side alone may declare it"},
    Ruling{Operation::Suspend, CopyState::Partitioned, any_twist, "target", "refused:peer",
           "matrix R39: a stop that the source side decides"},
    Ruling{Operation::Unprepare, CopyState::Invalid, Twist::SplitBrain, "any", "refused:state",
           "R7: not one of the exits of a split brain"},
    Ruling{Operation::Unprepare, CopyState::Invalid, Twist::PeerForgot, "any", "refused:peer",
           "R7: INV: operations that need the peer"},
    Ruling{Operation::ResyncReplica, CopyState::Invalid, Twist::PeerForgot, "any", "refused:peer",
           "R7: INV: operations that need the peer"},
    Ruling{Operation::Failover, CopyState::Invalid, Twist::PeerForgot, "any", "refused:peer",
           "R7: INV: operations that need the peer"},
};

const Ruling* ruling(const Way& way, const Asked& asked) {
  for (const Ruling& row : rulings) {
    const std::string_view end = asked.at_source ? "source" : "target";
    const bool here = row.end == std::string_view("any") || row.end == end;
    if (here && row.operation == asked.operation && row.state == way.state &&
        (row.twist == any_twist || row.twist == way.twist)) {
      return &row;
    }
  }
  return nullptr;
}

/// R5: what the target's image makes of a guarded cell; nothing when it stays as written.
std::optional<Expected> guarded(const Way& way, const Asked& asked) {
  if (way.image == TargetImage::Consistent) return std::nullopt;
  switch (asked.operation) {
    case Operation::RestoreFromReplica:
    case Operation::ReverseRoles: return refusal(4, {"refused:image"}, "R5: unless Consistent");
    case Operation::Failover:
    case Operation::Fracture:
    case Operation::Split:
      if (way.image == TargetImage::Never) return refusal(4, {"refused:image"}, "R5: Never");
      if (asked.force) return std::nullopt;
      return refusal(4, {"refused:image", "refused:force"}, "R5: Inconsistent needs Force");
    default: return std::nullopt;  // Dissolve: no aspect
  }
}

Expected path_of(const Way& way, const cim::CsvRow& row, const Asked& asked) {
  Expected out;
  out.accepted = true;
  out.evidence = "matrix " + row.at("reason_id");
  const std::string& end = row.at("final");
  out.removed = end.starts_with("REMOVED");
  if (out.removed) {
    const bool guard = row.at("guard") == "image" && way.image != TargetImage::Consistent;
    out.aspect = end == "REMOVED+ASPECT" && !guard;
    return out;
  }
  if (!row.at("via").empty()) out.entered.push_back(state_of(row.at("via")));
  out.ends_in = state_of(end);
  if (asked.operation == Operation::Abort && way.twist == Twist::FailingBack) {
    out.ends_in = CopyState::Failedover;
    out.evidence = "R6: Abort of a Failback ends in FO";
  }
  if (asked.operation == Operation::Abort && way.twist == Twist::Restoring) {
    out.ends_in = CopyState::Fractured;
    out.evidence = "R6: Abort of a Restore ends in its start state";
  }
  const bool moves = out.ends_in != way.state || !out.entered.empty();
  if (moves) out.entered.push_back(out.ends_in);
  return out;
}

/// R1 (1) to (3): what is wrong with the parameters, whatever the pair could do.
std::optional<Expected> bad_parameters(const Way& way, cim::Mode mode, const cim::CsvRow& row,
                                       const Asked& asked) {
  const std::string& code = row.at("code");
  const bool reserved =
      asked.wait && *asked.wait < vendor_value && (*asked.wait < 2 || *asked.wait > 18);
  if (reserved) return refusal(5, {"invalid:parameter"}, "R1 (1): a reserved value");
  const std::vector<std::string> unsupported = {"refused:unsupported"};
  if (asked.wait && *asked.wait >= vendor_value)
    return refusal(1, unsupported, "R1 (2): a vendor's");
  if (code == "N1") return refusal(1, unsupported, "R1 (2), matrix " + row.at("reason_id"));
  const std::vector<std::string> invalid = {"invalid:parameter"};
  if (code == "E5") return refusal(5, invalid, "R1 (3), matrix " + row.at("reason_id"));
  if (!asked.wait) return std::nullopt;
  const bool kept = code == "=" || code == ">same";
  const bool same_mode = mode_holds(mode, asked.operation) && code != "E4";
  bool reachable = takes(asked.operation, *asked.wait);
  if (kept || same_mode) {
    reachable = holds(way, asked);
  } else if (code != "E4") {
    const Expected path = path_of(way, row, asked);
    const auto wait = static_cast<CopyState>(*asked.wait);
    const bool on_it = path.removed || wait == path.ends_in ||
                       std::ranges::find(path.entered, wait) != path.entered.end();
    reachable = reachable && on_it;
    // R3, R6: the end of an Abort of a copy back is another one.
    if (asked.operation == Operation::Abort) reachable = wait == path.ends_in;
  }
  if (reachable) return std::nullopt;
  return refusal(5, invalid, "R1 (3), R3: a state that it cannot reach");
}

}  // namespace

const cim::CsvRow& cell(Operation operation, CopyState state) {
  static const std::vector<cim::CsvRow> rows = cim::read_expected("operation_matrix.csv", "Mirror");
  for (const cim::CsvRow& row : rows) {
    const std::string& start = row.at("start_copystate");
    int number = 0;
    const char* digits = start.data() + start.find('(') + 1;
    std::from_chars(digits, start.data() + start.size(), number);
    if (row.at("op_value") == std::to_string(cim::number(operation)) &&
        number == cim::number(state)) {
      return row;
    }
  }
  FAIL("the table has no such cell");
  return rows.front();
}

const std::vector<std::uint16_t>& waits() {
  static const std::vector<std::uint16_t> values = [] {
    std::vector<std::uint16_t> all = {0, 1};
    for (std::uint16_t value = 2; value <= 19; ++value) all.push_back(value);
    all.push_back(vendor_value - 1);
    all.push_back(vendor_value);
    return all;
  }();
  return values;
}

Expected expected(const Way& way, cim::Mode mode, const Asked& asked) {
  const cim::CsvRow& row = cell(asked.operation, way.state);
  const std::string& code = row.at("code");
  if (auto bad = bad_parameters(way, mode, row, asked)) return *bad;
  if (code == "E4") return refusal(4, {"refused:state"}, "matrix " + row.at("reason_id"));
  if (code == "=") return nothing_done(way, asked, "matrix " + row.at("reason_id"));
  if (mode_holds(mode, asked.operation)) return nothing_done(way, asked, "R9: the mode holds");
  if (code == ">same") {
    Expected out = nothing_done(way, asked, "matrix " + row.at("reason_id"));
    out.done_at_once = false;
    return out;
  }
  const bool needs_force =
      row.at("force_required") == "1" ||
      (row.at("guard") == "force if split brain" && way.twist == Twist::SplitBrain);
  if (needs_force && !asked.force) {
    return refusal(4, {"refused:force", "refused:image"}, "matrix " + row.at("reason_id"));
  }
  if (row.at("guard") == "image") {
    if (auto no = guarded(way, asked)) return *no;
  }
  if (const Ruling* other = ruling(way, asked)) {
    return refusal(4, {other->message_id}, other->evidence);
  }
  return path_of(way, row, asked);
}

}  // namespace replsim::testbed::test
