// Worker processes: order, crashes, fail-fast, interruption.
#include "cli/workers.h"

#include <unistd.h>

#include <chrono>
#include <csignal>
#include <stdexcept>
#include <thread>

#include "tests/catch.h"

namespace replsim::cli {
namespace {

using record::ScenarioRecord;
using record::Verdict;

ScenarioRecord numbered(std::size_t index) {
  ScenarioRecord record;
  record.name = "run-" + std::to_string(index);
  record.seed = index;
  return record;
}

ScenarioRecord hashed(std::size_t index) {
  ScenarioRecord record = numbered(index);
  record.hash = index * 0x9E3779B97F4A7C15ULL;
  // Early numbers take longer, so that with several workers they end out of order.
  std::this_thread::sleep_for(std::chrono::milliseconds(index % 4 == 0 ? 8 : 0));
  return record;
}

WorkerResult run(std::size_t runs, std::size_t workers, const RunOne& run_one) {
  return run_in_workers({.runs = runs, .workers = workers}, run_one, numbered);
}

}  // namespace

TEST_CASE("the results are the same for any number of workers", "[cli][workers]") {
  // EVIDENCE: DESIGN/3 "`--jobs N` means worker processes"
  const auto one = run(25, 1, hashed);
  REQUIRE(one.records.size() == 25);
  CHECK_FALSE(one.interrupted);
  for (std::size_t i = 0; i < 25; ++i) CHECK(one.records[i].name == "run-" + std::to_string(i));
  CHECK(run(25, 4, hashed).records == one.records);
  CHECK(run(25, 40, hashed).records == one.records);
  CHECK(run(0, 2, hashed).records.empty());
}

TEST_CASE("results are told in order, endings as they come", "[cli][workers]") {
  std::vector<std::uint64_t> ordered;
  std::size_t ended = 0;
  const WorkerEvents events{
      .ended = [&](const ScenarioRecord&) { ++ended; },
      .ordered = [&](const ScenarioRecord& record) { ordered.push_back(record.seed); }};
  run_in_workers({.runs = 9, .workers = 3}, hashed, numbered, events);
  CHECK(ended == 9);
  CHECK(ordered == std::vector<std::uint64_t>{0, 1, 2, 3, 4, 5, 6, 7, 8});
}

TEST_CASE("fail-fast stops for what only the order of the runs tells", "[cli][workers]") {
  // EVIDENCE: language/4 evidence that no run exercised fails the last run of a file
  const WorkerEvents events{.ordered = [&](ScenarioRecord& record) {
    if (record.seed == 3) record.verdict = Verdict::Fail;
  }};
  for (const std::size_t workers : {1U, 4U}) {
    const auto result = run_in_workers({.runs = 20, .workers = workers, .fail_fast = true}, hashed,
                                       numbered, events);
    CHECK(result.records.size() == 4);
  }
}

TEST_CASE("each worker is a process of its own and serves many runs", "[cli][workers]") {
  const auto result = run(8, 2, [](std::size_t index) {
    ScenarioRecord record = numbered(index);
    record.events = static_cast<std::uint64_t>(::getpid());
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    return record;
  });
  std::vector<std::uint64_t> processes;
  for (const auto& record : result.records) processes.push_back(record.events);
  std::ranges::sort(processes);
  const auto repeated = std::ranges::unique(processes);
  processes.erase(repeated.begin(), repeated.end());
  CHECK(processes.size() == 2);
  CHECK(std::ranges::find(processes, static_cast<std::uint64_t>(::getpid())) == processes.end());
}

TEST_CASE("a record larger than any pipe arrives whole", "[cli][workers]") {
  const auto result = run(2, 2, [](std::size_t index) {
    ScenarioRecord record = numbered(index);
    record.warnings.assign(40'000, "a warning that is long enough to fill buffers");
    return record;
  });
  REQUIRE(result.records.size() == 2);
  CHECK(result.records[1].warnings.size() == 40'000);
}

TEST_CASE("a worker that dies costs its own run only", "[cli][workers]") {
  const auto result = run(6, 2, [](std::size_t index) {
    if (index == 2) ::kill(::getpid(), SIGKILL);
    if (index == 3) throw std::logic_error("check failed");
    if (index == 4) ::_exit(9);
    return hashed(index);
  });
  REQUIRE(result.records.size() == 6);
  CHECK(result.records[1].verdict == Verdict::Pass);
  CHECK(result.records[2].verdict == Verdict::Error);
  CHECK(result.records[2].name == "run-2");
  CHECK(result.records[2].reason.find("signal 9") != std::string::npos);
  CHECK(result.records[3].verdict == Verdict::Error);
  CHECK(result.records[3].name == "run-3");
  CHECK(result.records[3].reason == "check failed");
  CHECK(result.records[4].reason == "the worker process ended with code 9");
  CHECK(result.records[5] == hashed(5));
}

TEST_CASE("fail-fast ends after the first failure by number for any number of workers",
          "[cli][workers]") {
  const auto failing = [](std::size_t index) {
    ScenarioRecord record = hashed(index);
    if (index == 4 || index == 7) record.verdict = Verdict::Fail;
    if (index > 7) std::this_thread::sleep_for(std::chrono::seconds(30));
    return record;
  };
  for (const std::size_t workers : {1U, 3U, 8U}) {
    const auto result =
        run_in_workers({.runs = 20, .workers = workers, .fail_fast = true}, failing, numbered);
    REQUIRE(result.records.size() == 5);
    CHECK(result.records[4].verdict == Verdict::Fail);
    CHECK_FALSE(result.interrupted);
  }
}

TEST_CASE("fail-fast takes what differs by strict", "[cli][workers]") {
  const auto differs = [](std::size_t index) {
    ScenarioRecord record = numbered(index);
    record.verdict = Verdict::Differs;
    return record;
  };
  WorkerOptions options{.runs = 3, .fail_fast = true, .strict = true};
  CHECK(run_in_workers(options, differs, numbered).records.size() == 1);
  options.strict = false;
  CHECK(run_in_workers(options, differs, numbered).records.size() == 3);
}

TEST_CASE("an interruption keeps what had ended and kills what runs", "[cli][workers]") {
  // EVIDENCE: DESIGN/8 "interrupted 130"
  const auto started = std::chrono::steady_clock::now();
  const auto result = run(5, 2, [parent = ::getpid()](std::size_t index) {
    if (index == 3) ::kill(parent, SIGINT);
    if (index >= 2) std::this_thread::sleep_for(std::chrono::seconds(60));
    return numbered(index);
  });
  CHECK(result.interrupted);
  REQUIRE(result.records.size() == 2);
  CHECK(result.records[1].name == "run-1");
  CHECK(std::chrono::steady_clock::now() - started < std::chrono::seconds(30));
}

}  // namespace replsim::cli
