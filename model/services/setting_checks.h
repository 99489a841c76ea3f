// ReplicationSettingData of both methods: can it be read, is it what the table of settings takes,
// does it contradict the call. Source: rulings R1 (1) to (3); model/cim/setting_rules.h.
#pragma once

#include <optional>

#include "model/cim/enumerations.h"
#include "model/services/call_checks.h"

namespace replsim::services {

/// Reads the parameter, MOF or CIM-XML; none when the call has none. Once a call: texts are long.
std::optional<ReadSettings> read_settings(const CheckedCall& call);

/// The text is no instance of the class, or has a value that its scale lacks.
Verdict malformed_settings(const CheckedCall& call);
/// A vendor-specific value: as every setting that is not offered, 5 (rulings R1 (3)).
Verdict vendor_setting(const CheckedCall& call);
/// A value that is not taken at creation.
Verdict creation_settings(const CheckedCall& call);
/// A value that contradicts the other parameters of a creation.
Verdict contradictory_settings(const CheckedCall& call);
/// A value that is not taken afterwards.
Verdict later_settings(const CheckedCall& call);
/// A value other than the one that the relation was created with.
Verdict changed_settings(const CheckedCall& call, const engine::RelationRecord& relation);

/// What a creation asks for.
engine::RelationSettings relation_settings(const CheckedCall& call);
cim::ThinProvisioningPolicy provisioning(const CheckedCall& call);
/// TargetElementResourcePool: the pool of the source.
bool wants_pool_of_source(const CheckedCall& call);

}  // namespace replsim::services
