// The checks of a call before the engine sees it, in the order of rulings R1. Each check is a row:
// a stage, which decides the code and the MessageID, the name of the rule, and what it looks at.
// The first row that objects decides. Nothing here changes anything.
//   stage Manager    CIM status, no code       unknown class, instance, method, parameter, type
//   stage Values     5 invalid:parameter       missing, reserved, malformed, wrong class, dead
//   stage Offered    1 refused:unsupported     not in the profile
//   stage Reachable  5 invalid:parameter       contradictory or unreachable
// The rest (6 and 4) is the engine's.
#pragma once

#include <algorithm>
#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "model/cim/embedded_instance.h"
#include "model/cim/method.h"
#include "model/cim/schema.h"
#include "model/cim/transition_table.h"
#include "model/services/array_facts.h"

namespace replsim::services {

enum class Stage : std::uint8_t { Values = 1, Offered = 2, Reachable = 3 };

/// ReplicationSettingData as it was read.
using ReadSettings = std::expected<cim::Instance, cim::EmbeddedError>;

/// A call whose method is known, with what the checks need to judge it.
struct CheckedCall {
  const cim::MethodCall& call;
  const cim::MethodInfo& method;
  const cim::Profile& profile;
  const ArrayFacts& facts;
  std::optional<ReadSettings> settings;  ///< None when the call has none.

  /// The argument, NULL when it is missing.
  const cim::Value& get(std::string_view parameter) const;
  /// Null when the reference is missing.
  const cim::ObjectPath* path(std::string_view parameter) const;
  std::optional<std::uint64_t> number(std::string_view parameter) const;
  std::string text(std::string_view parameter) const;
  bool truth(std::string_view parameter) const;
  /// A property of ReplicationSettingData; NULL when it is not given.
  const cim::Value& setting(std::string_view property) const;
};

/// What a check has against the call: words for people, and the rule when the row's name is not
/// precise enough.
struct Objection {
  std::string message;
  std::string rule = {};
};
using Verdict = std::optional<Objection>;

/// One row of a method's table of checks.
struct CheckRow {
  Stage stage;
  std::string_view rule;  ///< "target-and-pool"; the refusal names `<method>/<rule>`.
  Verdict (*judge)(const CheckedCall& call);
};

/// A table's rows stand in the order in which they decide.
constexpr bool in_order_of_stages(std::span<const CheckRow> rows) {
  return std::ranges::is_sorted(rows, {}, &CheckRow::stage);
}

/// The refusal of the first row that objects; nothing when all are content.
std::optional<cim::MethodOutcome> run_checks(const CheckedCall& call,
                                             std::span<const CheckRow> rows);

/// A refusal with a code.
cim::MethodOutcome refuse(cim::ReturnCode code, cim::Error error);
/// A refusal by the object manager.
cim::MethodOutcome refuse(cim::CimStatus status, std::string message);

/// Stage Manager, first half: the method that a call means.
struct FoundMethod {
  const cim::MethodInfo* method = nullptr;
  cim::CimStatus status = cim::CimStatus::Ok;  ///< Why there is none.
  std::string message;
};
FoundMethod find_method(const ArrayFacts& facts, const cim::MethodCall& call);
/// Stage Manager, second half: unknown parameters and wrong types.
std::optional<cim::MethodOutcome> check_types(const CheckedCall& call);

// Checks that both methods share --------------------------------------------------------------
/// A required parameter is missing.
Verdict missing(const CheckedCall& call);
/// A value that the enumeration does not have in this schema version.
Verdict reserved(const CheckedCall& call);
/// A reference of a class that the parameter does not take.
Verdict wrong_class(const CheckedCall& call);
/// A reference to nothing; elements of other arrays are the engine's to judge.
Verdict dead_reference(const CheckedCall& call);
/// The method is not offered.
Verdict method_not_offered(const CheckedCall& call);
/// A vendor-specific value that nobody offers.
Verdict vendor_value(const CheckedCall& call);
inline constexpr std::uint64_t first_vendor_value = 0x8000;

}  // namespace replsim::services
