// From paths to files.
#include "cli/paths.h"

#include "tests/catch.h"
#include "tests/cli/temporary_folder.h"

namespace replsim::cli {

TEST_CASE("a folder gives its .yaml files at any depth, sorted by bytes", "[cli][paths]") {
  const TemporaryFolder folder;
  folder.write("b.yaml");
  folder.write("B.yaml");
  folder.write("a/z.yaml");
  folder.write("a-b.yaml");
  folder.write("notes.txt");
  std::filesystem::create_directory_symlink(folder.path(), folder / "a/loop");
  const auto files = collect_files({folder.path()});
  REQUIRE(files);
  CHECK(*files == std::vector<std::string>{folder / "B.yaml", folder / "a-b.yaml",
                                           folder / "a/z.yaml", folder / "b.yaml"});
}

TEST_CASE("files keep the order of the arguments and come once", "[cli][paths]") {
  const TemporaryFolder folder;
  const std::string second = folder.write("2.yaml");
  const std::string first = folder.write("1.text");
  const auto files = collect_files({second, first, folder.path() + "/./2.yaml", folder.path()});
  REQUIRE(files);
  CHECK(*files == std::vector<std::string>{second, first});
}

TEST_CASE("each path that can not be read is named", "[cli][paths]") {
  // EVIDENCE: issue "missing or unreadable file ... exit 2"
  const TemporaryFolder folder;
  const std::string missing = folder / "none.yaml";
  const auto files = collect_files({missing, folder.path(), "/dev/null"});
  REQUIRE_FALSE(files);
  CHECK(files.error() == std::vector<std::string>{missing + ": no such file or folder",
                                                  folder.path() + ": no .yaml file in this folder",
                                                  "/dev/null: neither a file nor a folder"});
}

}  // namespace replsim::cli
