// Cuts of one link that overlap for sure, and those that do not.
#include "tests/catch.h"
#include "tests/language/support.h"

namespace replsim::harness::test {
namespace {

/// How many cuts are told to overlap.
std::size_t overlaps(const std::string& text) {
  const std::string brief =
      check(scenario(text + "  - {expect: {east/pool1.free: 0 B}, within: 1 s}\n")).brief();
  CAPTURE(brief);
  std::size_t count = 0;
  for (std::size_t at = brief.find("overlapping-cuts"); at != std::string::npos;
       at = brief.find("overlapping-cuts", at + 1))
    ++count;
  CHECK(brief.find(": ") == (count == 0 ? std::string::npos : brief.find("overlapping-cuts") + 16));
  return count;
}

std::string cut(const std::string& more) {
  return "{fault: link.cut, target: east-west" + (more.empty() ? "" : ", " + more) + "}";
}

std::string line(const std::string& step) {
  return "  - " + step + "\n";
}

}  // namespace

// EVIDENCE: language.md, section 9: overlapping cuts of one link
TEST_CASE("each interval of a repeated cut counts, not the time between", "[language][cuts]") {
  const std::string twice = line(cut("for: 100 ms, every: 10 s, times: 2"));
  CHECK(overlaps(twice + line(cut("when: 3 s, for: 100 ms"))) == 0);
  CHECK(overlaps(twice + line(cut("when: 10050 ms, for: 100 ms"))) == 1);
  CHECK(overlaps(twice + line(cut("when: 5 s, for: 5 s, every: 20 s, times: 9"))) == 0);
  CHECK(overlaps(twice + line(cut("when: 5 s, for: 6 s"))) == 1);
  CHECK(overlaps(line(cut("when: {at: 2 s}, for: 1 s")) + line("{wait: 2500 ms}") +
                 line(cut("for: 1 s"))) == 1);
}

TEST_CASE("a repeat begins its cuts again", "[language][cuts]") {
  const auto repeat = [](const std::string& rounds, const std::string& steps) {
    return "  - repeat: {times: 3" + rounds + "}\n    steps: [" + steps + "]\n";
  };
  CHECK(overlaps(repeat("", cut("for: 5 s") + ", {wait: 1 s}")) == 1);
  CHECK(overlaps(repeat("", cut("for: 5 s") + ", {wait: 5 s}")) == 0);
  CHECK(overlaps(repeat(", every: 6 s", cut("for: 5 s") + ", {wait: 1 s}")) == 0);
  CHECK(overlaps(repeat(", every: 4 s", cut("for: 5 s") + ", {wait: 1 s}")) == 1);
  CHECK(overlaps(repeat("", cut("") + ", {flush: east/vol1}")) == 1);
  CHECK(overlaps(repeat("", cut("as: $c") + ", {wait: 1 s}, {stop: $c}")) == 0);
  CHECK(overlaps(repeat(", every: 6 s", cut("for: 5 s") + ", {wait: 1 s}") +
                 line(cut("for: 1 s"))) == 1);
  CHECK(overlaps(repeat(", every: 6 s", cut("for: 5 s") + ", {wait: 5 s}") +
                 line(cut("for: 1 s"))) == 0);
}

TEST_CASE("branches of parallel start together", "[language][cuts]") {
  const auto parallel = [](const std::string& a, const std::string& b) {
    return "  - parallel:\n      a: [" + a + "]\n      b: [" + b + "]\n";
  };
  CHECK(overlaps(parallel(cut("for: 5 s"), cut("for: 5 s"))) == 1);
  CHECK(overlaps(parallel(cut("for: 5 s"), "{wait: 5 s}, " + cut("for: 5 s"))) == 0);
  CHECK(overlaps(parallel("{wait: 5 s}, " + cut("for: 5 s"),
                          cut("as: $b") + ", {wait: 2 s}, {stop: $b}")) == 0);
  // When the call is answered, only the run tells.
  CHECK(
      overlaps(parallel("{flush: east/vol1}, " + cut("as: $a") + ", {flush: east/vol1}, {stop: $a}",
                        cut("for: 5 s"))) == 0);
  CHECK(overlaps(parallel(cut("for: 5 s"), "{wait: 1 s}") + line(cut("for: 1 s"))) == 1);
}

TEST_CASE("stop ends a cut for those that come after it", "[language][cuts]") {
  CHECK(overlaps(line(cut("as: $a")) + line("{flush: east/vol1}") + line("{stop: $a}") +
                 line(cut("for: 1 s"))) == 0);
  CHECK(overlaps(line(cut("as: $a")) + line("{flush: east/vol1}") + line(cut("for: 1 s")) +
                 line("{stop: $a}")) == 1);
  CHECK(overlaps(line(cut("as: $a, direction: forward")) +
                 line(cut("for: 1 s, direction: backward"))) == 0);
}

}  // namespace replsim::harness::test
