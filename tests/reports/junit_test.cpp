// JUnit XML against a golden file, and its escaping.
#include "reports/junit.h"

#include "tests/catch.h"
#include "tests/reports/golden.h"
#include "tests/reports/sample.h"

namespace replsim::reports {

TEST_CASE("JUnit has a testcase for each run with file and line", "[reports][junit]") {
  check_golden("junit.xml", to_junit(sample()));
}

TEST_CASE("under strict a run that differs is a failure", "[reports][junit]") {
  record::Record record = sample();
  record.options.strict = true;
  CHECK(to_junit(record).find("<failure message=\"B5: m\" type=\"differs\">") != std::string::npos);
}

TEST_CASE("XML holds only characters that XML 1.0 allows", "[reports][junit]") {
  // EVIDENCE: XML 1.0/2.2 Char
  CHECK(xml_text("a<b>&\"") == "a&lt;b&gt;&amp;&quot;");
  CHECK(xml_text("one\ntwo") == "one\ntwo");
  CHECK(xml_attribute("one\ntwo\t") == "one&#10;two&#9;");
  CHECK(xml_text(std::string_view{"\0\x01\x1f\r", 4}) == "\\x00\\x01\\x1f\\x0d");
  CHECK(xml_text("\xEF\xBF\xBE\xEF\xBF\xBF\xff") == "\uFFFD\uFFFD\uFFFD");
  CHECK(xml_text("\xE2\x82\xAC") == "\xE2\x82\xAC");
}

TEST_CASE("each run is repeated with the settings that are its own", "[reports][junit]") {
  const auto own = [](const record::ScenarioRecord& scenario) {
    record::RunOptions options;
    if (scenario.file == "b.yaml") options.set = {{"mine", "1"}};
    return options;
  };
  const std::string text = to_junit(sample(), own);
  CHECK(text.find("replsim run b.yaml --seed 1 --set mine=1") != std::string::npos);
  CHECK(text.find("replsim run c.yaml --seed 1&#10;") == std::string::npos);
  CHECK(text.find("replsim run c.yaml --seed 1\n") != std::string::npos);
}

}  // namespace replsim::reports
