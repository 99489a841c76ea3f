// Writes JUnit XML by hand: the format is six elements. Differs is a failure under `strict`, else
// a passed case that tells it in system-out; inconclusive and errors are `error`.
#include "reports/junit.h"

#include <fmt/format.h>

#include <map>
#include <vector>

#include "reports/console.h"
#include "reports/text.h"

namespace replsim::reports {
namespace {

using record::Record;
using record::RunOptions;
using record::ScenarioRecord;
using record::Verdict;

enum class Outcome : std::uint8_t { Passed, Failed, Errored, Skipped };

Outcome outcome(const ScenarioRecord& scenario, bool strict) {
  switch (scenario.verdict) {
    case Verdict::Pass: return Outcome::Passed;
    case Verdict::Differs: return strict ? Outcome::Failed : Outcome::Passed;
    case Verdict::Skipped: return Outcome::Skipped;
    case Verdict::Fail: return Outcome::Failed;
    case Verdict::Inconclusive:
    case Verdict::Environment:
    case Verdict::Error: return Outcome::Errored;
  }
  return Outcome::Errored;
}

enum class Place : std::uint8_t { Element, Attribute };

/// One ASCII character.
std::string escaped(char character, Place place) {
  switch (character) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\n':
    case '\t':
      if (place == Place::Element) return std::string{character};
      return fmt::format("&#{};", static_cast<int>(character));
  }
  return printable(std::string_view{&character, 1});
}

std::string escaped(std::string_view text, Place place) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const std::string_view character = text.substr(0, length == 0 ? 1 : length);
    text.remove_prefix(character.size());
    if (length == 1) {
      result += escaped(character.front(), place);
    } else if (length == 0 || character == "\uFFFE" || character == "\uFFFF") {
      result += "\uFFFD";
    } else {
      result += character;
    }
  }
  return result;
}

std::string seconds(std::int64_t ns) {
  return fmt::format("{}.{:03}", ns / 1'000'000'000, ns % 1'000'000'000 / 1'000'000);
}

/// What is shown of a broken run: the console's own text, without colour.
std::string details(const ScenarioRecord& scenario, const RunOptions& options) {
  return xml_text(scenario_text(scenario, options, {}));
}

std::string message(const ScenarioRecord& scenario) {
  if (!scenario.failures.empty()) {
    const auto& first = scenario.failures.front();
    return xml_attribute(fmt::format("{}: {}", first.rule, first.message));
  }
  return xml_attribute(scenario.reason);
}

std::string body(const ScenarioRecord& scenario, const RunOptions& options) {
  switch (outcome(scenario, options.strict)) {
    case Outcome::Passed:
      if (scenario.verdict == Verdict::Pass && scenario.warnings.empty()) return {};
      return fmt::format("      <system-out>{}</system-out>\n", details(scenario, options));
    case Outcome::Skipped:
      return fmt::format("      <skipped message=\"{}\"/>\n", message(scenario));
    case Outcome::Failed:
      return fmt::format("      <failure message=\"{}\" type=\"{}\">{}</failure>\n",
                         message(scenario), record::name(scenario.verdict),
                         details(scenario, options));
    case Outcome::Errored:
      return fmt::format("      <error message=\"{}\" type=\"{}\">{}</error>\n", message(scenario),
                         record::name(scenario.verdict), details(scenario, options));
  }
  return {};
}

/// What the scenario measures, as CI servers keep it.
std::string properties(const ScenarioRecord& scenario) {
  if (scenario.measures.empty()) return {};
  std::string text = "      <properties>\n";
  for (const auto& [name, value] : scenario.measures) {
    text += fmt::format("        <property name=\"{}\" value=\"{}\"/>\n", xml_attribute(name),
                        xml_attribute(value));
  }
  return text + "      </properties>\n";
}

std::string testcase(const ScenarioRecord& scenario, const RunOptions& options) {
  std::string text =
      fmt::format("    <testcase name=\"{}\" classname=\"{}\" file=\"{}\" line=\"{}\" time=\"{}\"",
                  xml_attribute(record::full_name(scenario)), xml_attribute(scenario.name),
                  xml_attribute(scenario.file), scenario.line, seconds(scenario.wall_ns));
  const std::string inner = properties(scenario) + body(scenario, options);
  if (inner.empty()) return text + "/>\n";
  return text + ">\n" + inner + "    </testcase>\n";
}

struct Counts {
  std::size_t tests = 0;
  std::size_t failures = 0;
  std::size_t errors = 0;
  std::size_t skipped = 0;
  std::int64_t wall_ns = 0;

  void add(const ScenarioRecord& scenario, bool strict) {
    const Outcome result = outcome(scenario, strict);
    ++tests;
    failures += result == Outcome::Failed ? 1 : 0;
    errors += result == Outcome::Errored ? 1 : 0;
    skipped += result == Outcome::Skipped ? 1 : 0;
    wall_ns += scenario.wall_ns;
  }
  std::string attributes() const {
    return fmt::format("tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{}\"",
                       tests, failures, errors, skipped, seconds(wall_ns));
  }
};

/// Runs of one file, in the order of the first run of each file.
struct Suite {
  std::string file;
  std::vector<const ScenarioRecord*> scenarios;
  Counts counts;
};

std::vector<Suite> suites(const Record& record) {
  std::vector<Suite> result;
  std::map<std::string, std::size_t> positions;
  for (const auto& scenario : record.scenarios) {
    const auto [place, added] = positions.try_emplace(scenario.file, result.size());
    if (added) result.push_back({.file = scenario.file});
    Suite& suite = result[place->second];
    suite.scenarios.push_back(&scenario);
    suite.counts.add(scenario, record.options.strict);
  }
  return result;
}

}  // namespace

std::string to_junit(const Record& record, const OptionsOf& options_of) {
  Counts all;
  for (const auto& scenario : record.scenarios) all.add(scenario, record.options.strict);
  std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  text += fmt::format("<testsuites name=\"replsim\" {}>\n", all.attributes());
  for (const Suite& suite : suites(record)) {
    text += fmt::format("  <testsuite name=\"{}\" {}>\n", xml_attribute(suite.file),
                        suite.counts.attributes());
    for (const auto* scenario : suite.scenarios) {
      text += testcase(*scenario, options_of ? options_of(*scenario) : record.options);
    }
    text += "  </testsuite>\n";
  }
  return text + "</testsuites>\n";
}

std::string xml_text(std::string_view text) {
  return escaped(text, Place::Element);
}

std::string xml_attribute(std::string_view text) {
  return escaped(text, Place::Attribute);
}

}  // namespace replsim::reports
