// Names of rules as `evidence` and `allow` give them: the one spelling by which a run counts them,
// or why no run ever could.
// Source: language.md section 4.
#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace replsim::harness {

/// `Method`, `Method/Operation`, `Method/SyncType`, `Method/Code`, `CopyState/State`, `From->To`,
/// `operator/mistake` or an invariant that is evaluated. States may be short codes, blanks may
/// stand around the arrow. The error is a hint for the author.
std::expected<std::string, std::string> evidence_rule(std::string_view name);

/// `return-code`, an invariant that is evaluated, or any edge between two states, legal or not.
std::expected<std::string, std::string> allow_rule(std::string_view name);

/// The edge as checkers write it, "SYN -> SUS"; empty when the name is no edge.
std::string edge_codes(std::string_view name);

}  // namespace replsim::harness
