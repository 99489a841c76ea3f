// A method call and its outcome, as a client of the object manager sees them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "model/cim/value.h"

namespace replsim::cim {

/// Arguments by name, in the order in which the client wrote them. An argument that is NULL is
/// the same as one that is missing.
struct MethodCall {
  std::string class_name;  ///< Service or instance class.
  std::string method;
  std::optional<ObjectPath> object;  ///< Instance the method is called on; none = the service.
  std::vector<std::pair<std::string, Value>> arguments;
};

/// Status of the object manager (DSP0200): the call never reached the method's own code.
enum class CimStatus : std::uint32_t {
  Ok = 0,
  Failed = 1,
  InvalidParameter = 4,
  InvalidClass = 5,
  NotFound = 6,
  NotSupported = 7,
  MethodNotFound = 17,
};

/// `CIM_ERR_INVALID_PARAMETER`, ...
std::string_view name(CimStatus status);

/// CIM_Error of a refusal or failure. MessageID says which (rulings R1): `refused:state`,
/// `refused:force`, `refused:image`, `refused:peer`, `refused:space`, `failed:...`.
struct Error {
  std::string message_id;
  std::string message;
  std::string rule;  ///< Row of the table that decided, for example "Mirror/Failback/Synchronized".
  bool operator==(const Error&) const = default;
};

/// What the object manager answered: a status, and if that is Ok a return code.
struct MethodOutcome {
  CimStatus status = CimStatus::Ok;
  std::uint32_t code = 0;
  std::vector<std::pair<std::string, Value>> out;  ///< Out parameters that are not NULL.
  std::optional<Error> error;
  /// NULL when absent.
  const Value& get(std::string_view parameter) const;
};

/// No answer came: the client gave up or the provider died. Never mixed with a code.
struct NoAnswer {
  std::string why;
};

}  // namespace replsim::cim
