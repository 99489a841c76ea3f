// A look at the raw text before any YAML parser sees it: size, UTF-8, control characters, tabs,
// nesting, and comments that swallow the end of a value. Never recurses; linear time.
// Source: language.md section 1.
#pragma once

#include "harness/language/report.h"
#include "harness/language/source.h"

namespace replsim::harness {

inline constexpr std::size_t text_bytes_max = 1U << 20U;
inline constexpr std::size_t depth_max = 32;
inline constexpr std::size_t nodes_max = 100'000;

/// The place of a byte offset: columns count characters.
Location place_of(const std::shared_ptr<const SourceFile>& file, std::size_t offset);

/// The place of a line and a byte column, both from 0 as yaml-cpp counts.
Location place_of(const std::shared_ptr<const SourceFile>& file, int line, int byte_column);

/// Reports what is wrong with the raw text. True when a YAML parser may read it.
bool prescan(const std::shared_ptr<const SourceFile>& file, Report& report);

}  // namespace replsim::harness
