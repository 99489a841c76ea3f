// The schema as data: classes, properties, methods, parameters, enumerations, return codes.
// Language, services, providers and `explain` read these tables; nobody spells a name twice.
// Source: shared documents of CIM 2.49, 2.41 and 2.28 (see the source columns).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "model/cim/value.h"

namespace replsim::cim {

/// Schema vintage of a profile (rulings R17). Comparable.
enum class SchemaVersion : std::uint16_t { V2_28 = 228, V2_41 = 241, V2_49 = 249 };

/// One value of an enumeration.
struct EnumValue {
  std::uint32_t value;
  std::string_view name;        ///< As the MOF spells it: "Resync Replica".
  std::string_view short_name;  ///< Short name of the language, or empty: "Job Started".
  SchemaVersion since;
  std::string_view meaning;  ///< In own words.
  std::string_view source;   ///< "[spec] CIM_Synchronized.CopyState" and the like.
};

/// A ValueMap.
struct Enumeration {
  std::string_view name;  ///< "CopyState"
  std::span<const EnumValue> values;
  const EnumValue* find(std::uint32_t value) const;
  const EnumValue* find(std::string_view name_or_short_name) const;
};

enum class Direction : std::uint8_t { In, Out, InOut };

struct ParameterInfo {
  std::string_view name;
  Type type;
  bool array = false;
  Direction direction = Direction::In;
  bool required = false;
  const Enumeration* enumeration = nullptr;  ///< Scale of a uint16 parameter, if it has one.
  std::string_view class_name = {};          ///< Class of a reference or of an embedded instance.
  SchemaVersion since = SchemaVersion::V2_28;
};

struct MethodInfo {
  std::string_view class_name;
  std::string_view name;
  std::span<const ParameterInfo> parameters;
  const Enumeration* return_codes = nullptr;
  bool may_start_job = false;
  SchemaVersion since = SchemaVersion::V2_28;
  std::string_view source;
  const ParameterInfo* find(std::string_view parameter) const;
};

struct PropertyInfo {
  std::string_view name;
  Type type;
  bool array = false;
  bool key = false;
  const Enumeration* enumeration = nullptr;
  std::string_view class_name = {};
  SchemaVersion since = SchemaVersion::V2_28;
  std::string_view meaning = {};
};

/// A class; `properties` holds the inherited ones too.
struct ClassInfo {
  std::string_view name;
  std::string_view superclass;  ///< Empty at the root.
  std::span<const PropertyInfo> properties;
  std::span<const MethodInfo> methods;
  const PropertyInfo* find_property(std::string_view property) const;
  const MethodInfo* find_method(std::string_view method) const;
};

std::span<const ClassInfo> classes();
std::span<const Enumeration* const> enumerations();
const ClassInfo* find_class(std::string_view name);
const Enumeration* find_enumeration(std::string_view name);
/// The methods of all classes, each name once.
std::vector<std::string_view> method_names();
/// True when `name` is `base` or derives from it.
bool is_a(std::string_view name, std::string_view base);

}  // namespace replsim::cim
