// Embedded instances: text in a string parameter that stands for an instance, as
// ReplicationSettingData does. It is MOF or CIM-XML, told apart by the first character that is no
// blank: `<` begins CIM-XML. Both give the same instance, typed by the class's property table.
// The readers take any bytes: garbage is an error with a place, never a crash.
// Source: DSP0004 (EmbeddedInstance), DSP0201 (EmbeddedObject); rulings R1.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "model/cim/schema.h"
#include "model/cim/value.h"

namespace replsim::cim {

/// Most that a text may bring.
struct EmbeddedLimits {
  std::size_t bytes_max = 1U << 20U;
  int depth_max = 16;         ///< Nested instances, the outermost counts 1.
  int properties_max = 1000;  ///< Over all instances of the text.
  int elements_max = 10000;   ///< Array elements over all instances of the text.
};

/// What is wrong with a text.
enum class EmbeddedErrorKind : std::uint8_t {
  Syntax,
  Limit,
  WrongClass,       ///< An instance of another class than the one wanted, or an unknown class.
  UnknownProperty,  ///< Not in the class, not in this schema, or given twice.
  WrongType,        ///< A value of another CIM type than the property's.
  OutOfRange,       ///< A number that the type cannot hold.
};

/// Where and what; line and column count from 1, columns in bytes (CIM-XML: in characters).
struct EmbeddedError {
  EmbeddedErrorKind kind = EmbeddedErrorKind::Syntax;
  int line = 1;
  int column = 1;
  std::string text;
  bool operator==(const EmbeddedError&) const = default;
};

/// Reads one instance of `class_name` or of a class derived from it, in whichever form it stands.
std::expected<Instance, EmbeddedError> parse_embedded_instance(std::string_view text,
                                                               std::string_view class_name,
                                                               SchemaVersion schema,
                                                               const EmbeddedLimits& limits = {});

}  // namespace replsim::cim
