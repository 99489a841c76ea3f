// Matchers.
#include "harness/expect_match.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "harness/overloaded.h"

namespace replsim::harness {

namespace {

using Failure = std::unexpected<std::string>;

struct Test {
  bool holds = false;
  std::string expected;
  std::string seen;
  bool broken = false;  ///< Could not be judged: `not` does not make it true.
};

/// A matcher applied to one element of a subject.
struct Element {
  RunContext& context;
  const Subject& subject;
  const ReadOptions& options;
  const Seen& value;
};

Test missing(const std::string& why) {
  return {false, "a value to compare with", why, true};
}

Test test_equal(const Element& element, const Operand& wanted) {
  const auto value = evaluate(element.context, wanted, element.options);
  if (!value) return missing(value.error());
  Test test{equal(element.value, *value), text(*value), text(element.value)};
  const std::string difference = difference_text(element.value, *value);
  if (!difference.empty()) test.seen = difference;
  return test;
}

Test test_one_of(const Element& element, const std::vector<Operand>& values) {
  std::string names;
  for (const Operand& wanted : values) {
    const auto value = evaluate(element.context, wanted, element.options);
    if (!value) return missing(value.error());
    if (equal(element.value, *value)) return {true, text(*value), text(element.value)};
    names += (names.empty() ? "" : ", ") + text(*value);
  }
  return {false, "one of [" + names + "]", text(element.value)};
}

Test test_bounds(const Element& element, const Bounds& bounds) {
  Test test{true, {}, text(element.value)};
  const auto check = [&](const std::optional<Operand>& bound, const char* name, int wrong) {
    if (!bound) return;
    const auto value = evaluate(element.context, *bound, element.options);
    if (!value) {
      test = missing(value.error());
      return;
    }
    const auto relation = order(element.value, *value);
    if (!relation || *relation == wrong) test.holds = false;
    test.expected += fmt::format("{}{} {}", test.expected.empty() ? "" : ", ", name, text(*value));
  };
  check(bounds.at_least, "at least", -1);
  check(bounds.at_most, "at most", 1);
  return test;
}

/// The wanted values of a history, and its own.
struct Course {
  std::vector<Seen> wanted;
  std::vector<Seen> taken;
  std::string error;
};

Course course(const Element& element, const std::vector<Operand>& values) {
  Course result;
  for (const Operand& operand : values) {
    auto value = evaluate(element.context, operand, element.options);
    if (!value) {
      result.error = value.error();
      return result;
    }
    result.wanted.push_back(std::move(*value));
  }
  auto taken = read_history(element.context, element.subject, element.options);
  if (taken) {
    result.taken = std::move(*taken);
  } else {
    result.error = taken.error();
  }
  return result;
}

std::string list_text(const std::vector<Seen>& values) {
  std::string names;
  for (const Seen& value : values) names += (names.empty() ? "" : ", ") + text(value);
  return "[" + names + "]";
}

Test test_history(const Element& element, const std::vector<Operand>& values) {
  const Course all = course(element, values);
  if (!all.error.empty()) return missing(all.error);
  const bool same = all.taken.size() == all.wanted.size() &&
                    std::equal(all.taken.begin(), all.taken.end(), all.wanted.begin(), equal);
  return {same, "history " + list_text(all.wanted), list_text(all.taken)};
}

Test test_passes(const Element& element, const std::vector<Operand>& values) {
  const Course all = course(element, values);
  if (!all.error.empty()) return missing(all.error);
  std::size_t next = 0;
  for (const Seen& value : all.taken) {
    if (next < all.wanted.size() && equal(value, all.wanted[next])) ++next;
  }
  return {next == all.wanted.size(), "passes " + list_text(all.wanted), list_text(all.taken)};
}

Test test_never(const Element& element, const std::vector<Operand>& values) {
  const Course all = course(element, values);
  if (!all.error.empty()) return missing(all.error);
  const bool took = std::ranges::any_of(all.taken, [&](const Seen& value) {
    return std::ranges::any_of(all.wanted,
                               [&](const Seen& wanted) { return equal(value, wanted); });
  });
  return {!took, "never " + list_text(all.wanted), list_text(all.taken)};
}

Test apply(const Element& element, const Matcher& matcher) {
  return std::visit(
      Overloaded{[&](const Equals& test) { return test_equal(element, test.value); },
                 [&](const OneOf& test) { return test_one_of(element, test.values); },
                 [&](const Bounds& test) { return test_bounds(element, test); },
                 [&](const Not& test) {
                   Test inner = apply(element, *test.matcher);
                   if (inner.broken) return inner;
                   return Test{!inner.holds, "not " + inner.expected, text(element.value)};
                 },
                 [&](const Anything&) {
                   return Test{true, "any", text(element.value)};
                 },
                 [&](const History& test) { return test_history(element, test.values); },
                 [&](const Passes& test) { return test_passes(element, test.values); },
                 [&](const Never& test) { return test_never(element, test.values); }},
      matcher.test);
}

bool about_history(const Matcher& matcher) {
  if (const auto* inner = std::get_if<Not>(&matcher.test)) return about_history(*inner->matcher);
  return std::holds_alternative<History>(matcher.test) ||
         std::holds_alternative<Passes>(matcher.test) ||
         std::holds_alternative<Never>(matcher.test);
}

}  // namespace

std::expected<Seen, std::string> evaluate(RunContext& context, const Operand& operand,
                                          const ReadOptions& options) {
  return std::visit(
      Overloaded{
          [](const Literal& literal) { return std::expected<Seen, std::string>(seen(literal)); },
          [](const cim::Value& value) { return std::expected<Seen, std::string>(seen(value)); },
          [&](const Subject& subject) -> std::expected<Seen, std::string> {
            auto reading = read(context, subject, options);
            if (!reading) return Failure(reading.error());
            if (reading->values.size() != 1) {
              return Failure(subject.text + " is not one value");
            }
            return reading->values.front();
          },
          [](const InstanceMap&) -> std::expected<Seen, std::string> {
            return Failure("an instance cannot be compared with");
          },
          [](const OperandList&) -> std::expected<Seen, std::string> {
            return Failure("a list cannot be compared with");
          }},
      operand.value);
}

namespace {

/// `$x.all.CopyState: {never: ...}`: each element has a history of its own.
std::optional<Judgement> judge_each(RunContext& context, const Condition& condition,
                                    const ReadOptions& options) {
  const auto* slot = std::get_if<SlotId>(&condition.subject.base);
  if (slot == nullptr || condition.subject.parts.empty()) return std::nullopt;
  const PartKind kind = condition.subject.parts.front().kind;
  if (kind != PartKind::All && kind != PartKind::Any) return std::nullopt;
  const bool all = kind == PartKind::All;
  Judgement last{.holds = all,
                 .subject = condition.subject.text,
                 .expected = text(condition.matcher),
                 .seen = "an empty list",
                 .location = condition.subject.location};
  Condition one = condition;
  const std::size_t count = context.bindings.all(*slot).size();
  for (std::size_t i = 1; i <= count; ++i) {
    one.subject.parts.front() = {
        .kind = PartKind::Index, .name = fmt::to_string(i), .index = static_cast<std::uint32_t>(i)};
    last = judge(context, one, options);
    if (last.holds != all) break;  // all: the first that does not; any: the first that does
  }
  return last;
}

}  // namespace

Judgement judge(RunContext& context, const Condition& condition, const ReadOptions& options) {
  Judgement judgement{.subject = condition.subject.text, .location = condition.subject.location};
  // A history needs no present: the relation may be gone by now.
  if (about_history(condition.matcher)) {
    if (auto each = judge_each(context, condition, options)) return *each;
    const Seen none{Null{}};
    Test test = apply({context, condition.subject, options, none}, condition.matcher);
    judgement.holds = test.holds;
    judgement.missing = test.broken;
    judgement.expected = std::move(test.expected);
    judgement.seen = std::move(test.seen);
    if (const auto reading = read(context, condition.subject, options)) {
      judgement.pair = reading->pair;
    }
    return judgement;
  }
  const auto reading = read(context, condition.subject, options);
  if (!reading) {
    judgement.holds = std::holds_alternative<Anything>(condition.matcher.test);
    judgement.missing = true;
    judgement.expected = text(condition.matcher);
    judgement.seen = reading.error();
    return judgement;
  }
  judgement.pair = reading->pair;
  judgement.holds = reading->quantifier != Quantifier::Any;
  for (const Seen& value : reading->values) {
    Test test = apply({context, condition.subject, options, value}, condition.matcher);
    judgement.missing = judgement.missing || test.broken;
    if (test.holds == judgement.holds) continue;
    judgement.holds = test.holds;
    judgement.expected = std::move(test.expected);
    judgement.seen = std::move(test.seen);
    break;  // all: the first that does not; any: the first that does
  }
  if (!judgement.holds && judgement.expected.empty()) {
    judgement.expected = text(condition.matcher);
    judgement.seen = list_text(reading->values);
  }
  return judgement;
}

Judgement judge(RunContext& context, const std::vector<Condition>& conditions,
                const ReadOptions& options) {
  for (const Condition& condition : conditions) {
    Judgement judgement = judge(context, condition, options);
    if (!judgement.holds) return judgement;
  }
  return {};
}

namespace {

bool subject_born(const RunContext& context, const Subject& subject) {
  const auto* slot = std::get_if<SlotId>(&subject.base);
  return slot == nullptr || context.bindings.born(*slot);
}

bool operand_born(const RunContext& context, const Operand& operand) {
  const auto* subject = std::get_if<Subject>(&operand.value);
  return subject == nullptr || subject_born(context, *subject);
}

/// All operands of a matcher.
std::vector<const Operand*> operands(const Matcher& matcher) {
  std::vector<const Operand*> found;
  const auto list = [&](const std::vector<Operand>& values) {
    for (const Operand& value : values) found.push_back(&value);
  };
  std::visit(Overloaded{[&](const Equals& test) { found.push_back(&test.value); },
                        [&](const OneOf& test) { list(test.values); },
                        [&](const Bounds& test) {
                          if (test.at_least) found.push_back(&*test.at_least);
                          if (test.at_most) found.push_back(&*test.at_most);
                        },
                        [&](const Not& test) { found = operands(*test.matcher); },
                        [](const Anything&) {}, [&](const History& test) { list(test.values); },
                        [&](const Passes& test) { list(test.values); },
                        [&](const Never& test) { list(test.values); }},
             matcher.test);
  return found;
}

}  // namespace

bool references_born(const RunContext& context, const Condition& condition) {
  return subject_born(context, condition.subject) &&
         std::ranges::all_of(operands(condition.matcher), [&](const Operand* operand) {
           return operand_born(context, *operand);
         });
}

bool judges_io(const std::vector<Condition>& conditions) {
  return std::ranges::any_of(conditions, [](const Condition& condition) {
    return reads_io(condition.subject) ||
           std::ranges::any_of(operands(condition.matcher), [](const Operand* operand) {
             const auto* subject = std::get_if<Subject>(&operand->value);
             return subject != nullptr && reads_io(*subject);
           });
  });
}

}  // namespace replsim::harness
