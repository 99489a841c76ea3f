// What is known to be wrong before any run, where it stands.
#include "tests/catch.h"
#include "tests/language/support.h"

namespace replsim::harness::test {
namespace {

/// A scenario on one array with the given parts.
std::string on_array(const std::string& parts, const std::string& hosts = "h1: {sees: [east/*]}") {
  return check("version: 1\nscenario: x\ntopology:\n  hosts: {" + hosts + "}\n  arrays: {east: {" +
               parts + "}}\nsteps: [{expect: {east/pool1.free: 0 B}}]\n")
      .brief();
}

}  // namespace

// EVIDENCE: language.md, section 2: lists have .count
TEST_CASE("the length of every list has bounds", "[language][static]") {
  CHECK(on_mirror("  - {list: CIM_StorageSynchronized, as: $l}\n"
                  "  - {expect: {$l.count: {at-least: 1, at-most: 2}, $mirror.exists: true}}\n") ==
        "");
  CHECK(on_mirror("  - repeat: {times: 2}\n    steps: [{write: east/vol1, as: $w}]\n"
                  "  - {expect: {$w.count: {at-most: 2}, $mirror.exists: true}}\n") == "");
}

// EVIDENCE: language.md, section 6: history, passes, never
TEST_CASE("what has no history is not asked for one", "[language][static]") {
  for (const char* key : {"history", "passes", "never"}) {
    const std::string matcher = "{" + std::string(key) + ": [0 B]}";
    CHECK(steps("  - {expect: {east/pool1.free: " + matcher + "}}\n")
              .find("wrong-kind: no history is kept of this") != std::string::npos);
  }
  CHECK(on_mirror("  - {expect: {$mirror.SyncedElement.Name: {never: \"x\"}}}\n")
            .find("wrong-kind: no history is kept of this") != std::string::npos);
  CHECK(on_mirror("  - {expect: {$mirror.CopyState: {never: Broken}, "
                  "$mirror.ProgressStatus: {not: {history: [Completed]}}}}\n") == "");
  CHECK(on_mirror("  - {expect: {$mirror.CopyState: {history: []}}, within: 1 s}\n") == "");
  CHECK(on_mirror("  - {expect: {$mirror.CopyState: {passes: []}}}\n")
            .find("missing-value: `passes` of an empty list says nothing") != std::string::npos);
  CHECK(steps("  - {call: CreateElementReplica, with: {SyncType: Mirror, SourceElement: east/vol1, "
              "TargetPool: west/pool1}, save: {Job: $j}, returns: Job Started}\n"
              "  - {expect: {$j.JobState: {passes: [Running, Completed]}}, within: 1 h}\n") == "");
}

// EVIDENCE: language.md, section 9: a state never reachable in state_graph
TEST_CASE("an unreachable state is no mistake where it is excluded", "[language][static]") {
  CHECK(on_mirror("  - {expect: {$mirror.CopyState: {not: Mixed}}}\n") == "");
  CHECK(on_mirror("  - {expect: {$mirror.CopyState: {never: [Mixed, Not Applicable]}}}\n") == "");
  // RequestedCopyState is Not Applicable at rest.
  CHECK(on_mirror("  - {expect: {$mirror.RequestedCopyState: Not Applicable}}\n") == "");
  CHECK(on_mirror("  - {expect: {$mirror.CopyState: {not: {not: Mixed}}}}\n")
            .find("unreachable-state") != std::string::npos);
  CHECK(on_mirror("  - {expect: {$mirror.CopyState: {passes: [Mixed]}}}\n")
            .find("unreachable-state") != std::string::npos);
  CHECK(steps("  - {call: CreateElementReplica, with: {SyncType: Mirror, SourceElement: east/vol1, "
              "TargetPool: west/pool1, WaitForCopyState: Mixed}}\n")
            .find("unreachable-state: no edge of the state graph enters Mixed") !=
        std::string::npos);
}

// EVIDENCE: language.md, section 4: requires, known
TEST_CASE("capabilities and known failures have names that exist", "[language][static]") {
  CHECK(top("requires: [Method CreateElementReplic]\n") ==
        "4:12 unknown-name: the schema has no method CreateElementReplic");
  CHECK(top("requires: [Feature 999]\n") == "4:12 unknown-name: `999` is no value of Feature");
  CHECK(top("requires: [Method CreateElementReplica, Operation 9]\n") == "");
  CHECK(top("known: {}\n") == "4:8 missing-key: `known` says what is known");
  CHECK(top("known: {invariant: A99}\n") == "4:20 unknown-rule: no invariant is called `A99`");
  CHECK(top("known: {because: it is so, invariant: A1}\n") == "");
}

// EVIDENCE: language.md, section 5: returns
TEST_CASE("an answer is a code, a status or a name of its method", "[language][static]") {
  const auto returns = [](const std::string& value) {
    return on_mirror(
        "  - {call: ModifyReplicaSynchronization, with: {Operation: Fracture, "
        "Synchronization: $mirror}, returns: " +
        value + "}\n");
  };
  CHECK(returns("[]").find("missing-value: an empty list is no answer") != std::string::npos);
  CHECK(returns("\"4096\"").find("wrong-type: `4096` where a return code belongs") !=
        std::string::npos);
  CHECK(returns("[0, Job Started, CIM_ERR_FAILED]") == "");
  CHECK(on_mirror("  - {call: ModifyReplicaSynchronization, with: {Operation: Fracture, "
                  "Synchronization: $mirror}, returns: [0, 4], as: $c}\n"
                  "  - {expect: {$c.code: [0, Failed]}}\n") == "");
  CHECK(on_mirror("  - {call: ModifyReplicaSynchronization, with: {Operation: Fracture, "
                  "Synchronization: $mirror}, as: $c}\n"
                  "  - {expect: {$c.code: Faild}}\n")
            .find("unknown-name: `Faild` is no return code") != std::string::npos);
}

// EVIDENCE: language.md, section 13: extra-parameters, vendor-codes
TEST_CASE("a profile's own codes and parameters can be named", "[language][static]") {
  const Folder folder("vendor");
  folder.write("own.yaml",
               "version: 1\nprofile: own\nbased-on: mirror\n"
               "vendor-codes: {40000: Array Busy}\nextra-parameters: [Priority]\n");
  const std::string text =
      "version: 1\nscenario: x\nprovider: east\n"
      "topology: {arrays: {east: {profile: ./own.yaml, volumes: {v: 1 GiB}, pools: {pool1: {size: "
      "1 TiB}}}}}\nsteps:\n"
      "  - {call: CreateElementReplica, with: {SyncType: Mirror, SourceElement: east/v, "
      "TargetPool: east/pool1, Priority: 3}, returns: [0, 4096, Array Busy], as: $c}\n"
      "  - {expect: {$c.code: {not: Array Busy}}}\n";
  const Outcome outcome = check_file(folder.write("x.yaml", text));
  CHECK(outcome.brief() == "");
  REQUIRE(outcome.expansion.runs.size() == 1);
  const auto& call = body<CallStep>(outcome.run(), 0);
  CHECK(call.returns.codes.back() == 40'000);
  CHECK(call.arguments.back().name == "Priority");
}

// EVIDENCE: language.md, section 3: type names; section 4: a type name as default must be given
TEST_CASE("what is passed for a param is of its type", "[language][static]") {
  const auto use = [](const std::string& type, const std::string& value) {
    return on_mirror(
        "  - {use: r, with: {$q: " + value + "}}\n  - {expect: {$mirror.exists: true}}\n",
        "runbooks: {r: {params: {$q: " + type +
            "}, steps: [{call: CreateElementReplica, raw: {SyncType: $q, "
            "SourceElement: east/vol1}, returns: "
            "5}]}}\n");
  };
  CHECK(use("relation", "$mirror") == "");
  CHECK(use("relation", "east/vol1")
            .find("wrong-kind: `east/vol1` is a volume where a relation belongs") !=
        std::string::npos);
  CHECK(use("volume", "$mirror").find("is a relation where a volume belongs") != std::string::npos);
  CHECK(use("volume", "east/vol1") == "");
  CHECK(use("link", "east/vol1").find("is a volume where a link belongs") != std::string::npos);
  CHECK(use("reference", "east/vol1") == "");
  CHECK(use("duration", "5 s") == "");
  CHECK(use("duration", "5 KiB").find("wrong-unit") != std::string::npos);
  CHECK(use("text", "5 s").find("wrong-type: `5 s` where text belongs") != std::string::npos);
  CHECK(use("instance", "5").find("wrong-type: `5` where an instance") != std::string::npos);
  for (const char* type : {"enumeration", "range", "instance", "reference", "duration", "size"}) {
    CAPTURE(type);
    CHECK(top("params: {$q: " + std::string(type) + "}\n")
              .find("missing-parameter: the param `$q` must be given") != std::string::npos);
  }
}

// EVIDENCE: language.md, section 2: $seed is built in
TEST_CASE("a runbook knows the seed", "[language][static]") {
  const Outcome outcome =
      check(scenario("  - {use: r}\n" + std::string(judged),
                     "seed: 3\nrunbooks: {r: {steps: [{repeat: {times: $seed}, steps: [{flush: "
                     "east/vol1}]}]}}\n"));
  CHECK(outcome.brief() == "");
  const auto& used = body<UseStep>(outcome.run(), 0);
  CHECK(std::get<RepeatStep>(used.body.at(0).at(0).body).rounds == 3);
}

// EVIDENCE: language.md, section 3: a text that looks like another type must be quoted
TEST_CASE("a parameter of text takes no plain truth", "[language][static]") {
  const auto named = [](const std::string& value) {
    return check(
        scenario("  - {call: CreateElementReplica, with: {SyncType: Mirror, SourceElement: "
                 "east/vol1, TargetPool: west/pool1, ElementName: " +
                 value + "}, returns: 0}\n"));
  };
  CHECK(named("true").hint("wrong-parameter") ==
        "a text that looks like another type is quoted: \"true\"");
  CHECK(named("\"true\"").brief() == "");
  CHECK(named("a name").brief() == "");
}

// EVIDENCE: language.md, section 5: workload, write; section 11: host of a write
TEST_CASE("I/O that cannot be issued is told", "[language][static]") {
  CHECK(steps("  - {workload: random, volume: east/vol1, range: 0 B .. 17 GiB, for: 1 s}\n") ==
        "5:50 out-of-range: the range ends after east/vol1 of 16 GiB");
  CHECK(steps("  - {workload: random, volume: east/vol1, range: 1 KiB .. 6 KiB, for: 1 s}\n") ==
        "5:50 out-of-range: the range holds no I/O of 4 KiB");
  CHECK(steps("  - {write: east/vol1, host: h2}\n") == "5:13 no-host: h2 does not see east/vol1");
  CHECK(steps("  - {workload: random, volume: [east/vol1, west/pool1-1], for: 1 s}\n")
            .find("no-host: ") != std::string::npos);
  CHECK(check("version: 1\nscenario: x\n"
              "topology: {hosts: {h1: {}}, arrays: {east: {volumes: {v: 1 GiB}}}}\n"
              "steps: [{write: east/v}, {expect: {east/v.writes: 1}}]\n")
            .brief() == "4:17 no-host: no host sees east/v");
  CHECK(steps("  - {fault: disk.full, target: east/d0, range: 0 B .. 3 TiB, for: 1 s}\n") ==
        "5:48 out-of-range: the range ends after the disk of 2 TiB");
}

// EVIDENCE: language.md, section 2: lists; section 6: comparison
TEST_CASE("lists are not saved and unlike values not compared", "[language][static]") {
  const std::string list = "  - {list: CIM_StorageSynchronized, as: $q}\n";
  CHECK(on_mirror(list + "  - {save: {$q.all.CopyState: $x}}\n").find("list-name") !=
        std::string::npos);
  CHECK(
      on_mirror(list + "  - {expect: {$mirror.CopyState: $q.any.CopyState}}\n").find("list-name") !=
      std::string::npos);
  CHECK(on_mirror("  - {save: {east/pool1.free: $x, $mirror.CopyState: $y}}\n"
                  "  - {expect: {$mirror.lost-age: $x}}\n  - {expect: {$mirror.exists: $y}}\n") ==
        "10:33 wrong-kind: `$x` where a value of another type belongs\n"
        "11:31 wrong-kind: `$y` where a value of another type belongs");
  CHECK(on_mirror("  - {save: {east/pool1.free: $x, $mirror.CopyState: $y}}\n"
                  "  - {expect: {east/pool1.size: {at-least: $x}, $mirror.CopyState: $y}}\n") ==
        "");
}

TEST_CASE("an array shows no properties", "[language][static]") {
  CHECK(steps("  - {expect: {east.Name: \"east\"}}\n") ==
        "5:15 unknown-name: an array shows no CIM property, not `Name`");
}

// EVIDENCE: language.md, section 11: pools, disks, links
TEST_CASE("pools hold what is declared in them, and disks hold pools", "[language][static]") {
  CHECK(on_array("pools: {pool1: {size: 1 GiB}}, volumes: {v: {size: 2 GiB, pool: pool1}}")
            .find("out-of-range: the volumes up to v take more than the 1 GiB of the pool "
                  "pool1") != std::string::npos);
  CHECK(on_array("pools: {pool1: {size: 1 GiB, thin: true}}, volumes: {v: {size: 2 GiB, pool: "
                 "pool1}}") == "");
  CHECK(on_array("pools: {pool1: {size: 3 TiB}}")
            .find("out-of-range: the pool pool1 of 3 TiB is larger than its disks of 2 TiB") !=
        std::string::npos);
  CHECK(on_array("disks: {a: {kind: ssd}, b: {kind: ssd}}, pools: {pool1: {size: 3 TiB}}") == "");
  CHECK(on_array("disks: {a: {bandwidth: 0 B/s}}, pools: {pool1: {size: 1 GiB}}")
            .find("out-of-range: a bandwidth is more than 0 B/s") != std::string::npos);
  CHECK(check(scenario(judged,
                       "topology: {arrays: {east: {pools: {pool1: {size: 1 GiB}}}, west: {}}, "
                       "links: {east-west: {bandwidth: 0 Mbit/s}}}\n"))
            .brief()
            .find("out-of-range: a bandwidth is more than 0 B/s") != std::string::npos);
}

}  // namespace replsim::harness::test
