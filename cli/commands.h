// One function per command of the program. Each prints and returns the code of the process.
#pragma once

#include "cli/options.h"
#include "cli/terminal.h"
#include "harness/record/verdict.h"

namespace replsim::cli {

record::ExitCode run_command(const RunOptions& options, const Terminal& terminal);
record::ExitCode check_command(const CheckOptions& options);
record::ExitCode list_command(const ListOptions& options);
record::ExitCode explain_command(const ExplainOptions& options);
record::ExitCode schema_command();

}  // namespace replsim::cli
