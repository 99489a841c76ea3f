// A source file that a person wrote, and places in it. Everything the loader makes carries its
// place, so that any later failure can show the lines it comes from.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace replsim::harness {

/// The text of one file, by lines.
struct SourceFile {
  std::string path;  ///< As the user would name it: relative to the working folder, or `std:x`.
  std::string text;
  std::vector<std::size_t> line_starts;  ///< Byte offset of each line.

  /// Line `number` from 1, without its end; empty when there is none.
  std::string_view line(std::uint32_t number) const;
};

/// Splits `text` into lines.
std::shared_ptr<const SourceFile> make_source_file(std::string path, std::string text);

/// A place in a file; line and column count from 1, the column in characters.
struct Location {
  std::shared_ptr<const SourceFile> file;
  std::uint32_t line = 1;
  std::uint32_t column = 1;

  std::string_view path() const;
  /// `file:line:column`.
  std::string text() const;
};

}  // namespace replsim::harness
