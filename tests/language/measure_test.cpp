// `measure`: what is a number, and of which window.
// EVIDENCE: language.md/4 measure
#include "tests/catch.h"
#include "tests/language/support.h"

namespace replsim::harness::test {
namespace {

constexpr std::string_view load =
    "  - {workload: random, as: $load, volume: east/vol1, rate: 5/s}\n"
    "  - {wait: 1 s, as: $calm}\n"
    "  - {since: $calm, expect: {$load.errors: 0, $mirror.exists: true}}\n"
    "  - repeat: {times: 2}\n"
    "    steps: [{wait: 1 s, as: $round}]\n";

std::string measured(const std::string& one) {
  return on_mirror(std::string(load), "measure: {m: " + one + "}\n");
}

}  // namespace

TEST_CASE("a measure is a metric, its statistic or a count, in a window", "[language][measure]") {
  const Outcome outcome = check(scenario(
      std::string(make_mirror()) + std::string(load),
      "measure:\n  p99: {of: $load.latency.p99, since: $calm}\n"
      "  rpo: {of: $mirror.rpo.max, since: $load, until: $calm}\n  rounds: {of: $round.count}\n"));
  CHECK(outcome.brief() == "");
  const auto& measures = outcome.run().measures;
  REQUIRE(measures.size() == 3);
  CHECK(measures[0].name == "p99");
  CHECK(measures[0].since.has_value());
  CHECK_FALSE(measures[0].until.has_value());
  CHECK(measures[1].of.text == "$mirror.rpo.max");
  CHECK(outcome.run().slots.at(*measures[1].until).name == "calm");
}

TEST_CASE("a measure that is none is told where it stands", "[language][measure]") {
  CHECK(measured("{of: $load.done}") == "4:19 wrong-kind: `$load.done` is no number");
  CHECK(measured("{of: $mirror.CopyState}") == "4:19 wrong-kind: `$mirror.CopyState` is no number");
  CHECK(measured("{of: east/vol1.content}") == "4:19 wrong-kind: `east/vol1.content` is no number");
  CHECK(measured("{of: $load.speed}") == "4:19 unknown-name: a workload has no metric `.speed`");
  CHECK(measured("{of: $lod.errors}") == "4:19 unknown-name: nothing is called `$lod`");
  CHECK(measured("{since: $calm}") == "4:14 missing-key: the key `of` is missing");
  CHECK(measured("{of: $load.errors, form: $calm}") ==
        "4:33 unknown-key: there is no key `form` here");
  CHECK(measured("{of: $load.errors, since: $mirror}") == "4:40 wrong-kind: `$mirror` is no step");
  CHECK(measured("{of: $load.errors, until: $round}") ==
        "4:40 list-name: `$round` is a list of steps outside of its repeat");
  CHECK(measured("{of: $load.errors, since: $calm, until: $load}") ==
        "4:54 since-not-before: the step that ends the window comes before the one that begins it");
  CHECK(top("measure: [a]\n") ==
        "4:10 wrong-type: a list where a map {name: {of, since, until}} belongs");
}

}  // namespace replsim::harness::test
