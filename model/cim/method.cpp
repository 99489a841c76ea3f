// Outcomes of method calls: look-up of out parameters, names of the object manager's statuses.
// Source: DSP0200, CIM status codes.
#include "model/cim/method.h"

#include <algorithm>

namespace replsim::cim {

std::string_view name(CimStatus status) {
  switch (status) {
    case CimStatus::Ok: return "CIM_OK";
    case CimStatus::Failed: return "CIM_ERR_FAILED";
    case CimStatus::InvalidParameter: return "CIM_ERR_INVALID_PARAMETER";
    case CimStatus::InvalidClass: return "CIM_ERR_INVALID_CLASS";
    case CimStatus::NotFound: return "CIM_ERR_NOT_FOUND";
    case CimStatus::NotSupported: return "CIM_ERR_NOT_SUPPORTED";
    case CimStatus::MethodNotFound: return "CIM_ERR_METHOD_NOT_FOUND";
  }
  return "";
}

const Value& MethodOutcome::get(std::string_view parameter) const {
  static const Value null;
  const auto found = std::find_if(
      out.begin(), out.end(), [parameter](const auto& pair) { return pair.first == parameter; });
  return found == out.end() ? null : found->second;
}

}  // namespace replsim::cim
