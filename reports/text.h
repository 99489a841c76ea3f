// Small formatting shared by the reports: units that a person reads, and text made safe to print.
// Integer arithmetic only, so that the same record gives the same report everywhere.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace replsim::reports {

/// `0 s`, `250 ns`, `1.5 ms`, `12.004 s`, `2 min`, `1 h 5 min`; at most three decimals, rounded
/// down.
std::string duration_text(std::int64_t nanoseconds);

/// Point of a timeline in seconds with milliseconds: `12.004`; exact digits below only if asked.
std::string time_text(std::int64_t nanoseconds, bool exact = false);

/// `0 B`, `512 B`, `4 KiB`, `1.5 MiB`; at most one decimal, rounded down.
std::string bytes_text(std::uint64_t bytes);

/// 16 hexadecimal digits, lower case.
std::string hash_text(std::uint64_t hash);

/// `1 write`, `2 writes`.
std::string count_text(std::uint64_t count, std::string_view noun);

/// The text with control characters (tab too) as `\xNN` and bytes that are not UTF-8 as U+FFFD:
/// a scenario's words can not steer the terminal nor break a document.
std::string printable(std::string_view text);

/// Length in bytes of the UTF-8 sequence at the start of `text`; 0 when it is not well-formed.
std::size_t utf8_length(std::string_view text);

}  // namespace replsim::reports
