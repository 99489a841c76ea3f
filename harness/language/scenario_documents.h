// What load() keeps for expand(): the files, the runbooks and the grid of cells.
#pragma once

#include <vector>

#include "harness/language/documents.h"
#include "harness/language/library.h"
#include "harness/language/scenario.h"

namespace replsim::harness {

/// An axis of the matrix.
struct Axis {
  const Node* name = nullptr;  ///< With its `$`.
  std::vector<const Node*> values;
};

/// A row of `cases`.
struct Case {
  const Node* row = nullptr;
  std::string name;
};

struct ScenarioDocuments {
  ScenarioDocuments(const std::filesystem::path& path, const LoaderOptions& options)
      : documents(path, options) {}

  mutable Documents documents;  ///< Reads topologies and profiles when a run first names them.
  Library library;
  std::vector<Axis> axes;
  std::vector<const Node*> excluded;  ///< Maps {$axis: value}.
  std::vector<Case> cases;            ///< Empty without `cases`.
  std::vector<Node> made;             ///< Nodes of ranges: `1..20`.
  std::vector<Diagnostic> found;      ///< What load() found.

  const Node& root() const { return documents.first().document->root; }
};

/// Reads `matrix`, `exclude` and `cases`.
void read_grid(Context& context, ScenarioDocuments& documents);

inline constexpr std::uint64_t cells_max = 10'000;
inline constexpr std::uint64_t runs_max = 100'000;

}  // namespace replsim::harness
