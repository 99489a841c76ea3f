// Fuzzes what the parent reads from a worker process: any bytes give a record or an error, and a
// record that was read is written and read back as the same.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "reports/json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace replsim;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto record = reports::scenario_from_json(text);
  if (!record) return 0;
  const auto again = reports::scenario_from_json(reports::scenario_to_json(*record));
  if (!again || *again != *record) std::abort();
  return 0;
}
