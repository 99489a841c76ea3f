// Names are compared as files: by device and inode where they exist, else by their canonical path.
#include "cli/outputs.h"

#include <sys/stat.h>

#include <array>
#include <filesystem>
#include <map>
#include <string_view>
#include <system_error>
#include <utility>

#include "cli/terminal.h"
#include "model/store/database_file.h"
#include "reports/json.h"

namespace replsim::cli {
namespace {

/// What SQLite puts beside a database while it works.
constexpr std::array<std::string_view, 4> database_ends{"", "-new", "-wal", "-journal"};

std::string canonical(const std::string& path) {
  std::error_code error;
  const auto found = std::filesystem::weakly_canonical(path, error);
  return error ? path : found.string();
}

/// Who uses which file.
class Claims final {
 public:
  /// The user of the same file, or nothing and from now on `user`.
  std::optional<std::string> claim(const std::string& path, const std::string& user) {
    struct stat existing {};
    const bool exists = ::stat(path.c_str(), &existing) == 0;
    // Terminals and /dev/null take any number of writers.
    if (exists && S_ISCHR(existing.st_mode)) return std::nullopt;
    const auto by_name = names_.try_emplace(canonical(path), user);
    if (!by_name.second) return by_name.first->second;
    if (!exists) return std::nullopt;
    const auto by_file = files_.try_emplace({existing.st_dev, existing.st_ino}, user);
    if (!by_file.second) return by_file.first->second;
    return std::nullopt;
  }

 private:
  std::map<std::string, std::string> names_;
  std::map<std::pair<dev_t, ino_t>, std::string> files_;
};

struct Output {
  const std::optional<std::string>* path;
  std::string_view option;
};

std::array<Output, 4> outputs_of(const RunOptions& options) {
  return {Output{&options.json, "--json"}, Output{&options.junit, "--junit"},
          Output{&options.trace, "--trace"}, Output{&options.db, "--db"}};
}

bool names_are_apart(const RunOptions& options, const std::vector<std::string>& inputs) {
  Claims claims;
  for (const std::string& input : inputs) claims.claim(input, "is read by this run");
  bool good = true;
  for (const Output& output : outputs_of(options)) {
    if (!*output.path) continue;
    for (const std::string_view end : database_ends) {
      if (!end.empty() && output.path != &options.db) continue;
      // Beside the file itself, not beside a link to it.
      const std::string name = end.empty() ? **output.path : canonical(**output.path);
      const auto other =
          claims.claim(name + std::string(end), "is the output of " + std::string(output.option));
      if (!other) continue;
      complain(**output.path + ": " + std::string(output.option) + " can not write this file: it " +
               *other);
      good = false;
      break;
    }
  }
  return good;
}

/// Why a run can not be kept at `path`; none when it can.
std::optional<std::string> why_no_database(const std::string& path) {
  if (path == ":memory:") return path + ": keeps nothing; --db needs the name of a file";
  if (path.starts_with("file:")) return path + ": --db takes the name of a file, not a URI";
  if (auto why = why_unwritable(path)) return why;
  const auto usable = store::check_database_path(path);
  if (!usable) return usable.error().text;
  return std::nullopt;
}

bool open_one(const std::optional<std::string>& path, std::optional<OutputFile>& file) {
  if (!path) return true;
  auto opened = OutputFile::open(*path);
  if (!opened) {
    complain(opened.error());
    return false;
  }
  file.emplace(std::move(*opened));
  return true;
}

bool commit(OutputFile& file, const std::string& content) {
  const auto done = file.commit(content);
  if (!done) complain(done.error());
  return done.has_value();
}

}  // namespace

bool Outputs::open(const RunOptions& options, const std::vector<std::string>& inputs) {
  if (!names_are_apart(options, inputs)) return false;
  bool good = true;
  const auto refuse = [&](const std::optional<std::string>& why) {
    if (!why) return;
    complain(*why);
    good = false;
  };
  if (options.trace) refuse(why_unwritable(*options.trace));
  if (options.db) refuse(why_no_database(*options.db));
  const bool json = open_one(options.json, json_);
  return open_one(options.junit, junit_) && json && good;
}

bool Outputs::write(const record::Record& record, const reports::OptionsOf& options_of) {
  const bool json = !json_ || commit(*json_, reports::to_json(record));
  const bool junit = !junit_ || commit(*junit_, reports::to_junit(record, options_of));
  return json && junit;
}

}  // namespace replsim::cli
