// Which names a run may write to.
// EVIDENCE: issue "an unwritable output (named before the run)"
#include "cli/outputs.h"

#include <unistd.h>

#include <filesystem>

#include "model/store/sink.h"
#include "tests/catch.h"
#include "tests/cli/temporary_folder.h"

namespace replsim::cli {
namespace {

bool opens(const RunOptions& options, const std::vector<std::string>& inputs = {}) {
  Outputs outputs;
  return outputs.open(options, inputs);
}

}  // namespace

TEST_CASE("no output replaces a file that the run reads, under any of its names",
          "[cli][outputs]") {
  const TemporaryFolder folder;
  const std::string input = folder.write("s.yaml", "scenario: s\n");
  std::filesystem::create_symlink(input, folder / "link.yaml");
  std::filesystem::create_hard_link(input, folder / "hard.yaml");
  for (const std::string name : {"s.yaml", "./s.yaml", "link.yaml", "hard.yaml"}) {
    for (const auto member :
         {&RunOptions::json, &RunOptions::junit, &RunOptions::trace, &RunOptions::db}) {
      RunOptions options;
      options.*member = folder / name;
      CAPTURE(name);
      CHECK_FALSE(opens(options, {input}));
    }
  }
  CHECK(folder.read("s.yaml") == "scenario: s\n");
  CHECK(folder.count() == 3);
  CHECK(opens({.json = folder / "other.json"}, {input}));
}

TEST_CASE("two outputs are two files, however they are named", "[cli][outputs]") {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "d");
  CHECK_FALSE(opens({.json = folder / "a", .junit = folder / "./a"}));
  CHECK_FALSE(opens({.json = folder / "a", .trace = folder / "d/../a"}));
  folder.write("there", "x");
  std::filesystem::create_symlink(folder / "there", folder / "link");
  CHECK_FALSE(opens({.json = folder / "there", .junit = folder / "link"}));
  CHECK_FALSE(opens({.json = folder / "x.db-wal", .db = folder / "x.db"}));
  CHECK(opens({.json = folder / "a", .junit = folder / "b"}));
  CHECK(opens({.json = "/dev/null", .junit = "/dev/null"}));
}

TEST_CASE("a database goes where nothing is, or an older run", "[cli][outputs]") {
  // EVIDENCE: issue "an unusable --db is named before the run"
  const TemporaryFolder folder;
  CHECK(opens({.db = folder / "new.db"}));
  CHECK_FALSE(std::filesystem::exists(folder / "new.db"));
  for (const auto* content : {"", "text\n", "SQLite format 3 and what not"}) {
    CHECK_FALSE(opens({.db = folder.write("foreign.db", content)}));
    CHECK(folder.read("foreign.db") == content);
  }
  for (const auto* name : {"/dev/full", "/dev/null", "/etc/passwd", ":memory:", "file:x.db", ""}) {
    CHECK_FALSE(opens({.db = name}));
  }
  folder.write("other.db-new", "not ours");
  CHECK_FALSE(opens({.db = folder / "other.db"}));
  folder.write("third.db-journal", "not ours");
  CHECK_FALSE(opens({.db = folder / "third.db"}));
  {
    const auto sink = store::Sink::open({.path = folder / "run.db"}, {});
    REQUIRE(sink.has_value());
  }
  CHECK(opens({.db = folder / "run.db"}));
}

}  // namespace replsim::cli
