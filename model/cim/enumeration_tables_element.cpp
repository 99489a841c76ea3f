// Enumeration tables: jobs and managed elements.
// Names as the MOF spells them, meanings in own words.
// Source: CIM 2.49, 2.41 and 2.28 (each table names its property); rulings R17 for `since`.
#include "model/cim/enumeration_tables.h"

#include <array>

namespace replsim::cim {
namespace {

constexpr std::string_view job_state_source = "[spec] CIM_ConcreteJob.JobState";
constexpr std::array<EnumValue, 11> job_state_values = {{
    {2, "New", "", v2_28, "never started", job_state_source},
    {3, "Starting", "", v2_28, "on its way from New, Suspended or Service to Running",
     job_state_source},
    {4, "Running", "", v2_28, "running", job_state_source},
    {5, "Suspended", "", v2_28, "stopped, can continue", job_state_source},
    {6, "Shutting Down", "", v2_28, "on its way to Completed, Terminated or Killed",
     job_state_source},
    {7, "Completed", "", v2_28, "ended normally", job_state_source},
    {8, "Terminated", "", v2_28, "stopped in order; only a new job can do it again",
     job_state_source},
    {9, "Killed", "", v2_28, "stopped at once; leftovers may need a clean-up", job_state_source},
    {10, "Exception", "", v2_28, "ended by an error", job_state_source},
    {11, "Service", "", v2_28, "being looked after by its vendor", job_state_source},
    {12, "Query Pending", "", v2_41, "waits for a client to answer", job_state_source},
}};

constexpr std::string_view job_request_source =
    "[spec] CIM_ConcreteJob.RequestStateChange, RequestedState";
constexpr std::array<EnumValue, 5> job_request_values = {{
    {2, "Start", "", v2_28, "run, or run again", job_request_source},
    {3, "Suspend", "", v2_28, "pause", job_request_source},
    {4, "Terminate", "", v2_28, "stop in order", job_request_source},
    {5, "Kill", "", v2_28, "stop at once", job_request_source},
    {6, "Service", "", v2_28, "hand to the vendor", job_request_source},
}};

constexpr std::string_view recovery_action_source = "[spec] CIM_Job.RecoveryAction";
constexpr std::array<EnumValue, 6> recovery_action_values = {{
    {0, "Unknown", "", v2_28, "not known", recovery_action_source},
    {1, "Other", "", v2_28, "see OtherRecoveryAction", recovery_action_source},
    {2, "Do Not Continue", "", v2_28, "stop", recovery_action_source},
    {3, "Continue With Next Job", "", v2_28, "go on", recovery_action_source},
    {4, "Re-run Job", "", v2_28, "again", recovery_action_source},
    {5, "Run Recovery Job", "", v2_28, "another job repairs", recovery_action_source},
}};

constexpr std::string_view local_or_utc_source = "[spec] CIM_Job.LocalOrUtcTime";
constexpr std::array<EnumValue, 2> local_or_utc_values = {{
    {1, "Local Time", "", v2_28, "times are local", local_or_utc_source},
    {2, "UTC Time", "", v2_28, "times are UTC", local_or_utc_source},
}};

constexpr std::string_view operational_status_source =
    "[spec] CIM_ManagedSystemElement.OperationalStatus";
constexpr std::array<EnumValue, 19> operational_status_values = {{
    {0, "Unknown", "", v2_28, "not known", operational_status_source},
    {1, "Other", "", v2_28, "none of these", operational_status_source},
    {2, "OK", "", v2_28, "works", operational_status_source},
    {3, "Degraded", "", v2_28, "works, not fully", operational_status_source},
    {4, "Stressed", "", v2_28, "works, overloaded", operational_status_source},
    {5, "Predictive Failure", "", v2_28, "works, a failure is expected", operational_status_source},
    {6, "Error", "", v2_28, "an error is present", operational_status_source},
    {7, "Non-Recoverable Error", "", v2_28, "will not work again", operational_status_source},
    {8, "Starting", "", v2_28, "on its way up", operational_status_source},
    {9, "Stopping", "", v2_28, "on its way down", operational_status_source},
    {10, "Stopped", "", v2_28, "stopped", operational_status_source},
    {11, "In Service", "", v2_28, "being looked after", operational_status_source},
    {12, "No Contact", "", v2_28, "was never reached", operational_status_source},
    {13, "Lost Communication", "", v2_28, "was reached and is no longer",
     operational_status_source},
    {14, "Aborted", "", v2_28, "stopped without order", operational_status_source},
    {15, "Dormant", "", v2_28, "inactive", operational_status_source},
    {16, "Supporting Entity in Error", "", v2_28, "something below has an error",
     operational_status_source},
    {17, "Completed", "", v2_28, "has finished its work", operational_status_source},
    {18, "Power Mode", "", v2_28, "see its power state", operational_status_source},
}};

constexpr std::string_view health_state_source = "[spec] CIM_ManagedSystemElement.HealthState";
constexpr std::array<EnumValue, 7> health_state_values = {{
    {0, "Unknown", "", v2_28, "not known", health_state_source},
    {5, "OK", "", v2_28, "sound", health_state_source},
    {10, "Degraded/Warning", "", v2_28, "sound, not fully", health_state_source},
    {15, "Minor failure", "", v2_28, "works, a part failed", health_state_source},
    {20, "Major failure", "", v2_28, "fails in part", health_state_source},
    {25, "Critical failure", "", v2_28, "does not work", health_state_source},
    {30, "Non-recoverable error", "", v2_28, "will not work again", health_state_source},
}};

constexpr std::string_view enabled_state_source = "[spec] CIM_EnabledLogicalElement.EnabledState";
constexpr std::array<EnumValue, 11> enabled_state_values = {{
    {0, "Unknown", "", v2_28, "not known", enabled_state_source},
    {1, "Other", "", v2_28, "none of these", enabled_state_source},
    {2, "Enabled", "", v2_28, "takes requests", enabled_state_source},
    {3, "Disabled", "", v2_28, "takes none", enabled_state_source},
    {4, "Shutting Down", "", v2_28, "on its way to Disabled", enabled_state_source},
    {5, "Not Applicable", "", v2_28, "cannot be enabled or disabled", enabled_state_source},
    {6, "Enabled but Offline", "", v2_28, "finishes what it has, takes no more",
     enabled_state_source},
    {7, "In Test", "", v2_28, "under test", enabled_state_source},
    {8, "Deferred", "", v2_28, "queues requests", enabled_state_source},
    {9, "Quiesce", "", v2_28, "enabled in a restricted mode", enabled_state_source},
    {10, "Starting", "", v2_28, "on its way to Enabled", enabled_state_source},
}};

}  // namespace

constexpr Enumeration job_state_enumeration{"JobState", job_state_values};
constexpr Enumeration job_request_enumeration{"RequestedState", job_request_values};
constexpr Enumeration recovery_action_enumeration{"RecoveryAction", recovery_action_values};
constexpr Enumeration local_or_utc_enumeration{"LocalOrUtcTime", local_or_utc_values};
constexpr Enumeration operational_status_enumeration{"OperationalStatus",
                                                     operational_status_values};
constexpr Enumeration health_state_enumeration{"HealthState", health_state_values};
constexpr Enumeration enabled_state_enumeration{"EnabledState", enabled_state_values};

}  // namespace replsim::cim
