// The process and the streams that it was given.
#include "cli/terminal.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

#include "tests/catch.h"
#include "tests/cli/temporary_folder.h"

namespace replsim::cli {
namespace {

/// What a child process ends with.
int in_a_child(const std::function<bool()>& good) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(good() ? 0 : 1);
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 256 + WTERMSIG(status);
}

}  // namespace

TEST_CASE("a closed standard stream does not give its number to a report", "[cli][terminal]") {
  const TemporaryFolder folder;
  CHECK(in_a_child([&] {
          ::close(STDOUT_FILENO);
          ::close(STDERR_FILENO);
          prepare_process();
          const int report = ::open((folder / "r.json").c_str(), O_WRONLY | O_CREAT, 0600);
          return report > STDERR_FILENO && ::write(STDOUT_FILENO, "x", 1) == 1;
        }) == 0);
  CHECK(folder.read("r.json").empty());
}

TEST_CASE("a broken pipe is a failed write", "[cli][terminal]") {
  CHECK(in_a_child([] {
          prepare_process();
          int ends[2];
          if (::pipe(ends) != 0) return false;
          ::close(ends[0]);
          return ::write(ends[1], "x", 1) < 0 && errno == EPIPE;
        }) == 0);
}

TEST_CASE("a file that may not grow is a failed write", "[cli][terminal]") {
  const TemporaryFolder folder;
  CHECK(in_a_child([&] {
          prepare_process();
          const rlimit none{.rlim_cur = 0, .rlim_max = 0};
          ::setrlimit(RLIMIT_FSIZE, &none);
          const int file = ::open((folder / "f").c_str(), O_WRONLY | O_CREAT, 0600);
          return ::write(file, "x", 1) < 0 && errno == EFBIG;
        }) == 0);
}

}  // namespace replsim::cli
