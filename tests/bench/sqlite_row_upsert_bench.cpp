// What SQLite does when every block is a row: the rate that the store must leave behind.
// One row per block, at random over a million distinct blocks, WAL, synchronous = OFF, transactions
// of 10,000, in a file in the current folder. items = blocks written.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <filesystem>
#include <string>

#include "model/store/database.h"
#include "sim/chance.h"

namespace {

using namespace replsim;

constexpr std::uint64_t distinct_blocks = 1'000'000;
constexpr std::uint64_t writes_per_transaction = 10'000;
constexpr const char* path = "sqlite_row_upsert.db";

void remove_files() {
  for (const char* suffix : {"", "-wal", "-shm"}) {
    std::filesystem::remove(std::string(path) + suffix);
  }
}

void transaction(store::Database& database, store::Statement& upsert, sim::Stream& chance,
                 std::uint64_t first_stamp) {
  database.begin();
  for (std::uint64_t i = 0; i < writes_per_transaction; ++i) {
    const std::uint64_t lba = chance.below(distinct_blocks);
    upsert.bind(1, lba).bind(2, first_stamp + i).execute();
  }
  database.end();
}

void sqlite_row_upsert(benchmark::State& state) {
  remove_files();
  {
    store::Database database(path, store::Database::Mode::Create);
    database.run(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536;"
        "CREATE TABLE block(lba INTEGER PRIMARY KEY, stamp INTEGER NOT NULL)");
    store::Statement upsert(database,
                            "INSERT INTO block VALUES(?1, ?2) "
                            "ON CONFLICT(lba) DO UPDATE SET stamp = excluded.stamp");
    // All rows are there before the clock starts: an array in use, not an empty file.
    database.begin();
    for (std::uint64_t lba = 0; lba < distinct_blocks; ++lba) {
      upsert.bind(1, lba).bind(2, std::uint64_t{1}).execute();
    }
    database.end();
    sim::Stream chance(1, "sqlite_row_upsert", "blocks");
    std::uint64_t stamp = 2;
    for (auto _ : state) {
      transaction(database, upsert, chance, stamp);
      stamp += writes_per_transaction;
    }
    if (!database.ok()) state.SkipWithError(database.error()->text.c_str());
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(writes_per_transaction));
  }
  remove_files();
}
BENCHMARK(sqlite_row_upsert)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
