// Embedded instances in CIM-XML:
//   <INSTANCE CLASSNAME="CIM_ReplicationSettingData">
//     <PROPERTY NAME="CopyRecoveryMode" TYPE="uint16"><VALUE>3</VALUE></PROPERTY></INSTANCE>
// An instance inside of an instance is again such a text, escaped or in CDATA. No document type, so
// no entities but the five of XML; the text is UTF-8 whatever it says of itself.
// Source: DSP0201 (INSTANCE, PROPERTY, PROPERTY.ARRAY, PROPERTY.REFERENCE); rulings R1.
#pragma once

#include <expected>
#include <string_view>

#include "model/cim/embedded_instance.h"

namespace replsim::cim {

/// Reads one instance of `class_name` or of a class derived from it.
std::expected<Instance, EmbeddedError> parse_xml_instance(std::string_view text,
                                                          std::string_view class_name,
                                                          SchemaVersion schema,
                                                          const EmbeddedLimits& limits = {});

}  // namespace replsim::cim
