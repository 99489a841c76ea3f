// The built-in testbed through its two interfaces.
#include "model/testbed/builtin_testbed.h"

#include "tests/catch.h"
#include "tests/testbed/fixture.h"

namespace replsim::testbed::test {
namespace {

std::uint64_t copy_state(Bench& bench, std::uint64_t pair, const std::string& array = "") {
  const auto instance = bench.testbed.peek_relation(pair, array);
  return instance ? instance->get("CopyState").as_unsigned() : 0;
}

bool same_content(Bench& bench, const std::string& first, const std::string& second) {
  const auto* one = bench.testbed.image(bench.testbed.volume(first)->entity);
  const auto* two = bench.testbed.image(bench.testbed.volume(second)->entity);
  for (std::uint64_t lba = 0; lba < one->blocks(); ++lba) {
    if (one->at(lba) != two->at(lba)) return false;
  }
  return true;
}

std::uint64_t pair_of(Bench& bench, const cim::ObjectPath& mirror) {
  return bench.testbed.pair_of(mirror).value_or(0);
}

std::optional<cim::MethodOutcome> modify(Bench& bench, const std::string& array,
                                         const cim::ObjectPath& mirror, std::uint16_t operation) {
  return bench.call(
      array, "ModifyReplicaSynchronization",
      {{"Operation", u16(operation)}, {"Synchronization", cim::Value::reference(mirror)}});
}

}  // namespace

// EVIDENCE: language.md/11, rulings R2, R18
TEST_CASE("A mirror made in a pool of the other array holds what was written before and after",
          "[testbed][mirror]") {
  Bench bench;
  const auto before = bench.write("h1", "east/vol1", 0, 8);
  REQUIRE(before.answer == trace::IoAnswer::Ok);
  const cim::ObjectPath mirror = make_mirror(bench);
  REQUIRE(mirror.class_name == "CIM_StorageSynchronized");
  CHECK(mirror == services::synchronized_path("east/vol1", "west/pool1-1"));
  const std::uint64_t pair = pair_of(bench, mirror);
  REQUIRE(pair != 0);
  CHECK(copy_state(bench, pair) == 4);
  CHECK(copy_state(bench, pair, "west") == 4);
  const auto after = bench.write("h1", "east/vol1", 100, 4);
  CHECK(after.answer == trace::IoAnswer::Ok);
  CHECK(after.stamp != before.stamp);
  const auto target = bench.testbed.volume("west/pool1-1");
  REQUIRE(target);
  CHECK(target->bytes == std::uint64_t{16} << 20);
  const auto* image = bench.testbed.image(target->entity);
  CHECK(image->at(7) == before.stamp);
  CHECK(image->at(103) == after.stamp);
  CHECK(image->at(104) == 0);
  CHECK(same_content(bench, "east/vol1", "west/pool1-1"));
  CHECK(bench.testbed.metric("west/pool1", "free") == std::uint64_t{240} << 20);
  CHECK(bench.testbed.hosts_of("west/pool1-1") == std::vector<std::string>{"h2"});
}

// EVIDENCE: rulings R12
TEST_CASE("A host reads what it wrote, and may not write to the target in Synchronized",
          "[testbed][mirror]") {
  Bench bench;
  make_mirror(bench);
  const auto written = bench.write("h1", "east/vol1", 5, 2);
  const auto read = bench.io("h1", "east/vol1", {provider::IoKind::Read, 4, 3});
  CHECK(read.answer == trace::IoAnswer::Ok);
  CHECK(read.stamps == std::vector<std::uint64_t>{0, written.stamp, written.stamp});
  const auto replica = bench.io("h2", "west/pool1-1", {provider::IoKind::Read, 5, 1});
  CHECK(replica.stamps == std::vector<std::uint64_t>{written.stamp});
  CHECK(bench.write("h2", "west/pool1-1", 5, 1).answer == trace::IoAnswer::Refused);
  CHECK(bench.io("h1", "east/vol1", {provider::IoKind::Flush, 0, 0}).answer == trace::IoAnswer::Ok);
  CHECK_FALSE(bench.testbed.open("h1", "west/pool1-1").has_value());
  CHECK_FALSE(bench.testbed.open("h1", "east/none").has_value());
}

// EVIDENCE: rulings R7 (PAR by each endpoint's own timer), language.md/12
TEST_CASE("A cut link makes both ends Partitioned and the pair recovers by itself",
          "[testbed][fault]") {
  Bench bench;
  const cim::ObjectPath mirror = make_mirror(bench);
  const std::uint64_t pair = pair_of(bench, mirror);
  const auto id = bench.testbed.begin_fault(fault("link.cut", "east-west"));
  REQUIRE(id.has_value());
  CHECK_FALSE(bench.testbed.quiet());
  bench.write("h1", "east/vol1", 10, 1);
  bench.run(sim::seconds(15));
  CHECK(copy_state(bench, pair, "east") == 16);
  CHECK(copy_state(bench, pair, "west") == 16);
  CHECK(bench.testbed.fault_counts(*id).hits > 0);
  CHECK(bench.testbed.fault_counts(*id).met >= bench.testbed.fault_counts(*id).hits);
  bench.testbed.end_fault(*id);
  bench.testbed.end_fault(*id);
  CHECK(bench.testbed.quiet());
  bench.run(sim::seconds(20));
  CHECK(copy_state(bench, pair) == 4);
  CHECK(same_content(bench, "east/vol1", "west/pool1-1"));
}

// EVIDENCE: DESIGN 4, rulings R10
TEST_CASE("An array that crashed comes back from its records, and is seen while it is down",
          "[testbed][fault]") {
  const auto effect = GENERATE(std::string("array.crash"), std::string("array.power-loss"));
  Bench bench;
  const cim::ObjectPath mirror = make_mirror(bench);
  const std::uint64_t pair = pair_of(bench, mirror);
  const auto written = bench.write("h1", "east/vol1", 33, 1);
  const auto id = bench.testbed.begin_fault(fault(effect, "east"));
  bench.run(sim::seconds(1));
  CHECK_FALSE(bench.testbed.running("east"));
  CHECK(bench.testbed.fault_counts(*id).met == 1);
  CHECK(bench.testbed.peek("east", mirror).has_value());
  CHECK(bench.testbed.volume("east/vol1").has_value());
  CHECK(bench.testbed.introspection()->endpoints().size() == 2);
  bench.testbed.end_fault(*id);
  bench.run(sim::seconds(30));
  CHECK(bench.testbed.running("east"));
  CHECK(copy_state(bench, pair) == 4);
  const auto read = bench.io("h1", "east/vol1", {provider::IoKind::Read, 33, 1});
  CHECK(read.stamps == std::vector<std::uint64_t>{written.stamp});
  CHECK(same_content(bench, "east/vol1", "west/pool1-1"));
}

// EVIDENCE: language.md/5 (`no-answer`)
TEST_CASE("A call to an array that crashes under it, or is cut off, has no answer",
          "[testbed][management]") {
  Bench bench;
  cim::MethodCall call;
  call.class_name = "CIM_ReplicationService";
  call.method = "CreateElementReplica";
  call.arguments = good_create();
  SECTION("cut off from the client") {
    const auto cut = bench.testbed.begin_fault(fault("link.cut", "client-east"));
    REQUIRE(cut.has_value());
    CHECK_FALSE(bench.call("east", call, sim::seconds(5)).has_value());
    CHECK(bench.testbed.volumes().size() == 6);
    bench.testbed.end_fault(*cut);
    bench.run(sim::seconds(5));
    CHECK(bench.testbed.volumes().size() == 6);
  }
  SECTION("the request was lost and is repeated") {
    const auto cut = bench.testbed.begin_fault(fault("link.cut", "client-east"));
    bench.world().post(
        sim::milliseconds(500),
        [](void* context, std::uint64_t id) {
          static_cast<BuiltinTestbed*>(context)->end_fault({static_cast<std::uint32_t>(id)});
        },
        &bench.testbed, cut->value);
    const auto outcome = bench.call("east", call);
    REQUIRE(outcome.has_value());
    CHECK(outcome->code == 4096);
    bench.settle();
    CHECK(bench.testbed.volumes().size() == 7);
  }
  SECTION("the answer was lost: the call runs once") {
    provider::FaultSpec one_way = fault("link.cut", "client-east");
    one_way.forward = false;
    const auto cut = bench.testbed.begin_fault(one_way);
    bench.world().post(
        sim::milliseconds(2500),
        [](void* context, std::uint64_t id) {
          static_cast<BuiltinTestbed*>(context)->end_fault({static_cast<std::uint32_t>(id)});
        },
        &bench.testbed, cut->value);
    const auto outcome = bench.call("east", call);
    REQUIRE(outcome.has_value());
    CHECK(outcome->code == 4096);
    bench.settle();
    CHECK(bench.testbed.volumes().size() == 7);
  }
  SECTION("the array goes down") {
    bench.testbed.begin_fault(fault("array.crash", "east"));
    CHECK_FALSE(bench.call("east", call, sim::seconds(5)).has_value());
  }
}

// EVIDENCE: language.md/12 (until restart or resume)
TEST_CASE("Overlapping faults of a node: it comes back when the last is lifted",
          "[testbed][fault]") {
  Bench bench;
  const auto crash = bench.testbed.begin_fault(fault("host.crash", "h1"));
  const auto second = bench.testbed.begin_fault(fault("host.power-loss", "h1"));
  const auto pause = bench.testbed.begin_fault(fault("host.pause", "h1"));
  bench.run(sim::seconds(1));
  CHECK_FALSE(bench.testbed.running("h1"));
  bench.testbed.end_fault(*crash);
  bench.run(sim::seconds(1));
  CHECK_FALSE(bench.testbed.running("h1"));
  bench.testbed.end_fault(*second);
  bench.run(sim::seconds(1));
  CHECK_FALSE(bench.testbed.running("h1"));  // paused
  bench.testbed.end_fault(*pause);
  bench.run(sim::seconds(1));
  CHECK(bench.testbed.running("h1"));
  CHECK_FALSE(bench.testbed.begin_fault(fault("host.crash", "east")).has_value());
  CHECK_FALSE(bench.testbed.begin_fault(fault("link.melt", "east-west")).has_value());
}

// EVIDENCE: DESIGN 5 (a stamp is that host's write count)
TEST_CASE("A host that crashed never gives a write count twice, and its I/O ends",
          "[testbed][host]") {
  Bench bench;
  const auto first = bench.write("h1", "east/vol1", 0, 1);
  const auto id = bench.testbed.begin_fault(fault("host.crash", "h1"));
  bench.run(sim::seconds(1));
  const auto down = bench.write("h1", "east/vol1", 1, 1);
  CHECK(down.answer == trace::IoAnswer::Timeout);
  bench.testbed.end_fault(*id);
  bench.run(sim::seconds(1));
  const auto second = bench.write("h1", "east/vol1", 2, 1);
  CHECK(second.answer == trace::IoAnswer::Ok);
  CHECK(second.stamp != first.stamp);
  CHECK(second.stamp != down.stamp);
  CHECK((second.stamp >> 48) == 1);
}

TEST_CASE("A host write through a lossy link is repeated and applied", "[testbed][host]") {
  Bench bench;
  provider::FaultSpec loss = fault("link.loss", "h1-east");
  loss.rate_ppb = 500'000'000;
  const auto id = bench.testbed.begin_fault(loss);
  REQUIRE(id.has_value());
  const auto* image = bench.testbed.image(bench.testbed.volume("east/vol1")->entity);
  for (std::uint64_t lba = 0; lba < 20; ++lba) {
    const auto out = bench.write("h1", "east/vol1", lba, 1);
    CHECK(out.answer == trace::IoAnswer::Ok);
    CHECK(image->at(lba) == out.stamp);
  }
  CHECK(bench.testbed.fault_counts(*id).hits > 0);
}

// EVIDENCE: rulings R18 (Reverse Roles swaps SystemElement and SyncedElement), B11
TEST_CASE("A relation is followed through Reverse Roles under both of its paths",
          "[testbed][relation]") {
  Bench bench;
  const cim::ObjectPath mirror = make_mirror(bench);
  const std::uint64_t pair = pair_of(bench, mirror);
  const auto outcome = modify(bench, "east", mirror, 20);
  REQUIRE(outcome.has_value());
  CHECK((outcome->code == 0 || outcome->code == 4096));
  bench.settle();
  const auto info = bench.testbed.relation(pair);
  REQUIRE(info.has_value());
  CHECK(info->exists);
  CHECK(info->path == services::synchronized_path("west/pool1-1", "east/vol1"));
  CHECK(info->source_volume == "west/pool1-1");
  CHECK(info->arrays == std::vector<std::string>{"east", "west"});
  CHECK(bench.testbed.pair_of(mirror) == pair);
  CHECK(bench.testbed.pair_of(info->path) == pair);
}

TEST_CASE("A detached relation is known as former and its elements stay", "[testbed][relation]") {
  Bench bench;
  const cim::ObjectPath mirror = make_mirror(bench);
  const std::uint64_t pair = pair_of(bench, mirror);
  modify(bench, "east", mirror, 8);
  bench.settle();
  const auto info = bench.testbed.relation(pair);
  REQUIRE(info.has_value());
  CHECK_FALSE(info->exists);
  CHECK(info->arrays.empty());
  CHECK(info->target_volume == "west/pool1-1");
  CHECK_FALSE(bench.testbed.peek_relation(pair, "").has_value());
  CHECK(bench.testbed.volume("west/pool1-1").has_value());
  CHECK(bench.testbed.pair_of(mirror) == pair);
}

// EVIDENCE: invariants A12
TEST_CASE("Introspection sees a fractured write in the stable bitmap", "[testbed][metadata]") {
  Bench bench;
  const cim::ObjectPath mirror = make_mirror(bench);
  modify(bench, "east", mirror, 12);
  bench.settle();
  bench.write("h1", "east/vol1", 512, 1);
  const provider::Introspection& stable = *bench.testbed.introspection();
  for (const provider::EndpointFacts& end : stable.endpoints()) {
    CHECK(end.copy_state == 6);
    if (end.array != "east") continue;
    CHECK(end.granule_blocks == 16);
    CHECK(stable.covered(end.endpoint, 512));
    CHECK_FALSE(stable.covered(end.endpoint, 2048));
    std::uint64_t dirty = 0;
    stable.for_each_dirty(end.endpoint,
                          [&](std::uint64_t, std::uint64_t blocks) { dirty += blocks; });
    CHECK(dirty == 16);
    std::uint64_t volatile_dirty = 0;
    stable.for_each_volatile_dirty(
        end.endpoint, [&](std::uint64_t, std::uint64_t blocks) { volatile_dirty += blocks; });
    CHECK(volatile_dirty == 16);
  }
}

TEST_CASE("Listeners hear every write of a volume and its replica", "[testbed][image]") {
  struct Count final : provider::ImageListener {
    std::vector<std::pair<std::uint32_t, std::uint64_t>> heard;
    void changed(sim::EntityId volume, std::uint64_t lba, std::uint64_t) override {
      heard.emplace_back(volume.value, lba);
    }
    void lost(sim::EntityId, std::uint64_t, std::uint64_t) override {}
  } count;
  Bench bench;
  make_mirror(bench);
  bench.testbed.add_listener(count);
  bench.write("h1", "east/vol1", 77, 1);
  bench.testbed.remove_listener(count);
  bench.write("h1", "east/vol1", 78, 1);
  const auto source = bench.testbed.volume("east/vol1")->entity.value;
  const auto target = bench.testbed.volume("west/pool1-1")->entity.value;
  const auto heard = [&](std::uint32_t entity, std::uint64_t lba) {
    return std::ranges::count(count.heard, std::pair(entity, lba));
  };
  CHECK(heard(source, 77) == 1);
  CHECK(heard(target, 77) == 1);
  CHECK(heard(source, 78) == 0);
}

TEST_CASE("A pool is resized, never below what is allocated", "[testbed][pool]") {
  Bench bench;
  make_mirror(bench);
  CHECK(bench.testbed.set("west/pool1", "size", std::uint64_t{32} << 20).has_value());
  CHECK(bench.testbed.metric("west/pool1", "size") == std::uint64_t{32} << 20);
  CHECK_FALSE(bench.testbed.set("west/pool1", "size", std::uint64_t{8} << 20).has_value());
  CHECK_FALSE(bench.testbed.set("west/vol1", "size", 1).has_value());
  CHECK_FALSE(bench.testbed.metric("west/pool1", "colour").has_value());
  CHECK(bench.testbed.metric("east-west", "bytes").value_or(0) > 0);
}

// EVIDENCE: DESIGN 3 (chance and trace)
TEST_CASE("The same seed gives the same hash, another seed another one", "[testbed][determinism]") {
  const auto hash = [](std::uint64_t seed) {
    provider::Topology topology = two_arrays();
    topology.links[0].jitter = sim::microseconds(300);
    Bench bench(topology, seed);
    make_mirror(bench);
    for (std::uint64_t lba = 0; lba < 20; ++lba) bench.write("h1", "east/vol1", lba * 7, 2);
    bench.testbed.begin_fault(fault("array.power-loss", "west"));
    bench.run(sim::seconds(2));
    return bench.world().trace().hash();
  };
  const std::uint64_t first = hash(1);
  CHECK(hash(1) == first);
  CHECK(hash(2) != first);
}

}  // namespace replsim::testbed::test
