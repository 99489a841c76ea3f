// Everything that `replsim explain` knows, found by subject: rules of the documents (operations,
// states, codes, cells, edges, knobs, methods), invariants, and the words of the language (steps,
// keys, faults, events, metrics, messages). It only gathers: each text stands in the table of its
// own layer.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/cim/enumerations.h"

namespace replsim::cli {

/// One thing that a subject names.
struct Explanation {
  std::string kind;  ///< One of explain_kinds(), or "rule".
  std::string subject;
  std::string text;
  std::vector<std::string> details;  ///< Keys of a step, parameters of a fault: a line each.
  std::string source;
  std::optional<cim::Confidence> confidence;  ///< How sure the rule is; the language is `spec`.
  std::optional<cim::Confidence> weight;      ///< Where the rulings give another one (R15).
};

/// All that `subject` names; empty when nothing is known.
std::vector<Explanation> explain(std::string_view subject);

/// `Method/SyncType`, as `evidence` names it; none when there is no such method or type.
std::optional<Explanation> explain_sync_type(std::string_view subject);

/// "operation", "state", "code", "invariant", "fault", "step", "metric", ...
std::vector<std::string_view> explain_kinds();

/// All subjects of a kind, in the order of its table; empty for an unknown kind.
std::vector<std::string> explain_subjects(std::string_view kind);

/// As a person reads it.
std::string explanation_text(const Explanation& explanation);

}  // namespace replsim::cli
