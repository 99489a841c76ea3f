// Embedded instances in MOF text:
//   instance of CIM_ReplicationSettingData { CopyRecoveryMode = 3; };
// Source: DSP0004 annex A (MOF grammar), reduced to one instance; rulings R1.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "model/cim/embedded_instance.h"

namespace replsim::cim {

/// Reads one instance of `class_name` or of a class derived from it.
std::expected<Instance, EmbeddedError> parse_mof_instance(std::string_view text,
                                                          std::string_view class_name,
                                                          SchemaVersion schema,
                                                          const EmbeddedLimits& limits = {});

/// Writes an instance so that parse_mof_instance reads it back equal. NULL properties are written.
std::string to_mof(const Instance& instance);

}  // namespace replsim::cim
