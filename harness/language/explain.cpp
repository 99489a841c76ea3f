// Rows of the tables as entries of the reference.
#include "harness/language/explain.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <set>

#include "harness/language/codes.h"
#include "harness/language/table.h"

namespace replsim::harness {
namespace {

/// The section of language.md that defines a section of the table.
std::string source_of(std::string_view section) {
  static constexpr std::array<std::string_view, 7> top = {
      "scenario", "library", "runbook", "topology use", "end", "known", "measure"};
  static constexpr std::array<std::string_view, 10> topology = {
      "topology", "host", "clock", "array",  "timeouts",
      "disk",     "pool", "link",  "volume", "latency"};
  if (std::ranges::find(top, section) != top.end()) return "language.md 4";
  if (std::ranges::find(topology, section) != topology.end()) return "language.md 11";
  if (section == "profile") return "language.md 13";
  if (section == "matcher" || section == "expect") return "language.md 6";
  return section.find('.') == section.npos ? "language.md 5" : "language.md 12";
}

Explanation of(const KeyRow& row) {
  Explanation result;
  result.kind = "key";
  result.name = fmt::format("{}.{}", row.section, row.key);
  result.text = row.meaning;
  result.type = describe(row.type);
  if (!row.words.empty()) result.type += fmt::format(": {}", row.words);
  if (row.list) result.type += ", or a list";
  result.fallback = row.fallback;
  result.source = source_of(row.section);
  result.required = row.required;
  result.later = row.status == Status::Later;
  if (row.settable) result.detail = "`set` can change it in a run";
  return result;
}

Explanation of(const StepRow& row) {
  Explanation result;
  result.kind = "step";
  result.name = row.kind;
  result.text = row.meaning;
  result.type = row.value;
  result.detail = row.background ? "goes on in the background" : "blocks";
  if (!row.result.empty()) result.detail += fmt::format("; `as` gives {}", row.result);
  result.source = row.kind == "expect" ? "language.md 6" : "language.md 5";
  return result;
}

Explanation of(const MetricRow& row) {
  Explanation result;
  result.kind = "metric";
  result.name = fmt::format("{}.{}", word(row.owner), row.word);
  result.text = row.meaning;
  result.type = describe(row.type);
  result.detail =
      row.gauge ? "a gauge: .max .min .mean .p50 .p99 .p999 over the window" : "no gauge";
  result.source = "language.md 7";
  result.later = row.status == Status::Later;
  return result;
}

Explanation of(const FaultRow& row) {
  Explanation result;
  result.kind = "fault";
  result.name = row.word;
  result.text = row.meaning;
  result.detail = fmt::format("target: a {}", word(row.target));
  result.source = row.source;
  return result;
}

Explanation of(const EventRow& row) {
  Explanation result;
  result.kind = "event";
  result.name = row.word;
  result.text = row.meaning;
  result.detail = fmt::format("on: {}", row.on);
  result.source = "language.md 12";
  return result;
}

Explanation of(const WordRow& row) {
  Explanation result;
  result.kind = row.list;
  result.name = row.word;
  result.text = row.meaning;
  result.source = row.list == "statistic" ? "language.md 7" : "language.md 5";
  result.later = row.status == Status::Later;
  return result;
}

Explanation of(const DiagnosticCode& row) {
  Explanation result;
  result.kind = "diagnostic";
  result.name = row.code;
  result.text = row.meaning;
  result.detail = row.severity == Severity::Error ? "an error" : "a warning";
  result.source = "language.md 9";
  return result;
}

/// `link.bandwidth` is in the section link; `link.cut.direction` is in link.cut.
bool has_section(const std::string& name, std::string_view section) {
  return std::string_view(name).substr(0, name.rfind('.')) == section;
}

/// The sections that a word stands for as a whole.
std::vector<std::string_view> sections_of(std::string_view word) {
  if (word == "topology")
    return {"topology", "host",   "array", "timeouts", "disk",
            "pool",     "volume", "link",  "clock",    "latency"};
  if (find_fault(word) != nullptr) return {word, "fault"};
  return {word};
}

}  // namespace

std::vector<Explanation> reference() {
  std::vector<Explanation> result;
  for (const StepRow& row : step_table()) result.push_back(of(row));
  for (const auto& table : key_tables())
    for (const KeyRow& row : table) result.push_back(of(row));
  for (const MetricRow& row : metric_table()) result.push_back(of(row));
  for (const FaultRow& row : fault_table()) result.push_back(of(row));
  for (const EventRow& row : event_table()) result.push_back(of(row));
  for (const WordRow& row : word_table()) result.push_back(of(row));
  for (const DiagnosticCode& row : diagnostic_codes()) result.push_back(of(row));
  return result;
}

std::vector<Explanation> explain_word(std::string_view word) {
  std::vector<Explanation> result;
  const auto sections = sections_of(word);
  const auto all = reference();
  for (const Explanation& one : all) {
    const std::size_t dot = one.name.rfind('.');
    const bool tail = one.kind != "fault" && dot != std::string::npos &&
                      std::string_view(one.name).substr(dot + 1) == word;
    if (one.name == word || tail) result.push_back(one);
  }
  for (const std::string_view section : sections)
    for (const Explanation& one : all)
      if (one.kind == "key" && has_section(one.name, section) &&
          std::ranges::none_of(result, [&](const auto& known) {
            return known.kind == one.kind && known.name == one.name;
          }))
        result.push_back(one);
  return result;
}

std::vector<std::string> explained_words() {
  std::set<std::string> words;
  for (const Explanation& one : reference()) {
    words.insert(one.name);
    const std::size_t dot = one.name.rfind('.');
    if (one.kind != "fault" && dot != std::string::npos) words.insert(one.name.substr(dot + 1));
  }
  return {words.begin(), words.end()};
}

}  // namespace replsim::harness
