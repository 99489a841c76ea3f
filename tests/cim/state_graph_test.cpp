// The Mirror edges against fixtures/expected/state_graph.csv, and look-up by cause.
#include "model/cim/state_graph.h"

#include <set>

#include "model/cim/transition_table.h"
#include "tests/cim/csv.h"

namespace replsim::cim {
namespace {

std::string key_of(const Edge& edge) {
  const std::string kind = operation_of(edge.cause) ? "op" : "event";
  return std::string(short_code(edge.from)) + ">" + std::string(short_code(edge.to)) + " " + kind +
         " " + cause_text(edge) + " " + std::string(name(edge.confidence));
}

constexpr Node at(CopyState state) {
  return node(state);
}

}  // namespace

// EVIDENCE: state_graph.md, Mirror
TEST_CASE("the Mirror edges are those of the expected table", "[cim][graph]") {
  std::set<std::string> expected;
  for (CsvRow row : read_expected("state_graph.csv", "Mirror")) {
    expected.insert(row["from"] + ">" + row["to"] + " " + row["kind"] + " " + row["cause"] + " " +
                    row["confidence"]);
  }
  REQUIRE(expected.size() == 153);
  std::set<std::string> ours;
  for (const Edge& edge : edges(SyncType::Mirror)) {
    if (edge.source == "state_graph.csv") ours.insert(key_of(edge));
  }
  CHECK(ours == expected);
}

// EVIDENCE: rulings R6 (Abort of a Failback, also a suspended one, ends in FO, of a Restore in its
// start state), R7 (split brain: INV; what a cut does not change never was in PAR)
TEST_CASE("the edges that the rulings add", "[cim][graph]") {
  std::set<std::string> added;
  for (const Edge& edge : edges(SyncType::Mirror)) {
    if (edge.source != "state_graph.csv") {
      added.insert(key_of(edge) + " " + std::string(edge.source));
    }
  }
  CHECK(added == std::set<std::string>{
                     "SUS>FO op Abort of a Failback inferred rulings R6",
                     "SUS>FRA op Abort of a Restore inferred rulings R6",
                     "SUS>SPL op Abort of a Restore inferred rulings R6",
                     "SUS>SKW op Abort of a Restore inferred rulings R6",
                     "UNS>SKW op Abort of a Restore inferred rulings R6",
                     "INI>FO event link back, peer had been failed over inferred rulings R7",
                     "PRE>FO event link back, peer had been failed over inferred rulings R7",
                     "ABO>FO event link back, peer had been failed over inferred rulings R7",
                     "INA>FO event link back, peer had been failed over inferred rulings R7",
                     "BRK>FO event link back, peer had been failed over inferred rulings R7",
                     "INA>FO event link back, peer had been failed over inferred rulings R7",
                     "BRK>FO event link back, peer had been failed over inferred rulings R7",
                     "INA>SUS event link back, relation was suspended before inferred rulings R7",
                     "INI>INV event link back: split brain found inferred rulings R7",
                     "INA>INV event link back: split brain found inferred rulings R7",
                     "PRE>INV event link back: split brain found inferred rulings R7",
                     "ABO>INV event link back: split brain found inferred rulings R7",
                     "BRK>INV event link back: split brain found inferred rulings R7",
                     "PAR>INV event link back: split brain found inferred rulings R7"});
}

TEST_CASE("an edge is found by its cause, one with Force only when forced", "[cim][graph]") {
  const auto find = [](CopyState from, CopyState to, CauseCode cause, bool forced) {
    return find_edge(SyncType::Mirror, at(from), at(to), cause, forced) != nullptr;
  };
  const auto uns = CopyState::Unsynchronized;
  const auto syn = CopyState::Synchronized;
  CHECK(find(uns, syn, cause_code(EventCause::CopyComplete), false));
  CHECK(find(uns, syn, cause_code(Operation::ResyncReplica), false));
  CHECK_FALSE(find(uns, syn, cause_code(Operation::Fracture), false));
  CHECK_FALSE(find(uns, CopyState::Fractured, cause_code(Operation::Fracture), false));
  CHECK(find(uns, CopyState::Fractured, cause_code(Operation::Fracture), true));
  CHECK(find(syn, CopyState::Fractured, cause_code(Operation::Fracture), true));
  CHECK_FALSE(find(syn, CopyState::Broken, cause_code(EventCause::PeerUnreachable), false));
  CHECK(find(syn, CopyState::Partitioned, cause_code(EventCause::PeerUnreachable), false));
  CHECK(find_edge(SyncType::Mirror, Node::Create, at(uns), cause_code(EventCause::CreatedCopying),
                  false) != nullptr);
  CHECK(find_edge(SyncType::Mirror, Node::Removed, at(uns), cause_code(Operation::Activate),
                  true) == nullptr);
  CHECK(find_edge(SyncType::Mirror, static_cast<Node>(500), at(uns), 4, true) == nullptr);
  CHECK(find_edge(SyncType::Clone, at(uns), at(syn), cause_code(EventCause::CopyComplete), true) ==
        nullptr);
}

// EVIDENCE: state_graph.md, "From the operation matrix"
TEST_CASE("every path of the matrix is walked along edges", "[cim][graph]") {
  int walked = 0;
  for (const Transition& row : transitions(SyncType::Mirror)) {
    if (row.outcome != Outcome::Path) continue;
    CAPTURE(row_name(row));
    Node place = node(row.from);
    const CauseCode cause = cause_code(row.operation);
    if (row.via) {
      if (place != node(*row.via)) {
        CHECK(find_edge(SyncType::Mirror, place, node(*row.via), cause, row.force_required) !=
              nullptr);
        ++walked;
      }
      place = node(*row.via);
    }
    const Node end = row.final_state ? node(*row.final_state) : Node::Removed;
    if (place == end) continue;
    CHECK(find_edge(SyncType::Mirror, place, end, cause, row.force_required) != nullptr);
    ++walked;
  }
  CHECK(walked > 80);
}

TEST_CASE("cause codes keep operations and events apart", "[cim][graph]") {
  CHECK(cause_code(Operation::Fracture) == 12);
  CHECK(cause_code(EventCause::CreatedInitialized) == 101);
  CHECK(cause_code(EventCause::ResyncSatisfied) == 135);
  CHECK(operation_of(12) == Operation::Fracture);
  CHECK_FALSE(operation_of(1).has_value());
  CHECK_FALSE(operation_of(28).has_value());
  CHECK_FALSE(operation_of(101).has_value());
  CHECK(event_of(111) == EventCause::CopyComplete);
  CHECK_FALSE(event_of(100).has_value());
  CHECK_FALSE(event_of(136).has_value());
  CHECK(cause_name(12) == "Fracture");
  CHECK(cause_name(111) == "copy or resync complete");
  CHECK(cause_name(50).empty());
}

TEST_CASE("every state of the matrix is reachable, Mixed is not", "[cim][graph]") {
  for (const CopyState state : matrix_states()) CHECK(reachable(SyncType::Mirror, state));
  CHECK_FALSE(reachable(SyncType::Mirror, CopyState::Mixed));
  CHECK_FALSE(reachable(SyncType::Mirror, CopyState::NotApplicable));
}

}  // namespace replsim::cim
