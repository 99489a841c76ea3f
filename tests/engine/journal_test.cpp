// The journal of one end: what may be applied when, what it covers, which slots are free.
// EVIDENCE: data_plane.md/4a; invariants.md/A3, A12, A30; journal.h/J1, J2
#include "model/engine/journal.h"

#include "model/engine/record_layout.h"
#include "model/engine/send_rate.h"
#include "model/engine/wire.h"
#include "tests/catch.h"

namespace replsim::engine {
namespace {

constexpr std::uint64_t granule = 16;

JournalRecord entry(std::uint64_t number, std::uint64_t after, Extent extent = {0, 1}) {
  return {.epoch = 1, .number = number, .after = after, .extent = extent, .stamp = number};
}

struct Ends {
  std::uint64_t used = 0;
  Journal journal{granule, 4096, used};
  Ends() { journal.open(1); }
  void receive(std::uint64_t number, std::uint64_t after) {
    journal.place(entry(number, after)).stage = JournalStage::Kept;
  }
};

TEST_CASE("a write waits for all that were acknowledged before it came, and for no other",
          "[engine][journal]") {
  Ends ends;
  ends.receive(2, 0);  // under way together with 1
  ends.receive(3, 1);
  REQUIRE(ends.journal.next_to_apply(8) == 2);
  ends.journal.done(2);
  CHECK_FALSE(ends.journal.next_to_apply(8).has_value());  // 1 is not here
  ends.receive(1, 0);
  REQUIRE(ends.journal.next_to_apply(8) == 1);
  ends.journal.done(1);
  CHECK(ends.journal.low() == 3);
  CHECK(ends.journal.next_to_apply(8) == 3);
}

TEST_CASE("the source end says what came before", "[engine][journal]") {
  Ends ends;
  CHECK(ends.journal.append({0, 1}, 11).record.after == 0);
  CHECK(ends.journal.append({1, 1}, 12).record.after == 0);
  ends.journal.acknowledged(2);
  CHECK(ends.journal.append({2, 1}, 13).record.after == 2);
}

TEST_CASE("all below is here only without a gap", "[engine][journal]") {
  Ends ends;
  CHECK(ends.journal.received_below() == 1);
  ends.receive(1, 0);
  ends.receive(3, 0);
  CHECK(ends.journal.received_below() == 2);
  ends.journal.place(entry(2, 0));  // its record is on its way
  CHECK(ends.journal.received_below() == 2);
  ends.journal.displace(2);
  ends.receive(2, 0);
  CHECK(ends.journal.received_below() == 4);
}

TEST_CASE("blocks are covered, and space is used, until the entry is done", "[engine][journal]") {
  Ends ends;
  ends.journal.append({15, 2}, 11);
  CHECK(ends.journal.covers({0, 1}));
  CHECK(ends.journal.covers({31, 1}));
  CHECK_FALSE(ends.journal.covers({32, 1}));
  CHECK(ends.journal.slots_covering(16).size() == 1);
  CHECK(ends.journal.slots_covering(17).empty());
  CHECK(ends.used == 8192);
  ends.journal.done(1);
  CHECK_FALSE(ends.journal.covers({0, 64}));
  CHECK(ends.used == 0);
  ends.journal.append({0, 4}, 12);
  ends.journal.open(2);
  CHECK(ends.used == 0);
  CHECK(ends.journal.last() == 0);
}

TEST_CASE("a slot is used again only after a stable head", "[engine][journal]") {
  Ends ends;
  const std::uint32_t first = ends.journal.append({0, 1}, 11).slot;
  ends.journal.done(1);
  CHECK(ends.journal.append({0, 1}, 12).slot != first);
  ends.journal.head_is_stable(1);
  CHECK(ends.journal.append({0, 1}, 13).slot != first);
  ends.journal.head_is_stable(2);
  CHECK(ends.journal.append({0, 1}, 14).slot == first);
}

TEST_CASE("a restarted source end sends nothing for numbers that were never kept",
          "[engine][journal]") {
  Ends ends;
  ends.journal.load_head({.epoch = 1, .low = 5});
  ends.journal.load(entry(4, 0), 3);  // done already
  ends.journal.load(entry(5, 4), 4);
  ends.journal.load(entry(7, 4), 5);
  ends.journal.fill_gaps();
  CHECK(ends.journal.low() == 5);
  CHECK(ends.journal.find(4) == nullptr);
  REQUIRE(ends.journal.find(6) != nullptr);
  CHECK(ends.journal.find(6)->stage == JournalStage::Kept);
  CHECK(ends.journal.find(6)->record.extent.blocks == 0);
  CHECK(ends.journal.append({0, 1}, 11).record.number == 8);
  CHECK(ends.journal.find(8)->slot == 6);
}

TEST_CASE("records of a journal are read back, and rubbish is not", "[engine][journal]") {
  const JournalRecord record = entry(9, 8, {100, 3});
  CHECK(decode_journal(encode(record)) == record);
  CHECK_FALSE(decode_journal(encode(entry(0, 0))).has_value());
  CHECK_FALSE(decode_journal(encode(entry(3, 3))).has_value());
  const JournalHead head{.epoch = 2, .low = 77};
  CHECK(decode_journal_head(encode(head)) == head);
  CHECK_FALSE(decode_journal_head(encode(JournalHead{.epoch = 2, .low = 0})).has_value());
}

TEST_CASE("a journal and a number travel in one word", "[engine][journal]") {
  const JournalPlace place{.journal = 0xFFFFFF, .number = (std::uint64_t{1} << 40) - 1};
  CHECK(JournalPlace::of(place.word()).journal == place.journal);
  CHECK(JournalPlace::of(place.word()).number == place.number);
}

TEST_CASE("the window grows while answers are quick and shrinks when they queue",
          "[engine][journal]") {
  SendRate rate;
  const std::uint64_t start = rate.window();
  rate.answered(100'000, sim::milliseconds(20));
  CHECK(rate.window() == start + 100'000);
  rate.answered(100'000, sim::milliseconds(50));
  CHECK(rate.window() == start);
  CHECK(rate.patience() == sim::milliseconds(500));
  rate.answered(100'000, sim::milliseconds(300));
  CHECK(rate.patience() == sim::milliseconds(1200));
  for (int i = 0; i < 100; ++i) rate.answered(100'000, sim::seconds(1));
  CHECK(rate.window() == 256 * 1024);
}

}  // namespace
}  // namespace replsim::engine
