// The database of a run gives back exactly what was stable at the last checkpoint.
// EVIDENCE: DESIGN 5 (a test rebuilds arrays from the database at checkpoints and demands equality)
#include "model/store/sink.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "model/store/database.h"
#include "model/store/database_file.h"
#include "model/store/rebuild.h"
#include "model/trace/events.h"
#include "tests/catch.h"
#include "tests/store/random_disks.h"
#include "tests/store/temporary_folder.h"

using namespace replsim;
using namespace replsim::store;
namespace fs = std::filesystem;

namespace {

const RunInfo info{.scenario = "a name; DROP TABLE run",
                   .scenario_text = "text: 'quoted'\n",
                   .seed = UINT64_MAX,
                   .options = "--seed 1",
                   .build = "build"};

RunPosition at(std::uint64_t events) {
  return {events, sim::Instant{sim::seconds{static_cast<std::int64_t>(events)}}, events << 40 | 7};
}

std::unique_ptr<Sink> open(const std::string& path, bool replace = false) {
  auto sink = Sink::open({path, replace}, info);
  if (!sink) FAIL(sink.error().text);
  return std::move(*sink);
}

std::string value(Database& database, const char* sql) {
  Statement select(database, sql);
  std::string all;
  while (select.step()) all += (all.empty() ? "" : "|") + select.text(0);
  if (!database.ok()) FAIL(database.error()->text);
  return all;
}

}  // namespace

TEST_CASE("the database gives back the stable content of each checkpoint", "[store][sink]") {
  for (std::uint64_t seed = 1; seed <= 2; ++seed) {
    const TemporaryFolder folder;
    const std::string path = folder.file("run.db");
    auto sink = open(path);
    RandomDisks disks(seed, *sink);
    const sim::Trace trace;
    for (std::uint64_t round = 1; round <= 4; ++round) {
      for (int i = 0; i < 1500; ++i) disks.step();
      REQUIRE(sink->checkpoint(trace, at(round)));
      const auto run = rebuild(path);
      REQUIRE(run);
      CHECK(run->position.events == round);
      CHECK_FALSE(run->finished);
      CHECK(stable_content(*run) == disks.stable());
    }
    const StableContent last = disks.stable();
    for (int i = 0; i < 1500; ++i) disks.step();
    if (seed % 2 == 0) {
      sink.reset();  // the run ends without a last checkpoint
      const auto run = rebuild(path);
      REQUIRE(run);
      CHECK(stable_content(*run) == last);
      continue;
    }
    REQUIRE(sink->finish(trace, at(9)));
    const auto run = rebuild(path);
    REQUIRE(run);
    CHECK(run->finished);
    CHECK(run->info.scenario == info.scenario);
    CHECK(run->info.seed == info.seed);
    CHECK(run->position.hash == at(9).hash);
    CHECK(stable_content(*run) == disks.stable());
    CHECK_FALSE(fs::exists(path + "-wal"));
  }
}

TEST_CASE("the log is folded: the file grows with the blocks, not with the writes",
          "[store][sink]") {
  const TemporaryFolder folder;
  const std::string path = folder.file("run.db");
  auto sink = open(path);
  DiskContent disk;
  disk.attach(sink->add_disk("east", "east/d0"));
  sim::Stream chance(1, "writes", "test");
  const sim::Trace trace;
  for (std::uint64_t round = 0; round < 24; ++round) {
    sim::DiskWrite write;
    write.extent.area = sim::AreaId{1};
    write.extent.blocks = 1;
    for (std::uint64_t i = 0; i < 30'000; ++i) {
      write.extent.lba = chance.below(50'000);
      write.stamp = make_stamp(1, round * 30'000 + i + 1);
      disk.write(write, true);
    }
    REQUIRE(sink->checkpoint(trace, at(round)));
  }
  REQUIRE(sink->finish(trace, at(24)));
  // Unfolded, 720,000 writes of 28 bytes would be 20 MB; the log is folded from 2^18 of them on.
  CHECK(fs::file_size(path) < 10'000'000);
  const auto run = rebuild(path);
  REQUIRE(run);
  CHECK(list(run->disks[0].images.at(sim::AreaId{1})) == list(disk.image(sim::AreaId{1})));
}

TEST_CASE("after kill -9 the file is whole and holds a checkpoint", "[store][sink]") {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    const TemporaryFolder folder;
    const std::string path = folder.file("run.db");
    int pipe_ends[2];
    REQUIRE(pipe(pipe_ends) == 0);
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      auto sink = Sink::open({path, false}, info);
      RandomDisks disks(seed, **sink);
      const sim::Trace trace;
      for (std::uint64_t round = 1;; ++round) {
        for (int i = 0; i < 300; ++i) disks.step();
        if (!(*sink)->checkpoint(trace, at(round))) _exit(1);
        const char byte = 1;
        if (write(pipe_ends[1], &byte, 1) != 1) _exit(2);
      }
    }
    char byte = 0;
    for (std::uint64_t i = 0; i < seed; ++i) REQUIRE(read(pipe_ends[0], &byte, 1) == 1);
    usleep(static_cast<useconds_t>(seed * 1700));
    REQUIRE(kill(child, SIGKILL) == 0);
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    CHECK(WIFSIGNALED(status));
    close(pipe_ends[0]);
    close(pipe_ends[1]);
    const auto run = rebuild(path);
    if (!run) FAIL(run.error().text);
    CHECK(run->position.events >= seed);
    // The same run, done again up to that checkpoint, has the same stable content.
    auto memory = open(":memory:");
    RandomDisks again(seed, *memory);
    for (std::uint64_t i = 0; i < run->position.events * 300; ++i) again.step();
    CHECK(stable_content(*run) == again.stable());
    Database database(path, Database::Mode::Write);
    CHECK(value(database, "PRAGMA integrity_check") == "ok");
  }
}

TEST_CASE("the views show volumes, blocks, relations, jobs and events", "[store][sink]") {
  const TemporaryFolder folder;
  const std::string path = folder.file("run.db");
  auto sink = open(path);
  DiskContent disk;
  HardenedLog& log = sink->add_disk("east", "east/d0");
  disk.attach(log);
  sink->add_volume(log, {"east/vol1", sim::AreaId{3}, 4096, 1 << 20});
  sim::DiskWrite write;
  write.extent.area = sim::AreaId{3};
  write.extent.lba = 300;
  write.extent.blocks = 2;
  write.stamp = make_stamp(2, 0x0123456789AB);
  disk.write(write, true);
  write.extent.lba = 512;
  write.extent.blocks = 256;
  write.stamp = make_stamp(1, 5);
  disk.write(write, true);

  sim::Trace trace;
  const sim::EntityId endpoint = trace.entity("east:1");
  const sim::EntityId job = trace.entity("east:job:1");
  const sim::EntityId volume = trace.entity("east/vol1");
  const auto add = [&trace](const sim::TraceKind& kind, std::int64_t ms, sim::EntityId entity,
                            std::uint64_t cause, std::uint64_t a, std::uint64_t b,
                            std::uint64_t c) {
    trace.add(kind, {sim::Instant{sim::milliseconds{ms}}, cause, a, b, c, entity, kind.number, 0});
  };
  add(trace::endpoint_born, 1, endpoint, 0, 77, 1, volume.value);
  add(trace::state_change, 2, endpoint, 200, 0, 2, 77);
  add(trace::job_change, 3, job, 0, 2, 4, std::uint64_t{10} << 32 | endpoint.value);
  add(trace::state_change, 1500, endpoint, 12, 2, 6, 77);
  add(trace::job_change, 2000, job, 0, 4, 7, std::uint64_t{100} << 32 | endpoint.value);
  REQUIRE(sink->checkpoint(trace, at(1)));
  REQUIRE(sink->finish(trace, at(2)));

  Database database(path, Database::Mode::Read);
  CHECK(value(database, "SELECT volume||','||array||','||area||','||blocks_written FROM volumes") ==
        "east/vol1,east,3,258");
  CHECK(value(database,
              "SELECT volume||','||lba||','||host||','||write FROM blocks WHERE lba < 513") ==
        "east/vol1,300,2,1250999896491|east/vol1,301,2,1250999896491|east/vol1,512,1,5");
  CHECK(value(database, "SELECT count(*) FROM blocks WHERE host = 1 AND write = 5") == "256");
  CHECK(value(database,
              "SELECT endpoint||','||pair||','||role||','||volume||','||copy_state||','||born"
              " FROM relations") == "east:1,77,source,east/vol1,Fractured,0.001000000");
  CHECK(value(database,
              "SELECT time||' '||copy_state_before||' -> '||copy_state||' by '||cause"
              " FROM relation_history") ==
        "0.002000000 - -> Initialized by creation|"
        "1.500000000 Initialized -> Fractured by Fracture");
  CHECK(value(database,
              "SELECT job||','||endpoint||','||job_state||','||percent||','||started||','||changed"
              " FROM jobs") == "east:job:1,east:1,Completed,100,0.003000000,2.000000000");
  CHECK(value(database, "SELECT kind||' '||entity||' '||fields FROM events LIMIT 1") ==
        "endpoint-born east:1 pair=77 role=1 volume=" + std::to_string(volume.value));
  CHECK(value(database, "SELECT value FROM run WHERE key = 'scenario'") == info.scenario);
}

TEST_CASE("when no space is left the file keeps the last checkpoint that went well",
          "[store][sink]") {
  const TemporaryFolder folder;
  const std::string path = folder.file("run.db");
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    // A limit on file size stands in for a full disk.
    signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{1 << 20, 1 << 20};
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0) _exit(100);
    auto sink = Sink::open({path, false}, info);
    if (!sink) _exit(101);
    RandomDisks disks(1, **sink);
    const sim::Trace trace;
    for (int round = 1; round < 100; ++round) {
      for (int i = 0; i < 300; ++i) disks.step();
      const auto written = (*sink)->checkpoint(trace, at(static_cast<std::uint64_t>(round)));
      if (written) continue;
      const bool again = (*sink)->checkpoint(trace, at(0)).has_value();  // stays failed
      const SinkProblem kind = written.error().kind;
      const bool named = kind == SinkProblem::Full || kind == SinkProblem::Io;
      _exit(again || !named ? 102 : round);
    }
    _exit(103);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  const auto failed = static_cast<std::uint64_t>(WEXITSTATUS(status));
  REQUIRE(failed < 100);
  const auto run = rebuild(path);
  if (!run) FAIL(run.error().text);
  CHECK(run->position.events == failed - 1);
  auto memory = open(":memory:");
  RandomDisks again(1, *memory);
  for (std::uint64_t i = 0; i < (failed - 1) * 300; ++i) again.step();
  CHECK(stable_content(*run) == again.stable());
}

TEST_CASE("the queries of docs/database.md run", "[store][sink]") {
  const TemporaryFolder folder;
  const std::string path = folder.file("run.db");
  auto sink = open(path);
  REQUIRE(sink->finish(sim::Trace(), at(1)));
  Database database(path, Database::Mode::Read);
  std::ifstream file(REPLSIM_SOURCE_DIR "/docs/database.md");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const std::string begin = "sqlite3 out/two-writers.db \"";
  int queries = 0;
  for (std::size_t from = text.find(begin); from != std::string::npos;
       from = text.find(begin, from)) {
    from += begin.size();
    database.run(text.substr(from, text.find('"', from) - from).c_str());
    if (!database.ok()) FAIL(database.error()->text);
    ++queries;
  }
  CHECK(queries == 6);
}
