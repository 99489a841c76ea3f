// What the database of a run says, also of one that was killed.
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <thread>

#include "cli/run_one.h"
#include "cli/selection.h"
#include "model/store/database.h"
#include "tests/catch.h"
#include "tests/cli/temporary_folder.h"

namespace replsim::cli {
namespace {

/// A mirror with a workload that goes on for `length`.
harness::Run busy_run(const TemporaryFolder& folder, const std::string& length) {
  const std::string text =
      "version: 1\nscenario: busy\ntopology: std:two-arrays\nprovider: east\nsteps:\n"
      "  - call: CreateElementReplica\n"
      "    with: {SyncType: Mirror, SourceElement: east/vol1, TargetPool: west/pool1,"
      " WaitForCopyState: Synchronized}\n"
      "    within: 60 s\n"
      "  - {workload: random, host: h1, volume: east/vol1, rate: 2000/s, range: 0 B .. 1 MiB}\n"
      "  - {wait: " +
      length + "}\n";
  const Loaded loaded = load_all({folder.write("busy.yaml", text)}, {});
  INFO(diagnostics_text(loaded));
  REQUIRE(loaded.runs.size() == 1);
  return loaded.runs.front();
}

std::string value(const std::string& path, const char* sql) {
  store::Database database(path, store::Database::Mode::Read);
  store::Statement select(database, sql);
  return select.step() ? select.text(0) : std::string();
}

constexpr const char* volumes =
    "SELECT group_concat(volume) FROM (SELECT volume FROM volumes WHERE volume IS NOT NULL "
    "ORDER BY volume)";

}  // namespace

TEST_CASE("a database names its volumes, its causes and what repeats its run", "[cli][database]") {
  // EVIDENCE: docs/database.md
  const TemporaryFolder folder;
  const std::string path = folder / "run.db";
  run_one(busy_run(folder, "1 s"), {.db = path, .command_line = "replsim run x --seed 1"});
  CHECK(value(path, "SELECT value FROM run WHERE key = 'options'") == "replsim run x --seed 1");
  CHECK(value(path, volumes) == "east/vol1,east/vol2,east/vol3,east/vol4,west/pool1-1");
  CHECK(value(path, "SELECT cause FROM relation_history ORDER BY number LIMIT 1") ==
        "created, first visible state");
}

TEST_CASE("a killed run leaves the names of its volumes", "[cli][database]") {
  // EVIDENCE: issue "after kill -9 the file holds the last checkpoint"
  const TemporaryFolder folder;
  const std::string path = folder / "run.db";
  const harness::Run run = busy_run(folder, "10 h");
  const pid_t child = ::fork();
  if (child == 0) {
    run_one(run, {.db = path, .command_line = "replsim run x"});
    ::_exit(0);
  }
  for (int i = 0; i < 6000; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    if (!std::filesystem::exists(path)) continue;
    if (value(path, "SELECT count(*) FROM checkpoint") != "0") break;
  }
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  CHECK(value(path, "SELECT value FROM run WHERE key = 'finished'") == "0");
  CHECK(value(path, "SELECT value FROM run WHERE key = 'options'") == "replsim run x");
  CHECK(value(path, volumes) == "east/vol1,east/vol2,east/vol3,east/vol4,west/pool1-1");
}

}  // namespace replsim::cli
