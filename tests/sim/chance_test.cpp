// Known answers come from an independent computation with big integers and 60-digit decimals.
#include "sim/chance.h"

#include <array>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "sim/world.h"
#include "tests/catch.h"

namespace replsim::sim {
namespace {

std::vector<std::uint64_t> draws(Stream stream, int count) {
  std::vector<std::uint64_t> out;
  for (int i = 0; i < count; ++i) out.push_back(stream.next());
  return out;
}

TEST_CASE("a stream's draws are the documented mix of seed, name, purpose and count",
          "[sim][chance]") {
  // EVIDENCE: DESIGN.md/3 Chance: key = hash(seed, name, purpose)
  CHECK(draws(Stream(1, "east-west>", "latency"), 5) ==
        std::vector<std::uint64_t>{0xe1896948458fe4d2, 0x63d69c2d9979a84d, 0x5aa8c912adb33bd5,
                                   0x906591e88ce7586f, 0x8759badc9962e87e});
  CHECK(draws(Stream(42, "east/d0", "read"), 3) ==
        std::vector<std::uint64_t>{0x31fef2abcf416dc9, 0x4b3d08dd5978e4e2, 0x5ae4177c3df4c92d});
  CHECK(draws(Stream(UINT64_MAX, "", "\xC3\xA9"), 3) ==
        std::vector<std::uint64_t>{0x3c0ce178c774d1e3, 0x5582a44b15e46ec8, 0x82df29cc5e3c1266});
  CHECK(hash_name("") == 0xf52a15e9a9b5e89b);
  CHECK(hash_name("east") == 0x97f4961d31b7e043);
  CHECK(mix(1, 2) == 0xf893a2eefb32555e);
}

TEST_CASE("bounded draws scale the word and never reach the bound", "[sim][chance]") {
  Stream stream(42, "east/d0", "read");
  std::vector<std::uint64_t> values;
  for (int i = 0; i < 12; ++i) values.push_back(stream.below(1000));
  CHECK(values ==
        std::vector<std::uint64_t>{195, 293, 355, 368, 952, 671, 84, 903, 59, 240, 807, 272});
  Stream other(9, "x", "y");
  bool low = false;
  bool high = false;
  for (int i = 0; i < 2000; ++i) {
    const Duration d = other.between(Duration{-3}, Duration{3});
    REQUIRE(d >= Duration{-3});
    REQUIRE(d <= Duration{3});
    low |= d == Duration{-3};
    high |= d == Duration{3};
  }
  CHECK(low);
  CHECK(high);
}

TEST_CASE("a share of nothing never draws true, the whole always does", "[sim][chance]") {
  Stream stream(5, "x", "y");
  int none = 0;
  int all = 0;
  for (int i = 0; i < 10000; ++i) {
    none += stream.chance(0) ? 1 : 0;
    all += stream.chance(parts_per_billion) ? 1 : 0;
  }
  CHECK(none == 0);
  CHECK(all == 10000);
  CHECK(stream.count() == 20000);
  Stream known(3, "a", "b");
  for (int i = 0; i < 10; ++i) CHECK(known.chance(250'000'000) == (i == 3 || i == 5 || i == 9));
  int hits = 0;
  for (int i = 0; i < 100000; ++i) hits += known.chance(10'000'000) ? 1 : 0;
  CHECK(hits == 1018);
}

TEST_CASE("a stream does not depend on which streams were made or drawn before it",
          "[sim][chance]") {
  // EVIDENCE: DESIGN.md/3 Chance: adding a fault or removing a volume shifts no other stream
  World alone({.seed = 77});
  const auto expected = draws(alone.stream("west/vol1", "latency"), 4);
  World crowded({.seed = 77});
  Stream first = crowded.stream("east/vol1", "latency");
  first.next();
  Stream second = crowded.stream("west/vol1", "loss");
  second.next();
  CHECK(draws(crowded.stream("west/vol1", "latency"), 4) == expected);
  CHECK(draws(crowded.stream("west/vol1", "loss"), 4) != expected);
  CHECK(draws(crowded.stream("west/vol2", "latency"), 4) != expected);
  World reseeded({.seed = 78});
  CHECK(draws(reseeded.stream("west/vol1", "latency"), 4) != expected);
}

TEST_CASE("the negative logarithm is right to 1.3 units of 2^-32 at every size", "[sim][chance]") {
  struct Known {
    std::uint64_t u;
    std::int64_t value;  // -ln(u / 2^64) * 2^32, rounded
  };
  constexpr std::array known{
      Known{1U, 190530846196},
      Known{2U, 187553801725},
      Known{3U, 185812342346},
      Known{18446744073709551615U, 0},
      Known{9223372036854775808U, 2977044472},
      Known{9223372036854775807U, 2977044472},
      Known{4611686018427387904U, 5954088944},
      Known{184467440737095516U, 19779055341},
      Known{18446744073709551U, 29668583012},
      Known{1844674407370955161U, 9889527671},
      Known{16602069666338596454U, 452519969},
      Known{18262276632972456099U, 43165864},
      Known{18428297329635842064U, 4297116},
      Known{81985529216486895U, 23261974099},
      Known{18364758544493064720U, 19131289},
      Known{18446742974197923840U, 256},
  };
  for (const Known& k : known) {
    CAPTURE(k.u);
    CHECK(std::llabs(static_cast<std::int64_t>(negative_log(k.u)) - k.value) <= 1);
  }
}

TEST_CASE("exponential draws follow the exact logarithm", "[sim][chance]") {
  Stream stream(7, "load", "think");
  constexpr std::array<std::int64_t, 8> expected{19340818,   1487643639, 252337977,  3374552085,
                                                 1272033038, 366056061,  1895088971, 749313999};
  for (const std::int64_t value : expected) {
    const std::int64_t drawn = ns(stream.exponential(seconds(1)));
    CHECK(std::llabs(drawn - value) <= 2);
  }
  CHECK(stream.exponential(Duration{0}) == Duration{0});
}

TEST_CASE("a latency with a 99th percentile keeps its mean, its tail and its minimum",
          "[sim][chance]") {
  const Latency latency{.mean = microseconds(100), .p99 = microseconds(300)};
  Stream stream(11, "disk", "latency");
  std::int64_t sum = 0;
  int above = 0;
  constexpr int count = 200'000;
  for (int i = 0; i < count; ++i) {
    const Duration drawn = stream.draw(latency);
    REQUIRE(drawn >= Duration{44'521});  // mean - 200 us / 3.605
    sum += ns(drawn);
    above += drawn > latency.p99 ? 1 : 0;
  }
  CHECK(std::llabs(sum / count - 100'000) < 500);
  CHECK(std::abs(above - count / 100) < 150);
  CHECK(stream.draw({.mean = microseconds(5)}) == microseconds(5));
  CHECK(stream.count() == count);  // a constant draws nothing
}

}  // namespace
}  // namespace replsim::sim
