// `replsim check` and `replsim list`: what files say, without running anything.
#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/selection.h"
#include "reports/text.h"

namespace replsim::cli {

using record::ExitCode;

ExitCode check_command(const CheckOptions& options) {
  const Loaded loaded = load_all(options.paths, {.sets = options.set});
  print_error(diagnostics_text(loaded));
  if (!loaded.unreadable.empty()) return ExitCode::Usage;
  print_out(fmt::format("{}, {}, {}: {}, {}\n", reports::count_text(loaded.files, "file"),
                        reports::count_text(loaded.scenarios, "scenario"),
                        reports::count_text(loaded.runs.size(), "run"),
                        reports::count_text(loaded.errors(), "error"),
                        reports::count_text(loaded.warnings(), "warning")));
  const bool refused = loaded.errors() > 0 || (options.warnings_as_errors && loaded.warnings() > 0);
  return refused ? ExitCode::Usage : ExitCode::Pass;
}

ExitCode list_command(const ListOptions& options) {
  Loaded loaded = load_all(options.paths, {.sets = options.set});
  if (loaded.errors() > 0) {
    print_error(diagnostics_text(loaded));
    return ExitCode::Usage;
  }
  const bool none = loaded.runs.empty();
  const auto runs = select(std::move(loaded.runs), options.filters, options.tags, options.cases);
  for (const harness::Run& run : runs) {
    const auto identity = identity_of(run);
    std::string line = fmt::format("{}  {}:{}", reports::printable(record::full_name(identity)),
                                   reports::printable(identity.file), identity.line);
    for (const std::string& tag : run.tags) line += "  #" + reports::printable(tag);
    print_out(line + '\n');
  }
  if (!runs.empty()) return ExitCode::Pass;
  print_error(none ? "replsim: no scenario in these files\n"
                   : "replsim: nothing selected: no run matches --filter, --tag and --case\n");
  return ExitCode::Usage;
}

}  // namespace replsim::cli
