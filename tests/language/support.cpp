// Helpers of the language tests.
#include "tests/language/support.h"

#include <fmt/core.h>
#include <unistd.h>

#include <fstream>

namespace replsim::harness::test {

LoaderOptions options() {
  LoaderOptions result;
  const std::filesystem::path root = REPLSIM_SOURCE_DIR;
  result.std_folder = root / "fixtures/topologies";
  result.profile_folder = root / "fixtures/profiles";
  result.evidence_rule =
      result.allow_rule = [](std::string_view name) -> std::expected<std::string, std::string> {
    if (name == "A99") return std::unexpected("there is no A99");
    return std::string(name);
  };
  return result;
}

namespace {

Outcome finish(LoadResult load, const ExpandOptions& expand_options) {
  Outcome result;
  result.load = std::move(load);
  result.diagnostics = result.load.diagnostics;
  if (result.load.scenario) {
    result.expansion = expand(*result.load.scenario, options(), expand_options);
    result.diagnostics = result.expansion.diagnostics;
  }
  return result;
}

}  // namespace

std::string Outcome::brief() const {
  std::string result;
  for (const Diagnostic& one : diagnostics)
    result += fmt::format("{}{}:{} {}: {}", result.empty() ? "" : "\n", one.line, one.column,
                          one.code, one.text);
  return result;
}

bool Outcome::has(std::string_view code) const {
  for (const Diagnostic& one : diagnostics)
    if (one.code == code) return true;
  return false;
}

std::string Outcome::hint(std::string_view code) const {
  for (const Diagnostic& one : diagnostics)
    if (one.code == code) return one.hint;
  return {};
}

Outcome check_at(std::string text, const std::filesystem::path& path,
                 const ExpandOptions& expand_options) {
  return finish(load_text(std::move(text), path, options()), expand_options);
}

Outcome check(std::string text, const ExpandOptions& expand_options) {
  return check_at(std::move(text), "/nowhere/test.yaml", expand_options);
}

Outcome check_file(const std::filesystem::path& path, const ExpandOptions& expand_options) {
  return finish(load(path, options()), expand_options);
}

std::string scenario(std::string_view steps, std::string_view top) {
  return fmt::format("version: 1\nscenario: test\nprovider: east\n{}steps:\n{}", top, steps);
}

std::string_view make_mirror() {
  return "  - call: CreateElementReplica\n"
         "    with: {SyncType: Mirror, Mode: Synchronous, SourceElement: east/vol1,"
         " TargetPool: west/pool1, WaitForCopyState: Synchronized}\n"
         "    save: {Synchronization: $mirror}\n"
         "    within: 1 h\n";
}

std::string steps(const std::string& text, std::string_view top) {
  return check(scenario(text + std::string(judged), top)).brief();
}

std::string on_mirror(const std::string& text, std::string_view top) {
  return check(scenario(std::string(make_mirror()) + text, top)).brief();
}

std::string top(std::string_view lines) {
  return check(scenario(judged, lines)).brief();
}

Folder::Folder(const std::string& name)
    : path_(std::filesystem::temp_directory_path() / fmt::format("replsim-{}-{}", name, getpid())) {
  std::filesystem::remove_all(path_);
  std::filesystem::create_directories(path_);
}

Folder::~Folder() {
  std::error_code error;
  std::filesystem::remove_all(path_, error);
}

std::filesystem::path Folder::write(const std::string& name, const std::string& text) const {
  const auto file = path_ / name;
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file) << text;
  return file;
}

}  // namespace replsim::harness::test
