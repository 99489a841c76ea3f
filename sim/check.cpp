// A failed check as text.
#include "sim/check.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

namespace replsim {

void check_failed(const char* condition, std::source_location where,
                  std::initializer_list<std::int64_t> values) {
  std::string text =
      fmt::format("{}:{}: check failed: {}", where.file_name(), where.line(), condition);
  if (values.size() != 0) text += fmt::format(" [{}]", fmt::join(values, ", "));
  throw InvariantError(text);
}

}  // namespace replsim
