// Jobs, their methods, what they affect, and the error that they end with.
// Source: cim_synchronized.md sections 3 and 4 (CIM 2.49); CIM_Error of the same schema.
#include "model/cim/class_tables.h"

namespace replsim::cim::tables {
namespace {

constexpr std::array<PropertyInfo, 24> job =
    join(logical_element,
         std::array<PropertyInfo, 16>{{
             text("JobStatus", "free text"),
             moment("TimeSubmitted", "when it was made"),
             moment("ScheduledStartTime", "when it was to start"),
             moment("StartTime", "when it started"),
             moment("ElapsedTime", "interval it has run"),
             plain("JobRunTimes", Type::Uint32, "how often it runs; 1 = once"),
             choice("LocalOrUtcTime", local_or_utc_enumeration, "how its times are meant"),
             moment("UntilTime", "when it is no longer to run"),
             text("Notify", "whom to tell"),
             text("Owner", "who made it"),
             plain("Priority", Type::Uint32, "lower goes first"),
             plain("PercentComplete", Type::Uint16, "0 to 100"),
             truth("DeleteOnCompletion", "goes away after TimeBeforeRemoval"),
             plain("ErrorCode", Type::Uint16, "0 when there is no error"),
             text("ErrorDescription", "words beside ErrorCode"),
             choice("RecoveryAction", recovery_action_enumeration, "what follows a failure"),
         }});

constexpr std::array<PropertyInfo, 31> concrete_job =
    join(job, std::array<PropertyInfo, 7>{{
                  key(text("InstanceID", "`replsim:<array>:CIM_ConcreteJob:<n>`")),
                  text("Name", "name of the job"),
                  choice("JobState", job_state_enumeration, "state of the job"),
                  moment("TimeOfLastStateChange", "when JobState changed last"),
                  moment("TimeBeforeRemoval", "interval it is kept after its end; default 5 min"),
                  text("JobInParameters", "embedded parameters of the call"),
                  text("JobOutParameters", "embedded out parameters of the call"),
              }});

constexpr std::array<PropertyInfo, 2> affected_job_element = {{
    key(reference("AffectedElement", "CIM_ManagedElement", "what the job works on")),
    key(reference("AffectingElement", "CIM_Job", "the job")),
}};

constexpr std::array<PropertyInfo, 2> owning_job_element = {{
    key(reference("OwningElement", "CIM_ManagedElement", "who made the job")),
    key(reference("OwnedElement", "CIM_Job", "the job")),
}};

constexpr std::array<PropertyInfo, 7> error = {{
    plain("ErrorType", Type::Uint16, "kind of error"),
    text("OwningEntity", "who defined MessageID"),
    text("MessageID", "which error: `refused:state`, `failed:...` (rulings R1)"),
    text("Message", "words for people"),
    list(text("MessageArguments", "parts of Message")),
    plain("PerceivedSeverity", Type::Uint16, "how bad it is"),
    plain("CIMStatusCode", Type::Uint32, "status of the object manager"),
}};

constexpr std::array<ParameterInfo, 2> request_state_change = {{
    {.name = "RequestedState",
     .type = Type::Uint16,
     .required = true,
     .enumeration = &job_request_enumeration},
    {.name = "TimeoutPeriod", .type = Type::DateTime},
}};

constexpr std::array<ParameterInfo, 1> get_error = {{
    {.name = "Error",
     .type = Type::String,
     .direction = Direction::InOut,
     .class_name = "CIM_Error"},
}};

constexpr std::array<MethodInfo, 2> job_methods = {{
    {.class_name = "CIM_ConcreteJob",
     .name = "RequestStateChange",
     .parameters = request_state_change,
     .return_codes = &request_state_change_code_enumeration,
     .source = "[spec] CIM_ConcreteJob.RequestStateChange"},
    {.class_name = "CIM_ConcreteJob",
     .name = "GetError",
     .parameters = get_error,
     .return_codes = &get_error_code_enumeration,
     .source = "[spec] CIM_ConcreteJob.GetError"},
}};

constexpr std::array<ClassInfo, 5> job_class_list = {{
    {"CIM_Job", "CIM_LogicalElement", job, {}},
    {"CIM_ConcreteJob", "CIM_Job", concrete_job, job_methods},
    {"CIM_AffectedJobElement", "", affected_job_element, {}},
    {"CIM_OwningJobElement", "", owning_job_element, {}},
    {"CIM_Error", "", error, {}},
}};

}  // namespace

std::span<const ClassInfo> job_classes() {
  return job_class_list;
}

}  // namespace replsim::cim::tables
