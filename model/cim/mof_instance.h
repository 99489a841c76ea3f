// Embedded instances in MOF text, as ReplicationSettingData carries them:
//   instance of CIM_ReplicationSettingData { CopyRecoveryMode = 3; };
// The reader types every value by the class's property table and says where it stumbled.
// It takes any bytes: garbage is an error with a place, never a crash.
// Source: DSP0004 annex A (MOF grammar), reduced to one instance; rulings R1.
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

#include "model/cim/schema.h"
#include "model/cim/value.h"

namespace replsim::cim {

/// Most that a text may bring.
struct MofLimits {
  std::size_t bytes_max = 1U << 20U;
  int depth_max = 16;         ///< Nested instances, the outermost counts 1.
  int properties_max = 1000;  ///< Over all instances of the text.
  int elements_max = 10000;   ///< Array elements over all instances of the text.
};

/// What is wrong with a text.
enum class MofErrorKind : std::uint8_t {
  Syntax,
  Limit,
  WrongClass,       ///< An instance of another class than the one wanted, or an unknown class.
  UnknownProperty,  ///< Not in the class, not in this schema, or given twice.
  WrongType,        ///< A value of another CIM type than the property's.
  OutOfRange,       ///< A number that the type cannot hold.
};

/// Where and what; line and column count from 1, columns in bytes.
struct MofError {
  MofErrorKind kind = MofErrorKind::Syntax;
  int line = 1;
  int column = 1;
  std::string text;
  bool operator==(const MofError&) const = default;
};

/// Reads one instance of `class_name` or of a class derived from it.
std::expected<Instance, MofError> parse_mof_instance(std::string_view text,
                                                     std::string_view class_name,
                                                     SchemaVersion schema,
                                                     const MofLimits& limits = {});

/// Writes an instance so that parse_mof_instance reads it back equal. NULL properties are written.
std::string to_mof(const Instance& instance);

}  // namespace replsim::cim
