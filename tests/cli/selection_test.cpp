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

}  // namespace replsim::cli
