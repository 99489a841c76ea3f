// Quantities are exact; slips of units are told.
#include "harness/language/quantity.h"

#include "tests/catch.h"

namespace replsim::harness {

// EVIDENCE: language.md/3
TEST_CASE("durations are exact to one nanosecond", "[language][quantity]") {
  const auto ns = [](std::string_view text) { return sim::ns(parse_duration(text).value()); };
  CHECK(ns("100 ns") == 100);
  CHECK(ns("50us") == 50'000);
  CHECK(ns("1.5 ms") == 1'500'000);
  CHECK(ns("0.000000001 s") == 1);
  CHECK(ns("60 s") == 60'000'000'000);
  CHECK(ns("5 min") == 300'000'000'000);
  CHECK(ns("2 h") == 7'200'000'000'000);
  CHECK(ns("30 d") == 2'592'000'000'000'000);
  CHECK(ns("9223372036.854775807 s") == 9'223'372'036'854'775'807);
  // 0.1 + 0.2 in doubles would be off by one here.
  CHECK(ns("4503599.627370497 s") == 4'503'599'627'370'497);
}

TEST_CASE("a duration that is no whole number of nanoseconds or too long is refused",
          "[language][quantity]") {
  CHECK(parse_duration("0.5 ns").error().code == "out-of-range");
  CHECK(parse_duration("9223372036.854775808 s").error().code == "out-of-range");
  CHECK(parse_duration("99999999999999999999999999999999 d").error().code == "out-of-range");
  CHECK(parse_duration("5").error().code == "wrong-unit");
  CHECK(parse_duration("5 sec").error().text == "`sec` is no unit of time");
  CHECK(parse_duration("soon").error().code == "wrong-type");
  CHECK(parse_duration("").error().code == "wrong-type");
  CHECK(parse_duration("1. s").error().code == "wrong-unit");
}

TEST_CASE("sizes are binary and say so", "[language][quantity]") {
  CHECK(parse_size("0 B")->bytes == 0);
  CHECK(parse_size("4 KiB")->bytes == 4096);
  CHECK(parse_size("1.5KiB")->bytes == 1536);
  CHECK(parse_size("1 PiB")->bytes == 1ULL << 50U);
  CHECK(parse_size("16383.999999999999 PiB").error().code == "out-of-range");
  for (const char* wrong : {"4 KB", "4 M", "4 kiB", "4"}) {
    CHECK(parse_size(wrong).error().code == "wrong-unit");
    CHECK(parse_size(wrong).error().hint.find("KiB") != std::string::npos);
  }
  CHECK(parse_size("-1 B").error().code == "wrong-type");
}

TEST_CASE("rates count events, bytes or bits", "[language][quantity]") {
  CHECK(*parse_rate("500/s") == Rate{Rate::Of::Events, 500, 0});
  CHECK(*parse_rate("0.5 /s") == Rate{Rate::Of::Events, 0, 500'000'000});
  CHECK(*parse_rate("20 MiB/s") == Rate{Rate::Of::Bytes, 20ULL << 20U, 0});
  CHECK(*parse_rate("100 kbit/s") == Rate{Rate::Of::Bytes, 12'500, 0});
  CHECK(*parse_rate("1 bit/s") == Rate{Rate::Of::Bytes, 0, 125'000'000});
  CHECK(*parse_rate("400 Gbit/s") == Rate{Rate::Of::Bytes, 50'000'000'000, 0});
  CHECK(parse_rate("500").error().code == "wrong-unit");
  CHECK(parse_rate("1 GB/s").error().text == "`GB/s` is no unit of a rate");
}

TEST_CASE("shares are parts per billion", "[language][quantity]") {
  CHECK(parse_share("5%")->ppb == 50'000'000);
  CHECK(parse_share("0.001%")->ppb == 10'000);
  CHECK(parse_share("0.0000001 %")->ppb == 1);
  CHECK(parse_share("0.00000001%").error().code == "out-of-range");
  CHECK(parse_share("0.05").error().code == "wrong-unit");
}

TEST_CASE("numbers are decimal or hexadecimal and never pass through a double",
          "[language][quantity]") {
  CHECK(*parse_number("-1.5") == Number{-1, -500'000'000});
  CHECK(*parse_number("0x8001") == Number{0x8001, 0});
  CHECK(*parse_number("9223372036854775807") == Number{9'223'372'036'854'775'807, 0});
  CHECK(parse_number("9223372036854775808").error().code == "out-of-range");
  CHECK(parse_number("1e3").error().code == "wrong-type");
  CHECK(*parse_unsigned("0xFFFFFFFFFFFFFFFF") == 18'446'744'073'709'551'615ULL);
  CHECK(parse_unsigned("0x").error().code == "wrong-type");
  CHECK(parse_unsigned("1.0").error().code == "wrong-type");
}

TEST_CASE("quantities are written as people write them", "[language][quantity]") {
  CHECK(duration_text(sim::milliseconds(1500)) == "1500 ms");
  CHECK(duration_text(sim::minutes(90)) == "90 min");
  CHECK(duration_text(sim::seconds(0)) == "0 s");
  CHECK(duration_text(sim::Duration{-1}) == "-1 ns");
  CHECK(size_text(384ULL << 10U) == "384 KiB");
  CHECK(size_text(1000) == "1000 B");
  CHECK(share_text(10'000) == "0.001%");
  CHECK(share_text(50'000'000) == "5%");
}

}  // namespace replsim::harness
