// Scenarios of the kinds that the language was made for load, and their steps are what they say.
#include <algorithm>

#include "tests/catch.h"
#include "tests/language/support.h"

namespace replsim::harness::test {
namespace {

constexpr std::string_view fracture_then_resync = R"(version: 1
scenario: fracture-then-resync
title: Only what changed on either side is copied by a resync
evidence: [ModifyReplicaSynchronization/Fracture, ModifyReplicaSynchronization/Resync Replica]
topology: std:two-arrays
provider: east
matrix: {$mode: [Synchronous]}
steps:
  - call: CreateElementReplica
    with: {SyncType: Mirror, Mode: $mode, SourceElement: east/vol1, TargetPool: west/pool1,
        WaitForCopyState: Synchronized}
    save: {Synchronization: $mirror}
    within: 60 s
  - {call: ModifyReplicaSynchronization, with: {Operation: Fracture, Synchronization: $mirror},
        within: 10 s}
  - {write: east/vol1, offset: 1 MiB, length: 256 KiB}
  - {write: $mirror.SyncedElement, host: h2, offset: 8 MiB, length: 64 KiB}
  - {fault: link.loss, target: east-west, rate: 5%, for: 2 s}
  - {call: ModifyReplicaSynchronization, with: {Operation: Resync Replica,
        Synchronization: $mirror}, within: 60 s, as: $resync}
  - since: $resync
    expect:
      $mirror.CopyState: {history: [Unsynchronized, Synchronized]}
      $mirror.copied: {at-most: 384 KiB}
      $mirror.SyncedElement.content: east/vol1.content
)";

constexpr std::string_view sites = R"(version: 1
topology: sites
params: {$rtt: 2 ms, $bandwidth: 1 Gbit/s, $pool: 1 TiB}
hosts:
  h1: {site: east, sees: [east/*]}
  h2: {site: west, sees: [west/*]}
arrays:
  east: {site: east, disks: {d0: {kind: ssd, size: 2 TiB}}, pools: {pool1: {size: $pool}},
      volumes: {vol1: 16 GiB}}
  west: {site: west, disks: {d0: {kind: ssd, size: 2 TiB}}, pools: {pool1: {size: $pool}}}
links:
  h1-east: {latency: 100 us, bandwidth: 16 Gbit/s}
  east-west: {rtt: $rtt, bandwidth: $bandwidth}
)";

constexpr std::string_view books = R"(version: 1
runbooks:
  mirror:
    params: {$source: east/vol1, $pool: west/pool1, $mode: Synchronous}
    gives: [$pair]
    steps:
      - call: CreateElementReplica
        with: {SyncType: Mirror, Mode: $mode, SourceElement: $source, TargetPool: $pool,
            WaitForCopyState: Synchronized}
        save: {Synchronization: $pair}
        within: 1 h
  planned-failover:
    params: {$pair: relation, $load: workload}
    steps:
      - {stop: $load, as: $quiesce}
      - {call: ModifyReplicaSynchronization, with: {Operation: Split, Synchronization: $pair},
            within: 5 min, as: $split}
      - {call: ModifyReplicaSynchronization, with: {Operation: Failover, Synchronization: $pair},
            within: 5 min, as: $failover}
)";

constexpr std::string_view planned = R"(version: 1
scenario: planned
title: What was acknowledged before a planned failover is there after it
topology: {file: lib/sites.yaml, with: {$rtt: 4 ms}}
include: [lib/books.yaml]
provider: east
steps:
  - {use: mirror, save: {$pair: $mirror}}
  - {workload: random, as: $load, host: h1, volume: east/vol1, size: 8 KiB, read: 30%, rate: 800/s}
  - {wait: 1 min}
  - {use: planned-failover, with: {$pair: $mirror, $load: $load}, as: $move}
  - expect: {$mirror.CopyState: Failedover, $mirror.lost: 0 B,
        $mirror.SyncedElement.content: east/vol1.content}
  - {write: east/vol1, host: h1, offset: 0 B, length: 4 KiB, returns: refused}       # fenced
  - {workload: random, as: $away, host: h2, volume: $mirror.SyncedElement, size: 8 KiB, rate: 800/s}
  - since: $move
    expect: {$away.first-ack: {at-most: 30 s}}
    within: 30 s
  - {stop: $away}
  - {save: {$mirror.SyncedElement.content: $done}}
  - {call: ModifyReplicaSynchronization, provider: west, with: {Operation: Failback,
        Synchronization: $mirror}, within: 10 min, as: $home}
  - since: $home
    expect:
      $mirror.CopyState: {history: [Unsynchronized, Synchronized]}
      east/vol1.content: $done
)";

constexpr std::string_view refusals = R"(version: 1
scenario: refusals
include: [lib/books.yaml]
provider: east
cases:
  - {name: operation missing,   $raw: {Operation: null},             $code: Invalid Parameter}
  - {name: vendor operation,    $raw: {Operation: 0x8000},           $code: Not Supported}
  - {name: operation is text,   $raw: {Operation: "Fracture"},
              $code: CIM_ERR_INVALID_PARAMETER}
  - {name: no synchronization,  $raw: {Synchronization: null},       $code: Invalid Parameter}
  - {name: wrong class,         $raw: {Synchronization: east/vol1},  $code: Invalid Parameter}
  - {name: names nothing,       $raw: {Synchronization: {class: CIM_StorageSynchronized,
        keys: {SystemElement: "x", SyncedElement: "y"}}}, $code: Invalid Parameter}
  - {name: unknown parameter,   $raw: {Colour: "blue"},
                     $code: CIM_ERR_INVALID_PARAMETER}
  - {name: state by its name,   $raw: {WaitForCopyState: Prepared},  $code: Invalid Parameter}
steps:
  - {use: mirror, save: {$pair: $mirror}}
  - call: ModifyReplicaSynchronization
    with: {Operation: Fracture, Synchronization: $mirror}
    raw: $raw
    returns: $code
    as: $refused
  - {expect: {$mirror.CopyState: {never: Fractured}}, since: $refused}
)";

struct Library {
  Folder folder{"examples"};
  Library() {
    folder.write("lib/sites.yaml", std::string(sites));
    folder.write("lib/books.yaml", std::string(books));
  }
};

const Argument* find_argument(const CallStep& call, std::string_view name) {
  const auto found = std::ranges::find(call.arguments, name, &Argument::name);
  return found == call.arguments.end() ? nullptr : &*found;
}

}  // namespace

// EVIDENCE: language.md/10
TEST_CASE("the example of the language loads without a word", "[language][example]") {
  const Outcome outcome = check(std::string(fracture_then_resync));
  CHECK(outcome.brief() == "");
  REQUIRE(outcome.expansion.runs.size() == 1);
  const Run& run = outcome.run();
  CHECK(run.name == "fracture-then-resync[mode=Synchronous]");
  CHECK(run.steps.size() == 7);
  const auto& create = body<CallStep>(run, 0);
  CHECK(create.class_name == "CIM_ReplicationService");
  REQUIRE(find_argument(create, "Mode") != nullptr);
  CHECK(std::get<cim::Value>(find_argument(create, "Mode")->value.value).as_unsigned() == 2);
  CHECK(create.within == sim::seconds(60));
  const auto& loss = body<FaultStep>(run, 4);
  CHECK(loss.rate_ppb == 50'000'000);
  const auto& expect = body<ExpectStep>(run, 6);
  CHECK(expect.expectation.conditions.size() == 3);
  CHECK(expect.since.has_value());
  CHECK(text(expect.expectation.conditions[0].matcher) ==
        "{history: [Unsynchronized, Synchronized]}");
}

// EVIDENCE: language.md/4 runbooks, 5 use, 11
TEST_CASE("runbooks, a topology with params and a save of content load", "[language][example]") {
  const Library library;
  const Outcome outcome = check_at(std::string(planned), library.folder.path() / "planned.yaml");
  CHECK(outcome.brief() == "");
  REQUIRE(outcome.expansion.runs.size() == 1);
  const Run& run = outcome.run();
  const auto link = std::ranges::find(run.topology.links, "east-west", &provider::LinkSpec::name);
  REQUIRE(link != run.topology.links.end());
  CHECK(link->latency.mean == sim::milliseconds(2));
  CHECK(link->bandwidth == 125'000'000);
  const auto& failover = body<UseStep>(run, 3);
  REQUIRE(failover.body.at(0).size() == 3);
  // The runbook's pair is the caller's mirror: one slot.
  const auto& split = std::get<CallStep>(failover.body[0][1].body);
  const auto& mirror = body<UseStep>(run, 0);
  const auto& create = std::get<CallStep>(mirror.body[0][0].body);
  const auto* pair = find_argument(split, "Synchronization");
  REQUIRE(pair != nullptr);
  CHECK(std::get<SlotId>(std::get<Subject>(pair->value.value).base) == create.save.at(0).slot);
  CHECK(run.slots.at(create.save[0].slot).name == "mirror");
}

// EVIDENCE: language.md/4 cases, 5 raw
TEST_CASE("cases of raw parameters keep their types", "[language][example]") {
  const Library library;
  const Outcome outcome = check_at(std::string(refusals), library.folder.path() / "refusals.yaml");
  CHECK(outcome.brief() == "");
  REQUIRE(outcome.expansion.runs.size() == 8);
  const auto call = [&](std::size_t index) { return body<CallStep>(outcome.run(index), 1); };
  CHECK(outcome.run(1).display_name() == "refusals vendor operation");
  CHECK(find_argument(call(0), "Operation") == nullptr);
  CHECK(call(0).returns.codes == std::vector<std::uint32_t>{5});
  const CallStep vendor = call(1);
  CHECK(std::get<cim::Value>(find_argument(vendor, "Operation")->value.value).as_unsigned() ==
        0x8000);
  const CallStep quoted = call(2);
  CHECK(std::get<cim::Value>(find_argument(quoted, "Operation")->value.value).as_string() ==
        "Fracture");
  CHECK(quoted.returns.statuses == std::vector<cim::CimStatus>{cim::CimStatus::InvalidParameter});
  const CallStep state = call(7);
  CHECK(std::get<cim::Value>(find_argument(state, "WaitForCopyState")->value.value).as_unsigned() ==
        11);
}

// EVIDENCE: the parts of section 5 to 7 that this version leaves out
TEST_CASE("what this version does not have is refused where it stands", "[language][example]") {
  const auto later = [](std::string_view steps, std::string_view top = {}) {
    return check(scenario(steps, top)).brief();
  };
  CHECK(later("  - {workload: trace, volume: east/vol1}\n  - {expect: {east/pool1.free: 0 B}}\n") ==
        "5:16 not-in-this-version: the workload `trace` is not in this version");
  CHECK(check("version: 1\nplan: p\n").brief() ==
        "2:7 not-in-this-version: a plan file is not in this version");
}

}  // namespace replsim::harness::test
