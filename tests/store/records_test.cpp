// Records: atomic, independent of each other, with the undo rules of blocks; their encoding.
#include "model/store/records.h"

#include <map>
#include <optional>
#include <set>
#include <vector>

#include "model/store/disk_content.h"
#include "model/store/record_codec.h"
#include "tests/catch.h"
#include "tests/store/tear.h"

using namespace replsim;
using store::DiskContent;
using store::RecordKey;
using store::RecordWords;
using store::tear;

namespace {

void put(DiskContent& content, RecordKey key, const RecordWords& words, bool stable = false) {
  sim::DiskWrite write;
  write.words = store::encode_record(key, words);
  content.write(write, stable);
}
void erase(DiskContent& content, RecordKey key, bool stable = false) {
  sim::DiskWrite write;
  write.words = store::encode_erasure(key);
  content.write(write, stable);
}

using Contents = std::map<RecordKey, RecordWords>;

Contents contents(const DiskContent& content, bool stable) {
  Contents all;
  content.records().for_each(stable, [&](RecordKey key, std::span<const std::uint64_t> encoded) {
    const auto payload = store::record_payload(encoded);
    REQUIRE(payload);
    all[key] = RecordWords(payload->begin(), payload->end());
  });
  return all;
}

}  // namespace

TEST_CASE("after a power loss each record is one that was written, whole", "[store][records]") {
  const RecordKey first{1, 0, 0};
  const RecordKey second{1, 0, 1};
  std::set<std::pair<RecordWords, RecordWords>> seen;
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    DiskContent content;
    put(content, first, {1, 1, 1});
    put(content, second, {1});
    content.harden();
    put(content, first, {2, 2});
    put(content, second, {2});
    put(content, first, {3, 3, 3, 3});
    CHECK(contents(content, true) == Contents{{first, {1, 1, 1}}, {second, {1}}});
    CHECK(contents(content, false) == Contents{{first, {3, 3, 3, 3}}, {second, {2}}});
    sim::Stream stream = tear(seed);
    const auto loss = content.lose(stream);
    CHECK(loss.lost + loss.survived == 2);
    Contents after = contents(content, false);
    seen.emplace(after[first], after[second]);
  }
  const std::set<std::pair<RecordWords, RecordWords>> expected{
      {{1, 1, 1}, {1}}, {{1, 1, 1}, {2}},    {{2, 2}, {1}},
      {{2, 2}, {2}},    {{3, 3, 3, 3}, {1}}, {{3, 3, 3, 3}, {2}}};
  CHECK(seen == expected);
}

TEST_CASE("an erasure can be lost, a record written with FUA can not", "[store][records]") {
  const RecordKey key{4, 2, 9};
  std::set<Contents> seen;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    DiskContent content;
    put(content, key, {1});
    put(content, key, {7}, true);
    erase(content, key);
    CHECK(contents(content, false).empty());
    sim::Stream stream = tear(seed);
    content.lose(stream);
    seen.insert(contents(content, false));
  }
  CHECK(seen == std::set<Contents>{Contents{}, Contents{{key, {7}}}});
}

TEST_CASE("records equal a map through random puts, erasures, flushes and losses",
          "[store][records]") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    sim::Stream chance(seed, "records", "test");
    DiskContent content;
    Contents now;
    Contents stable;
    for (int step = 0; step < 3000; ++step) {
      RecordKey key;
      key.kind = static_cast<std::uint16_t>(chance.below(3));
      key.owner = static_cast<std::uint32_t>(chance.below(5));
      key.index = static_cast<std::uint32_t>(chance.below(12));
      const std::uint64_t what = chance.below(100);
      const bool fua = chance.below(10) == 0;
      if (what < 60) {
        const RecordWords words(1 + chance.below(6), static_cast<std::uint64_t>(step));
        put(content, key, words, fua);
        now[key] = words;
        if (fua) stable[key] = words;
      } else if (what < 95) {
        erase(content, key, fua);
        now.erase(key);
        if (fua) stable.erase(key);
      } else if (what < 98) {
        content.harden();
        stable = now;
      } else {
        sim::Stream stream = tear(seed);
        content.lose(stream);
        now = stable = contents(content, false);
      }
      if (step % 50 == 0) {
        REQUIRE(contents(content, false) == now);
        REQUIRE(contents(content, true) == stable);
      }
    }
  }
}

TEST_CASE("slots of records that are gone are used again", "[store][records]") {
  DiskContent content;
  for (std::uint32_t i = 0; i < 10'000; ++i) {
    put(content, {1, 0, i}, {i}, i % 2 == 0);
    erase(content, {1, 0, i}, i % 2 == 0);
    content.harden();
  }
  CHECK(content.records().slot_for({2, 0, 0}) < 4);
}

TEST_CASE("many unflushed puts of one record keep the stable one", "[store][records]") {
  DiskContent content;
  put(content, {1, 0, 0}, {5}, true);
  for (std::uint64_t i = 0; i < 40'000; ++i) {
    put(content, {1, 0, 0}, {i + 100});
    if (i == 20'000) put(content, {1, 0, 1}, {6}, true);
    if (i == 20'001) erase(content, {1, 0, 1}, true);
  }
  CHECK(contents(content, true) == Contents{{{1, 0, 0}, {5}}});
  content.harden();
  CHECK(contents(content, true) == Contents{{{1, 0, 0}, {40'099}}});
}

TEST_CASE("a record whose checksum does not hold is absent and listed", "[store][records]") {
  const RecordWords words = store::encode_record({3, 1, 1}, RecordWords{10, 20, 30});
  REQUIRE(store::record_payload(words));
  for (std::size_t i = 0; i < words.size(); ++i) {
    for (int bit = 0; bit < 64; ++bit) {
      RecordWords rotten = words;
      rotten[i] ^= std::uint64_t{1} << bit;
      REQUIRE_FALSE(store::record_payload(rotten).has_value());
    }
  }
}

TEST_CASE("the codec gives back what was written and refuses what does not fit", "[store][codec]") {
  enum class Colour : std::uint16_t { Red = 1, Green = 40'000 };
  const std::string long_name = "a text of more than eight bytes";
  store::WordWriter writer;
  writer.number(Colour::Green)
      .number(-5)
      .number(true)
      .text("")
      .text(long_name)
      .numbers(RecordWords{7, 8, 9});
  const auto read = [&](std::span<const std::uint64_t> words) {
    store::WordReader reader(words);
    const auto colour = reader.number<Colour>();
    const auto number = reader.number<int>();
    const auto flag = reader.number<bool>();
    const std::string empty = reader.text();
    const std::string name = reader.text();
    const auto list = reader.numbers();
    const bool same = colour == Colour::Green && number == -5 && flag && empty.empty() &&
                      name == long_name && list == RecordWords{7, 8, 9};
    return reader.complete() ? std::optional(same) : std::nullopt;
  };
  CHECK(read(writer.words()) == true);
  for (std::size_t length = 0; length < writer.words().size(); ++length) {
    CHECK_FALSE(read(writer.words().first(length)).has_value());
  }
  RecordWords longer(writer.words().begin(), writer.words().end());
  longer.push_back(0);
  CHECK_FALSE(read(longer).has_value());

  sim::Stream chance(1, "codec", "test");
  for (int i = 0; i < 2000; ++i) {
    RecordWords noise(writer.words().begin(), writer.words().end());
    const std::uint64_t place = chance.below(noise.size());
    const std::uint64_t shift = chance.below(64);
    noise[place] = chance.next() >> shift;
    read(noise);  // no crash, whatever it says
  }
  const RecordWords wide{70'000};
  store::WordReader narrow(wide);
  CHECK(narrow.number<std::uint16_t>() == 0);
  CHECK(narrow.failed());
}
