// Standard streams; see the header.
#include "cli/terminal.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <system_error>

#include "reports/text.h"

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

void prepare_process() {
  for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    // The lowest free number is the closed one: those below are open by now.
    if (::fcntl(standard, F_GETFD) < 0) ::open("/dev/null", O_RDWR);
  }
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

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

void complain(std::string_view text) {
  print_error("replsim: " + reports::printable(text) + '\n');
}

bool flush_out() {
  return std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
}

bool finish_out() {
  errno = 0;
  if (flush_out()) return true;
  // What an earlier write failed of is no longer known.
  const std::string why = errno == 0 ? "" : ": " + std::generic_category().message(errno);
  print_error("replsim: standard output can not be written" + why + '\n');
  return false;
}

}  // namespace replsim::cli
