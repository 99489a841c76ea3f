// Expectations: `{subject: matcher, ...}`, in `expect`, `always` and `when`.
// Source: language.md section 6.
#pragma once

#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "harness/language/value.h"

namespace replsim::harness {

struct Matcher;

/// `value`, `$ref`, `path.content`: equal (contents: every block).
struct Equals {
  Operand value;
};
/// `[a, b]`: equal to one.
struct OneOf {
  std::vector<Operand> values;
};
/// `{at-least: v, at-most: v}`: inclusive; one or both are given.
struct Bounds {
  std::optional<Operand> at_least;
  std::optional<Operand> at_most;
};
/// `{not: matcher}`.
struct Not {
  std::shared_ptr<const Matcher> matcher;
};
/// `any`: always true.
struct Anything {};
/// `{history: [a, b]}`: all values it changed to since the window's start, in order.
struct History {
  std::vector<Operand> values;
};
/// `{passes: [a, b]}`: took these in this order, others may lie between.
struct Passes {
  std::vector<Operand> values;
};
/// `{never: a or [a, b]}`: took none of these in the window.
struct Never {
  std::vector<Operand> values;
};

struct Matcher {
  std::variant<Equals, OneOf, Bounds, Not, Anything, History, Passes, Never> test;
  Location location;
};

/// One line of an expectation.
struct Condition {
  Subject subject;
  Matcher matcher;
};

/// All conditions hold together. Never empty.
struct Expectation {
  std::vector<Condition> conditions;
  Location location;
};

/// The matcher in the words of the language, for failure messages.
std::string text(const Matcher& matcher);

}  // namespace replsim::harness
