// CIM datetimes: known answers around leap years and far ends, round trips, refusals.
#include "model/cim/datetime.h"

#include "tests/catch.h"

namespace replsim::cim {
namespace {

constexpr std::int64_t second = 1'000'000'000;
constexpr std::int64_t day = 86'400 * second;

std::string point(std::int64_t nanoseconds) {
  return format_datetime({nanoseconds, false});
}
std::string interval(std::int64_t nanoseconds) {
  return format_datetime({nanoseconds, true});
}

}  // namespace

// EVIDENCE: DSP0004, datetime type
TEST_CASE("points in time are formatted from nanoseconds since 2000", "[cim][datetime]") {
  CHECK(point(0) == "20000101000000.000000+000");
  CHECK(point(59 * day) == "20000229000000.000000+000");
  CHECK(point(60 * day) == "20000301000000.000000+000");
  CHECK(point(366 * day - second) == "20001231235959.000000+000");
  CHECK(point(366 * day) == "20010101000000.000000+000");
  CHECK(point(1'234'567) == "20000101000000.001234+000");
  CHECK(point(-1) == "19991231235959.999999+000");
  // 2^31 seconds after 1970, where 32 bit clocks end.
  CHECK(point((2'147'483'648 - 946'684'800) * second) == "20380119031408.000000+000");
  // 2100 is no leap year: the day after 28 February is 1 March.
  CHECK(point((4'107'542'400 - 946'684'800) * second) == "21000301000000.000000+000");
  CHECK(point((4'107'542'400 - 946'684'800 - 1) * second) == "21000228235959.000000+000");
}

TEST_CASE("intervals are formatted as days and clock", "[cim][datetime]") {
  CHECK(interval(0) == "00000000000000.000000:000");
  CHECK(interval(300 * second) == "00000000000500.000000:000");
  CHECK(interval(400 * day + 23 * 3600 * second + 59 * 60 * second + 59 * second + 999'999'999) ==
        "00000400235959.999999:000");
}

TEST_CASE("what is formatted is read back", "[cim][datetime]") {
  for (std::int64_t at = -50'000 * day; at < 100'000 * day; at += 97 * day + 12'345'678'000) {
    const DateTime value{at, false};
    REQUIRE(parse_datetime(format_datetime(value)) == value);
  }
  for (std::int64_t length = 0; length < 100'000 * day; length += 997 * day + 1'000'001'000) {
    const DateTime value{length, true};
    REQUIRE(parse_datetime(format_datetime(value)) == value);
  }
}

TEST_CASE("an offset from UTC is taken off", "[cim][datetime]") {
  CHECK(parse_datetime("20000101010000.000000+060") == DateTime{0, false});
  CHECK(parse_datetime("19991231190000.000000-300") == DateTime{0, false});
}

TEST_CASE("a text that is no datetime is not read", "[cim][datetime]") {
  for (const std::string_view text : {"",
                                      "20000101000000.000000+00",
                                      "20000101000000.000000+0000",
                                      "20000101000000,000000+000",
                                      "20010229000000.000000+000",
                                      "21000229000000.000000+000",
                                      "20000100000000.000000+000",
                                      "20000001000000.000000+000",
                                      "20001301000000.000000+000",
                                      "20000132000000.000000+000",
                                      "20000101240000.000000+000",
                                      "20000101006000.000000+000",
                                      "20000101000060.000000+000",
                                      "2000010100000a.000000+000",
                                      "20000101000000.******+000",
                                      "20000101000000.000000*000",
                                      "00000000000500.000000:001",
                                      "99999999235959.999999:000",
                                      "99991231235959.000000+000",
                                      "-0000101000000.000000+000"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_datetime(text).has_value());
  }
  CHECK(parse_datetime("20040229000000.000000+000").has_value());
  CHECK(parse_datetime("00106750000000.000000:000").has_value());
}

}  // namespace replsim::cim
