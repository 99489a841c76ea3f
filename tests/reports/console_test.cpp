// Console text against golden files, and the line that repeats a run.
#include "reports/console.h"

#include "reports/timeline.h"
#include "tests/catch.h"
#include "tests/reports/golden.h"
#include "tests/reports/sample.h"

namespace replsim::reports {
namespace {

std::string whole(const ConsoleOptions& options) {
  const record::Record record = sample();
  std::string text;
  for (const auto& scenario : record.scenarios) {
    text += scenario_text(scenario, record.options, options);
  }
  return text + summary_text(record, options);
}

}  // namespace

TEST_CASE("the console shows runs, failures and the tally", "[reports][console]") {
  check_golden("console.txt", whole({}));
}

TEST_CASE("with a timeline each run is told as a story", "[reports][console]") {
  check_golden("timeline.txt", scenario_text(told_scenario(), {}, {.timeline = true}));
}

TEST_CASE("colour appears only when asked for", "[reports][console]") {
  const std::string plain = whole({.timeline = true});
  CHECK(plain.find('\x1b') == std::string::npos);
  const std::string coloured = whole({.colour = true});
  CHECK(coloured.find("\x1b[31mfail") != std::string::npos);
  CHECK(coloured.find("\x1b[32mpass") != std::string::npos);
}

TEST_CASE("the last line is the tally", "[reports][console]") {
  // EVIDENCE: issue "last line `N passed, N failed, N skipped, N inconclusive`"
  record::Record record = sample();
  CHECK(summary_text(record, {}).ends_with("2 passed, 2 failed, 1 skipped, 0 inconclusive\n"));
  record.options.strict = true;
  CHECK(summary_text(record, {}).ends_with("1 passed, 3 failed, 1 skipped, 0 inconclusive\n"));
  record.interrupted = true;
  CHECK(summary_text(record, {}).starts_with("interrupted"));
}

TEST_CASE("the repeating line quotes what a shell would split", "[reports][console]") {
  record::RunOptions run;
  run.set = {{"size", "4 KiB"}, {"name", "it's"}};
  CHECK(repeat_line(told_scenario(), run) ==
        "replsim run scenarios/failover/planned.yaml --case 'mode=Synchronous/cut first' --seed 7 "
        "--set 'size=4 KiB' --set 'name=it'\\''s'");
}

TEST_CASE("things of one instant keep their order in a timeline", "[reports][timeline]") {
  record::ScenarioRecord s;
  s.transitions = {{5, "r", "east", "A", "B", ""}, {5, "r", "east", "B", "C", ""}};
  s.moments = {{5, "crash", "down"}, {4, "note", "before"}};
  const auto entries = timeline(s);
  REQUIRE(entries.size() == 4);
  CHECK(entries[0].text == "before");
  CHECK(entries[1].text == "down");
  CHECK(entries[2].text == "r at east: A -> B");
  CHECK(entries[3].text == "r at east: B -> C");
}

}  // namespace replsim::reports
