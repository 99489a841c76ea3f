// Standard streams; see the header.
#include "cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace replsim::cli {
namespace {

std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view{} : std::string_view{value};
}

bool print(std::FILE* stream, std::string_view text) {
  return std::fwrite(text.data(), 1, text.size(), stream) == text.size();
}

}  // namespace

Terminal this_terminal() {
  const bool capable = environment("TERM") != "dumb";
  const bool colour = capable && environment("NO_COLOR").empty();
  Terminal terminal;
  terminal.colour_out = colour && ::isatty(STDOUT_FILENO) == 1;
  terminal.progress_bar = capable && ::isatty(STDERR_FILENO) == 1;
  terminal.colour_error = colour && terminal.progress_bar;
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    terminal.columns = size.ws_col;
  }
  return terminal;
}

bool print_out(std::string_view text) {
  return print(stdout, text);
}

bool print_error(std::string_view text) {
  return print(stderr, text);
}

bool flush_out() {
  return std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
}

}  // namespace replsim::cli
