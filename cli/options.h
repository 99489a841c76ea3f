// The command line as plain data. Everything that a person can type is listed here and parsed in
// options.cpp, the only file that includes CLI11.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace replsim::cli {

/// Parameters without $, and their values: `--set p=value`.
using Settings = std::vector<std::pair<std::string, std::string>>;

/// `replsim run PATH...`
struct RunOptions {
  std::vector<std::string> paths;
  std::vector<std::string> filters;  ///< Parts of a run's full name; any of them selects it.
  std::vector<std::string> tags;     ///< A run needs all of them.
  std::vector<std::string> cases;    ///< Case names, cells, or both: see selects_case().
  std::optional<std::uint64_t> seed;
  std::size_t jobs = 1;  ///< Worker processes, at least 1.
  Settings set;
  std::vector<std::string> defects;  ///< Planted defects by name; they exist.
  bool fail_fast = false;
  std::optional<std::string> json;
  std::optional<std::string> junit;
  std::optional<std::string> trace;
  std::optional<std::string> db;
  bool strict = true;
  bool timeline = false;
};

/// `replsim check PATH...`
struct CheckOptions {
  std::vector<std::string> paths;
  Settings set;
  bool warnings_as_errors = false;
};

/// `replsim list PATH...`
struct ListOptions {
  std::vector<std::string> paths;
  std::vector<std::string> filters;
  std::vector<std::string> tags;
  std::vector<std::string> cases;
  Settings set;
};

/// `replsim explain SUBJECT...`: the words are one subject; `--list KIND` lists what there is.
struct ExplainOptions {
  std::optional<std::string> list;
  std::vector<std::string> subject;
};

/// `replsim schema`
struct SchemaOptions {};

/// Nothing to do but to print: help and version (code 0, standard output) or a usage error (code 2,
/// standard error, one message).
struct Finished {
  int code = 0;
  std::string text;
};

using Command =
    std::variant<RunOptions, CheckOptions, ListOptions, ExplainOptions, SchemaOptions, Finished>;

struct ParseContext {
  std::string version;    ///< What `--version` prints.
  std::size_t cores = 1;  ///< Default of `--jobs`.
};

/// Parses the arguments after the program's name.
Command parse(std::span<const std::string> arguments, const ParseContext& context);

/// True when no filter is given or one is a part of `full_name`.
bool selects_name(const std::vector<std::string>& filters, const std::string& full_name);

/// True when none is wanted, or one equals the run's cell (`mode=Synchronous`), its case name
/// (`cut`), or both with a slash between (`mode=Synchronous/cut`).
bool selects_case(const std::vector<std::string>& wanted, const std::string& cell,
                  const std::string& case_name);

}  // namespace replsim::cli
