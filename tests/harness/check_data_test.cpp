// The data checkers notice each break of their rule, and keep silent where the rule holds.
// EVIDENCE: invariants.md/A
#include "tests/catch.h"
#include "tests/harness/check_fake.h"

namespace replsim::harness {
namespace {

using cim::CopyState;
using cim::EventCause;
using cim::Operation;
using fake::FakeWorld;
using fake::Numbers;
using fake::w;

TEST_CASE("A pair that does everything right breaks nothing", "[harness][check]") {
  FakeWorld world;
  world.synchronize();
  for (std::uint64_t i = 1; i < 40; ++i) world.replicated(w(i), i % 7);
  const auto call = world.call(world.east_end, Operation::Fracture);
  world.emit(trace::cut, world.east_end, 0, cim::number(Operation::Fracture));
  world.both(CopyState::Fractured, Operation::Fracture);
  world.answer(call, 0);
  world.wait();
  world.local(world.source, w(50), 3);
  world.local(world.target, w(51), 4);
  world.emit(sim::kind::node_up, world.east, 0, 0);
  const auto resync = world.call(world.east_end, Operation::ResyncReplica);
  world.target_image(1);
  world.both(CopyState::Unsynchronized, Operation::ResyncReplica);
  world.apply(world.target, w(50), 3);
  world.apply(world.target, w(39), 4);
  world.target_image(2);
  world.both(CopyState::Synchronized, EventCause::CopyComplete);
  world.answer(resync, 0);
  world.checkers->finish();
  CHECK(world.broken() == Numbers{});
  for (const char* number : {"A1", "A2", "A3", "A8", "A10", "A11", "A12", "A14", "A15", "A25",
                             "A26", "A27", "A32", "B1", "B2", "B6", "C4"}) {
    CAPTURE(number);
    CHECK(world.evaluations(number) > 0);
  }
}

TEST_CASE("A1 and A27 see an acknowledgement in SYN before the target is stable",
          "[harness][check]") {
  FakeWorld world;
  world.synchronize();
  world.records.dirty.insert(5);
  world.submit(world.source, w(1), 5);
  world.apply(world.source, w(1), 5);
  SECTION("the target has nothing") {
    world.acknowledge(world.source, w(1), 5);
    CHECK(world.broke("A1"));
    CHECK(world.broke("A26"));
    CHECK(world.broke("A27"));
    const Violation first = world.checkers->violations().front();
    CHECK(first.rule == "A1");
    CHECK(first.pair == FakeWorld::pair);
    CHECK(first.severity == 'H');
    CHECK(first.message.find("block 5") != std::string::npos);
    CHECK(first.expected.find("1:1") != std::string::npos);
  }
  SECTION("the target has it only in its cache") {
    world.apply(world.target, w(1), 5, 1, fake::Durable::No);
    world.acknowledge(world.source, w(1), 5);
    CHECK(world.broke("A1"));
  }
  SECTION("a concurrent write to the same block may have won at the target") {
    world.submit(world.source, w(2), 5);
    world.apply(world.target, w(1), 5);
    world.apply(world.target, w(2), 5);
    world.acknowledge(world.source, w(1), 5);
    CHECK(world.broken() == Numbers{});
  }
  CHECK(world.evaluations("A1") > 0);
}

TEST_CASE("A2 sees data that no host wrote to that position", "[harness][check]") {
  FakeWorld world;
  world.synchronize();
  world.replicated(w(1), 5);
  SECTION("an unknown stamp") {
    world.apply(world.target, w(99), 6);
  }
  SECTION("a misplaced copy") {
    world.apply(world.target, w(1), 6);
  }
  CHECK(world.broke("A2"));
  CHECK(world.evaluations("A2") > 0);
}

TEST_CASE("A3 sees a Consistent target that lacks a write older than one it has",
          "[harness][check]") {
  FakeWorld world;
  world.synchronize();
  world.both(CopyState::Partitioned, EventCause::PeerUnreachable);
  world.local(world.source, w(1), 5);
  world.submit(world.source, w(2), 6);
  world.records.dirty.insert(6);
  world.apply(world.source, w(2), 6);
  world.apply(world.target, w(2), 6);
  world.announce(world.west_end, CopyState::Synchronized, EventCause::LinkBackDeltaEmpty);
  CHECK(world.broke("A3"));
  CHECK(world.evaluations("A3") > 0);
}

TEST_CASE("A5 sees a Consistent target go back in time", "[harness][check]") {
  FakeWorld world;
  world.synchronize();
  world.replicated(w(1), 5);
  world.replicated(w(2), 5);
  world.replicated(w(3), 6);
  world.emit(sim::kind::node_up, world.west, 0, 0);
  SECTION("block by block") {
    world.apply(world.target, w(1), 5);
    CHECK(world.broke("A15"));
  }
  SECTION("over a power loss") {
    world.records.dirty.insert(7);
    world.submit(world.source, w(4), 7);
    world.apply(world.source, w(4), 7);
    world.apply(world.target, w(4), 7, 1, fake::Durable::No);
    world.acknowledge(world.source, w(4), 7);
    world.replicated(w(5), 8);
    world.emit(sim::kind::node_up, world.west, 0, 0);
    world.emit(sim::kind::node_down, world.west, 0, 0);
    world.lose_power(world.target);
    CHECK(world.broke("A1"));
  }
  CHECK(world.broke("A5"));
  CHECK(world.evaluations("A5") > 0);
}

TEST_CASE("A8 sees a fractured target change", "[harness][check]") {
  FakeWorld world;
  world.synchronize();
  world.replicated(w(1), 5);
  world.fracture();
  world.local(world.source, w(2), 5);
  CHECK(world.broken() == Numbers{});
  world.apply(world.target, w(2), 5);
  CHECK(world.broken() == Numbers{"A8"});
  CHECK(world.evaluations("A8") > 0);
}

TEST_CASE("A9 sees a split target that is not the source at the cut", "[harness][check]") {
  FakeWorld world;
  world.synchronize();
  world.replicated(w(1), 5);
  world.call(world.east_end, Operation::Split);
  SECTION("it lacks a write acknowledged before the cut") {
    world.local(world.source, w(2), 6);
    world.emit(trace::cut, world.east_end, 0, cim::number(Operation::Split));
    world.both(CopyState::Split, Operation::Split);
    CHECK(world.broke("A9"));
  }
  SECTION("it has a write submitted after the cut") {
    world.emit(trace::cut, world.east_end, 0, cim::number(Operation::Split));
    world.replicated(w(2), 6);
    world.both(CopyState::Split, Operation::Split);
    CHECK(world.broken() == Numbers{"A9"});
  }
  SECTION("it is the source at the cut") {
    world.emit(trace::cut, world.east_end, 0, cim::number(Operation::Split));
    world.submit(world.source, w(2), 6);
    world.both(CopyState::Split, Operation::Split);
    CHECK(world.broken() == Numbers{});
  }
  CHECK(world.evaluations("A9") > 0);
}

TEST_CASE("A10 sees a fracture that drops an acknowledged write", "[harness][check]") {
  FakeWorld world;
  world.synchronize();
  world.replicated(w(1), 5);
  world.local(world.source, w(2), 6);
  world.call(world.east_end, Operation::Fracture);
  world.emit(trace::cut, world.east_end, 0, cim::number(Operation::Fracture));
  world.both(CopyState::Fractured, Operation::Fracture);
  CHECK(world.broke("A10"));
  CHECK(world.evaluations("A10") == 1);
}

TEST_CASE("A11 sees a copy that ends with a difference or a marked bitmap", "[harness][check]") {
  FakeWorld world;
  world.create();
  world.local(world.source, w(1), 5);
  world.wait();
  SECTION("a block was not copied") {
    world.target_image(2);
    world.both(CopyState::Synchronized, EventCause::CopyComplete);
    CHECK(world.broke("A11"));
  }
  SECTION("a bit is left") {
    world.apply(world.target, w(1), 5);
    world.records.volatile_dirty.insert(9);
    world.both(CopyState::Synchronized, EventCause::CopyComplete);
    CHECK(world.broken() == Numbers{"A11"});
  }
  SECTION("the difference is a write in flight") {
    world.apply(world.target, w(1), 5);
    world.submit(world.source, w(2), 8);
    world.records.dirty.insert(8);
    world.apply(world.source, w(2), 8);
    world.records.volatile_dirty.insert(8);
    world.both(CopyState::Synchronized, EventCause::CopyComplete);
    CHECK(world.broken() == Numbers{});
  }
  CHECK(world.evaluations("A11") == 1);
}

TEST_CASE("A12 sees a difference that no stable bit covers", "[harness][check]") {
  FakeWorld world;
  world.synchronize();
  world.submit(world.source, w(1), 5);
  SECTION("at once") {
    world.apply(world.source, w(1), 5);
    CHECK(world.broken() == Numbers{"A12"});
  }
  SECTION("when the bit is cleared at the send") {
    world.records.dirty.insert(5);
    world.apply(world.source, w(1), 5);
    CHECK(world.broken() == Numbers{});
    world.records.dirty.clear();
    for (int i = 0; i < 4; ++i) world.emit(sim::kind::disk_write, world.east, 0);
    CHECK(world.broken() == Numbers{"A12"});
  }
  SECTION("only when a cached write becomes stable") {
    world.apply(world.source, w(1), 5, 1, fake::Durable::No);
    CHECK(world.broken() == Numbers{});
    world.apply(world.source, w(1), 5);
    CHECK(world.broken() == Numbers{"A12"});
  }
  SECTION("not while an end whose farewell is stable leaves, but when it then stays") {
    std::erase_if(world.records.facts,
                  [&](const auto& end) { return end.endpoint == world.east_end; });
    world.records.facts.front().everything_dirty = false;
    world.apply(world.source, w(1), 5);
    CHECK(world.broken() == Numbers{});
    SECTION("it leaves") {
      world.remove(world.east_end, cim::cause_code(Operation::Detach), false);
      world.wait();
      world.emit(sim::kind::disk_write, world.east, 0);
      CHECK_FALSE(world.broke("A12"));
    }
    SECTION("it stays") {
      world.wait();
      world.emit(sim::kind::disk_write, world.east, 0);
      CHECK(world.broken() == Numbers{"A12"});
    }
  }
  CHECK(world.evaluations("A12") > 0);
}

TEST_CASE("A13 sees a resync that copies what nothing had marked", "[harness][check]") {
  FakeWorld world;
  world.synchronize();
  for (auto& facts : world.records.facts) facts.granule_blocks = 4;
  world.fracture();
  world.records.volatile_dirty = {9};
  world.resync();
  const auto copy = [&](std::uint64_t lba) {
    world.emit(trace::copied, world.east_end, 1, lba, 4,
               static_cast<std::uint64_t>(trace::CopyReason::Resync));
  };
  copy(8);
  CHECK_FALSE(world.broke("A13"));
  SECTION("a granule that was never marked") {
    copy(20);
    CHECK(world.broke("A13"));
  }
  SECTION("not one that was written since") {
    world.submit(world.source, w(1), 21);
    copy(20);
    CHECK_FALSE(world.broke("A13"));
  }
  SECTION("nor a granule that was marked, sent again") {
    copy(8);
    CHECK_FALSE(world.broke("A13"));
  }
  SECTION("a full copy without a cause") {
    world.emit(trace::full_copy, world.east_end, 0,
               static_cast<std::uint64_t>(trace::FullCopyCause::MetadataLoss));
    CHECK(world.broke("A13"));
  }
  CHECK(world.evaluations("A13") > 0);
}

TEST_CASE("A32 lets a later write at the present source replace an older one of the target",
          "[harness][check]") {
  FakeWorld world;
  world.synchronize();
  world.fracture();
  world.local(world.target, w(1), 5);
  SECTION("mirrored after a copy that both ends agreed on") {
    const auto back = world.call(world.west_end, Operation::RestoreFromReplica);
    world.apply(world.source, w(1), 5);
    world.answer(back, 0);
    world.both(CopyState::Synchronized, EventCause::CopyComplete);
    world.wait();
    world.replicated(w(2), 5);
    CHECK_FALSE(world.broke("A32"));
  }
  SECTION("not while nobody gave a direction") {
    world.wait();
    world.local(world.source, w(2), 5);
    world.apply(world.target, w(2), 5);
    CHECK(world.broke("A32"));
  }
  CHECK(world.evaluations("A32") > 0);
}

TEST_CASE("A32 knows a host's write that the disk takes after its array went down",
          "[harness][check]") {
  FakeWorld world;
  world.synchronize();
  world.replicated(w(1), 5);
  world.submit(world.source, w(2), 5);
  SECTION("it was at the disk") {
    world.emit(sim::kind::node_down, world.east, 0);
    world.apply(world.source, w(2), 5);
    CHECK_FALSE(world.broke("A32"));
  }
  SECTION("another one was not") {
    world.replicated(w(3), 6);
    world.acknowledge(world.source, w(2), 5, 1, trace::IoAnswer::Error);
    world.emit(sim::kind::node_down, world.east, 0);
    world.apply(world.source, w(2), 6);
    CHECK(world.broke("A32"));
  }
}

TEST_CASE("A14 sees a host's write at the target outlive Resync", "[harness][check]") {
  FakeWorld world;
  world.synchronize();
  world.replicated(w(1), 4);
  world.fracture();
  world.local(world.target, w(2), 4);
  world.resync();
  world.both(CopyState::Synchronized, EventCause::CopyComplete);
  CHECK(world.broke("A14"));
  CHECK(world.evaluations("A14") == 1);
}

TEST_CASE("A15 and A30 see an older transfer come late", "[harness][check]") {
  FakeWorld world;
  world.synchronize();
  world.replicated(w(1), 5);
  world.replicated(w(2), 5);
  world.emit(sim::kind::message_dropped, world.east, 0);
  world.apply(world.target, w(2), 5);  // a repeated one changes nothing
  CHECK(world.broken() == Numbers{});
  CHECK(world.evaluations("A30") > 0);
  world.apply(world.target, w(1), 5);
  CHECK(world.broke("A15"));
  CHECK(world.broke("A30"));
  CHECK(world.evaluations("A15") > 0);
}

TEST_CASE("A32 sees a copy over what the other side acknowledged", "[harness][check]") {
  FakeWorld world;
  world.synchronize();
  world.replicated(w(1), 5);
  world.both(CopyState::Partitioned, EventCause::PeerUnreachable);
  world.call(world.west_end, Operation::Failover);
  world.announce(world.west_end, CopyState::Failedover, Operation::Failover);
  world.wait();
  world.local(world.target, w(2), 5);
  world.apply(world.target, w(1), 5);
  CHECK(world.broke("A32"));
  CHECK(world.broke("A30"));
  CHECK(world.evaluations("A32") > 0);
}

}  // namespace
}  // namespace replsim::harness
