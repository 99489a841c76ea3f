// What `explain` knows, against the expected tables.
#include "cli/explain.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "tests/catch.h"

namespace replsim::cli {
namespace {

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  std::istringstream stream(line);
  for (std::string cell; std::getline(stream, cell, ',');) cells.push_back(cell);
  return cells;
}

/// "Initialized(2)" without its number.
std::string state_name(const std::string& cell) {
  return cell.substr(0, cell.find('('));
}

/// The names of documents in a source: each run of [a-z_] before `.md` or `.csv`.
std::vector<std::string> documents_in(const std::string& source) {
  const auto in_name = [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; };
  std::vector<std::string> names;
  std::size_t read = 0;
  for (std::size_t dot = source.find('.'); dot != std::string::npos; dot = source.find('.', read)) {
    std::size_t begin = dot;
    while (begin > read && in_name(source[begin - 1])) --begin;
    read = dot + 1;
    for (const std::string_view ending : {"md", "csv"}) {
      if (begin == dot || source.compare(dot + 1, ending.size(), ending) != 0) continue;
      read = dot + 1 + ending.size();
      names.push_back(source.substr(begin, read - begin));
    }
  }
  return names;
}

}  // namespace

TEST_CASE("explain gives the expected confidence of every Mirror cell", "[cli][explain]") {
  // EVIDENCE: operation_matrix.csv, all rows of Mirror
  std::ifstream file(REPLSIM_SOURCE_DIR "/fixtures/expected/operation_matrix.csv");
  std::string line;
  REQUIRE(std::getline(file, line));
  REQUIRE(cells_of(line)[9] == "confidence");
  int checked = 0;
  while (std::getline(file, line)) {
    const auto cells = cells_of(line);
    if (cells[0] != "Mirror") continue;
    const std::string subject = cells[2] + " in " + state_name(cells[3]);
    INFO(subject);
    const auto found = explain(subject);
    REQUIRE(found.size() == 1);
    REQUIRE(found[0].confidence);
    CHECK(name(*found[0].confidence) == cells[9]);
    CHECK_FALSE(found[0].text.empty());
    ++checked;
  }
  CHECK(checked == 330);
}

TEST_CASE("a refusal's row is a subject of explain", "[cli][explain]") {
  const auto by_row = explain("Mirror/Resync Replica/Synchronized");
  const auto by_words = explain("Resync Replica in Synchronized");
  REQUIRE(by_row.size() == 1);
  REQUIRE(by_words.size() == 1);
  CHECK(by_row[0].text == by_words[0].text);
}

TEST_CASE("every subject that explain lists is one that it knows", "[cli][explain]") {
  for (const std::string_view kind : explain_kinds()) {
    const auto subjects = explain_subjects(kind);
    INFO(kind);
    CHECK_FALSE(subjects.empty());
    for (const std::string& subject : subjects) {
      INFO(subject);
      CHECK_FALSE(explain(subject).empty());
    }
  }
  CHECK(explain_subjects("colour").empty());
  CHECK(explain("no such thing").empty());
}

TEST_CASE("explain names rule, source and confidence", "[cli][explain]") {
  // EVIDENCE: issue point 6 "explain (operation, state, ...: rule, source, confidence)"
  const auto invariant = explain("A22");
  REQUIRE(invariant.size() == 1);
  CHECK(invariant[0].kind == "invariant");
  CHECK(invariant[0].source.find("A22") != std::string::npos);
  const std::string text = explanation_text(invariant[0]);
  CHECK(text.starts_with("A22 [invariant, spec]\n  "));
  CHECK(text.find("\n  source: ") != std::string::npos);
}

TEST_CASE("a fault is explained with its parameters and those of all faults", "[cli][explain]") {
  // It is also a key of a topology's link: both are told.
  const auto found = explain("link.loss");
  const auto fault = std::ranges::find(found, "fault", &Explanation::kind);
  REQUIRE(fault != found.end());
  const auto begins = [&](const std::string& key) {
    return std::ranges::any_of(fault->details,
                               [&](const std::string& line) { return line.starts_with(key); });
  };
  CHECK(begins("rate: "));
  CHECK(begins("fault.target: "));
}

TEST_CASE("everything that has a source says how sure it is", "[cli][explain]") {
  // EVIDENCE: issue point 6 "explain (operation, state, ...: rule, source, confidence)"
  for (const std::string_view kind : explain_kinds()) {
    for (const std::string& subject : explain_subjects(kind)) {
      for (const Explanation& found : explain(subject)) {
        CAPTURE(kind, subject, found.subject);
        CHECK(found.confidence.has_value());
        CHECK_FALSE(found.source.empty());
      }
    }
  }
  CHECK(explanation_text(explain("link.cut").front()).starts_with("link.cut [fault, spec]\n"));
}

TEST_CASE("the page about sources knows every name that explain gives", "[cli][explain]") {
  // EVIDENCE: docs/sources.md
  std::ostringstream page;
  page << std::ifstream(REPLSIM_SOURCE_DIR "/docs/sources.md").rdbuf();
  CHECK(documents_in("a_b.md, c.csv (b.md; .md; d.txt)") ==
        std::vector<std::string>{"a_b.md", "c.csv", "b.md"});
  for (const std::string_view kind : explain_kinds()) {
    for (const std::string& subject : explain_subjects(kind)) {
      for (const Explanation& found : explain(subject)) {
        const std::string& source = found.source;
        for (const std::string& name : documents_in(source)) {
          CAPTURE(subject, source);
          CHECK(page.str().find(name) != std::string::npos);
        }
      }
    }
  }
}

TEST_CASE("the rules that failures name are subjects of explain", "[cli][explain]") {
  for (const auto* rule : {"expect", "always", "returns", "within", "return-code", "reference",
                           "fault-missed", "engine-check", "evidence", "allow", "known"}) {
    CAPTURE(rule);
    const auto found = explain(rule);
    CHECK(std::ranges::any_of(found, [](const auto& one) { return one.kind == "failure"; }));
  }
}

TEST_CASE("a section of a topology is explained without its faults", "[cli][explain]") {
  const auto found = explain("topology");
  REQUIRE_FALSE(found.empty());
  for (const auto& one : found) {
    for (const std::string& line : one.details) {
      CAPTURE(line);
      CHECK_FALSE(line.starts_with("link.cut"));
      CHECK_FALSE(line.starts_with("disk.hang"));
    }
  }
}

}  // namespace replsim::cli
