// Rules for people: what the documents say about an operation, a state, a code, a cell, an edge.
// `replsim explain` prints them, and `evidence` of a scenario names them.
// Source: the tables of this folder; each rule carries its own source.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/cim/enumerations.h"
#include "model/cim/state_graph.h"

namespace replsim::cim {

/// One sentence that can be looked up and broken.
struct Rule {
  std::string subject;  ///< "Fracture in Synchronized"
  std::string text;
  std::string source;
  Confidence confidence = Confidence::Inferred;  ///< As the table marks it.
  Confidence weight = Confidence::Inferred;      ///< Sharpened by the rulings (R15).
  bool operator==(const Rule&) const = default;
};

/// The cell of the matrix; nothing when the table has no such cell.
std::optional<Rule> explain_cell(SyncType sync_type, Operation operation, CopyState state);
/// Same for Mirror.
std::optional<Rule> explain_cell(Operation operation, CopyState state);
std::optional<Rule> explain_operation(Operation operation);
std::optional<Rule> explain_state(CopyState state);
/// A return code of a method; with an empty method the code in general.
std::optional<Rule> explain_code(std::string_view method, std::uint32_t code);
/// What comes of a property of CIM_ReplicationSettingData.
std::optional<Rule> explain_setting(std::string_view property);
/// All rules of an edge, one per cause; empty when it is not legal.
std::vector<Rule> explain_edge(SyncType sync_type, Node from, Node to);

/// Everything known under a subject as a person or a scenario writes it: `Fracture`,
/// `Synchronized`, `CopyState/Synchronized`, `Job Started`, `4096`,
/// `ModifyReplicaSynchronization`, `ModifyReplicaSynchronization/Fracture`,
/// `CreateElementReplica/5`, `Fracture in Synchronized`, `Synchronized->Split`, a setting
/// (`CopyPriority`, `ReplicationSettingData/CopyPriority`), or a knob.
/// Empty when nothing is known.
std::vector<Rule> explain(std::string_view subject);

}  // namespace replsim::cim
