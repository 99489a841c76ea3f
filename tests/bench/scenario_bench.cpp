// Whole runs as a user makes them: scenario, host and array links, engine, ledger, all checkers,
// and the database in a file in the current folder. items = host writes, each acknowledged by both
// arrays. A run that does not pass is no figure.
#include <benchmark/benchmark.h>

#include <filesystem>
#include <string>

#include "cli/run_one.h"
#include "cli/selection.h"

namespace {

using namespace replsim;

constexpr const char* database = "replsim_bench.db";

void remove_files() {
  for (const char* suffix : {"", "-wal", "-shm"}) {
    std::filesystem::remove(std::string(database) + suffix);
  }
}

/// Runs tests/bench/`file`, which writes `writes` times.
void run_scenario(benchmark::State& state, const char* file, std::int64_t writes) {
  const std::string path = std::string(REPLSIM_SOURCE_DIR "/tests/bench/") + file;
  const cli::Loaded loaded = cli::load_all({path}, {});
  if (loaded.runs.size() != 1 || loaded.errors() != 0) {
    state.SkipWithError(cli::diagnostics_text(loaded).c_str());
    return;
  }
  for (auto _ : state) {
    remove_files();
    const record::ScenarioRecord record =
        cli::run_one(loaded.runs.front(), {.db = database, .command_line = file});
    if (record.verdict != record::Verdict::Pass) {
      state.SkipWithError("the run did not pass");
      break;
    }
  }
  remove_files();
  state.SetItemsProcessed(state.iterations() * writes);
}

void replicated_write(benchmark::State& state) {
  run_scenario(state, "replicated_write.yaml", 200'000);
}
BENCHMARK(replicated_write)->Unit(benchmark::kMillisecond)->UseRealTime();

void light_day(benchmark::State& state) {
  run_scenario(state, "light_day.yaml", std::int64_t{8} * 2 * 86'400);
}
BENCHMARK(light_day)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(1);

}  // namespace
