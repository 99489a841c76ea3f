// main(): reads the command line, calls the command, returns its code. Whatever escapes a command
// is a fault of replsim itself (70).
#include <fmt/format.h>

#include <exception>
#include <string>
#include <thread>
#include <vector>

#include "cli/build_id.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/terminal.h"

namespace replsim::cli {
namespace {

using record::ExitCode;

struct Dispatch {
  const Terminal& terminal;

  int operator()(const RunOptions& options) const { return code(run_command(options, terminal)); }
  int operator()(const CheckOptions& options) const { return code(check_command(options)); }
  int operator()(const ListOptions& options) const { return code(list_command(options)); }
  int operator()(const ExplainOptions& options) const { return code(explain_command(options)); }
  int operator()(const SchemaOptions&) const { return code(schema_command()); }
  int operator()(const Finished& finished) const {
    const bool printed = finished.code == 0 ? print_out(finished.text) : print_error(finished.text);
    return printed ? finished.code : code(ExitCode::Environment);
  }

  static int code(ExitCode code) { return static_cast<int>(code); }
};

int run(const std::vector<std::string>& arguments) {
  const Terminal terminal = this_terminal();
  const ParseContext context{.version = fmt::format("replsim {} (build {})", version(), build_id()),
                             .cores = std::thread::hardware_concurrency()};
  const auto code =
      static_cast<ExitCode>(std::visit(Dispatch{terminal}, parse(arguments, context)));
  return Dispatch::code(finish_out() ? code : worse(code, ExitCode::Environment));
}

}  // namespace
}  // namespace replsim::cli

int main(int argc, char** argv) {
  replsim::cli::prepare_process();
  try {
    return replsim::cli::run({argv + (argc > 0 ? 1 : 0), argv + argc});
  } catch (const std::exception& error) {
    replsim::cli::print_error(fmt::format("replsim: internal error: {}\n", error.what()));
  }
  return static_cast<int>(replsim::record::ExitCode::Internal);
}
