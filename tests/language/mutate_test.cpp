// `mutate` of `use`: the steps that are left, and what cannot be.
// EVIDENCE: language.md/5 use
#include "tests/catch.h"
#include "tests/language/support.h"

namespace replsim::harness::test {
namespace {

constexpr std::string_view books =
    "runbooks:\n"
    "  r:\n"
    "    params: {$p: relation}\n"
    "    steps:\n"
    "      - {wait: 1 s, as: $pause}\n"
    "      - {call: ModifyReplicaSynchronization, with: {Operation: Split, Synchronization: $p}, "
    "as: $split}\n"
    "      - {call: ModifyReplicaSynchronization, with: {Operation: Failover, Synchronization: $p},"
    " returns: Job Started, save: {Job: $j}, as: $failover}\n"
    "      - {expect: {$j.JobState: Completed}, within: 1 min, as: $see}\n"
    "      - {write: east/vol1, host: h1, returns: refused, as: $try}\n"
    "      - parallel: {a: [{flush: east/vol1, host: h1, as: $inner}]}\n";

Outcome use(const std::string& mutate, const std::string& top = {}) {
  return check(scenario(
      std::string(make_mirror()) + "  - {use: r, with: {$p: $mirror}, mutate: " + mutate + "}\n",
      std::string(books) + top));
}

/// First letters of the kinds of the runbook's steps.
std::string kinds(const Outcome& outcome) {
  std::string letters;
  if (outcome.expansion.runs.empty()) return outcome.brief();
  for (const Step& step : body<UseStep>(outcome.run(), 1).body.at(0)) {
    if (std::holds_alternative<WaitStep>(step.body)) letters += 'w';
    if (const auto* call = std::get_if<CallStep>(&step.body))
      letters += call->returns.written ? 'F' : 'S';
    if (std::holds_alternative<ExpectStep>(step.body)) letters += 'e';
    if (std::holds_alternative<IoStep>(step.body)) letters += 'i';
    if (std::holds_alternative<ParallelStep>(step.body)) letters += 'p';
  }
  return letters;
}

const Steps& steps_of(const Outcome& outcome) {
  return body<UseStep>(outcome.run(), 1).body.at(0);
}

/// The error of a mutation, without its place.
std::string refusal(const std::string& mutate) {
  const std::string brief = use(mutate).brief();
  const auto place = brief.find(' ');
  return place == std::string::npos ? brief : brief.substr(place + 1);
}

}  // namespace

TEST_CASE("a mutation leaves out, repeats or exchanges steps", "[language][mutate]") {
  CHECK(kinds(use("none")) == "wSFeip");
  CHECK(kinds(use("{skip: $split}")) == "wFeip");
  CHECK(kinds(use("{repeat: $failover}")) == "wSFFeip");
  CHECK(kinds(use("{repeat: all}")) == "wSFeipwSFeip");
  CHECK(kinds(use("{swap: [$pause, $failover]}")) == "FSweip");
  CHECK(kinds(use("{swap: [$failover, $pause]}")) == "FSweip");
  const Outcome inner = use("{skip: $inner}");
  CHECK(std::get<ParallelStep>(steps_of(inner)[5].body).branches.at(0).steps.empty());
}

TEST_CASE("calls of a mutated runbook are marked, and the use names its rule",
          "[language][mutate]") {
  CHECK(std::get<CallStep>(steps_of(use("{skip: $pause}"))[0].body).mutated);
  CHECK_FALSE(std::get<CallStep>(steps_of(use("none"))[1].body).mutated);
  const auto rule = [](const std::string& mutate) {
    return body<UseStep>(use(mutate).run(), 1).mistake;
  };
  CHECK(rule("none").empty());
  CHECK(rule("{skip: $split}") == "operator/skip");
  CHECK(rule("{repeat: all}") == "operator/repeat");
  CHECK(rule("{swap: [$pause, $split]}") == "operator/swap");
  CHECK(rule("{target: [$split, west]}") == "operator/wrong-side");
  CHECK(rule("{target: [$try, h1]}") == "operator/wrong-side");
  CHECK(rule("{target: [$try, east/vol2]}") == "operator/wrong-object");
}

TEST_CASE("a target changes where a step goes", "[language][mutate]") {
  CHECK(std::get<CallStep>(steps_of(use("{target: [$split, west]}"))[1].body).provider == "west");
  const Outcome moved = use("{target: [$try, east/vol2]}");
  const auto& write = std::get<IoStep>(steps_of(moved)[4].body);
  CHECK(std::get<Subject::Entity>(write.volume.base).path == "east/vol2");
  CHECK(write.host == "h1");
  CHECK(refusal("{target: [$split, east/vol1]}") ==
        "wrong-kind: `east/vol1` is a volume where the step has an array");
  CHECK(refusal("{target: [$pause, west]}") ==
        "impossible-mutation: a step of this kind has no target");
  CHECK(refusal("{target: [$try, h2]}") == "no-host: h2 does not see east/vol1");
  CHECK(refusal("{target: [$split, nowhere]}") ==
        "unknown-name: the topology has nothing called `nowhere`");
  CHECK(refusal("{target: [$split, $mirror]}") ==
        "wrong-kind: `$mirror` is nothing of the topology");
}

TEST_CASE("names in a mutation, and in the columns that it uses, are the runbook's steps",
          "[language][mutate]") {
  const Outcome outcome = check(
      scenario(std::string(make_mirror()) + "  - {use: r, with: {$p: $mirror}, mutate: $how}\n",
               std::string(books) +
                   "cases:\n  - {name: a, $how: none}\n  - {name: b, $how: {skip: $split}}\n"
                   "  - {name: c, $how: {repeat: $pause}}\n"));
  CHECK(outcome.brief() == "");
  REQUIRE(outcome.expansion.runs.size() == 3);
  CHECK(body<UseStep>(outcome.run(1), 1).body.at(0).size() == 5);
  CHECK(body<UseStep>(outcome.run(2), 1).body.at(0).size() == 7);
  CHECK(kinds(use("{skip: $which}", "matrix: {$which: [$split]}\n")) == "wFeip");
}

TEST_CASE("a mutation that cannot be is told where it stands", "[language][mutate]") {
  CHECK(refusal("{skip: $splt}") == "unknown-name: no step of the runbook bears `$splt`");
  CHECK(refusal("{skip: $mirror}") == "unknown-name: no step of the runbook bears `$mirror`");
  CHECK(refusal("{skip: split}") ==
        "wrong-type: `split` where the $name of a step of the runbook belongs");
  CHECK(refusal("{skip: $failover}") ==
        "impossible-mutation: skipping `$failover` leaves `$j` used without a birth before it");
  CHECK(refusal("{swap: [$failover, $see]}") ==
        "impossible-mutation: swapping `$see` leaves `$j` used without a birth before it");
  CHECK(refusal("{swap: [$split, $inner]}") ==
        "impossible-mutation: `$split` and `$inner` do not stand in one list of steps");
  CHECK(refusal("{swap: [$split]}") == "wrong-type: a list where two steps, [$s, $t] belongs");
  CHECK(refusal("{skp: $split}") == "unknown-key: there is no key `skp` here");
  CHECK(refusal("twice").starts_with("wrong-type: `twice` where none, {skip: $s}"));
  CHECK(refusal("{skip: $split, repeat: all}").starts_with("wrong-type: "));
}

}  // namespace replsim::harness::test
