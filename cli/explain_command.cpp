// `replsim explain`: prints all that a subject names, or the subjects of a kind.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "cli/commands.h"
#include "cli/explain.h"
#include "harness/language/report.h"
#include "reports/text.h"

namespace replsim::cli {
namespace {

using record::ExitCode;

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    if (!text.empty()) text += ' ';
    text += word;
  }
  return text;
}

bool equal_but_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) ==
           std::tolower(static_cast<unsigned char>(y));
  });
}

/// In another case it is no slip of letters, however many differ.
std::string hint_for(const std::string& word, const std::vector<std::string_view>& choices) {
  for (const std::string_view choice : choices) {
    if (equal_but_case(choice, word)) return fmt::format("did you mean `{}`?", choice);
  }
  return harness::word_hint(word, choices);
}

ExitCode refuse(const std::string& what, const std::string& word,
                const std::vector<std::string_view>& choices) {
  const std::string hint = hint_for(word, choices);
  print_error(fmt::format("replsim: explain: {} `{}`{}\n", what, reports::printable(word),
                          hint.empty() ? "" : ": " + hint));
  return ExitCode::Usage;
}

ExitCode list_kind(const std::string& kind) {
  const auto subjects = explain_subjects(kind);
  if (subjects.empty()) return refuse("no kind", kind, explain_kinds());
  for (const std::string& subject : subjects) print_out(subject + '\n');
  return ExitCode::Pass;
}

}  // namespace

ExitCode explain_command(const ExplainOptions& options) {
  if (options.list) return list_kind(*options.list);
  const std::string subject = joined(options.subject);
  const auto explanations = explain(subject);
  if (explanations.empty()) {
    std::vector<std::string> known;
    for (const std::string_view kind : explain_kinds()) {
      for (auto& name : explain_subjects(kind)) known.push_back(std::move(name));
    }
    return refuse("nothing is known about", subject, {known.begin(), known.end()});
  }
  for (const Explanation& explanation : explanations) print_out(explanation_text(explanation));
  return ExitCode::Pass;
}

}  // namespace replsim::cli
