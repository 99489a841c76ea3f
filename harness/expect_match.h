// Judging one condition of an expectation against what is seen now.
// Source: language.md section 6.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "harness/expect_read.h"

namespace replsim::harness {

/// Outcome of a condition or of an expectation; the texts are filled when it does not hold.
struct Judgement {
  bool holds = true;
  std::string subject = {};
  std::string expected = {};
  std::string seen = {};
  Location location = {};
  std::optional<std::uint64_t> pair = {};  ///< Relation concerned.
  bool missing = false;                    ///< Something that it reads has no value.
};

/// The value that an operand has now. Error: what it names is not there.
std::expected<Seen, std::string> evaluate(RunContext& context, const Operand& operand,
                                          const ReadOptions& options = {});

/// A subject that vanished does not hold, whatever the matcher (`exists` reads without vanishing).
Judgement judge(RunContext& context, const Condition& condition, const ReadOptions& options);
/// The first condition that does not hold, or one that holds.
Judgement judge(RunContext& context, const std::vector<Condition>& conditions,
                const ReadOptions& options);

/// True when every name that the condition uses was born.
bool references_born(const RunContext& context, const Condition& condition);
/// True when I/O events can change the judgement.
bool judges_io(const std::vector<Condition>& conditions);

}  // namespace replsim::harness
