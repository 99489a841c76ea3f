// The run record: everything that a report says of a run, as plain data without behaviour.
// The harness fills it, reports read it, a worker process sends one ScenarioRecord to its parent.
// Times are nanoseconds of simulated time from the start of the run unless a name says wall.
// Texts are UTF-8 as a person reads them. Nothing here depends on the number of workers.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/record/verdict.h"

namespace replsim::record {

/// One announced change of a CopyState, as one endpoint shows it.
struct Transition {
  std::int64_t at_ns = 0;
  std::string relation;  ///< InstanceID-like name of the pair: "east/vol1->west/pool1-1".
  std::string endpoint;  ///< The array that shows it: "east".
  std::string from;      ///< CopyState name, or "-" at birth.
  std::string to;        ///< CopyState name, or "-" at its end.
  std::string cause;     ///< "Fracture", "peer-timeout", "job done", ...
  bool operator==(const Transition&) const = default;
};

/// One management call with its answer.
struct Call {
  std::int64_t at_ns = 0;
  std::string provider;  ///< The array that was asked.
  std::string method;    ///< "ModifyReplicaSynchronization".
  std::string summary;   ///< What was asked, short: "Fracture east:1".
  std::string answer;    ///< "0", "4096 Job Started", "CIM_ERR_NOT_FOUND", "no answer".
  std::optional<std::uint32_t> code;  ///< None: a CIM status or no answer.
  std::int64_t duration_ns = 0;
  bool operator==(const Call&) const = default;
};

/// One concrete job of a provider.
struct Job {
  std::int64_t at_ns = 0;
  std::string name;   ///< "east:job:3".
  std::string what;   ///< The operation that it carries out.
  std::string state;  ///< Last JobState: "Completed".
  std::optional<std::int64_t> ended_ns;
  bool operator==(const Job&) const = default;
};

/// Anything else that belongs into a timeline: a step, a crash, a restart, a held expectation.
struct Moment {
  std::int64_t at_ns = 0;
  std::string kind;  ///< One word: "write", "crash", "restart", "expect", "workload", "note".
  std::string text;
  bool operator==(const Moment&) const = default;
};

/// One activation of a fault.
struct FaultFiring {
  std::string name;  ///< "link.cut east-west".
  std::int64_t at_ns = 0;
  std::optional<std::int64_t> ended_ns;
  std::uint64_t fired = 0;  ///< Activations that met at least one event of their kind.
  std::uint64_t hits = 0;   ///< Events changed.
  bool operator==(const FaultFiring&) const = default;
};

/// What one failover lost: writes acknowledged at the source and absent from the target.
struct LossSet {
  std::int64_t at_ns = 0;
  std::string relation;
  std::uint64_t bytes = 0;
  std::uint64_t writes = 0;
  std::int64_t oldest_age_ns = 0;
  bool operator==(const LossSet&) const = default;
};

/// A line of a scenario file.
struct SourceLine {
  std::uint32_t number = 0;  ///< From 1.
  std::string text;
  bool operator==(const SourceLine&) const = default;
};

/// One broken rule.
struct Failure {
  std::string file;
  std::uint32_t line = 0;    ///< From 1; 0 = no place in a file.
  std::uint32_t column = 0;  ///< From 1, in characters.
  std::string rule;          ///< "A22", "return-code", "expect", "engine-check".
  Confidence confidence = Confidence::Spec;
  std::string message;
  std::string expected;  ///< May be empty.
  std::string seen;      ///< May be empty.
  std::int64_t at_ns = 0;
  std::vector<SourceLine> step;      ///< The step's own lines.
  std::vector<std::string> history;  ///< The relation's history around it, oldest first.
  bool operator==(const Failure&) const = default;
};

/// One run: a scenario, one cell of its matrix, one of its cases, one seed.
struct ScenarioRecord {
  std::string name;
  std::string title;
  std::string file;        ///< As the person gave it.
  std::uint32_t line = 1;  ///< Of the case's row, else of `scenario:`.
  std::string cell;        ///< Of the matrix: `mode=Synchronous,hosts=2`; empty: no matrix.
  std::string case_name;   ///< Empty: no cases.
  std::uint64_t seed = 1;

  Verdict verdict = Verdict::Pass;
  std::string reason;  ///< Why skipped or inconclusive, or the text of an error.
  std::uint64_t hash = 0;
  std::uint64_t events = 0;
  std::int64_t simulated_ns = 0;
  std::int64_t wall_ns = 0;

  std::vector<Transition> transitions;
  std::vector<Call> calls;
  std::vector<Job> jobs;
  std::vector<Moment> moments;
  std::vector<FaultFiring> faults;
  std::vector<LossSet> losses;
  std::map<std::string, std::uint64_t> invariants;  ///< Number -> evaluations; 0 = not exercised.
  std::vector<std::string> evidence;                ///< Rules of `evidence` that were exercised.
  std::vector<std::string> warnings;
  std::vector<std::pair<std::string, std::string>> measures;  ///< Name and value with unit.
  std::vector<Failure> failures;
  bool operator==(const ScenarioRecord&) const = default;
};

/// How the run was asked for, so far as it changes what happens in it.
struct RunOptions {
  std::vector<std::pair<std::string, std::string>> set;  ///< `--set p=v`, in order, without $.
  std::optional<std::uint64_t> seed;                     ///< `--seed`.
  bool strict = true;
  std::vector<std::string> defects;  ///< Planted defects by name.
  bool operator==(const RunOptions&) const = default;
};

/// A whole run of the tool. Scenarios are in the order of selection whatever the worker count.
struct Record {
  std::string version;  ///< Of replsim: "0.1.0".
  std::string build;    ///< Build id.
  RunOptions options;
  std::vector<ScenarioRecord> scenarios;
  bool interrupted = false;
  bool operator==(const Record&) const = default;
};

/// `mode=Synchronous,hosts=2`, then the case after a slash when both are there; empty when neither.
std::string case_label(const ScenarioRecord& scenario);

/// `name[mode=Synchronous]/case`: unique in a run, stable over edits of the file.
std::string full_name(const ScenarioRecord& scenario);

}  // namespace replsim::record
