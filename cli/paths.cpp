// Walks folders; see the header. Links to folders are not followed, so a loop can not trap it.
#include "cli/paths.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <system_error>

namespace replsim::cli {
namespace {

namespace fs = std::filesystem;

class Collector final {
 public:
  void add(const std::string& path) {
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (status.type() == fs::file_type::not_found) {
      refuse(path, "no such file or folder");
    } else if (error) {
      refuse(path, error.message());
    } else if (fs::is_directory(status)) {
      add_folder(path);
    } else if (!fs::is_regular_file(status)) {
      refuse(path, "neither a file nor a folder");
    } else {
      add_file(path);
    }
  }

  std::vector<std::string> files;
  std::vector<std::string> errors;

 private:
  void refuse(const std::string& path, const std::string& why) {
    errors.push_back(path + ": " + why);
  }

  void add_file(const std::string& path) {
    if (::access(path.c_str(), R_OK) != 0) {
      refuse(path, "can not be read: " + std::generic_category().message(errno));
    } else if (seen_.insert(fs::path(path).lexically_normal().string()).second) {
      files.push_back(path);
    }
  }

  void add_folder(const std::string& folder) {
    std::error_code error;
    std::vector<std::string> found;
    fs::recursive_directory_iterator entry(folder, error);
    for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
      std::error_code ignored;
      if (entry->path().extension() == ".yaml" && !entry->is_directory(ignored)) {
        found.push_back(entry->path().string());
      }
    }
    if (error) return refuse(folder, "can not be read: " + error.message());
    if (found.empty()) return refuse(folder, "no .yaml file in this folder");
    std::ranges::sort(found);
    for (const std::string& path : found) add_file(path);
  }

  std::set<std::string> seen_;
};

}  // namespace

std::expected<std::vector<std::string>, std::vector<std::string>> collect_files(
    const std::vector<std::string>& paths) {
  Collector collector;
  for (const std::string& path : paths) collector.add(path);
  if (!collector.errors.empty()) return std::unexpected(std::move(collector.errors));
  return std::move(collector.files);
}

}  // namespace replsim::cli
