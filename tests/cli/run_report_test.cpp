// The frame around a set of runs: outputs, exit codes, what is printed where.
#include "cli/run_report.h"

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <thread>

#include "tests/catch.h"
#include "tests/cli/temporary_folder.h"

namespace replsim::cli {
namespace {

using record::ExitCode;
using record::ScenarioRecord;
using record::Verdict;

/// Sends standard output and error into files while it lives.
class Captured final {
 public:
  explicit Captured(const TemporaryFolder& folder) : folder_(folder) {
    redirect(stdout, STDOUT_FILENO, "out.txt", saved_out_);
    redirect(stderr, STDERR_FILENO, "error.txt", saved_error_);
  }
  Captured(const Captured&) = delete;
  Captured& operator=(const Captured&) = delete;
  ~Captured() { end(); }

  std::string out() { return end(), folder_.read("out.txt"); }
  std::string error() { return end(), folder_.read("error.txt"); }

 private:
  void redirect(std::FILE* stream, int number, const char* name, int& saved) {
    std::fflush(stream);
    saved = ::dup(number);
    const int file = ::open((folder_ / name).c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ::dup2(file, number);
    ::close(file);
  }
  void restore(std::FILE* stream, int number, int& saved) {
    if (saved < 0) return;
    std::fflush(stream);
    ::dup2(saved, number);
    ::close(saved);
    saved = -1;
  }
  void end() {
    restore(stdout, STDOUT_FILENO, saved_out_);
    restore(stderr, STDERR_FILENO, saved_error_);
  }

  const TemporaryFolder& folder_;
  int saved_out_ = -1;
  int saved_error_ = -1;
};

ScenarioRecord of_one_file(std::size_t index) {
  ScenarioRecord record;
  record.name = "run-" + std::to_string(index);
  record.file = "a.yaml";
  record.seed = 1;
  return record;
}

Selection ending_in(std::vector<Verdict> verdicts) {
  const std::size_t runs = verdicts.size();
  return {.runs = runs,
          .run_one =
              [verdicts = std::move(verdicts)](std::size_t index) {
                ScenarioRecord record = of_one_file(index);
                record.verdict = verdicts[index];
                return record;
              },
          .identity = of_one_file};
}

}  // namespace

TEST_CASE("results go to standard output, progress to standard error", "[cli][report]") {
  // EVIDENCE: issue point 7
  const TemporaryFolder folder;
  Captured captured(folder);
  const auto code =
      run_and_report({}, ending_in({Verdict::Pass, Verdict::Skipped, Verdict::Fail}), {});
  CHECK(captured.out() ==
        "pass         run-0\nskipped      run-1\nfail         run-2\n"
        "    repeat:   replsim run a.yaml --seed 1\n"
        "1 passed, 1 failed, 1 skipped, 0 inconclusive\n");
  CHECK(captured.error() == "[1/3] pass run-0\n[2/3] skipped run-1\n[3/3] fail run-2\n");
  CHECK(code == ExitCode::Fail);
}

TEST_CASE("what is printed and written is the same for any number of workers", "[cli][report]") {
  // EVIDENCE: DESIGN/3 "`--jobs N` means worker processes"
  std::vector<std::string> outs;
  for (const std::size_t jobs : {1U, 2U, 7U}) {
    const TemporaryFolder folder;
    const RunOptions options{.jobs = jobs, .json = folder / "r.json", .junit = folder / "r.xml"};
    std::vector<Verdict> verdicts(20, Verdict::Pass);
    verdicts[11] = Verdict::Differs;
    Captured captured(folder);
    CHECK(run_and_report(options, ending_in(verdicts), {}) == ExitCode::Fail);
    outs.push_back(captured.out() + folder.read("r.json") + folder.read("r.xml"));
  }
  CHECK(outs[0].size() > 2000);
  CHECK(outs[1] == outs[0]);
  CHECK(outs[2] == outs[0]);
}

TEST_CASE("an unwritable output is named before the first run", "[cli][report]") {
  // EVIDENCE: issue "an unwritable output (named before the run)"
  const TemporaryFolder folder;
  const Selection never{.runs = 1,
                        .run_one = [](std::size_t) -> ScenarioRecord { ::_exit(5); },
                        .identity = of_one_file};
  for (const auto member :
       {&RunOptions::json, &RunOptions::junit, &RunOptions::trace, &RunOptions::db}) {
    RunOptions options{.json = folder / "good.json"};
    options.*member = folder / "none/x";
    Captured captured(folder);
    CHECK(run_and_report(options, never, {}) == ExitCode::Usage);
    CHECK(captured.out().empty());
    CHECK(captured.error().find(folder / "none/x: ") != std::string::npos);
    CHECK_FALSE(std::filesystem::exists(folder / "good.json"));
  }
}

TEST_CASE("an output that fails at the end is a fault of the environment", "[cli][report]") {
  const TemporaryFolder folder;
  const RunOptions options{.json = "/dev/full"};
  Captured captured(folder);
  CHECK(run_and_report(options, ending_in({Verdict::Fail}), {}) == ExitCode::Environment);
  CHECK(captured.error().find("/dev/full: ") != std::string::npos);
}

TEST_CASE("nothing selected, and one file for several runs, are usage errors", "[cli][report]") {
  const TemporaryFolder folder;
  Captured captured(folder);
  CHECK(run_and_report({}, ending_in({}), {}) == ExitCode::Usage);
  const auto two = ending_in({Verdict::Pass, Verdict::Pass});
  CHECK(run_and_report({.db = folder / "x.db"}, two, {}) == ExitCode::Usage);
  CHECK(run_and_report({.json = folder / "x", .junit = folder / "x"}, two, {}) == ExitCode::Usage);
  CHECK(captured.out().empty());
}

TEST_CASE("progress waits for the verdict that the whole file gives", "[cli][report]") {
  // EVIDENCE: language/4 evidence that no run exercised fails the file
  const TemporaryFolder folder;
  Selection selection = ending_in({Verdict::Pass, Verdict::Pass});
  selection.file_verdict = [](ScenarioRecord& record) {
    if (record.name == "run-1") record.verdict = Verdict::Fail;
  };
  Captured captured(folder);
  CHECK(run_and_report({.jobs = 2}, selection, {}) == ExitCode::Fail);
  CHECK(captured.error() == "[1/2] pass run-0\n[2/2] fail run-1\n");
}

TEST_CASE("a scenario file that is read is no output", "[cli][report]") {
  const TemporaryFolder folder;
  Selection selection = ending_in({Verdict::Pass});
  selection.inputs = {folder.write("s.yaml", "scenario")};
  Captured captured(folder);
  CHECK(run_and_report({.json = folder / "s.yaml"}, selection, {}) == ExitCode::Usage);
  CHECK(captured.error().find("--json can not write this file: it is read") != std::string::npos);
  CHECK(folder.read("s.yaml") == "scenario");
}

TEST_CASE("an interrupted run reports what had ended", "[cli][report]") {
  // EVIDENCE: DESIGN/8 "interrupted 130"
  const int signal = GENERATE(SIGINT, SIGTERM, SIGHUP);
  const TemporaryFolder folder;
  const Selection selection{.runs = 3,
                            .run_one =
                                [parent = ::getpid(), signal](std::size_t index) {
                                  if (index == 1) ::kill(parent, signal);
                                  if (index == 1)
                                    std::this_thread::sleep_for(std::chrono::hours(1));
                                  return of_one_file(index);
                                },
                            .identity = of_one_file};
  const RunOptions options{.jobs = 1, .json = folder / "r.json"};
  Captured captured(folder);
  CHECK(run_and_report(options, selection, {}) == ExitCode::Interrupted);
  CHECK(
      captured.out().ends_with("interrupted: the runs above are those that had ended\n"
                               "1 passed, 0 failed, 0 skipped, 0 inconclusive\n"));
  CHECK(folder.read("r.json").find("\"interrupted\": true") != std::string::npos);
}

}  // namespace replsim::cli
