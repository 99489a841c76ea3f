// The files of one load: read once each, found relative to the file that names them, never
// outside the folder of the first file (`std:` names have a folder of their own).
// Source: language.md section 2, last line.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/language/node.h"
#include "harness/language/report.h"
#include "harness/language/scenario.h"

namespace replsim::harness {

/// A tree and where its file lies.
struct LoadedFile {
  std::filesystem::path path;  ///< Canonical when it exists.
  std::shared_ptr<const Document> document;
};

class Documents final {
 public:
  Documents(std::filesystem::path first, const LoaderOptions& options);

  const LoadedFile& first() const { return first_; }
  /// The first file and all that were opened since.
  std::vector<std::filesystem::path> paths() const;
  /// Reads the first file, or takes its text.
  bool read_first(Report& report);
  bool take_first(std::string text, Report& report);

  /// The file that `name` means when `from` names it at `at`. Null after a report.
  const LoadedFile* open(std::string_view name, const LoadedFile& from, const Location& at,
                         Report& report);
  /// A profile by bare name. Null after a report.
  const LoadedFile* open_profile(std::string_view name, const Location& at, Report& report);

 private:
  const LoadedFile* read(const std::filesystem::path& path, const std::string& name,
                         const Location& at, Report& report);
  bool inside(const std::filesystem::path& path) const;

  std::filesystem::path given_;
  std::filesystem::path root_;
  const LoaderOptions options_;
  LoadedFile first_;
  std::map<std::filesystem::path, LoadedFile> files_;
};

/// `[A-Za-z][A-Za-z0-9_-]*`
bool is_name(std::string_view text);

}  // namespace replsim::harness
