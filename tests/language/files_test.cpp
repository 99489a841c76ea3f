// Files that name files: relative to the namer, never out of the first one's folder.
#include "tests/catch.h"
#include "tests/language/support.h"

namespace replsim::harness::test {
namespace {

std::string head(std::string_view lines) {
  return "version: 1\nscenario: x\nprovider: east\n" + std::string(lines) +
         "steps: [{expect: {east/pool1.free: 0 B}}]\n";
}

}  // namespace

// EVIDENCE: language.md/2 files
TEST_CASE("a file outside the folder of the first file is refused", "[language][files]") {
  const Folder folder("outside");
  folder.write("secret.yaml", "version: 1\nrunbooks: {}\n");
  const auto inner = folder.path() / "inner";
  std::filesystem::create_directories(inner);
  std::filesystem::create_symlink(folder.path() / "secret.yaml", inner / "link.yaml");
  for (const char* name : {"../secret.yaml", "/etc/passwd", "link.yaml", "a/../../secret.yaml",
                           "../../../../../etc/passwd"}) {
    CAPTURE(name);
    const auto path = folder.write("inner/x.yaml", head("include: [" + std::string(name) + "]\n"));
    CHECK(check_file(path).has("outside-folder"));
    const auto topology =
        folder.write("inner/y.yaml", head("topology: " + std::string(name) + "\n"));
    CHECK(check_file(topology).has("outside-folder"));
  }
}

TEST_CASE("names of what ships lead nowhere else", "[language][files]") {
  CHECK(check(head("topology: std:two-arrays\n")).brief() == "");
  CHECK(check(head("topology: std:../profiles/mirror\n")).has("unreadable-file"));
  CHECK(check(head("topology: std:no-such\n")).has("unreadable-file"));
}

TEST_CASE("files that include each other are told", "[language][files]") {
  const Folder folder("cycle");
  folder.write("a.yaml", "version: 1\ninclude: [b.yaml]\nrunbooks: {a: {steps: [{wait: 1 s}]}}\n");
  folder.write("b.yaml", "version: 1\ninclude: [a.yaml]\nrunbooks: {b: {steps: [{wait: 1 s}]}}\n");
  const auto path = folder.write("x.yaml", head("include: [a.yaml]\n"));
  CHECK(check_file(path).has("include-cycle"));
  const auto twice = folder.write("y.yaml", head("include: [c.yaml, d.yaml]\n"));
  folder.write("c.yaml", "version: 1\nrunbooks: {a: {steps: [{wait: 1 s}]}}\n");
  folder.write("d.yaml", "version: 1\nrunbooks: {a: {steps: [{wait: 1 s}]}}\n");
  CHECK(check_file(twice).has("name-twice"));
}

TEST_CASE("a file of the wrong kind is told", "[language][files]") {
  const Folder folder("kind");
  folder.write("t.yaml",
               "version: 1\ntopology: t\narrays: {east: {pools: {pool1: {size: 1 TiB}}}}\n");
  const auto path = folder.write("x.yaml", head("include: [t.yaml]\n"));
  CHECK(check_file(path).has("wrong-file-kind"));
  const auto other = folder.write("y.yaml", head("topology: x.yaml\n"));
  CHECK(check_file(other).has("wrong-file-kind"));
}

TEST_CASE("topology, profile and library files can be checked alone", "[language][files]") {
  const std::filesystem::path root = REPLSIM_SOURCE_DIR;
  for (const char* name : {"two-arrays", "one-array", "three-arrays"}) {
    const Outcome outcome =
        check_file(root / "fixtures/topologies" / (std::string(name) + ".yaml"));
    CHECK(outcome.brief() == "");
    CHECK(outcome.load.kind == "topology");
  }
  const Outcome profile = check_file(root / "fixtures/profiles/mirror.yaml");
  CHECK(profile.brief() == "");
  CHECK(profile.load.kind == "profile");
  const Outcome library = check("version: 1\nrunbooks: {a: {stpes: []}}\n");
  CHECK(library.load.kind == "library");
  CHECK(library.has("unknown-key"));
}

}  // namespace replsim::harness::test
