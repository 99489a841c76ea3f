// Loading and selecting; see the header.
#include "cli/selection.h"

#include <algorithm>
#include <expected>
#include <map>
#include <set>
#include <sstream>
#include <tuple>
#include <utility>

#include "cli/fixtures.h"
#include "cli/paths.h"
#include "harness/rule_names.h"
#include "reports/text.h"

namespace replsim::cli {
namespace {

using harness::Diagnostic;
using harness::LoaderOptions;
using harness::Run;
using harness::Scenario;
using harness::Severity;

/// The error says that what ships is not there.
std::expected<LoaderOptions, std::string> loader_options() {
  LoaderOptions options;
  const auto fixtures = fixtures_folder();
  if (!fixtures) return std::unexpected(fixtures.error());
  options.std_folder = *fixtures / "topologies";
  options.profile_folder = *fixtures / "profiles";
  options.evidence_rule = harness::evidence_rule;
  options.allow_rule = harness::allow_rule;
  return options;
}

std::size_t count(const std::vector<Diagnostic>& diagnostics, Severity severity) {
  return static_cast<std::size_t>(std::ranges::count(diagnostics, severity, &Diagnostic::severity));
}

Diagnostic named_twice(const Scenario& scenario, const std::string& other) {
  return {.code = "name-twice",
          .file = scenario.file,
          .line = scenario.location.line,
          .column = scenario.location.column,
          .text = "scenario `" + scenario.name + "` is also in " + other};
}

/// Those of a file are sorted by place.
void insert_in_order(std::vector<Diagnostic>& diagnostics, Diagnostic one) {
  const auto after = std::ranges::find_if(diagnostics, [&](const Diagnostic& other) {
    return other.file == one.file &&
           std::tie(other.line, other.column) > std::tie(one.line, one.column);
  });
  diagnostics.insert(after, std::move(one));
}

/// Names that an earlier file has, by file.
using Twice = std::map<std::string, Diagnostic>;

/// Reads the files; scenarios whose structure can be understood come back, what is wrong is told.
std::vector<Scenario> load_scenarios(const std::vector<std::string>& files,
                                     const LoaderOptions& loader, Loaded& loaded, Twice& twice) {
  std::vector<Scenario> scenarios;
  std::map<std::string, std::string> names;
  for (const std::string& file : files) {
    loaded.inputs.push_back(file);
    auto result = harness::load(file, loader);
    if (!result.scenario) {
      std::ranges::move(result.diagnostics, std::back_inserter(loaded.diagnostics));
      continue;
    }
    ++loaded.scenarios;
    loaded.params[result.scenario->file] = harness::params_of(*result.scenario);
    const auto [place, fresh] = names.emplace(result.scenario->name, file);
    if (!fresh) twice[result.scenario->file] = named_twice(*result.scenario, place->second);
    scenarios.push_back(std::move(*result.scenario));
  }
  return scenarios;
}

using Names = std::set<std::string>;

/// The names of settings that some scenario has as a param.
Names known_sets(const std::vector<Scenario>& scenarios, const Settings& sets) {
  Names known;
  for (const Scenario& scenario : scenarios) {
    for (const std::string& param : harness::params_of(scenario)) {
      if (std::ranges::find(sets, param, &Settings::value_type::first) != sets.end()) {
        known.insert(param);
      }
    }
  }
  return known;
}

/// The settings that are for this scenario; with `all_unknown` also those that are for none.
Settings sets_for(const Scenario& scenario, const Settings& sets, const Names& known,
                  bool all_unknown) {
  const auto params = harness::params_of(scenario);
  Settings own;
  for (const auto& set : sets) {
    const bool has = std::ranges::find(params, set.first) != params.end();
    if (has || (all_unknown && !known.contains(set.first))) own.push_back(set);
  }
  return own;
}

bool has_seed_axis(const std::vector<Run>& runs) {
  if (runs.empty()) return false;
  const std::string& name = runs.front().name;
  return name.find("[seed=") != std::string::npos || name.find(",seed=") != std::string::npos;
}

}  // namespace

std::size_t Loaded::errors() const {
  return count(diagnostics, Severity::Error) + unreadable.size();
}

std::size_t Loaded::warnings() const {
  return count(diagnostics, Severity::Warning);
}

Loaded load_all(const std::vector<std::string>& paths, const harness::ExpandOptions& options) {
  Loaded loaded;
  auto files = collect_files(paths);
  if (!files) {
    loaded.unreadable = std::move(files.error());
    return loaded;
  }
  const auto loader = loader_options();
  if (!loader) {
    loaded.unreadable.push_back(loader.error());
    return loaded;
  }
  loaded.files = files->size();
  Twice twice;
  const std::vector<Scenario> scenarios = load_scenarios(*files, *loader, loaded, twice);
  const auto known = known_sets(scenarios, options.sets);
  for (const Scenario& scenario : scenarios) {
    // A setting that no file has is told once, by the first of them.
    const bool first = &scenario == &scenarios.front();
    auto expansion = harness::expand(
        scenario, *loader,
        {.sets = sets_for(scenario, options.sets, known, first), .seed = options.seed});
    if (const auto found = twice.find(scenario.file); found != twice.end())
      insert_in_order(expansion.diagnostics, found->second);
    std::ranges::move(expansion.diagnostics, std::back_inserter(loaded.diagnostics));
    if (options.seed && has_seed_axis(expansion.runs)) {
      loaded.notes.push_back(scenario.file + ": --seed changes nothing: the matrix gives $seed");
    }
    std::ranges::move(expansion.runs, std::back_inserter(loaded.runs));
    std::ranges::move(harness::files_of(scenario), std::back_inserter(loaded.inputs));
  }
  return loaded;
}

std::string diagnostics_text(const Loaded& loaded) {
  std::string text;
  for (const std::string& message : loaded.unreadable) {
    text += "replsim: " + reports::printable(message) + '\n';
  }
  for (const std::string& note : loaded.notes) {
    text += "replsim: " + reports::printable(note) + '\n';
  }
  for (const Diagnostic& diagnostic : loaded.diagnostics) {
    // What a file holds is shown, not obeyed by the terminal.
    std::istringstream lines(harness::render(diagnostic));
    for (std::string line; std::getline(lines, line);) text += reports::printable(line) + '\n';
  }
  return text;
}

std::vector<Run> select(std::vector<Run> runs, const std::vector<std::string>& filters,
                        const std::vector<std::string>& tags,
                        const std::vector<std::string>& cases) {
  std::erase_if(runs, [&](const Run& run) {
    const auto identity = identity_of(run);
    const bool tagged = std::ranges::all_of(tags, [&](const std::string& tag) {
      return std::ranges::find(run.tags, tag) != run.tags.end();
    });
    return !tagged || !selects_name(filters, record::full_name(identity)) ||
           !selects_case(cases, identity.cell, identity.case_name);
  });
  return runs;
}

record::ScenarioRecord identity_of(const Run& run) {
  record::ScenarioRecord record;
  record.name = run.scenario;
  record.title = run.title;
  record.file = run.file;
  record.line = run.location.line;
  record.case_name = run.case_name;
  record.seed = run.seed;
  const std::string_view cell = std::string_view{run.name}.substr(run.scenario.size());
  if (cell.size() > 2) record.cell = cell.substr(1, cell.size() - 2);
  return record;
}

}  // namespace replsim::cli
