// A look at the raw text before any YAML parser sees it: size, UTF-8, control characters, tabs,
// nesting, and comments that swallow the end of a value. Never recurses; linear time.
// Source: language.md section 1.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>

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

/// place_of() for many places: counts on from the last one on the line, so that a long line whose
/// places come nearly in order is walked once.
class PlaceCounter {
 public:
  explicit PlaceCounter(std::shared_ptr<const SourceFile> file) : file_(std::move(file)) {}
  Location place(int line, int byte_column);

 private:
  std::shared_ptr<const SourceFile> file_;
  std::uint32_t line_ = 0;  ///< From 1; 0: none yet.
  std::size_t bytes_ = 0;   ///< Of that line, counted so far.
  std::uint32_t column_ = 1;
};

/// Reports what is wrong with the raw text. True when a YAML parser may read it.
bool prescan(const std::shared_ptr<const SourceFile>& file, Report& report);

}  // namespace replsim::harness
