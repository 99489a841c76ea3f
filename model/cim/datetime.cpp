// Formatting and parsing of CIM datetimes with integer arithmetic. Days are counted with the
// proleptic Gregorian calendar from 2000-01-01, years begin in March so that the leap day is last.
// Source: DSP0004, datetime type; calendar arithmetic after H. Hinnant, "chrono-compatible
// low-level date algorithms".
#include "model/cim/datetime.h"

#include <array>
#include <limits>

namespace replsim::cim {
namespace {

constexpr std::int64_t second_ns = 1'000'000'000;
constexpr std::int64_t day_seconds = 86'400;
constexpr std::int64_t days_per_era = 146'097;  // 400 years
constexpr std::int64_t epoch_days = 730'425;    // 0000-03-01 to 2000-01-01
constexpr std::size_t datetime_length = 25;

struct Date {
  std::int64_t year;
  std::int64_t month;
  std::int64_t day;
};

constexpr std::int64_t floor_divide(std::int64_t value, std::int64_t by) {
  return value / by - (value % by < 0 ? 1 : 0);
}

constexpr std::int64_t days_from_date(Date date) {
  const std::int64_t year = date.month <= 2 ? date.year - 1 : date.year;
  const std::int64_t era = floor_divide(year, 400);
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t month_from_march = date.month > 2 ? date.month - 3 : date.month + 9;
  const std::int64_t day_of_year = (153 * month_from_march + 2) / 5 + date.day - 1;
  const std::int64_t day_of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * days_per_era + day_of_era - epoch_days;
}

constexpr Date date_from_days(std::int64_t days) {
  const std::int64_t shifted = days + epoch_days;
  const std::int64_t era = floor_divide(shifted, days_per_era);
  const std::int64_t day_of_era = shifted - era * days_per_era;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const std::int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t month_from_march = (5 * day_of_year + 2) / 153;
  const std::int64_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month,
          day_of_year - (153 * month_from_march + 2) / 5 + 1};
}

static_assert(days_from_date({2000, 1, 1}) == 0);
static_assert(date_from_days(59).month == 2 && date_from_days(59).day == 29);

void append(std::string& out, std::int64_t value, std::size_t digits) {
  const std::string text = std::to_string(value);
  if (text.size() < digits) out.append(digits - text.size(), '0');
  out += text;
}

void append_clock(std::string& out, std::int64_t seconds, std::int64_t nanoseconds) {
  append(out, seconds / 3600, 2);
  append(out, seconds / 60 % 60, 2);
  append(out, seconds % 60, 2);
  out += '.';
  append(out, nanoseconds / 1000, 6);
}

/// The digits [from, from + count); nothing when one is no digit.
std::optional<std::int64_t> digits(std::string_view text, std::size_t from, std::size_t count) {
  std::int64_t value = 0;
  for (const char c : text.substr(from, count)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

/// Seconds of day from the clock fields at 8, plus microseconds; nothing when out of range.
struct Clock {
  std::int64_t seconds;
  std::int64_t microseconds;
};
std::optional<Clock> parse_clock(std::string_view text) {
  const auto hours = digits(text, 8, 2);
  const auto minutes = digits(text, 10, 2);
  const auto seconds = digits(text, 12, 2);
  const auto microseconds = digits(text, 15, 6);
  if (!hours || !minutes || !seconds || !microseconds || text[14] != '.') return std::nullopt;
  if (*hours > 23 || *minutes > 59 || *seconds > 59) return std::nullopt;
  return Clock{*hours * 3600 + *minutes * 60 + *seconds, *microseconds};
}

std::optional<std::int64_t> join(std::int64_t seconds, std::int64_t microseconds) {
  constexpr std::int64_t seconds_max = std::numeric_limits<std::int64_t>::max() / second_ns - 1;
  if (seconds > seconds_max || seconds < -seconds_max) return std::nullopt;
  return seconds * second_ns + microseconds * 1000;
}

std::int64_t month_days(std::int64_t year, std::int64_t month) {
  constexpr std::array<std::int64_t, 12> days = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return days.at(static_cast<std::size_t>(month - 1)) + (leap && month == 2 ? 1 : 0);
}

std::optional<DateTime> parse_interval(std::string_view text, const Clock& clock) {
  const auto days = digits(text, 0, 8);
  if (!days || text.substr(22) != "000") return std::nullopt;
  const auto time = join(*days * day_seconds + clock.seconds, clock.microseconds);
  if (!time) return std::nullopt;
  return DateTime{*time, true};
}

std::optional<DateTime> parse_point(std::string_view text, const Clock& clock) {
  const auto year = digits(text, 0, 4);
  const auto month = digits(text, 4, 2);
  const auto day = digits(text, 6, 2);
  const auto offset_minutes = digits(text, 22, 3);
  if (!year || !month || !day || !offset_minutes) return std::nullopt;
  if (*month < 1 || *month > 12 || *day < 1 || *day > month_days(*year, *month)) {
    return std::nullopt;
  }
  const std::int64_t offset = (text[21] == '-' ? -*offset_minutes : *offset_minutes) * 60;
  const std::int64_t days = days_from_date({*year, *month, *day});
  const auto time = join(days * day_seconds + clock.seconds - offset, clock.microseconds);
  if (!time) return std::nullopt;
  return DateTime{*time, false};
}

}  // namespace

std::string format_datetime(const DateTime& value) {
  const std::int64_t seconds = floor_divide(value.nanoseconds, second_ns);
  const std::int64_t nanoseconds = value.nanoseconds - seconds * second_ns;
  const std::int64_t days = floor_divide(seconds, day_seconds);
  const std::int64_t seconds_of_day = seconds - days * day_seconds;
  std::string out;
  out.reserve(datetime_length);
  if (value.interval) {
    append(out, days, 8);
  } else {
    const Date date = date_from_days(days);
    append(out, date.year, 4);
    append(out, date.month, 2);
    append(out, date.day, 2);
  }
  append_clock(out, seconds_of_day, nanoseconds);
  return out + (value.interval ? ":000" : "+000");
}

std::optional<DateTime> parse_datetime(std::string_view text) {
  if (text.size() != datetime_length) return std::nullopt;
  const auto clock = parse_clock(text);
  if (!clock) return std::nullopt;
  switch (text[21]) {
    case ':': return parse_interval(text, *clock);
    case '+':
    case '-': return parse_point(text, *clock);
  }
  return std::nullopt;
}

}  // namespace replsim::cim
