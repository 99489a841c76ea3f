// Command-line parsing with CLI11. Numbers are read here, not by CLI11, which takes "-1" for an
// unsigned number.
#include "cli/options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <expected>

#include "model/cim/defects.h"

namespace replsim::cli {
namespace {

constexpr std::size_t max_jobs = 256;

template <class T>
std::optional<T> number(const std::string& text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// An option that may be given several times, each with one value.
CLI::Option* several(CLI::App* app, const std::string& name, std::vector<std::string>& values,
                     const std::string& help) {
  return app->add_option(name, values, help)->allow_extra_args(false)->take_all();
}

/// What CLI11 fills before it is turned into options.
struct Raw {
  RunOptions run;
  CheckOptions check;
  ListOptions list;
  ExplainOptions explain;
  std::vector<std::string> set;
  std::optional<std::string> seed;
  std::optional<std::string> jobs;
};

void add_paths(CLI::App* command, std::vector<std::string>& paths) {
  command->add_option("PATH", paths, "Scenario files, or folders searched for *.yaml")->required();
}

void add_selection(CLI::App* command, std::vector<std::string>& filters,
                   std::vector<std::string>& tags, std::vector<std::string>& cases) {
  several(command, "--filter", filters, "Only runs whose name contains TEXT; of several, any")
      ->type_name("TEXT");
  several(command, "--tag", tags, "Only scenarios with this tag; of several, all")
      ->type_name("TAG");
  several(command, "--case", cases, "Only this case, cell, or cell/case; of several, any")
      ->type_name("CASE");
}

void add_set(CLI::App* command, std::vector<std::string>& set) {
  several(command, "--set", set, "Set a parameter of the scenario: p=value")->type_name("P=VALUE");
}

CLI::App* add_run(CLI::App& app, Raw& raw) {
  CLI::App* command = app.add_subcommand("run", "Run scenarios and judge them");
  RunOptions& run = raw.run;
  add_paths(command, run.paths);
  add_selection(command, run.filters, run.tags, run.cases);
  command->add_option("--seed", raw.seed, "Seed of all chance; wins over the file's")
      ->type_name("N");
  command->add_option("--jobs", raw.jobs, "Worker processes (default: one a core)")->type_name("N");
  add_set(command, raw.set);
  several(command, "--defect", run.defects,
          "Plant a defect in every array (explain --list defects)")
      ->type_name("NAME");
  command->add_flag("--fail-fast", run.fail_fast, "Stop at the first run that does not pass");
  command->add_option("--json", run.json, "Write the run record as JSON")->type_name("FILE");
  command->add_option("--junit", run.junit, "Write JUnit XML")->type_name("FILE");
  command->add_option("--trace", run.trace, "Write every event of one run")->type_name("FILE");
  command->add_option("--db", run.db, "Keep one run in an SQLite database")->type_name("FILE");
  command->add_flag("--strict,!--no-strict", run.strict,
                    "Broken vendor and inferred rules fail (default)");
  command->add_flag("--timeline", run.timeline, "Tell each run as a story");
  return command;
}

Finished usage_error(const std::string& text) {
  return {.code = 2, .text = "replsim: " + text + " (replsim --help shows what there is)\n"};
}

/// The texts of `--set` as settings.
std::expected<Settings, Finished> settings(const std::vector<std::string>& texts) {
  Settings result;
  for (const std::string& text : texts) {
    const std::size_t start = text.starts_with('$') ? 1 : 0;
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals <= start) {
      return std::unexpected(
          usage_error(fmt::format("--set: '{}' is not of the form p=value", text)));
    }
    const std::string name = text.substr(start, equals - start);
    if (std::ranges::find(result, name, &Settings::value_type::first) != result.end()) {
      return std::unexpected(usage_error(fmt::format("--set: '{}' is set twice", name)));
    }
    result.emplace_back(name, text.substr(equals + 1));
  }
  return result;
}

/// The command with its settings.
template <class Options>
Command with_settings(Options& options, const Raw& raw) {
  auto set = settings(raw.set);
  if (!set) return set.error();
  options.set = std::move(*set);
  return std::move(options);
}

/// The command of `run`, or why its texts are not numbers and settings.
Command finish_run(Raw& raw, const ParseContext& context) {
  RunOptions& run = raw.run;
  if (raw.seed) {
    run.seed = number<std::uint64_t>(*raw.seed);
    if (!run.seed) {
      return usage_error(fmt::format("--seed: '{}' is not a number from 0", *raw.seed));
    }
  }
  for (const std::string& name : run.defects) {
    if (cim::find_defect(name) != nullptr) continue;
    return usage_error(fmt::format("--defect: no defect '{}': see explain --list defects", name));
  }
  run.jobs = std::clamp<std::size_t>(context.cores, 1, max_jobs);
  if (raw.jobs) {
    const auto jobs = number<std::size_t>(*raw.jobs);
    if (!jobs || *jobs == 0 || *jobs > max_jobs) {
      return usage_error(
          fmt::format("--jobs: '{}' is not a number from 1 to {}", *raw.jobs, max_jobs));
    }
    run.jobs = *jobs;
  }
  return with_settings(run, raw);
}

/// CLI11's own texts end in help hints of their own and may have several lines.
std::string first_line(std::string text) {
  text.resize(std::min(text.find('\n'), text.size()));
  return text;
}

}  // namespace

Command parse(std::span<const std::string> arguments, const ParseContext& context) {
  CLI::App app{"replsim: simulates and judges replication providers", "replsim"};
  app.set_version_flag("--version", context.version);
  app.require_subcommand(1);
  Raw raw;
  const CLI::App* run = add_run(app, raw);
  CLI::App* check = app.add_subcommand("check", "Check scenario files without running them");
  add_paths(check, raw.check.paths);
  check->add_flag("--warnings-as-errors", raw.check.warnings_as_errors, "Warnings count as errors");
  add_set(check, raw.set);
  CLI::App* list = app.add_subcommand("list", "List the runs that files give");
  add_paths(list, raw.list.paths);
  add_selection(list, raw.list.filters, raw.list.tags, raw.list.cases);
  add_set(list, raw.set);
  CLI::App* explain = app.add_subcommand(
      "explain", "Explain an operation, state, code, invariant, fault, step or metric");
  auto* kind = explain->add_option("--list", raw.explain.list, "List all subjects of a kind");
  kind->type_name("KIND");
  explain->add_option("SUBJECT", raw.explain.subject, "Words of one subject");
  app.add_subcommand("schema", "Print the JSON Schema of scenario files");
  const std::string first = arguments.empty() ? std::string{} : arguments.front();
  const auto is_first = [&](CLI::App* command) { return command->get_name() == first; };
  if (!first.empty() && first[0] != '-' && app.get_subcommands(is_first).empty()) {
    return usage_error(fmt::format("unknown command '{}'", first));
  }
  try {
    // CLI11 takes the arguments from the back.
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
    app.parse(reversed);
  } catch (const CLI::CallForVersion& version) {
    return Finished{.code = 0, .text = std::string{version.what()} + '\n'};
  } catch (const CLI::CallForHelp&) {
    const auto chosen = app.get_subcommands();
    return Finished{.code = 0,
                    .text = chosen.empty() ? app.help() : chosen.front()->help("replsim")};
  } catch (const CLI::ParseError& error) {
    return usage_error(first_line(error.what()));
  }
  if (app.got_subcommand(run)) return finish_run(raw, context);
  if (app.got_subcommand(check)) return with_settings(raw.check, raw);
  if (app.got_subcommand(list)) return with_settings(raw.list, raw);
  if (!app.got_subcommand(explain)) return SchemaOptions{};
  if (!raw.explain.list && raw.explain.subject.empty()) {
    return usage_error("explain: name a subject, or --list KIND");
  }
  return raw.explain;
}

bool selects_name(const std::vector<std::string>& filters, const std::string& full_name) {
  return filters.empty() || std::ranges::any_of(filters, [&](const std::string& part) {
           return full_name.find(part) != std::string::npos;
         });
}

bool selects_case(const std::vector<std::string>& wanted, const std::string& cell,
                  const std::string& case_name) {
  if (wanted.empty()) return true;
  return std::ranges::any_of(wanted, [&](const std::string& text) {
    if (text.empty()) return false;
    return text == cell || text == case_name || text == cell + '/' + case_name;
  });
}

}  // namespace replsim::cli
