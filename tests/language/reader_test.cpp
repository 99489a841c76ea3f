// The YAML subset: what is refused, where, and that nothing crashes or hangs.
#include <fmt/core.h>

#include <array>
#include <fstream>

#include "tests/catch.h"
#include "tests/language/support.h"

namespace replsim::harness::test {
namespace {

/// Diagnostics of a file whose fourth line is `line`.
std::string of_line(const std::string& line) {
  return top(line + "\n");
}

}  // namespace

// EVIDENCE: language.md/1
TEST_CASE("YAML that the language does not use is refused with its place", "[language][reader]") {
  CHECK(of_line("title: &a text") == "4:8 forbidden-yaml: an anchor (&a)");
  CHECK(of_line("title: *a") == "4:8 forbidden-yaml: an alias (*)");
  CHECK(of_line("title: !!str text") == "4:8 forbidden-yaml: a tag (!)");
  CHECK(of_line("title: ! text") == "4:8 forbidden-yaml: a tag (!)");
  CHECK(of_line("<<: {title: x}") == "4:1 forbidden-yaml: a merge key (<<)");
  CHECK(of_line("? [a, b]\n: c") == "4:3 forbidden-yaml: a key that is a list or a map");
  CHECK(check("version: 1\n---\nversion: 1\n").brief() ==
        "2:1 forbidden-yaml: a second document in one file");
}

TEST_CASE("keys stand once and have values", "[language][reader]") {
  CHECK(of_line("title: a\ntitle: b") == "5:1 repeated-key: the key `title` stands twice");
  CHECK(of_line("title:") == "4:1 missing-value: the key `title` has no value");
  CHECK(of_line("tags: [a, ]") == "");
  CHECK(of_line("title: null") == "4:8 null-value: null is only for `raw`");
}

TEST_CASE("words and numbers that readers disagree on must be quoted", "[language][reader]") {
  for (const char* word : {"yes", "no", "on", "off", "y", "n", "Yes", "OFF", "True", "~", "007",
                           "1_000", "18:30", "1:02:03", "2026-03-01", "2026-03-01 10:00:00"}) {
    CAPTURE(word);
    const Outcome outcome = check(scenario(judged, fmt::format("title: {}\n", word)));
    CHECK(outcome.has("ambiguous-value"));
    CHECK(!outcome.hint("ambiguous-value").empty());
  }
  for (const char* word : {"\"yes\"", "'18:30'", "\"007\"", "yesterday", "not on", "0 B or so"}) {
    CAPTURE(word);
    CHECK(of_line(fmt::format("title: {}", word)) == "");
  }
}

TEST_CASE("tabs and comments that cut off a value are refused", "[language][reader]") {
  CHECK(of_line("title:\tx") == "4:7 tab: a tab");
  CHECK(of_line("title: fracture #3") ==
        "4:17 lost-comment: a comment after a value needs two spaces before `#`");
  CHECK(of_line("title: fracture  # 3") == "");
  CHECK(of_line("title: \"fracture #3\"") == "");
  CHECK(of_line("title: it's fracture#3") == "");
  CHECK(of_line("title: |\n  line #1 of two\n  [[[[") == "");
}

TEST_CASE("bytes that are no text are refused", "[language][reader]") {
  CHECK(check("\x7f\x45LF\x02\x01").brief() ==
        "1:1 not-text: the file has a control character; it is no text");
  CHECK(check("version: 1\ntitle: \xff\xfe\n").brief() ==
        "2:1 not-text: the file is no UTF-8 text");
  CHECK(check("title: \xed\xa0\x80\n").has("not-text"));
  CHECK(check("title: \xc0\x80\n").has("not-text"));
  CHECK(check(std::string("a\0b", 3)).has("not-text"));
  CHECK(check("\xEF\xBB\xBFversion: 1\n").has("missing-key"));
}

TEST_CASE("broken YAML is a located error", "[language][reader]") {
  CHECK(check("version: [1, 2\n").has("yaml-syntax"));
  CHECK(check("version: \"1\n").has("yaml-syntax"));
  CHECK(check("version: 1\n title: x\n").has("yaml-syntax"));
  CHECK(check("").brief() == "1:1 missing-value: the file has no content");
  CHECK(check("# nothing\n").brief() == "1:1 missing-value: the file has no content");
  CHECK(check("- a\n").brief() ==
        "1:1 wrong-type: a list where a map (scenario, topology, profile or runbooks) belongs");
}

TEST_CASE("deep nesting and many nodes are refused quickly", "[language][reader]") {
  CHECK(check(std::string(10'000, '[')).brief() == "1:33 too-deep: nested deeper than 32");
  std::string block;
  for (std::size_t i = 0; i < 200; ++i) block += std::string(i, ' ') + "a:\n";
  CHECK(check(block).has("too-deep"));
  std::string dashes;
  for (std::size_t i = 0; i < 100'000; ++i) dashes += "- ";
  CHECK(check(dashes).has("too-deep"));
  std::string many = "version: 1\nlist: [";
  for (int i = 0; i < 100'001; ++i) many += "a, ";
  CHECK(check(many + "b]\n").has("too-many-nodes"));
}

TEST_CASE("a large file is refused before it is read", "[language][reader]") {
  const Folder folder("large");
  const auto path = folder.path() / "large.yaml";
  std::ofstream(path).put('a');
  std::filesystem::resize_file(path, 100'000'000);
  const Outcome outcome = check_file(path);
  CHECK(outcome.has("too-large"));
  CHECK(outcome.diagnostics.size() == 1);
  CHECK(check(std::string(1'048'577, ' ')).has("too-large"));
}

TEST_CASE("missing files and folders are told", "[language][reader]") {
  const Folder folder("missing");
  CHECK(check_file(folder.path() / "none.yaml").has("unreadable-file"));
  CHECK(check_file(folder.path()).has("unreadable-file"));
  CHECK(check_file("/dev/zero").has("unreadable-file"));
}

TEST_CASE("columns count characters, not bytes", "[language][reader]") {
  CHECK(of_line("tags: [\"\xc3\xa4\xc3\xb6\xc3\xbc\", yes]") ==
        "4:15 ambiguous-value: plain `yes` is a truth value to some readers and text to others");
}

TEST_CASE("a diagnostic shows the line, a caret and a hint", "[language][reader]") {
  const Outcome outcome =
      check(scenario("  - {wiat: 5 s}\n  - {expect: {east/pool1.free: 0 B}}\n"));
  REQUIRE(outcome.diagnostics.size() == 1);
  CHECK(render(outcome.diagnostics[0]) ==
        "/nowhere/test.yaml:5:5: error[step-kind]: a step without a kind\n"
        "    - {wiat: 5 s}\n"
        "      ^\n"
        "  hint: did you mean `wait`?\n");
}

}  // namespace replsim::harness::test
