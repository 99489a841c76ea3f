// The enumeration tables by name. Classes, methods and name() refer to them; look-up by text is
// find_enumeration(). An enumeration whose values differ between classes carries the class in its
// name ("CIM_Synchronized.Mode" has Unknown, the parameter "Mode" has not).
#pragma once

#include "model/cim/schema.h"

namespace replsim::cim {

// The versions as the `since` columns of the tables write them.
inline constexpr SchemaVersion v2_28 = SchemaVersion::V2_28;
inline constexpr SchemaVersion v2_41 = SchemaVersion::V2_41;
inline constexpr SchemaVersion v2_49 = SchemaVersion::V2_49;

// What an association is and in which state.
extern const Enumeration sync_type_enumeration;
extern const Enumeration mode_enumeration;
extern const Enumeration association_mode_enumeration;
extern const Enumeration copy_state_enumeration;
extern const Enumeration progress_status_enumeration;
extern const Enumeration copy_recovery_mode_enumeration;
extern const Enumeration association_recovery_mode_enumeration;

// How an association holds its replica, and aspects.
extern const Enumeration copy_type_enumeration;
extern const Enumeration replica_type_enumeration;
extern const Enumeration sync_state_enumeration;
extern const Enumeration copy_methodology_enumeration;
extern const Enumeration copy_priority_enumeration;
extern const Enumeration read_only_enumeration;
extern const Enumeration undiscovered_element_enumeration;
extern const Enumeration consistency_type_enumeration;
extern const Enumeration aspect_copy_status_enumeration;
extern const Enumeration aspect_sync_state_enumeration;
extern const Enumeration aspect_copy_methodology_enumeration;

// The choices of CIM_ReplicationSettingData.
extern const Enumeration pairing_enumeration;
extern const Enumeration unequal_groups_action_enumeration;
extern const Enumeration unequal_lists_action_enumeration;
extern const Enumeration desired_copy_methodology_enumeration;
extern const Enumeration target_element_supplier_enumeration;
extern const Enumeration thin_provisioning_policy_enumeration;
extern const Enumeration on_group_or_list_error_enumeration;
extern const Enumeration storage_compression_policy_enumeration;
extern const Enumeration target_element_goal_enumeration;
extern const Enumeration target_element_pool_enumeration;
extern const Enumeration changeable_type_enumeration;

// Operations and replication types.
extern const Enumeration operation_enumeration;
extern const Enumeration replication_type_enumeration;
extern const Enumeration locality_enumeration;
extern const Enumeration consistency_enumeration;
extern const Enumeration storage_object_enumeration;
extern const Enumeration action_enumeration;

// Features of a replication type.
extern const Enumeration feature_enumeration;

// Return codes.
extern const Enumeration create_code_enumeration;
extern const Enumeration modify_code_enumeration;
extern const Enumeration request_state_change_code_enumeration;
extern const Enumeration get_error_code_enumeration;
extern const Enumeration return_code_enumeration;

// Jobs and managed elements.
extern const Enumeration job_state_enumeration;
extern const Enumeration job_request_enumeration;
extern const Enumeration recovery_action_enumeration;
extern const Enumeration local_or_utc_enumeration;
extern const Enumeration operational_status_enumeration;
extern const Enumeration health_state_enumeration;
extern const Enumeration enabled_state_enumeration;

}  // namespace replsim::cim
