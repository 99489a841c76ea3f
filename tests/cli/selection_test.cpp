// From files to runs, with everything wrong named.
#include "cli/selection.h"

#include "tests/catch.h"
#include "tests/cli/temporary_folder.h"

namespace replsim::cli {
namespace {

harness::Run run_named(const std::string& scenario, const std::string& cell,
                       const std::string& case_name, std::vector<std::string> tags) {
  harness::Run run;
  run.scenario = scenario;
  run.name = scenario + cell;
  run.case_name = case_name;
  run.tags = std::move(tags);
  return run;
}

std::vector<harness::Run> sample() {
  return {run_named("cut", "[mode=Synchronous]", "", {"fast", "link"}),
          run_named("cut", "[mode=Asynchronous]", "", {"fast", "link"}),
          run_named("crash", "", "east", {"fast"}), run_named("crash", "", "west", {"fast"})};
}

}  // namespace

TEST_CASE("the identity of a run splits its name", "[cli][selection]") {
  const auto identity = identity_of(run_named("cut", "[mode=Synchronous,n=2]", "both", {}));
  CHECK(identity.name == "cut");
  CHECK(identity.cell == "mode=Synchronous,n=2");
  CHECK(identity.case_name == "both");
  CHECK(record::full_name(identity) == "cut[mode=Synchronous,n=2]/both");
}

TEST_CASE("filters, tags and cases narrow the runs", "[cli][selection]") {
  CHECK(select(sample(), {}, {}, {}).size() == 4);
  CHECK(select(sample(), {"cut"}, {}, {}).size() == 2);
  CHECK(select(sample(), {"Asyn", "west"}, {}, {}).size() == 2);
  CHECK(select(sample(), {}, {"fast"}, {}).size() == 4);
  CHECK(select(sample(), {}, {"fast", "link"}, {}).size() == 2);
  CHECK(select(sample(), {}, {"slow"}, {}).empty());
  const auto one = select(sample(), {}, {}, {"east"});
  REQUIRE(one.size() == 1);
  CHECK(one[0].case_name == "east");
  CHECK(select(sample(), {"cut"}, {}, {"mode=Synchronous"}).size() == 1);
}

TEST_CASE("paths that can not be read are told, nothing is loaded", "[cli][selection]") {
  const TemporaryFolder folder;
  const Loaded loaded = load_all({folder / "none.yaml"}, {});
  CHECK(loaded.errors() == 1);
  CHECK(loaded.runs.empty());
  CHECK(diagnostics_text(loaded) ==
        "replsim: " + (folder / "none.yaml") + ": no such file or folder\n");
}

TEST_CASE("rubbish in a file is a located error", "[cli][selection]") {
  // EVIDENCE: issue "Bad input gets ... binary garbage ... one clear located message"
  const TemporaryFolder folder;
  const std::string file = folder.write("bad.yaml",
                                        "\x7f"
                                        "ELF\x02\x01");
  const Loaded loaded = load_all({file}, {});
  CHECK(loaded.errors() >= 1);
  CHECK(loaded.runs.empty());
  CHECK(diagnostics_text(loaded).starts_with(file + ":1:"));
}

namespace {

std::string scenario_named(const std::string& name, const std::string& more = "") {
  return "version: 1\nscenario: " + name + "\ntopology: std:two-arrays\nprovider: east\n" + more +
         "steps:\n  - expect: {east/pool1.free: {at-least: 1 GiB}}\n    within: 1 s\n";
}

}  // namespace

TEST_CASE("evidence that no run can count is told with the right name", "[cli][selection]") {
  // EVIDENCE: language/4 "evidence names rules known to explain"
  const TemporaryFolder folder;
  const auto loaded = load_all(
      {folder.write("a.yaml", scenario_named("a", "evidence: [Fracture]\nallow: [Foo->Bar]\n"))},
      {});
  const std::string text = diagnostics_text(loaded);
  CHECK(loaded.errors() == 2);
  CHECK(text.find("ModifyReplicaSynchronization/Fracture") != std::string::npos);
  const auto short_name =
      load_all({folder.write("b.yaml", scenario_named("b", "evidence: [SYN -> FRA]\n"))}, {});
  REQUIRE(short_name.runs.size() == 1);
  CHECK(short_name.runs[0].evidence.at(0).name == "Synchronized->Fractured");
}

TEST_CASE("a setting is for the files that have the param", "[cli][selection]") {
  const TemporaryFolder folder;
  const std::string with =
      folder.write("with.yaml", scenario_named("with", "params: {$d: duration}\nlimit: $d\n"));
  const std::string without = folder.write("without.yaml", scenario_named("without"));
  const auto both = load_all({with, without}, {.sets = {{"d", "1 h"}}});
  INFO(diagnostics_text(both));
  CHECK(both.errors() == 0);
  CHECK(both.runs.size() == 2);
  const auto none = load_all({with, without}, {.sets = {{"d", "1 h"}, {"e", "1 h"}}});
  CHECK(none.errors() == 1);
  CHECK(diagnostics_text(none).find("no param `$e`") != std::string::npos);
  // The place of a param that nobody gave is its own.
  const auto missing = load_all({with}, {});
  CHECK(missing.errors() == 1);
  CHECK(diagnostics_text(missing).starts_with(with + ":5:10: error[missing-parameter]"));
  CHECK(diagnostics_text(missing).find("--set d=") != std::string::npos);
}

TEST_CASE("a seed on the command line is told when the matrix has its own", "[cli][selection]") {
  const TemporaryFolder folder;
  const std::string file =
      folder.write("seeds.yaml", scenario_named("seeds", "matrix: {$seed: [1, 2]}\n"));
  CHECK(load_all({file}, {}).notes.empty());
  const auto seeded = load_all({file}, {.sets = {}, .seed = 7});
  REQUIRE(seeded.notes.size() == 1);
  CHECK(seeded.errors() == 0);
  CHECK(diagnostics_text(seeded).find("the matrix gives $seed") != std::string::npos);
}

TEST_CASE("every file that a scenario includes is an input", "[cli][selection]") {
  const TemporaryFolder folder;
  folder.write("t.yaml",
               "version: 1\ntopology: t\narrays: {east: {disks: {d0: {kind: ssd, size: 2 "
               "TiB}}, pools: {pool1: {size: 1 TiB}}}}\n");
  const std::string file = folder.write(
      "s.yaml",
      "version: 1\nscenario: s\ntopology: t.yaml\nsteps:\n  - expect: {east/pool1.free: 1 TiB}\n");
  const auto loaded = load_all({file}, {});
  INFO(diagnostics_text(loaded));
  const auto has = [&](const std::string& end) {
    return std::ranges::any_of(loaded.inputs, [&](const auto& one) { return one.ends_with(end); });
  };
  CHECK(has("/s.yaml"));
  CHECK(has("/t.yaml"));
}

TEST_CASE("a name that does not ship is told with the nearest", "[cli][selection]") {
  const TemporaryFolder folder;
  std::string text = scenario_named("a");
  text.replace(text.find("two-arrays"), 10, "two-array");
  const auto loaded = load_all({folder.write("a.yaml", text)}, {});
  CHECK(diagnostics_text(loaded).find("did you mean `std:two-arrays`?") != std::string::npos);
}

TEST_CASE("missing topologies and profiles are told once", "[cli][selection]") {
  const TemporaryFolder folder;
  const std::string file = folder.write("a.yaml", scenario_named("a"));
  const char* before = std::getenv("REPLSIM_FIXTURES");
  const std::string kept = before == nullptr ? "" : before;
  ::setenv("REPLSIM_FIXTURES", folder.path().c_str(), 1);
  const auto loaded = load_all({file}, {});
  if (before == nullptr) ::unsetenv("REPLSIM_FIXTURES");
  if (before != nullptr) ::setenv("REPLSIM_FIXTURES", kept.c_str(), 1);
  CHECK(loaded.errors() == 1);
  CHECK(diagnostics_text(loaded).find("REPLSIM_FIXTURES names ") != std::string::npos);
}

TEST_CASE("a scenario's name is used once in a set of files", "[cli][selection]") {
  // EVIDENCE: language/4 "scenario: name (unique)"
  const TemporaryFolder folder;
  const std::string text =
      "version: 1\nscenario: same\ntopology: std:two-arrays\nprovider: east\nsteps:\n"
      "  - wait: 1 s\n  - expect: {east/pool1.free: {at-least: 1 GiB}}\n";
  folder.write("a.yaml", text);
  folder.write("b.yaml", text);
  const Loaded loaded = load_all({folder.path()}, {});
  INFO(diagnostics_text(loaded));
  CHECK(loaded.scenarios == 2);
  CHECK(diagnostics_text(loaded).find("is also in " + (folder / "a.yaml")) != std::string::npos);
}

TEST_CASE("each diagnostic of a file is told once, in order of place", "[cli][selection]") {
  // EVIDENCE: language.md, section 9: all errors, sorted by place
  const TemporaryFolder folder;
  const std::string text =
      "version: 1\ntitel: a\nscenario: same\nprovider: east\nsteps:\n  - wait: 5\n"
      "  - expect: {east/pool1.free: {at-least: 1 GiB}}\n";
  folder.write("a.yaml", text);
  folder.write("b.yaml", text);
  const Loaded loaded = load_all({folder.path()}, {});
  CHECK(loaded.errors() == 5);
  std::vector<std::string> codes;
  for (const auto& one : loaded.diagnostics) codes.push_back(one.code);
  CHECK(codes == std::vector<std::string>{"unknown-key", "wrong-unit", "unknown-key", "name-twice",
                                          "wrong-unit"});
}

}  // namespace replsim::cli
