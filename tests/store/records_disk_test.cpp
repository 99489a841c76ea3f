// Records written through a simulated disk: they take time, and what a power loss leaves is what
// a restart finds.
// EVIDENCE: DESIGN 5 (stable records go through the same simulated disks and caches as data)
#include <optional>
#include <string>
#include <vector>

#include "model/store/records.h"
#include "sim/node.h"
#include "sim/task.h"
#include "sim/world.h"
#include "tests/catch.h"

using namespace replsim;
using namespace replsim::store;
using namespace std::chrono_literals;

namespace {

constexpr RecordKey counter{1, 0, 0};
constexpr RecordKey other{1, 0, 7};

struct Bench {
  explicit Bench(std::uint64_t seed)
      : world({.seed = seed}),
        node(world, "east", sim::Lane{1}),
        disk(world, config(), node, content),
        records(disk, content) {}
  static sim::DiskConfig config() {
    sim::DiskConfig config;
    config.name = "east/d0";
    config.size = std::uint64_t{1} << 30;
    config.read.mean = 1ms;
    config.write.mean = 1ms;
    config.cache = 1 << 20;
    return config;
  }
  sim::World world;
  sim::Node node;
  DiskContent content;
  sim::Disk disk;
  Records records;
};

std::optional<std::uint64_t> number(const Records& records, RecordKey key) {
  const auto words = records.find(key);
  if (words.empty()) return std::nullopt;
  return words[0];
}

sim::Task<> put_and_flush(sim::World& world, Records& records, std::vector<std::string>& log) {
  const std::vector<std::uint64_t> one{1};
  auto first = records.put(world, counter, one, false);
  const auto put = co_await first;
  log.push_back(put ? "put" : "failed");
  auto flush = records.flush(world);
  const auto flushed = co_await flush;
  log.push_back(flushed ? "flushed" : "failed");
  const std::vector<std::uint64_t> two{2};
  auto second = records.put(world, counter, two, false);
  auto third = records.put(world, other, two, true);
  const auto both = co_await second;
  const auto forced = co_await third;
  log.push_back(both && forced ? "put" : "failed");
}

}  // namespace

TEST_CASE("a record is there when its put ends and stable when its flush ends",
          "[store][records]") {
  Bench bench(1);
  bench.node.start(bench.world);
  std::vector<std::string> log;
  sim::TaskGroup tasks;
  tasks.spawn(bench.world, put_and_flush(bench.world, bench.records, log));
  CHECK_FALSE(number(bench.records, counter).has_value());
  while (log.empty()) bench.world.run_until(bench.world.now() + 100us);
  CHECK(number(bench.records, counter) == 1);
  std::size_t stable = 0;
  bench.records.for_each_stable(1, [&](RecordKey, std::span<const std::uint64_t>) { ++stable; });
  CHECK(stable == 0);
  while (log.size() < 2) bench.world.run_until(bench.world.now() + 100us);
  bench.records.for_each_stable(1, [&](RecordKey key, std::span<const std::uint64_t> words) {
    CHECK(key == counter);
    CHECK(words[0] == 1);
    ++stable;
  });
  CHECK(stable == 1);
  bench.world.run_until(bench.world.now() + 1s);
  CHECK(log == std::vector<std::string>{"put", "flushed", "put"});
  CHECK(number(bench.records, counter) == 2);
}

TEST_CASE("after a power loss restart finds each record as one of its puts left it",
          "[store][records]") {
  bool kept = false;
  bool went_back = false;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    Bench bench(seed);
    bench.node.start(bench.world);
    std::vector<std::string> log;
    {
      sim::TaskGroup tasks;
      tasks.spawn(bench.world, put_and_flush(bench.world, bench.records, log));
      bench.world.run_until(bench.world.now() + 1s);
    }
    REQUIRE(log.size() == 3);
    bench.node.go_down(bench.world, sim::DownReason::PowerLoss);
    const Records restarted(bench.disk, bench.content);
    CHECK(number(restarted, other) == 2);  // FUA
    const auto count = number(restarted, counter);
    REQUIRE(count);
    kept = kept || *count == 2;
    went_back = went_back || *count == 1;
    std::vector<std::uint32_t> order;
    restarted.for_each(
        1, [&](RecordKey key, std::span<const std::uint64_t>) { order.push_back(key.index); });
    CHECK(order == std::vector<std::uint32_t>{0, 7});
    CHECK(restarted.corrupt().empty());
  }
  CHECK(kept);
  CHECK(went_back);
}

TEST_CASE("a rotten record is absent for find and for_each, and listed", "[store][records]") {
  Bench bench(1);
  sim::DiskWrite write;
  write.words = encode_record(counter, std::vector<std::uint64_t>{5, 6});
  write.words.back() ^= 1;
  bench.content.write(write, true);
  CHECK(bench.records.find(counter).empty());
  CHECK_FALSE(bench.records.contains(counter));
  bench.records.for_each(1, [](RecordKey, std::span<const std::uint64_t>) { CHECK(false); });
  CHECK(bench.records.corrupt() == std::vector<RecordKey>{counter});
}
