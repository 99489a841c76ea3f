// libFuzzer target: any bytes as a scenario file. Nothing may crash, hang or read other files;
// every diagnostic has a place and a known code, and runs come only without errors.
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>

#include "harness/language/codes.h"
#include "harness/language/scenario.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace replsim::harness;
  constexpr std::size_t bytes_max = 64U << 10U;
  if (size > bytes_max) return 0;
  LoaderOptions options;  // no folders: files cannot be found
  const std::string text(reinterpret_cast<const char*>(data), size);
  const LoadResult loaded = load_text(text, "/nonexistent/fuzz.yaml", options);
  for (const Diagnostic& one : loaded.diagnostics) {
    if (find_diagnostic_code(one.code) == nullptr || one.line == 0 || one.column == 0)
      throw std::logic_error("a diagnostic without code or place: " + render(one));
  }
  if (!loaded.scenario) return 0;
  const Expansion expansion = expand(*loaded.scenario, options);
  if (has_errors(expansion.diagnostics) && !expansion.runs.empty())
    throw std::logic_error("runs in spite of errors");
  return 0;
}
