// Collecting, sorting, and the nearest word.
#include "harness/language/report.h"

#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <stdexcept>

#include "harness/language/codes.h"

namespace replsim::harness {
namespace {

constexpr std::size_t source_line_max = 200;
constexpr std::size_t word_max = 64;

std::string clipped(std::string_view line) {
  if (line.size() <= source_line_max) return std::string(line);
  std::size_t end = source_line_max;
  while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xC0U) == 0x80U) --end;
  return std::string(line.substr(0, end));
}

/// Edit distance in halves: a change of case costs 1; a letter added, lost, changed or exchanged
/// with its neighbour 2.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> table(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) table[i][0] = 2 * i;
  for (std::size_t j = 0; j <= b.size(); ++j) table[0][j] = 2 * j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const auto x = static_cast<unsigned char>(a[i - 1]);
      const auto y = static_cast<unsigned char>(b[j - 1]);
      const std::size_t change = x == y ? 0 : std::tolower(x) == std::tolower(y) ? 1 : 2;
      table[i][j] =
          std::min({table[i - 1][j] + 2, table[i][j - 1] + 2, table[i - 1][j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        table[i][j] = std::min(table[i][j], table[i - 2][j - 2] + 2);
    }
  }
  return table[a.size()][b.size()];
}

}  // namespace

void Report::add(std::string_view code, const Location& at, std::string text, std::string hint) {
  const DiagnosticCode* row = find_diagnostic_code(code);
  if (row == nullptr) throw std::logic_error("no such diagnostic code: " + std::string(code));
  Diagnostic found;
  found.severity = row->severity;
  found.code = row->code;
  found.file = at.path();
  found.line = at.line;
  found.column = at.column;
  found.text = std::move(text);
  found.hint = std::move(hint);
  if (at.file) found.source_line = clipped(at.file->line(at.line));
  insert(std::move(found));
}

void Report::take(const std::vector<Diagnostic>& diagnostics) {
  for (const Diagnostic& one : diagnostics) insert(one);
}

void Report::insert(Diagnostic diagnostic) {
  const auto& d = diagnostic;
  if (!seen_.emplace(d.file, d.line, d.column, d.code, d.text).second) return;
  if (std::ranges::find(files_, d.file) == files_.end()) files_.push_back(d.file);
  if (d.severity == Severity::Error) ++errors_;
  diagnostics_.push_back(std::move(diagnostic));
}

std::vector<Diagnostic> Report::sorted() const {
  std::vector<Diagnostic> result = diagnostics_;
  const auto rank = [this](const std::string& file) {
    return std::ranges::find(files_, file) - files_.begin();
  };
  std::ranges::sort(result, [&](const Diagnostic& a, const Diagnostic& b) {
    if (a.file != b.file) return rank(a.file) < rank(b.file);
    return std::tie(a.line, a.column, a.code, a.text) < std::tie(b.line, b.column, b.code, b.text);
  });
  return result;
}

std::string nearest_word(std::string_view wrong, std::span<const std::string_view> words) {
  if (wrong.empty() || wrong.size() > word_max) return {};
  std::string_view best;
  std::size_t best_distance = 2 * std::max<std::size_t>(1, wrong.size() / 3) + 1;
  for (const std::string_view word : words) {
    if (word.size() > word_max) continue;
    const std::size_t found = distance(wrong, word);
    if (found >= best_distance) continue;
    best = word;
    best_distance = found;
  }
  return std::string(best);
}

std::string did_you_mean(std::string_view wrong, std::span<const std::string_view> words) {
  const std::string word = nearest_word(wrong, words);
  return word.empty() ? std::string() : fmt::format("did you mean `{}`?", word);
}

std::string one_of(std::span<const std::string_view> words) {
  if (words.empty()) return {};
  constexpr std::size_t words_shown = 12;
  std::string result = "one of ";
  for (std::size_t i = 0; i < words.size() && i < words_shown; ++i) {
    if (i > 0) result += ", ";
    result += words[i];
  }
  if (words.size() > words_shown) result += ", ...";
  return result;
}

std::string word_hint(std::string_view wrong, std::span<const std::string_view> words) {
  std::string hint = did_you_mean(wrong, words);
  return hint.empty() ? one_of(words) : hint;
}

}  // namespace replsim::harness
