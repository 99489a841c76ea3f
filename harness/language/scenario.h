// From a file to runs: load() reads and checks a scenario, expand() makes one Run per matrix
// cell and case, fully resolved and typed. All errors are collected, sorted by place.
// Source: language.md sections 4 and 9; DESIGN 8.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/language/diagnostic.h"
#include "harness/language/step.h"
#include "harness/provider/topology.h"
#include "model/cim/defects.h"

namespace replsim::harness {

/// What a name born by a step holds.
enum class SlotKind : std::uint8_t {
  Reference,  ///< A CIM object path; `class_name` says of what.
  Value,      ///< A CIM value or a metric's value.
  Content,    ///< The content of a volume as it was.
  Call,
  Write,
  Read,
  Window,
  Workload,
  Fault,  ///< Results of `as`.
};

struct Slot {
  std::string name;  ///< Without `$`; `mirror/pair` style for names inside runbooks.
  SlotKind kind = SlotKind::Value;
  bool list = false;       ///< Born in `repeat`, or by `list`: values in order of birth.
  std::string class_name;  ///< Kind Reference.
  Location birth;
};

/// `evidence`, `allow`: a name and where it stands.
struct Named {
  std::string name;
  Location location;
};

/// `known`: the failure that is expected.
struct Known {
  std::string verdict;  ///< fail, inconclusive or skipped.
  std::string because;
  std::string invariant;  ///< May be empty.
  Location location;
};

/// `measure`: one number of a run.
struct Measure {
  std::string name;
  Subject of;
  std::optional<Since> since;   ///< None: from the start.
  std::optional<SlotId> until;  ///< Read when the step of this name ends; none: after the steps.
  Location location;
};

/// One world to build and drive.
struct Run {
  std::string scenario;   ///< Name in the file.
  std::string name;       ///< `scenario`, or `scenario[axis=value,...]`.
  std::string case_name;  ///< Empty without `cases`.
  std::string title;
  std::vector<std::string> tags;
  std::string file;   ///< Path as given.
  Location location;  ///< Of `scenario:`, or of the case.
  std::uint64_t seed = 1;
  provider::Topology topology;
  std::string provider;  ///< Default array of calls; empty when none can be told.
  sim::Duration limit = sim::hours(24 * 30);
  std::int64_t clock_ns = 0;  ///< Start of wall time, ns since 2000-01-01T00:00:00Z.
  bool converge = true;       ///< `end: as-is` is false.
  sim::Duration converge_within = sim::hours(1);
  std::vector<Named> requires_;   ///< As written: `Operation Split`.
  std::vector<std::string> skip;  ///< Not empty: verdict skipped, with these reasons.
  std::vector<Named> evidence;
  std::vector<Named> allow;
  std::optional<Known> known;
  cim::DefectSet defects;  ///< `known: {defect: ...}`.
  std::vector<Condition> always;
  std::vector<Measure> measures;
  Steps steps;
  std::vector<Slot> slots;

  /// `name case` for reports and --filter.
  std::string display_name() const;
};

/// The one spelling of a rule's name, or a hint why there is no such rule.
using RuleNames = std::function<std::expected<std::string, std::string>(std::string_view)>;

struct LoaderOptions {
  std::filesystem::path std_folder;      ///< Where `std:x` is `x.yaml`.
  std::filesystem::path profile_folder;  ///< Where `profile: x` of an array is `x.yaml`.
  std::string default_profile = "mirror";
  RuleNames evidence_rule;  ///< For `evidence`; empty = not checked.
  RuleNames allow_rule;     ///< For `allow`; empty = not checked.
};

struct ExpandOptions {
  std::vector<std::pair<std::string, std::string>> sets;  ///< `--set p=v` (name without `$`).
  std::optional<std::uint64_t> seed;                      ///< `--seed`.
};

struct ScenarioDocuments;  ///< Trees of the scenario and of what it includes.

/// A scenario whose files were read and whose structure is right.
struct Scenario {
  std::string name;
  std::string file;
  std::string title;
  std::vector<std::string> tags;
  Location location;
  std::shared_ptr<const ScenarioDocuments> documents;
};

struct LoadResult {
  std::optional<Scenario> scenario;  ///< None when the file cannot be understood at all, or when
                                     ///< it is a library, topology or profile file.
  std::string kind;                  ///< "scenario", "library", "topology", "profile" or "".
  std::vector<Diagnostic> diagnostics;
};

struct Expansion {
  std::vector<Run> runs;  ///< Empty when there is an error.
  /// Those of load() and those of the runs, sorted by place; errors and warnings.
  std::vector<Diagnostic> diagnostics;
};

/// Reads and checks the structure. Never throws for what is in files; a file that cannot be read
/// is a diagnostic `unreadable-file`.
LoadResult load(const std::filesystem::path& file, const LoaderOptions& options);

/// The same from a text, for tests and fuzzing; `path` names it and anchors relative files.
LoadResult load_text(std::string text, const std::filesystem::path& path,
                     const LoaderOptions& options);

/// All runs of a scenario, typed and checked. Also called for a scenario that load() found errors
/// in: then it finds the rest of them and gives no runs.
Expansion expand(const Scenario& scenario, const LoaderOptions& options,
                 const ExpandOptions& expand_options = {});

/// The names that its `params` have, without $.
std::vector<std::string> params_of(const Scenario& scenario);

/// Every file that was read for it until now: its own, and what it includes.
std::vector<std::string> files_of(const Scenario& scenario);

/// True when one of them is an error.
bool has_errors(const std::vector<Diagnostic>& diagnostics);

/// `file:line:col: error[code]: text`, source line, caret, `hint: ...`.
std::string render(const Diagnostic& diagnostic);

}  // namespace replsim::harness
