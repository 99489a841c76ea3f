// Every code of the table of diagnostics, by the message that a person sees.
#include <fmt/core.h>

#include <algorithm>

#include "harness/language/codes.h"
#include "harness/language/table.h"
#include "tests/catch.h"
#include "tests/language/support.h"

namespace replsim::harness::test {

// EVIDENCE: language.md/9
TEST_CASE("keys are told with the nearest word", "[language][error]") {
  CHECK(check("version: 2\nscenario: x\nsteps: [{wait: 1 s}]\n").has("unsupported-version"));
  const Outcome typo = check(scenario(judged, "titel: x\n"));
  CHECK(typo.brief() == "4:1 unknown-key: there is no key `titel` here");
  CHECK(typo.hint("unknown-key") == "did you mean `title`?");
  CHECK(check("version: 1\nscenario: x\n").brief() ==
        "1:1 missing-key: the key `steps` is missing");
  CHECK(steps("  - {workload: random, volume: east/vol1, rate: 5/s, depth: 2}\n") ==
        "5:61 conflicting-keys: `rate` and `depth` exclude each other");
  CHECK(steps("  - {wait: 1 s, flush: east/vol1}\n") ==
        "5:5 step-kind: a step of two kinds, wait and flush");
  CHECK(steps("  - {power: h1, state: saved}\n") ==
        "5:24 not-in-this-version: `saved` is not in this version");
}

TEST_CASE("values are told by type, unit and bounds", "[language][error]") {
  CHECK(steps("  - {wait: soon}\n") == "5:12 wrong-type: `soon` is no duration");
  CHECK(steps("  - {wait: [1 s]}\n") == "5:12 wrong-type: a list where a duration (60 s) belongs");
  CHECK(steps("  - {wait: \"1 s\"}\n") == "5:12 wrong-type: `1 s` where a duration (60 s) belongs");
  CHECK(steps("  - {wait: 5}\n") == "5:12 wrong-unit: a duration has a unit");
  CHECK(steps("  - {write: east/vol1, length: 4 KB}\n") ==
        "5:32 wrong-unit: `KB` is no unit of size");
  CHECK(steps("  - {workload: random, volume: east/vol1, read: 120%}\n") ==
        "5:49 out-of-range: `read` is 0% to 100%");
  CHECK(steps("  - {write: east/vol1, offset: 100 B}\n") ==
        "5:32 out-of-range: `offset` is a whole number of blocks of 4096 B");
  CHECK(steps("  - {write: east/vol1, offset: 16 GiB}\n") ==
        "5:5 out-of-range: the I/O ends after the volume of 16 GiB");
  CHECK(steps("  - {set: {east/vol1.size: 1 GiB}}\n") ==
        "5:12 unsettable: `east/vol1.size` cannot be set");
  CHECK(steps("  - {workload: random, volume: east/vol1, range: 2 GiB .. 1 GiB}\n") ==
        "5:50 out-of-range: the range ends before it begins");
  CHECK(steps("  - {workload: random, volume: east/vol1, range: 64 MiB}\n") == "");
  CHECK(top("title: 5 s\n") == "4:8 wrong-type: `5 s` where text belongs");
  CHECK(top("matrix: {$a: 1..200, $b: 1..200}\n") ==
        "4:9 matrix-too-large: the matrix has more than 10,000 cells");
  CHECK(top("cases: [{name: a, $x: 1}, {name: b}]\n")
            .find("4:27 uneven-cases: this row has no column `$x`") == 0);
}

TEST_CASE("names are told with what there is", "[language][error]") {
  const Outcome typo = check(scenario("  - {flush: east/vol9}\n" + std::string(judged)));
  CHECK(typo.brief() == "5:13 unknown-name: the topology has nothing called `east/vol9`");
  CHECK(typo.hint("unknown-name") == "did you mean `east/vol1`?");
  CHECK(steps("  - {wait: 1 s, as: $a}\n  - {flush: east/vol1, as: $a}\n") ==
        "6:28 name-twice: `$a` is born twice");
  CHECK(steps("  - {stop: $load}\n  - {workload: random, volume: east/vol1, as: $load}\n") ==
        "5:12 before-birth: `$load` is used before its birth");
  CHECK(steps("  - {stop: $load}\n") == "5:12 unknown-name: nothing is called `$load`");
  CHECK(steps("  - {flush: east/pool1}\n") ==
        "5:13 wrong-kind: `east/pool1` is a pool where a volume belongs");
  CHECK(steps("  - repeat: {times: 2}\n    steps: [{wait: 1 s, as: $w}]\n"
              "  - {workload: random, volume: east/vol1, as: $l}\n  - {stop: $l.1}\n") ==
        "8:12 list-name: `$l.1` is no list, `.1` needs one");
  CHECK(top("evidence: [A99]\n") == "4:12 unknown-rule: no run can count a rule `A99`");
  CHECK(top("known: {because: it is planted, defect: bitmap-onesided}\n") ==
        "4:41 unknown-name: no defect is called `bitmap-onesided`");
  CHECK(top("allow: [A99]\n") == "4:9 unknown-rule: no run can count a rule `A99`");
  CHECK(steps("  - {use: a}\n", "runbooks: {a: {steps: [{use: a}]}}\n")
            .find("runbook-recursion: the runbook a uses itself") != std::string::npos);
}

TEST_CASE("calls are checked against the schema and the profile", "[language][error]") {
  CHECK(steps("  - {call: ModifyReplicaSynchronization, with: {Operation: Fracture}}\n") ==
        "5:5 missing-parameter: ModifyReplicaSynchronization needs the parameter Synchronization");
  CHECK(on_mirror("  - {call: ModifyReplicaSynchronization, with: {Operation: Fractur, "
                  "Synchronization: $mirror}}\n") ==
        "9:60 wrong-parameter: `Fractur` is no value for Operation, which takes a value of "
        "Operation");
  CHECK(on_mirror("  - {call: ModifyReplicaSynchronization, with: {Operation: Fracture, "
                  "Synchronization: east/vol1}}\n")
            .find("9:87 wrong-parameter: `east/vol1` is a volume where a reference to "
                  "CIM_Synchronized belongs") == 0);
  CHECK(on_mirror("  - {call: ModifyReplicaSynchronization, with: {Operation: Prepare, "
                  "Synchronization: $mirror}}\n") ==
        "9:60 not-in-profile: the profile mirror of east does not offer Operation Prepare");
  CHECK(on_mirror("  - {call: ModifyReplicaSynchronization, with: {Operation: Prepare, "
                  "Synchronization: $mirror}, returns: Not Supported}\n") == "");
  CHECK(on_mirror("  - {expect: {$mirror.CopyState: Not Applicable}}\n") ==
        "9:34 unreachable-state: no edge of the state graph enters Not Applicable");
  CHECK(steps("  - {call: CreateElementReplicas}\n") ==
        "5:12 unknown-name: there is no method CreateElementReplicas");
  CHECK(check("version: 1\nscenario: x\nsteps:\n  - {list: CIM_StorageVolume}\n" +
              std::string(judged))
            .brief() == "4:5 no-provider: several arrays could be asked");
  CHECK(steps("  - {flush: north/vol1}\n", "topology: std:three-arrays\n").find("unknown-name") !=
        std::string::npos);
  CHECK(steps("  - {flush: west/pool1-1}\n",
              "topology: {arrays: {east: {pools: {pool1: {size: 1 "
              "TiB}}}, west: {pools: {pool1: {size: 1 TiB}}}}}\n")
            .find("6:13 no-host: no host sees west/pool1-1") != std::string::npos);
}

TEST_CASE("times that cannot be are told", "[language][error]") {
  CHECK(check(scenario("  - {expect: {east/pool1.free: 0 B}, within: 2 h}\n", "limit: 1 h\n"))
            .brief() ==
        "6:46 within-exceeds-limit: `within` is longer than the run's limit of 1 h");
  CHECK(steps("  - {fault: link.cut, target: east-west, for: 5 s, every: 3 s, times: 2}\n") ==
        "5:59 every-before-end: `every` is shorter than `for`: it would begin again before it "
        "ended");
  CHECK(steps("  - {fault: link.cut, target: east-west}\n  - {wait: 1 s}\n"
              "  - {fault: link.cut, target: east-west, for: 1 s}\n")
            .find("7:5 overlapping-cuts: east-west is cut already when this cut begins") == 0);
  CHECK(steps("  - {fault: link.cut, target: east-west, for: 1 s}\n  - {wait: 1 s}\n"
              "  - {fault: link.cut, target: east-west, for: 1 s, as: $f}\n") == "");
  CHECK(steps("  - {expect: {east/pool1.free: 0 B}, since: $w}\n  - {wait: 1 s, as: $w}\n"
              "  - {flush: east/vol1}\n") == "5:45 since-not-before: `$w` is a later step");
  CHECK(steps("  - parallel:\n      a: [{wait: 1 s, as: $w}]\n"
              "      b: [{expect: {east/pool1.free: 0 B}, since: $w}]\n") ==
        "7:51 since-not-before: `$w` is a step of another branch");
}

// EVIDENCE: language.md, section 5: phase: before|after
TEST_CASE("only a delivery is foreseen", "[language][error]") {
  const auto before = [](const std::string& event) {
    return steps("  - {fault: link.cut, target: east-west, for: 1 s, when: {event: " + event +
                 ", phase: before}}\n");
  };
  CHECK(before("message-delivered") == "");
  for (const EventRow& row : event_table()) {
    if (row.kind == EventKind::MessageDelivered) continue;
    CAPTURE(row.word);
    CHECK(before(std::string(row.word)).find("out-of-range: nothing tells of a `") !=
          std::string::npos);
  }
}

TEST_CASE("warnings are told and stop nothing", "[language][error]") {
  const Outcome nothing = check(scenario("  - {wait: 1 s}\n"));
  CHECK(nothing.brief() == "2:11 nothing-expected: the scenario expects nothing");
  CHECK(nothing.expansion.runs.size() == 1);
  CHECK(top("params: {$p: 1}\n") == "4:10 unused-name: the param `$p` is never used");
  CHECK(steps("  - {save: {east/pool1.free: $free}}\n") ==
        "5:30 unused-name: the saved name `$free` is never used");
  CHECK(steps("  - {wait: 1 s}\n") ==
        "5:5 wait-before-expect: `wait` right before `expect` hopes that something has happened "
        "by then");
  CHECK(steps("  - {wait: 50 min}\n  - {workload: random, volume: east/vol1, for: 20 min}\n",
              "limit: 1 h\n") ==
        "7:5 for-beyond-end: `for` is longer than what is left of the run (10 min)");
}

TEST_CASE("all errors are found at once, sorted by place", "[language][error]") {
  const Outcome outcome = check(
      scenario("  - {wait: 5}\n  - {flush: nowhere}\n  - {stop: $x}\n", "titel: a\nlimit: 3\n"));
  CHECK(outcome.brief() ==
        "4:1 unknown-key: there is no key `titel` here\n"
        "5:8 wrong-unit: a duration has a unit\n"
        "7:12 wrong-unit: a duration has a unit\n"
        "8:13 unknown-name: the topology has nothing called `nowhere`\n"
        "9:12 unknown-name: nothing is called `$x`");
  CHECK(outcome.expansion.runs.empty());
}

/// One text for each code that a text can have.
std::vector<std::pair<std::string_view, std::string>> samples_of_codes() {
  const std::string mirror(make_mirror());
  const auto with = [&](const std::string& text) { return scenario(text + std::string(judged)); };
  return {
      {"not-text", "\xff"},
      {"yaml-syntax", "a: [b"},
      {"too-deep", std::string(40, '[')},
      {"forbidden-yaml", "a: &b c"},
      {"tab", "a:\tb"},
      {"repeated-key", "a: b\na: c"},
      {"missing-value", "a:"},
      {"null-value", scenario(judged, "title: null\n")},
      {"ambiguous-value", "a: yes"},
      {"lost-comment", "a: b #c"},
      {"unsupported-version", "version: 3\nscenario: a\nsteps: [{wait: 1 s}]\n"},
      {"unknown-key", scenario(judged, "colour: red\n")},
      {"missing-key", "version: 1\n"},
      {"conflicting-keys", with("  - {expect: {east/pool1.free: {not: 1 B, never: 2 B}}}\n")},
      {"step-kind", with("  - {note: nothing}\n")},
      {"not-in-this-version", "plan: p"},
      {"impossible-mutation",
       scenario("  - {use: r, mutate: {target: [$s, east]}}\n" + std::string(judged),
                "runbooks: {r: {steps: [{wait: 1 s, as: $s}]}}\n")},
      {"wrong-type", with("  - {wait: x}\n")},
      {"wrong-unit", with("  - {wait: 1}\n")},
      {"out-of-range", with("  - {wait: -1 s}\n")},
      {"unsettable", with("  - {set: {east-west.rtt: 1 s}}\n")},
      {"matrix-too-large", scenario(judged, "matrix: {$a: 1..101, $b: 1..100}\n")},
      {"uneven-cases", scenario(judged, "cases: [{name: a}, {name: b, $c: 1}]\n")},
      {"unknown-name", with("  - {use: nobody}\n")},
      {"name-twice", scenario(judged, "cases: [{name: a}, {name: a}]\n")},
      {"before-birth", with("  - {stop: $w}\n  - {wait: 1 s, as: $w}\n")},
      {"wrong-kind", with("  - {wait: 1 s, as: $w}\n  - {stop: $w}\n")},
      {"list-name", with("  - {list: CIM_StorageVolume, as: $x}\n  - {flush: $x}\n")},
      {"unknown-rule", scenario(judged, "evidence: [A99]\n")},
      {"runbook-recursion",
       scenario("  - {use: a}\n", "runbooks: {a: {steps: [{use: b}]}, b: {steps: [{use: a}]}}\n")},
      {"missing-parameter", with("  - {call: CreateElementReplica, with: {SyncType: Mirror}}\n")},
      {"wrong-parameter", with("  - {call: CreateElementReplica, with: {SyncType: Mirror, "
                               "SourceElement: east-west}}\n")},
      {"not-in-profile", with("  - {call: CreateElementReplica, with: {SyncType: Snapshot, "
                              "SourceElement: east/vol1}}\n")},
      {"unreachable-state", scenario(mirror + "  - {expect: {$mirror.CopyState: 15}}\n")},
      {"no-provider", "version: 1\nscenario: a\nsteps: [{list: CIM_StorageVolume}]\n"},
      {"no-host", scenario("  - {flush: east/vol1}\n",
                           "topology: {hosts: {a: {}, b: {}}, arrays: {east: {volumes: {vol1: 1 "
                           "GiB}}}}\n")},
      {"within-exceeds-limit", scenario("  - {wait: 2 d}\n", "limit: 1 d\n")},
      {"every-before-end", with("  - {fault: host.pause, target: h1, for: 2 s, every: 1 s}\n")},
      {"overlapping-cuts", with("  - {fault: link.cut, target: east-west}\n"
                                "  - {fault: link.cut, target: east-west}\n")},
      {"since-not-before", scenario("  - {expect: {east/pool1.free: 0 B}, since: $w}\n"
                                    "  - {wait: 1 s, as: $w}\n")},
      {"nothing-expected", scenario("  - {wait: 1 s}\n")},
      {"unused-name", scenario(judged, "params: {$a: 1}\n")},
      {"wait-before-expect", with("  - {wait: 1 s}\n")},
      {"for-beyond-end", with("  - {fault: host.pause, target: h1, for: 31 d}\n")},
  };
}

// Codes about files are reached in files_test.cpp and reader_test.cpp.
TEST_CASE("every code that a text can have is reached", "[language][error]") {
  std::vector<std::string_view> elsewhere = {"unreadable-file", "too-large",
                                             "outside-folder",  "include-cycle",
                                             "wrong-file-kind", "too-many-nodes"};
  for (const auto& [code, text] : samples_of_codes()) {
    CAPTURE(code, text, check(text).brief());
    CHECK(check(text).has(code));
    elsewhere.push_back(code);
  }
  for (const DiagnosticCode& row : diagnostic_codes()) {
    CAPTURE(row.code);
    CHECK(std::ranges::find(elsewhere, row.code) != elsewhere.end());
  }
}

TEST_CASE("every code says what it means", "[language][error]") {
  for (const DiagnosticCode& row : diagnostic_codes()) {
    CAPTURE(row.code);
    CHECK(!row.meaning.empty());
    CHECK(find_diagnostic_code(row.code) == &row);
  }
}

}  // namespace replsim::harness::test
