// JSON against a golden file, and what one process reads of what another wrote.
#include "reports/json.h"

#include "tests/catch.h"
#include "tests/reports/golden.h"
#include "tests/reports/sample.h"

namespace replsim::reports {

TEST_CASE("the JSON report holds the fields that the issue lists", "[reports][json]") {
  check_golden("report.json", to_json(sample()));
}

TEST_CASE("a run is read back as it was written", "[reports][json]") {
  for (const auto& scenario : {told_scenario(), failed_scenario()}) {
    const std::string text = scenario_to_json(scenario);
    CHECK(text.find('\n') == std::string::npos);
    const auto back = scenario_from_json(text);
    REQUIRE(back);
    CHECK(*back == scenario);
  }
}

TEST_CASE("the largest numbers survive", "[reports][json]") {
  record::ScenarioRecord scenario;
  scenario.seed = ~0ULL;
  scenario.hash = ~0ULL;
  scenario.simulated_ns = INT64_MAX;
  const auto back = scenario_from_json(scenario_to_json(scenario));
  REQUIRE(back);
  CHECK(*back == scenario);
}

TEST_CASE("a damaged text is an error, not a run", "[reports][json]") {
  const std::string good = scenario_to_json(told_scenario());
  CHECK_FALSE(scenario_from_json(""));
  CHECK_FALSE(scenario_from_json("[]"));
  CHECK_FALSE(scenario_from_json(good.substr(0, good.size() / 2)));
  std::string bad_hash = good;
  bad_hash.replace(bad_hash.find("00ab54a9"), 8, "zzzzzzzz");
  CHECK_FALSE(scenario_from_json(bad_hash));
  std::string bad_verdict = good;
  bad_verdict.replace(bad_verdict.find("\"pass\""), 6, "\"well\"");
  CHECK_FALSE(scenario_from_json(bad_verdict));
}

}  // namespace replsim::reports
