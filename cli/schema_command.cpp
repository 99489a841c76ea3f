// `replsim schema`: the JSON Schema of everything that people write, for editors.
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "harness/language/schema.h"

namespace replsim::cli {

record::ExitCode schema_command() {
  print_out(harness::json_schema().dump(2) + '\n');
  return record::ExitCode::Pass;
}

}  // namespace replsim::cli
