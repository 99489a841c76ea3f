// What the process finds around it: is a person watching, and may text have colour. Read once in
// main(), passed on as data.
#pragma once

#include <cstddef>
#include <string_view>

namespace replsim::cli {

struct Terminal {
  bool colour_out = false;  ///< Standard output is a terminal and NO_COLOR is not set.
  bool colour_error = false;
  bool progress_bar = false;  ///< Standard error is a terminal that can draw over a line.
  std::size_t columns = 80;   ///< Of the terminal on standard error.
};

/// Prepares the process for whatever started it. Closed standard streams lead to /dev/null, so that
/// no report gets their numbers; a broken pipe and a file that may not grow are failures of a write
/// and end nothing.
void prepare_process();

/// Asks the operating system. Source: no-color.org (set and not empty turns colour off).
Terminal this_terminal();

/// Writes to standard output or standard error, whole. False when that is not possible.
bool print_out(std::string_view text);
bool print_error(std::string_view text);

/// Writes `replsim: text` to standard error, text as reports::printable() has it.
void complain(std::string_view text);

/// Pushes out what is buffered for standard output. False when it did not all arrive.
bool flush_out();

/// flush_out(), with a message on standard error when it fails.
bool finish_out();

}  // namespace replsim::cli
