// The progress bar and its plain form.
#include "reports/progress.h"

#include "tests/catch.h"
#include "tests/reports/sample.h"

namespace replsim::reports {

TEST_CASE("away from a terminal each finished run is one plain line", "[reports][progress]") {
  std::string out;
  Progress progress(2, {}, [&](std::string_view text) { out += text; });
  progress.start();
  CHECK(out.empty());
  progress.finished(told_scenario(), true);
  progress.finished(failed_scenario(), true);
  progress.hide();
  CHECK(out ==
        "[1/2] pass planned-failover[mode=Synchronous]/cut first\n"
        "[2/2] fail cut\n");
}

TEST_CASE("a bar is drawn over itself and never longer than the terminal", "[reports][progress]") {
  std::string out;
  Progress progress(2, {.terminal = true, .columns = 50},
                    [&](std::string_view text) { out = text; });
  progress.start();
  CHECK(out == "\r[........................] 0/2  \x1b[K");
  progress.ended(told_scenario());
  progress.finished(told_scenario(), true);
  CHECK(out == "\r[############............] 1/2  planned-failover[\x1b[K");
  progress.ended(failed_scenario());
  CHECK(out == "\r[########################] 2/2  cut\x1b[K");
  progress.finished(failed_scenario(), true);
  CHECK(out == "\r[########################] 2/2, 1 not passed  cut\x1b[K");
  progress.hide();
  CHECK(out == "\r\x1b[K");
}

}  // namespace replsim::reports
