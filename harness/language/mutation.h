// What an operator does wrong with a runbook: `mutate` of a `use` step, as changes to the list of
// its steps before they are built.
// Source: language.md section 5; fault_catalogue.md, operator error.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/language/scope.h"

namespace replsim::harness {

enum class MutationKind : std::uint8_t { Skip, Repeat, RepeatAll, Swap, Target };

struct Mutation {
  MutationKind kind = MutationKind::Skip;
  const Node* step = nullptr;   ///< The named step; null for RepeatAll.
  const Node* other = nullptr;  ///< Swap: the second.
  std::optional<Cursor> target;
  bool side = false;  ///< Target: another array or host, else another thing.
};

/// The rule by which a run counts it: `operator/skip`.
std::string rule_of(const Mutation& mutation);

/// The steps of a list as the mutations leave them.
std::vector<const Node*> in_order(const std::vector<Node>& items,
                                  const std::vector<const Mutation*>& mutations);

/// A step of a runbook that bears a name, and the list that it stands in.
struct NamedStep {
  std::string name;  ///< Without `$`.
  const Node* step = nullptr;
  const Node* list = nullptr;
  std::size_t index = 0;
};

/// All of them, at any depth, but not those of runbooks that it uses.
std::vector<NamedStep> named_steps(const Node& list);

/// A name that a step of `bearers` bears and `user` mentions; empty: none.
std::string borrowed_name(const std::vector<const Node*>& bearers, const Node& user);

}  // namespace replsim::harness
