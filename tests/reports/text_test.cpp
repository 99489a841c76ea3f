// Units and safe text.
#include "reports/text.h"

#include "tests/catch.h"

namespace replsim::reports {

TEST_CASE("durations are shown in the largest fitting unit", "[reports][text]") {
  CHECK(duration_text(0) == "0 s");
  CHECK(duration_text(250) == "250 ns");
  CHECK(duration_text(1'500'000) == "1.5 ms");
  CHECK(duration_text(12'004'000'999) == "12.004 s");
  CHECK(duration_text(120'000'000'000) == "2 min");
  CHECK(duration_text(90'500'000'000) == "1 min 30.5 s");
  CHECK(duration_text(3'900'000'000'000) == "1 h 5 min");
  CHECK(duration_text(-1'000) == "-1 us");
}

TEST_CASE("points of time have milliseconds or all nanoseconds", "[reports][text]") {
  CHECK(time_text(12'004'999'999) == "12.004");
  CHECK(time_text(10'000'000'001, true) == "10.000000001");
}

TEST_CASE("sizes are binary", "[reports][text]") {
  CHECK(bytes_text(0) == "0 B");
  CHECK(bytes_text(1023) == "1023 B");
  CHECK(bytes_text(4096) == "4 KiB");
  CHECK(bytes_text(1'572'864) == "1.5 MiB");
  CHECK(bytes_text(1ULL << 50) == "1 PiB");
}

TEST_CASE("a text can not steer the terminal", "[reports][text]") {
  CHECK(printable("a\x1b[2J\n\t\x7f") == "a\\x1b[2J\\x0a\\x09\\x7f");
  CHECK(printable("\xC2\x9B"
                  "31m") == "\\x9b31m");
  CHECK(printable("gr\xC3\xBC\xC3\x9F") == "gr\xC3\xBC\xC3\x9F");
  CHECK(printable("\xff") == "\uFFFD");
}

TEST_CASE("ill-formed UTF-8 is recognised", "[reports][text]") {
  // EVIDENCE: Unicode 15/table 3-7
  CHECK(utf8_length("\xC0\x80") == 0);
  CHECK(utf8_length("\xE0\x80\x80") == 0);
  CHECK(utf8_length("\xED\xA0\x80") == 0);
  CHECK(utf8_length("\xF4\x90\x80\x80") == 0);
  CHECK(utf8_length("\xE2\x82") == 0);
  CHECK(utf8_length("\xE2\x82\xAC") == 3);
  CHECK(utf8_length("\xF0\x9F\x98\x80") == 4);
}

}  // namespace replsim::reports
