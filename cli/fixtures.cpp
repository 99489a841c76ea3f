// Finds the folder `fixtures`; see the header. An installed program has it in share/replsim.
#include "cli/fixtures.h"

#include <cstdlib>
#include <system_error>

namespace replsim::cli {
namespace {

namespace fs = std::filesystem;

bool is_fixtures(const fs::path& folder) {
  std::error_code ignored;
  return fs::is_directory(folder / "profiles", ignored);
}

}  // namespace

std::expected<fs::path, std::string> fixtures_folder() {
  if (const char* named = std::getenv("REPLSIM_FIXTURES"); named != nullptr && *named != '\0') {
    if (is_fixtures(named)) return fs::path(named);
    return std::unexpected(std::string{"REPLSIM_FIXTURES names "} + named +
                           ", which has no folder profiles");
  }
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  for (fs::path folder = program.parent_path(); !folder.empty(); folder = folder.parent_path()) {
    if (is_fixtures(folder / "fixtures")) return folder / "fixtures";
    if (is_fixtures(folder / "share/replsim")) return folder / "share/replsim";
    if (folder == folder.root_path()) break;
  }
  if (is_fixtures("fixtures")) return fs::path("fixtures");
  return std::unexpected(
      "the topologies and profiles that ship are missing: no folder fixtures "
      "beside or above " +
      program.string() + "; REPLSIM_FIXTURES can name it");
}

}  // namespace replsim::cli
