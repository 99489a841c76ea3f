// A report's file: proved writable before the run, and either whole or untouched after it. What is
// written goes to a temporary file in the same folder, which is renamed at the end.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace replsim::cli {

/// Why a file at `path` can not be created or replaced; none when it can.
std::optional<std::string> why_unwritable(const std::string& path);

/// One output file. Destroyed without commit() it leaves nothing behind.
class OutputFile final {
 public:
  /// Makes the temporary file. The error names the path: `out.json: Permission denied`.
  static std::expected<OutputFile, std::string> open(const std::string& path);

  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&&) = delete;
  ~OutputFile();

  /// Adds a piece. The error names the path.
  std::expected<void, std::string> write(std::string_view content);

  /// Adds the last piece and puts the file in its place; the error names the path.
  std::expected<void, std::string> commit(std::string_view content);

 private:
  OutputFile(std::string path, std::string temporary, int descriptor);

  std::string path_;
  std::string temporary_;  ///< Empty: `path_` is written directly (a device or a pipe).
  int descriptor_;         ///< -1: nothing is open.
};

}  // namespace replsim::cli
