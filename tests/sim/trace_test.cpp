// The trace and its hash.
#include "sim/trace.h"

#include <xxhash.h>

#include <array>
#include <cstdint>
#include <set>
#include <vector>

#include "sim/hash.h"
#include "sim/trace_kinds.h"
#include "tests/catch.h"

namespace replsim::sim {
namespace {

constexpr TraceKind passing{50, "passing", {"x", "y", "z"}, true, false};
constexpr TraceKind lasting{51, "lasting", {"x", "y", "z"}, true, true};
constexpr TraceKind silent{52, "silent", {"x", "y", "z"}, false, true};

TraceEvent event(const TraceKind& kind, EntityId entity, std::uint64_t base) {
  return {Instant{Duration{static_cast<std::int64_t>(base)}},
          base + 1,
          base + 2,
          base + 3,
          base + 4,
          entity,
          kind.number};
}

std::uint64_t hash_of(const TraceEvent& e, const TraceKind& kind = passing) {
  Trace trace;
  trace.entity("east");
  trace.entity("west");
  trace.add(kind, e);
  return trace.hash();
}

TEST_CASE("the hash changes with every hashed field and with nothing else", "[sim][trace]") {
  // EVIDENCE: DESIGN.md/3 Trace: the hash takes the fields one by one
  const TraceEvent plain = event(passing, EntityId{1}, 100);
  const std::uint64_t hash = hash_of(plain);
  CHECK(hash_of(plain) == hash);
  std::set<std::uint64_t> hashes{hash};
  auto changed = [&](auto change) {
    TraceEvent e = plain;
    change(e);
    hashes.insert(hash_of(e));
  };
  changed([](TraceEvent& e) { e.time += Duration{1}; });
  changed([](TraceEvent& e) { ++e.cause; });
  changed([](TraceEvent& e) { ++e.a; });
  changed([](TraceEvent& e) { ++e.b; });
  changed([](TraceEvent& e) { ++e.c; });
  changed([](TraceEvent& e) { e.entity = EntityId{2}; });
  changed([](TraceEvent& e) { ++e.kind; });
  CHECK(hashes.size() == 8);
  CHECK(hash_of(event(silent, EntityId{1}, 100), silent) == Trace{}.hash());
}

TEST_CASE("an entity enters the hash by its name, not by its number", "[sim][trace]") {
  Trace one;
  const EntityId east = one.entity("east");
  one.add(passing, event(passing, east, 5));
  Trace two;
  two.entity("west");
  two.entity("a third");
  const EntityId again = two.entity("east");
  CHECK(again != east);
  two.add(passing, event(passing, again, 5));
  CHECK(one.hash() == two.hash());
  CHECK(two.entity("east") == again);
  CHECK(two.name(again) == "east");
  CHECK(two.entity("world") == EntityId{0});
}

/// Some hundred events over several blocks of the hash.
void fill(Trace& trace) {
  const EntityId east = trace.entity("east");
  for (std::uint64_t i = 0; i < 300; ++i) {
    trace.add(i % 10 == 0 ? lasting : passing, event(i % 10 == 0 ? lasting : passing, east, i));
  }
}

TEST_CASE("observing and keeping change no hash", "[sim][trace]") {
  // EVIDENCE: DESIGN.md/3 Trace: observing changes no hash: a test says so
  struct Counter final : TraceObserver {
    std::uint64_t seen = 0;
    void observe(const TraceEvent& e) override { seen += e.kind; }
  } counter;
  Trace plain;
  fill(plain);
  Trace watched(16);
  watched.keep_all();
  watched.add_observer(counter);
  fill(watched);
  CHECK(plain.hash() == watched.hash());
  CHECK(counter.seen == 270 * 50 + 30 * 51);
  CHECK(plain.kept().size() == 30);
  CHECK(watched.kept().size() == 300);
  watched.remove_observer(counter);
  fill(watched);
  CHECK(counter.seen == 270 * 50 + 30 * 51);
  CHECK(watched.hash() != plain.hash());
}

TEST_CASE("events that are not kept pass through a ring, oldest first", "[sim][trace]") {
  Trace trace(16);
  const EntityId east = trace.entity("east");
  CHECK(trace.recent().empty());
  for (std::uint64_t i = 0; i < 10; ++i) trace.add(passing, event(passing, east, i));
  CHECK(trace.recent().size() == 10);
  CHECK(trace.recent().front().cause == 1);
  for (std::uint64_t i = 10; i < 40; ++i) trace.add(passing, event(passing, east, i));
  const std::vector<TraceEvent> recent = trace.recent();
  REQUIRE(recent.size() == 16);
  for (std::size_t i = 0; i < 16; ++i) CHECK(recent[i].cause == 25 + i);
  CHECK(trace.count() == 40);
}

TEST_CASE("the hash is XXH3-64 of blocks of little-endian words, each seeding the next",
          "[sim][trace]") {
  Trace trace;
  fill(trace);
  std::vector<std::uint64_t> words;
  std::uint64_t rolling = 0;
  for (std::uint64_t i = 0; i < 300; ++i) {
    if (i != 0 && i % 64 == 0) {
      rolling = XXH3_64bits_withSeed(words.data(), words.size() * 8, rolling);
      words.clear();
    }
    const std::uint64_t kind = i % 10 == 0 ? 51 : 50;
    for (const std::uint64_t word : {i, hash_name("east") ^ kind, i + 1, i + 2, i + 3, i + 4}) {
      words.push_back(word);
    }
  }
  CHECK(trace.hash() == XXH3_64bits_withSeed(words.data(), words.size() * 8, rolling));
  CHECK(trace.hash() ==
        0xde2016637f55c758);  // known answer: the same on every compiler and machine
  CHECK(Trace{}.hash() == 0x2D06800538D394C2);
}

TEST_CASE("kinds have numbers of their own, below 100", "[sim][trace]") {
  std::set<int> numbers;
  std::set<std::string_view> names;
  for (const TraceKind* row : kind::all) {
    CHECK(row->number >= 1);
    CHECK(row->number <= 99);
    numbers.insert(row->number);
    names.insert(row->name);
  }
  CHECK(numbers.size() == kind::all.size());
  CHECK(names.size() == kind::all.size());
}

}  // namespace
}  // namespace replsim::sim
