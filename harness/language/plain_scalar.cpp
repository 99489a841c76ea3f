// The list of refused plain scalars.
#include "harness/language/plain_scalar.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "model/cim/characters.h"

namespace replsim::harness {
namespace {

std::size_t digits(std::string_view text) {
  std::size_t count = 0;
  while (count < text.size() && cim::is_digit(text[count])) ++count;
  return count;
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

/// `18:30`, `1:02:03`.
bool is_sexagesimal(std::string_view text) {
  std::size_t fields = 0;
  while (true) {
    const std::size_t count = digits(text);
    if (count == 0) return false;
    ++fields;
    text.remove_prefix(count);
    if (text.empty()) return fields > 1;
    if (text.front() != ':') return false;
    text.remove_prefix(1);
  }
}

/// `2026-03-01`, with or without a time.
bool is_date(std::string_view text) {
  if (digits(text) != 4 || text.size() < 8 || text[4] != '-') return false;
  text.remove_prefix(5);
  const std::size_t month = digits(text);
  if (month < 1 || month > 2 || text.size() <= month || text[month] != '-') return false;
  text.remove_prefix(month + 1);
  const std::size_t day = digits(text);
  return day >= 1 && day <= 2;
}

}  // namespace

PlainVerdict judge_plain(std::string_view text) {
  static constexpr std::array<std::string_view, 6> words = {"yes", "no", "on", "off", "y", "n"};
  const std::string quote = fmt::format("write \"{}\"", text);
  const std::string small = lower(text);
  if (std::ranges::find(words, small) != words.end())
    return {fmt::format("plain `{}` is a truth value to some readers and text to others", text),
            "write true or false, or quote it"};
  if ((small == "true" || small == "false") && small != text)
    return {fmt::format("`{}` is no truth value", text), fmt::format("write {}", small)};
  if (text == "~") return {"plain `~` means null to some readers", "quote it"};
  std::string_view number = text;
  if (!number.empty() && (number.front() == '-' || number.front() == '+')) number.remove_prefix(1);
  if (digits(number) >= 2 && number.front() == '0')
    return {"a number with a leading 0 is octal to some readers",
            "write it without the 0, or quote it"};
  if (digits(number) >= 1 && number.find_first_not_of("0123456789_") == number.npos &&
      number.find('_') != number.npos)
    return {"a number with `_` is text to some readers", "write it without `_`, or quote it"};
  if (is_sexagesimal(text)) return {"plain digits with `:` are a base-60 number to some", quote};
  if (is_date(text)) return {"a plain date is a time to some readers", quote};
  return {};
}

}  // namespace replsim::harness
