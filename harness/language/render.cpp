// Diagnostics and values as text for people.
#include <fmt/core.h>

#include <algorithm>

#include "harness/language/quantity.h"
#include "harness/language/scenario.h"

namespace replsim::harness {
namespace {

struct LiteralText {
  std::string operator()(const Null&) const { return "null"; }
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(const Number& value) const {
    const bool negative = value.units < 0 || value.billionths < 0;
    const std::int64_t units = value.units < 0 ? -value.units : value.units;
    std::string result = fmt::format("{}{}", negative ? "-" : "", units);
    if (value.billionths == 0) return result;
    std::string rest = fmt::format("{:09}", std::abs(value.billionths));
    while (rest.back() == '0') rest.pop_back();
    return result + "." + rest;
  }
  std::string operator()(const std::string& value) const { return fmt::format("\"{}\"", value); }
  std::string operator()(sim::Duration value) const { return duration_text(value); }
  std::string operator()(const ByteSize& value) const { return size_text(value.bytes); }
  std::string operator()(const Rate& value) const {
    if (value.of == Rate::Of::Bytes && value.billionths == 0)
      return size_text(value.per_second) + "/s";
    Number number{static_cast<std::int64_t>(value.per_second),
                  static_cast<std::int32_t>(value.billionths)};
    return (*this)(number) + (value.of == Rate::Of::Bytes ? " B/s" : "/s");
  }
  std::string operator()(const Share& value) const { return share_text(value.ppb); }
  std::string operator()(const EnumerationValue& value) const { return value.name; }
};

std::string operand_text(const Operand& operand) {
  if (const auto* literal = std::get_if<Literal>(&operand.value)) return text(*literal);
  if (const auto* value = std::get_if<cim::Value>(&operand.value)) return value->text();
  if (const auto* subject = std::get_if<Subject>(&operand.value)) return subject->text;
  return "{...}";
}

std::string list_text(const std::vector<Operand>& values) {
  std::string result = "[";
  for (std::size_t i = 0; i < values.size(); ++i)
    result += (i == 0 ? "" : ", ") + operand_text(values[i]);
  return result + "]";
}

struct MatcherText {
  std::string operator()(const Equals& test) const { return operand_text(test.value); }
  std::string operator()(const OneOf& test) const { return list_text(test.values); }
  std::string operator()(const Bounds& test) const {
    std::string result = "{";
    if (test.at_least) result += "at-least: " + operand_text(*test.at_least);
    if (test.at_least && test.at_most) result += ", ";
    if (test.at_most) result += "at-most: " + operand_text(*test.at_most);
    return result + "}";
  }
  std::string operator()(const Not& test) const { return "{not: " + text(*test.matcher) + "}"; }
  std::string operator()(const Anything&) const { return "any"; }
  std::string operator()(const History& test) const {
    return "{history: " + list_text(test.values) + "}";
  }
  std::string operator()(const Passes& test) const {
    return "{passes: " + list_text(test.values) + "}";
  }
  std::string operator()(const Never& test) const {
    return "{never: " + list_text(test.values) + "}";
  }
};

}  // namespace

std::string text(const Literal& literal) {
  return std::visit(LiteralText{}, literal);
}

std::string text(const Matcher& matcher) {
  return std::visit(MatcherText{}, matcher.test);
}

std::string Step::source_lines() const {
  std::string result;
  if (!location.file) return result;
  for (std::uint32_t line = location.line; line <= std::max(last_line, location.line); ++line)
    result += fmt::format("{}\n", location.file->line(line));
  return result;
}

std::string Run::display_name() const {
  return case_name.empty() ? name : fmt::format("{} {}", name, case_name);
}

std::string render(const Diagnostic& diagnostic) {
  std::string result =
      fmt::format("{}:{}:{}: {}[{}]: {}\n", diagnostic.file, diagnostic.line, diagnostic.column,
                  diagnostic.severity == Severity::Error ? "error" : "warning", diagnostic.code,
                  diagnostic.text);
  if (!diagnostic.source_line.empty()) {
    result += fmt::format("  {}\n", diagnostic.source_line);
    result += fmt::format("  {}^\n", std::string(std::min(diagnostic.column - 1, 200U), ' '));
  }
  if (!diagnostic.hint.empty()) result += fmt::format("  hint: {}\n", diagnostic.hint);
  return result;
}

}  // namespace replsim::harness
