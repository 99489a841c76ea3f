// The ledger: order, versions, what is forgotten; the loss set.
#include "harness/ledger.h"

#include "harness/loss.h"
#include "tests/catch.h"
#include "tests/harness/fake_testbed.h"

namespace replsim::harness {
namespace {

constexpr std::uint64_t host = std::uint64_t{1} << 48;

/// A ledger that observes a fake world; times are told by the events.
struct Bench {
  Run run = run_of("steps:\n  - {wait: 1 s}\n");
  FakeTestbed testbed{run};
  Ledger ledger;
  sim::EntityId volume = testbed.world().trace().entity("east/vol1");

  explicit Bench(std::size_t sweep_from = 1 << 16) : ledger(testbed, sweep_from) {}

  void event(const sim::TraceKind& kind, std::int64_t second, std::uint64_t write,
             std::uint64_t lba, std::uint64_t blocks, trace::IoAnswer answer) {
    ledger.observe({sim::Instant{sim::seconds(second)}, host | write, lba, blocks,
                    static_cast<std::uint64_t>(answer), volume, kind.number, 0});
  }
  void submit(std::int64_t second, std::uint64_t write, std::uint64_t lba,
              std::uint64_t blocks = 1) {
    event(trace::host_write, second, write, lba, blocks, trace::IoAnswer::Ok);
  }
  void answer(std::int64_t second, std::uint64_t write, std::uint64_t lba = 0,
              trace::IoAnswer answer = trace::IoAnswer::Ok) {
    event(trace::host_ack, second, write, lba, 1, answer);
  }
  sim::EntityId other() const { return {volume.value + 1}; }
  void write_at(sim::EntityId where, std::int64_t second, std::uint64_t write, std::uint64_t lba) {
    const auto ok = static_cast<std::uint64_t>(trace::IoAnswer::Ok);
    for (const auto* kind : {&trace::host_write, &trace::host_ack}) {
      ledger.observe(
          {sim::Instant{sim::seconds(second)}, host | write, lba, 1, ok, where, kind->number, 0});
    }
  }
  std::vector<std::uint64_t> latest(std::uint64_t lba) const {
    std::vector<std::uint64_t> found;
    ledger.for_each_latest_acked(
        volume, lba, [&](const WriteInfo& write) { found.push_back(write.stamp & 0xFFFF); });
    return found;
  }
};

}  // namespace

// EVIDENCE: invariants.md/Notation hb: t_ack(w1) <= t_submit(w2)
TEST_CASE("A write happens before another iff it was acknowledged by its submission",
          "[harness][ledger]") {
  Bench bench;
  bench.submit(1, 1, 0);
  bench.submit(2, 2, 0);
  bench.answer(3, 1);
  bench.submit(3, 3, 0);
  bench.answer(4, 2);
  bench.answer(5, 3);
  const Ledger& ledger = bench.ledger;
  CHECK(ledger.happens_before(host | 1, host | 3));
  CHECK_FALSE(ledger.happens_before(host | 1, host | 2));
  CHECK_FALSE(ledger.happens_before(host | 2, host | 3));
  CHECK_FALSE(ledger.happens_before(host | 3, host | 1));
  CHECK(ledger.happens_before(0, host | 1));
  CHECK_FALSE(ledger.happens_before(host | 1, host | 99));
  CHECK(ledger.acknowledged(bench.volume) == 3);
}

TEST_CASE("The latest acknowledged versions are those that no other supersedes",
          "[harness][ledger]") {
  Bench bench;
  bench.submit(1, 1, 7);
  bench.answer(2, 1, 7);
  bench.submit(3, 2, 7);
  bench.submit(4, 3, 7);
  bench.answer(6, 3, 7);
  CHECK(bench.latest(7) == std::vector<std::uint64_t>{3});
  bench.answer(7, 2, 7);
  CHECK(bench.latest(7) == std::vector<std::uint64_t>{3, 2});
  CHECK(bench.ledger.last_acked(bench.volume, 7)->stamp == (host | 2));
  CHECK(bench.ledger.first_successor(bench.volume, 7, host | 1)->stamp == (host | 3));
  CHECK(bench.ledger.first_successor(bench.volume, 7, 0)->stamp == (host | 1));
  CHECK(bench.ledger.first_successor(bench.volume, 8, 0) == nullptr);
}

TEST_CASE("A refused write is never acknowledged, a repeated one keeps its first times",
          "[harness][ledger]") {
  Bench bench;
  bench.submit(1, 1, 0);
  bench.answer(2, 1, 0, trace::IoAnswer::Refused);
  CHECK(bench.ledger.find(host | 1)->fate == WriteFate::Refused);
  CHECK(bench.ledger.last_acked(bench.volume, 0) == nullptr);
  bench.submit(3, 2, 0);
  bench.submit(4, 2, 0);
  bench.answer(5, 2);
  bench.answer(6, 2);
  CHECK(bench.ledger.find(host | 2)->submitted == sim::Instant{sim::seconds(3)});
  CHECK(bench.ledger.find(host | 2)->acked == sim::Instant{sim::seconds(5)});
  CHECK(bench.ledger.pending() == 0);
}

// EVIDENCE: DESIGN 9 memory by what is still visible on some image, not by writes
TEST_CASE("Versions that nothing shows are forgotten, however many writes there were",
          "[harness][ledger]") {
  Bench bench(256);
  FakeImage& image = bench.testbed.image_of("east/vol1");
  for (std::uint64_t write = 1; write <= 50'000; ++write) {
    const auto second = static_cast<std::int64_t>(write);
    bench.submit(second, write, write % 4);
    image.stamps[write % 4] = host | write;
    bench.answer(second, write, write % 4);
  }
  // 4 blocks, a minute of grace, doubled at most between two sweeps.
  CHECK(bench.ledger.versions_kept() < 600);
  CHECK(bench.ledger.writes_kept() == bench.ledger.versions_kept());
  CHECK(bench.ledger.find(host | 50'000) != nullptr);
  CHECK(bench.ledger.find(host | 5) == nullptr);
  CHECK(bench.ledger.issued(host | 5));
  CHECK_FALSE(bench.ledger.issued(host | 50'001));
}

TEST_CASE("What an image shows is kept, and so is its first successor", "[harness][ledger]") {
  Bench bench(256);
  FakeImage& image = bench.testbed.image_of("east/vol1");
  bench.submit(1, 1, 0);
  bench.answer(2, 1, 0);
  image.stamps[0] = host | 1;  // stays: as on a target that is not updated
  for (std::uint64_t write = 2; write <= 2'000; ++write) {
    const auto second = static_cast<std::int64_t>(write) * 2;
    bench.submit(second, write, 0);
    bench.answer(second + 1, write, 0);
  }
  REQUIRE(bench.ledger.find(host | 1) != nullptr);
  REQUIRE(bench.ledger.find(host | 2) != nullptr);
  CHECK(bench.ledger.first_successor(bench.volume, 0, host | 1)->stamp == (host | 2));
  CHECK(bench.ledger.find(host | 1000) == nullptr);
}

TEST_CASE("The stamp table finds what was inserted and not what was erased", "[harness][ledger]") {
  StampTable table;
  for (std::uint32_t key = 1; key <= 5000; ++key) table.insert(key * 7919, key);
  for (std::uint32_t key = 1; key <= 5000; key += 2) table.erase(key * 7919);
  CHECK(table.size() == 2500);
  bool right = true;
  for (std::uint32_t key = 1; key <= 5000; ++key) {
    const std::uint32_t wanted = key % 2 == 0 ? key : StampTable::absent;
    right = right && table.find(key * 7919) == wanted;
  }
  CHECK(right);
}

// EVIDENCE: invariants.md/A22 L = writes acked at the source and absent from T
TEST_CASE("The loss set holds acknowledged writes that the target lacks", "[harness][ledger]") {
  Bench bench;
  bench.submit(1, 1, 0, 2);
  bench.answer(2, 1, 0);
  bench.submit(3, 2, 1);
  bench.answer(4, 2, 1);
  bench.submit(5, 3, 9);  // not acknowledged: nobody was promised anything
  FakeImage target(1024);
  target.stamps[0] = host | 1;
  target.stamps[1] = host | 1;
  const LossEnds ends{bench.volume, bench.other(), target};
  const Loss loss = loss_set(bench.ledger, ends);
  CHECK(loss.bytes == 4096);
  CHECK(loss.stamps == std::vector<std::uint64_t>{host | 2});
  CHECK(loss.oldest == sim::Instant{sim::seconds(4)});
  target.stamps[1] = host | 2;
  CHECK(loss_set(bench.ledger, ends).bytes == 0);
  target.stamps.clear();
  CHECK(loss_set(bench.ledger, ends).writes == 2);
}

// EVIDENCE: invariants.md/A22, A14: what a copy's direction dropped is no loss of a later failover
TEST_CASE("The loss set begins when both ends last agreed", "[harness][ledger]") {
  Bench bench;
  bench.submit(1, 1, 0);
  bench.answer(2, 1, 0);
  bench.submit(4, 2, 1);
  bench.answer(5, 2, 1);
  const FakeImage target(1024);
  LossWindow window;
  window.entered(cim::CopyState::Synchronized, true, sim::Instant{sim::seconds(3)});
  const Loss loss = loss_set(bench.ledger, {bench.volume, bench.other(), target}, window);
  CHECK(loss.stamps == std::vector<std::uint64_t>{host | 2});
}

// EVIDENCE: invariants.md/A22: acked at the source and absent from T, whatever hosts wrote there
TEST_CASE("A host's write at a fractured target does not make up for one that never came",
          "[harness][ledger]") {
  Bench bench;
  bench.submit(3, 1, 0);
  bench.answer(4, 1, 0);
  bench.write_at(bench.other(), 5, 2, 0);
  FakeImage target(1024);
  target.stamps[0] = host | 2;
  const LossEnds ends{bench.volume, bench.other(), target};
  LossWindow window;
  window.entered(cim::CopyState::Synchronized, true, sim::Instant{sim::seconds(1)});
  CHECK(loss_set(bench.ledger, ends, window).writes == 0);  // the target had it before
  window.entered(cim::CopyState::Fractured, true, sim::Instant{sim::seconds(2)});
  CHECK(loss_set(bench.ledger, ends, window).stamps == std::vector<std::uint64_t>{host | 1});
  window.entered(cim::CopyState::Unsynchronized, true, sim::Instant{sim::seconds(6)});
  CHECK(loss_set(bench.ledger, ends, window).writes == 0);
}

// EVIDENCE: rulings.md/R9: steady state is SYN with a lag; invariants.md/A22: L is told exactly
TEST_CASE("What is on its way when an asynchronous pair enters SYN can still be lost",
          "[harness][ledger]") {
  Bench bench;
  bench.submit(1, 1, 0);
  bench.answer(2, 1, 0);
  const FakeImage target(1024);
  const LossEnds ends{bench.volume, bench.other(), target};
  const auto at = [](int seconds) { return sim::Instant{sim::seconds(seconds)}; };
  constexpr bool asynchronous = true;
  LossWindow window;
  const auto link_back = cim::cause_code(cim::EventCause::LinkBackDeltaEmpty);
  window.entered(cim::CopyState::Synchronized, true, at(3), link_back, asynchronous);
  CHECK(loss_set(bench.ledger, ends, window).writes == 1);
  SECTION("not after a copy back, which drops it") {
    const auto failback = cim::cause_code(cim::Operation::Failback);
    window.entered(cim::CopyState::Unsynchronized, false, at(4), failback, asynchronous);
    window.entered(cim::CopyState::Synchronized, true, at(5), link_back, asynchronous);
    CHECK(loss_set(bench.ledger, ends, window).writes == 0);
  }
  SECTION("not of a volume that was a target when the copy came") {
    window.swapped();
    CHECK(loss_set(bench.ledger, ends, window).writes == 0);
    window.swapped();
    CHECK(loss_set(bench.ledger, ends, window).writes == 1);
  }
}

}  // namespace replsim::harness
