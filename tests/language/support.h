// Helpers of the language tests: load a text, expand it, and look at what was found.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/language/scenario.h"

namespace replsim::harness::test {

/// Options with the folders that ship.
LoaderOptions options();

/// What a text gives: load and, for scenarios, expansion.
struct Outcome {
  LoadResult load;
  Expansion expansion;
  std::vector<Diagnostic> diagnostics;  ///< Of both.

  /// `line:column code: text` of each, joined by newlines.
  std::string brief() const;
  bool has(std::string_view code) const;
  /// The hint of the first diagnostic of a code.
  std::string hint(std::string_view code) const;
  const Run& run(std::size_t index = 0) const { return expansion.runs.at(index); }
};

Outcome check(std::string text, const ExpandOptions& expand = {});
Outcome check_at(std::string text, const std::filesystem::path& path,
                 const ExpandOptions& expand = {});
Outcome check_file(const std::filesystem::path& path, const ExpandOptions& expand = {});

/// A scenario on std:two-arrays, provider east, with `steps` indented by two spaces as given and
/// `top` lines before them.
std::string scenario(std::string_view steps, std::string_view top = {});

/// The steps that make a mirror `$mirror` of east/vol1.
std::string_view make_mirror();

/// The least that a scenario must expect.
inline constexpr std::string_view judged = "  - {expect: {east/pool1.free: 0 B}}\n";

/// The diagnostics of a scenario with these steps, and something expected at their end.
std::string steps(const std::string& text, std::string_view top = {});
/// The diagnostics of a scenario that makes a mirror and goes on with these steps.
std::string on_mirror(const std::string& text, std::string_view top = {});
/// The diagnostics of a scenario with these lines before its steps.
std::string top(std::string_view lines);

/// A step's body of a type; throws when it is another.
template <typename Body>
const Body& body(const Run& run, std::size_t index) {
  return std::get<Body>(run.steps.at(index).body);
}

/// A folder that is removed with the object.
class Folder {
 public:
  explicit Folder(const std::string& name);
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::filesystem::path write(const std::string& name, const std::string& text) const;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace replsim::harness::test
