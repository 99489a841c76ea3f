// The rules of failures that are neither invariants nor rules of the documents: what the scenario
// itself demands, and what the runner demands of a scenario. `replsim explain` prints them.
#pragma once

#include <array>
#include <string_view>

#include "harness/record/verdict.h"

namespace replsim::harness {

/// A word that a failure shows in its brackets.
struct FailureRule {
  std::string_view name;
  std::string_view sentence;
  std::string_view source;
  record::Confidence confidence = record::Confidence::Spec;
};

inline constexpr std::array failure_rules = {
    FailureRule{"expect", "An `expect` step is true when it is judged, by `within`, or for `for`.",
                "language.md 6"},
    FailureRule{"always", "What `always` says is true from the birth of its names to the end.",
                "language.md 4"},
    FailureRule{"returns",
                "A call, write, read or flush is answered as `returns` says; without it "
                "a call with success, and I/O with ok.",
                "language.md 5"},
    FailureRule{"within", "The job of a call is Completed within `within`.", "language.md 5"},
    FailureRule{"return-code",
                "A call answers with a code that its method documents, or that the "
                "array's profile adds.",
                "invariants.md; language.md 4 (`allow: [return-code]` lifts it)"},
    FailureRule{"reference", "What a name or path stands for is there when a step needs it.",
                "language.md 2"},
    FailureRule{"save", "What `save` keeps is there: an out parameter, or one value.",
                "language.md 5"},
    FailureRule{"list", "A `list` step is answered.", "language.md 5"},
    FailureRule{"set", "The testbed takes the value of a `set` step.", "language.md 5"},
    FailureRule{"power", "The testbed brings the host of a `power` step to its state.",
                "language.md 5"},
    FailureRule{"fault", "The testbed can begin a fault where and when the file says.",
                "language.md 12"},
    FailureRule{"fault-missed",
                "A fault meets at least one event of its kind, unless it says "
                "`may-miss: true`: else the file did not test what it says.",
                "language.md 12"},
    FailureRule{"measure", "What `measure` names has a value when it is read.", "language.md 4"},
    FailureRule{"evidence", "Each rule that `evidence` names is exercised by a run of the file.",
                "language.md 4"},
    FailureRule{"allow", "Each rule that `allow` lifts is broken by a run of the file.",
                "language.md 4"},
    FailureRule{"known", "The failure that `known` announces comes, and no other.",
                "language.md 4"},
    FailureRule{"engine-check",
                "No check inside of the modelled provider fails: it would have "
                "crashed there.",
                "DESIGN 2"},
};

/// Null when no failure has this rule.
constexpr const FailureRule* find_failure_rule(std::string_view name) {
  for (const FailureRule& rule : failure_rules) {
    if (rule.name == name) return &rule;
  }
  return nullptr;
}

}  // namespace replsim::harness
