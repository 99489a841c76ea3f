// Where a database may be put, and files that are not what they seem.
#include "model/store/database_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "model/store/rebuild.h"
#include "model/store/sink.h"
#include "sim/chance.h"
#include "tests/catch.h"
#include "tests/store/random_disks.h"
#include "tests/store/temporary_folder.h"

using namespace replsim;
using namespace replsim::store;
namespace fs = std::filesystem;

namespace {

std::string slurp(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}
void spew(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

SinkProblem problem(const std::string& path, bool replace = true) {
  const auto sink = Sink::open({path, replace}, {});
  REQUIRE_FALSE(sink.has_value());
  CHECK(sink.error().text.find(path) != std::string::npos);
  return sink.error().kind;
}

void make_run(const std::string& path, std::uint64_t seed, bool finish, bool replace = false) {
  auto sink = Sink::open({path, replace}, {.scenario = "run " + std::to_string(seed)});
  if (!sink) FAIL(sink.error().text);
  RandomDisks disks(seed, **sink);
  for (int i = 0; i < 2000; ++i) disks.step();
  const sim::Trace trace;
  REQUIRE((*sink)->checkpoint(trace, {1, {}, 1}));
  if (finish) REQUIRE((*sink)->finish(trace, {2, {}, 2}));
}

}  // namespace

TEST_CASE("a file that is not ours is refused and not touched", "[store][database-file]") {
  const TemporaryFolder folder;
  const std::string path = folder.file("other");
  const std::string foreign = GENERATE(
      std::string("notes of mine"), std::string(), std::string(5000, '\0'),
      std::string("SQLite format 3\0", 16), std::string("SQLite format 3\0", 16).append(500, 'x'));
  spew(path, foreign);
  CHECK(problem(path) == SinkProblem::Foreign);
  CHECK(slurp(path) == foreign);
  CHECK(std::distance(fs::directory_iterator(fs::path(path).parent_path()), {}) == 1);
  const auto read = rebuild(path);
  REQUIRE_FALSE(read);
  CHECK(read.error().kind == SinkProblem::Foreign);
}

TEST_CASE("a run is replaced only when told so, and then whole", "[store][database-file]") {
  const TemporaryFolder folder;
  const std::string path = folder.file("run.db");
  make_run(path, 1, false);
  const std::string before = slurp(path);
  CHECK(problem(path, false) == SinkProblem::Exists);
  CHECK(slurp(path) == before);
  make_run(path, 2, true, true);
  const auto run = rebuild(path);
  REQUIRE(run);
  CHECK(run->info.scenario == "run 2");
  CHECK(std::distance(fs::directory_iterator(fs::path(path).parent_path()), {}) == 1);
}

TEST_CASE("a run that another process is writing is not replaced", "[store][database-file]") {
  const TemporaryFolder folder;
  const std::string path = folder.file("run.db");
  auto first = Sink::open({path, false}, {.scenario = "first"});
  REQUIRE(first);
  REQUIRE((*first)->checkpoint(sim::Trace(), {1, {}, 1}));
  CHECK(problem(path) == SinkProblem::Busy);
  REQUIRE((*first)->checkpoint(sim::Trace(), {2, {}, 2}));
  const auto run = rebuild(path);
  REQUIRE(run);
  CHECK(run->info.scenario == "first");
  CHECK(run->position.events == 2);
}

TEST_CASE("places where nothing can be written are named", "[store][database-file]") {
  const TemporaryFolder folder;
  CHECK(problem("") == SinkProblem::Unwritable);
  CHECK(problem(folder.file("no/such/folder.db")) == SinkProblem::Unwritable);
  CHECK(problem(folder.file(".")) == SinkProblem::Foreign);
  CHECK(problem("/dev/null") == SinkProblem::Foreign);
  if (geteuid() != 0) {
    fs::create_directory(folder.file("closed"));
    REQUIRE(chmod(folder.file("closed").c_str(), 0500) == 0);
    CHECK(problem(folder.file("closed/run.db")) == SinkProblem::Unwritable);
  }
  const auto missing = rebuild(folder.file("nothing"));
  REQUIRE_FALSE(missing);
  CHECK(missing.error().kind == SinkProblem::Missing);
}

TEST_CASE("left-overs of a killed process do not reach a new run", "[store][database-file]") {
  const TemporaryFolder folder;
  const std::string path = folder.file("run.db");
  make_run(path, 1, true);
  const std::string whole = slurp(path);
  fs::remove(path);
  spew(path + "-new", whole.substr(0, 8192));              // killed while it made the file
  spew(path + "-wal", std::string("\x37\x7f\x06\x82zz"));  // its database was removed by hand
  make_run(path, 3, true);
  CHECK(rebuild(path)->info.scenario == "run 3");
  CHECK(std::distance(fs::directory_iterator(fs::path(path).parent_path()), {}) == 1);

  fs::remove(path);
  spew(path + "-wal", "somebody's letters");
  const auto sink = Sink::open({path, false}, {});
  REQUIRE_FALSE(sink);
  CHECK(sink.error().kind == SinkProblem::Foreign);
  CHECK(slurp(path + "-wal") == "somebody's letters");
}

TEST_CASE("a newer database is refused", "[store][database-file]") {
  const TemporaryFolder folder;
  const std::string path = folder.file("run.db");
  make_run(path, 1, true);
  std::string bytes = slurp(path);
  bytes[63] = 2;  // user_version
  spew(path, bytes);
  CHECK(problem(path) == SinkProblem::Newer);
  CHECK(slurp(path) == bytes);
  const auto run = rebuild(path);
  REQUIRE_FALSE(run);
  CHECK(run.error().kind == SinkProblem::Newer);
}

TEST_CASE("a damaged database gives an error or a run, never a crash", "[store][database-file]") {
  const TemporaryFolder folder;
  const std::string path = folder.file("run.db");
  make_run(path, 1, GENERATE(false, true));
  const std::string whole = slurp(path);
  sim::Stream chance(1, "damage", "test");
  std::size_t errors = 0;
  for (int i = 0; i < 150; ++i) {
    std::string bytes = whole;
    if (i % 3 == 0) {
      bytes.resize(chance.below(bytes.size()));
    } else {
      const std::uint64_t hits = 1 + chance.below(i % 3 == 1 ? 1 : 2000);
      for (std::uint64_t n = 0; n < hits; ++n) {
        const std::uint64_t place = 100 + chance.below(bytes.size() - 100);
        bytes[place] = static_cast<char>(chance.below(256));
      }
    }
    spew(path, bytes);
    const auto run = rebuild(path, {.blocks = 1 << 20});
    errors += run ? 0 : 1;
    if (!run) CHECK_FALSE(run.error().text.empty());
  }
  CHECK(errors > 50);
}
