// Refused calls through the whole way: client, link, service, engine. The code is the documented
// one and nothing changes: no state, property, job, element, space or indication.
#include "model/trace/events.h"
#include "tests/catch.h"
#include "tests/testbed/fixture.h"

namespace replsim::testbed::test {
namespace {

/// Everything that a call could change, and how much was announced.
struct Footprint {
  std::vector<cim::Instance> east, west;
  std::size_t announced = 0;
  bool operator==(const Footprint&) const = default;
};

Footprint footprint(Bench& bench) {
  Footprint now;
  for (const char* class_name : {"CIM_StorageVolume", "CIM_StoragePool", "CIM_Synchronized"}) {
    for (auto& one : bench.testbed.peek_all("east", class_name)) now.east.push_back(one);
    for (auto& one : bench.testbed.peek_all("west", class_name)) now.west.push_back(one);
  }
  for (const sim::TraceEvent& event : bench.world().trace().kept()) {
    const bool call =
        event.kind == trace::call_received.number || event.kind == trace::call_answered.number;
    if (!call) ++now.announced;
  }
  return now;
}

struct Refused {
  std::string why;
  Bench::Arguments arguments;
  std::uint32_t code;
  std::string message_id;
};

void judge(Bench& bench, const std::string& method, const Refused& row) {
  INFO(method << ": " << row.why);
  const Footprint before = footprint(bench);
  const auto outcome = bench.call("east", method, row.arguments);
  REQUIRE(outcome.has_value());
  CHECK(outcome->code == row.code);
  CHECK(outcome->out.empty());
  REQUIRE(outcome->error.has_value());
  CHECK(outcome->error->message_id == row.message_id);
  CHECK_FALSE(outcome->error->rule.empty());
  bench.run(sim::seconds(1));
  CHECK(footprint(bench) == before);
}

}  // namespace

// EVIDENCE: rulings R1, R2
TEST_CASE("A refused creation leaves no trace in either array", "[testbed][refusal]") {
  Bench bench;
  const auto create = [](const char* target, cim::Value value) {
    Bench::Arguments arguments = {{"SyncType", u16(6)}, {"SourceElement", volume("east/vol1")}};
    arguments.emplace_back(target, std::move(value));
    return arguments;
  };
  bench.run(sim::seconds(1));
  const std::vector<Refused> table = {
      {"no type", {{"SourceElement", volume("east/vol1")}}, 5, "invalid:parameter"},
      {"snapshot",
       {{"SyncType", u16(7)}, {"SourceElement", volume("east/vol1")}},
       1,
       "refused:unsupported"},
      {"onto itself", create("TargetElement", volume("east/vol1")), 5, "invalid:parameter"},
      {"remote target too small", create("TargetElement", volume("west/small")), 5,
       "invalid:target"},
      {"remote target unknown", create("TargetElement", volume("west/vol9")), 5, "invalid:target"},
      {"remote pool unknown", create("TargetPool", pool("west/pool9")), 5, "invalid:pool"},
      {"no path", create("TargetPool", pool("north/pool1")), 4, "refused:peer"},
  };
  for (const Refused& row : table) judge(bench, "CreateElementReplica", row);
  REQUIRE(bench.testbed.set("west/pool1", "size", std::uint64_t{1} << 20).has_value());
  judge(bench, "CreateElementReplica", {"no room", good_create(), 4, "refused:space"});
}

// EVIDENCE: rulings R1, R4; operation_matrix.md
TEST_CASE("A refused operation changes nothing and a legal one works afterwards",
          "[testbed][refusal]") {
  Bench bench;
  const cim::Value mirror = cim::Value::reference(make_mirror(bench));
  const auto modify = [&](std::uint16_t operation) {
    return Bench::Arguments{{"Operation", u16(operation)}, {"Synchronization", mirror}};
  };
  const std::vector<Refused> table = {
      {"pair operation", modify(5), 5, "invalid:parameter"},
      {"consistency", modify(3), 1, "refused:unsupported"},
      {"not in the profile", modify(24), 1, "refused:unsupported"},
      {"Failback in Synchronized", modify(11), 4, "refused:state"},
      {"Abort in Synchronized", modify(2), 4, "refused:state"},
      {"Detach of nothing",
       {{"Operation", u16(8)}, {"Synchronization", volume("east/vol2")}},
       5,
       "invalid:parameter"},
  };
  for (const Refused& row : table) judge(bench, "ModifyReplicaSynchronization", row);
  const auto accepted = bench.call("east", "ModifyReplicaSynchronization", modify(12));
  REQUIRE(accepted.has_value());
  CHECK((accepted->code == 0 || accepted->code == 4096));
  bench.settle();
  const auto relation = bench.testbed.peek("east", mirror.as_reference());
  REQUIRE(relation.has_value());
  CHECK(relation->get("CopyState") == u16(6));
}

// EVIDENCE: rulings R1: 3 and 2 only after acceptance; R18 (the association comes first)
TEST_CASE("An accepted creation names job, association and target, and the job completes",
          "[testbed][call]") {
  Bench bench;
  const auto outcome = bench.call("east", "CreateElementReplica", good_create());
  REQUIRE(outcome.has_value());
  CHECK(outcome->code == 4096);
  CHECK_FALSE(outcome->error.has_value());
  CHECK(outcome->get("TargetElement") == volume("west/pool1-1"));
  const cim::ObjectPath job = outcome->get("Job").as_reference();
  const auto running = bench.testbed.peek("east", job);
  REQUIRE(running.has_value());
  bench.settle();
  const auto done = bench.testbed.peek("east", job);
  REQUIRE(done.has_value());
  CHECK(done->get("JobState") == u16(7));
  CHECK(done->get("PercentComplete") == u16(100));
}

// EVIDENCE: rulings R2: created in the source array's default pool
TEST_CASE("Without target and pool a local replica is made in the first pool", "[testbed][call]") {
  Bench bench;
  const auto outcome = bench.call("east", "CreateElementReplica",
                                  {{"SyncType", u16(6)}, {"SourceElement", volume("east/vol2")}});
  REQUIRE(outcome.has_value());
  CHECK(outcome->code == 4096);
  bench.settle();
  CHECK(outcome->get("TargetElement") == volume("east/pool1-1"));
  const auto pair = bench.testbed.pair_of(outcome->get("Synchronization").as_reference());
  REQUIRE(pair.has_value());
  CHECK(bench.testbed.peek_relation(*pair, "")->get("CopyState") == u16(4));
  CHECK(bench.testbed.relation(*pair)->arrays == std::vector<std::string>{"east"});
  CHECK(bench.testbed.introspection()->endpoints().front().role == provider::EndRole::Both);
}

}  // namespace replsim::testbed::test
