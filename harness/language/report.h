// Where the parts of the loader put what they find. Collects everything, once each, and hands
// it back sorted by place.
#pragma once

#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "harness/language/diagnostic.h"
#include "harness/language/source.h"

namespace replsim::harness {

class Report final {
 public:
  /// Adds a diagnostic of a code of codes.h; its severity is the table's. A repetition (same
  /// place, code and text) is dropped.
  void add(std::string_view code, const Location& at, std::string text, std::string hint = {});

  /// Adds what another report found.
  void take(const std::vector<Diagnostic>& diagnostics);

  bool has_errors() const { return errors_ > 0; }
  std::size_t errors() const { return errors_; }

  /// Sorted by file in order of first mention, then line, column, code.
  std::vector<Diagnostic> sorted() const;

 private:
  void insert(Diagnostic diagnostic);

  std::vector<Diagnostic> diagnostics_;
  std::set<std::tuple<std::string, std::uint32_t, std::uint32_t, std::string, std::string>> seen_;
  std::vector<std::string> files_;
  std::size_t errors_ = 0;
};

/// The word nearest to `wrong` by edit distance, or empty when none is near (a third of the
/// length, at least 1; upper and lower case count as half a change).
std::string nearest_word(std::string_view wrong, std::span<const std::string_view> words);

/// `did you mean \`x\`?`, or empty.
std::string did_you_mean(std::string_view wrong, std::span<const std::string_view> words);

/// `one of a, b, c`; at most twelve words.
std::string one_of(std::span<const std::string_view> words);

/// did_you_mean(), else one_of().
std::string word_hint(std::string_view wrong, std::span<const std::string_view> words);

}  // namespace replsim::harness
