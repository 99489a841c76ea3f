// The table of diagnostic codes.
#include "harness/language/codes.h"

#include <algorithm>
#include <array>

namespace replsim::harness {
namespace {

constexpr auto E = Severity::Error;
constexpr auto W = Severity::Warning;

constexpr std::array codes = {
    // Files
    DiagnosticCode{"unreadable-file", E,
                   "the file is missing, no regular file, or may not be read"},
    DiagnosticCode{"too-large", E, "the file has more than 1 MiB"},
    DiagnosticCode{"outside-folder", E, "a file outside the folder of the first file is named"},
    DiagnosticCode{"include-cycle", E, "files include each other in a ring"},
    DiagnosticCode{"wrong-file-kind", E, "the file is of another kind than the one wanted here"},
    // YAML
    DiagnosticCode{"not-text", E, "the bytes are no UTF-8 text"},
    DiagnosticCode{"yaml-syntax", E, "the text is no YAML"},
    DiagnosticCode{"too-deep", E, "nested deeper than 32"},
    DiagnosticCode{
        "too-many-nodes", E,
        "more than 100,000 nodes, or more steps and values than a run or a file may have"},
    DiagnosticCode{"forbidden-yaml", E, "YAML that the language does not use"},
    DiagnosticCode{"tab", E, "a tab; indent and separate with spaces"},
    DiagnosticCode{"repeated-key", E, "a key stands twice in one map"},
    DiagnosticCode{"missing-value", E, "a key without a value"},
    DiagnosticCode{"null-value", E, "null where only `raw` may have it"},
    DiagnosticCode{"ambiguous-value", E,
                   "a plain word that YAML readers take for different things"},
    DiagnosticCode{"lost-comment", E, "a # that cuts off the end of a value"},
    // Keys
    DiagnosticCode{"unsupported-version", E, "a language version other than 1"},
    DiagnosticCode{"unknown-key", E, "a key that the table does not have here"},
    DiagnosticCode{"missing-key", E, "a required key is not given"},
    DiagnosticCode{"conflicting-keys", E, "keys that exclude each other"},
    DiagnosticCode{"step-kind", E, "a step has no kind key, or more than one"},
    DiagnosticCode{"not-in-this-version", E, "part of the language that this build does not have"},
    // Values
    DiagnosticCode{"wrong-type", E, "a value of another type than the key's"},
    DiagnosticCode{"wrong-unit", E, "a number without its unit, or with an unknown one"},
    DiagnosticCode{"out-of-range", E, "a value outside its bounds"},
    DiagnosticCode{"unsettable", E, "`set` of something that cannot be set"},
    DiagnosticCode{"matrix-too-large", E, "a matrix of more than 10,000 cells"},
    DiagnosticCode{"uneven-cases", E, "rows of `cases` with different columns"},
    // Names
    DiagnosticCode{"unknown-name", E, "a name that nothing has"},
    DiagnosticCode{"name-twice", E, "one name for two things"},
    DiagnosticCode{"before-birth", E, "a reference used before its birth, or from another branch"},
    DiagnosticCode{"wrong-kind", E, "a name of a thing of another kind than the one wanted"},
    DiagnosticCode{"list-name", E, "a list used as one value, or one value as a list"},
    DiagnosticCode{"unknown-rule", E, "`evidence`, `allow` or `known` names a rule nobody knows"},
    DiagnosticCode{"runbook-recursion", E, "a runbook uses itself"},
    DiagnosticCode{"impossible-mutation", E, "`mutate` makes a runbook that cannot be run"},
    // Calls
    DiagnosticCode{"missing-parameter", E, "a required parameter is not given"},
    DiagnosticCode{"wrong-parameter", E, "a parameter's value has a wrong type"},
    DiagnosticCode{"not-in-profile", E, "the profile of the array does not offer this"},
    DiagnosticCode{"unreachable-state", E, "a CopyState that no edge of the state graph enters"},
    DiagnosticCode{"no-provider", E, "several arrays and no `provider`"},
    DiagnosticCode{"no-host", E, "no host, or more than one, sees the volume and none is named"},
    // Time
    DiagnosticCode{"within-exceeds-limit", E, "`within` is longer than the run's `limit`"},
    DiagnosticCode{"every-before-end", E, "`every` is shorter than `for`"},
    DiagnosticCode{"overlapping-cuts", E, "two cuts of one link at the same time"},
    DiagnosticCode{"since-not-before", E, "`since` names a later step or one of another branch"},
    // Warnings
    DiagnosticCode{"nothing-expected", W, "the scenario expects nothing"},
    DiagnosticCode{"unused-name", W, "a param, axis, column or saved name is never used"},
    DiagnosticCode{"wait-before-expect", W, "`wait` right before `expect` without `since`"},
    DiagnosticCode{"for-beyond-end", W, "`for` is longer than what is left of the run"},
};

constexpr bool unique() {
  for (std::size_t i = 0; i < codes.size(); ++i)
    for (std::size_t j = i + 1; j < codes.size(); ++j)
      if (codes[i].code == codes[j].code) return false;
  return true;
}
static_assert(unique());

}  // namespace

std::span<const DiagnosticCode> diagnostic_codes() {
  return codes;
}

const DiagnosticCode* find_diagnostic_code(std::string_view code) {
  const auto found = std::ranges::find(codes, code, &DiagnosticCode::code);
  return found == codes.end() ? nullptr : &*found;
}

}  // namespace replsim::harness
