// Enumeration tables: return codes.
// Names as the MOF spells them, meanings in own words.
// Source: CIM 2.49, 2.41 and 2.28 (each table names its property); rulings R17 for `since`.
#include "model/cim/enumeration_tables.h"

#include <array>

namespace replsim::cim {
namespace {

constexpr std::string_view create_code_source =
    "[spec] return set R5: CreateElementReplica and kin";
constexpr std::array<EnumValue, 8> create_code_values = {{
    {0, "Completed with No Error", "Success", v2_28, "done; there is no job", create_code_source},
    {1, "Not Supported", "", v2_28, "method, SyncType, Mode or Operation are not offered",
     create_code_source},
    {2, "Unknown", "Unspecified Error", v2_28,
     "the outcome is not known: none or complete, never a third thing", create_code_source},
    {3, "Timeout", "", v2_28, "accepted and going on, but the wait was too long",
     create_code_source},
    {4, "Failed", "", v2_28,
     "refused for the state, Force, the peer or resources; or failed after acceptance",
     create_code_source},
    {5, "Invalid Parameter", "", v2_28,
     "a parameter is missing, unknown, malformed or contradicts another", create_code_source},
    {6, "In Use", "", v2_28, "an element or the association is busy with something else",
     create_code_source},
    {4096, "Method Parameters Checked - Job Started", "Job Started", v2_28,
     "parameters are accepted, a job does the rest", create_code_source},
}};

constexpr std::string_view modify_code_source =
    "[spec] return set R6: ModifyReplicaSynchronization and kin";
constexpr std::array<EnumValue, 8> modify_code_values = {{
    {0, "Completed with No Error", "Success", v2_28, "done; there is no job", modify_code_source},
    {1, "Not Supported", "", v2_28, "method, SyncType, Mode or Operation are not offered",
     modify_code_source},
    {2, "Unspecified Error", "Unknown", v2_28,
     "the outcome is not known: none or complete, never a third thing", modify_code_source},
    {3, "Timeout", "", v2_28, "accepted and going on, but the wait was too long",
     modify_code_source},
    {4, "Failed", "", v2_28,
     "refused for the state, Force, the peer or resources; or failed after acceptance",
     modify_code_source},
    {5, "Invalid Parameter", "", v2_28,
     "a parameter is missing, unknown, malformed or contradicts another", modify_code_source},
    {6, "In Use", "", v2_28, "an element or the association is busy with something else",
     modify_code_source},
    {4096, "Method Parameters Checked - Job Started", "Job Started", v2_28,
     "parameters are accepted, a job does the rest", modify_code_source},
}};

constexpr std::string_view request_state_change_code_source =
    "[spec] CIM_ConcreteJob.RequestStateChange";
constexpr std::array<EnumValue, 11> request_state_change_code_values = {{
    {0, "Completed with No Error", "Success", v2_28, "the job is in the state asked for",
     request_state_change_code_source},
    {1, "Not Supported", "", v2_28, "not offered", request_state_change_code_source},
    {2, "Unknown/Unspecified Error", "Unspecified Error", v2_28, "the outcome is not known",
     request_state_change_code_source},
    {3, "Can NOT complete within Timeout Period", "Timeout", v2_28, "the wait was too long",
     request_state_change_code_source},
    {4, "Failed", "", v2_28, "the change failed", request_state_change_code_source},
    {5, "Invalid Parameter", "", v2_28, "RequestedState is missing or unknown",
     request_state_change_code_source},
    {6, "In Use", "", v2_28, "the job is busy with another request",
     request_state_change_code_source},
    {4096, "Method Parameters Checked - Transition Started", "Transition Started", v2_28,
     "the change has begun", request_state_change_code_source},
    {4097, "Invalid State Transition", "", v2_28, "the job cannot go there from its state",
     request_state_change_code_source},
    {4098, "Use of Timeout Parameter Not Supported", "", v2_28,
     "TimeoutPeriod is neither NULL nor 0", request_state_change_code_source},
    {4099, "Busy", "", v2_28, "no cause is documented", request_state_change_code_source},
}};

constexpr std::string_view get_error_code_source = "[spec] CIM_ConcreteJob.GetError";
constexpr std::array<EnumValue, 7> get_error_code_values = {{
    {0, "Success", "", v2_28, "the error, or NULL when there is none", get_error_code_source},
    {1, "Not Supported", "", v2_28, "not offered", get_error_code_source},
    {2, "Unspecified Error", "Unknown", v2_28, "the outcome is not known", get_error_code_source},
    {3, "Timeout", "", v2_28, "the wait was too long", get_error_code_source},
    {4, "Failed", "", v2_28, "the error cannot be read", get_error_code_source},
    {5, "Invalid Parameter", "", v2_28, "a parameter is wrong", get_error_code_source},
    {6, "Access Denied", "", v2_28, "the caller may not read it", get_error_code_source},
}};

constexpr std::string_view return_code_source =
    "[spec] return sets R1 to R8 and the job methods; rulings R1";
constexpr std::array<EnumValue, 11> return_code_values = {{
    {0, "Completed with No Error", "Success", v2_28, "done; there is no job", return_code_source},
    {1, "Not Supported", "", v2_28, "method, SyncType, Mode or Operation are not offered",
     return_code_source},
    {2, "Unknown", "Unspecified Error", v2_28,
     "the outcome is not known: none or complete, never a third thing", return_code_source},
    {3, "Timeout", "", v2_28, "accepted and going on, but the wait was too long",
     return_code_source},
    {4, "Failed", "", v2_28,
     "refused for the state, Force, the peer or resources; or failed after acceptance",
     return_code_source},
    {5, "Invalid Parameter", "", v2_28,
     "a parameter is missing, unknown, malformed or contradicts another", return_code_source},
    {6, "In Use", "", v2_28, "an element or the association is busy with something else",
     return_code_source},
    {4096, "Method Parameters Checked - Job Started", "Job Started", v2_28,
     "parameters are accepted, a job does the rest", return_code_source},
    {4097, "Invalid State Transition", "", v2_28,
     "of RequestStateChange: the job cannot go there from its state", return_code_source},
    {4098, "Use of Timeout Parameter Not Supported", "", v2_28,
     "of RequestStateChange: TimeoutPeriod is neither NULL nor 0", return_code_source},
    {4099, "Busy", "", v2_28, "of RequestStateChange: no cause is documented", return_code_source},
}};

}  // namespace

constexpr Enumeration create_code_enumeration{"CreateElementReplica.ReturnCode",
                                              create_code_values};
constexpr Enumeration modify_code_enumeration{"ModifyReplicaSynchronization.ReturnCode",
                                              modify_code_values};
constexpr Enumeration request_state_change_code_enumeration{"RequestStateChange.ReturnCode",
                                                            request_state_change_code_values};
constexpr Enumeration get_error_code_enumeration{"GetError.ReturnCode", get_error_code_values};
constexpr Enumeration return_code_enumeration{"ReturnCode", return_code_values};

}  // namespace replsim::cim
