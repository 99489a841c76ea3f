// Topologies and profiles become the data that the testbed builds.
#include <algorithm>

#include "model/cim/profile_defaults.h"
#include "tests/catch.h"
#include "tests/language/support.h"

namespace replsim::harness::test {
namespace {

std::string with_topology(const std::string& text) {
  return "version: 1\nscenario: x\nprovider: east\ntopology:\n" + text +
         "steps: [{expect: {east/pool1.free: 0 B}}]\n";
}

const provider::LinkSpec* link(const provider::Topology& topology, std::string_view name) {
  const auto found = std::ranges::find(topology.links, name, &provider::LinkSpec::name);
  return found == topology.links.end() ? nullptr : &*found;
}

}  // namespace

// EVIDENCE: language.md/11 std:two-arrays
TEST_CASE("the topology that ships is what the document says", "[language][topology]") {
  const Outcome outcome = check(scenario(judged));
  REQUIRE(outcome.expansion.runs.size() == 1);
  const provider::Topology& topology = outcome.run().topology;
  CHECK(topology.sites == std::vector<std::string>{"east", "west"});
  REQUIRE(topology.arrays.size() == 2);
  CHECK(topology.arrays[0].volumes.size() == 4);
  CHECK(topology.arrays[0].volumes[3].size == 16ULL << 30U);
  CHECK(topology.arrays[1].pools.at(0).size == 1ULL << 40U);
  CHECK(topology.arrays[1].disks.at(0).size == 2ULL << 40U);
  CHECK(topology.hosts[1].sees == std::vector<std::string>{"west/*"});
  REQUIRE(link(topology, "east-west") != nullptr);
  CHECK(link(topology, "east-west")->latency.mean == sim::milliseconds(1));
  CHECK(link(topology, "east-west")->bandwidth == 1'250'000'000);
  // Undeclared: hosts reach what they see, the client reaches every array.
  REQUIRE(link(topology, "h1-east") != nullptr);
  CHECK(link(topology, "h1-east")->latency.mean == sim::microseconds(100));
  CHECK(link(topology, "h1-east")->bandwidth == 2'000'000'000);
  CHECK(link(topology, "h1-west") == nullptr);
  REQUIRE(link(topology, "client-west") != nullptr);
  CHECK(link(topology, "client-west")->latency.mean == sim::milliseconds(1));
  CHECK(link(topology, "client-west")->management);
}

TEST_CASE("the profile file that ships is the default profile", "[language][topology]") {
  const Outcome outcome = check(scenario(judged));
  const cim::Profile& profile = outcome.run().topology.arrays.at(0).profile;
  const cim::Profile built_in = cim::default_profile();
  CHECK(profile.name == built_in.name);
  CHECK(profile.schema == built_in.schema);
  CHECK(profile.sync_types == built_in.sync_types);
  CHECK(profile.modes == built_in.modes);
  CHECK(profile.replication_types == built_in.replication_types);
  CHECK(profile.operations == built_in.operations);
  CHECK(profile.methods == built_in.methods);
  CHECK(profile.features == built_in.features);
  CHECK(profile.call_limit_ns == built_in.call_limit_ns);
}

TEST_CASE("a topology inside a scenario has defaults and overrides", "[language][topology]") {
  const Outcome outcome = check(with_topology(
      "  hosts: {h1: {sees: [east/*], clock: {offset: -5 ms, drift: 0.001%}, speed: 200%}}\n"
      "  arrays:\n"
      "    east:\n"
      "      disks: {d0: {kind: hdd, write-latency: {mean: 1 ms, p99: 3 ms}, cache: 64 MiB}}\n"
      "      pools: {pool1: {size: 1 TiB, disks: d0}}\n"
      "      volumes: {a: {size: 1 GiB, block: 512 B, pool: pool1}}\n"
      "      timeouts: {peer: 3 s, call-limit: 7 s}\n"
      "      knobs: {suspended-target-access: read-write}\n"));
  CHECK(outcome.brief() == "");
  REQUIRE(outcome.expansion.runs.size() == 1);
  const auto& topology = outcome.run().topology;
  CHECK(topology.hosts.at(0).clock.offset == sim::milliseconds(-5));
  CHECK(topology.hosts[0].clock.drift_ppb == 10'000);
  CHECK(topology.hosts[0].speed_ppb == 2'000'000'000);
  const auto& east = topology.arrays.at(0);
  CHECK(east.site == "east");
  CHECK(east.disks.at(0).read.p99 == sim::milliseconds(25));
  CHECK(east.disks[0].write.mean == sim::milliseconds(1));
  CHECK(east.disks[0].cache == 64ULL << 20U);
  CHECK(east.volumes.at(0).block == 512);
  CHECK(east.volumes[0].pool == "pool1");
  CHECK(east.peer_timeout == sim::seconds(3));
  CHECK(east.fence_timeout == sim::seconds(5));
  CHECK(east.call_limit == sim::seconds(7));
  CHECK(east.knobs.at("suspended-target-access") == "read-write");
}

TEST_CASE("slips in a topology are told where they stand", "[language][topology]") {
  const auto brief = [](const std::string& text) { return check(with_topology(text)).brief(); };
  CHECK(brief("  arrays: {east: {pools: {pool1: {size: 1 TiB, disks: d7}}}}\n") ==
        "5:55 unknown-name: `d7` is no word for this");
  CHECK(brief("  arrays: {east: {pools: {pool1: {size: 1 TiB}}}}\n  links: {east-wets: {}}\n") ==
        "6:11 unknown-name: `east-wets` does not join two hosts or arrays");
  CHECK(brief("  arrays: {east: {pools: {pool1: {size: 1 TiB}}, knobs: {colour: blue}}}\n") ==
        "5:58 unknown-name: there is no knob `colour`");
  CHECK(brief("  hosts: {h1: {sees: [east/vol9]}}\n"
              "  arrays: {east: {pools: {pool1: {size: 1 TiB}}, volumes: {vol1: 1 GiB}}}\n") ==
        "5:23 unknown-name: there is no volume `east/vol9`");
  CHECK(brief("  arrays: {east: {pools: {pool1: {size: 1 TiB}}, volumes: {pool1: 1 GiB}}}\n") ==
        "5:60 name-twice: two things are called pool1");
  CHECK(brief("  arrays: {east: {pools: {pool1: {size: 1 TiB}}}}\n  hypervisors: {a: {}}\n") ==
        "6:3 not-in-this-version: `hypervisors` is not in this version");
}

}  // namespace replsim::harness::test
