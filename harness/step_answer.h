// What a call answered: in words, against `returns`, against the method's documented codes, and as
// evidence.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "harness/language/step.h"
#include "harness/provider/provider.h"
#include "harness/run_context.h"

namespace replsim::harness {

using CallAnswer = provider::Answer<cim::MethodOutcome>;

/// "0 Completed with No Error", "4096 Job Started", "CIM_ERR_NOT_FOUND", "no answer".
std::string answer_text(const CallAnswer& answer, const cim::MethodInfo* method);
/// One of what `returns` lists.
bool matches(const Returns& returns, const CallAnswer& answer);
/// `returns` in words: "0 or 4096".
std::string text(const Returns& returns, const cim::MethodInfo* method);
/// False for a return code that neither the method nor the array's profile documents.
bool documented(const CallAnswer& answer, const cim::MethodInfo* method,
                const cim::Profile& profile);
/// The return code; none for a CIM status or no answer.
std::optional<std::uint32_t> code_of(const CallAnswer& answer);
/// Adds `Method`, `Method/Operation`, `Method/Code` to what was exercised.
void note_exercised(std::set<std::string>& exercised, const cim::MethodCall& call,
                    const CallAnswer& answer, const cim::MethodInfo* method);
/// Short: "Fracture east/vol1->west/pool1-1".
std::string summary(RunContext& context, const cim::MethodCall& call);

}  // namespace replsim::harness
