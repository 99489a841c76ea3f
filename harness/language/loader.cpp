// load(): which kind of file it is, and everything about it that no cell decides.
#include <fmt/core.h>

#include <array>

#include "harness/language/fields.h"
#include "harness/language/scenario_documents.h"
#include "harness/language/topology_loader.h"

namespace replsim::harness {
namespace {

constexpr std::array<std::string_view, 5> kind_keys = {"scenario", "topology", "profile",
                                                       "runbooks", "plan"};

/// The key that says what a file is; a scenario may have a topology and runbooks of its own.
std::string_view kind_of(const Node& root) {
  for (const std::string_view key : kind_keys)
    if (root.find(key) != nullptr) return key == "runbooks" ? "library" : key;
  return root.find("steps") != nullptr ? "scenario" : "";
}

void check_version(Context& context, const Node& root) {
  const Node* version = root.find("version");
  if (version == nullptr) return;
  if (version->is_plain() && version->text == "1") return;
  context.report.add("unsupported-version", version->location,
                     fmt::format("`{}` is not version 1 of the language", flow_text(*version)),
                     "version: 1");
}

void check_library(Context& context, const LoadedFile& file, Library& library) {
  collect_runbooks(context, file, library);
  for (const auto& [name, runbook] : library) {
    Scope scope;
    Fields fields(context, {runbook.body, &scope}, {"runbook"});
  }
}

void load_scenario(Context& context, const std::shared_ptr<ScenarioDocuments>& documents,
                   LoadResult& result) {
  const Node& root = documents->root();
  Scope scope;
  Fields fields(context, {&root, &scope}, {"scenario"});
  check_version(context, root);
  check_library(context, documents->documents.first(), documents->library);
  read_grid(context, *documents);
  Scenario scenario;
  scenario.name = fields.name("scenario").value_or("");
  scenario.file = root.location.path();
  if (fields.has("title")) scenario.title = fields.text("title").value_or("");
  scenario.tags = fields.texts("tags");
  scenario.location = root.location;
  if (fields.has("scenario")) scenario.location = fields.get("scenario").node->location;
  scenario.documents = documents;
  result.scenario = std::move(scenario);
}

LoadResult finish(const std::shared_ptr<ScenarioDocuments>& documents, bool read, Report& report,
                  const LoaderOptions& options) {
  LoadResult result;
  if (!read) {
    result.diagnostics = report.sorted();
    return result;
  }
  Usage usage;
  Context context{report, documents->documents, options, usage};
  const LoadedFile& file = documents->documents.first();
  const Node& root = documents->root();
  const std::string_view kind = root.is_map() ? kind_of(root) : "";
  result.kind = kind == "plan" ? "" : kind;
  if (!root.is_map()) {
    report_type(context, root, "a map (scenario, topology, profile or runbooks)");
  } else if (kind == "scenario") {
    load_scenario(context, documents, result);
  } else if (kind == "topology") {
    read_topology(context, file, {});
  } else if (kind == "profile") {
    read_profile(context, file);
  } else if (kind == "library") {
    Scope scope;
    Fields fields(context, {&root, &scope}, {"library"});
    check_version(context, root);
    check_library(context, file, documents->library);
  } else if (kind == "plan") {
    report_later(context, root.find("plan")->location, "a plan file");
  } else {
    context.report.add("missing-key", root.location,
                       "no key says what this file is: scenario, topology, profile or runbooks");
  }
  documents->found = report.sorted();
  result.diagnostics = documents->found;
  return result;
}

}  // namespace

LoadResult load(const std::filesystem::path& file, const LoaderOptions& options) {
  Report report;
  auto documents = std::make_shared<ScenarioDocuments>(file, options);
  const bool read = documents->documents.read_first(report);
  return finish(documents, read, report, options);
}

LoadResult load_text(std::string text, const std::filesystem::path& path,
                     const LoaderOptions& options) {
  Report report;
  auto documents = std::make_shared<ScenarioDocuments>(path, options);
  const bool read = documents->documents.take_first(std::move(text), report);
  return finish(documents, read, report, options);
}

std::vector<std::string> params_of(const Scenario& scenario) {
  std::vector<std::string> names;
  const Node* params = scenario.documents->root().find("params");
  if (params == nullptr || !params->is_map()) return names;
  for (const Entry& entry : params->entries) {
    if (const auto name = reference_name(entry.key)) names.emplace_back(*name);
  }
  return names;
}

std::vector<std::string> files_of(const Scenario& scenario) {
  std::vector<std::string> names;
  for (const auto& path : scenario.documents->documents.paths()) names.push_back(path.string());
  return names;
}

bool has_errors(const std::vector<Diagnostic>& diagnostics) {
  for (const Diagnostic& one : diagnostics)
    if (one.severity == Severity::Error) return true;
  return false;
}

}  // namespace replsim::harness
