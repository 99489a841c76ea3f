// Finding files. Paths are made canonical before they are compared, so that neither `..` nor a
// symbolic link leads out.
#include "harness/language/documents.h"

#include <fmt/core.h>

#include <algorithm>
#include <system_error>

#include "harness/language/reader.h"
#include "model/cim/characters.h"

namespace replsim::harness {
namespace {

namespace fs = std::filesystem;

fs::path resolved(const fs::path& path) {
  std::error_code error;
  fs::path result = fs::weakly_canonical(path, error);
  return error ? path.lexically_normal() : result;
}

bool letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool contains(const fs::path& folder, const fs::path& path) {
  if (folder.empty()) return false;
  const auto [end, rest] = std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
  return end == folder.end();
}

/// The nearest of the names that ship.
std::string shipped_hint(const fs::path& folder, std::string_view wrong) {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".yaml") names.push_back("std:" + entry.path().stem().string());
  }
  std::ranges::sort(names);
  const std::vector<std::string_view> words(names.begin(), names.end());
  return word_hint(fmt::format("std:{}", wrong), words);
}

}  // namespace

bool is_name(std::string_view text) {
  if (text.empty() || !letter(text.front())) return false;
  return std::ranges::all_of(
      text, [](char c) { return letter(c) || cim::is_digit(c) || c == '_' || c == '-'; });
}

Documents::Documents(fs::path first, const LoaderOptions& options)
    : given_(std::move(first)), options_(options) {
  first_.path = resolved(given_);
  root_ = first_.path.parent_path();
}

bool Documents::read_first(Report& report) {
  first_.document = read_file(given_, given_.string(), {}, report);
  return first_.document != nullptr;
}

bool Documents::take_first(std::string text, Report& report) {
  first_.document = read_document(given_.string(), std::move(text), report);
  return first_.document != nullptr;
}

std::vector<fs::path> Documents::paths() const {
  std::vector<fs::path> paths{first_.path};
  for (const auto& [path, file] : files_) paths.push_back(path);
  return paths;
}

bool Documents::inside(const fs::path& path) const {
  return contains(root_, path) ||
         (!options_.std_folder.empty() && contains(resolved(options_.std_folder), path)) ||
         (!options_.profile_folder.empty() && contains(resolved(options_.profile_folder), path));
}

const LoadedFile* Documents::read(const fs::path& path, const std::string& name, const Location& at,
                                  Report& report) {
  if (path == first_.path) return &first_;
  const auto found = files_.find(path);
  if (found != files_.end()) return found->second.document ? &found->second : nullptr;
  LoadedFile file{path, read_file(path, name, at, report)};
  const auto& kept = files_.emplace(path, std::move(file)).first->second;
  return kept.document ? &kept : nullptr;
}

const LoadedFile* Documents::open(std::string_view name, const LoadedFile& from, const Location& at,
                                  Report& report) {
  constexpr std::string_view prefix = "std:";
  if (name.starts_with(prefix)) {
    const std::string_view bare = name.substr(prefix.size());
    const fs::path path = resolved(options_.std_folder / fmt::format("{}.yaml", bare));
    std::error_code error;
    if (!is_name(bare) || options_.std_folder.empty() || !fs::exists(path, error)) {
      report.add("unreadable-file", at, fmt::format("nothing that ships is called {}", name),
                 shipped_hint(options_.std_folder, bare));
      return nullptr;
    }
    return read(path, std::string(name), at, report);
  }
  const fs::path given{std::string(name)};
  const fs::path path = resolved(from.path.parent_path() / given);
  if (name.empty() || given.is_absolute() || !inside(path)) {
    report.add("outside-folder", at,
               fmt::format("{} is outside the folder of the first file", name),
               "files are relative to the file that names them");
    return nullptr;
  }
  const fs::path shown = given_.parent_path() / path.lexically_relative(root_);
  return read(path, contains(root_, path) ? shown.string() : path.filename().string(), at, report);
}

const LoadedFile* Documents::open_profile(std::string_view name, const Location& at,
                                          Report& report) {
  if (options_.profile_folder.empty()) return nullptr;
  const fs::path path = resolved(options_.profile_folder / fmt::format("{}.yaml", name));
  return read(path, fmt::format("{}.yaml", name), at, report);
}

}  // namespace replsim::harness
