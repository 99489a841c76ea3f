// Plain scalars that different YAML readers take for different things: refused, quote them.
// Source: language.md section 1.
#pragma once

#include <string>
#include <string_view>

namespace replsim::harness {

/// Why a plain value is refused and what to write instead; `why` is empty when it is fine.
struct PlainVerdict {
  std::string why;
  std::string hint;
};

PlainVerdict judge_plain(std::string_view text);

}  // namespace replsim::harness
