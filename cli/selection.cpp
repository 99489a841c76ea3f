// Loading and selecting; see the header.
#include "cli/selection.h"

#include <algorithm>
#include <map>
#include <sstream>
#include <utility>

#include "cli/explain.h"
#include "cli/fixtures.h"
#include "cli/paths.h"
#include "harness/check_table.h"
#include "model/cim/rules.h"
#include "reports/text.h"

namespace replsim::cli {
namespace {

using harness::Diagnostic;
using harness::LoaderOptions;
using harness::Run;
using harness::Scenario;
using harness::Severity;

/// Rules that `evidence` may name: documents, invariants, and what an operator may do wrong.
bool known_rule(std::string_view name) {
  return harness::find_check(name) != nullptr || name.starts_with("operator/") ||
         !cim::explain(name).empty() || explain_sync_type(name).has_value();
}

/// Rules that `allow` may lift: invariants, edges of the state graph, `return-code`.
bool known_allow(std::string_view name) {
  if (name == "return-code" || harness::find_check(name) != nullptr) return true;
  return name.find("->") != std::string_view::npos;
}

LoaderOptions loader_options() {
  LoaderOptions options;
  const std::filesystem::path fixtures = fixtures_folder();
  options.std_folder = fixtures / "topologies";
  options.profile_folder = fixtures / "profiles";
  options.known_rule = known_rule;
  options.known_allow = known_allow;
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
  const LoaderOptions loader = loader_options();
  std::map<std::string, std::string> names;
  const auto keep = [&](std::vector<Diagnostic>& found) {
    std::ranges::move(found, std::back_inserter(loaded.diagnostics));
  };
  loaded.files = files->size();
  for (const std::string& file : *files) {
    auto result = harness::load(file, loader);
    keep(result.diagnostics);
    if (!result.scenario) continue;
    ++loaded.scenarios;
    const auto [place, fresh] = names.emplace(result.scenario->name, file);
    if (!fresh) loaded.diagnostics.push_back(named_twice(*result.scenario, place->second));
    auto expansion = harness::expand(*result.scenario, loader, options);
    keep(expansion.diagnostics);
    std::ranges::move(expansion.runs, std::back_inserter(loaded.runs));
  }
  return loaded;
}

std::string diagnostics_text(const Loaded& loaded) {
  std::string text;
  for (const std::string& message : loaded.unreadable) {
    text += "replsim: " + reports::printable(message) + '\n';
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
           !selects_case(cases, record::case_label(identity));
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
