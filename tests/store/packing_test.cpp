// The packed forms in the database give back what went in, and refuse the rest.
#include "model/store/packing.h"

#include "sim/chance.h"
#include "tests/catch.h"

using namespace replsim;
using namespace replsim::store;

TEST_CASE("pages of any density are packed small and come back", "[store][packing]") {
  sim::Stream chance(1, "pages", "test");
  for (std::uint64_t written = 0; written <= 256; ++written) {
    PageStamps stamps{};
    for (std::uint64_t i = 0; i < written; ++i) {
      std::size_t at = chance.below(256);
      while (stamps[at] != never_written) at = (at + 1) % 256;
      stamps[at] = chance.next() | 1;
    }
    const Bytes bytes = pack_page(stamps);
    CHECK(bytes.size() == std::min<std::size_t>(2048, written * 9));
    const auto back = unpack_page(bytes);
    REQUIRE(back);
    CHECK(*back == stamps);
  }
}

TEST_CASE("what is not a page, a list of runs or of words is refused", "[store][packing]") {
  CHECK_FALSE(unpack_page(Bytes(10)));
  CHECK_FALSE(unpack_page(Bytes(2049)));
  CHECK_FALSE(unpack_page(Bytes(18)));  // the same position twice
  CHECK_FALSE(unpack_words(Bytes(9)));
  CHECK_FALSE(unpack_runs(Bytes(27)));
  Bytes bytes;
  pack_run({1, lba_end - 4, 4, 9}, bytes);
  const auto runs = unpack_runs(bytes);
  REQUIRE(runs);
  CHECK((*runs)[0].lba == lba_end - 4);
  CHECK((*runs)[0].blocks == 4);
  CHECK((*runs)[0].stamp == 9);
  Bytes over;
  pack_run({1, lba_end - 4, 5, 9}, over);
  CHECK_FALSE(unpack_runs(over));
  Bytes image;
  pack_run({image_max + 1, 0, 1, 9}, image);
  CHECK_FALSE(unpack_runs(image));
}
