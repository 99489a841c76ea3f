// Output files are whole or untouched.
#include "cli/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/catch.h"
#include "tests/cli/temporary_folder.h"

namespace replsim::cli {

TEST_CASE("an output appears at its end and leaves nothing beside it", "[cli][output]") {
  const TemporaryFolder folder;
  auto file = OutputFile::open(folder / "out.json");
  REQUIRE(file);
  CHECK_FALSE(std::filesystem::exists(folder / "out.json"));
  REQUIRE(file->commit("whole"));
  CHECK(folder.read("out.json") == "whole");
  CHECK(folder.count() == 1);
}

TEST_CASE("an output that is given up leaves the old file untouched", "[cli][output]") {
  // EVIDENCE: issue "no partial output"
  const TemporaryFolder folder;
  folder.write("out.json", "old");
  { REQUIRE(OutputFile::open(folder / "out.json")); }
  CHECK(folder.read("out.json") == "old");
  CHECK(folder.count() == 1);
}

TEST_CASE("a replaced file keeps its permissions and a link stays a link", "[cli][output]") {
  const TemporaryFolder folder;
  const std::string real = folder.write("real.xml", "old");
  ::chmod(real.c_str(), 0640);
  std::filesystem::create_symlink("real.xml", folder / "link.xml");
  auto file = OutputFile::open(folder / "link.xml");
  REQUIRE(file);
  REQUIRE(file->commit("new"));
  CHECK(std::filesystem::is_symlink(folder / "link.xml"));
  CHECK(folder.read("real.xml") == "new");
  struct stat status {};
  REQUIRE(::stat(real.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0640);
}

TEST_CASE("an unwritable output is named when it is opened", "[cli][output]") {
  // EVIDENCE: DESIGN/8 "unwritable, ... named before the run: 2"
  const TemporaryFolder folder;
  folder.write("file");
  for (const std::string& path :
       {folder / "none/out.json", folder.path(), folder / "file/out.json", folder / "new/"}) {
    const auto file = OutputFile::open(path);
    REQUIRE_FALSE(file);
    CHECK(file.error().starts_with(path + ": "));
    CHECK(why_unwritable(path) == file.error());
  }
  CHECK(why_unwritable(""));
  CHECK_FALSE(why_unwritable(folder / "fine.db"));
  CHECK(folder.count() == 1);
}

TEST_CASE("standard output is written to, not replaced", "[cli][output]") {
  const TemporaryFolder folder;
  const std::string log = folder.write("log", "before\n");
  const int descriptor = ::open(log.c_str(), O_WRONLY | O_APPEND);
  auto file = OutputFile::open("/proc/self/fd/" + std::to_string(descriptor));
  REQUIRE(file);
  REQUIRE(file->commit(", whole"));
  ::close(descriptor);
  CHECK(folder.read("log") == "before\n, whole");
  CHECK(folder.count() == 1);
}

TEST_CASE("a file below /dev that is a plain file is made like any other", "[cli][output]") {
  const std::filesystem::path shared = "/dev/shm";
  if (!std::filesystem::is_directory(shared)) return;
  const std::string path = shared / ("replsim-test-" + std::to_string(::getpid()));
  auto file = OutputFile::open(path);
  REQUIRE(file);
  REQUIRE(file->write("in two "));
  REQUIRE(file->commit("pieces"));
  std::string text;
  std::getline(std::ifstream(path), text);
  CHECK(text == "in two pieces");
  std::filesystem::remove(path);
}

TEST_CASE("a full device is found when the output is written", "[cli][output]") {
  // EVIDENCE: DESIGN/8 "environment 74 (disk full ...)"
  auto file = OutputFile::open("/dev/full");
  REQUIRE(file);
  const auto done = file->commit("x");
  REQUIRE_FALSE(done);
  CHECK(done.error().starts_with("/dev/full: "));
}

}  // namespace replsim::cli
