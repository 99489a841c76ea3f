// Looks a subject up in the tables of all layers; see the header.
#include "cli/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "harness/check_table.h"
#include "harness/failure_rules.h"
#include "harness/language/explain.h"
#include "harness/mistake_table.h"
#include "model/cim/defects.h"
#include "model/cim/enumeration_tables.h"
#include "model/cim/rules.h"
#include "model/cim/setting_rules.h"

namespace replsim::cli {
namespace {

using Explanations = std::vector<Explanation>;
using Subjects = std::vector<std::string>;

void find_rules(std::string_view subject, Explanations& found) {
  std::string text{subject};
  // A refusal names its row as SyncType/Operation/CopyState.
  const std::size_t first = text.find('/');
  const std::size_t last = text.rfind('/');
  if (text.starts_with("Mirror/") && last > first) {
    text = text.substr(first + 1, last - first - 1) + " in " + text.substr(last + 1);
  }
  for (const cim::Rule& rule : cim::explain(text)) {
    Explanation explanation{.kind = "rule",
                            .subject = rule.subject,
                            .text = rule.text,
                            .source = rule.source,
                            .confidence = rule.confidence};
    if (rule.weight != rule.confidence) explanation.weight = rule.weight;
    found.push_back(std::move(explanation));
  }
}

void find_invariant(std::string_view subject, Explanations& found) {
  const auto* row = harness::find_check(subject);
  if (row == nullptr) return;
  Explanation explanation{.kind = "invariant",
                          .subject = std::string{row->number},
                          .text = std::string{row->sentence},
                          .source = std::string{row->source},
                          .confidence = row->confidence};
  explanation.details.push_back("counts when there is " + std::string{row->premise});
  if (!row->now) explanation.details.emplace_back("not evaluated in this version");
  found.push_back(std::move(explanation));
}

void find_defect(std::string_view subject, Explanations& found) {
  const auto* row = cim::find_defect(subject);
  if (row == nullptr) return;
  const auto* first = harness::find_check(row->caught_by.substr(0, row->caught_by.find(' ')));
  found.push_back(
      {.kind = "defect",
       .subject = std::string{row->name},
       .text = std::string{row->sentence},
       .details = {"planted by run --defect; caught by " + std::string{row->caught_by}},
       .source = "DESIGN 6",
       .confidence = first == nullptr ? std::nullopt : std::optional(first->confidence)});
}

void find_failure(std::string_view subject, Explanations& found) {
  const auto* rule = harness::find_failure_rule(subject);
  if (rule == nullptr) return;
  found.push_back({.kind = "failure",
                   .subject = std::string{rule->name},
                   .text = std::string{rule->sentence},
                   .source = std::string{rule->source},
                   .confidence = rule->confidence});
}

/// With or without `operator/` before it.
void find_operator_mistake(std::string_view subject, Explanations& found) {
  constexpr std::string_view prefix = "operator/";
  const bool full = subject.starts_with(prefix);
  const auto* row = harness::find_mistake(full ? subject.substr(prefix.size()) : subject);
  if (row == nullptr) return;
  found.push_back({.kind = "mistake",
                   .subject = std::string{prefix} + std::string{row->name},
                   .text = std::string{row->sentence},
                   .details = {"counts when " + std::string{row->counts}},
                   .source = "fault_catalogue.md, operator error",
                   .confidence = cim::Confidence::Inferred});
}

/// `key: type, default x. Meaning.`
std::string line_of(const harness::Explanation& key, std::string_view subject) {
  std::string name = key.name;
  if (name.starts_with(subject)) name.erase(0, subject.size() + 1);
  std::string line = name + ": " + key.type;
  if (key.required) line += ", required";
  if (!key.fallback.empty()) line += ", default " + key.fallback;
  if (!key.detail.empty()) line += ", " + key.detail;
  if (key.later) line += ", not in this version";
  return line + ". " + key.text;
}

Explanation of_word(const harness::Explanation& word) {
  Explanation explanation{.kind = word.kind,
                          .subject = word.name,
                          .text = word.text,
                          .source = word.source,
                          .confidence = word.confidence};
  if (!word.type.empty()) explanation.details.push_back(word.type);
  if (word.required) explanation.details.emplace_back("required");
  if (!word.fallback.empty()) explanation.details.push_back("default " + word.fallback);
  if (!word.detail.empty()) explanation.details.push_back(word.detail);
  if (word.later) explanation.details.emplace_back("not in this version");
  return explanation;
}

/// Words of the language. The keys of a step, fault or section stand under it, one a line.
void find_words(std::string_view subject, Explanations& found) {
  const std::size_t first = found.size();
  for (const harness::Explanation& word : harness::explain_word(subject)) {
    const bool tail = word.name.ends_with("." + std::string{subject});
    if (word.kind != "key" || tail || word.name == subject) {
      found.push_back(of_word(word));
      continue;
    }
    const auto owner = std::find_if(
        found.begin() + static_cast<std::ptrdiff_t>(first), found.end(), [&](const auto& known) {
          return known.kind == "step" || known.kind == "fault" || known.kind == "section";
        });
    if (owner != found.end()) {
      owner->details.push_back(line_of(word, subject));
      continue;
    }
    found.push_back({.kind = "section", .subject = std::string{subject}, .text = "Its keys:"});
    found.back().details.push_back(line_of(word, subject));
    found.back().source = word.source;
    found.back().confidence = word.confidence;
  }
}

Subjects names_of(const cim::Enumeration& enumeration) {
  Subjects names;
  for (const auto& value : enumeration.values) names.emplace_back(value.name);
  return names;
}

Subjects invariants() {
  Subjects numbers;
  for (const auto& row : harness::check_table) numbers.emplace_back(row.number);
  return numbers;
}

Subjects failures() {
  Subjects names;
  for (const auto& rule : harness::failure_rules) names.emplace_back(rule.name);
  return names;
}

Subjects settings() {
  Subjects names;
  for (const auto& row : cim::setting_rules()) names.emplace_back(row.property);
  return names;
}

Subjects defects() {
  Subjects names;
  for (const auto& row : cim::defect_table) names.emplace_back(row.name);
  return names;
}

Subjects mistakes() {
  Subjects names;
  for (const auto& row : harness::mistake_table) {
    names.push_back("operator/" + std::string{row.name});
  }
  return names;
}

Subjects words_of(std::string_view kind) {
  Subjects names;
  for (auto& word : harness::reference()) {
    if (word.kind == kind) names.push_back(std::move(word.name));
  }
  return names;
}

/// Kinds with a table of their own; those without are words of the language.
struct Kind {
  std::string_view name;
  Subjects (*subjects)();
};

constexpr std::array kinds{
    Kind{"operation", [] { return names_of(cim::operation_enumeration); }},
    Kind{"state", [] { return names_of(cim::copy_state_enumeration); }},
    Kind{"code", [] { return names_of(cim::return_code_enumeration); }},
    Kind{"setting", settings},
    Kind{"invariant", invariants},
    Kind{"failure", failures},
    Kind{"defect", defects},
    Kind{"mistake", mistakes},
    Kind{"fault", nullptr},
    Kind{"step", nullptr},
    Kind{"metric", nullptr},
    Kind{"event", nullptr},
    Kind{"key", nullptr},
    Kind{"diagnostic", nullptr},
};

}  // namespace

std::optional<Explanation> explain_sync_type(std::string_view subject) {
  const std::size_t slash = subject.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto value = std::ranges::find(cim::sync_type_enumeration.values, subject.substr(slash + 1),
                                       &cim::EnumValue::name);
  if (value == cim::sync_type_enumeration.values.end()) return std::nullopt;
  for (const cim::ClassInfo& info : cim::classes()) {
    const cim::MethodInfo* method = info.find_method(subject.substr(0, slash));
    if (method == nullptr || method->find("SyncType") == nullptr) continue;
    return Explanation{.kind = "rule",
                       .subject = std::string{subject},
                       .text = fmt::format("{} with SyncType {} ({}): {}.", method->name,
                                           value->name, value->value, value->meaning),
                       .source = std::string{value->source},
                       .confidence = cim::Confidence::Spec};
  }
  return std::nullopt;
}

Explanations explain(std::string_view subject) {
  Explanations found;
  find_rules(subject, found);
  if (auto type = explain_sync_type(subject)) found.push_back(std::move(*type));
  find_invariant(subject, found);
  find_failure(subject, found);
  find_defect(subject, found);
  find_operator_mistake(subject, found);
  find_words(subject, found);
  return found;
}

std::vector<std::string_view> explain_kinds() {
  std::vector<std::string_view> names;
  for (const Kind& kind : kinds) names.push_back(kind.name);
  return names;
}

Subjects explain_subjects(std::string_view kind) {
  auto found = std::ranges::find(kinds, kind, &Kind::name);
  if (found == kinds.end() && kind.ends_with('s')) {
    found = std::ranges::find(kinds, kind.substr(0, kind.size() - 1), &Kind::name);
  }
  if (found == kinds.end()) return {};
  return found->subjects != nullptr ? found->subjects() : words_of(found->name);
}

std::string explanation_text(const Explanation& explanation) {
  std::string mark = explanation.kind;
  if (explanation.confidence) mark += ", " + std::string{name(*explanation.confidence)};
  if (explanation.weight) mark += ", weighed as " + std::string{name(*explanation.weight)};
  std::string text = fmt::format("{} [{}]\n  {}\n", explanation.subject, mark, explanation.text);
  for (const std::string& line : explanation.details) text += "    " + line + '\n';
  if (!explanation.source.empty()) text += "  source: " + explanation.source + '\n';
  return text;
}

}  // namespace replsim::cli
